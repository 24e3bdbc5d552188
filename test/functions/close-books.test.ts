import { expect, test } from "vitest";
import type { EventOf } from "#domain/events";
import { documentItem, type LineageItem, rawBodyOf } from "#domain/lineage";
import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/close-books";
import type { PeriodClosing } from "#ports/period-book";
import { goldenPolicy } from "../golden/golden-policy.ts";

const unused = () => Promise.reject(new Error("not a part of this"));
const counted: EventOf<"till.counted"> = {
  name: "till.counted",
  schema: 1,
  key: "till.counted:1",
  version: "1",
  occurredAt: "2026-11-28T04:00:00.000Z",
  store: "0001",
  register: "1",
  businessDate: "2026-11-27",
  sequence: "40",
  tenders: [{ tender: "Cash", currency: "USD", counted: 10_000 }],
};
const day = "store-day:pos:0001:2026-11-27";
const parsed = {
  transaction: day,
  kind: "store-day" as const,
  source: "pos:0001:count:1",
  channel: "pos",
  shop: "0001",
  events: [counted],
  references: [],
  issues: [],
};

function house(now = "2026-12-02T18:00:00.000Z", secondPerson = false) {
  const items: LineageItem[] = [documentItem(parsed, rawBodyOf(new TextEncoder().encode("{}")), "2026-11-28T05:00:00.000Z")];
  const closings: PeriodClosing[] = [];
  const measured: string[] = [];
  const books = createHandler({
    lineage: {
      insert: async (given) => {
        items.push(...given);
        return given.map(() => "inserted" as const);
      },
      get: unused,
      page: async (transaction) => ({
        items: items.filter((item) => item.transaction === transaction).sort((a, b) => (a.key < b.key ? 1 : -1)),
      }),
      removeRawBody: unused,
      transactions: async () => ({ transactions: [day] }),
    },
    documents: { put: async () => {}, get: unused, readRange: unused, size: unused },
    policies: { current: async () => goldenPolicy, reload: async () => goldenPolicy, lastRelease: unused },
    periodBook: {
      close: async (closing) => {
        closings.push(closing);
        return { release: 2, isNew: true };
      },
    },
    clock: { now: () => now },
    metrics: { record: (name, value, unit, dimensions) => void measured.push(`${name} ${value} ${unit} ${JSON.stringify(dimensions)}`) },
    rules: postingRules,
    secondPerson,
  });
  return { books, closings, measured };
}

const november = { action: "close", entity: "us", period: "2026-11", by: "Dana Reyes", reason: "complete" };
const audit = { action: "store-day", store: "0001", businessDate: "2026-11-27", by: "Ana Ruiz", reason: "seen" };

test("a period with a store day that nobody audited is not closed, and is closed by name with a reason", async () => {
  const { books, closings } = house();
  const item = {
    kind: "store-day",
    transaction: day,
    day: "2026-11-27",
    text: "store 0001 is totalled: see report store-day, and audit it",
  };
  expect(await books(november)).toEqual({ action: "close", outcome: "open-items", openItems: [item], openItemCount: 1 });
  expect(closings).toEqual([]);
  expect(await books({ ...november, withOpenItems: "counted again tomorrow" })).toEqual({
    action: "close",
    outcome: "closed",
    release: 2,
    openItems: [item],
    openItemCount: 1,
  });
  const why = "complete – with 1 open items: counted again tomorrow";
  expect(closings).toEqual([
    {
      entity: "us",
      rule: { period: "2026-11", state: "closed", from: "2026-12-02", by: "Dana Reyes", why },
      actor: "Dana Reyes",
      reason: `2026-11 of us closed: ${why}`,
    },
  ]);
});

test("a closing tells how long the period stayed open after its end, and what refuses to close tells nothing", async () => {
  const { books, measured } = house();
  await books(november);
  expect(measured).toEqual([]);
  await books({ ...november, withOpenItems: "counted again tomorrow" });
  // November is over in Chicago at 06:00 UTC of the first of December.
  expect(measured).toEqual(['FinancialClose 129600000 milliseconds {"span":"period closed"}']);
});

test("an entity without part in what is open is closed, without a word about it", async () => {
  const { books, closings } = house();
  expect(await books({ ...november, entity: "gb", withOpenItems: "whatever" })).toEqual({
    action: "close",
    outcome: "closed",
    release: 2,
    openItems: [],
    openItemCount: 0,
  });
  expect(closings.map(({ rule }) => rule.why)).toEqual(["complete"]);
});

test.each([
  [{ ...november, period: "2026-13" }, { outcome: "unknown-period" }],
  [{ ...november, entity: "XX" }, { outcome: "unknown-entity" }],
  [
    { ...november, period: "2026-12" },
    { outcome: "not-over", endsOn: "2026-12-31" },
  ],
  [{ ...audit, step: "audit", store: "9999" }, { outcome: "unknown-store" }],
  [
    {
      action: "accrue",
      entity: "XX",
      channel: "web",
      period: "2026-11",
      from: "2026-11-01",
      sales: 6400,
      cost: 2000,
      by: "Dana Reyes",
      reason: "close",
    },
    { outcome: "unknown-entity" },
  ],
])("%o is answered, and changes nothing", async (input, answer) => {
  const { books, closings } = house();
  expect(await books(input)).toMatchObject(answer);
  expect(closings).toEqual([]);
});

test("on the last day of the period, in the entity's time zone, it is not over", async () => {
  // 23:30 in Chicago.
  expect(await house("2026-12-01T05:30:00.000Z").books(november)).toEqual({ action: "close", outcome: "not-over", endsOn: "2026-11-30" });
  expect(await house("2026-12-01T06:30:00.000Z").books(november)).toMatchObject({ outcome: "open-items" });
});

test("where a second person is asked for, nobody closes a period alone, and both names go to the record", async () => {
  const { books, closings } = house(undefined, true);
  expect(await books(november)).toMatchObject({ outcome: "open-items", openItemCount: 1 });
  const asked = { ...november, withOpenItems: "counted again tomorrow" };
  await expect(books(asked)).rejects.toThrow("a second person is asked for: name in approvedBy who approved the closing");
  await expect(books({ ...asked, approvedBy: "dana  reyes" })).rejects.toThrow(
    "Dana Reyes makes this closing, so somebody else approves it",
  );
  expect(closings).toEqual([]);
  expect(await books({ ...asked, approvedBy: "Bo Li" })).toMatchObject({ outcome: "closed", release: 2 });
  expect(closings).toMatchObject([{ actor: "Dana Reyes", approvedBy: "Bo Li" }]);
});

test("an input that is none says what is taken", async () => {
  const { books } = house();
  await expect(books({ action: "open" })).rejects.toThrow('close-books takes {action}, which is "store-day", "accrue" or "close"');
  await expect(books({ ...november, by: " " })).rejects.toThrow(
    "close-period takes {entity, period, by, reason, withOpenItems?, approvedBy?}",
  );
});
