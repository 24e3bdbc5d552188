import { expect, test } from "vitest";
import { splitByAmounts } from "#domain/money";

test("a total is split in proportion to signed amounts, and the parts add up to it", () => {
  expect(splitByAmounts(200, [-12_000, 2_000])).toEqual([240, -40]);
  expect(splitByAmounts(-200, [12_000, -2_000])).toEqual([-240, 40]);
  expect(splitByAmounts(100, [1, 1, 1])).toEqual([33, 34, 33]);
  expect(splitByAmounts(1, [-3, -3])).toEqual([1, 0]);
  expect(splitByAmounts(0, [5])).toEqual([0]);
});

test("amounts that add up to nothing split nothing", () => {
  expect(() => splitByAmounts(1, [5, -5])).toThrow("cannot split by amounts that add up to nothing");
});
