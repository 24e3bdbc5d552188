import { decimal } from "../percentage.ts";
import type { CollectedLine, Feature, GoodsLine, Receipt, StoreDay, StoreTransaction } from "./store-day.ts";
import { discountOf } from "./store-day-ledger.ts";

/** What the table below can say. */
export const tableFeatures: readonly Feature[] = [
  "sale",
  "blind-return",
  "exchange",
  "line-discount",
  "mix-and-match",
  "weighed",
  "split-tender",
  "change",
  "check",
  "cancelled",
  "training",
  "tip",
  "gift-card-sold",
  "gift-card-redeemed",
  "voucher-redeemed",
  "voucher-as-change",
  "late-ticket",
  "gap",
];

/** How the hub is told to read it: `posTables.<name>` of the policies. */
export const tableMapping = {
  delimiters: [";"],
  numbers: { decimal: ",", group: "." },
  dates: "day-first",
  ticket: { store: "Store", register: "Till", sequence: "Receipt", date: "Date", time: "Time" },
  status: { column: "State", sale: ["ok"], ignored: ["training", "cancelled", "drawer"] },
  rows: { column: "Kind", line: ["Item"], tender: ["Payment"], ignored: ["Drawer"] },
  line: {
    item: "Article",
    quantity: "Qty",
    gross: "Amount",
    discount: "Discount",
    tax: "Tax",
    collects: { column: "For", values: { card: "gift-card", tip: "tip" } },
  },
  tax: "excluded",
  returns: "negative",
  tenders: { from: "rows", type: "Article", amount: "Amount" },
  why: "The tills of the generated days write this table every night.",
} as const;

const columns = "Store;Till;Receipt;Date;Time;State;Kind;Article;For;Qty;Amount;Discount;Tax";

/** A table with a decimal comma, a row for each line and each payment. */
export function writeTable(day: StoreDay, transactions: readonly StoreTransaction[]): string {
  return `${[columns, ...transactions.flatMap((each) => rowsOf(each, day))].join("\n")}\n`;
}

function rowsOf(each: StoreTransaction, { store, businessDate }: StoreDay): readonly string[] {
  const [year, month, dayOfMonth] = businessDate.split("-");
  const state =
    each.kind === "receipt" ? { ticket: "ok", training: "training", cancelled: "cancelled", suspended: "cancelled" }[each.state] : "drawer";
  const head = [store, each.register, String(each.sequence), `${dayOfMonth}.${month}.${year}`, each.time, state];
  const row = (...cells: readonly string[]) => [...head, ...cells].join(";");
  if (each.kind !== "receipt") return [row("Drawer", "", "", "", "", "", "")];
  return [
    ...each.lines.map((line) => row("Item", ...(line.what === "goods" ? goods(line) : collected(line)))),
    ...payments(each).map((cells) => row("Payment", ...cells)),
  ];
}

function goods(line: GoodsLine): readonly string[] {
  const sign = line.way === "sale" ? 1 : -1;
  return [
    line.sku,
    "",
    comma(String((sign * line.quantityMillionths) / 1_000_000)),
    money(sign * line.gross),
    money(sign * discountOf(line)),
    money(sign * line.tax),
  ];
}

function collected({ what, way, amount }: CollectedLine): readonly string[] {
  if (what !== "gift-card" && what !== "tip") throw new RangeError(`${what} is not written in this format`);
  const sign = way === "sale" ? 1 : -1;
  return ["", what === "tip" ? "tip" : "card", String(sign), money(sign * amount), "", ""];
}

/** Change is a payment of its own. */
function payments({ tenders }: Receipt): readonly (readonly string[])[] {
  const cells = (type: string, cents: number) => [type, "", "", money(cents), "", ""];
  return tenders.flatMap(({ type, amount, given = amount }) =>
    given > amount ? [cells(type, given), cells(type, amount - given)] : [cells(type, amount)],
  );
}

function money(cents: number): string {
  return comma(decimal(cents));
}

function comma(text: string): string {
  return text.replace(".", ",");
}
