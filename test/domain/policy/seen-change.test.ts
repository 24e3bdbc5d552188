import { describe, expect, test } from "vitest";
import { assertSeen, seenChange } from "#domain/policy";

const one = "1f".repeat(32);
const two = "2e".repeat(32);
const three = "3d".repeat(32);
const seen = "1f1f1f1f1f1f1f1f1f1f..2e2e2e2e2e2e2e2e2e2e";
const asked = { isAskedFor: true, follows: "release 5 of Eve (rates of 2027)" };

test("a change is named by what it follows and what it is", () => {
  expect(seenChange({ before: one, after: two })).toBe(seen);
});

describe("an approval is of the change that was looked at", () => {
  test("and passes for that change alone", () => {
    expect(() => assertSeen({ approvedBy: "Bo Li", seen }, { before: one, after: two }, asked)).not.toThrow();
  });

  test("what is in force changed meanwhile: it is said which release it would follow, and what to look at again", () => {
    expect(() => assertSeen({ approvedBy: "Bo Li", seen }, { before: three, after: two }, asked)).toThrow(
      "this is not what was approved: it would follow release 5 of Eve (rates of 2027) now, 3d3d3d3d3d3d3d3d3d3d, and Bo Li compared with 1f1f1f1f1f1f1f1f1f1f. Look at policy diff again, and approve that",
    );
  });

  test("the draft changed meanwhile", () => {
    expect(() => assertSeen({ approvedBy: "Bo Li", seen }, { before: one, after: three }, asked)).toThrow(
      "this is not what was approved: its content is 3d3d3d3d3d3d3d3d3d3d, and Bo Li looked at 2e2e2e2e2e2e2e2e2e2e. Look at policy diff again",
    );
  });

  test("nobody approves without having looked where an approval is asked for; elsewhere a name may stand alone", () => {
    const step = { before: one, after: two };
    expect(() => assertSeen({ approvedBy: "Bo Li" }, step, asked)).toThrow(
      "Bo Li approves what policy diff showed, and nothing else: give the line",
    );
    expect(() => assertSeen({ approvedBy: "Bo Li" }, step, { ...asked, isAskedFor: false })).not.toThrow();
    expect(() => assertSeen({ seen }, step, { ...asked, isAskedFor: false })).toThrow("name in approvedBy who looked");
  });

  test.each(["", "..", "1f1f..2e2e", `${seen}0`, seen.toUpperCase(), 7])("%j is no change that policy diff shows", (wrong) => {
    const step = { before: one, after: two };
    expect(() => assertSeen({ approvedBy: "Bo Li", seen: wrong as string }, step, asked)).toThrow(
      "what was seen is written as policy diff shows it",
    );
  });
});
