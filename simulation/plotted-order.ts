import { defaultDate, playWebOrder, SeededChoice, type WebhookDelivery, type WebOrder } from "#sample";

export interface TimedWebhook {
  /** An instant. */
  readonly at: string;
  readonly delivery: WebhookDelivery;
}

export const warehouse = "dc-columbus";

/** Paid at once, and all of it shipped from the warehouse. */
export const shipped = [
  { kind: "capture", at: "08:01" },
  { kind: "ship", at: "11:30", from: warehouse },
] as const;

/** The shop refunds so many pieces of a line, and says that they come back to the warehouse. */
export function returnOf(at: string, pieces: number, line = 0) {
  return {
    kind: "refund",
    at,
    lines: [{ line, pieces, restock: "return", to: warehouse }],
    status: "success",
    note: "did not fit",
  } as const;
}

/** What the shop says of an order, the same each time: what is left to choice is drawn by its number. */
export function played(order: WebOrder): readonly TimedWebhook[] {
  return playWebOrder(order, defaultDate, new SeededChoice(order.number));
}

/** By what the orders are called. */
export function playedByNumber(orders: readonly WebOrder[]): ReadonlyMap<string, readonly TimedWebhook[]> {
  return new Map(orders.map((order) => [String(order.number), played(order)]));
}
