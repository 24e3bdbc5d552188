import type { DocumentKey, EventKey } from "#domain/identity";
import type { Currency, MinorUnits } from "#domain/money";
import type { ExceptionClass, ExceptionClassData } from "./classes.ts";

/**
 * Something that keeps a fact from its ledger, found by a pure function: it holds now, and is gone when its cause is gone.
 * `cause` names it stably within (transaction, class): the same trouble found again is the same exception.
 */
export interface Problem {
  readonly class: ExceptionClass;
  /** Narrows the class: for data.unmapped one of item, location, tender, tax, entity, account, store. */
  readonly code: string;
  readonly cause: string;
  /** What, which and what next, for the person at the desk. No personal data. */
  readonly message: string;
  readonly event?: EventKey;
  readonly document?: DocumentKey;
  /** Hours from opening to the due time, where policy says so; absent: those of the class. */
  readonly dueHours?: number;
  readonly amount?: MinorUnits;
  readonly currency?: Currency;
  /** Where a policy grades it; absent: as its class says. */
  readonly severity?: ExceptionClassData["severity"];
}
