import type { DocumentKey, TransactionId } from "#domain/identity";
import type { JournalDocument, StockDocument, TargetLine, TargetMovement, ToldDocument } from "#domain/ledger";
import type { Currency, MinorUnits } from "#domain/money";
import type { ElectionValue } from "#domain/policy";

/** What binding adds when the document is planned: stored with the plan, never hashed. */
export interface BoundLine extends TargetLine {
  readonly account: string;
  readonly functionalAmount: MinorUnits;
  /** A tax whose business date was filed already: it is declared for a later day, and amends the return of its own. */
  readonly amends?: TaxAmendment;
}

export interface TaxAmendment {
  /** The first day that was not filed yet, YYYY-MM-DD. */
  readonly taxDate: string;
  /** The business date, in the return that is to be amended. */
  readonly originalDate: string;
}

export interface BoundMovement extends TargetMovement {
  readonly inventoryAccount: string;
  readonly counterAccount: string;
  /** Not negative, functional currency, for the whole quantity; absent = the ERP's average decides. */
  readonly totalCost?: MinorUnits;
}

interface Binding {
  readonly postingDate: string;
  readonly functionalCurrency: Currency;
  readonly policyVersion: string;
}

export interface BoundJournal extends JournalDocument, Binding {
  readonly lines: readonly BoundLine[];
}

export interface BoundStock extends StockDocument, Binding {
  readonly movements: readonly BoundMovement[];
}

export type BoundDocument = BoundJournal | BoundStock;

/** One step that is sent, with everything that is sent: re-sending it sends the same bytes. */
export type SentStep =
  | { readonly kind: "post"; readonly key: DocumentKey; readonly erpKey: string; readonly hash: string; readonly document: BoundDocument }
  | {
      readonly kind: "reverse";
      readonly key: DocumentKey;
      /** Of the reversal itself, derived from `reverses`. */
      readonly erpKey: string;
      /** ERP key of the document to reverse. */
      readonly reverses: string;
      readonly entity: string;
      readonly postingDate: string;
      /** What the ERP makes of it (c36); absent: the mirror of the document. */
      readonly correctionStyle?: Exclude<ElectionValue<"correctionStyle">, "reversal">;
      /** Taxes of filed days that it takes back: the ERP mirrors the document's lines, so they are told here. */
      readonly amends?: readonly (TaxAmendment & { readonly jurisdiction: string; readonly amount: MinorUnits })[];
    };

/** What happened before the cut-over is recorded and never sent: the ERP holds it in its opening balances. */
export interface OpeningStep {
  readonly kind: "opening";
  readonly key: DocumentKey;
  readonly erpKey: string;
  /** "" when the document is no more. */
  readonly hash: string;
  /** Null: it is no more, and its difference was booked by hand. */
  readonly document: BoundDocument | null;
}

/** Facts are recorded in another stream. Telling is no posting: it has no period, no account and no ERP. */
export interface TellStep {
  readonly kind: "tell";
  readonly key: DocumentKey;
  readonly erpKey: string;
  /** "" when what was told is withdrawn. */
  readonly hash: string;
  readonly entity: string;
  readonly to: TransactionId;
  /** Null: what this key told `to` before is withdrawn. */
  readonly document: ToldDocument | null;
}

/** One step of a plan. */
export type PlanStep = SentStep | OpeningStep | TellStep;

/** The cost that the ERP gave a movement: total for the quantity, not negative, functional currency. */
export interface MovementCost {
  readonly movement: string;
  readonly totalCost: MinorUnits;
}

/** The definitive answer for one step. "skipped": not sent, because the step before it in its group was refused. */
export type StepResult =
  | {
      readonly kind: "done";
      /** The ERP's own document number; for what is not sent, one of `unsentNumbers`. */
      readonly number: string;
      readonly costs?: readonly MovementCost[];
      /** What the ERP wants people to know, such as stock gone negative. */
      readonly warnings?: readonly string[];
    }
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  | { readonly kind: "skipped" };

/** What stands in the place of the ERP's number for a step that no ERP ever sees. */
export const unsentNumbers = { opening: "opening", tell: "told" } as const satisfies Record<Exclude<PlanStep, SentStep>["kind"], string>;

/** Whether a step goes to the ERP; the others are done as soon as they are on record. */
export function isSent(step: PlanStep): step is SentStep {
  return !Object.hasOwn(unsentNumbers, step.kind);
}
