import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseResource } from "#adapters/channels/shopify";
import { eventSchema } from "#domain/events";
import { bodyText, parse } from "./webhook-bodies.ts";

const shop = "quill.myshopify.com";
const readAt = "2026-12-05T08:00:00.000Z";
const answer = (name: string) => readFileSync(new URL(`../../fixtures/shopify/${name}.json`, import.meta.url), "utf8");
const read = (resource: string, body: string) => parseResource({ resource, shop, body, readAt });

/** The fixture with one part of its text changed. */
const returnWith = (from: string, to: string) => {
  const text = answer("return-answer");
  if (!text.includes(from)) throw new Error(`the fixture has no ${from}`);
  return read("return", text.replace(from, to));
};

describe("an order that was read back", () => {
  test.each(["order", "order-cancelled", "order-till"] as const)("is the document that its webhook is: %s", (fixture) => {
    expect(read("order", `{"order":${bodyText(fixture)}}`)).toEqual(parse("orders/updated", bodyText(fixture)));
  });
});

describe("a return that was read back", () => {
  const document = read("return", answer("return-answer"));
  const common = { schema: 1, version: readAt, orderId: "9007199254740997", returnId: "945000954" };
  const lines = [
    { id: "601", lineId: "9007199254740999", item: "MUG-BLUE", quantityMillionths: 2_000_000 },
    { id: "602", item: "", quantityMillionths: 1_000_000 },
  ];

  test("belongs to its sale", () => {
    expect({ ...document, events: document.events.length }).toEqual({
      transaction: `sale:shopify:${shop}:9007199254740997`,
      kind: "sale",
      source: `shopify:${shop}:return:945000954`,
      channel: "shopify",
      shop,
      version: readAt,
      events: 6,
      references: [
        { type: "order", value: "9007199254740997" },
        { type: "return", value: "945000954" },
      ],
      issues: [],
    });
  });

  test("was requested, authorised for its fees, received in parts, exchanged and closed", () => {
    expect(document.events).toEqual([
      {
        name: "return.requested",
        key: "return.requested:945000954",
        ...common,
        occurredAt: "2026-11-29T09:00:00.000Z",
        returnName: "#1001-R1",
        lines,
      },
      {
        name: "return.authorized",
        key: "return.authorized:945000954",
        ...common,
        occurredAt: "2026-11-29T10:30:00.000Z",
        lines,
        currency: "USD",
        fees: [
          { id: "701", kind: "restocking", amount: 350 },
          { id: "801", kind: "shipping", amount: 495 },
        ],
      },
      {
        name: "return.received",
        key: "return.received:521",
        ...common,
        version: "2026-12-03T11:00:00.000Z",
        occurredAt: "2026-12-03T11:00:00.000Z",
        receiptId: "521",
        lineId: "9007199254740999",
        item: "MUG-BLUE",
        quantityMillionths: 1_000_000,
        disposition: "restocked",
        location: "300",
      },
      {
        name: "return.received",
        key: "return.received:522",
        ...common,
        version: "2026-12-04T15:00:00.000Z",
        occurredAt: "2026-12-04T15:00:00.000Z",
        receiptId: "522",
        lineId: "9007199254740999",
        item: "MUG-BLUE",
        quantityMillionths: 1_000_000,
        disposition: "missing",
      },
      {
        name: "exchange.arranged",
        key: "exchange.arranged:945000954",
        ...common,
        occurredAt: "2026-11-29T10:30:00.000Z",
        lines: [
          { id: "901", lineId: "9007199254741001", item: "MUG-RED", quantityMillionths: 1_000_000 },
          { id: "902", item: "", quantityMillionths: 1_000_000 },
        ],
      },
      { name: "return.closed", key: "return.closed:945000954", ...common, occurredAt: "2026-12-04T16:00:00.000Z" },
    ]);
  });

  test("states valid events only", () => {
    for (const event of document.events) expect(eventSchema.safeParse(event).success, event.key).toBe(true);
  });

  test.each([
    ["REQUESTED", ["return.requested", "return.authorized"]],
    ["OPEN", ["return.requested", "return.authorized"]],
    ["DECLINED", ["return.requested", "return.authorized", "return.rejected"]],
    ["CANCELED", ["return.requested", "return.authorized", "return.cancelled"]],
  ])("of status %s was approved as it says, and ended as its status says", (status, names) => {
    const events = returnWith('"CLOSED"', `"${status}"`).events;
    expect(events.map(({ name }) => name).filter((name) => name !== "return.received" && name !== "exchange.arranged")).toEqual(names);
  });

  test("that waits for approval is requested only", () => {
    const text = answer("return-answer").replace('"CLOSED"', '"REQUESTED"').replace('"2026-11-29T10:30:00Z"', "null");
    expect(read("return", text).events.map(({ name }) => name)).not.toContain("return.authorized");
  });

  test.each([
    ["a status that nobody knows", '"CLOSED"', '"MELTED"', "data.value/status"],
    ["a disposition that nobody knows", '"RESTOCKED"', '"EATEN"', "data.value/dispositions[].type"],
    ["a fee that is no exact amount", '"4.95"', '"4.955"', "data.value/returnShippingFees[].amountSet"],
    ["a fee below zero", '"4.95"', '"-4.95"', "data.value/returnShippingFees[].amountSet"],
    [
      "fees in two currencies",
      '"amount": "4.95", "currencyCode": "USD"',
      '"amount": "4.95", "currencyCode": "CAD"',
      "money.currency-mismatch/restockingFee[].amountSet",
    ],
    ["a quantity that is none", '"quantity": 2', '"quantity": -2', "data.value/returnLineItems.nodes[].quantity"],
    ["no time of its request", '"2026-11-29T09:00:00Z"', "null", "data.missing/createdAt"],
  ])("with %s is kept and not believed", (_, from, to, problem) => {
    const { events, issues } = returnWith(from, to);
    expect([events, issues.map((issue) => `${issue.class}/${issue.code}`)]).toEqual([[], [problem]]);
  });

  test.each(["returnLineItems", "exchangeLineItems", "reverseFulfillmentOrders"])(
    "with more %s than a page is kept and not believed",
    (field) => {
      const json = JSON.parse(answer("return-answer"));
      json.data.return[field].pageInfo.hasNextPage = true;
      const { events, issues, version } = read("return", JSON.stringify(json));
      expect([events, issues.map((issue) => issue.code), version]).toEqual([[], [field], readAt]);
    },
  );

  test("without its order is kept as a file", () => {
    expect(returnWith('"gid://shopify/Order/9007199254740997"', '"order 1"')).toMatchObject({
      kind: "file",
      issues: [{ class: "data.value", code: "order.id" }],
    });
  });
});

test("a receipt is the same fact whether the return or the warehouse's order was read, less what only one of them states", () => {
  const [order] = JSON.parse(answer("return-answer")).data.return.reverseFulfillmentOrders.nodes;
  const body = JSON.stringify({ data: { reverseFulfillmentOrder: { ...order, order: { id: "gid://shopify/Order/9007199254740997" } } } });
  const alone = read("reverse-fulfillment-order", body);
  const inReturn = read("return", answer("return-answer")).events.filter(({ name }) => name === "return.received");
  expect(alone.events).toEqual(
    inReturn.map((event) => ({ ...event, returnId: undefined })).map((event) => JSON.parse(JSON.stringify(event))),
  );
  expect([alone.transaction, alone.version]).toEqual([`sale:shopify:${shop}:9007199254740997`, readAt]);
});

describe("a transfer that was read back", () => {
  test("has a fact per shipment under way, and one per shipment of which something has arrived", () => {
    const document = read("inventory-transfer", answer("transfer-answer"));
    const places = { schema: 1, version: readAt, transferId: "71", origin: "100", destination: "700" };
    expect([document.transaction, document.kind, document.issues]).toEqual([`transfer:shopify:${shop}:71`, "transfer", []]);
    expect(document.events).toEqual([
      {
        name: "transfer.shipped",
        key: "transfer.shipped:81",
        ...places,
        shipmentId: "81",
        occurredAt: "2026-11-25T08:00:00.000Z",
        lines: [{ id: "91", item: "MUG-BLUE", quantityMillionths: 10_000_000 }],
      },
      {
        name: "transfer.received",
        key: "transfer.received:81",
        ...places,
        shipmentId: "81",
        occurredAt: "2026-11-27T10:00:00.000Z",
        lines: [{ id: "91", item: "MUG-BLUE", acceptedMillionths: 7_000_000, rejectedMillionths: 1_000_000 }],
      },
      {
        name: "transfer.shipped",
        key: "transfer.shipped:82",
        ...places,
        shipmentId: "82",
        occurredAt: "2026-11-26T08:00:00.000Z",
        lines: [{ id: "92", item: "MUG-RED", quantityMillionths: 4_000_000 }],
      },
    ]);
    for (const event of document.events) expect(eventSchema.safeParse(event).success, event.key).toBe(true);
  });

  test("without the time of a shipment that is under way is kept and not believed", () => {
    const text = answer("transfer-answer").replace('"dateShipped": "2026-11-26T08:00:00Z"', '"dateShipped": null');
    const { events, issues } = read("inventory-transfer", text);
    expect([events, issues.map((issue) => issue.code)]).toEqual([[], ["shipments.dateShipped"]]);
  });
});

test.each(["customer", "constructor", ""])("resource %j is refused by name", (resource) => {
  expect(() => read(resource, "{}")).toThrow(`resource ${JSON.stringify(resource)} cannot be read from Shopify`);
});
