import { describe, expect, test } from "vitest";
import {
  closedInFiles,
  closingsKeptInFiles,
  erpCompanies,
  fiscalPeriodOf,
  hasPeriodRule,
  itemFor,
  jurisdictionFor,
  locationByChannelId,
  type PeriodRule,
  type Policy,
  type PolicyFile,
  policyOn,
  statesBegan,
  type TenderRule,
  tenderFor,
  transferPriceFor,
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

describe("the transfer price between two entities", () => {
  const price = (costPlus: string, more: object = {}) => ({ supplier: "three", costPlus, from: "2026-01-01", why: "test", ...more });
  const priced = (rules: readonly object[] | undefined, day = "2026-06-15", buyer = "us", itemClass = "apparel") => {
    const { transferPrices: _, ...plain } = policy;
    const by = { ...plain, ...(rules === undefined ? {} : { transferPrices: rules }) } as unknown as Policy;
    return (transferPriceFor(by, "three", buyer, itemClass, day) as { costPlus?: string } | undefined)?.costPlus;
  };
  const rules = [
    price("any"),
    price("buyer", { buyer: "us" }),
    price("class", { itemClass: "apparel" }),
    price("both", { buyer: "us", itemClass: "apparel" }),
    price("other supplier", { supplier: "two", buyer: "us", itemClass: "apparel", from: "2026-06-01" }),
  ];
  test("is that of the rule that names most: buyer and class, then the class, then the buyer", () => {
    for (const order of [rules, rules.toReversed()]) {
      expect(priced(order)).toBe("both");
      expect(priced(order, "2026-06-15", "ca")).toBe("class");
      expect(priced(order, "2026-06-15", "us", "home")).toBe("buyer");
      expect(priced(order, "2026-06-15", "ca", "home")).toBe("any");
    }
    expect(priced(undefined)).toBeUndefined();
    expect(priced([price("buyer", { buyer: "ca" })])).toBeUndefined();
  });

  test("is of its days, and of two that name as much the one that began last", () => {
    const dated = [
      price("old", { to: "2026-06-30" }),
      price("new", { from: "2026-07-01" }),
      price("newest", { from: "2026-09-01", to: "2026-09-30" }),
    ];
    for (const order of [dated, dated.toReversed()])
      expect(
        ["2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01", "2026-08-31", "2026-09-01", "2026-09-30", "2026-10-01"].map((day) =>
          priced(order, day),
        ),
      ).toEqual([undefined, "old", "old", "new", "new", "newest", "newest", "new"]);
    expect(priced([price("first"), price("second")])).toBe("first");
    expect(priced([price("named", { buyer: "us" }), price("later", { from: "2026-05-01" })])).toBe("named");
  });
});

test("a tax is that of its channel and place, by its code or by any", () => {
  const taxes = [
    { channel: "shopify", shop: "a.example", match: "VAT", jurisdiction: "A" },
    { channel: "pos", store: "0001", match: "VAT", jurisdiction: "B" },
    { channel: "pos", store: "0002", match: "*", jurisdiction: "C" },
    { channel: "shopify", match: "VAT", jurisdiction: "D" },
  ] as unknown as Policy["taxes"];
  const of = (channel: "shopify" | "pos", place: string, code: string) => jurisdictionFor({ ...policy, taxes }, channel, place, code);
  expect(of("shopify", "a.example", "VAT")).toBe("A");
  expect(of("pos", "0001", "VAT")).toBe("B");
  expect(of("pos", "0002", "GST")).toBe("C");
  expect(of("shopify", "b.example", "VAT")).toBe("D");
  expect([of("pos", "0001", "GST"), of("pos", "0003", "VAT"), of("shopify", "a.example", "GST"), of("pos", "a.example", "VAT")]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("an item that the policies do not list is held, or taken as one of the class that they say", () => {
  const items = { unknown: "accept" as const, defaultClass: "general", list: { HAT: { class: "apparel", name: "Hat", stocked: false } } };
  expect(itemFor({ ...policy, items }, "HAT")).toEqual({ class: "apparel", name: "Hat", stocked: false });
  expect(itemFor({ ...policy, items }, "CAP")).toEqual({ class: "general", stocked: true });
  expect(itemFor({ ...policy, items }, "constructor")).toEqual({ class: "general", stocked: true });
  expect(itemFor({ ...policy, items: { ...items, unknown: "hold" } }, "CAP")).toBeUndefined();
});

test("a place is found by the id that a channel has for it, and by no other channel's", () => {
  expect(locationByChannelId(policy, "shopify", "700")).toBe("seven");
  expect([locationByChannelId(policy, "pos", "700"), locationByChannelId(policy, "shopify", "999")]).toEqual([undefined, undefined]);
});

test("an ERP connection has the companies of its own entities", () => {
  expect(erpCompanies(policy, "erp")).toEqual({ us: "1" });
  expect(erpCompanies(policy, "other")).toEqual({ ca: "1" });
});

describe("what was closed by hand, in files that were written before it", () => {
  const closing = { period: "2026-10", state: "closed", from: "2026-11-06", why: "Closed.", by: "Ann" };
  const opening = { period: "2026-10", state: "open", from: "2026-11-06", why: "A late invoice." };
  const stating = (periods?: readonly object[], path = "entities/ny.json"): PolicyFile => ({
    path,
    content: JSON.stringify({ name: "New York", ...(periods === undefined ? {} : { periods }) }),
  });
  const kept = (file: PolicyFile, before: PolicyFile) => {
    const files = [stating([opening], "entities/ny2.json"), file];
    const after = closingsKeptInFiles(files, [stating([closing], "entities/ny2.json"), before], "ny");
    return after === files ? "as they are" : JSON.parse(after[1]!.content).periods;
  };
  test("is kept, before what the files say anew", () => {
    expect(kept(stating(), stating([closing]))).toEqual([closing]);
    expect(kept(stating([opening]), stating([closing]))).toEqual([closing, opening]);
    expect(kept(stating([opening]), stating([opening, closing]))).toEqual([opening, closing]);
  });

  test("leaves files as they are that know it, and where nothing was closed by a person", () => {
    expect(kept(stating([closing]), stating([closing]))).toBe("as they are");
    expect(kept(stating(), stating([opening]))).toBe("as they are");
    expect(kept(stating(), stating())).toBe("as they are");
    expect(kept(stating([], "entities/gb.json"), stating([closing]))).toBe("as they are");
    expect(kept(stating([]), stating([closing], "entities/gb.json"))).toBe("as they are");
  });
});
