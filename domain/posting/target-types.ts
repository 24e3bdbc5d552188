import type { Problem } from "#domain/exceptions";
import type { EventKey } from "#domain/identity";
import type { TargetDocument } from "./documents.ts";

/** What the ERP should hold for one transaction, and what keeps the rest from it. */
export interface Target {
  /** In order of their events; keys are unique. */
  readonly documents: readonly TargetDocument[];
  readonly problems: readonly Problem[];
  /** Events that lack a document because a problem holds it back: their own, or one that their amounts or costs depend on. */
  readonly heldEvents: readonly EventKey[];
}
