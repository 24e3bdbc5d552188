import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createMetrics, openDatabase } from "#adapters/embedded";
import { settableClock } from "./settable-clock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function openMetrics(file = ":memory:") {
  const database = openDatabase(file, { busyTimeoutMilliseconds: 20 });
  onTestFinished(() => database.close());
  const clock = settableClock();
  const lines = () =>
    database.connection
      .prepare("SELECT line FROM metric ORDER BY seq")
      .all()
      .map((row) => JSON.parse(String(row.line)));
  return { metrics: createMetrics({ database, clock }), clock, database, lines };
}

describe("metrics", () => {
  it("writes the samples of a series as one line of the embedded metric format", async () => {
    const { metrics, lines } = openMetrics();
    metrics.record("WebhookLatency", 12, "milliseconds", { shop: "maple.example", channel: "shopify" });
    metrics.record("WebhookLatency", 30, "milliseconds", { channel: "shopify", shop: "maple.example" });
    expect(lines()).toEqual([]);
    await metrics.flush();
    await metrics.flush();
    expect(lines()).toEqual([
      {
        _aws: {
          Timestamp: Date.parse("2026-03-02T10:00:00.000Z"),
          CloudWatchMetrics: [
            { Namespace: "throughline", Dimensions: [["channel", "shop"]], Metrics: [{ Name: "WebhookLatency", Unit: "Milliseconds" }] },
          ],
        },
        channel: "shopify",
        shop: "maple.example",
        WebhookLatency: [12, 30],
      },
    ]);
  });

  it("sums up what every process recorded, by name, unit and dimensions, within a time", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const one = openMetrics(file);
    const two = openMetrics(file);
    one.metrics.record("Accepted", 2, "count", { shop: "maple.example" });
    await one.metrics.flush();
    two.clock.advance(60);
    two.metrics.record("Accepted", 5, "count", { shop: "maple.example" });
    two.metrics.record("Accepted", 1, "count", { shop: "birch.example" });
    two.metrics.record("Posted", 19_900, "minor-units", {});
    expect(await two.metrics.totals()).toEqual([
      { name: "Accepted", unit: "count", dimensions: { shop: "birch.example" }, count: 1, sum: 1, min: 1, max: 1 },
      { name: "Accepted", unit: "count", dimensions: { shop: "maple.example" }, count: 2, sum: 7, min: 2, max: 5 },
      { name: "Posted", unit: "minor-units", dimensions: {}, count: 1, sum: 19_900, min: 19_900, max: 19_900 },
    ]);
    expect(await one.metrics.totals({ name: "Accepted", to: "2026-03-02T10:00:59.999Z" })).toEqual([
      { name: "Accepted", unit: "count", dimensions: { shop: "maple.example" }, count: 1, sum: 2, min: 2, max: 2 },
    ]);
  });

  it("writes by itself when many samples are at hand, at most a hundred in a line", async () => {
    const { metrics, lines } = openMetrics();
    for (let count = 0; count < 2_000; count += 1) metrics.record("Accepted", 1, "count", {});
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines()).toHaveLength(20);
    expect(lines()[0].Accepted).toHaveLength(100);
  });

  it("never fails its caller: what cannot be written or makes no sense is counted as dropped", async () => {
    const { metrics, database } = openMetrics();
    metrics.record("Accepted", Number.NaN, "count", {});
    expect(metrics.dropped()).toBe(1);
    metrics.record("Accepted", 1, "count", {});
    metrics.record("Accepted", 1, "count", {});
    database.close();
    await metrics.flush();
    expect(metrics.dropped()).toBe(3);
  });

  it("bounds the number of series at hand, such as a dimension gone wild would make", () => {
    const { metrics } = openMetrics();
    for (let count = 0; count < 1_010; count += 1) metrics.record("Accepted", 1, "count", { shop: `shop ${count}` });
    expect(metrics.dropped()).toBe(10);
  });
});
