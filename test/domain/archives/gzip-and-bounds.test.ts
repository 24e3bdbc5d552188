import { expect, test } from "vitest";
import {
  ArchiveRefused,
  archiveKind,
  assertGzipHeader,
  assertWithinBounds,
  checkDelivery,
  openCrc32,
  readDeliveryManifest,
  readGzipTrailer,
} from "#domain/archives";

const refusal = (read: () => unknown): string => {
  try {
    return JSON.stringify(read()) ?? "taken";
  } catch (error) {
    if (!(error instanceof ArchiveRefused)) throw error;
    return `${error.code}: ${error.message}`;
  }
};

test.each([
  [[0x1f, 0x8b], "gzip"],
  [[0x1f, 0x8c], undefined],
  [[0x1e, 0x8b], undefined],
  [[0x50, 0x4b, 3, 4], "zip"],
  [[0x50, 0x4b, 5, 6], "zip"],
  [[0x50, 0x4b, 3, 6], undefined],
  [[0x50, 0x4b, 5, 4], undefined],
  [[0x50, 0x4c, 3, 4], undefined],
  [[0x51, 0x4b, 3, 4], undefined],
  [[], undefined],
])("a file that begins with %j is an archive of the kind %s", (bytes, kind) => {
  expect(archiveKind(Uint8Array.from(bytes))).toBe(kind);
});

test("the check value of 123456789 is cbf43926, in one piece or two", () => {
  const crc = openCrc32();
  crc.update(new TextEncoder().encode("1234"));
  crc.update(new TextEncoder().encode("56789"));
  expect(crc.value().toString(16)).toBe("cbf43926");
});

test("a gzip trailer is its check value and its size; a shorter one was cut off", () => {
  expect(readGzipTrailer(Uint8Array.from([1, 0, 0, 0x80, 2, 1, 0, 0]))).toEqual({ crc: 0x80000001, bytes: 258 });
  expect(refusal(() => readGzipTrailer(new Uint8Array(7)))).toBe("damaged: it is cut off; transfer it again");
});

const damaged = "damaged: its gzip header cannot be read; transfer it again";
test.each([
  ["plain", [0x1f, 0x8b, 8, 0], 18, "taken"],
  ["shorter than header and trailer", [0x1f, 0x8b, 8, 0], 17, damaged],
  ["packed otherwise", [0x1f, 0x8b, 7, 0], 18, "method: it is compressed in a way that gzip does not know; pack it with DEFLATE"],
  ["with an extra field of 258 bytes", [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3, 2, 1], 278, "taken"],
  ["with an extra field that reaches into the trailer", [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3, 2, 1], 277, damaged],
  ["with a name", [0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, 0x61, 0], 20, "taken"],
  ["with a name that reaches into the trailer", [0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, 0x61, 0], 19, damaged],
  ["with a name that does not end", [0x1f, 0x8b, 8, 8, 1, 1, 1, 1, 1, 3, 0x61, 0x62], 200, damaged],
  ["with a name and a comment", [0x1f, 0x8b, 8, 24, 0, 0, 0, 0, 0, 3, 0x61, 0, 0x62, 0], 22, "taken"],
  ["with a name and no comment", [0x1f, 0x8b, 8, 24, 0, 0, 0, 0, 0, 3, 0x61, 0, 0x62], 200, damaged],
  ["with a check value of its header", [0x1f, 0x8b, 8, 2], 20, "taken"],
  ["with a check value in its trailer", [0x1f, 0x8b, 8, 2], 19, damaged],
])("a gzip header %s", (_, head, size, expected) => {
  expect(refusal(() => assertGzipHeader(Uint8Array.from(head), size))).toBe(expected);
});

const mega = 1_048_576;
test.each([
  [1, 16 * mega, 16 * mega, "taken"],
  [1, 16 * mega + 1, 16 * mega + 1, 'bomb: "a.csv" unpacks to more than 250 times its size, as no file of a till does'],
  [mega, 250 * mega, 250 * mega, "taken"],
  [mega, 250 * mega + 1, 250 * mega + 1, 'bomb: "a.csv" unpacks to more than 250 times its size, as no file of a till does'],
  [100 * mega, 4_294_967_295, 8_192 * mega, "taken"],
  [100 * mega, 4_294_967_296, 4_294_967_296, 'too-large: "a.csv" unpacks to more than a file may have; ask the sender to split it'],
  [100 * mega, 1, 8_192 * mega + 1, 'too-large: "a.csv" unpacks to more than a file may have; ask the sender to split it'],
])("%d bytes that come to %d, of %d in the archive", (packed, unpacked, ofArchive, expected) => {
  expect(refusal(() => assertWithinBounds("a.csv", packed, unpacked, ofArchive))).toBe(expected);
});

test("a long name is shown by its first 80 letters", () => {
  expect(refusal(() => assertWithinBounds("a".repeat(90), 1, 17 * mega, 0))).toContain(`"${"a".repeat(80)}" unpacks`);
});

const sum = "ab".repeat(32);
test.each([
  [
    `${sum}  a.csv\r\n${sum} *./b.csv\n\n`,
    JSON.stringify({
      files: [
        { sha256: sum, name: "a.csv" },
        { sha256: sum, name: "b.csv" },
      ],
    }),
  ],
  [`${sum}  a.csv\nthe end\n`, "taken"],
  ["", "taken"],
  ['{"tickets": []}', "taken"],
  [' {"files": [{"name": "a.csv", "bytes": 3}]}', JSON.stringify({ files: [{ name: "a.csv", bytes: 3 }] })],
  ['{"sender": "till", "files": [{"name": "a.csv"}]}', JSON.stringify({ files: [{ name: "a.csv" }] })],
  ['{"files": [{"name": "a.csv"}]', "incomplete: its manifest is no JSON; have it written again"],
  [`${" ".repeat(262_145)}{"files": [{"name": "a.csv"}]}`, "taken"],
])("%j as a manifest", (text, expected) => {
  expect(refusal(() => readDeliveryManifest(text))).toBe(expected);
});

test("a manifest of another shape is refused by the place that is wrong", () => {
  expect(refusal(() => readDeliveryManifest('{"files": [{"name": ""}]}'))).toMatch(/^incomplete: its manifest is not one: files\.0\.name /);
  expect(refusal(() => readDeliveryManifest('{"files": []}'))).toMatch(/^incomplete: its manifest is not one: files /);
});

test("a delivery is what its manifest says, or it is told what is not", () => {
  const part = { name: "a.csv", bytes: 3, hash: sum };
  const check = (...files: Parameters<typeof checkDelivery>[0]["files"]) => refusal(() => checkDelivery({ files }, [part]));
  const not = (what: string) => `incomplete: it is not what its manifest says: ${what}. Have it sent again`;
  expect(check({ name: "a.csv", bytes: 3, sha256: sum.toUpperCase() })).toBe("taken");
  expect(check({ name: "a.csv", bytes: 4 })).toBe(not("a.csv has 3 bytes and should have 4"));
  expect(check({ name: "a.csv", sha256: "cd".repeat(32) })).toBe(not("a.csv has another SHA-256"));
  expect(check({ name: "b.csv" })).toBe(not("b.csv is missing; a.csv is not in the manifest"));
  expect(check(...["b", "c", "d", "e", "f", "g"].map((name) => ({ name })))).toBe(
    not("b is missing; c is missing; d is missing; e is missing; f is missing"),
  );
});
