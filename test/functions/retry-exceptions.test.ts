import { expect, test } from "vitest";
import type { ExceptionItem, LineageItem } from "#domain/lineage";
import { listedException } from "#functions/open-exceptions";
import { createHandler } from "#functions/retry-exceptions";
import { memoryHouse } from "./memory-house.ts";

function exceptionOf(transaction: string, fields: Partial<ExceptionItem> = {}): ExceptionItem {
  const name = fields.class ?? "erp.unavailable";
  return {
    type: "exception",
    transaction,
    key: `X#${name}#abc#0001`,
    at: "2026-11-27T08:00:00.000Z",
    class: name,
    code: "dead-letter",
    cause: "posting-erp-us",
    message: "posting was tried 5 times and failed",
    occurrence: 1,
    connection: "erp-us",
    dueAt: "2026-11-27T09:00:00.000Z",
    ...fields,
  };
}

/** A desk with these on its list, read two at a time, at 13:00 and later. */
function deskWith(exceptions: readonly ExceptionItem[]) {
  const house = memoryHouse();
  void house.lineage.insert(exceptions);
  let now = Date.parse("2026-11-27T13:00:00.000Z");
  const retryAll = createHandler({
    lineage: house.lineage,
    workLists: {
      put: async () => {},
      remove: async () => {},
      read: async (_name, after = "0") => ({
        entries: exceptions.slice(Number(after), Number(after) + 2).map((opened) => listedException({ opened })),
        ...(Number(after) + 2 < exceptions.length ? { next: String(Number(after) + 2) } : {}),
      }),
    },
    clock: { now: () => new Date(now).toISOString() },
  });
  const press = (asked: object) => retryAll({ by: "Ana Ruiz", reason: "the ERP is back", ...asked });
  const added = (): LineageItem[] => house.items().slice(exceptions.length);
  return { press, added, wait: (minutes: number) => void (now += minutes * 60_000), house };
}

const five = ["sale:1", "sale:2", "sale:3", "sale:4", "sale:5"].map((transaction) => exceptionOf(transaction));

test("every open exception of the class is retried, each on its own record, under the name and the reason", async () => {
  const others = [exceptionOf("sale:6", { class: "data.value" }), exceptionOf("sale:7", { class: "erp.unknown-outcome" })];
  const { press, added } = deskWith([...five, ...others]);
  expect(await press({ class: "erp.unavailable" })).toEqual({
    ...{ outcome: "retried-all", matching: 5, retried: 5, inHand: 0, notSent: 0, left: 0 },
    transactions: ["sale:1", "sale:2", "sale:3", "sale:4", "sale:5"],
  });
  expect(added()).toHaveLength(5);
  expect(added()[0]).toEqual({
    type: "retry",
    transaction: "sale:1",
    key: "X#erp.unavailable#abc#0001#T0001",
    at: "2026-11-27T13:00:00.000Z",
    by: "Ana Ruiz",
    reason: "the ERP is back",
  });
});

test("pressed twice, the second press sends what the first one left, and nothing again; after ten minutes all are sent again", async () => {
  const { press, added, wait } = deskWith(five);
  const asked = { class: "erp.unavailable", limit: 3 };
  expect(await press(asked)).toMatchObject({ matching: 5, retried: 3, inHand: 0, left: 2 });
  wait(1);
  expect(await press(asked)).toMatchObject({ retried: 2, inHand: 3, left: 0, transactions: ["sale:4", "sale:5"] });
  wait(1);
  expect(await press(asked)).toMatchObject({ retried: 0, inHand: 5, left: 0 });
  expect(added()).toHaveLength(5);
  wait(10);
  expect(await press(asked)).toMatchObject({ retried: 3, inHand: 0, left: 2 });
});

test("of one connection alone, and of what is older than so many minutes", async () => {
  const { press } = deskWith([
    exceptionOf("sale:1"),
    exceptionOf("sale:2", { connection: "erp-eu" }),
    exceptionOf("sale:3", { class: "data.unmapped", at: "2026-11-27T12:30:00.000Z" }),
    exceptionOf("sale:4", { class: "period.late-event" }),
  ]);
  expect(await press({ connection: "erp-us", olderThanMinutes: 31 })).toMatchObject({
    ...{ matching: 2, retried: 1, notSent: 1 },
    transactions: ["sale:1"],
  });
  expect(await press({ connection: "erp-us", olderThanMinutes: 30 })).toMatchObject({
    ...{ matching: 3, retried: 1, inHand: 1, notSent: 1 },
    transactions: ["sale:3"],
  });
});

test("what the ERP refused is let go, also by the press after one that died in between", async () => {
  const { press, added, house } = deskWith([exceptionOf("sale:1", { class: "erp.rejected" })]);
  const insert = house.lineage.insert;
  Object.assign(house.lineage, {
    insert: async (items: readonly LineageItem[]) => {
      if (items.some(({ type }) => type === "closure")) throw new Error("killed");
      return insert(items);
    },
  });
  await expect(press({ class: "erp.rejected" })).rejects.toThrow("killed");
  Object.assign(house.lineage, { insert });
  expect(await press({ class: "erp.rejected" })).toMatchObject({ matching: 1, retried: 0, inHand: 1 });
  expect(added().map(({ type, key }) => [type, key])).toEqual([
    ["retry", "X#erp.rejected#abc#0001#T0001"],
    ["closure", "X#erp.rejected#abc#0001#C"],
  ]);
});

test("a call begins nothing after forty seconds, and says how many are left", async () => {
  const { press, house, wait } = deskWith(five);
  const page = house.lineage.page;
  Object.assign(house.lineage, {
    page: async (...asked: Parameters<typeof page>) => {
      wait(0.5);
      return page(...asked);
    },
  });
  expect(await press({ class: "erp.unavailable" })).toMatchObject({ matching: 5, retried: 2, left: 3 });
});

test.each([
  [{}, "class or connection"],
  [{ class: "luck" }, "class or connection"],
  [{ class: "erp.unavailable", limit: 10_001 }, "1 to 10000"],
  [{ class: "erp.unavailable", by: "hub" }, "names a person"],
  [{ class: "policy.restatement" }, "nothing is sent while policy.restatement is open"],
])("%j is refused with what it takes", async (asked, says) => {
  const { press, added } = deskWith(five);
  await expect(press(asked)).rejects.toThrow(says);
  expect(added()).toEqual([]);
});
