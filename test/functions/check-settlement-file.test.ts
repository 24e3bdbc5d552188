import { describe, expect, test } from "vitest";
import { describedPolicy, exported, settlementHouse, twoAccounts } from "./settlement-house.ts";

const charge = ["charge", "#1001", "100.00", "3.20", "96.80"] as const;

describe("checking a settlement file", () => {
  test("reads it once, keeps its rows and payouts in chunks, and answers pointers and counts", async () => {
    const house = settlementHouse();
    const checked = await house.drop(exported(charge, ["mystery", "", "-2.00", "0.00", "-2.00"]));
    expect(checked).toMatchObject({ outcome: "accepted", parts: 3, chunks: [0], issues: [] });
    const manifest = JSON.parse(new TextDecoder().decode(house.stored.get(checked.manifest)));
    expect(manifest).toMatchObject({ format: "shopify-payments-csv", fileHash: checked.hash, rows: 2, payouts: 1, lines: 0 });
    const [first, second, payout] = JSON.parse(new TextDecoder().decode(house.stored.get(manifest.chunks[0])));
    expect([first.row.gross, second.row.type, second.row.class]).toEqual([10_000, "mystery", undefined]);
    expect(payout).toMatchObject({
      kind: "payout",
      payout: { id: "104", account: "us-shop", net: 9_480, netFrom: "rows" },
      rows: { count: 2, gross: 9_800, fees: 320, net: 9_480 },
      unlisted: [second.row.id],
    });
    expect(house.documents()).toEqual([]);
  });

  test("cuts more than five hundred parts into chunks, in the order of the file", async () => {
    const rows = Array.from({ length: 501 }, (_, index) => ["charge", `#${index}`, "1.00", "0.00", "1.00"] as const);
    const house = settlementHouse();
    const checked = await house.drop(exported(...rows));
    expect([checked.parts, checked.chunks]).toEqual([502, [0, 1]]);
  });

  test("holds a file whose amounts do not add up, whole and by name", async () => {
    const house = settlementHouse();
    const checked = await house.drop(exported(charge, ["charge", "#1002", "10.00", "0.50", "9.00"]));
    expect(checked).toMatchObject({ outcome: "held", manifest: "", chunks: [] });
    expect(checked.issues[0]?.message).toContain("9.00");
  });

  test("of two accounts whose ids begin alike, reads the one that the file's name has more of", async () => {
    const gatewayAccounts = { us: twoAccounts.gatewayAccounts!["us-shop"]!, "us-shop": twoAccounts.gatewayAccounts!["us-shop"]! };
    const house = settlementHouse({ ...twoAccounts, gatewayAccounts });
    await house.takeIn(exported(["charge", "#1001", "100.00", "3.20", "96.80"]), "us-shop_2026-11.csv");
    await house.takeIn(exported(["charge", "#1002", "50.00", "1.60", "48.40", "paid,2026-11-30,105"]), "us_2026-11.csv");
    const rows = house.documents().filter(({ kind }) => kind === "settlement-row");
    expect(rows.map(({ shop, references }) => [shop, references[0]?.value])).toEqual([
      ["us-shop", "#1001"],
      ["us", "#1002"],
    ]);
  });

  test("of two accounts of one gateway, reads the one that the file's name begins with, and holds a file that names none", async () => {
    const house = settlementHouse(twoAccounts);
    const held = await house.drop(exported(charge));
    expect(held).toMatchObject({ outcome: "held", issues: [{ class: "data.unmapped", code: "gateway-account" }] });
    expect(held.issues[0]?.message).toContain("ca-shop, us-shop");
    const named = await house.drop(exported(charge), "ca-shop_2026-11.csv");
    const manifest = JSON.parse(new TextDecoder().decode(house.stored.get(named.manifest)));
    const [part] = JSON.parse(new TextDecoder().decode(house.stored.get(manifest.chunks[0])));
    expect(part.row.account).toBe("ca-shop");
    // A name that only begins like an account's is none of it.
    expect((await house.drop(exported(charge), "ca-shop2.csv")).outcome).toBe("held");
  });

  test("knows the bytes of a file that was taken in under another name", async () => {
    const house = settlementHouse();
    await house.takeIn(exported(charge));
    expect(await house.drop(exported(charge), "again.csv", "2026-12-02T03:00:00.000Z")).toMatchObject({ outcome: "duplicate", chunks: [] });
    // The same drop once more is this file's own run, come back after a crash.
    expect(await house.drop(exported(charge))).toMatchObject({ outcome: "accepted" });
  });

  test("a file that was held is taken in when it is dropped again and policy knows its account", async () => {
    const house = settlementHouse(twoAccounts);
    await house.takeIn(exported(charge));
    expect((await house.drop(exported(charge), "us-shop.csv", "2026-12-02T03:00:00.000Z")).outcome).toBe("accepted");
  });

  test("reads a gateway's CSV by the mapping that its account holds, and a bank's by that of the bank account", async () => {
    const house = settlementHouse(describedPolicy);
    const report = "Day;Kind;Ref;Net\n20261105;sale;R-1;12,00\n";
    const statement = "Booked,Amount,Text\n2026-11-05,12.00,PAY LATER\n";
    const parts = async (checked: { readonly manifest: string }) => {
      const { format, chunks } = JSON.parse(new TextDecoder().decode(house.stored.get(checked.manifest)));
      return { format, parts: JSON.parse(new TextDecoder().decode(house.stored.get(chunks[0]))) };
    };
    const read = await parts(await house.drop(report));
    expect(read).toMatchObject({
      format: "pay-later-csv",
      parts: [{ row: { source: "pay-later", account: "pay-later-de", net: 1_200, class: "sale_refund" } }],
    });
    const lines = await parts(await house.drop(statement));
    expect(lines).toMatchObject({ format: "house-bank-csv", parts: [{ line: { account: "200", amount: 1_200, currency: "EUR" } }] });
  });

  test("holds a file in a currency in which its account does not settle", async () => {
    const { gatewayAccounts = {} } = describedPolicy;
    const account = { ...gatewayAccounts["pay-later-de"]!, currencies: ["USD"] };
    const held = await settlementHouse({ ...describedPolicy, gatewayAccounts: { "pay-later-de": account } }).drop(
      "Day;Kind;Ref;Net\n20261105;sale;R-1;12,00\n",
    );
    expect(held).toMatchObject({ outcome: "held", issues: [{ class: "money.currency-mismatch" }] });
  });
});
