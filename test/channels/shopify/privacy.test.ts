import { describe, expect, test } from "vitest";
import { parse } from "./webhook-bodies.ts";

const customer = { id: 191167, email: "ada.quill@example.com", phone: "555-625-1199" };
const triggered = { triggeredAt: "2026-11-27T14:00:00Z", eventId: "e1" };

describe("a request about personal data", () => {
  test("for a copy is a task of its own stream, under its own id", () => {
    const body = JSON.stringify({
      shop_id: 954889,
      shop_domain: "quill.myshopify.com",
      orders_requested: [299938, 280263],
      customer,
      data_request: { id: 9999 },
    });
    expect(parse("customers/data_request", body, triggered)).toEqual({
      transaction: "privacy:shopify:quill.myshopify.com:9999",
      kind: "privacy",
      source: "shopify:quill.myshopify.com:privacy-request:9999",
      channel: "shopify",
      shop: "quill.myshopify.com",
      events: [
        {
          name: "privacy.requested",
          schema: 1,
          key: "privacy.requested:9999",
          version: "2026-11-27T14:00:00.000Z/e1",
          occurredAt: "2026-11-27T14:00:00.000Z",
          request: "customer-data",
          orderIds: ["299938", "280263"],
        },
      ],
      references: [],
      issues: [],
    });
  });

  test.each([
    ["customers/data_request", { customer, orders_requested: [1], data_request: { id: 1 } }],
    ["customers/redact", { customer, orders_to_redact: [1] }],
    ["customers/redact", { customer: { email: customer.email }, orders_to_redact: [] }],
  ])("%s names nobody outside of its raw body", (topic, body) => {
    const document = JSON.stringify(parse(topic, JSON.stringify(body), triggered));
    for (const secret of ["ada", "555-625", "191167"]) expect(document).not.toContain(secret);
  });

  test.each([
    ["customers/redact", { customer, orders_to_redact: [299938, "gid", -1, null] }, "erase-customer", ["299938"]],
    ["customers/redact", { shop_id: 1 }, "erase-customer", []],
    ["shop/redact", { shop_id: 954889, shop_domain: "quill.myshopify.com" }, "erase-shop", []],
  ])("%s with %j is %s", (topic, body, request, orderIds) => {
    expect(parse(topic, JSON.stringify(body), triggered).events).toMatchObject([{ request, orderIds }]);
  });

  test("without an id of its own is one task per content", () => {
    const of = (body: unknown) => parse("customers/redact", JSON.stringify(body), triggered).transaction;
    expect(of({ customer, orders_to_redact: [1] })).toBe(of({ customer, orders_to_redact: [1] }));
    expect(of({ customer, orders_to_redact: [1] })).not.toBe(of({ customer, orders_to_redact: [2] }));
  });
});
