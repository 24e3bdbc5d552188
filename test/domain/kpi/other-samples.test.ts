import { expect, test } from "vitest";
import {
  clearingSamples,
  completenessSamples,
  documentSamples,
  openExceptionSamples,
  periodCloseSamples,
  recoverySamples,
} from "#domain/kpi";
import { type ExceptionState, viewTransaction } from "#domain/lineage";
import type { PeriodRule, Policy } from "#domain/policy";
import { postingRules } from "#domain/posting";
import { at, document, opened, sale } from "./kpi-lineage.ts";

const policy = {
  stores: { "0101": { entity: "US1", location: "store-boston", timeZone: "America/New_York" } },
  entities: { US1: { timeZone: "America/Chicago", connection: "erp-us" } },
  connections: {},
  shops: {},
  locations: {},
} as unknown as Policy;
const state = (closedAt: string | undefined, over: object): ExceptionState =>
  ({ opened: opened("10:00", over), ...(closedAt === undefined ? {} : { closed: { at: at(closedAt), by: "hub" } }) }) as ExceptionState;

test.each(["transport.connection", "transport.rate-limit", "transport.access", "erp.unavailable", "erp.unknown-outcome"])(
  "%s was a failure, and is over when it is closed",
  (name) => {
    expect(recoverySamples(state("10:20", { class: name }))).toEqual([
      { metric: "IntegrationRecovery", value: 1_200_000, dimensions: { class: name } },
    ]);
    expect(recoverySamples(state(undefined, { class: name }))).toEqual([]);
  },
);

test("what a document itself has wrong is no failure of an integration", () => {
  expect(recoverySamples(state("10:20", { class: "data.unmapped" }))).toEqual([]);
});

test("an open exception ages on the desk that has it by now, a closed one no more", () => {
  const escalated = {
    ...state(undefined, { class: "erp.rejected" }),
    escalations: [{ step: 1, owner: "controller" }],
  } as unknown as ExceptionState;
  expect(openExceptionSamples(escalated, at("11:30"))).toEqual([
    { metric: "OpenExceptionAge", value: 5_400_000, dimensions: { class: "erp.rejected", owner: "controller" } },
  ]);
  expect(openExceptionSamples(state(undefined, { class: "erp.rejected" }), at("11:30"))).toMatchObject([
    { dimensions: { class: "erp.rejected", owner: "finance" } },
  ]);
  expect(openExceptionSamples(state("10:01", { class: "erp.rejected" }), at("11:30"))).toEqual([]);
});

const counted = (lines: object[]) => document("10:00", [{ name: "stock.counted", store: "0101", lines }], { channel: "pos" });

test("a count is as accurate as its lines that state what was expected", () => {
  const lines = [
    { countedMillionths: 2_000_000, expectedMillionths: 2_000_000 },
    { countedMillionths: 1_000_000, expectedMillionths: 2_000_000 },
    { countedMillionths: 7_000_000 },
  ];
  const dimensions = { channel: "pos", location: "store-boston" };
  expect(documentSamples(counted(lines), policy)).toEqual([
    { metric: "StockLinesCounted", value: 2, dimensions },
    { metric: "StockLinesAccurate", value: 1, dimensions },
  ]);
});

test("a count that nobody expected anything of, and one that is not believed, say nothing", () => {
  expect(documentSamples(counted([{ countedMillionths: 7_000_000 }]), policy)).toEqual([]);
  const issues = [{ class: "data.value" as const, code: "x", cause: "x", message: "x" }];
  expect(documentSamples({ ...counted([{ countedMillionths: 1, expectedMillionths: 1 }]), issues }, policy)).toEqual([]);
});

test.each([
  ["store-day.audited", "store day audited"],
  ["store-day.reconciled", "store day reconciled"],
])("%s closes a day so long after the store's own midnight", (name, span) => {
  // Midnight in Boston is 05:00 UTC.
  const closing = document("13:00", [{ name, store: "0101", businessDate: "2026-11-26" }]);
  expect(documentSamples(closing, policy)).toEqual([{ metric: "FinancialClose", value: 28_800_000, dimensions: { span } }]);
});

test("of a store that nobody knows, nobody knows the midnight, and what is accrued for a period does not close it", () => {
  const unknown = document("13:00", [{ name: "store-day.audited", store: "9999", businessDate: "2026-11-26" }]);
  const stated = document("13:00", [{ name: "period-sales.stated", entity: "US1", businessDate: "2026-11-26" }]);
  expect([unknown, stated].map((each) => documentSamples(each, policy))).toEqual([[], []]);
});

test("a person closes a period so long after the entity's own midnight", () => {
  const rule = { period: "2026-10", state: "closed", from: "2026-11-04", why: "all in", by: "Dana Reyes" } as const;
  // October is over in Chicago at 05:00 UTC, two hours before the clocks go back.
  const closed = (change: Partial<PeriodRule>, entity = "US1") =>
    periodCloseSamples({ entity, rule: { ...rule, ...change }, at: "2026-11-04T16:00:00.000Z" }, policy);
  expect(closed({})).toEqual([{ metric: "FinancialClose", value: 298_800_000, dimensions: { span: "period closed" } }]);
  const { by: _, ...byFile } = rule;
  expect(periodCloseSamples({ entity: "US1", rule: byFile, at: "2026-11-04T16:00:00.000Z" }, policy)).toEqual([]);
  expect([closed({ state: "open" }), closed({ period: "2026-13" }), closed({}, "XX9")]).toEqual([[], [], []]);
});

test("what stands open in a clearing account is summed by its age, each currency for itself", () => {
  const item = (amount: number, ageDays: number) => ({ amount, ageDays }) as never;
  const account = { entity: "US1", gateway: "adyen", currency: "USD" };
  const items = [item(100, 0), item(250, 2), item(-30, 3), item(5, 31), item(7, 400)];
  expect(clearingSamples([{ ...account, balance: 332, items }]).map(({ value, dimensions }) => [dimensions.age, value])).toEqual([
    ["0 to 2 days", 350],
    ["3 to 7 days", -30],
    ["over 30 days", 12],
  ]);
});

const window = { from: at("09:00"), before: at("12:00"), now: at("13:00") };

test("of a transaction nothing is asked where nothing of it was recorded in the window, or others alone told it", () => {
  const told = { from: "x", document: "d", entity: "US1", connection: "erp-us", plan: 1 };
  for (const one of [document("08:59", []), document("12:00", []), document("10:00", [], { told })])
    expect(completenessSamples(viewTransaction(sale, [one]), policy, postingRules, window)).toEqual([]);
});

test("a certificate is none of what came in", () => {
  const issued = viewTransaction("certificate:hub:money:2026-11-27", [document("10:00", [])]);
  expect(completenessSamples(issued, policy, postingRules, window)).toEqual([]);
});

test("how far a source was read is none of what came in, and a notice of it is", () => {
  const swept = viewTransaction("source:shopify-payments:us-shop:settlement-sweeps:all", [document("10:00", [])]);
  expect(completenessSamples(swept, policy, postingRules, window)).toEqual([]);
  const noticed = viewTransaction("source:shopify:quill.myshopify.com:return:9", [
    document("10:00", [{ name: "source.changed" } as never]),
  ]);
  expect(completenessSamples(noticed, policy, postingRules, window)).toMatchObject([{ metric: "TransactionsRecorded", value: 1 }, {}]);
});

test("a transaction that an exception holds has not come to its end, and one with a warning has", () => {
  const atRest = (name: string) =>
    completenessSamples(viewTransaction(sale, [document("10:00", []), opened("10:00", { class: name })]), policy, postingRules, window);
  const dimensions = { channel: "shopify" };
  expect(atRest("data.unmapped")).toEqual([
    { metric: "TransactionsRecorded", value: 1, dimensions },
    { metric: "TransactionsAtRest", value: 0, dimensions },
  ]);
  expect(atRest("promotion.unknown")).toMatchObject([{ value: 1 }, { metric: "TransactionsAtRest", value: 1 }]);
});
