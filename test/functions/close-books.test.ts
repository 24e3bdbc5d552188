import { describe, expect, test } from "vitest";
import type { EventOf } from "#domain/events";
import { documentItem, type LineageItem, rawBodyOf } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/close-books";
import type { Erp, ErpJournal } from "#ports/erp";
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

function house(now = "2026-12-02T18:00:00.000Z", secondPerson = false, journals: Erp["journals"] = unused, policy = goldenPolicy) {
  const items: LineageItem[] = [documentItem(parsed, rawBodyOf(new TextEncoder().encode("{}")), "2026-11-28T05:00:00.000Z")];
  const closings: PeriodClosing[] = [];
  const measured: string[] = [];
  const books = createHandler({
    erp: (connection) => {
      expect(connection).toBe("erp-us");
      return { journals } as Erp;
    },
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
    policies: { current: async () => policy, reload: async () => policy, lastRelease: unused },
    periodBook: {
      close: async (closing) => {
        closings.push(closing);
        return { release: 2, isNew: true };
      },
    },
    clock: { now: () => String(now) },
    metrics: { record: (name, value, unit, dimensions) => void measured.push(`${name} ${value} ${unit} ${JSON.stringify(dimensions)}`) },
    rules: postingRules,
    secondPerson,
  });
  return { books, closings, measured, items };
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

test("where the policies ask for a second person for a release, they do for a closing", async () => {
  const approvals: Policy["approvals"] = [
    { kind: "policy-release", role: "controller", from: "2026-12-01", why: "four eyes", expiresAfterHours: 24, layer: 0 },
  ];
  const { books, closings } = house(undefined, false, undefined, { ...goldenPolicy, approvals });
  const asked = { ...november, withOpenItems: "counted again tomorrow" };
  await expect(books(asked)).rejects.toThrow("a second person is asked for: name in approvedBy who approved the closing");
  expect(await books({ ...asked, approvedBy: "Bo Li" })).toMatchObject({ outcome: "closed" });
  expect(closings).toMatchObject([{ approvedBy: "Bo Li" }]);
});

test("an input that is none says what is taken", async () => {
  const { books } = house();
  await expect(books({ action: "open" })).rejects.toThrow('close-books takes {action}, which is "store-day", "accrue" or "close"');
  await expect(books({ ...november, by: " " })).rejects.toThrow(
    "close-period takes {entity, period, by, reason, withOpenItems?, approvedBy?}",
  );
});

describe("the returns of a period are accrued on what the ERP holds of its sales", () => {
  const accrual = { action: "accrue", entity: "us", period: "2026-11", by: "Dana Reyes", reason: "close of November" };
  /** Debits positive, by role; sales and returns are of the channel. */
  const journal = (postingDate: string, transaction: string, channel: string, amounts: Record<string, number>): ErpJournal => ({
    number: "J",
    key: `${transaction}/payment.captured:1/revenue/us/USD@1`,
    entity: "us",
    businessDate: postingDate,
    postingDate,
    currency: "USD",
    functionalCurrency: "USD",
    memo: "",
    lines: Object.entries(amounts).map(([role, amount]) => {
      const [debit, credit] = [Math.max(amount, 0), Math.max(-amount, 0)];
      const dimensions: Record<string, string> = role === "cogs" ? {} : { channel };
      return { account: role, role, debit, credit, functionalDebit: debit, functionalCredit: credit, dimensions };
    }),
  });
  const pages = [
    [
      journal("2026-11-20", "sale:shopify:us.example:1", "web", { sales: -100_00, "deferred-revenue": 100_00 }),
      journal("2026-11-20", "sale:shopify:us.example:1", "web", { cogs: 40_00, inventory: -40_00 }),
    ],
    [
      journal("2026-11-29", "sale:shopify:us.example:1", "web", { "sales-returns": 25_00, "refund-payable": -25_00 }),
      journal("2026-11-30", "sale:pos:0001:1:2026-11-30:1", "pos", { sales: -30_00, "cash-drawer": 30_00 }),
    ],
  ];
  const asked: unknown[] = [];
  const paged: Erp["journals"] = async (filter, after) => {
    asked.push([filter, after]);
    return after === undefined ? { journals: pages[0]!, next: "second" } : { journals: pages[1]! };
  };

  test("every channel that a rule is for, from every page of its journals, and again without a change", async () => {
    const { books, items } = house(undefined, undefined, paged);
    const web = { channel: "web", from: "2026-11-01", sales: 75_00, cost: 40_00 };
    const pos = { channel: "pos", from: "2026-11-01", sales: 30_00, cost: 0 };
    const answer = (outcome: string) => ({
      action: "accrue",
      outcome: "computed",
      accruals: [
        { ...pos, accrual: { outcome, transaction: "period:pos:us:2026-11" } },
        { ...web, accrual: { outcome, transaction: "period:web:us:2026-11" } },
      ],
    });
    expect(await books(accrual)).toEqual(answer("accrued"));
    expect(asked).toEqual([
      [{ entity: "us", from: "2026-11-01", to: "2026-11-30" }, undefined],
      [{ entity: "us", from: "2026-11-01", to: "2026-11-30" }, "second"],
    ]);
    const stated = items
      .flatMap((item) => (item.type === "document" ? item.events : []))
      .filter(({ name }) => name === "period-sales.stated");
    expect(stated).toMatchObject([
      { entity: "us", channel: "pos", sales: 30_00, cost: 0, by: "Dana Reyes" },
      { entity: "us", channel: "web", sales: 75_00, cost: 40_00, by: "Dana Reyes" },
    ]);
    expect(await books(accrual)).toEqual(answer("unchanged"));
  });

  test("a record that takes longer than one call is not half added up", async () => {
    let minutes = 0;
    const now = { toString: () => `2026-12-02T18:${String(minutes).padStart(2, "0")}:00.000Z` };
    const endless: Erp["journals"] = async () => {
      minutes += 7;
      return { journals: pages[0]!, next: "more" };
    };
    const { books, items } = house(now as unknown as string, undefined, endless);
    await expect(books(accrual)).rejects.toThrow(/4 of its journals were read and no more in the time of one call/);
    expect(items.some((item) => item.transaction.startsWith("period:"))).toBe(false);
  });

  test("a period that is not over is not read, and figures that are stated in part are none", async () => {
    const { books } = house("2026-11-30T18:00:00.000Z");
    expect(await books(accrual)).toEqual({ action: "accrue", outcome: "not-over", endsOn: "2026-11-30" });
    await expect(books({ ...accrual, channel: "web", sales: 1 })).rejects.toThrow(/all of \{channel, from, sales, cost\}/);
  });

  test("figures of one channel that somebody has read elsewhere", async () => {
    const { books } = house();
    expect(await books({ ...accrual, channel: "web", from: "2026-11-01", sales: 75_00, cost: 40_00 })).toEqual({
      action: "accrue",
      outcome: "accrued",
      transaction: "period:web:us:2026-11",
    });
    expect(await books({ ...accrual, channel: "web", from: "2026-10-01", sales: 75_00, cost: 40_00 })).toEqual({
      action: "accrue",
      outcome: "other-window",
    });
  });
});
