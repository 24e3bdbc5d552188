import { describe, expect, test } from "vitest";
import { notSent, openStepSending, type SentStep } from "#domain/posting";

const step = (erpKey: string) => ({ kind: "reverse", erpKey }) as SentStep;
const groups = [[step("a1"), step("a2")], [step("b1")], [step("c1"), step("c2")]];
const keys = (steps: readonly SentStep[]) => steps.map(({ erpKey }) => erpKey);

describe("steps on their way into an ERP", () => {
  test("those at the same place of their groups go together, and a group goes on only behind what is done", () => {
    const sending = openStepSending<{ kind: string; by?: string }>(groups);
    expect(keys(sending.next())).toEqual(["a1", "b1", "c1"]);
    sending.answered([{ kind: "done", by: "a1" }, { kind: "done", by: "b1" }, { kind: "refused" }]);
    expect(keys(sending.next())).toEqual(["a2"]);
    sending.answered([{ kind: "done", by: "a2" }]);
    expect(sending.next()).toEqual([]);
    expect(sending.answers()).toEqual([
      [
        { kind: "done", by: "a1" },
        { kind: "done", by: "a2" },
      ],
      [{ kind: "done", by: "b1" }],
      [{ kind: "refused" }, { kind: "skipped" }],
    ]);
  });

  test.each(["unknown", "unavailable"])("nothing is sent behind an answer that is %s", (kind) => {
    const sending = openStepSending<{ kind: string }>(groups);
    sending.answered([{ kind: "done" }, { kind }, { kind: "done" }]);
    expect(sending.next()).toEqual([]);
    expect(sending.answers()).toEqual([[{ kind: "done" }, notSent], [{ kind }], [{ kind: "done" }, notSent]]);
  });

  test("a step without an answer was not sent", () => {
    const sending = openStepSending<{ kind: string }>(groups);
    sending.answered([{ kind: "done" }]);
    expect(sending.answers()).toEqual([[{ kind: "done" }, notSent], [notSent], [notSent, notSent]]);
  });
});
