import { describe, expect, it } from "vitest";
import { createEmfMetrics } from "#adapters/aws";
import { settableClock } from "../contracts/settable-clock.ts";

function open() {
  const lines: unknown[] = [];
  const metrics = createEmfMetrics({ clock: settableClock(), namespace: "throughline", write: (line) => lines.push(JSON.parse(line)) });
  return { metrics, lines };
}

const timestamp = Date.parse("2026-03-02T10:00:00.000Z");

describe("EMF metrics", () => {
  it("writes the metrics of the same dimensions in one document, with every sample", () => {
    const { metrics, lines } = open();
    metrics.record("WebhooksReceived", 1, "count", { channel: "shopify", outcome: "accepted" });
    metrics.record("WebhooksReceived", 1, "count", { outcome: "accepted", channel: "shopify" });
    metrics.record("WebhookLatency", 12.5, "milliseconds", { channel: "shopify", outcome: "accepted" });
    metrics.record("PayloadSize", 700, "bytes", { channel: "shopify" });
    metrics.record("Posted", 19_900, "minor-units", {});
    expect(lines).toEqual([]);
    metrics.flush();
    metrics.flush();
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: timestamp,
          CloudWatchMetrics: [
            {
              Namespace: "throughline",
              Dimensions: [["channel", "outcome"]],
              Metrics: [
                { Name: "WebhooksReceived", Unit: "Count" },
                { Name: "WebhookLatency", Unit: "Milliseconds" },
              ],
            },
          ],
        },
        channel: "shopify",
        outcome: "accepted",
        WebhooksReceived: [1, 1],
        WebhookLatency: [12.5],
      },
      {
        _aws: {
          Timestamp: timestamp,
          CloudWatchMetrics: [{ Namespace: "throughline", Dimensions: [["channel"]], Metrics: [{ Name: "PayloadSize", Unit: "Bytes" }] }],
        },
        channel: "shopify",
        PayloadSize: [700],
      },
      {
        _aws: {
          Timestamp: timestamp,
          CloudWatchMetrics: [{ Namespace: "throughline", Dimensions: [[]], Metrics: [{ Name: "Posted", Unit: "None" }] }],
        },
        Posted: [19_900],
      },
    ]);
  });

  it("keeps to a hundred values and a hundred metrics in a document, and loses none", () => {
    const { metrics, lines } = open();
    for (let sample = 0; sample < 250; sample++) metrics.record("Accepted", sample, "count", {});
    for (let name = 0; name < 120; name++) metrics.record(`Metric${name}`, 1, "count", { channel: "shopify" });
    metrics.flush();
    const documents = lines as { _aws: { CloudWatchMetrics: [{ Metrics: unknown[] }] }; Accepted?: number[] }[];
    expect(documents.map(({ _aws, Accepted }) => [_aws.CloudWatchMetrics[0].Metrics.length, Accepted?.length])).toEqual([
      [1, 100],
      [1, 100],
      [1, 50],
      [100, undefined],
      [20, undefined],
    ]);
  });

  it("writes by itself when a thousand samples are at hand", () => {
    const { metrics, lines } = open();
    for (let sample = 0; sample < 999; sample++) metrics.record("Accepted", 1, "count", {});
    expect(lines).toHaveLength(0);
    metrics.record("Accepted", 1, "count", {});
    expect(lines).toHaveLength(10);
  });

  it("makes dimensions what CloudWatch takes, which would drop the sample in silence", () => {
    const { metrics, lines } = open();
    metrics.record("Accepted", 1, "count", { store: "Zürich\n1", empty: " ", colon: ":north", long: "x".repeat(2_000) });
    metrics.flush();
    expect(lines).toMatchObject([{ store: "Z?rich?1", empty: "-", colon: "_north", long: "x".repeat(1_024) }]);
  });

  it("counts what no document can hold: no number, too many dimensions, a name twice, a series too many", () => {
    const { metrics, lines } = open();
    metrics.record("Accepted", Number.NaN, "count", {});
    metrics.record("Accepted", 1, "count", Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`d${index}`, "x"])));
    metrics.record("Accepted", 1, "count", { Accepted: "x" });
    metrics.record("Accepted", 1, "count", { _aws: "x" });
    metrics.flush();
    expect(lines).toMatchObject([{ MetricSamplesDropped: [4] }]);
    for (let shop = 0; shop < 205; shop++) metrics.record("Accepted", 1, "count", { shop: `shop-${shop}` });
    metrics.flush();
    expect(lines).toHaveLength(201);
  });

  it("never fails, whatever becomes of the log", () => {
    const metrics = createEmfMetrics({
      clock: settableClock(),
      namespace: "throughline",
      write() {
        throw new Error("the pipe is closed");
      },
    });
    for (let sample = 0; sample < 1_001; sample++) metrics.record("Accepted", 1, "count", {});
    expect(() => metrics.flush()).not.toThrow();
  });
});
