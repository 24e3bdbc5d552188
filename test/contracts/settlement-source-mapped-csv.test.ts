import { describe, expect, test } from "vitest";
import { mappedCsvSource } from "#adapters/settlements/mapped-csv";
import { fixture, settlementSourceContract } from "./settlement-source-contract.ts";

const mapping = JSON.parse(new TextDecoder().decode(fixture("mapped-csv/pay-later.mapping.json")));

settlementSourceContract({
  source: mappedCsvSource(mapping),
  golden: [{ file: "mapped-csv/pay-later.csv", settings: { account: "pay-later-de", timeZone: "Europe/Berlin", currencies: ["EUR"] } }],
  foreign: ["shopify-payments/export-17-columns.csv", "adyen/other-order.csv", "paypal/activity-de.csv", "stripe/itemized.csv"],
  unbalance: (text) => text.replace("976,20", "976,21"),
  neededColumns: ["Datum", "Vorgang", "Gutschrift", "Provision", "Beleg"],
  showsItsEnd: false,
  anyOrder: true,
});

describe("a CSV mapping", () => {
  test.each([
    ["columns.type", { ...mapping, columns: { ...mapping.columns, type: undefined } }],
    ["types.Verkauf.class", { ...mapping, types: { Verkauf: { class: "other" } } }],
    ["columns.gross or columns.net", { ...mapping, columns: { ...mapping.columns, gross: undefined, net: undefined } }],
    ["columns.id or identity", { ...mapping, identity: undefined }],
    ["columns.currency or currency", { ...mapping, currency: undefined }],
    ["columns.payoutDate", { ...mapping, columns: { ...mapping.columns, payoutDate: undefined } }],
  ])("without a valid %s is refused by name", (what, broken) => {
    expect(() => mappedCsvSource(broken)).toThrow(what);
  });

  test("may state amounts in minor units, and a net from which the gross follows", () => {
    const source = mappedCsvSource({
      name: "minor",
      source: "minor",
      numbers: "minor-units",
      dates: "compact",
      columns: { id: "id", type: "type", occurredAt: "day", net: "net", currency: "currency" },
      fees: [{ name: "fee", column: "fee", cost: "positive" }],
      types: { sale: { class: "sale_refund", nature: "charge" } },
    });
    const rows: unknown[] = [];
    const reader = source.open(
      { account: "a", timeZone: "UTC" },
      {
        row: ({ id, gross, fees, net, occurredAt }) => rows.push({ id, gross, fees, net, occurredAt }),
        payout: () => {},
        problem: () => {},
      },
    );
    reader.push(new TextEncoder().encode("id,type,day,net,fee,currency\n7,sale,20261105,970,30,EUR\n"));
    expect(reader.end()).toMatchObject({ rows: 1, held: false });
    expect(rows).toEqual([{ id: "7", gross: 1000, fees: [{ name: "fee", amount: 30 }], net: 970, occurredAt: "2026-11-05T00:00:00.000Z" }]);
  });
});
