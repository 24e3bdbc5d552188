import { describe, expect, test } from "vitest";
import { handledTopics, parseWebhook } from "#adapters/channels/shopify";
import { bodyText, bodyWith, parse, receivedAt } from "./webhook-bodies.ts";

describe("what the channel takes", () => {
  test("the handled topics are those of orders, money, goods, returns, disputes, transfers and privacy", () => {
    expect(handledTopics).toEqual([
      "orders/create",
      "orders/updated",
      "orders/paid",
      "orders/cancelled",
      "orders/fulfilled",
      "orders/partially_fulfilled",
      "orders/edited",
      "order_transactions/create",
      "fulfillments/create",
      "fulfillments/update",
      "fulfillment_events/create",
      "refunds/create",
      "returns/request",
      "returns/approve",
      "returns/decline",
      "returns/cancel",
      "returns/close",
      "returns/reopen",
      "returns/update",
      "returns/process",
      "reverse_fulfillment_orders/dispose",
      "inventory_transfers/ready_to_ship",
      "inventory_transfers/add_items",
      "inventory_transfers/remove_items",
      "inventory_transfers/update_item_quantities",
      "inventory_transfers/cancel",
      "inventory_transfers/complete",
      "disputes/create",
      "disputes/update",
      "tender_transactions/create",
      "customers/data_request",
      "customers/redact",
      "shop/redact",
    ]);
  });

  test.each(["orders/delete", "inventory_shipments/receive_items", "reverse_deliveries/attach_deliverable", "constructor", ""])(
    "topic %j is refused by name",
    (topic) => {
      expect(() => parse(topic, bodyText("order"))).toThrow(
        expect.objectContaining({ name: "Invalid", message: expect.stringContaining(`topic ${JSON.stringify(topic)} is not handled`) }),
      );
    },
  );

  test.each(["", "not json", "[]", "null", "17", '"text"', '{"id":1', "[".repeat(100_000)])("the body %.20j is refused", (body) => {
    expect(() => parse("orders/create", body)).toThrow(expect.objectContaining({ name: "Invalid" }));
  });

  test("bytes that are not UTF-8 are refused, not repaired", () => {
    const body = new Uint8Array([...Buffer.from('{"id":1,"name":"'), 0xff, ...Buffer.from('"}')]);
    expect(() => parseWebhook({ topic: "orders/create", shop: "quill.myshopify.com", body, receivedAt })).toThrow(
      expect.objectContaining({ name: "Invalid" }),
    );
  });

  test("a refusal does not quote the body", () => {
    expect(() => parse("orders/create", '{"email":"ada.quill@example.com"')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("ada") }),
    );
  });

  test("a shop that is no domain is refused", () => {
    for (const shop of ["", "Quill.myshopify.com", "a/b", "x".repeat(200)]) {
      expect(() => parseWebhook({ topic: "orders/create", shop, body: bodyText("order"), receivedAt })).toThrow(
        expect.objectContaining({ name: "Invalid" }),
      );
    }
  });

  test("bytes and text of one body are one document", () => {
    const bytes = new TextEncoder().encode(bodyText("order"));
    expect(parseWebhook({ topic: "orders/create", shop: "quill.myshopify.com", body: bytes, receivedAt })).toEqual(
      parse("orders/create", bodyText("order")),
    );
  });
});

describe("a body without identity", () => {
  test("is kept as a file under the hash of its bytes, with the missing field named", () => {
    expect(parse("refunds/create", '{"order_id":5002}')).toEqual({
      transaction: "file:shopify:4aeca4662f815cecafe741f82a7ac073fd3b33597a731cf7696edd9014c81c35",
      kind: "file",
      source: "shopify:quill.myshopify.com:file:4aeca4662f815cecafe741f82a7ac073fd3b33597a731cf7696edd9014c81c35",
      channel: "shopify",
      shop: "quill.myshopify.com",
      events: [],
      references: [{ type: "file", value: "4aeca4662f815cecafe741f82a7ac073fd3b33597a731cf7696edd9014c81c35" }],
      issues: [
        {
          class: "data.missing",
          code: "id",
          cause: "shopify refund id",
          message: "Shopify refund: id is not stated, so it belongs to no order. Have the source send it complete.",
        },
      ],
    });
  });

  test.each([
    ["orders/create", { id: 1.5 }, "data.value", "id"],
    ["orders/create", { id: -1 }, "data.value", "id"],
    ["orders/create", { id: "a#b" }, "data.value", "id"],
    ["orders/create", { id: "\ud800" }, "data.value", "id"],
    ["fulfillments/create", { id: 1, order_id: null }, "data.missing", "order_id"],
    ["order_transactions/create", { id: 1, order_id: { id: 1 } }, "data.value", "order_id"],
  ])("%s with %j is %s %s", (topic, body, name, code) => {
    const { kind, issues } = parse(topic, JSON.stringify(body));
    expect(kind).toBe("file");
    expect(issues.map((issue) => ({ class: issue.class, code: issue.code }))).toEqual([{ class: name, code }]);
  });
});

describe("ids beyond 2^53", () => {
  test("two that a double cannot tell apart stay two", () => {
    const ids = ["9007199254740992", "9007199254740993"].map((id) => parse("orders/create", `{"id":${id}}`).transaction);
    expect(ids).toEqual(["sale:shopify:quill.myshopify.com:9007199254740992", "sale:shopify:quill.myshopify.com:9007199254740993"]);
  });

  test("are found behind any white space, in lists, and beside long digits inside strings", () => {
    const body = bodyWith("fulfillment", { tracking_number: "99999999999999999999" }).replace('"id":7001', '"id" :\n 12345678901234567890');
    expect(parse("fulfillments/create", body).events[0]).toMatchObject({ lines: [{ lineId: "12345678901234567890" }] });
  });

  test("an amount of many digits keeps them all", () => {
    const body = bodyWith("transaction", {}).replace('"124.30"', "81234567890123.01");
    expect(parse("order_transactions/create", body).events[0]).toMatchObject({ amount: 8_123_456_789_012_301 });
  });
});
