import { expect, test } from "vitest";
import type { StoredValueStanding } from "#domain/ledger";
import { dormantBalances } from "#domain/reports";
import { goldenPolicy } from "../../golden/golden-policy.ts";

const card = (owed: number, lastMoved: string, entity = "gb"): StoredValueStanding => ({
  entity,
  kind: "gift-card",
  currency: "GBP",
  owed,
  lastMoved,
});

test("what rests for 36 months is listed under the jurisdiction whose law covers it, from the day on which it does", () => {
  const standings = [
    card(5_000, "2023-11-27"),
    card(2_500, "2022-01-31"),
    card(9_900, "2023-11-28"),
    card(0, "2020-01-01"),
    card(700, "2020-01-01", "us"),
  ];
  expect(dormantBalances(standings, goldenPolicy, "2026-11-27")).toEqual([
    {
      entity: "gb",
      kind: "gift-card",
      jurisdiction: "GB",
      currency: "GBP",
      dormancyMonths: 36,
      holders: 2,
      owed: 7_500,
      oldest: "2022-01-31",
    },
  ]);
  expect(dormantBalances(standings, goldenPolicy, "2026-11-28")).toMatchObject([{ holders: 3, owed: 17_400 }]);
});
