import { expect, test } from "vitest";
import { type EntityPolicy, erpAgreement, type Policy } from "#domain/policy";
import { account, policy as plain } from "../../fixtures/posting-case.ts";

const now = "2026-12-10T12:00:00.000Z";
const chart = ["1100", "1400", "4000", "5000"].map((number) => ({ account: number, name: number }));
const year = { from: "2026-01-01", to: "2026-12-31", open: true };
const erp = { functionalCurrency: "USD", accounts: chart, periods: [year] };
const withUs = (us: Partial<EntityPolicy>, more: Partial<Policy> = {}): Policy => ({
  ...plain,
  ...more,
  entities: { ...plain.entities, us: { ...plain.entities.us!, ...us } },
});
const found = (policy: Policy, held = erp) => erpAgreement(policy, "us", held, now).map(({ kind, value }) => `${kind} ${value}`);
const why = "test";

test("an ERP that knows every account and closes what the policies close has no findings", () => {
  expect(found(plain)).toEqual([]);
  const periods = [{ period: "2026-10", state: "closed" as const, from: "2026-11-06", why }];
  expect(found(withUs({ periods }), { ...erp, periods: [{ from: "2026-11-01", to: "2026-12-31", open: true }] })).toEqual([]);
});

test("an account that a rule names, now or later, and the chart has not, is told once with its roles", () => {
  const accounts = [...plain.accounts, account("discounts", "4100"), account("sales-returns", "4100", { from: "2027-01-01" })];
  expect(found({ ...plain, accounts })).toEqual(["account-missing us: account 4100 for discounts, sales-returns"]);
});

test("accounts of rules that have ended, and of other entities, are nobody's business", () => {
  const accounts = [
    ...plain.accounts,
    account("discounts", "4100", { to: "2026-12-09" }),
    account("discounts", "4101", { entity: "ca", layer: 3 }),
  ];
  expect(found({ ...plain, accounts })).toEqual([]);
  expect(found({ ...plain, accounts: [...plain.accounts, account("discounts", "4100", { to: "2026-12-10" })] })).toHaveLength(1);
});

test("books in another currency are another company's", () => {
  expect(found(plain, { ...erp, functionalCurrency: "CAD" })).toEqual(["currency us: USD in the policies, CAD in the ERP"]);
});

test("a period that one of the two closes and the other keeps open is told", () => {
  const periods = [
    { period: "2026-10", state: "closed" as const, from: "2026-11-06", why },
    { period: "2026-09", state: "open" as const, from: "2026-12-01", why },
    { period: "2027-01", state: "future" as const, from: "2026-01-01", why },
  ];
  const held = [
    { from: "2026-10-01", to: "2026-12-31", open: true },
    { from: "2026-09-01", to: "2026-09-30", open: false },
    { from: "2027-01-01", to: "2027-01-31", open: true },
  ];
  expect(found(withUs({ periods }), { ...erp, periods: held })).toEqual([
    "period-closed-in-erp us: 2026-09",
    "period-open-in-erp us: 2026-10",
    "period-open-in-erp us: 2027-01",
  ]);
});
