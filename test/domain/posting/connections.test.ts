import { expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import type { DocumentItem } from "#domain/lineage";
import { connectionsOf } from "#domain/posting";
import { at, fact, policy } from "../../fixtures/posting-case.ts";

const shipped = (location?: string): BusinessEvent => ({
  name: "fulfillment.shipped",
  schema: 1,
  key: "fulfillment.shipped:1",
  version: "1",
  occurredAt: at(0),
  orderId: "1",
  fulfillmentId: "1",
  lines: [],
  ...(location === undefined ? {} : { location }),
});
const returned = (location: string): BusinessEvent => ({
  name: "refund.issued",
  schema: 1,
  key: "refund.issued:1",
  version: "1",
  occurredAt: at(0),
  processedAt: at(0),
  orderId: "1",
  refundId: "1",
  currency: "USD",
  lines: [{ id: "1", lineId: "1", item: "MUG", quantityMillionths: 1, subtotal: 1, tax: 0, taxes: [], restock: "return", location }],
  shipping: [],
  adjustments: [],
  duties: 0,
  fees: 0,
  payments: [],
});

const unshipped: BusinessEvent = {
  name: "fulfillment.cancelled",
  schema: 1,
  key: "fulfillment.cancelled:1",
  version: "1",
  occurredAt: at(0),
  orderId: "1",
  fulfillmentId: "1",
};
const paidWith = (gateway: string): BusinessEvent => ({
  name: "payment.captured",
  schema: 1,
  key: "payment.captured:1",
  version: "1",
  occurredAt: at(0),
  orderId: "1",
  paymentId: "1",
  gateway,
  amount: 1,
  currency: "USD",
});
const giftCards = {
  channel: "shopify",
  match: "gift_card",
  role: "gift-card-liability",
  dimensions: { issuer: "ca" },
  why: "test",
} as const;

test.each<[string, Partial<DocumentItem>, string[]]>([
  ["a web order concerns the entity that sells", {}, ["erp"]],
  ["a ticket concerns the entity of its store", { channel: "pos", shop: "7" }, ["other"]],
  ["a fulfilment also the entity whose location ships", { events: [shipped("700")] }, ["erp", "other"]],
  ["a fulfilment whose location is not stated may be anybody's", { events: [shipped()] }, ["erp", "other"]],
  ["a cancelled fulfilment names no place and concerns whoever shipped", { events: [unshipped] }, ["erp", "other"]],
  ["a gift card also the entity that issued it", { events: [paidWith("gift_card")] }, ["erp", "other"]],
  ["any other money only the seller", { events: [paidWith("paypal")] }, ["erp"]],
  ["a refund also the entity whose location takes the goods back", { events: [returned("700")] }, ["erp", "other"]],
  ["an unknown shop goes to the first connection, where its exception is found", { shop: "stranger.example" }, ["erp"]],
  ["a shop named like a member of every object is unknown", { shop: "constructor" }, ["erp"]],
])("%s", (_, more, connections) => {
  expect(connectionsOf(fact("a", more), { ...policy, tenders: [giftCards] })).toEqual(connections);
});
