import { expect, test } from "vitest";
import { SeenMarks } from "../../../domain/pos-files/seen-marks.ts";

test("a mark is new once, however many there are, and in a set that goes on from the text of another", () => {
  // Every twentieth asks for the same place, and 0 is a mark like any.
  const marks = Array.from({ length: 5_000 }, (_, index) => (index % 20 === 0 ? index * 65_536 : index * 900_000_000_011));
  const seen = new SeenMarks();
  expect(marks.filter((mark) => seen.add(mark))).toEqual(marks);
  const again = new SeenMarks(seen.text());
  expect([seen.size, again.size, seen.text().length]).toEqual([5_000, 5_000, 65_000]);
  expect(marks.filter((mark) => seen.add(mark) || again.add(mark))).toEqual([]);
  expect([again.add(4_503_599_627_370_495), again.add(4_503_599_627_370_495)]).toEqual([true, false]);
});
