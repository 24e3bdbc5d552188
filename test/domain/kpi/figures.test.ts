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

describe("figures in detail", () => {
  test("a duration is ranked by size and not in the order in which it was measured", () => {
    expect(result("order-to-posting", [lag(9_000, "pos"), lag(10_000, "pos"), lag(1_000, "pos")]).over).toEqual([
      { dimensions: { channel: "pos" }, count: 3, values: { p50: 9_000, p95: 10_000, p99: 10_000 } },
    ]);
  });

  test("the target is judged over all dimensions and met at its bound", () => {
    expect(result("order-to-posting", [lag(300_000, "pos")]).met).toBe(true);
    expect(result("order-to-posting", [lag(300_001, "pos"), lag(1, "shopify")]).met).toBe(false);
  });

  test("the age of open exceptions is the oldest one, with how many there are, by class and owner", () => {
    const open = (value: number, owner: string): KpiSample => ({
      metric: "OpenExceptionAge",
      value,
      dimensions: { class: "erp.rejected", owner },
    });
    expect(result("open-exceptions", [open(5, "finance"), open(70, "finance"), open(6, "controller")])).toEqual({
      over: [
        { dimensions: {}, count: 3, values: { max: 70 } },
        { dimensions: { class: "erp.rejected", owner: "controller" }, count: 1, values: { max: 6 } },
        { dimensions: { class: "erp.rejected", owner: "finance" }, count: 2, values: { max: 70 } },
      ],
      met: undefined,
    });
  });

  test("amounts of one account are summed, and over all accounts there is no figure", () => {
    const open = (gateway: string, value: number): KpiSample => ({
      metric: "ClearingOpen",
      value,
      dimensions: { entity: "US1", gateway, currency: "USD", age: "0 to 2 days" },
    });
    expect(result("clearing-age", [open("adyen", 100), open("adyen", -30), open("stripe", 7)]).over).toEqual([
      { dimensions: { entity: "US1", gateway: "adyen", currency: "USD", age: "0 to 2 days" }, count: 2, values: { amount: 70 } },
      { dimensions: { entity: "US1", gateway: "stripe", currency: "USD", age: "0 to 2 days" }, count: 1, values: { amount: 7 } },
    ]);
  });

  test("samples of other metrics are left out, and queues are told by no sample", () => {
    const other: KpiSample = { metric: "FinancialClose", value: 7, dimensions: { span: "period closed" } };
    expect(result("order-to-posting", [other]).over).toEqual([]);
    expect(kpiResults([other]).map(({ kpi }) => kpi.id)).not.toContain("backlog");
    expect(result("financial-close", [other]).over).toEqual([
      { dimensions: { span: "period closed" }, count: 1, values: { p50: 7, p95: 7, max: 7 } },
    ]);
  });

  test("a half minute's work at an odd pace is told as it is, and a pace below zero is none", () => {
    expect([drainMinutes(1, 2), drainMinutes(3, -1), drainMinutes(0, 5)]).toEqual([0.5, undefined, 0]);
  });
});
