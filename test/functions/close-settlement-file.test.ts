import { describe, expect, test } from "vitest";
import { exported, settlementHouse, twoAccounts } from "./settlement-house.ts";

const charge = ["charge", "#1001", "100.00", "3.20", "96.80"] as const;

describe("closing a settlement file", () => {
  test("makes the file a fact of its own, with counts and no rows", async () => {
    const house = settlementHouse();
    const { checked, closed } = await house.takeIn(exported(charge));
    const transaction = `file:settlement:${checked.hash}`;
    expect(closed).toEqual({ file: "export.csv", outcome: "accepted", transaction, parts: 2, recorded: 2, duplicates: 0, revised: 0 });
    const fact = house.documents().find((document) => document.transaction === transaction);
    expect(fact?.events).toMatchObject([
      { name: "settlement-file.received", file: "export.csv", format: "shopify-payments-csv", rows: 1, payouts: 1, lines: 0 },
    ]);
    expect(house.samples).toEqual([["SettlementFiles", { outcome: "accepted" }]]);
  });

  test("refuses counts that do not come to what was read, and records nothing", async () => {
    const house = settlementHouse();
    const checked = await house.drop(exported(charge));
    await expect(house.close({ checked, counts: { recorded: 1, duplicates: 0, revised: 0 } })).rejects.toThrow(
      "2 rows, payouts and lines were read, but 1 recorded + 0 duplicates + 0 revised = 1",
    );
    expect(house.documents()).toEqual([]);
  });

  test("a file that is held carries its issue and no event", async () => {
    const house = settlementHouse(twoAccounts);
    await house.takeIn(exported(charge));
    expect(house.documents().map(({ events, issues }) => [events, issues.map(({ code }) => code)])).toEqual([[[], ["gateway-account"]]]);
  });
});
