import type { EventName } from "#domain/events";

/**
 * Beside the business events: a document that was kept but not believed, facts that another stream told and takes back, a transaction whose
 * awaited reference has appeared, and those that waited when new policies were released, or for an approval that was decided; an exception
 * that a person ended or had tried once more, and one that nobody ended in time.
 */
export type BusName =
  | EventName
  | "document.quarantined"
  | "fact.withdrawn"
  | "reference.found"
  | "policy.released"
  | "approval.decided"
  | "exception.resolved"
  | "exception.retried"
  | "exception.escalated";

/** Points at transactions; the body never travels. */
export interface BusEntry {
  readonly name: BusName;
  /** Shop domain or store id: fairness and routing. */
  readonly shop: string;
  /** ERP connections that any of the transactions concerns: rules match on it. */
  readonly connections: readonly string[];
  /** At most 100. */
  readonly transactions: readonly { readonly id: string; readonly connections: readonly string[] }[];
}

export interface EventBus {
  /** At least once, in any order. An answer per entry; "failed" entries must be sent again by the caller. */
  publish(entries: readonly BusEntry[]): Promise<readonly ("accepted" | "failed")[]>;
}
