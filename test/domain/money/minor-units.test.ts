import { describe, expect, test } from "vitest";
import { allocate, cumulativeShare, formatMinorUnits, parseMinorUnits, sum } from "#domain/money";

describe("a decimal amount in minor units", () => {
  test.each([
    ["199.00", "USD", 19_900],
    ["-4.5", "USD", -450],
    ["7", "USD", 700],
    ["0.01", "USD", 1],
    ["-0.00", "USD", 0],
    ["1.2300000000", "USD", 123],
    ["1050", "JPY", 1_050],
    ["1050.00", "JPY", 1_050],
    ["1.234", "KWD", 1_234],
    ["90071992547409.91", "USD", 9_007_199_254_740_991],
  ])("%s %s is %i", (text, currency, expected) => {
    expect(parseMinorUnits(text, currency)).toBe(expected);
  });

  test.each(["", "x", "1.00x", "x1.00", "1,50", "1.", ".5", "+1", " 1", "1e3", "1234567890123456", "1.12345678901"])(
    "%j is none",
    (text) => {
      expect(() => parseMinorUnits(text, "USD")).toThrow(`${JSON.stringify(text)} is not a decimal amount such as "199.00"`);
    },
  );

  test("is never cut: more decimals than the currency has are refused, as is what numbers cannot hold", () => {
    expect(() => parseMinorUnits("1.005", "USD")).toThrow("1.005 has more decimals than USD carries (2)");
    expect(() => parseMinorUnits("1.5", "JPY")).toThrow("1.5 has more decimals than JPY carries (0)");
    expect(() => parseMinorUnits("90071992547409.92", "USD")).toThrow("90071992547409.92 USD is beyond the exact range");
    expect(() => parseMinorUnits("x".repeat(60), "USD")).toThrow(/^"x{40}" is not a decimal amount/);
  });

  test.each([
    [-450, "USD", "-4.50"],
    [5, "USD", "0.05"],
    [0, "USD", "0.00"],
    [1_050, "JPY", "1050"],
    [-7, "KWD", "-0.007"],
  ])("%i of %s is written %s", (amount, currency, text) => {
    expect(formatMinorUnits(amount, currency)).toBe(text);
    expect(parseMinorUnits(text, currency)).toBe(amount);
  });

  test("that is not whole is not written", () => {
    expect(() => formatMinorUnits(1.5, "USD")).toThrow("1.5 is not a whole number of minor units in the exact range");
  });
});

test("a sum is exact, or refused where a part of it leaves the exact range", () => {
  expect(sum([])).toBe(0);
  expect(sum([10, -3, 5])).toBe(12);
  expect(() => sum([0.5, 0.5])).toThrow("0.5 is not a whole number");
  expect(() => sum([Number.MAX_SAFE_INTEGER, 1, -1])).toThrow("9007199254740992 is not a whole number of minor units in the exact range");
});

describe("a share of the first part of a whole", () => {
  test.each([
    [100, 1, 3, 33],
    [100, 2, 3, 67],
    [100, 3, 3, 100],
    [5, 1, 2, 3],
    [-5, 1, 2, -3],
    [-1, 1, 3, 0],
    [0, 1, 2, 0],
    [100, 0, 3, 0],
    [9_007_199_254_740_991, 2, 3, 6_004_799_503_160_661],
  ])("of %i, %i of %i is %i, rounded half away from zero", (total, part, whole, expected) => {
    expect(cumulativeShare(total, part, whole)).toBe(expected);
  });

  test.each([
    [-1, 3],
    [4, 3],
    [0, 0],
    [0, -1],
    [0.5, 3],
    [1, 2.5],
    [Number.NaN, 3],
    [1, Number.POSITIVE_INFINITY],
  ])("%d of %d is none", (part, whole) => {
    expect(() => cumulativeShare(100, part, whole)).toThrow(`cannot take ${part} of ${whole}`);
  });

  test("of what is not whole is refused", () => {
    expect(() => cumulativeShare(0.5, 1, 2)).toThrow("0.5 is not a whole number");
  });
});

test.each([
  [100, [1, 1, 1], [33, 34, 33]],
  [-100, [1, 1, 1], [-33, -34, -33]],
  [10, [0, 1, 0], [0, 10, 0]],
  [1, [1, 1], [1, 0]],
  [0, [3, 4], [0, 0]],
])("%i split by %j is %j", (total, weights, parts) => {
  expect(allocate(total, weights)).toEqual(parts);
});

test("nothing is split by weights that weigh nothing", () => {
  expect(() => allocate(1, [0, 0])).toThrow("cannot take 0 of 0");
});
