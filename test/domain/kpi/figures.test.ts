import { describe, expect, test } from "vitest";
import { drainMinutes, type KpiSample, kpiMetrics, kpiResults, kpis, metricsOf } from "#domain/kpi";

const result = (id: string, samples: readonly KpiSample[]) => {
  const found = kpiResults(samples).find(({ kpi }) => kpi.id === id);
  if (found === undefined) throw new Error(`no KPI ${id}`);
  const { over, met } = found;
  return { over, met };
};
const lag = (value: number, channel: string): KpiSample => ({ metric: "OrderToPosting", value, dimensions: { channel } });

test("a duration is told by values that were seen, over all and by its dimensions", () => {
  const samples = [...Array.from({ length: 99 }, (_, index) => lag((index + 1) * 1_000, "pos")), lag(500_000, "shopify")];
  expect(result("order-to-posting", samples)).toEqual({
    over: [
      { dimensions: {}, count: 100, values: { p50: 50_000, p95: 95_000, p99: 99_000 } },
      { dimensions: { channel: "pos" }, count: 99, values: { p50: 50_000, p95: 95_000, p99: 99_000 } },
      { dimensions: { channel: "shopify" }, count: 1, values: { p50: 500_000, p95: 500_000, p99: 500_000 } },
    ],
    met: true,
  });
  expect(result("order-to-posting", [lag(300_001, "pos")]).met).toBe(false);
});

test("a share is the part of the whole, and none of none is no share", () => {
  const answered = (channel: string, person: number): KpiSample[] => [
    { metric: "PostingsAnswered", value: 1, dimensions: { channel } },
    { metric: "PostingsWithPerson", value: person, dimensions: { channel } },
  ];
  expect(
    result("manual-intervention", [...answered("pos", 1), ...answered("pos", 0), ...answered("web", 0), ...answered("web", 0)]),
  ).toEqual({
    over: [
      { dimensions: {}, count: 4, values: { part: 1, percent: 25 } },
      { dimensions: { channel: "pos" }, count: 2, values: { part: 1, percent: 50 } },
      { dimensions: { channel: "web" }, count: 2, values: { part: 0, percent: 0 } },
    ],
    met: false,
  });
  expect(result("manual-intervention", [{ metric: "PostingsAnswered", value: 0, dimensions: { channel: "pos" } }])).toEqual({
    over: [],
    met: undefined,
  });
});

test("a target from below is missed below it", () => {
  const count = (accurate: number): KpiSample[] => [
    { metric: "StockLinesCounted", value: 100, dimensions: { channel: "pos", location: "boston" } },
    { metric: "StockLinesAccurate", value: accurate, dimensions: { channel: "pos", location: "boston" } },
  ];
  expect([result("inventory-accuracy", count(98)).met, result("inventory-accuracy", count(97)).met]).toEqual([true, false]);
});

test("amounts of several currencies make no sum", () => {
  const open = (currency: string, value: number): KpiSample => ({
    metric: "ClearingOpen",
    value,
    dimensions: { entity: "US1", gateway: "adyen", currency, age: "0 to 2 days" },
  });
  expect(
    result("clearing-age", [open("USD", 100), open("CAD", 7)]).over.map(({ dimensions, values }) => [dimensions.currency, values]),
  ).toEqual([
    ["CAD", { amount: 7 }],
    ["USD", { amount: 100 }],
  ]);
});

test("without a sample a KPI has no figure: neither 0 nor 100 percent", () => {
  for (const { over, met, kpi } of kpiResults([])) expect([kpi.id, over, met]).toEqual([kpi.id, [], undefined]);
});

test("what waits is done after so many minutes at this pace; at none, nobody knows", () => {
  expect([drainMinutes(0, 0), drainMinutes(90, 30), drainMinutes(90, 0)]).toEqual([0, 3, undefined]);
});

describe("the definitions", () => {
  test("each says what it is, has an id and metrics of its own, and stands on a dashboard", () => {
    expect(new Set(kpis.map(({ id }) => id)).size).toBe(kpis.length);
    const names = kpis.flatMap((kpi) => metricsOf(kpi).map(({ name }) => name));
    expect(names.toSorted()).toEqual(Object.keys(kpiMetrics).toSorted());
    for (const { id, title, meaning, formula, needs, dashboards, dimensions } of kpis) {
      expect(
        [title, meaning, formula, needs].every((text) => text.length > 5),
        id,
      ).toBe(true);
      expect([dashboards.length > 0, dimensions.length > 0], id).toEqual([true, true]);
    }
  });

  test("whoever is called is called for worse than the target", () => {
    for (const { id, target, alarm } of kpis)
      if (alarm !== undefined) expect(target !== undefined && "atMost" in target && alarm.above > target.atMost, id).toBe(true);
  });
});
