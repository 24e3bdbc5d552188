import { expect, test } from "vitest";
import { readText } from "./read-tickets.ts";

const received = (unitCost: string) =>
  `<POSLog><Transaction><RetailStoreID>101</RetailStoreID><WorkstationID>2</WorkstationID><SequenceNumber>142</SequenceNumber><BusinessDayDate>2026-11-27</BusinessDayDate><EndDateTime>2026-11-27T13:00:00</EndDateTime><CurrencyCode>USD</CurrencyCode><InventoryControlTransaction><ReceiveInventory><DocumentID>GRN-8</DocumentID><VendorID>V-20</VendorID><LineItem><ItemID>SKU-1003</ItemID><QuantityReceived>1000</QuantityReceived><UnitCost>${unitCost}</UnitCost></LineItem></ReceiveInventory></InventoryControlTransaction></Transaction></POSLog>`;

test("received goods whose unit cost has parts of a cent are held by name, not rounded", () => {
  const [held] = readText(received("0.0125")).transactions;
  expect(held?.issues.map(({ code }) => code)).toEqual(["unit-cost"]);
  expect(held?.issues[0]?.message).toContain("a unit cost with more decimals than the currency");
  expect(held?.document?.events).toEqual([]);
});

test("a unit cost whose further decimals are zeros is exact", () => {
  const [read] = readText(received("0.0100")).transactions;
  expect(read?.issues).toEqual([]);
  expect(read?.document?.events).toMatchObject([{ name: "stock.received", lines: [{ unitCost: 1 }] }]);
});
