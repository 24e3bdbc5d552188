import { describe, expect, test } from "vitest";
import { placeInTime, releasesAreApproved, releaseTimeline, type TimedRelease, withdrawable } from "#domain/policy";

const made = (release: number, at: string, more: Partial<TimedRelease> = {}): TimedRelease => ({
  release,
  at: `${at}T10:00:00.000Z`,
  ...more,
});
const spring = made(1, "2026-03-02");
const january = made(2, "2026-12-10", { activeFrom: "2027-01-01T05:00:00.000Z" });
const february = made(3, "2026-12-11", { activeFrom: "2027-02-01T05:00:00.000Z" });
const numbers = (releases: readonly TimedRelease[], now: string) => {
  const { inForce, pending } = releaseTimeline(releases, now);
  return [inForce?.release, pending.map(({ release }) => release)];
};

describe("which release is in force", () => {
  test("the one whose instant has come, to the millisecond, with the others pending in order", () => {
    const all = [february, spring, january];
    expect(numbers(all, "2027-01-01T04:59:59.999Z")).toEqual([1, [2, 3]]);
    expect(numbers(all, "2027-01-01T05:00:00.000Z")).toEqual([2, [3]]);
    expect(numbers(all, "2027-02-01T05:00:00.000Z")).toEqual([3, []]);
    expect(numbers([], "2027-02-01T05:00:00.000Z")).toEqual([undefined, []]);
  });

  test("what was put in force at once is so for a clock that is behind, too", () => {
    expect(numbers([spring], "2026-03-02T09:59:58.000Z")).toEqual([1, []]);
  });

  test("never one that was taken back, nor what took it back", () => {
    const all = [spring, january, february, made(4, "2026-12-12", { withdraws: 3 })];
    expect(numbers(all, "2026-12-12T10:00:00.000Z")).toEqual([1, [2]]);
    expect(numbers(all, "2027-03-01T00:00:00.000Z")).toEqual([2, []]);
  });
});

describe("the next release", () => {
  const standing = releaseTimeline([spring, january], "2026-12-20T00:00:00.000Z");
  const alone = releaseTimeline([spring], "2026-12-20T00:00:00.000Z");
  const now = "2026-12-20T00:00:00.000Z";

  test("is in force at once without an instant, or with one that is past, and from its instant otherwise", () => {
    expect(placeInTime(alone, undefined, now)).toBeUndefined();
    expect(placeInTime(alone, "2026-12-20T00:00Z", now)).toBeUndefined();
    expect(placeInTime(alone, "2027-01-01T05:00Z", now)).toBe("2027-01-01T05:00:00.000Z");
    expect(placeInTime(standing, "2027-01-01T05:00:00Z", now)).toBe("2027-01-01T05:00:00.000Z");
  });

  test("is refused where a pending one would undo it", () => {
    const undone = "release 2 is pending until 2027-01-01T05:00:00.000Z";
    expect(() => placeInTime(standing, undefined, now)).toThrow(`${undone} and would undo this one then: withdraw it first`);
    expect(() => placeInTime(standing, "2026-12-31T00:00:00Z", now)).toThrow(
      `${undone}, after 2026-12-31T00:00:00.000Z, and would undo this one`,
    );
  });

  test.each([
    ["tomorrow", 'not "tomorrow"'],
    ["2027-02-30T05:00:00Z", 'not "2027-02-30T05:00:00Z"'],
    ["2027-01-01T25:00:00Z", 'not "2027-01-01T25:00:00Z"'],
    ["2027-01-01", 'not "2027-01-01"'],
    ["2029-01-01T00:00:00Z", "at most 400 days after it was made"],
  ])("is refused from %s on", (from, message) => {
    expect(() => placeInTime(alone, from, now)).toThrow(message);
  });

  test("is refused as the first one later than at once, and as the eleventh that is pending", () => {
    expect(() => placeInTime({ inForce: undefined, pending: [] }, "2027-01-01T05:00:00Z", now)).toThrow("nothing is in force yet");
    const ten = Array.from({ length: 10 }, (_, index) => made(index + 2, "2026-12-10", { activeFrom: "2027-01-01T05:00:00.000Z" }));
    expect(() => placeInTime({ inForce: spring, pending: ten }, "2027-01-01T05:00:00Z", now)).toThrow("10 releases are pending already");
  });
});

test("the last of the pending is withdrawn first, until two minutes before its time, and what is in force never", () => {
  const now = "2027-01-01T04:58:00.000Z";
  const both = releaseTimeline([spring, january, february], now);
  expect(withdrawable(both, 3, now)).toEqual(february);
  expect(() => withdrawable(both, 2, now)).toThrow("release 3 comes after 2 and builds on it: withdraw that one first");
  expect(() => withdrawable(both, 1, now)).toThrow("release 1 is not pending; pending: 2, 3. What is in force is rolled back");
  const one = releaseTimeline([spring, january], now);
  expect(withdrawable(one, 2, now)).toEqual(january);
  expect(() => withdrawable(one, 2, "2027-01-01T04:58:00.001Z")).toThrow(
    "release 2 is in force within 120 seconds, too soon to be withdrawn",
  );
});

test("the policies ask for a second person from the day on which their rule begins", () => {
  const rule = {
    kind: "policy-release",
    role: "group-controller",
    from: "2026-12-01",
    why: "four eyes",
    layer: 0,
    expiresAfterHours: 1,
  } as never;
  expect([
    releasesAreApproved({ approvals: [rule] }, "2026-11-30T23:59:59.999Z"),
    releasesAreApproved({ approvals: [rule] }, "2026-12-01T00:00:00.000Z"),
  ]).toEqual([false, true]);
  expect(releasesAreApproved({ approvals: [{ ...(rule as object), kind: "restatement" } as never] }, "2026-12-01T00:00:00.000Z")).toBe(
    false,
  );
});
