import { describe, expect, test } from "vitest";
import { type DeliveredLine, sameMovements } from "#domain/settlement";

/** A line by its name: the capital is its statement, those of M are in MT940 and the others in CAMT.053. */
function line(name: string, more: Partial<DeliveredLine> = {}): DeliveredLine {
  const source = name.startsWith("M") ? "mt940" : "camt.053";
  const arrivedAt = `2026-12-01T03:00:0${name.startsWith("A") ? 0 : 1}.000Z`;
  return { line: name, arrivedAt, source, statementId: name.charAt(0), references: {}, words: [], isGivenUp: false, ...more };
}

function found(...lines: DeliveredLine[]): string[] {
  const texts = [lines, [...lines].reverse()].map((each) =>
    [...sameMovements(each)].map(([name, { kind, as }]) => `${name} ${kind} ${as}`),
  );
  expect(texts[1]).toEqual(texts[0]);
  return texts[0]!;
}

describe("a line of another statement, of the same day and amount", () => {
  test("is the same movement when the bank gave both one reference, in whatever place the format puts it", () => {
    expect(found(line("A1", { references: { bankReference: "B-4711" } }), line("M1", { references: { bankReference: "B-4711" } }))).toEqual(
      ["M1 same A1"],
    );
    expect(found(line("A1", { references: { endToEndId: "TR104" } }), line("M1", { words: ["PAYOUT-9", "TR104"] }))).toEqual([
      "M1 same A1",
    ]);
    expect(found(line("A1", { references: { endToEndId: "TR104" } }), line("B1", { references: { endToEndId: "TR104" } }))).toEqual([
      "B1 same A1",
    ]);
  });

  test("is another movement when one format gives both their own reference", () => {
    expect(found(line("A1", { references: { bankReference: "B-4711" } }), line("B1", { references: { bankReference: "B-4712" } }))).toEqual(
      [],
    );
    expect(found(line("A1", { references: { endToEndId: "TR104" } }), line("M1", { references: { endToEndId: "TR105" } }))).toEqual([]);
    expect(found(line("A1", { words: ["BAG-1"] }), line("B1", { words: ["BAG-2"] }))).toEqual([]);
  });

  test("with the same words is the same in two formats, and doubtful in one", () => {
    expect(found(line("A1", { words: ["BAG-1"] }), line("M1", { words: ["BAG-1", "2026-11-30"] }))).toEqual(["M1 same A1"]);
    expect(found(line("A1", { words: ["BAG-1"] }), line("B1", { words: ["BAG-1"] }))).toEqual(["B1 doubtful A1"]);
  });

  test("is doubtful when nothing tells them apart, and no counter of a file does", () => {
    expect(found(line("A1"), line("M1"))).toEqual(["M1 doubtful A1"]);
    expect(found(line("A1", { references: { bankReference: "1" } }), line("B1", { references: { bankReference: "1" } }))).toEqual([
      "B1 doubtful A1",
    ]);
  });

  test("is doubtful when only one of them says something, in one format as in two", () => {
    const words = ["BAG-1"];
    expect(found(line("A1", { words }), line("B1"))).toEqual(["B1 doubtful A1"]);
    expect(found(line("A1"), line("B1", { words }))).toEqual(["B1 doubtful A1"]);
    expect(found(line("A1", { words }), line("M1"))).toEqual(["M1 doubtful A1"]);
    expect(found(line("A1"), line("M1", { words }))).toEqual(["M1 doubtful A1"]);
  });

  test("is doubtful when two formats say different words, or share only some of them", () => {
    expect(found(line("A1", { words: ["BAG-1"] }), line("M1", { words: ["BAG-2"] }))).toEqual(["M1 doubtful A1"]);
    expect(found(line("A1", { words: ["BAG-1", "TILL-3"] }), line("M1", { words: ["BAG-1", "TILL-4"] }))).toEqual(["M1 doubtful A1"]);
  });

  test("is the same when a person has given it up", () => {
    expect(found(line("A1"), line("M1", { isGivenUp: true }))).toEqual(["M1 same A1"]);
  });
});

test("two lines of one statement are two movements, and those of its other format are theirs, one each", () => {
  const words = ["BAG-1"];
  expect(found(line("A1", { words }), line("A2", { words }))).toEqual([]);
  expect(found(line("A1", { words }), line("A2", { words }), line("M1", { words }), line("M2", { words }))).toEqual([
    "M1 same A1",
    "M2 same A2",
  ]);
  expect(found(line("A1", { words }), line("M1", { words }), line("M2", { words }))).toEqual(["M1 same A1"]);
});

test("one line is in doubt with at most one of another statement", () => {
  expect(found(line("A1"), line("M1"), line("M2"))).toEqual(["M1 doubtful A1"]);
  expect(found(line("A1"), line("A2"), line("M1"))).toEqual(["M1 doubtful A1"]);
});

test("a reference finds its line among several that could be meant", () => {
  const [first, second] = [{ endToEndId: "TR104" }, { endToEndId: "TR105" }];
  expect(found(line("A1", { references: first }), line("A2", { references: second }), line("M1", { words: ["TR105"] }))).toEqual([
    "M1 same A2",
  ]);
});
