import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { multiplyScaled, parseScaled, rateOfPercent, roundCumulatively, roundScaled } from "#domain/money";

describe("a decimal as a scaled integer", () => {
  test.each([
    ["12.50", 4, 125_000],
    ["-0.0125", 4, -125],
    [".5", 4, 5_000],
    ["5.", 2, 500],
    ["+3", 2, 300],
    [" 7.10 ", 2, 710],
    ["1.230000", 2, 123],
    ["-0.00", 2, 0],
    ["900719925474.0991", 4, 9_007_199_254_740_991],
    ["-900719925474.0991", 4, -9_007_199_254_740_991],
    ["\t\r\n 7.10\n", 2, 710],
    ["7", 0, 7],
    ["7.000", 0, 7],
    ["0.000000000001", 12, 1],
  ])("%s at %i decimals is %i", (text, decimals, expected) => {
    expect(parseScaled(text, decimals)).toBe(expected);
  });

  test.each(["", " ", ".", "-", "+.", "1,50", "1.2.3", "1e3", "0x10", "12 50", "--1", "1/", "1:"])("%j is none", (text) => {
    expect(() => parseScaled(text, 4)).toThrow("is not a decimal number");
  });

  test("a decimal too many, and a number beyond the exact range, are refused", () => {
    expect(() => parseScaled("1.23456", 4)).toThrow("1.23456 has more than 4 decimals");
    expect(() => parseScaled("900719925474.0992", 4)).toThrow("beyond the exact range");
    expect(() => parseScaled("99999999999999999999", 4)).toThrow("beyond the exact range");
    expect(() => parseScaled("9007199254740992", 0)).toThrow("9007199254740992 is beyond the exact range");
    expect(() => parseScaled("900719925474099.2", 1)).toThrow("900719925474099.2 is beyond the exact range");
  });

  test("an error names the number without the space around it, and forty characters of it at most", () => {
    const long = `1${"0".repeat(60)}`;
    expect(() => parseScaled(" 1.23456 ", 4)).toThrow(/^1\.23456 has more than 4 decimals$/);
    expect(() => parseScaled(` ${long}`, 0)).toThrow(/^10{38} is beyond the exact range$/);
    expect(() => parseScaled(` 0.${"1".repeat(60)}`, 4)).toThrow(/^0\.1{37} has more than 4 decimals$/);
    expect(() => parseScaled(`${long}x`, 4)).toThrow(/^"10{39}" is not a decimal number such as "12\.50"$/);
    expect(() => parseScaled(`${" ".repeat(60)}-`, 4)).toThrow(/^" {40}" is not a decimal number such as "12\.50"$/);
  });
});

test.each([
  [12_345, 4, 2, 123],
  [12_350, 4, 2, 124],
  [-12_350, 4, 2, -124],
  [-49, 4, 2, 0],
  [123, 2, 4, 12_300],
  [9_007_199_254_740_991, 4, 0, 900_719_925_474],
])("%i at %i decimals is %i decimals' %i, rounded half away from zero", (value, from, to, expected) => {
  expect(roundScaled(value, from, to)).toBe(expected);
});

test("more decimals than twelve are not carried", () => {
  expect(roundScaled(1, 0, 12)).toBe(1_000_000_000_000);
  expect(() => roundScaled(1, 0, 13)).toThrow("cannot scale by 10^13");
  expect(() => roundScaled(9_007_199_254_740_991, 0, 1)).toThrow("is beyond the exact range");
  expect(() => parseScaled("1", 13)).toThrow("cannot scale by 10^13");
});

test("a product is exact even where it passes the safe range", () => {
  expect(multiplyScaled(2_990_000, 6, 420_000, 6, 4)).toBe(12_558);
  expect(multiplyScaled(9_999_990_000, 6, 1_000_000_000, 6, 4)).toBe(99_999_900_000);
  expect(multiplyScaled(-9_999_999_999, 6, 1_000_500_000, 6, 2)).toBe(-1_000_500_000);
  expect(multiplyScaled(94_906_267, 0, 94_906_267, 2, 0)).toBe(90_071_995_158_753);
  expect(multiplyScaled(-94_906_267, 2, 94_906_267, 2, 0)).toBe(-900_719_951_588);
  expect(multiplyScaled(-5, 0, 0, 0, 2)).toBe(0);
  expect(multiplyScaled(5, 0, 3, 0, 2)).toBe(1_500);
  expect(() => multiplyScaled(94_906_267, 0, 94_906_267, 0, 0)).toThrow("9007199515875288 is beyond the exact range");
  expect(() => multiplyScaled(94_906_267, 0, 94_906_267, 0, 2)).toThrow("beyond the exact range");
  expect(() => multiplyScaled(9_000_000_000_000_000, 0, 9_000_000_000_000_000, 0, 0)).toThrow("beyond the exact range");
});

test("parts that are rounded along a running sum add up to the rounded whole", () => {
  expect(roundCumulatively([33_333, 33_333, 33_334], 4, 2)).toEqual([333, 334, 333]);
  expect(roundCumulatively([50, 50], 4, 2)).toEqual([1, 0]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 30 }), (values) => {
      const parts = roundCumulatively(values, 4, 2);
      const exact = values.reduce((sum, value) => sum + value, 0);
      expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) * 100 - exact)).toBeLessThanOrEqual(50);
      expect(parts.every((part) => part >= 0)).toBe(true);
    }),
  );
});

test.each([
  ["20.0000", "0.2"],
  ["8.875", "0.08875"],
  ["0", "0"],
  ["100", "1"],
  ["-5", "-0.05"],
])("%s percent is the rate %s", (percent, rate) => {
  expect(rateOfPercent(percent)).toBe(rate);
});
