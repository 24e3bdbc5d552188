import { describe, expect, test } from "vitest";
import { recoveryIn } from "../../scripts/restore/dynamo-admin.ts";
import { besideName, nextStep } from "../../scripts/restore/next-step.ts";
import { whatWasFound } from "../../scripts/restore/what-was-found.ts";

/** As DescribeContinuousBackups answers for a table of the data stack. */
const described = {
  ContinuousBackupsDescription: {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: "ENABLED",
      RecoveryPeriodInDays: 30,
      EarliestRestorableDateTime: 1_793_188_800.123,
      LatestRestorableDateTime: 1_795_780_500,
    },
  },
};
const asked = { table: "throughline-prod-data-Lineage1A2B", at: "2026-11-27T10:00:00.000Z" };
const beside = "throughline-prod-data-Lineage1A2B-at-20261127T100000Z";
const facts = { status: "ACTIVE", recovery: recoveryIn(described), besideStatus: undefined };

test("the span of the recovery is read from what AWS describes, and a recovery that is switched off is none", () => {
  expect(recoveryIn(described)).toEqual({ earliest: "2026-10-28T12:00:00.123Z", latest: "2026-11-27T11:55:00.000Z" });
  expect(recoveryIn({})).toBeUndefined();
  expect(
    recoveryIn({ ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" } } }),
  ).toBeUndefined();
});

test("the table beside has the same name whenever the same is asked, so that a run finds what the last one began", () => {
  expect(besideName(asked.table, asked.at)).toBe(beside);
  expect(nextStep(asked, facts)).toEqual({ kind: "make-beside", beside });
  expect(nextStep(asked, { ...facts, besideStatus: "CREATING" })).toEqual({ kind: "wait", beside });
  expect(nextStep(asked, { ...facts, besideStatus: "ACTIVE" })).toEqual({ kind: "compare", beside });
  expect(nextStep({ ...asked, from: "from-a-backup" }, { ...facts, besideStatus: "ACTIVE" })).toEqual({
    kind: "compare",
    beside: "from-a-backup",
  });
});

describe("what cannot be restored is refused, with what to do", () => {
  test.each([
    [
      "2026-10-28T12:00:00.122Z",
      "can be set back to between 2026-10-28T12:00:00.123Z and 2026-11-27T11:55:00.000Z, not to 2026-10-28T12:00:00.122Z",
    ],
    ["2026-11-27T11:55:00.001Z", "not to 2026-11-27T11:55:00.001Z"],
  ])("an instant outside of the span: %s", (at, message) => {
    expect(() => nextStep({ ...asked, at }, facts)).toThrow(message);
  });

  test.each([
    [
      { ...facts, status: undefined },
      asked,
      "there is no table throughline-prod-data-Lineage1A2B to put rows back into: a deploy does not make again",
    ],
    [{ ...facts, status: "UPDATING" }, asked, "is UPDATING: wait until it is ACTIVE"],
    [{ ...facts, recovery: undefined }, asked, "is switched off: restore a backup, and name it with --from"],
    [facts, { ...asked, from: "elsewhere" }, "there is no table elsewhere"],
    [{ ...facts, besideStatus: "DELETING" }, asked, "is DELETING: delete it, then begin again"],
  ] as const)("as things are: %j", (given, what, message) => {
    expect(() => nextStep(what, given)).toThrow(message);
  });
});

describe("what a comparison found is told with the next step", () => {
  const nothing = { missing: 0, erasedSince: 0, different: 0 };
  const read = { beside, writes: false };
  const erased = "2 rows have lost their raw body since: they stay so.";
  const others = "1 rows have another content now: nothing was done with them; look at those that are named.";
  const done = `Nothing is missing. When you are done: aws dynamodb delete-table --table-name ${beside}`;
  const rest = `Nothing is missing from there on: run once more without --after before you delete ${beside}.`;

  test.each([
    ["nothing is missing", nothing, read, [done], 0],
    ["some were erased since", { ...nothing, erasedSince: 2 }, read, [erased, done], 0],
    ["some are different", { ...nothing, erasedSince: 2, different: 1 }, read, [erased, others, done], 1],
    ["only the rest was compared", nothing, { ...read, after: "sale:x" }, [rest], 1],
    ["only the rest was put back", nothing, { ...read, writes: true, after: "sale:x" }, [rest], 1],
    ["some are missing", { ...nothing, missing: 3 }, read, [expect.stringMatching(/^3 rows are missing\. .*--put-back\.$/)], 1],
    [
      "some were put back",
      { ...nothing, missing: 3 },
      { ...read, writes: true, after: "sale:x" },
      [expect.stringMatching(/^3 rows were put back, .* without --put-back/)],
      1,
    ],
  ])("%s", (_, found, given, lines, status) => {
    expect(whatWasFound(found, given)).toEqual({ lines, status });
  });
});
