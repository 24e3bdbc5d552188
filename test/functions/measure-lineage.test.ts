import { expect, test } from "vitest";
import { measuredDocumentKinds } from "#domain/kpi";
import type { LineageItem } from "#domain/lineage";
import { createHandler } from "#functions/measure-lineage";
import { streams } from "#wiring";
import { answered, at, document, opened, sale } from "../domain/kpi/kpi-lineage.ts";
import { memoryHouse } from "./memory-house.ts";
import { policy } from "./posting-house.ts";

const captured = { name: "payment.captured", key: "payment.captured:7" };
const history = [
  document("10:00", [captured]),
  opened("09:30", { class: "erp.unavailable", key: "X#erp.unavailable#1#0001" }),
  { type: "closure", transaction: sale, key: "X#erp.unavailable#1#0001#C", at: at("10:06"), by: "hub", reason: "gone" } as LineageItem,
  ...answered(1, "10:04", "10:05", [{ causes: "payment.captured:7/capture" }]),
];

async function measuring(items: readonly LineageItem[], now = "10:10", copied = history) {
  const [{ lineage }, { lineage: copy }] = [memoryHouse(), memoryHouse()];
  await lineage.insert(history);
  await copy.insert(copied);
  const reads: string[] = [];
  const counting = (name: string, store: typeof lineage): Pick<typeof lineage, "page"> => ({
    page: (transaction, ...rest) => {
      reads.push(`${name} ${transaction}`);
      return store.page(transaction, ...rest);
    },
  });
  const measured: string[] = [];
  const measure = createHandler({
    lineage: counting("record", lineage),
    recentLineage: counting("copy", copy),
    policies: { current: async () => policy, reload: async () => policy, lastRelease: () => Promise.reject(new Error("not asked")) },
    clock: { now: () => (now.includes("T") ? now : at(now)) },
    metrics: { record: (name, value, unit, dimensions) => void measured.push(`${name} ${value} ${unit} ${JSON.stringify(dimensions)}`) },
  });
  return { answer: await measure({ items }), measured, reads };
}

const isOutcome = ({ type }: LineageItem) => type === "outcome";

test("an outcome tells of its plan: by channel, and over all where an alarm watches", async () => {
  const { answer, measured } = await measuring(history.filter(isOutcome));
  expect(answer).toEqual({ measured: 3 });
  expect(measured).toEqual([
    'PostingsAnswered 1 count {"channel":"shopify"}',
    'PostingsWithPerson 0 count {"channel":"shopify"}',
    'OrderToPosting 300000 milliseconds {"channel":"shopify"}',
    "OrderToPosting 300000 milliseconds {}",
  ]);
});

test("a closure tells how long the failure lasted, and a transaction is read once for all its news", async () => {
  const { measured, reads } = await measuring(history.filter(({ type }) => type === "outcome" || type === "closure"));
  expect(measured).toContain('IntegrationRecovery 2160000 milliseconds {"class":"erp.unavailable"}');
  expect(reads).toEqual([`copy ${sale}`]);
});

test.each([
  ["outcome", history.filter(({ type }) => type !== "outcome")],
  ["closure", history.filter(({ type }) => type !== "closure")],
])("a copy of the record that does not have the %s yet is left for the record itself", async (type, copied) => {
  const news = history.filter((item) => item.type === type);
  const current = await measuring(news);
  const late = await measuring(news, "10:10", copied);
  expect([late.reads, late.measured]).toEqual([[`copy ${sale}`, `record ${sale}`], current.measured]);
  expect(late.measured.length).toBeGreaterThan(0);
});

test("a document that says something by itself is read nowhere else", async () => {
  const lines = [{ countedMillionths: 1_000_000, expectedMillionths: 1_000_000 }];
  const count = document("10:00", [{ name: "stock.counted", store: "0101", lines }], { transaction: "stock:pos:0101:1:2026-11-27:9" });
  const { measured, reads } = await measuring([count]);
  expect(measured).toHaveLength(2);
  expect(reads).toEqual([]);
});

test("what is a day old is no news, so that a table that is read from its beginning looks like no peak", async () => {
  expect(await measuring(history.filter(isOutcome), "2026-11-28T10:05:00.000Z")).toMatchObject({
    answer: { measured: 0 },
    measured: [],
    reads: [],
  });
  expect((await measuring(history.filter(isOutcome), "2026-11-28T10:04:59.999Z")).answer).toEqual({ measured: 3 });
});

test("the stream brings the kinds of documents that are measured", () => {
  expect(streams.find(({ function: name }) => name === "measure-lineage")?.of?.documentsOf).toEqual(measuredDocumentKinds);
});
