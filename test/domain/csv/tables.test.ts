import { describe, expect, test } from "vitest";
import {
  type CellProblem,
  Cells,
  CsvReader,
  columnsOf,
  delimiterOf,
  fieldsOf,
  type NotCsv,
  plainNumbers,
  RecordSplitter,
  type TableRecord,
} from "#domain/csv";

const format = {
  columns: {
    id: { names: ["Payment ID", "Id"] },
    amount: { names: ["Amount"] },
    note: { names: ["Note"], optional: true },
    day: { names: ["Day"], optional: true },
    time: { names: ["Time"], optional: true },
  },
  oneOf: [["day", "time"]],
} as const;

describe("the columns of a table", () => {
  const places = (fields: readonly string[]) => {
    const { found, missing, twice } = columnsOf(format, fields);
    return { found: Object.fromEntries(found), missing, twice };
  };

  test("are found by their header, whatever its case and spaces", () => {
    expect(places([" payment  id ", "AMOUNT", "Other", "day"])).toEqual({
      found: { id: { index: 0, header: "payment  id" }, amount: { index: 1, header: "AMOUNT" }, day: { index: 3, header: "day" } },
      missing: [],
      twice: [],
    });
  });

  test("in several spellings are the preferred one", () => {
    expect(places(["Id", "Payment ID", "Amount", "Time"]).found.id).toEqual({ index: 1, header: "Payment ID" });
    expect(places(["Id", "Amount", "Time"]).found.id).toEqual({ index: 0, header: "Id" });
  });

  test("that are missing are named by the preferred spelling, groups of them too", () => {
    expect(places(["Note"])).toMatchObject({ missing: ['"Payment ID"', '"Amount"', '"Day" or "Time"'], twice: [] });
  });

  test("that are there twice are named as the file spells them", () => {
    const long = `Amount`;
    expect(places(["Id", long, " amount ", "Day", "Note", "NOTE"])).toMatchObject({ missing: [], twice: ['"Amount"', '"Note"'] });
  });

  test.each([
    ["a;b;c\n1,2;3", ";"],
    ["a,b,c\r\n1;2;3;4", ","],
    ["\n\n a\tb;c\td", "\t"],
    ["a", ","],
    ["", ","],
    ["a,b;c", ","],
  ])("of %j are set apart by what its first line has most of", (head, delimiter) => {
    expect(delimiterOf(head, [",", ";", "\t"])).toBe(delimiter);
  });

  test("are set apart by a comma where no other way is known", () => {
    expect(delimiterOf("a;b", [])).toBe(",");
  });
});

describe("the cells of a row", () => {
  const columns = new Map([
    ["id", { index: 0, header: "Payment ID" }],
    ["amount", { index: 1, header: "Amount" }],
    ["note", { index: 5, header: "Note" }],
  ] as const);
  const cells = (...fields: string[]) => new Cells<"id" | "amount" | "note" | "day">(columns, fields, 7);
  const problemOf = (read: () => unknown) => {
    try {
      return read();
    } catch (error) {
      const { problemClass, code, column, message, name } = error as CellProblem;
      return { problemClass, code, column, message, name };
    }
  };

  test("are read by the name of their column, without spaces around", () => {
    const row = cells(" p1 ", "12.34");
    expect([row.line, row.fields]).toEqual([7, [" p1 ", "12.34"]]);
    expect([row.has("id"), row.has("note"), row.has("day")]).toEqual([true, true, false]);
    expect([row.text("id"), row.text("note"), row.text("day")]).toEqual(["p1", "", ""]);
    expect([row.stated("id"), row.stated("note"), row.stated("day")]).toEqual(["p1", undefined, undefined]);
    expect(row.needed("id")).toBe("p1");
    expect(row.amount("amount", "USD", plainNumbers)).toBe(1_234);
    expect(row.statedAmount("amount", "USD", plainNumbers)).toBe(1_234);
    expect(row.statedAmount("note", "USD", plainNumbers)).toBeUndefined();
    expect(row.read("id", (text) => `<${text}>`)).toBe("<p1>");
  });

  test("that are empty and needed are a problem of their column, and no zero", () => {
    const message = "the cell is empty; have the file exported again";
    const missing = { problemClass: "data.missing", code: "cell", message, name: "CellProblem" };
    expect(problemOf(() => cells("p1", " ").amount("amount", "USD", plainNumbers))).toEqual({ ...missing, column: "Amount" });
    expect(problemOf(() => cells("p1").needed("day"))).toEqual({ ...missing, column: undefined });
  });

  test("that say something else than they should are a problem of their column", () => {
    expect(problemOf(() => cells("p1", "lots").amount("amount", "USD", plainNumbers))).toEqual({
      problemClass: "data.value",
      code: "cell",
      column: "Amount",
      message: '"lots" is not an amount as this file writes them; have the file exported again',
      name: "CellProblem",
    });
  });

  test("of which the program itself makes an error are no problem of the file", () => {
    const broken = () => {
      throw new TypeError("a mistake");
    };
    expect(() => cells("p1").read("id", broken)).toThrow(new TypeError("a mistake"));
  });
});

describe("what is no CSV says where", () => {
  const refusalOf = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      const { code, line, column, message } = error as NotCsv;
      return [code, line, column, message];
    }
    return "no refusal";
  };

  test.each([
    ['a,b"c', "quote", 3, "field 2 has a quotation mark inside and none around it"],
    ['"a"b,c', "quote", 4, "there is text between a closing quotation mark and the delimiter"],
    ['a,"bc', "quote", 3, "a quoted field has no end"],
    [",".repeat(400), "too-large", undefined, "the record has more than 400 fields"],
  ])("%j", (text, code, column, message) => {
    expect(refusalOf(() => fieldsOf(text, ",", 9))).toEqual([code, 9, column, message]);
  });

  test("and 400 fields are a record", () => {
    expect(fieldsOf(",".repeat(399), ",", 1)).toHaveLength(400);
    expect(fieldsOf('"",,"a""b",""', ",", 1)).toEqual(["", "", 'a"b', ""]);
  });

  test("a reader of text, for its delimiter, its end and its bounds", () => {
    const read = (...parts: string[]) => {
      const reader = new CsvReader(",", () => {});
      for (const part of parts) reader.push(part);
      reader.end();
    };
    expect(() => new CsvReader(";;", () => {})).toThrow('a delimiter is one character, not ";;"');
    expect(() => new CsvReader("", () => {})).toThrow('a delimiter is one character, not ""');
    expect(refusalOf(() => read('a\n"b'))).toEqual(["truncated", 2, undefined, "the file ends within a quoted field"]);
    expect(refusalOf(() => read("x".repeat(65_536)))).toBe("no refusal");
    expect(refusalOf(() => read(`${"x".repeat(65_537)}\n`))).toEqual([
      "too-large",
      1,
      undefined,
      "the record has more than 65536 characters",
    ]);
    expect(refusalOf(() => read("x".repeat(65_537)))).toEqual(["too-large", 1, undefined, "a record has more than 65536 characters"]);
    expect(refusalOf(() => read(`"${"x".repeat(65_536)}`))).toEqual([
      "too-large",
      1,
      undefined,
      "a record has more than 65536 characters, within quotes",
    ]);
  });
});

describe("records cut out of bytes", () => {
  const split = (pieces: readonly string[], firstLine?: number) => {
    const found: TableRecord[] = [];
    const splitter = new RecordSplitter(
      (bytes) => new TextDecoder().decode(bytes),
      (record) => found.push(record),
      firstLine,
    );
    let offset = 100;
    for (const piece of pieces) {
      const bytes = new TextEncoder().encode(piece);
      splitter.push(bytes, offset);
      offset += bytes.length;
    }
    const open = [splitter.line, splitter.byteOffset];
    splitter.end();
    return { open, records: found.map(({ text, byteStart, byteEnd, line, nextLine }) => [text, byteStart, byteEnd, line, nextLine]) };
  };

  test.each([
    [
      "a\nb\n",
      [
        ["a", 100, 102, 1, 2],
        ["b", 102, 104, 2, 3],
      ],
      [3, 104],
    ],
    [
      "a\r\nb\r\n",
      [
        ["a", 100, 103, 1, 2],
        ["b", 103, 106, 2, 3],
      ],
      [3, 106],
    ],
    [
      "a\rb",
      [
        ["a", 100, 102, 1, 2],
        ["b", 102, 103, 2, 3],
      ],
      [2, 102],
    ],
    [
      "a\n\nb",
      [
        ["a", 100, 102, 1, 2],
        ["b", 103, 104, 3, 4],
      ],
      [3, 103],
    ],
    [
      '"x\ny",1\nb\n',
      [
        ['"x\ny",1', 100, 108, 1, 3],
        ["b", 108, 110, 3, 4],
      ],
      [4, 110],
    ],
    [
      '"x\r\ny"\nb',
      [
        ['"x\r\ny"', 100, 107, 1, 3],
        ["b", 107, 108, 3, 4],
      ],
      [3, 107],
    ],
    ["b\r", [["b", 100, 102, 1, 2]], [1, 100]],
    [
      "ü\nz",
      [
        ["ü", 100, 103, 1, 2],
        ["z", 103, 104, 2, 3],
      ],
      [2, 103],
    ],
    ["", [], [1, 0]],
  ])("%j: each knows its bytes and its lines", (text, records, open) => {
    expect(split([text])).toEqual({ open, records });
    const bytes = [...text];
    expect(split(bytes).records).toEqual(records);
  });

  test("begin on the line that is given, and nothing is told of no bytes", () => {
    expect(split(["a\n", "", "b"], 40).records).toEqual([
      ["a", 100, 102, 40, 41],
      ["b", 102, 103, 41, 42],
    ]);
  });

  test("go on elsewhere between records, and within one nowhere but where it ended", () => {
    const found: [string, number][] = [];
    const splitter = new RecordSplitter(
      (bytes) => new TextDecoder().decode(bytes),
      ({ text, byteStart }) => found.push([text, byteStart]),
    );
    const bytes = (text: string) => new TextEncoder().encode(text);
    splitter.push(bytes("a\n"), 0);
    splitter.push(bytes("b\nc"), 500);
    expect(() => splitter.push(bytes("d\n"), 504)).toThrow("bytes of offset 504 pushed where 503 is expected");
    splitter.push(bytes("d\n"), 503);
    expect(found).toEqual([
      ["a", 0],
      ["b", 500],
      ["cd", 502],
    ]);
  });

  test("are bounded, and end outside quotes", () => {
    const refusal = (...pieces: string[]) => {
      try {
        return split(pieces).records.length;
      } catch (error) {
        return [(error as NotCsv).code, (error as NotCsv).line, (error as NotCsv).message];
      }
    };
    expect(refusal("x".repeat(65_535))).toBe(1);
    expect(refusal(`${"x".repeat(65_535)}\n`)).toBe(1);
    expect(refusal("a\n", "x".repeat(65_537))).toEqual(["too-large", 2, "a record has more than 65536 bytes"]);
    expect(refusal(`"${"x".repeat(65_537)}`)).toEqual(["too-large", 1, "a record has more than 65536 bytes, within quotes"]);
    expect(refusal('a\n"b\nc')).toEqual(["truncated", 2, "the file ends within a quoted field"]);
  });
});
