import type { Reference } from "./items.ts";

/** Names that somebody may wait for before anything answers to them. A look for those who wait costs a read, and for another name finds nobody. */
const awaitedTypes = [
  "order",
  "order-name",
  "payment",
  "gateway-reference",
  "return-authorization",
  "dispute",
  "ticket",
  "receipt",
  "till-day",
  "payout",
  "trace",
  "payout-amount",
  "bank-movement",
  "conversion",
] as const satisfies readonly Reference["type"][];

export interface AwaitedReference extends Reference {
  readonly type: (typeof awaitedTypes)[number];
}

const awaited: ReadonlySet<string> = new Set(awaitedTypes);

export function isAwaited(reference: Reference): reference is AwaitedReference {
  return awaited.has(reference.type);
}
