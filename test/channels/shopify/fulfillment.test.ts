import { describe, expect, test } from "vitest";
import { bodyText, bodyWith, parse } from "./webhook-bodies.ts";

describe("fulfillments/create and fulfillments/update", () => {
  test("a successful fulfilment has shipped its lines from its location", () => {
    expect(parse("fulfillments/create", bodyText("fulfillment"))).toEqual({
      transaction: "sale:shopify:quill.myshopify.com:5002",
      kind: "sale",
      source: "shopify:quill.myshopify.com:fulfillment:8002",
      channel: "shopify",
      shop: "quill.myshopify.com",
      issues: [],
      references: [
        { type: "order", value: "5002" },
        { type: "fulfillment", value: "8002" },
      ],
      events: [
        {
          name: "fulfillment.shipped",
          schema: 1,
          key: "fulfillment.shipped:8002",
          version: "2026-11-30T13:00:00.000Z",
          occurredAt: "2026-11-30T13:00:00.000Z",
          orderId: "5002",
          fulfillmentId: "8002",
          location: "4001",
          carrier: "UPS",
          lines: [{ lineId: "7001", item: "LAMP", quantityMillionths: 1_000_000 }],
        },
      ],
    });
  });

  test("a cancelled fulfilment did ship when it was made, and was undone when it was last changed", () => {
    const body = bodyWith("fulfillment", { status: "cancelled", updated_at: "2026-12-01T09:59:00-05:00" });
    expect(parse("fulfillments/update", body).events.map(({ key, version, occurredAt }) => [key, version, occurredAt])).toEqual([
      ["fulfillment.shipped:8002", "2026-12-01T14:59:00.000Z", "2026-11-30T13:00:00.000Z"],
      ["fulfillment.cancelled:8002", "2026-12-01T14:59:00.000Z", "2026-12-01T14:59:00.000Z"],
    ]);
  });

  test("a tracking number makes a later version with the same facts", () => {
    const tracked = bodyWith("fulfillment", { tracking_number: "1Z5", updated_at: "2026-11-30T09:00:00-05:00" });
    const [before] = parse("fulfillments/create", bodyText("fulfillment")).events;
    const [after] = parse("fulfillments/update", tracked).events;
    expect(after).toEqual({ ...before, version: "2026-11-30T14:00:00.000Z" });
  });

  test.each(["pending", "open", "error", "failure"])("a fulfilment that is %s is kept without events", (status) => {
    const { events, issues, references } = parse("fulfillments/update", bodyWith("fulfillment", { status }));
    expect({ events, issues }).toEqual({ events: [], issues: [] });
    expect(references).toContainEqual({ type: "fulfillment", value: "8002" });
  });

  test("a fulfilment without a location states none", () => {
    expect(parse("fulfillments/create", bodyWith("fulfillment", { location_id: null })).events[0]).not.toHaveProperty("location");
  });
});
