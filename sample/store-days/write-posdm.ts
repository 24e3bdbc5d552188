import { decimal } from "../percentage.ts";
import type { Feature, Receipt, ReceiptTender, StoreDay, StoreTransaction } from "./store-day.ts";
import { discountOf } from "./store-day-ledger.ts";

/** What SAP's POS transactions can say, as the hub reads them. */
export const posdmFeatures: readonly Feature[] = [
  "sale",
  "blind-return",
  "exchange",
  "line-discount",
  "mix-and-match",
  "weighed",
  "split-tender",
  "change",
  "cash-rounding",
  "check",
  "gift-card-redeemed",
  "voucher-redeemed",
  "voucher-as-change",
  "late-ticket",
  "gap",
];

/** SAP's own codes of the means of payment; the policies of whoever reads them say what they are. */
export const posdmTenders = {
  Cash: "ZT01",
  CreditDebit: "ZT13",
  GiftCard: "ZT20",
  StoreCredit: "ZT21",
  Check: "ZT02",
  Square: "ZT99",
} as const;

/** What a ticket is paid more or less because cash is rounded: a row of its own among the means of payment. */
export const posdmRounding = "ZTRD";

/** IT_TRANSACTION as JSON, one object on each line. */
export function writePosdm(day: StoreDay, transactions: readonly StoreTransaction[]): string {
  return transactions.map((each) => `${JSON.stringify({ IT_TRANSACTION: transaction(each, day) })}\n`).join("");
}

function transaction(each: StoreTransaction, { store, businessDate, currency, taxCode }: StoreDay): object {
  const compact = businessDate.replaceAll("-", "");
  const head = {
    RETAILSTOREID: store,
    BUSINESSDAYDATE: compact,
    WORKSTATIONID: each.register,
    TRANSNUMBER: String(each.sequence),
    ENDTIMESTAMP: `${compact}${each.time.replaceAll(":", "")}`,
  };
  if (each.kind !== "receipt") return { ...head, TRANSTYPECODE: "1401" };
  return { ...head, TRANSTYPECODE: "1001", TRANSCURRENCY: currency, RETAILLINEITEM: lines(each, taxCode), TENDER: tenders(each) };
}

function lines({ lines: all, discount }: Receipt, taxCode: string): readonly object[] {
  if (discount !== undefined) throw new RangeError("a discount of the whole ticket is not written in this format");
  return all.map((line, index) => {
    if (line.what !== "goods") throw new RangeError(`${line.what} is not written in this format`);
    const sign = line.way === "sale" ? 1 : -1;
    return {
      RETAILNUMBER: index + 1,
      RETAILTYPECODE: line.way === "sale" ? "2001" : "2801",
      ITEMID: line.sku,
      RETAILQUANTITY: String((sign * line.quantityMillionths) / 1_000_000),
      SALESAMOUNT: decimal(sign * (line.gross - discountOf(line))),
      DISCOUNT: line.discounts.map(({ amount, promotion }) => ({ REDUCTIONAMOUNT: decimal(amount), BONUSBUYID: promotion })),
      TAX: { TAXTYPECODE: taxCode, TAXAMOUNT: decimal(sign * line.tax) },
    };
  });
}

/** Cash is told net of its change; what is given back is negative. */
function tenders({ tenders: all, cashRounding }: Receipt): readonly object[] {
  const rounded = cashRounding === 0 ? [] : [{ TENDERTYPECODE: posdmRounding, TENDERAMOUNT: decimal(-cashRounding) }];
  const paid = all.map(({ type, brand, amount }: ReceiptTender) => ({
    TENDERTYPECODE: posdmTenders[type],
    TENDERAMOUNT: decimal(amount),
    ...(brand === undefined ? {} : { EXTENSIONS: [{ FIELDGROUP: "CARD", FIELDNAME: "CARDNAME", FIELDVALUE: brand }] }),
  }));
  return [...paid, ...rounded];
}
