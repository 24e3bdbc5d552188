import { expect, test } from "vitest";
import { createLineMetrics } from "#adapters/aws";

const accepted = { channel: "shopify", outcome: "accepted" };

test("samples of one series are one number of a line, and gone once they are taken", () => {
  const metrics = createLineMetrics();
  expect(metrics.take()).toBeUndefined();
  metrics.record("WebhooksReceived", 1, "count", accepted);
  metrics.record("WebhooksReceived", 2, "count", accepted);
  expect(metrics.take()).toEqual({ WebhooksReceived: 3, channel: "shopify", outcome: "accepted" });
  expect(metrics.take()).toBeUndefined();
});

test("what finds no room in the line is counted there", () => {
  const metrics = createLineMetrics();
  metrics.record("WebhooksReceived", 1, "count", accepted);
  metrics.record("WebhooksReceived", 1, "count", { ...accepted, outcome: "duplicate" });
  metrics.record("EventsReceived", 1, "count", accepted);
  expect(metrics.take()).toEqual({ WebhooksReceived: 1, channel: "shopify", outcome: "accepted", MetricSamplesDropped: 2 });
  metrics.record("EventsReceived", 1, "count", accepted);
  expect(metrics.take()).toEqual({ EventsReceived: 1, channel: "shopify", outcome: "accepted" });
});
