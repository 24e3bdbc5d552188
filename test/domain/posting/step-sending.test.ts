import { describe, expect, test } from "vitest";
import { Invalid, Throttled, Unavailable } from "#domain/failures";
import { entityOfStep, faultOf, notSent, openStepSending, Refused, type SentStep, unapplied, unplanned } from "#domain/posting";
import { postStep, reverseStep } from "../../fixtures/posting-case.ts";

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

describe("what could not be sent is answered", () => {
  test.each([
    [new Throttled("slow down", "7"), { kind: "unavailable", throttled: true, message: "slow down", retryAfterSeconds: 7 }],
    [new Throttled("slow down", undefined), { kind: "unavailable", throttled: true, message: "slow down" }],
    [new Unavailable("HTTP 503"), { kind: "unavailable", message: "Odoo cannot be used: HTTP 503" }],
    [new Invalid("no such company"), { kind: "unavailable", message: "no such company" }],
    [new TypeError("x is undefined"), { kind: "unavailable", message: "nothing was sent to Odoo: TypeError: x is undefined" }],
    ["a word", { kind: "unavailable", message: "nothing was sent to Odoo: a fault without a name" }],
  ])("%s", (error, answer) => {
    expect(unapplied(error, "Odoo")).toEqual(answer);
  });

  test("by the ERP without a name where it has none, and in no more than 400 characters", () => {
    expect(unapplied(new Unavailable("HTTP 503")).message).toBe("the ERP cannot be used: HTTP 503");
    expect(faultOf(new Error("y".repeat(500)))).toBe(`Error: ${"y".repeat(393)}`);
  });

  test.each([
    [new Refused("closed-period", "2026-10 is closed"), { kind: "refused", code: "closed-period", message: "2026-10 is closed" }],
    [new RangeError("too large"), { kind: "refused", code: "amount-out-of-range", message: "too large" }],
    [new Invalid("no tax code"), { kind: "refused", code: "unreadable", message: "no tax code" }],
    [
      new TypeError("x is undefined"),
      {
        kind: "refused",
        code: "cannot-plan",
        message: "the adapter cannot plan this document: TypeError: x is undefined; nothing was sent",
      },
    ],
  ])("and what could not be planned is refused: %s", (error, answer) => {
    expect(unplanned(error)).toEqual(answer);
  });

  test("in the books of its entity", () => {
    expect([entityOfStep(postStep("a", 1)), entityOfStep(reverseStep("a", 1))]).toEqual(["us", "us"]);
  });
});
