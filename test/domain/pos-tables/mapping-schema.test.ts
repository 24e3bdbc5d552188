import { describe, expect, test } from "vitest";
import { posTableMappingSchema } from "../../../domain/pos-tables/pos-table-mapping.ts";

type Rule = Readonly<Record<string, unknown>>;

/** A mapping that says all that it may. */
const whole = {
  delimiters: [",", ";"],
  encoding: "utf-8",
  numbers: { decimal: ".", group: "," },
  dates: "year-first",
  timeZone: "America/New_York",
  ticket: {
    store: { constant: "0101" },
    register: "Till",
    sequence: "Receipt",
    businessDate: "Day",
    date: "Date",
    time: "Time",
    currency: { constant: "USD" },
    receipt: "Slip",
    total: "Total",
  },
  status: { column: "Status", sale: ["done"], ignored: ["void"] },
  rows: { column: "Row", line: ["L"], tender: ["T"], ignored: ["X"] },
  line: {
    item: "Article",
    description: "Text",
    quantity: "Qty",
    unit: "Unit",
    serialNumber: "Serial",
    gross: "Gross",
    net: "Net",
    discount: "Discount",
    promotion: "Promo",
    tax: "Tax",
    taxCode: { constant: "VAT" },
    taxRate: "Rate",
    kind: { column: "Kind", sale: ["S"], return: ["R"] },
    collects: {
      column: "Group",
      values: {
        g: "gift-card",
        c: "store-credit",
        t: "tip",
        d: "deposit",
        a: "on-account",
        n: "donation",
        b: "bottle-deposit",
        f: "fee",
        s: "shipping",
      },
    },
  },
  tax: "included",
  returns: "negative",
  tenders: { from: "rows", type: "Type", amount: "Paid" },
  why: "A test.",
};
const accepts = (more: Rule) => posTableMappingSchema.safeParse({ ...whole, ...more }).success;

describe("a described table", () => {
  test.each<[string, Rule]>([
    ["with all that it may say", {}],
    ["without tax within its amounts, and returns told by a kind", { tax: "excluded", returns: "by-kind" }],
    ["with a column for each tender", { tenders: { from: "columns", columns: [{ column: "Cash", type: "Cash" }] } }],
    ["with one tender for all", { tenders: { from: "total", type: { constant: "Cash" } } }],
    ["in UTC", { timeZone: "UTC" }],
    ["in a zone of three parts", { timeZone: "America/Argentina/Buenos_Aires" }],
  ])("%s is read as it is written", (_, more) => {
    expect(posTableMappingSchema.parse({ ...whole, ...more })).toEqual({ ...whole, ...more });
  });

  test.each<[string, Rule]>([
    ["a key that nobody reads", { colour: "red" }],
    ["an unknown part of the ticket", { ticket: { ...whole.ticket, cashier: "Cashier" } }],
    ["an unknown part of a line", { line: { ...whole.line, colour: "Colour" } }],
    ["a constant with something beside it", { ticket: { ...whole.ticket, store: { constant: "0101", column: "Store" } } }],
    ["a constant without a value", { ticket: { ...whole.ticket, store: { constant: "" } } }],
    ["a constant of 121 characters", { ticket: { ...whole.ticket, store: { constant: "x".repeat(121) } } }],
    ["a status with something beside it", { status: { ...whole.status, open: ["x"] } }],
    ["a status without values", { status: { column: "Status", sale: [] } }],
    ["a status of 51 values", { status: { column: "Status", sale: Array(51).fill("x") } }],
    ["rows with something beside them", { rows: { ...whole.rows, other: ["x"] } }],
    ["a kind with something beside it", { line: { ...whole.line, kind: { ...whole.line.kind, other: ["x"] } } }],
    ["what is collected with something beside it", { line: { ...whole.line, collects: { ...whole.line.collects, other: "x" } } }],
    ["what is collected for nothing known", { line: { ...whole.line, collects: { column: "Group", values: { x: "moon" } } } }],
    ["tax that may be within", { tax: "maybe" }],
    ["returns told otherwise", { returns: "positive" }],
    ["tenders from elsewhere", { tenders: { from: "moon", type: "Type", amount: "Paid" } }],
    ["tender rows with something beside them", { tenders: { from: "rows", type: "Type", amount: "Paid", other: "x" } }],
    ["no column of tenders", { tenders: { from: "columns", columns: [] } }],
    ["31 columns of tenders", { tenders: { from: "columns", columns: Array(31).fill({ column: "Cash", type: "Cash" }) } }],
    [
      "a column of tenders with something beside it",
      { tenders: { from: "columns", columns: [{ column: "Cash", type: "Cash", more: 1 }] } },
    ],
    [
      "columns of tenders with something beside them",
      { tenders: { from: "columns", columns: [{ column: "Cash", type: "Cash" }], more: 1 } },
    ],
    ["one tender for all with something beside it", { tenders: { from: "total", type: "Type", more: 1 } }],
    ["no reason", { why: "no" }],
    ["a reason of 401 characters", { why: "x".repeat(401) }],
    ["a zone by its letters", { timeZone: "EST" }],
    ["a zone with something before it", { timeZone: "1UTC" }],
    ["a zone with something behind it", { timeZone: "UTC1" }],
    ["a zone with a digit first", { timeZone: "1/New_York" }],
    ["a zone without a city", { timeZone: "America/" }],
    ["a zone with a space", { timeZone: "America/New York" }],
    ["a zone with a space before it", { timeZone: " America/New_York" }],
  ])("with %s is refused", (_, more) => {
    expect(accepts(more)).toBe(false);
  });

  test("values and columns have 1 to 120 characters, and a list up to 50 values", () => {
    expect(accepts({ ticket: { ...whole.ticket, store: { constant: "x".repeat(120) } } })).toBe(true);
    expect(accepts({ status: { column: "x".repeat(120), sale: Array(50).fill("x") } })).toBe(true);
    expect(accepts({ status: { column: "", sale: ["x"] } })).toBe(false);
    expect(accepts({ tenders: { from: "columns", columns: Array(30).fill({ column: "Cash", type: "Cash" }) } })).toBe(true);
  });
});
