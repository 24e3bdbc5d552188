import { describe, expect, test } from "vitest";
import { assertDocumentAddress, hashInAddress, passingAddress, workListCursor, workListPlace } from "#domain/lineage";

const hash = "0123456789abcdef".repeat(4);

describe("an address of a document", () => {
  test("by its content has 64 hex digits", () => {
    expect(hashInAddress(`sha256/${hash}`)).toBe(hash);
    for (const other of [hash, `sha256/${hash}0`, `sha256/${hash.slice(1)}`, `x/sha256/${hash}`, `sha256/${hash.toUpperCase()}`])
      expect(hashInAddress(other)).toBeUndefined();
    expect(passingAddress(hash)).toBe(`passing/${hash}`);
  });

  test.each([
    `sha256/${hash}`,
    `passing/${hash}`,
    "drops/pos/day.xml",
    "day",
    "a/Ünïcode name, 2026-11-27.csv",
    `${"p".repeat(200)}/x`,
    `${`${"p".repeat(199)}/`.repeat(4)}${"p".repeat(200)}`,
    "a/partial",
    "a..b/c.",
    "x/sha256/y",
  ])("%s is one", (address) => {
    expect(() => assertDocumentAddress(address)).not.toThrow();
  });

  test.each([
    "",
    "/day.xml",
    "drops//day.xml",
    "drops/",
    "sha256",
    `sha256/${hash}/x`,
    "sha256/day.xml",
    ".",
    "..",
    "drops/../day.xml",
    "drops/.hidden",
    "day.partial",
    "drops/day.xml.partial",
    "drops\\day.xml",
    "drops/day\u0000.xml",
    "drops/day\n.xml",
    "p".repeat(201),
    `${`${"p".repeat(199)}/`.repeat(5)}p`,
  ])("%j is none, and would reach where it must not", (address) => {
    expect(() => assertDocumentAddress(address)).toThrow(
      `"${address.slice(0, 200)}" is no address of a document: use sha256/<64 hex digits>, or a name such as drops/pos/day.xml`,
    );
  });
});

describe("a place in a work list", () => {
  test("is where the page before ended", () => {
    const cursor = workListCursor({ order: "2026-11-27T12:00:00.000Z", id: 'sale:"1"' });
    expect(cursor).toBe('["2026-11-27T12:00:00.000Z","sale:\\"1\\""]');
    expect(workListPlace(cursor)).toEqual(["2026-11-27T12:00:00.000Z", 'sale:"1"']);
  });

  test.each([
    "",
    "x".repeat(300),
    "{}",
    '"ab"',
    "[]",
    '["a"]',
    '["a","b","c"]',
    '[1,"b"]',
    '["a",2]',
    "null",
    '{"0":"a","1":"b","length":2}',
  ])("is not %j", (after) => {
    expect(() => workListPlace(after)).toThrow(`"${after.slice(0, 200)}" is no place in a work list: pass the \`next\` of the page before`);
  });
});
