import type { WebOrder } from "./web-order.ts";

/**
 * Native ids as decimal text. JSON.stringify cannot write a number above 2^53, so ids are marked on the way in and written as bare numbers
 * on the way out.
 */
export function idNumber(id: string): string {
  return `#id:${id}#`;
}

/** JSON text in which every marked id is a number. */
export function jsonWithIds(value: unknown): string {
  return JSON.stringify(value).replace(/"#id:(\d+)#"/g, "$1");
}

export function orderId(order: WebOrder): string {
  return order.longId ?? String(6_120_000_000_000 + order.number);
}

export function lineId(order: WebOrder, index: number): string {
  return String(15_310_000_000_000 + order.number * 100 + index);
}

export function shippingLineId(order: WebOrder): string {
  return String(5_040_000_000_000 + order.number);
}

/** The `index`-th of its kind in the order. */
export function fulfillmentId(order: WebOrder, index: number): string {
  return String(5_550_000_000_000 + order.number * 10 + index);
}

export function transactionId(order: WebOrder, index: number): string {
  return String(7_280_000_000_000 + order.number * 10 + index);
}

export function refundId(order: WebOrder, index: number): string {
  return String(9_310_000_000_000 + order.number * 10 + index);
}
