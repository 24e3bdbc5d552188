import { describe, expect, test } from "vitest";
import { parse } from "./webhook-bodies.ts";

const dispute = (more: Record<string, unknown> = {}) =>
  JSON.stringify({
    id: 1052608616,
    order_id: 5002,
    type: "chargeback",
    amount: "100.50",
    currency: "USD",
    reason: "fraudulent",
    network_reason_code: "4827",
    status: "needs_response",
    evidence_due_by: "2026-12-10T19:00:00-05:00",
    evidence_sent_on: null,
    finalized_on: null,
    initiated_at: "2026-11-27T20:00:00-05:00",
    ...more,
  });

describe("a dispute", () => {
  test("opens on its sale, with what is contested and by when evidence is due", () => {
    const { events, transaction, references, issues } = parse("disputes/create", dispute());
    expect([transaction, references, issues]).toEqual([
      "sale:shopify:quill.myshopify.com:5002",
      [
        { type: "order", value: "5002" },
        { type: "dispute", value: "1052608616" },
      ],
      [],
    ]);
    const common = {
      schema: 1,
      version: "10///2026-12-11T00:00:00.000Z",
      disputeId: "1052608616",
      orderId: "5002",
      occurredAt: "2026-11-28T01:00:00.000Z",
    };
    expect(events).toEqual([
      {
        name: "dispute.opened",
        key: "dispute.opened:1052608616",
        ...common,
        kind: "chargeback",
        amount: 10_050,
        currency: "USD",
        reason: "fraudulent",
        networkReason: "4827",
      },
      {
        name: "dispute.updated",
        key: "dispute.updated:1052608616",
        ...common,
        status: "needs-response",
        evidenceDueBy: "2026-12-11T00:00:00.000Z",
      },
    ]);
  });

  test.each([
    ["won", "won"],
    ["lost", "lost"],
    ["accepted", "accepted"],
    ["charge_refunded", "refunded"],
  ])("that is %s ends as %s, dated by what is stated", (status, outcome) => {
    const ended = (more: Record<string, unknown>) => parse("disputes/update", dispute({ status, ...more })).events.at(-1);
    expect(ended({ finalized_on: "2026-12-20T10:00:00Z" })).toMatchObject({
      name: "dispute.closed",
      outcome,
      occurredAt: "2026-12-20T10:00:00.000Z",
    });
    expect(ended({ evidence_sent_on: "2026-12-09T10:00:00Z" })?.occurredAt).toBe("2026-12-09T10:00:00.000Z");
    expect(ended({})?.occurredAt).toBe("2026-11-28T01:00:00.000Z");
  });

  test("comes further by version: inquiry, chargeback, evidence sent, ended", () => {
    const versions = [
      { type: "inquiry" },
      {},
      { status: "under_review", evidence_sent_on: "2026-12-09T10:00:00Z" },
      { status: "lost", evidence_sent_on: "2026-12-09T10:00:00Z", finalized_on: "2026-12-20T10:00:00Z" },
    ].map((more) => parse("disputes/update", dispute(more)).events[0]!.version);
    expect([...versions].sort()).toEqual(versions);
    expect(new Set(versions).size).toBe(4);
  });

  test.each([
    ["an unknown status", { status: "melted" }, "status"],
    ["an unknown type", { type: "duel" }, "type"],
    ["no currency", { currency: "XYZ" }, "currency"],
    ["half a cent", { amount: "1.005" }, "amount"],
    ["less than nothing", { amount: "-1.00" }, "amount"],
    ["no beginning", { initiated_at: null }, "initiated_at"],
  ])("with %s is kept and not believed", (_, more, code) => {
    const { events, issues } = parse("disputes/create", dispute(more));
    expect([events, issues.map((issue) => issue.code)]).toEqual([[], [code]]);
  });
});

describe("fulfillment_events/create", () => {
  const event = (status: string) =>
    JSON.stringify({
      id: 1,
      order_id: 5002,
      fulfillment_id: 7001,
      status,
      happened_at: "2026-11-28T10:00:00-05:00",
      message: "Left with Ada",
    });

  test("a delivery is a fact of the fulfilment", () => {
    expect(parse("fulfillment_events/create", event("delivered")).events).toEqual([
      {
        name: "fulfillment.delivered",
        schema: 1,
        key: "fulfillment.delivered:7001",
        version: "2026-11-28T15:00:00.000Z",
        occurredAt: "2026-11-28T15:00:00.000Z",
        orderId: "5002",
        fulfillmentId: "7001",
      },
    ]);
  });

  test.each(["in_transit", "out_for_delivery", "attempted_delivery", "failure"])("%s is kept without events", (status) => {
    expect(parse("fulfillment_events/create", event(status))).toMatchObject({ events: [], issues: [] });
  });
});

describe("tender_transactions/create", () => {
  const tender = (more: Record<string, unknown> = {}) =>
    JSON.stringify({
      id: 1011222837,
      order_id: 5002,
      amount: "25.00",
      currency: "USD",
      processed_at: "2026-11-27T10:00:00Z",
      remote_reference: "ch_3PnX",
      payment_method: "credit_card",
      ...more,
    });

  test("gives the gateway's name of a payment, and no event", () => {
    const { events, references } = parse("tender_transactions/create", tender());
    expect([events, references]).toEqual([
      [],
      [
        { type: "order", value: "5002" },
        { type: "gateway-reference", value: "ch_3PnX" },
      ],
    ]);
  });

  test("of cash has no name at a gateway", () => {
    expect(parse("tender_transactions/create", tender({ remote_reference: null })).references).toEqual([{ type: "order", value: "5002" }]);
  });
});

test("a payment by gift card can be found by the card", () => {
  const body = JSON.stringify({
    id: 9001,
    order_id: 5002,
    kind: "sale",
    status: "success",
    gateway: "gift_card",
    amount: "10.00",
    currency: "USD",
    created_at: "2026-11-27T10:00:00Z",
    receipt: { gift_card_id: 445566, gift_card_last_characters: "0d0d" },
  });
  expect(parse("order_transactions/create", body).references).toContainEqual({ type: "gift-card", value: "445566" });
  const other = JSON.parse(body);
  expect(parse("order_transactions/create", JSON.stringify({ ...other, gateway: "cash" })).references).not.toContainEqual({
    type: "gift-card",
    value: "445566",
  });
});
