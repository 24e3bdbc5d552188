import { describe, expect, test } from "vitest";
import { ArchiveRefused, readZipDirectory, readZipEnd, zipDataStart } from "#domain/archives";

/*
 * Records as APPNOTE 6.3.10 lays them out: the directory entry in 4.3.12, the end in 4.3.16, the zip64 end and its locator in 4.3.14 and 4.3.15.
 */
type Field = readonly [at: number, size: 2 | 4 | 8, value: number];

function record(length: number, ...fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  for (const [at, size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else if (size === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
  }
  return bytes;
}

function together(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const letters = (text: string) => new TextEncoder().encode(text);

interface EntryFields {
  flags?: number;
  method?: number;
  mode?: number;
  packed?: number;
  bytes?: number;
  offset?: number;
  extra?: Uint8Array;
  comment?: string;
}

function entry(
  name: string | Uint8Array,
  { flags = 0, method = 8, mode = 0, packed = 10, bytes = 30, offset = 0, extra = letters(""), comment = "" }: EntryFields = {},
) {
  const named = typeof name === "string" ? letters(name) : name;
  const head = record(
    46,
    [0, 4, 0x02014b50],
    [8, 2, flags],
    [10, 2, method],
    [16, 4, 0xcafe],
    [20, 4, packed],
    [24, 4, bytes],
    [28, 2, named.length],
    [30, 2, extra.length],
    [32, 2, comment.length],
    [38, 4, mode * 65_536],
    [42, 4, offset],
  );
  return together(head, named, extra, letters(comment));
}

const end = (...fields: readonly Field[]) => record(22, [0, 4, 0x06054b50], [8, 2, 2], [10, 2, 2], [12, 4, 100], [16, 4, 50], ...fields);
const refusal = (read: () => unknown): string => {
  try {
    return JSON.stringify(read());
  } catch (error) {
    if (!(error instanceof ArchiveRefused)) throw error;
    return `${error.code}: ${error.message}`;
  }
};
const damaged = "damaged: its directory cannot be read; transfer it again";
const volumes = "method: it is one of several volumes; ask for one archive";

describe("the end of an archive", () => {
  const before = new Uint8Array(150);

  test("says where the directory lies and how many files it names", () => {
    expect(readZipEnd(together(before, end()), 172)).toEqual({ start: 50, end: 150, entries: 2 });
  });

  test("is found in the tail of a long archive, and before a comment that looks like another end", () => {
    expect(readZipEnd(end([16, 4, 900]), 1_022)).toEqual({ start: 900, end: 1_000, entries: 2 });
    const comment = record(30, [4, 4, 0x06054b50]);
    expect(readZipEnd(together(before, end([20, 2, 30]), comment), 202)).toEqual({ start: 50, end: 150, entries: 2 });
  });

  test.each([
    ["no record", () => readZipEnd(new Uint8Array(172), 172), damaged],
    ["less than a record", () => readZipEnd(new Uint8Array(5), 5), damaged],
    ["a comment that is cut off", () => readZipEnd(together(before, end([20, 2, 1])), 172), damaged],
    ["a directory that goes on into the end", () => readZipEnd(together(before, end([12, 4, 101])), 172), damaged],
    ["a directory above a megabyte", () => readZipEnd(end([12, 4, 1_048_577]), 2_000_000), damaged],
    ["another volume's number", () => readZipEnd(together(before, end([4, 2, 1])), 172), volumes],
    ["files in other volumes", () => readZipEnd(together(before, end([8, 2, 1])), 172), volumes],
    [
      "501 files",
      () => readZipEnd(together(before, end([8, 2, 501], [10, 2, 501])), 172),
      "too-large: it has 501 files, more than 500; ask the sender to split it",
    ],
  ])("with %s is refused", (_, read, message) => {
    expect(refusal(read)).toBe(message);
  });

  test("of 500 files and a directory of a megabyte is read", () => {
    expect(readZipEnd(end([8, 2, 500], [10, 2, 500], [12, 4, 1_048_576]), 1_048_648)).toEqual({ start: 50, end: 1_048_626, entries: 500 });
  });
});

describe("the end of a zip64 archive", () => {
  const head = new Uint8Array(150);
  const zip64 = (...fields: readonly Field[]) =>
    record(56, [0, 4, 0x06064b50], [24, 8, 2], [32, 8, 2], [40, 8, 100], [48, 8, 50], ...fields);
  const locator = (...fields: readonly Field[]) => record(20, [0, 4, 0x07064b50], [8, 8, 150], [16, 4, 1], ...fields);
  const pointer = (...fields: readonly Field[]) => end([12, 4, 0xffffffff], [16, 4, 0xffffffff], ...fields);
  const read = (first: Uint8Array, second: Uint8Array, last: Uint8Array, cut = 0) =>
    readZipEnd(together(head, first, second, last).slice(cut), 248);

  test("is read through its locator, whichever number has no room, and in a tail that begins later", () => {
    const expected = { start: 50, end: 150, entries: 2 };
    expect(read(zip64(), locator(), pointer())).toEqual(expected);
    expect(read(zip64(), locator(), end([12, 4, 0xffffffff]))).toEqual(expected);
    expect(read(zip64(), locator(), end([16, 4, 0xffffffff]))).toEqual(expected);
    expect(read(zip64(), locator(), end([8, 2, 0xffff], [10, 2, 0xffff]))).toEqual(expected);
    expect(read(zip64(), locator(), pointer(), 150)).toEqual(expected);
  });

  test.each([
    ["no locator", zip64(), locator([0, 4, 0]), damaged],
    ["a locator on another volume", zip64(), locator([4, 4, 1]), volumes],
    ["two volumes", zip64(), locator([16, 4, 2]), volumes],
    ["a record behind the locator", zip64(), locator([8, 8, 151]), damaged],
    ["a record before the tail", zip64(), locator([8, 8, 0]), damaged],
    ["no record where the locator says", zip64([0, 4, 0]), locator(), damaged],
    ["a record of another volume", zip64([16, 4, 1]), locator(), volumes],
    ["files in other volumes", zip64([24, 8, 1]), locator(), volumes],
    ["a number that is not exact", zip64([40, 8, 2 ** 60]), locator(), damaged],
  ])("with %s is refused", (_, first, second, message) => {
    expect(refusal(() => read(first, second, pointer(), 100))).toBe(message);
  });

  test("that has nothing before its record is refused", () => {
    expect(refusal(() => readZipEnd(pointer(), 22))).toBe(damaged);
  });
});

describe("the directory", () => {
  test("names each file with what is needed to unpack it", () => {
    const directory = together(
      entry("a.csv", { comment: "till 1" }),
      entry("b.csv", { method: 0, offset: 60, packed: 7, bytes: 7, extra: letters("12345") }),
    );
    expect(readZipDirectory(directory, 2)).toEqual([
      { name: "a.csv", stored: false, crc: 0xcafe, packedBytes: 10, bytes: 30, headerOffset: 0 },
      { name: "b.csv", stored: true, crc: 0xcafe, packedBytes: 7, bytes: 7, headerOffset: 60 },
    ]);
  });

  test("leaves folders out, and what macOS adds, even encrypted", () => {
    const names = ["tills/", "__MACOSX/._a.csv", "tills/__MACOSX/x", ".DS_Store", "tills/.DS_Store"];
    const directory = together(
      ...names.map((name) => entry(name, { flags: 1 })),
      entry("tills/a.csv"),
      entry("my.DS_Store", { offset: 40 }),
    );
    expect(readZipDirectory(directory, 7).map(({ name }) => name)).toEqual(["tills/a.csv", "my.DS_Store"]);
  });

  test("reads a name that is no UTF-8 as Windows-1252", () => {
    expect(readZipDirectory(entry(Uint8Array.from([0x42, 0xfc, 0x72, 0x6f])), 1).map(({ name }) => name)).toEqual(["Büro"]);
  });

  test.each([
    ["nothing where a file should be", new Uint8Array(0), damaged],
    ["another record", together(record(46, [0, 4, 0x02014b51])), damaged],
    ["a record that is cut off", entry("a.csv").slice(0, 45), damaged],
    ["a name that is cut off", entry("a.csv").slice(0, 50), damaged],
    ["a link", entry("a.csv", { mode: 0o120777 }), 'link: "a.csv" is a link; pack the file itself'],
    ["an encrypted file", entry("a.csv", { flags: 9 }), 'encrypted: "a.csv" is encrypted; pack it without a password'],
    ["a file packed otherwise", entry("a.csv", { method: 14 }), 'method: "a.csv" is packed with method 14; pack it with DEFLATE'],
    [
      "a name that leads up",
      entry("../a.csv"),
      'path: the name "../a.csv" leads out of the archive or is no plain name; pack the files without folders',
    ],
    [
      "a name from the root",
      entry("/a.csv"),
      'path: the name "/a.csv" leads out of the archive or is no plain name; pack the files without folders',
    ],
    [
      "a name of Windows",
      entry("C:a.csv"),
      'path: the name "C:a.csv" leads out of the archive or is no plain name; pack the files without folders',
    ],
    [
      "a name with a dot as folder",
      entry("a/./b"),
      'path: the name "a/./b" leads out of the archive or is no plain name; pack the files without folders',
    ],
    ["no name", entry(""), 'path: the name "" leads out of the archive or is no plain name; pack the files without folders'],
    [
      "a name of 121 letters",
      entry("a".repeat(121)),
      `path: the name "${"a".repeat(80)}" leads out of the archive or is no plain name; pack the files without folders`,
    ],
  ])("with %s is refused", (_, directory, message) => {
    expect(refusal(() => readZipDirectory(directory, 1))).toBe(message);
  });

  test("with a file twice, or files that lie on each other, is refused; side by side they may lie", () => {
    expect(refusal(() => readZipDirectory(together(entry("a.csv"), entry("a.csv", { offset: 40 })), 2))).toBe(
      'damaged: "a.csv" is in the archive twice; pack each file once',
    );
    expect(refusal(() => readZipDirectory(together(entry("b.csv", { offset: 39 }), entry("a.csv")), 2))).toBe(
      'bomb: "a.csv" and "b.csv" lie on each other, as in no archive that a till packs',
    );
    expect(readZipDirectory(together(entry("b.csv", { offset: 40 }), entry("a.csv")), 2)).toHaveLength(2);
    expect(readZipDirectory(entry("a".repeat(120)), 1)).toHaveLength(1);
  });
});

describe("a file whose numbers have no room in its record", () => {
  const full = 0xffffffff;
  const field = (id: number, ...numbers: readonly number[]) =>
    record(
      4 + 8 * numbers.length,
      [0, 2, id],
      [2, 2, 8 * numbers.length],
      ...numbers.map((value, index): Field => [4 + 8 * index, 8, value]),
    );
  const read = (fields: EntryFields) =>
    refusal(() =>
      readZipDirectory(entry("a.csv", fields), 1).map(({ bytes, packedBytes, headerOffset }) => [bytes, packedBytes, headerOffset]),
    );

  test("has them in its zip64 field, in the order of size, packed size and place, and only those", () => {
    expect(read({ bytes: full, packed: full, offset: full, extra: field(1, 300, 100, 7) })).toBe("[[300,100,7]]");
    expect(read({ offset: full, extra: field(1, 7) })).toBe("[[30,10,7]]");
    expect(read({ packed: full, extra: together(field(9, 1, 2), field(1, 100)) })).toBe("[[30,100,0]]");
    expect(read({ extra: field(1, 99) })).toBe("[[30,10,0]]");
  });

  test("is refused where the field is too short, or is not there", () => {
    expect(read({ bytes: full, packed: full, extra: field(1, 300) })).toBe(damaged);
    expect(read({ bytes: full, extra: field(1, 300).slice(0, 11) })).toBe(damaged);
    expect(read({ bytes: full, extra: field(2, 300) })).toBe('too-large: "a.csv" has more than 4 GB; ask the sender to split it');
    expect(read({ packed: full, extra: field(1, full) })).toBe('too-large: "a.csv" has more than 4 GB; ask the sender to split it');
    expect(read({ packed: full, extra: field(1, full - 1) })).toBe("[[30,4294967294,0]]");
  });
});

describe("the data of a file", () => {
  const stated = { name: "a.csv", stored: true, crc: 0, packedBytes: 1, bytes: 1, headerOffset: 1_000 };

  test("begin behind its local header, its name and its extra field", () => {
    expect(zipDataStart(stated, record(30, [0, 4, 0x04034b50], [26, 2, 5], [28, 2, 20]))).toBe(1_055);
  });

  test("are refused where no local header is", () => {
    expect(refusal(() => zipDataStart(stated, record(30, [0, 4, 0x04034b51])))).toBe(damaged);
    expect(refusal(() => zipDataStart(stated, record(29, [0, 4, 0x04034b50])))).toBe(damaged);
  });
});
