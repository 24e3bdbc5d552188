import { describe, expect, test } from "vitest";
import { bodyText, bodyWith, parse, set } from "./webhook-bodies.ts";

const factsOf = (changes: Record<string, unknown>) => parse("order_transactions/create", bodyWith("transaction", changes));

describe("order_transactions/create", () => {
  test("a sale is a capture: money has moved", () => {
    expect(parse("order_transactions/create", bodyText("transaction"))).toEqual({
      transaction: "sale:shopify:quill.myshopify.com:5002",
      kind: "sale",
      source: "shopify:quill.myshopify.com:transaction:9100",
      channel: "shopify",
      shop: "quill.myshopify.com",
      issues: [],
      references: [
        { type: "order", value: "5002" },
        { type: "payment", value: "9100" },
      ],
      events: [
        {
          name: "payment.captured",
          schema: 1,
          key: "payment.captured:9100",
          version: "1-2026-11-30T04:30:01.000Z",
          occurredAt: "2026-11-30T04:30:01.000Z",
          orderId: "5002",
          paymentId: "9100",
          gateway: "shopify_payments",
          manual: false,
          amount: 12_430,
          currency: "CAD",
          cardBrand: "Visa",
        },
      ],
    });
  });

  test("what the customer paid in their own currency is told beside the shop's money", () => {
    const amount_set = {
      shop_money: { amount: "124.30", currency_code: "CAD" },
      presentment_money: { amount: "84.10", currency_code: "EUR" },
    };
    expect(factsOf({ amount: "84.10", currency: "EUR", amount_set }).events).toMatchObject([
      { amount: 12_430, currency: "CAD", foreign: { amount: 8_410, currency: "EUR" } },
    ]);
    // Stated in the customer's currency alone, it is a fact in that currency: the order says what it counts for.
    const [alone] = factsOf({ amount: "84.10", currency: "EUR" }).events;
    expect(alone).toMatchObject({ amount: 8_410, currency: "EUR" });
    expect(alone).not.toHaveProperty("foreign");
  });

  test.each([
    ["authorization", "success", "payment.authorized:9100"],
    ["capture", "success", "payment.captured:9100"],
    ["sale", "success", "payment.captured:9100"],
    ["void", "success", "payment.voided:9100"],
    ["authorization", "failure", "payment.failed:9100"],
    ["capture", "error", "payment.failed:9100"],
    ["sale", "failure", "payment.failed:9100"],
    ["void", "error", "payment.failed:9100"],
    ["refund", "success", "payment.refunded:9100"],
    ["refund", "pending", "payment.refunded:9100"],
    ["refund", "failure", "payment.refunded:9100"],
  ])("%s with status %s is %s", (kind, status, key) => {
    expect(factsOf({ kind, status }).events.map((event) => event.key)).toEqual([key]);
  });

  test.each(["authorization", "capture", "sale", "void"])("a pending %s is kept without events", (kind) => {
    const { events, issues } = factsOf({ kind, status: "pending" });
    expect({ events, issues }).toEqual({ events: [], issues: [] });
  });

  test("a refund is superseded by its success, and a success by its failure, whatever their times", () => {
    const refund = (status: string, processed_at: string) => factsOf({ kind: "refund", status, processed_at }).events[0];
    expect(refund("pending", "2026-12-01T12:00:00Z")).toMatchObject({ status: "pending", version: "0-2026-12-01T12:00:00.000Z" });
    expect(refund("success", "2026-12-01T11:00:00Z")).toMatchObject({ status: "success", version: "1-2026-12-01T11:00:00.000Z" });
    expect(refund("error", "2026-12-01T10:00:00Z")).toMatchObject({ status: "failed", version: "2-2026-12-01T10:00:00.000Z" });
  });

  test("shop money wins where it is stated", () => {
    expect(factsOf({ amount_set: set("135.00", "USD") }).events[0]).toMatchObject({ amount: 13_500, currency: "USD" });
  });

  test("a gift card, a manual gateway and cash rounding pass through as the channel states them", () => {
    expect(factsOf({ gateway: "gift_card", payment_details: null }).events[0]).toMatchObject({ gateway: "gift_card" });
    expect(factsOf({ gateway: "Cash on Delivery (COD)", manual_payment_gateway: true }).events[0]).toMatchObject({ manual: true });
    expect(factsOf({ gateway: "cash", amount_rounding: "-0.02" }).events[0]).toMatchObject({ rounding: -2 });
    expect(factsOf({ manual_payment_gateway: undefined }).events[0]).not.toHaveProperty("manual");
  });

  test.each([
    ["kind", { kind: "change" }, "data.value"],
    ["kind", { kind: "toString" }, "data.value"],
    ["status", { status: "constructor" }, "data.value"],
    ["amount", { amount: null }, "data.missing"],
    ["amount", { amount: "-1.00" }, "data.value"],
    ["amount", { amount: "1.005" }, "data.value"],
    ["currency", { currency: null }, "data.missing"],
    ["currency", { currency: "cad" }, "data.value"],
    ["created_at", { created_at: "2026-11-29" }, "data.value"],
    ["processed_at", { processed_at: "0000-01-01T00:00:00+14:00" }, "data.value"],
    ["processed_at", { processed_at: "9999-12-31T23:59:59-14:00" }, "data.value"],
  ])("a transaction whose %s is %j is held as %s", (code, changes, name) => {
    const { events, issues } = factsOf(changes);
    expect(events).toEqual([]);
    expect(issues.map((issue) => ({ class: issue.class, code: issue.code }))).toEqual([{ class: name, code }]);
  });

  test("no card number, holder or authorisation leaves the raw body", () => {
    const facts = JSON.stringify(parse("order_transactions/create", bodyText("transaction")));
    for (const personal of ["Ada", "4242", "secret-authorization"]) expect(facts).not.toContain(personal);
  });
});
