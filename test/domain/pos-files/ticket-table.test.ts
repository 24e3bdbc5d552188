import { describe, expect, test } from "vitest";
import type { Cells } from "#domain/csv";
import { CellProblem } from "#domain/csv";
import {
  type FoundTicket,
  recognisesTable,
  TicketTable,
  type TicketTableFormat,
  type TicketTableSettings,
} from "../../../domain/pos-files/ticket-table.ts";

type Key = "receipt" | "item" | "note";

/** A table of receipts and items: "7" may not be a receipt. */
const format: TicketTableFormat<Key> = {
  what: "a test table",
  columns: { receipt: { names: ["Receipt"] }, item: { names: ["Item name"] }, note: { names: ["Note"], optional: true } },
  delimiters: [",", ";"],
  encoding: "utf-8",
  ticketOf: (cells: Cells<Key>) => {
    const receipt = cells.needed("receipt");
    if (receipt === "7") throw new CellProblem("data.value", "cell", undefined, "seven is no receipt");
    return receipt;
  },
  settle: (rows) => ({
    document: undefined,
    issues: [],
    sequence: `${rows[0]?.text("receipt")}:${rows.map((row) => row.text("item")).join("+")}`,
  }),
};

interface Read {
  readonly found: FoundTicket[];
  readonly preambles: string[];
  readonly problems: unknown[];
  readonly table: TicketTable<Key>;
}

function open(settings: TicketTableSettings = {}, over: Partial<TicketTableFormat<Key>> = {}): Read {
  const found: FoundTicket[] = [];
  const preambles: string[] = [];
  const problems: unknown[] = [];
  const table = new TicketTable<Key>({ ...format, ...over }, settings, {
    transaction: (each) => void found.push(each),
    preamble: (text) => void preambles.push(text),
    problem: (each) => void problems.push(each),
  });
  return { found, preambles, problems, table };
}

const bytes = (text: string) => new TextEncoder().encode(text);

function read(text: string | Uint8Array, settings: TicketTableSettings = {}, over: Partial<TicketTableFormat<Key>> = {}): Read {
  const reading = open(settings, over);
  reading.table.push(typeof text === "string" ? bytes(text) : text, 0);
  reading.table.end();
  return reading;
}
const told = ({ found }: Read) =>
  found.map(({ sequence, issues, byteStart, byteEnd, ordinal, adjacent }) =>
    [sequence ?? issues.map(({ message }) => message).join(), byteStart, byteEnd, ordinal, adjacent].join(" "),
  );
const head = "Receipt,Item name\n";

describe("a table of tickets", () => {
  test("is one ticket for rows that name it one behind the other, with the bytes of its rows", () => {
    const reading = read(`${head}1,mug\n1,cup\n2,pot\n`);
    expect(told(reading)).toEqual(["1:mug+cup 18 30 0 false", "2:pot 30 36 1 true"]);
    expect([reading.preambles, reading.problems]).toEqual([['{"delimiter":",","header":["Receipt","Item name"]}'], []]);
  });

  test("comes in whatever pieces, columns in any order, with empty lines between", () => {
    const reading = open();
    const all = bytes("\n\nItem name;Note;Receipt\r\n\r\nmug;;1\r\n  \r\npot;x;2\r\n");
    for (let at = 0; at < all.length; at++) reading.table.push(all.subarray(at, at + 1), at);
    reading.table.push(new Uint8Array(0), all.length);
    reading.table.end();
    expect(told(reading).map((each) => each.split(" ")[0])).toEqual(["1:mug", "2:pot"]);
    expect(reading.preambles).toEqual(['{"delimiter":";","header":["Item name","Note","Receipt"]}']);
  });

  test("goes on by a header that comes again, also with columns in another order", () => {
    const reading = read(`${head}1,mug\nItem name,Receipt\npot,2\n`);
    expect(told(reading)).toEqual(["1:mug 18 24 0 false", "2:pot 42 48 1 false"]);
    expect(reading.preambles).toHaveLength(2);
  });

  test("takes a row for a header only with all its columns", () => {
    expect(told(read(`${head}1,Item name\n`))).toEqual(["1:Item name 18 30 0 false"]);
  });

  test("cells beyond the header are no matter while they are empty", () => {
    expect(told(read(`${head}1,mug,, \n`))).toEqual(["1:mug 18 27 0 false"]);
  });
});

describe("a row that cannot be read", () => {
  const cannot = (ordinal: number, from: number, to: number, why: string) =>
    `Transaction ${ordinal + 1} of the file cannot be read, nor told apart from the tickets beside it: ${why}. It lies at bytes ${from} to ${to}. Ask the store system for it again, complete. ${from} ${to} ${ordinal}`;

  test("takes the ticket on each side with it", () => {
    const reading = read(`${head}1,mug\n1\n2,pot\n3,pan\n`);
    expect(told(reading)).toEqual([`${cannot(0, 18, 32, "its row 2 has 1 cells and the header 2")} false`, "3:pan 32 38 1 true"]);
    expect(reading.found[0]?.issues[0]).toMatchObject({ class: "data.value", code: "rows", cause: "rows:0" });
  });

  test("as the first row takes the one behind it", () => {
    expect(told(read(`${head}1,mug,x\n2,pot\n3,pan\n`))).toEqual([
      `${cannot(0, 18, 32, "its row 1 has 3 cells and the header 2")} false`,
      "3:pan 32 38 1 true",
    ]);
  });

  test("is told with its column where there is one, and of several faults the first one alone", () => {
    expect(told(read(`${head},mug\n7,pot\n`))).toEqual([
      `${cannot(0, 18, 29, 'its row 1 in column "Receipt": the cell is empty; have the file exported again')} false`,
    ]);
    expect(told(read(`${head}7,pot\n`))).toEqual([`${cannot(0, 18, 24, "its row 1 seven is no receipt")} false`]);
  });

  test("a ticket has at most 5,000 rows, and a mebibyte", () => {
    const rows = (count: number) => read(head + "1,mug\n".repeat(count)).found[0];
    expect(rows(5_000)?.issues).toEqual([]);
    expect(rows(5_001)?.issues[0]?.message).toContain("it has more than 5000 rows");
    const wide = (last: number) => read(`${head}${`1,${"x".repeat(60_000)}\n`.repeat(17)}1,${"x".repeat(last)}\n`).found[0];
    // 17 rows of 60,003 bytes and one of 28,525: 1,048,576 in all.
    expect(wide(28_522)?.issues).toEqual([]);
    expect(wide(28_523)?.issues[0]?.message).toContain("it has more than 1048576 bytes");
  });

  test("a fault of the format's own reader is a fault of ours, and is thrown", () => {
    const fault = new TypeError("no");
    const ticketOf = () => {
      throw fault;
    };
    expect(() => read(`${head}1,mug\n`, {}, { ticketOf })).toThrow(fault);
  });
});

describe("a ticket whose rows do not stand together", () => {
  test("is told once, and no more is looked for", () => {
    const reading = read(`${head}1,mug\n2,pot\n1,cup\n2,pan\n`);
    expect(reading.problems).toEqual([
      {
        class: "source.control-total",
        code: "scattered",
        cause: "scattered:4",
        message:
          "Line 4 of the table is of a ticket whose other rows stand further above. No ticket of the file is taken in; have the table sorted so that the rows of a ticket stand together, and send it again.",
      },
    ]);
    expect(reading.found).toHaveLength(4);
  });

  test("behind a broken row the ticket that it joins counts as seen", () => {
    expect(read(`${head}1\n2,mug\n3,pot\n2,cup\n`).problems).toMatchObject([{ cause: "scattered:5" }]);
  });

  test("is nobody's business in a chunk, which does not know the rows above it, nor where nobody asks", () => {
    const preamble = '{"delimiter":",","header":["Receipt","Item name"]}';
    const chunk = read("1,mug\n2,pot\n1,cup\n", { fragment: true, preamble, firstOrdinal: 7 });
    expect(chunk.problems).toEqual([]);
    expect(told(chunk)).toEqual(["1:mug 0 6 7 false", "2:pot 6 12 8 true", "1:cup 12 18 9 true"]);
    const table = new TicketTable<Key>(format, {}, { transaction: () => undefined });
    table.push(bytes(`${head}1,mug\n2,pot\n1,cup\n`), 0);
    expect(() => table.end()).not.toThrow();
  });
});

describe("a reader that goes on where another one stopped", () => {
  test("knows the header, the number of tickets, and which of them it has seen", () => {
    const first = open();
    first.table.push(bytes(`${head}1,mug\n2,pot\n`), 0);
    const standing = first.table.standing();
    expect(JSON.parse(standing)).toMatchObject({
      preamble: '{"delimiter":",","header":["Receipt","Item name"]}',
      ordinal: 1,
      line: 3,
      lastEnd: 24,
      scattered: false,
    });
    const second = open({ standing });
    second.table.push(bytes("3,pot\n1,cup\n"), 24);
    second.table.end();
    expect(told(second)).toEqual(["3:pot 24 30 1 true", "1:cup 30 36 2 true"]);
    expect(second.problems).toMatchObject([{ cause: "scattered:4" }]);
  });

  test("before any row has nothing behind it", () => {
    const { table } = open();
    table.push(bytes(head), 0);
    expect(JSON.parse(table.standing())).toEqual({
      preamble: '{"delimiter":",","header":["Receipt","Item name"]}',
      ordinal: 0,
      line: 1,
      lastEnd: -1,
      scattered: false,
      seen: "",
    });
  });

  test("a chunk without its header is no chunk", () => {
    expect(() => open({ fragment: true })).toThrow("a chunk of a table needs the header that it was checked with");
  });
});

describe("what is no such table, or not all of one", () => {
  const refused = (text: string | Uint8Array, over: Partial<TicketTableFormat<Key>> = {}, settings: TicketTableSettings = {}) => {
    try {
      read(text, settings, over);
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      return `${code}: ${message}`;
    }
    return "read";
  };

  test.each<[string, string, string]>([
    ["empty", "", "columns: byte 0, line 1, column 1: the file is empty. Have it exported again."],
    [
      "of other columns",
      "A,B\n1,2\n",
      'columns: byte 0, line 1, column 1: this is not a test table, or one with other columns: it has no "Receipt", "Item name". Export it with these columns, or describe the table in posTables of the policies (docs/pos.md).',
    ],
    [
      "of a column that is there twice",
      "Receipt,Item name,receipt\n1,2,3\n",
      'columns: byte 0, line 1, column 1: the column "Receipt" is there twice. Export the file with each column once.',
    ],
    [
      "cut off within a row",
      `${head}1,mug\n2`,
      "truncated: byte 24, line 3, column 1: the file ends within this row: it was cut off. Transfer or export it again.",
    ],
    [
      "without its last line end",
      `${head}1,mug\n2,pot`,
      "truncated: byte 29, line 3, column 1: the file ends without a line end, so Item name of its last row may be cut off. Transfer it again, or add the line end if you know it to be whole.",
    ],
    [
      "of the header alone, without a line end",
      "Receipt,Item name",
      "truncated: byte 0, line 1, column 1: the file ends without a line end, so Item name of its last row may be cut off. Transfer it again, or add the line end if you know it to be whole.",
    ],
    ["with a quote that does not end", `${head}1,"mug`, "truncated: byte 18, line 2, column 1: "],
    ["with a quote that ends too early", `${head}1,"mug"x\n`, "malformed: "],
  ])("%s", (_, text, message) => {
    expect(refused(text).slice(0, message.length)).toBe(message);
  });

  test("is whole without its last line end where nobody reads the last column and its rows are tied", () => {
    const wide = "Receipt,Item name,Ignored\n1,mug,x";
    expect(told(read(wide))).toEqual(["1:mug 26 33 0 false"]);
    expect(refused(wide, { untied: true })).toBe(
      "truncated: byte 33, line 2, column 1: the file ends without a line end, so something of its last row may be cut off. Transfer it again, or add the line end if you know it to be whole.",
    );
    expect(told(read("Receipt,Item name\r1,mug\r"))).toEqual(["1:mug 18 24 0 false"]);
  });

  test("bytes that are no UTF-8 are refused, or read as the other encoding where the format has two", () => {
    const latin = new Uint8Array([...bytes(`${head}1,caf`), 0xe9, 0x0a]);
    expect(refused(latin)).toBe(
      "encoding: byte 18, line 2, column 1: the bytes of this line are no text in UTF-8. Have the file exported as UTF-8.",
    );
    expect(told(read(latin, {}, { encoding: "utf-8-or-windows-1252" }))).toEqual(["1:café 18 25 0 false"]);
  });

  test("a reader that failed reads no more, and delivers nothing at its end", () => {
    const { table, found } = open();
    expect(() => table.push(bytes("A,B\n1,2\n"), 0)).toThrow("it has no");
    expect(() => table.push(bytes("1,mug\n"), 8)).toThrow("the reader has already failed; open a new one");
    table.end();
    expect(found).toEqual([]);
  });

  test("a header of ten missing columns names those, and no more", () => {
    const columns = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`k${at}`, { names: [`C${at}`] }]));
    const message = refused("A,B\n", { columns: columns as never });
    expect(message).toContain('"C9".');
    expect(message).not.toContain("C10");
  });
});

test("a beginning of a file is recognised by its columns", () => {
  const known = (text: string) => recognisesTable(format, bytes(text));
  expect(["Receipt,Item name\n1,2", "  \n item NAME;receipt;Note\r\n", "Receipt,Item name"].map(known)).toEqual([true, true, true]);
  expect(["", "\n\n", "Receipt\n", "Item name\nReceipt,Item name\n", '"Receipt,Item name\n', '{"a":1}'].map(known)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});
