import { expect, test } from "vitest";
import type { DeclaredTax } from "#domain/posting";
import { filedAndOpen, filedTaxes } from "#domain/reports";

/** A tax of US1 in Massachusetts that raises what is owed by `amount`, of one day and posted on it. */
const tax = (day: string, amount: number, more: Partial<DeclaredTax> = {}): DeclaredTax => ({
  document: `sale/${day}`,
  erpKey: `sale/${day}@1`,
  entity: "US1",
  jurisdiction: "US-MA",
  amount: -amount,
  currency: "USD",
  postingDate: day,
  taxDate: day,
  ...more,
});
const october = { through: "2026-10-31", filedOn: "2026-11-20" };
const november = { from: "2026-11-01", through: "2026-11-30", filedOn: "2026-12-20" };
const filed = (entity: string, jurisdiction: string) => (`${entity} ${jurisdiction}` === "US1 US-MA" ? [october, november] : []);
const taxes = [
  tax("2026-09-30", 100),
  tax("2026-10-31", 200),
  tax("2026-11-01", 400),
  tax("2026-11-30", 800),
  tax("2026-12-01", 1_600),
  // Of October, posted when it was filed: declared with November, and taken back when that was filed, too.
  tax("2026-10-15", 10, { postingDate: "2026-10-31", taxDate: "2026-11-01", amends: "2026-10-15" }),
  tax("2026-11-01", -10, { postingDate: "2026-12-21", taxDate: "2026-12-01", amends: "2026-11-01" }),
  tax("2026-11-01", 7, { jurisdiction: "US-OH" }),
];

test("every return declares the taxes of its days, and what is left is still to be filed", () => {
  const { returns } = filedTaxes(taxes, filed);
  expect(
    returns.map(({ jurisdiction, from, through, filedOn, declared, amendments }) => [
      jurisdiction,
      from,
      through,
      filedOn,
      declared,
      amendments,
    ]),
  ).toEqual([
    ["US-MA", undefined, "2026-10-31", "2026-11-20", 300, 10],
    ["US-MA", "2026-11-01", "2026-11-30", "2026-12-20", 1_210, -10],
    ["US-MA", "2026-12-01", undefined, undefined, 1_590, 0],
    ["US-OH", undefined, undefined, undefined, 7, 0],
  ]);
});

test("what is to be amended is listed with the day of the filed return and the one for which it is declared", () => {
  expect(filedTaxes(taxes, filed).amendments).toEqual([
    {
      entity: "US1",
      currency: "USD",
      jurisdiction: "US-MA",
      originalDate: "2026-10-15",
      taxDate: "2026-11-01",
      amount: 10,
      document: "sale/2026-10-15",
      erpKey: "sale/2026-10-15@1",
      postingDate: "2026-10-31",
    },
    expect.objectContaining({ originalDate: "2026-11-01", taxDate: "2026-12-01", amount: -10 }),
  ]);
});

test("of the days of posting asked for, filed and still to file add up to what was posted", () => {
  expect(filedAndOpen(taxes, filed, {})).toEqual([
    { entity: "US1", jurisdiction: "US-MA", filed: 1_510, toFile: 1_590 },
    { entity: "US1", jurisdiction: "US-OH", filed: 0, toFile: 7 },
  ]);
  expect(filedAndOpen(taxes, filed, { from: "2026-10-31", to: "2026-11-01" })).toEqual([
    { entity: "US1", jurisdiction: "US-MA", filed: 610, toFile: 0 },
    { entity: "US1", jurisdiction: "US-OH", filed: 0, toFile: 7 },
  ]);
  expect(filedAndOpen(taxes, filed, { from: "2026-12-22" })).toEqual([]);
});
