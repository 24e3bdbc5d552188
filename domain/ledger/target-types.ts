import type { RateQuestion } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { EventKey } from "#domain/identity";
import type { TargetDocument } from "./documents.ts";

/** What the ERP should hold for one transaction, and what keeps the rest from it. */
export interface Target {
  /** In order of their events; keys are unique. */
  readonly documents: readonly TargetDocument[];
  readonly problems: readonly Problem[];
  /** What holds again as soon as somebody refuses the document that the problem names; absent: nothing does. */
  readonly ifRefused?: readonly Problem[];
  /** Events that lack a document because a problem holds it back: their own, or one that their amounts or costs depend on. */
  readonly heldEvents: readonly EventKey[];
  /** Rates that documents wait for; absent: none. */
  readonly ratesWanted?: readonly RateQuestion[];
}
