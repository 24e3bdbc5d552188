import { readFileSync } from "node:fs";
import { parseWebhook } from "#adapters/channels/shopify";

export type Fixture = "order" | "order-cancelled" | "order-till" | "refund" | "fulfillment" | "transaction";

/** The text of a webhook body of the project's own, as it would come over HTTP. */
export function bodyText(fixture: Fixture): string {
  return readFileSync(new URL(`../../fixtures/shopify/${fixture}.json`, import.meta.url), "utf8");
}

/** The body with some members replaced; ids beyond 2^53 are not kept here. */
export function bodyWith(fixture: Fixture, changes: Record<string, unknown>): string {
  return JSON.stringify({ ...JSON.parse(bodyText(fixture)), ...changes });
}

export const receivedAt = "2026-11-27T15:00:00.000Z";

export function parse(topic: string, body: string, more: { readonly triggeredAt?: string; readonly eventId?: string } = {}) {
  return parseWebhook({ topic, shop: "quill.myshopify.com", body, receivedAt, ...more });
}

/** The shop's money as Shopify writes it. */
export function set(amount: string, currency = "USD") {
  return { shop_money: { amount, currency_code: currency }, presentment_money: { amount: "999.99", currency_code: "EUR" } };
}
