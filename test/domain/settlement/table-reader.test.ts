import { describe, expect, test } from "vitest";
import { hasColumns, type TableFormat, TableReader, UnreadableSettlementFile } from "#domain/settlement";

type Column = "date" | "amount" | "currency" | "utc" | "local";
const format: TableFormat<Column> = {
  what: "a test export",
  columns: {
    date: { names: ["Date", "Datum"] },
    amount: { names: ["Amount"] },
    currency: { names: ["Currency"], optional: true, cutShows: true },
    utc: { names: ["At UTC"], optional: true },
    local: { names: ["At"], optional: true },
  },
  oneOf: [["utc", "local"]],
  delimiters: [",", ";"],
  encoding: "utf-8",
};

function read(text: string) {
  const rows: string[] = [];
  const problems: string[] = [];
  const reader = new TableReader(format, {
    row: (cells) => void rows.push(`${cells.line} ${cells.text("date")} ${cells.text("amount")} ${cells.text("currency")}`.trim()),
    problem: (problemClass, code, message, place) => void problems.push(`${place.line} ${problemClass} ${code}: ${message}`),
  });
  try {
    reader.push(new TextEncoder().encode(text));
    reader.end();
    return { rows, problems, error: undefined };
  } catch (error) {
    if (!(error instanceof UnreadableSettlementFile)) throw error;
    return { rows, problems, error: `${error.code} ${error.message}` };
  }
}

describe("a table with a header", () => {
  test.each([
    ["Date,Amount,At,Currency\n1,2,x,EUR\n", ["2 1 2 EUR"]],
    [" currency ;AT;amount;DATUM\nEUR;x;2;1\n", ["2 1 2 EUR"]],
    ["Date,Extra,Amount,At\n1,ignored,2,x\n", ["2 1 2"]],
    ["Date,Amount,At\n1,2,x,,\n", ["2 1 2"]],
    ['"Da\nte",Date,Amount,At\n0,1,2,x\n', ["3 1 2"]],
  ])("%j is read by the names of its columns, in any order", (text, rows) => {
    expect(read(text)).toEqual({ rows, problems: [], error: undefined });
  });

  test("that states one thing under two names is read by the preferred one", () => {
    expect(read("Datum,Date,Amount,At\nlocal,preferred,2,x\n").rows).toEqual(["2 preferred 2"]);
  });

  test.each([
    ["Amount,At\n1,x\n", 'columns line 1: this is not a test export, or one with other columns: it has no "Date"'],
    ["Date,Amount\n1,2\n", 'it has no "At UTC" or "At"'],
    ["Date,Amount,At,date\n1,2,x,3\n", 'the column "Date" is there twice'],
    ["", "empty line 1"],
    ["Date,Amount,A", 'it has no "At UTC" or "At"'],
    ["Date,Amount,At", "truncated line 1: the file ends within its header"],
    ["Date,Amount,At\n1,2", "truncated line 2: the file ends within this row"],
    ["Date,At,Amount\n1,x,2", "truncated line 2: the file ends without a line end, so Amount of its last row may be cut off"],
    ['Date,Amount,At\n1,"2', "truncated line 2: the file ends within a quoted field"],
    [`Date,Amount,At\n1,2,x\n${'"'}${"y".repeat(70_000)}`, "too-large line 3"],
    ["z".repeat(70_000), "columns line 1: the first line has more than 65536 characters"],
  ])("%j is refused", (text, error) => {
    expect(read(text).error).toContain(error);
  });

  test("may lack its last line end when the last column is not read, or shows by itself that it is cut", () => {
    expect(read("Date,Amount,At,Currency\n1,2,x,EUR").rows).toEqual(["2 1 2 EUR"]);
    expect(read("Date,Amount,At,Remark\n1,2,x,cu").rows).toEqual(["2 1 2"]);
  });

  test("names rows with too few or too many cells, and reads the others", () => {
    const { rows, problems } = read("Date,Amount,At\n1,2\n3,4,x\n5,6,x,7\n8,9,x\n");
    expect(rows).toEqual(["3 3 4", "5 8 9"]);
    expect(problems.map((each) => each.slice(0, 60))).toEqual([
      "2 data.value cells: the row has 2 cells and the header 3; ha",
      "4 data.value cells: the row has 4 cells and the header 3: a ",
    ]);
  });

  test("is recognised by its header alone", () => {
    const head = (text: string) => hasColumns(format, new TextEncoder().encode(text));
    expect([head("Datum;Amount;At\n"), head('"Date","Amount","At"'), head("Date,Amount\n"), head('Date,"Am'), head("")]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
