import { describe, expect, test } from "vitest";
import { opened, summary } from "../../fixtures/posting.ts";
import { at, decide, fact, outcome, planned, policy, released, stepTexts, takeOver } from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
const release2 = released(2, "v2");

describe("a plan without an outcome is finished first", () => {
  const first = planned(decide([fact("a")]));
  const items = [fact("a"), first, fact("b")];

  // 70 s of lease and 10 s until the ERP shows what it took.
  test("while its lease runs everybody waits for it", () => {
    expect(decide(items, { now: "2026-11-27T12:01:19.999Z" })).toEqual({
      kind: "busy",
      reason: "plan 1 is being executed",
      until: "2026-11-27T12:01:20.000Z",
      exceptions: [],
    });
  });

  test("after it the stored plan is taken over, whatever facts came since", () => {
    expect(decide(items, { now: "2026-11-27T12:01:20.000Z" })).toEqual({
      kind: "take-over",
      item: {
        type: "take-over",
        transaction: sale,
        key: "P#erp#000001#T0001",
        at: "2026-11-27T12:01:20.000Z",
        connection: "erp",
        number: 1,
        take: 1,
      },
      plan: first,
      exceptions: [],
    });
  });

  test("a take-over has a lease of its own, from its own insert", () => {
    const taken = [...items, takeOver(first, 1, 100)];
    expect(decide(taken, { now: at(179) })).toMatchObject({ kind: "busy", until: "2026-11-27T12:03:00.000Z" });
    expect(decide(taken, { now: at(180) })).toMatchObject({ kind: "take-over", item: { key: "P#erp#000001#T0002", take: 2 } });
  });

  test("the latest take-over counts", () => {
    const twice = [...items, takeOver(first, 1, 100), takeOver(first, 2, 200)];
    expect(decide(twice, { now: at(279) })).toMatchObject({ kind: "busy", until: "2026-11-27T12:04:40.000Z" });
  });

  test("its own lease counts, not today's settings", () => {
    expect(decide(items, { now: at(80), lease: { ...policy.connections.erp!, leaseSeconds: 600 } }).kind).toBe("take-over");
  });

  test("also under policies older than the plan's: its steps are stored", () => {
    const newer = planned(decide([fact("a")], { policy: release2 }));
    expect(decide([fact("a"), newer], { now: at(80) }).kind).toBe("take-over");
  });

  test("the third take-over brings it to the desk, once", () => {
    const twice = [...items, takeOver(first, 1, 100), takeOver(first, 2, 200)];
    expect(decide([...items, takeOver(first, 1, 100)], { now: at(200) }).exceptions).toEqual([]);
    const third = decide(twice, { now: at(300) });
    expect(summary(third)).toEqual(["take-over", "open erp.unknown-outcome/erp #1"]);
    expect(opened(third)[0]).toMatchObject({
      cause: "P#erp#000001",
      message: "plan 1 with 1 steps has no answer from erp after 2 take-overs",
      dueAt: "2026-11-27T13:05:00.000Z",
    });
    const fourth = decide([...twice, takeOver(first, 3, 300), ...third.exceptions], { now: at(400) });
    expect(summary(fourth)).toEqual(["take-over"]);
  });

  test("its answer closes that exception, and what is missing is planned", () => {
    const third = decide([...items, takeOver(first, 1, 100), takeOver(first, 2, 200)], { now: at(300) });
    const answered = [...items, takeOver(first, 3, 300), ...third.exceptions, outcome(first, undefined, 301)];
    const decision = decide(answered, { now: at(302) });
    expect(summary(decision)).toEqual(["plan", "close erp.unknown-outcome by hub"]);
    expect(stepTexts(planned(decision).steps)).toEqual(["post b@2"]);
  });
});
