import { describe, expect, test } from "vitest";
import { exported, settlementHouse } from "./settlement-house.ts";

const charge = ["charge", "#1001", "100.00", "3.20", "96.80"] as const;
const later = "2026-12-02T03:00:00.000Z";

describe("taking in a chunk of a settlement file", () => {
  test("makes each row and payout a fact of its own stream, with the file as its raw body", async () => {
    const house = settlementHouse();
    const { checked, counts } = await house.takeIn(exported(charge));
    expect(counts).toEqual({ recorded: 2, duplicates: 0, revised: 0 });
    const [row, payout] = house.documents();
    expect(row).toMatchObject({
      kind: "settlement-row",
      channel: "shopify-payments",
      shop: "us-shop",
      raw: { hash: checked.hash, bytes: checked.bytes, address: checked.drop },
      references: [
        { type: "settled-order", value: "#1001" },
        { type: "settled-payout", value: "payout:shopify-payments:us-shop:104" },
      ],
    });
    expect(row?.events).toMatchObject([{ name: "settlement.recorded", version: checked.receivedAt, row: { gross: 10_000, net: 9_680 } }]);
    expect(payout).toMatchObject({
      transaction: "payout:shopify-payments:us-shop:104",
      references: [
        { type: "payout", value: "104" },
        { type: "payout-amount", value: "operating USD 9680" },
      ],
    });
  });

  test("what is known with the same content is a duplicate, in whatever file it comes", async () => {
    const house = settlementHouse();
    await house.takeIn(exported(charge));
    const before = house.documents().length;
    const { counts } = await house.takeIn(exported(charge).replace("online", "pos"), "other.csv", later);
    expect(counts).toEqual({ recorded: 0, duplicates: 2, revised: 0 });
    // The file alone is new.
    expect(house.documents().length).toBe(before + 1);
  });

  test("what is stated otherwise than before is a newer version of the same fact", async () => {
    const house = settlementHouse();
    await house.takeIn(exported(["charge", "#1001", "100.00", "3.20", "96.80", "pending,,"]));
    const { counts } = await house.takeIn(exported(charge), "later.csv", later);
    expect(counts).toEqual({ recorded: 1, duplicates: 0, revised: 1 });
    const rows = house.documents().filter(({ kind }) => kind === "settlement-row");
    expect(rows.map(({ transaction }) => transaction)).toEqual([rows[0]?.transaction, rows[0]?.transaction]);
    expect(rows.map(({ events }) => events[0]?.version)).toEqual(["2026-12-01T03:00:00.000Z", later]);
  });

  test("of two exports that name no total, the one with more rows of a payout says what it comes to", async () => {
    const house = settlementHouse();
    await house.takeIn(exported(charge, ["charge", "#1002", "10.00", "0.50", "9.50"]));
    await house.takeIn(exported(charge), "part.csv", later);
    const versions = house
      .documents()
      .flatMap(({ events }) => events.flatMap((event) => (event.name === "payout.stated" ? [`${event.version} ${event.payout.net}`] : [])));
    expect(versions).toEqual(["000000002 2026-12-01T03:00:00.000Z 10630", `000000001 ${later} 9680`]);
  });

  test("an insert without a certain answer fails the chunk, and the next try takes in what is left", async () => {
    let refused = 0;
    const house = settlementHouse(undefined, (item) => (item.transaction.startsWith("payout:") && refused++ === 0 ? "unknown" : undefined));
    const checked = await house.drop(exported(charge));
    await expect(house.ingest(checked)).rejects.toThrow("the lineage answered unknown");
    expect(await house.ingest(checked)).toEqual({ recorded: 1, duplicates: 1, revised: 0 });
    expect(house.documents().map(({ kind }) => kind)).toEqual(["settlement-row", "payout"]);
  });
});
