import { expect, test } from "vitest";
import { openInPosTable, type PosTableMapping } from "#domain/pos-tables";

const whole = {
  numbers: { decimal: "." },
  dates: "year-first",
  ticket: { store: "Store", register: "Till", sequence: "Receipt", date: "Date" },
  line: { item: "Article", gross: "Amount" },
  tax: "excluded",
  returns: "negative",
  tenders: { from: "total", type: { constant: "Cash" } },
  why: "A test of tables.",
} as unknown as PosTableMapping;
const open = (change: object) => openInPosTable({ ...whole, ...change }).map(({ path, text }) => `${path.join(".")} ${text}`);
const line = (more: object) => ({ line: { item: "Article", gross: "Amount", ...more } });
const byRows = { from: "rows", type: { column: "Tender" }, amount: "Paid" };
const noTax = "line.tax is missing beside a tax code or rate; allowed: the column of the tax amount";
const noDiscount = "line.promotion names a discount that no column states; allowed: line.discount, or both line.gross and line.net";

test.each<[string, object, string[]]>([
  ["whole", {}, []],
  ["by net amounts", { line: { item: "Article", net: "Net" } }, []],
  [
    "without an amount",
    { line: { item: "Article" } },
    ["line states no amount; allowed: gross, the column before discounts, or net, the one after them"],
  ],
  ["with returns by their kind", { returns: "by-kind", ...line({ kind: { column: "Kind", sale: ["S"], return: ["R"] } }) }, []],
  [
    "with returns by no kind",
    { returns: "by-kind" },
    ["returns is by-kind and no column says what is a return; allowed: line.kind, or negative"],
  ],
  ["with tenders in rows", { tenders: byRows, rows: { column: "Row", tender: ["T"] } }, []],
  [
    "with tenders in rows of no kind",
    { tenders: byRows, rows: { column: "Row", line: ["L"] } },
    ["tenders.from is rows and no row is a tender; allowed: values in rows.tender, or another place for the tenders"],
  ],
  [
    "with tenders in rows and no rows",
    { tenders: byRows },
    ["tenders.from is rows and no row is a tender; allowed: values in rows.tender, or another place for the tenders"],
  ],
  [
    "with tender rows and tenders elsewhere",
    { rows: { column: "Row", tender: ["T"] } },
    ['rows.tender names tender rows that nobody reads; allowed: tenders from "rows"'],
  ],
  ["with a tax and its code and rate", line({ tax: "Tax", taxCode: "Code", taxRate: "Rate" }), []],
  ["with the code of no tax", line({ taxCode: "Code" }), [noTax]],
  ["with the rate of no tax", line({ taxRate: "Rate" }), [noTax]],
  ["with a promotion and its discount", line({ promotion: "Promo", discount: "Discount" }), []],
  ["with a promotion between two amounts", line({ promotion: "Promo", net: "Net" }), []],
  ["with a promotion of nothing", line({ promotion: "Promo" }), [noDiscount]],
  ["with a promotion beside the net amount", { line: { item: "Article", net: "Net", promotion: "Promo" } }, [noDiscount]],
  [
    "with each value once",
    { status: { column: "S", sale: ["A"], ignored: ["B"] }, rows: { column: "R", line: ["A"], ignored: ["B"] } },
    [],
  ],
  [
    "with a status of two meanings",
    { status: { column: "S", sale: ["Done"], ignored: ["Open", "done"] } },
    ['status has "done" twice; allowed: each value once'],
  ],
  ["with a row of two meanings", { rows: { column: "R", line: ["L"], ignored: ["l"] } }, ['rows has "l" twice; allowed: each value once']],
  [
    "with a kind of two meanings",
    line({ kind: { column: "Kind", sale: ["X"], return: ["x"] } }),
    ['line.kind has "x" twice; allowed: each value once'],
  ],
])("a table of a till %s", (_what, change, expected) => {
  expect(open(change)).toEqual(expected);
});
