import { expect, test } from "vitest";
import { type BoundJournal, OpeningBalances, type PlanStep } from "#domain/posting";
import { account, boundJournal, keyOf, outcome, plan, policy } from "../../fixtures/posting-case.ts";

type Line = readonly [role: string, account: string, amount: number];

const document = (name: string, lines: readonly Line[], more: Partial<BoundJournal> = {}): BoundJournal => ({
  ...boundJournal(name, 0),
  lines: lines.map(([role, number, amount]) => ({ role, dimensions: {}, amount, account: number, functionalAmount: amount })),
  ...more,
});
const step = (kind: "opening" | "post", name: string, lines: readonly Line[], more: Partial<BoundJournal> = {}) =>
  ({ kind, key: keyOf(name), erpKey: `${keyOf(name)}@1`, hash: "h", document: document(name, lines, more) }) as PlanStep;

const chart = {
  ...policy,
  accounts: [
    account("refund-payable", "2300"),
    account("deferred-revenue", "2200"),
    account("tax-collected-in-advance", "2200"),
    account("accounts-receivable", "1200", { entity: "us" }),
    account("accounts-receivable", "1299", { entity: "ca" }),
    account("sales", "4000"),
  ],
};

test("the balances that an ERP must have been opened with are the sums of what stood before the cut-over, by account", () => {
  const balances = new OpeningBalances();
  const made = plan(1, [
    step("opening", "a", [["deferred-revenue", "2200", -100], ["tax-collected-in-advance", "2200", -8], ["payment-clearing", "1100", 108]]), // biome-ignore format: one journal, one line
    step("opening", "b", [["accounts-receivable", "1200", 50], ["deferred-revenue", "2200", -50]]), // biome-ignore format: one journal, one line
    step("opening", "c", [["accounts-receivable", "1200", 7]], { entity: "ca" }),
    step("post", "d", [["deferred-revenue", "2200", 60], ["sales", "4000", -60]], { postingDate: "2026-11-27" }), // biome-ignore format: one journal, one line
    step("post", "e", [["deferred-revenue", "2200", 40], ["sales", "4000", -40]], { postingDate: "2026-11-28" }), // biome-ignore format: one journal, one line
  ]);
  balances.add([made], new Map([[1, outcome(made)]]));
  const more = plan(1, [step("post", "f", [["deferred-revenue", "2200", 5]], { postingDate: "2026-11-27" })]);
  balances.add([more], new Map([[1, outcome(more)]]));

  expect(balances.of("us", chart)).toEqual([
    { account: "1200", roles: ["accounts-receivable"], amount: 50 },
    { account: "2200", roles: ["deferred-revenue", "tax-collected-in-advance"], amount: -158 },
    { account: "2300", roles: ["refund-payable"], amount: 0 },
  ]);
  expect(balances.of("ca", chart).map(({ account: number, amount }) => [number, amount])).toEqual([["1299", 0], ["2200", 0], ["2300", 0]]); // biome-ignore format: a row per account
  const postedUpTo = (day: string, entity = "us", number = "2200") => balances.postedUpTo(entity, number, day);
  expect(["2026-11-26", "2026-11-27", "2026-11-28"].map((day) => postedUpTo(day))).toEqual([0, 65, 105]);
  expect([postedUpTo("2026-11-28", "ca"), postedUpTo("2026-11-28", "us", "4000"), postedUpTo("2026-11-28", "us", "9999")]).toEqual([
    0, 0, 0,
  ]);
});

test("goods have no opening balance, and a plan without an answer has none yet", () => {
  const balances = new OpeningBalances();
  const goods = {
    ...step("opening", "a", []),
    document: { ...document("a", []), type: "stock", movements: [], lines: undefined },
  } as unknown as PlanStep;
  const made = plan(1, [goods]);
  const waiting = plan(2, [step("opening", "b", [["deferred-revenue", "2200", -100]])]);
  balances.add([made, waiting], new Map([[1, outcome(made)]]));
  expect(balances.of("us", chart).map(({ amount }) => amount)).toEqual([0, 0, 0]);
});
