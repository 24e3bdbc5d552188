import { expect, test } from "vitest";
import type { LineageItem } from "#domain/lineage";
import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/measure-books";
import { document, opened } from "../domain/kpi/kpi-lineage.ts";
import { memoryHouse } from "./memory-house.ts";
import { policy } from "./posting-house.ts";

const names = ["sale:shopify:fernwick:1", "sale:shopify:fernwick:2", "sale:shopify:fernwick:3"];
const held = opened("10:00", { transaction: names[1], class: "data.unmapped" });
const record: LineageItem[] = [
  document("10:00", [], { transaction: names[0] as string }),
  document("23:59", [], { transaction: names[1] as string }),
  held,
  { ...document("10:00", [], { transaction: names[2] as string }), at: "2026-11-26T23:59:59.999Z" },
];

/** A record of one transaction a page, on the day after; the clock moves so many seconds with each look. */
async function measuring(secondsPerLook = 0) {
  const { lineage } = memoryHouse();
  await lineage.insert(record);
  const measured: string[] = [];
  let looks = 0;
  const measure = createHandler({
    lineage: {
      ...lineage,
      transactions: async (after) => {
        const [first, ...rest] = names.filter((name) => after === undefined || name > after);
        return { transactions: first === undefined ? [] : [first], ...(rest.length === 0 ? {} : { next: first as string }) };
      },
    },
    policies: { current: async () => policy, reload: async () => policy, lastRelease: () => Promise.reject(new Error("not asked")) },
    clock: { now: () => new Date(Date.parse("2026-11-28T01:00:00.000Z") + secondsPerLook * 1000 * looks++).toISOString() },
    metrics: { record: (name, value) => void measured.push(`${name} ${value}`) },
    rules: postingRules,
  });
  return { answer: measure(), measured };
}

test("of yesterday's transactions it counts those that have come to their end, and passes over other days'", async () => {
  const { answer, measured } = await measuring();
  expect(await answer).toEqual({ transactions: 3, measured: 4 });
  expect(measured).toEqual(["TransactionsRecorded 1", "TransactionsAtRest 1", "TransactionsRecorded 1", "TransactionsAtRest 0"]);
});

test("a record that is longer than one run can read is told, and half of it is not published", async () => {
  const { answer, measured } = await measuring(400);
  await expect(answer).rejects.toThrow("measure-books has read 1 transactions and no more in its time");
  expect(measured).toEqual([]);
});
