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

test.each<[string, Partial<DocumentItem>, string[]]>([
  ["a web order concerns the entity that sells", {}, ["erp"]],
  ["a ticket concerns the entity of its store", { channel: "pos", shop: "7" }, ["other"]],
  ["a fulfilment also the entity whose location ships", { events: [shipped("700")] }, ["erp", "other"]],
  ["a fulfilment without a location only the seller", { events: [shipped()] }, ["erp"]],
  ["a refund also the entity whose location takes the goods back", { events: [returned("700")] }, ["erp", "other"]],
  ["an unmapped location adds nothing", { events: [shipped("999")] }, ["erp"]],
  ["an unknown shop goes to the first connection, where its exception is found", { shop: "stranger.example" }, ["erp"]],
  ["a shop named like a member of every object is unknown", { shop: "constructor" }, ["erp"]],
])("%s", (_, more, connections) => {
  expect(connectionsOf(fact("a", more), policy)).toEqual(connections);
});

test("a fact of a newer release is not looked into: its document goes to the entity that sells", () => {
  const newer = { ...returned("700"), schema: 2, lines: undefined } as unknown as BusinessEvent;
  expect(connectionsOf(fact("a", { events: [newer] }), policy)).toEqual(["erp"]);
});
