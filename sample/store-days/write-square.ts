import { decimal } from "../percentage.ts";
import type { Feature, Receipt, StoreDay, StoreTransaction } from "./store-day.ts";
import { discountOf } from "./store-day-ledger.ts";

/** What Square's item export can say: no tenders, no numbers that follow each other, a payment or a refund. */
export const squareFeatures: readonly Feature[] = ["sale", "blind-return", "line-discount", "weighed", "gift-card-sold", "late-ticket"];

const columns =
  "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Unit,Count,Itemization Type,Fulfillment Note,Channel,Token";

/** Square's Items detail CSV. A transaction's id is "<register><number>"; the location is named as the store is. */
export function writeSquare(day: StoreDay, transactions: readonly StoreTransaction[], location: string): string {
  const rows = transactions.flatMap((each) => (each.kind === "receipt" ? receiptRows(each, day, location) : []));
  return `${[columns, ...rows].join("\n")}\n`;
}

function squareNumber({ register, sequence }: Receipt): string {
  return `TX${register}R${sequence}`;
}

function receiptRows(receipt: Receipt, { businessDate }: StoreDay, location: string): readonly string[] {
  return receipt.lines.map((line) => {
    if (line.what !== "goods" && line.what !== "gift-card") throw new RangeError(`${line.what} is not written in this format`);
    const sign = line.way === "sale" ? 1 : -1;
    const [gross, discount, tax] = line.what === "goods" ? [line.gross, discountOf(line), line.tax] : [line.amount, 0, 0];
    const [sku, kind] = line.what === "goods" ? [line.sku, "Physical Good"] : ["", "Gift Card"];
    const quantity = line.what === "goods" ? line.quantityMillionths / 1_000_000 : 1;
    const money = (cents: number) => `${cents < 0 ? "-" : ""}$${decimal(Math.abs(cents))}`;
    return [
      businessDate,
      receipt.time,
      "Eastern Time (US & Canada)",
      "",
      sku === "" ? "Gift card" : sku,
      String(sign * quantity),
      "Regular",
      sku,
      "",
      money(sign * gross),
      money(-sign * discount),
      money(sign * (gross - discount)),
      money(sign * tax),
      squareNumber(receipt),
      "PM",
      "Counter iPad",
      "",
      "",
      line.way === "sale" ? "Payment" : "Refund",
      location,
      "",
      "",
      "",
      "",
      "ea",
      "1",
      kind,
      "",
      location,
      "TOKEN",
    ].join(",");
  });
}
