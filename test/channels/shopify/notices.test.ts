import { describe, expect, test } from "vitest";
import { parse } from "./webhook-bodies.ts";

const shop = "quill.myshopify.com";
const triggered = { triggeredAt: "2026-11-27T14:03:22.123456789Z", eventId: "98880550-7158-44d4-b7cd-2c97c8a091b5" };
const version = "2026-11-27T14:03:22.123Z/98880550-7158-44d4-b7cd-2c97c8a091b5";

describe("a body that only names an order", () => {
  test("is a notice to look at the source, in the order's sale", () => {
    expect(parse("orders/updated", '{"id":9007199254740993}', triggered)).toEqual({
      transaction: `sale:shopify:${shop}:9007199254740993`,
      kind: "sale",
      source: `shopify:${shop}:order-notice:9007199254740993`,
      channel: "shopify",
      shop,
      events: [
        {
          name: "source.changed",
          schema: 1,
          key: "source.changed:order-9007199254740993",
          version,
          occurredAt: "2026-11-27T14:03:22.123Z",
          channel: "shopify",
          shop,
          resource: "order",
          id: "9007199254740993",
        },
      ],
      references: [{ type: "order", value: "9007199254740993" }],
      issues: [],
    });
  });

  test("may carry an address, which is not followed: only the id counts", () => {
    const body = '{"id":5002,"payload_url":"https://evil.example/x","admin_graphql_api_id":"gid://shopify/Order/5002"}';
    expect(JSON.stringify(parse("orders/create", body, triggered))).not.toContain("evil");
    expect(parse("orders/create", body, triggered).events).toMatchObject([{ name: "source.changed", resource: "order", id: "5002" }]);
  });

  test("without an id is kept as a file, by name", () => {
    expect(parse("orders/create", '{"payload_url":"https://example.com/x"}')).toMatchObject({
      kind: "file",
      issues: [{ class: "data.missing", code: "id" }],
    });
  });

  test("two changes are two notices, two deliveries of one change are one", () => {
    const of = (more: { triggeredAt?: string; eventId?: string }) => parse("orders/updated", '{"id":5002}', more);
    expect(of(triggered)).toEqual(of({ ...triggered }));
    expect(of(triggered).events[0]?.version).not.toBe(of({ ...triggered, eventId: "another" }).events[0]?.version);
    expect(of({ ...triggered, triggeredAt: "2026-11-27T14:03:23Z" }).events[0]!.version > of(triggered).events[0]!.version).toBe(true);
  });

  test.each([
    ["no time at all", {}, "2026-11-27T15:00:00.000Z/"],
    ["a time that is none", { triggeredAt: "yesterday", eventId: "e1" }, "2026-11-27T15:00:00.000Z/e1"],
    ["a name with a separator", { triggeredAt: "2026-11-27T14:00:00Z", eventId: "a#b" }, "2026-11-27T14:00:00.000Z/"],
    ["a name without end", { triggeredAt: "2026-11-27T14:00:00Z", eventId: "x".repeat(121) }, "2026-11-27T14:00:00.000Z/"],
  ])("with %s takes what is known", (_, more, expected) => {
    expect(parse("orders/updated", '{"id":5002}', more).events[0]?.version).toBe(expected);
  });
});

describe("orders/edited", () => {
  const edit = (more: Record<string, unknown> = {}) =>
    JSON.stringify({
      order_edit: {
        id: 78912328793,
        order_id: 5002,
        created_at: "2026-11-27T09:01:00-05:00",
        committed_at: "2026-11-27T09:02:30-05:00",
        notify_customer: true,
        staff_note: "asked by ada.quill@example.com",
        line_items: { additions: [{ id: 7001, delta: 2 }], removals: [{ id: 7002, delta: 1 }] },
        discounts: { line_item: { additions: [], removals: [] } },
        ...more,
      },
    });

  test("states the units that were added and taken out, and has the order read again: not older than the edit", () => {
    const { events, source, transaction, references, issues } = parse("orders/edited", edit(), triggered);
    expect([transaction, source, references, issues]).toEqual([
      `sale:shopify:${shop}:5002`,
      `shopify:${shop}:order-edit:78912328793`,
      [{ type: "order", value: "5002" }],
      [],
    ]);
    expect(events).toEqual([
      {
        name: "order.edited",
        schema: 1,
        key: "order.edited:78912328793",
        version: "2026-11-27T14:02:30.000Z",
        occurredAt: "2026-11-27T14:02:30.000Z",
        orderId: "5002",
        editId: "78912328793",
        lines: [
          { lineId: "7001", deltaMillionths: 2_000_000 },
          { lineId: "7002", deltaMillionths: -1_000_000 },
        ],
      },
      {
        name: "source.changed",
        schema: 1,
        key: "source.changed:order-5002",
        version,
        occurredAt: "2026-11-27T14:03:22.123Z",
        channel: "shopify",
        shop,
        resource: "order",
        id: "5002",
        notBefore: "2026-11-27T14:02:30.000Z",
      },
    ]);
  });

  test("says nothing of people", () => {
    expect(JSON.stringify(parse("orders/edited", edit()))).not.toContain("ada");
  });

  test.each([
    ["without its order", { order_id: null }, "order_edit.order_id", "file"],
    ["with a delta that is none", { line_items: { additions: [{ id: 1, delta: -2 }] } }, "line_items.additions[].delta", "sale"],
  ])("%s is kept and named", (_, more, code, kind) => {
    const document = parse("orders/edited", edit(more));
    expect([document.kind, document.events, document.issues.map((issue) => issue.code)]).toEqual([kind, [], [code]]);
  });
});

describe("a notice of a return", () => {
  const changed = (document: ReturnType<typeof parse>) =>
    document.events.map((event) => (event.name === "source.changed" ? `${event.resource} ${event.id}` : event.name));

  test.each([
    ["returns/request", '{"id":945000954,"order":{"id":5002},"status":"requested","return_line_items":[]}'],
    ["returns/approve", '{"id":945000954,"order":{"id":5002},"status":"open","return_shipping_fees":[{"id":1}]}'],
    ["returns/decline", '{"id":945000954,"order":{"id":5002},"status":"declined","decline":{"reason":"other"}}'],
    ["returns/cancel", '{"id":945000954,"order_id":5002,"status":"canceled"}'],
    ["returns/close", '{"id":945000954,"order_id":5002,"status":"closed"}'],
    ["returns/reopen", '{"id":945000954,"order_id":5002,"status":"open"}'],
  ])("%s, which states no time and no amounts, has the return read", (topic, body) => {
    const document = parse(topic, body, triggered);
    expect([document.transaction, document.kind, changed(document)]).toEqual([`sale:shopify:${shop}:5002`, "sale", ["return 945000954"]]);
    expect(document.references).toEqual([
      { type: "order", value: "5002" },
      { type: "return", value: "945000954" },
    ]);
  });

  test("that does not name its order has a stream of its own until the return was read", () => {
    const document = parse(
      "returns/update",
      '{"admin_graphql_api_id":"gid://shopify/Return/9007199254740993","restocking_fees":{}}',
      triggered,
    );
    expect([document.transaction, document.kind, changed(document)]).toEqual([
      `source:shopify:${shop}:return:9007199254740993`,
      "source",
      ["return 9007199254740993"],
    ]);
  });

  test("that names no return at all is kept as a file", () => {
    expect(parse("returns/process", "{}")).toMatchObject({ kind: "file", events: [], issues: [{ class: "data.missing", code: "id" }] });
  });
});

test("goods that were put somewhere are a notice of the warehouse's order", () => {
  const document = parse("reverse_fulfillment_orders/dispose", '{"id":501,"total_dispositions":1,"dispositions":[{"id":521}]}', triggered);
  expect([document.transaction, document.events[0]?.key]).toEqual([
    `source:shopify:${shop}:reverse-fulfillment-order:501`,
    "source.changed:reverse-fulfillment-order-501",
  ]);
});

test.each(["ready_to_ship", "add_items", "remove_items", "update_item_quantities", "cancel", "complete"])(
  "inventory_transfers/%s has the transfer read, in the transfer's own stream",
  (action) => {
    const body = '{"id":"gid://shopify/InventoryTransfer/71","status":"READY_TO_SHIP","happened_at":"2026-11-25T08:00:00-05:00"}';
    const document = parse(`inventory_transfers/${action}`, body, triggered);
    expect([document.transaction, document.kind, document.events[0]?.key]).toEqual([
      `transfer:shopify:${shop}:71`,
      "transfer",
      "source.changed:inventory-transfer-71",
    ]);
  },
);
