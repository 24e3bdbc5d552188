import { describe, expect, test } from "vitest";
import { CsvReader, NotCsv, NotText, StreamingText } from "#domain/csv";

function records(text: string, delimiter = ",", piece = text.length || 1): [string[], number][] {
  const found: [string[], number][] = [];
  const reader = new CsvReader(delimiter, (fields, line) => found.push([fields, line]));
  for (let at = 0; at < text.length; at += piece) reader.push(text.slice(at, at + piece));
  reader.end();
  return found;
}

describe("delimited text", () => {
  test.each([
    [
      "a,b\nc,d\n",
      [
        [["a", "b"], 1],
        [["c", "d"], 2],
      ],
    ],
    [
      "a,b\r\nc,d",
      [
        [["a", "b"], 1],
        [["c", "d"], 2],
      ],
    ],
    [
      "a,b\rc,d\r",
      [
        [["a", "b"], 1],
        [["c", "d"], 2],
      ],
    ],
    ['"a,1","say ""hi"""\n', [[["a,1", 'say "hi"'], 1]]],
    [
      '"two\nlines",b\r\nc,d\n',
      [
        [["two\nlines", "b"], 1],
        [["c", "d"], 3],
      ],
    ],
    [
      "a,,\n,,\n",
      [
        [["a", "", ""], 1],
        [["", "", ""], 2],
      ],
    ],
    ['"a",\n', [[["a", ""], 1]]],
    [
      "\n\na\n\nb\n",
      [
        [["a"], 3],
        [["b"], 5],
      ],
    ],
    ["", []],
  ] as const)("%j is read record by record with its line, wherever it is cut", (text, expected) => {
    for (const piece of [1, 2, 3, 100]) expect(records(text, ",", piece)).toEqual(expected);
  });

  test("may be separated by semicolons or tabs", () => {
    expect(records("a;b,c\n", ";")).toEqual([[["a", "b,c"], 1]]);
    expect(records("a\tb\n", "\t")).toEqual([[["a", "b"], 1]]);
  });

  test.each([
    ['a,b"c\nd,e\n', "truncated", 1],
    ['a,b"c"\n', "quote", 1],
    ['x\n"a"b,c\n', "quote", 2],
    ['x\ny\n"a,b\nc', "truncated", 3],
    [`${"y".repeat(70_000)}\n`, "too-large", 1],
    [`ok\n"${"y\n".repeat(40_000)}"`, "too-large", 2],
    [`${",".repeat(500)}\n`, "too-large", 1],
  ] as const)("%j… is refused with its line", (text, code, line) => {
    const error = (() => {
      try {
        return records(text, ",", 1000);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(NotCsv);
    expect([(error as NotCsv).code, (error as NotCsv).line]).toEqual([code, line]);
  });
});

describe("text of an unknown encoding", () => {
  const decode = (bytes: readonly number[], piece: number, rule: "utf-8" | "utf-8-or-windows-1252" = "utf-8-or-windows-1252") => {
    const text = new StreamingText(rule);
    let out = "";
    for (let at = 0; at < bytes.length; at += piece) out += text.push(Uint8Array.from(bytes.slice(at, at + piece)));
    return out + text.end();
  };

  test.each([
    ["UTF-8", [..."Büro €\u{1F600}!"].flatMap((each) => [...new TextEncoder().encode(each)]), "Büro €\u{1F600}!"],
    ["UTF-8 with its mark", [0xef, 0xbb, 0xbf, 0x61, 0xc3, 0xbc], "aü"],
    ["Windows-1252", [0x42, 0xfc, 0x72, 0x6f, 0x20, 0x80], "Büro €"],
    ["UTF-16", [0xff, 0xfe, 0x61, 0x00, 0xfc, 0x00], "aü"],
    ["big-endian UTF-16", [0xfe, 0xff, 0x00, 0x61, 0x00, 0xfc], "aü"],
    ["nothing", [], ""],
    ["one letter", [0x61], "a"],
  ] as const)("in %s is read, wherever it is cut", (_, bytes, expected) => {
    for (const piece of [1, 2, 3, 100]) expect(decode(bytes, piece)).toBe(expected);
  });

  test("is refused when it is neither one nor the other, and not guessed at", () => {
    // A character of UTF-8, then a byte that is none.
    expect(() => decode([0xc3, 0xbc, 0x61, 0xfc, 0x61], 1)).toThrow(NotText);
    expect(() => decode([0xef, 0xbb, 0xbf, 0x61, 0xfc, 0x61], 100)).toThrow(NotText);
    expect(() => decode([0x61, 0x62, 0x63, 0xfc, 0x61], 100, "utf-8")).toThrow(NotText);
  });

  test("is refused when it ends within a character", () => {
    expect(() => decode([0x61, 0xc3, 0xbc, 0xe2, 0x82], 100)).toThrow(NotText);
  });
});

describe("bytes that look like a mark and are none", () => {
  const decode = (bytes: readonly number[], rule: "utf-8" | "utf-8-or-windows-1252" = "utf-8-or-windows-1252") => {
    const pieces = [1, 2, 3, 4, 100].map((piece) => {
      const text = new StreamingText(rule);
      let out = "";
      for (let at = 0; at < bytes.length; at += piece) out += text.push(Uint8Array.from(bytes.slice(at, at + piece)));
      return out + text.end();
    });
    expect(new Set(pieces).size).toBe(1);
    return pieces[0];
  };

  test.each([
    ["the first byte of a mark of UTF-16, in Windows-1252", [0xff, 0x61, 0x62], "ÿab"],
    ["the other first byte of it", [0xfe, 0x61, 0x62], "þab"],
    ["its second byte behind a letter", [0x61, 0xfe, 0x62], "aþb"],
    ["the other one behind a letter", [0x61, 0xff, 0x62], "aÿb"],
    ["the first two bytes of a mark of UTF-8, in Windows-1252", [0xef, 0xbb, 0x61], "ï»a"],
    ["its last two", [0x61, 0xbb, 0xbf], "a»¿"],
    ["a character of UTF-8 that begins like it", [0xef, 0xbc, 0x81, 0x61], "！a"],
    ["a mark that is not at the beginning", [0x61, 0xef, 0xbb, 0xbf, 0x62], "a\uFEFFb"],
    ["two bytes alone", [0x61, 0x62], "ab"],
    ["one byte of no UTF-8 alone", [0xe9], "é"],
    ["characters of two, three and four bytes", [0xc2, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0x21], "©€\u{1F600}!"],
    ["the last ones of two and three bytes", [0xdf, 0xbf, 0xe0, 0xa0, 0x80, 0xef, 0xbf, 0xbd], "\u07ff\u0800\ufffd"],
  ] as const)("%s", (_what, bytes, expected) => {
    expect(decode(bytes)).toBe(expected);
  });

  test("damage in UTF-16 is refused, and says why", () => {
    const broken = () => decode([0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00]);
    expect(broken).toThrow(NotText);
    expect(broken).toThrow("the bytes from here on are no text in the expected encoding");
    try {
      broken();
    } catch (error) {
      expect([(error as Error).name, (error as Error).cause instanceof TypeError]).toEqual(["NotText", true]);
    }
  });
});
