import { describe, expect, test } from "vitest";
import { exported, settlementHouse, statedByApi } from "./settlement-house.ts";

const csv = exported(["charge", "#1001", "100.00", "3.20", "96.80", "pending,,"]);
const api = statedByApi("77", "#1001", "100.00", "3.20", "96.80");
const rowsOf = (house: ReturnType<typeof settlementHouse>) => house.documents().filter(({ kind }) => kind === "settlement-row").length;

describe("one way of telling an account's rows apart", () => {
  test("a row that came by the export is not taken in again by the API, which would post its fee twice", async () => {
    const house = settlementHouse();
    await house.takeIn(csv);
    const held = await house.drop(api, "api.json");
    expect(held).toMatchObject({ outcome: "held", chunks: [], issues: [{ class: "data.duplicate", code: "row-ids" }] });
    expect(held.issues[0]?.message).toBe(
      "api.json states the ids of its rows, and the rows of the account us-shop at shopify-payments come without ids: a row that came both ways would be posted twice. Nothing of it is taken in. Drop the report that this account's rows came by so far; to change over, add an account of its own to gatewayAccounts for the new reports, and begin them on the day on which the old ones end.",
    );
    expect(rowsOf(house)).toBe(1);
  });

  test("nor the other way round, and each way goes on by itself", async () => {
    const house = settlementHouse();
    await house.takeIn(api, "api.json");
    expect(await house.drop(csv)).toMatchObject({ outcome: "held", issues: [{ code: "row-ids" }] });
    expect(await house.drop(statedByApi("78", "#1002", "10.00", "0.50", "9.50"), "next.json")).toMatchObject({ outcome: "accepted" });
  });

  test("of two files that come at the same time, one is taken in", async () => {
    const house = settlementHouse();
    const both = await Promise.all([house.drop(csv), house.drop(api, "api.json")]);
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(["accepted", "held"]);
  });

  test("a file that is held for something else decides nothing", async () => {
    const house = settlementHouse();
    expect(await house.drop(exported(["charge", "#1001", "100.00", "3.20", "90.00"]))).toMatchObject({ outcome: "held" });
    expect(await house.drop(api, "api.json")).toMatchObject({ outcome: "accepted" });
  });

  test("what is not certain to be on record is tried again", async () => {
    const house = settlementHouse(undefined, (item) => (item.transaction.startsWith("source:") ? "unknown" : undefined));
    await expect(house.drop(csv)).rejects.toThrow("the lineage answered unknown for the row ids of us-shop: try again");
  });

  test("is still known when the bodies of documents are removed", async () => {
    const house = settlementHouse();
    await house.takeIn(csv);
    for (const item of house.items()) {
      if (item.type !== "document") continue;
      const { inline: _removed, ...raw } = item.raw;
      house.put({ ...item, raw });
    }
    expect(await house.drop(api, "api.json")).toMatchObject({ outcome: "held" });
  });
});
