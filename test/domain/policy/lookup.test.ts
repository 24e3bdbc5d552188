import { describe, expect, test } from "vitest";
import {
  closedInFiles,
  fiscalPeriodOf,
  hasPeriodRule,
  type PeriodRule,
  type Policy,
  type PolicyFile,
  policyOn,
  statesBegan,
  type TenderRule,
  tenderFor,
  withPeriodRule,
} from "#domain/policy";
import { policy } from "../../fixtures/posting-case.ts";

describe("the tender rule of a means of payment", () => {
  const rule = (role: string, match: string, more: Partial<TenderRule> = {}): TenderRule => ({
    ...{ channel: "pos", match, role, dimensions: {}, why: "test" },
    ...more,
  });
  const tenders = [
    rule("any", "*"),
    rule("card", "card"),
    rule("amex", "card", { cardBrand: "Amex" }),
    rule("any-visa", "*", { cardBrand: "Visa" }),
    rule("web", "klarna", { channel: "shopify" }),
  ];
  const role = (name: string, brand?: string, channel: TenderRule["channel"] = "pos", rules = tenders) =>
    tenderFor({ ...policy, tenders: rules }, channel, name, brand)?.role;

  test.each([
    ["Card", undefined, "card"],
    ["card", "AMEX", "amex"],
    ["card", "visa", "any-visa"],
    ["card", "diners", "card"],
    ["cash", undefined, "any"],
    ["cash", "visa", "any-visa"],
    ["cash", "amex", "any"],
  ])("%s of %s is %s", (name, brand, expected) => {
    expect(role(name, brand)).toBe(expected);
  });

  test("is none where no rule fits its channel, its name or its brand", () => {
    expect(role("card", undefined, "shopify")).toBeUndefined();
    expect(role("cash", undefined, "pos", [rule("amex", "*", { cardBrand: "Amex" })])).toBeUndefined();
    expect(role("cash", undefined, "pos", [rule("card", "card")])).toBeUndefined();
  });

  test("is that of the day; without dates the policy stays the same one", () => {
    const dated: Policy = { ...policy, tenders: [rule("old", "cash", { to: "2026-06-30" }), rule("new", "cash", { from: "2026-07-01" })] };
    const on = (day: string) => policyOn(dated, day).tenders.map((each) => each.role);
    expect([on("2026-06-30"), on("2026-07-01")]).toEqual([["old"], ["new"]]);
    expect(policyOn(policy, "2026-07-01")).toBe(policy);
    const taxed: Policy = {
      ...policy,
      taxes: [{ channel: "pos", match: "*", jurisdiction: "US-MA", to: "2026-06-30" }] as unknown as Policy["taxes"],
    };
    expect([policyOn(taxed, "2026-06-30").taxes.length, policyOn(taxed, "2026-07-01").taxes.length]).toEqual([1, 0]);
  });
});

describe("what is said of a period", () => {
  const october: PeriodRule = { period: "2026-10", state: "closed", from: "2026-11-06", why: "Closed." };
  const books = { timeZone: "America/New_York", periods: [october] };

  test("begins on its day in the time zone of its entity", () => {
    const began = (before: string, now: string, entity: object = books) =>
      statesBegan({ us: { timeZone: "UTC" }, ny: entity as typeof books }, before, now);
    expect(began("2026-11-06T04:59:59.999Z", "2026-11-06T05:00:00.000Z")).toBe(true);
    expect(began("2026-11-06T04:00:00.000Z", "2026-11-06T04:59:59.999Z")).toBe(false);
    expect(began("2026-11-06T05:00:00.000Z", "2026-12-06T05:00:00.000Z")).toBe(false);
    expect(began("2026-11-01T05:00:00.000Z", "2026-12-06T05:00:00.000Z")).toBe(true);
    const filed = {
      timeZone: "UTC",
      taxFilings: [{ jurisdiction: "US-MA", filedThrough: "2026-10-31", from: "2026-11-20", why: "Filed." }],
    };
    expect(began("2026-11-19T00:00:00.000Z", "2026-11-20T00:00:00.000Z", filed)).toBe(true);
    expect(began("2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z", filed)).toBe(false);
    expect(began("2026-11-01T05:00:00.000Z", "2026-12-06T05:00:00.000Z", { timeZone: "UTC" })).toBe(false);
  });

  test("is added after what was said before, and is the last word then", () => {
    const open: PeriodRule = { ...october, state: "open", from: "2026-11-20", why: "A late invoice." };
    const before = { entities: { ny: books, us: { timeZone: "UTC" } } };
    expect(hasPeriodRule(before, "ny", october)).toBe(true);
    expect(hasPeriodRule(before, "ny", { ...october, by: "Ann" })).toBe(false);
    expect([hasPeriodRule(before, "us", october), hasPeriodRule(before, "gb", october)]).toEqual([false, false]);
    const after = withPeriodRule(before, "ny", open);
    expect(after.entities).toEqual({ ny: { ...books, periods: [october, open] }, us: { timeZone: "UTC" } });
    expect([hasPeriodRule(after, "ny", october), hasPeriodRule(after, "ny", open)]).toEqual([false, true]);
    expect(withPeriodRule(before, "us", october).entities.us).toEqual({ timeZone: "UTC", periods: [october] });
    expect(() => withPeriodRule(before, "gb", october)).toThrow("no entity gb");
  });

  test("is written into the entity's file, in one order, and once", () => {
    const files: PolicyFile[] = [
      { path: "global.json", content: "{}" },
      { path: "entities/ny.json", content: '{"name":"New York"}' },
      { path: "entities/ny2.json", content: '{"name":"Other"}' },
    ];
    const rule = { why: "Closed.", by: "Ann", from: "2026-11-06", state: "closed", period: "2026-10" } as const;
    const closed = closedInFiles(files, "ny", rule);
    expect(closed?.map(({ path }) => path)).toEqual(["global.json", "entities/ny.json", "entities/ny2.json"]);
    expect(closed?.[1]?.content).toBe(`{
  "name": "New York",
  "periods": [
    {
      "period": "2026-10",
      "state": "closed",
      "from": "2026-11-06",
      "why": "Closed.",
      "by": "Ann"
    }
  ]
}
`);
    expect([closed?.[0], closed?.[2]]).toEqual([files[0], files[2]]);
    expect(closedInFiles(closed!, "ny", rule)).toBe(closed);
    const { by: _by, ...nobody } = rule;
    expect(JSON.parse(closedInFiles(closed!, "ny", nobody)![1]!.content).periods).toEqual([rule, nobody]);
    expect(closedInFiles(files, "gb", rule)).toBeUndefined();
  });

  test("is of a period of the entity's calendar, which is by months unless it is said", () => {
    expect(fiscalPeriodOf({}, "2026-10")).toMatchObject({ id: "2026-10", from: "2026-10-01", to: "2026-10-31" });
    const weeks = { kind: "weeks", pattern: "4-4-5", years: [{ name: "FY26", from: "2026-02-01" }] } as const;
    expect(fiscalPeriodOf({ calendar: weeks }, "FY26-P01")).toMatchObject({ from: "2026-02-01", to: "2026-02-28" });
    expect(fiscalPeriodOf({ calendar: weeks }, "2026-10")).toBeUndefined();
  });
});
