import { expect, test } from "vitest";
import { collectSeries, emfDocument, seriesKey } from "#domain/metrics";

test("samples are kept by name, unit and dimensions, until they are taken", () => {
  const collector = collectSeries(2);
  expect(collector.samples).toBe(0);
  expect(collector.add("Posted", 1, "count", { erp: "a", kind: "journal" })).toBe(true);
  expect(collector.add("Posted", 2, "count", { kind: "journal", erp: "a" })).toBe(true);
  expect(collector.add("Posted", 3, "milliseconds", { kind: "journal", erp: "a" })).toBe(true);
  expect(collector.samples).toBe(3);
  expect(collector.take()).toEqual([
    { name: "Posted", unit: "count", dimensions: { erp: "a", kind: "journal" }, values: [1, 2] },
    { name: "Posted", unit: "milliseconds", dimensions: { erp: "a", kind: "journal" }, values: [3] },
  ]);
  expect([collector.samples, collector.take()]).toEqual([0, []]);
});

test("a sample that begins a series too many is dropped, and so is what is no finite number", () => {
  const collector = collectSeries(1);
  expect(collector.add("Posted", Number.NaN, "count", {})).toBe(false);
  expect(collector.add("Posted", Number.POSITIVE_INFINITY, "count", {})).toBe(false);
  expect(collector.add("Posted", 1, "count", {})).toBe(true);
  expect(collector.add("Failed", 1, "count", {})).toBe(false);
  expect(collector.add("Posted", 1, "count", { erp: "a" })).toBe(false);
  expect(collector.add("Posted", 2, "count", {})).toBe(true);
  expect([collector.samples, collector.take().map(({ values }) => values)]).toEqual([2, [[1, 2]]]);
  // What was taken makes place.
  expect(collector.add("Failed", 1, "count", {})).toBe(true);
});

test("a series' own dimensions are not those that the next sample is given with", () => {
  const dimensions: Record<string, string> = { erp: "a" };
  const collector = collectSeries(2);
  collector.add("Posted", 1, "count", dimensions);
  dimensions.erp = "b";
  expect(collector.take()[0]?.dimensions).toEqual({ erp: "a" });
});

test("the key of a series tells a name from a dimension, and its parts from each other", () => {
  expect(seriesKey("Posted", "count", { b: "2", a: "1" })).toBe("Posted\u0000count\u0000a\u00011\u0000b\u00012");
  expect(seriesKey("Posted", "count", {})).toBe("Posted\u0000count");
});

test("a document of the embedded metric format names its metrics, their units and their dimensions", () => {
  const metrics = [
    { name: "Posted", unit: "count", values: [1, 2] },
    { name: "Took", unit: "milliseconds", values: [30] },
    { name: "Read", unit: "bytes", values: [4_096] },
    { name: "Open", unit: "minor-units", values: [995] },
  ] as const;
  expect(emfDocument("throughline", { stage: "prod", erp: "a" }, metrics, 1_764_000_000_000)).toEqual({
    _aws: {
      Timestamp: 1_764_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: "throughline",
          Dimensions: [["erp", "stage"]],
          Metrics: [
            { Name: "Posted", Unit: "Count" },
            { Name: "Took", Unit: "Milliseconds" },
            { Name: "Read", Unit: "Bytes" },
            { Name: "Open", Unit: "None" },
          ],
        },
      ],
    },
    stage: "prod",
    erp: "a",
    Posted: [1, 2],
    Took: [30],
    Read: [4_096],
    Open: [995],
  });
});
