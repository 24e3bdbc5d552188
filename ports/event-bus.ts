import type { EventName } from "#domain/events";

/** Points at transactions; the body never travels. */
export interface BusEntry {
  readonly name: EventName;
  readonly shop: string;
  /** ERP connections that any of the transactions concerns: rules match on it. */
  readonly connections: readonly string[];
  readonly transactions: readonly { readonly id: string; readonly connections: readonly string[] }[];
}

export interface EventBus {
  /** At least once, in any order. An answer per entry; "failed" entries must be sent again by the caller. */
  publish(entries: readonly BusEntry[]): Promise<readonly ("accepted" | "failed")[]>;
}
