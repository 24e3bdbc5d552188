import { expect, test } from "vitest";
import { formatQuantity, parseQuantity } from "#domain/inventory";

test.each([
  ["1", 1_000_000],
  ["0.420", 420_000],
  ["-1.5", -1_500_000],
  ["2.0000000000", 2_000_000],
  ["-0", 0],
  ["999999999.999999", 999_999_999_999_999],
])("the quantity %s is %d millionths", (text, millionths) => {
  expect(parseQuantity(text)).toBe(millionths);
});

test.each(["", "1,5", "1e3", ".5", "one", "0.0000001", "1234567890"])("%j is no quantity", (text) => {
  expect(() => parseQuantity(text)).toThrow(RangeError);
});

test.each([
  [1_000_000, "1"],
  [420_000, "0.42"],
  [-2_000_000, "-2"],
  [-1, "-0.000001"],
  [0, "0"],
])("%d millionths are written %s", (millionths, text) => {
  expect(formatQuantity(millionths)).toBe(text);
});

test("a float is no quantity", () => {
  expect(() => formatQuantity(0.5)).toThrow(RangeError);
});

test("what is no quantity is named, by forty characters at most, with what is wrong", () => {
  expect(() => parseQuantity("x".repeat(60))).toThrow(/^"x{40}" is not a decimal quantity such as "1\.5"$/);
  expect(() => parseQuantity("0.0000001")).toThrow("0.0000001 has more decimals than a quantity carries (6)");
  expect(() => formatQuantity(0.5)).toThrow("0.5 is not a whole number of millionths");
});
