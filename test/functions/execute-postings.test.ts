import { describe, expect, test } from "vitest";
import { Unavailable } from "#domain/failures";
import { type DecidedPostings, postingRun } from "#functions/decide-postings";
import { connection, postingHouse } from "./posting-house.ts";

async function planned(facts: readonly string[] = ["capture"]) {
  const house = postingHouse();
  for (const fact of facts) house.fact("t1", fact);
  const decided = await house.decide(postingRun(connection, ["t1"]));
  const outcome = () => house.items().find((item) => item.type === "outcome");
  return { house, decided, outcome };
}

describe("executing plans", () => {
  test("sends the stored steps and records an answer for each", async () => {
    const { house, decided, outcome } = await planned();
    expect(await house.execute(decided)).toEqual({
      connection: "erp",
      transactions: [],
      transactionCount: 0,
      round: 1,
      answers: [{ transaction: "t1", answer: "settled" }],
    });
    expect(house.sent).toEqual([["t1/capture@1"]]);
    expect(outcome()).toMatchObject({ key: "P#erp#000001#R", results: [{ kind: "done", number: "N-t1/capture@1" }] });
  });

  test("steps are sent in calls of what the ERP takes at once", async () => {
    const { house, decided } = await planned(["a", "b", "c"]);
    await house.execute(decided);
    expect(house.sent.map((call) => call.length)).toEqual([2, 1]);
  });

  test.each(["unknown", "unavailable"] as const)(
    "one %s answer leaves no outcome: the plan is finished by whoever comes after the lease",
    async (kind) => {
      const { house, decided, outcome } = await planned(["a", "b"]);
      house.answer = (key) => (key.includes("/b@") ? { kind, message: "lost" } : { kind: "done", number: "1" });
      expect((await house.execute(decided)).answers).toEqual([{ transaction: "t1", answer: "busy" }]);
      expect(outcome()).toBeUndefined();
    },
  );

  test("nothing is sent once what is left of the lease does not cover a request", async () => {
    const { house, decided, outcome } = await planned();
    // 60 s of lease less 2 s of time-out, 1 s of server run and 5 s of skew.
    house.now = "2026-11-27T10:00:52.001Z";
    expect((await house.execute(decided)).answers).toEqual([{ transaction: "t1", answer: "busy" }]);
    expect([house.sent, outcome()]).toEqual([[], undefined]);
    house.now = "2026-11-27T10:00:52.000Z";
    await house.execute(decided);
    expect(house.sent).toEqual([["t1/capture@1"]]);
  });

  test("a refusal is a definitive answer, and the transaction is looked at again for its exception", async () => {
    const { house, decided, outcome } = await planned();
    house.answer = () => ({ kind: "refused", code: "period-closed", message: "November is closed" });
    expect(await house.execute(decided)).toMatchObject({ transactions: ["t1"], transactionCount: 1, answers: [] });
    expect(outcome()).toMatchObject({ results: [{ kind: "refused", code: "period-closed" }] });
    expect((await house.decide(postingRun(connection, ["t1"]))).answers).toEqual([{ transaction: "t1", answer: "held" }]);
  });

  test("a warning is looked at again too", async () => {
    const { house, decided } = await planned();
    house.answer = () => ({ kind: "done", number: "1", warnings: ["negative-stock: …"] });
    expect((await house.execute(decided)).transactions).toEqual(["t1"]);
  });

  test("after three rounds what wants another look is answered busy", async () => {
    const { house, decided } = await planned();
    house.answer = () => ({ kind: "done", number: "1", warnings: ["negative-stock: …"] });
    expect(await house.execute({ ...decided, round: 2 })).toMatchObject({
      transactions: [],
      round: 3,
      answers: [{ transaction: "t1", answer: "busy" }],
    });
  });

  test.each(["conflict", "unknown"] as const)("an outcome whose insert is answered %s is looked at again", async (answer) => {
    const { house, decided } = await planned();
    house.inserting = (item) => (item.type === "outcome" ? answer : undefined);
    expect((await house.execute(decided)).answers).toEqual([{ transaction: "t1", answer: "busy" }]);
  });

  describe("an ERP that must be asked before a key is sent twice", () => {
    const takenOver = (decided: DecidedPostings): DecidedPostings => ({
      ...decided,
      work: decided.work.map((work) => ({ ...work, takenOver: true })),
    });

    test("is not asked for a fresh plan", async () => {
      const { house, decided } = await planned();
      house.idempotency = "look-up";
      await house.execute(decided);
      expect([house.asked, house.sent]).toEqual([[], [["t1/capture@1"]]]);
    });

    test("after a take-over only what it does not hold is sent, and its first answers count", async () => {
      const { house, decided, outcome } = await planned(["a", "b"]);
      house.idempotency = "look-up";
      house.held.set("t1/a@1", { kind: "done", number: "first" });
      await house.execute(takenOver(decided));
      expect(house.asked).toEqual(["t1/a@1", "t1/b@1"]);
      expect(house.sent).toEqual([["t1/b@1"]]);
      expect(outcome()).toMatchObject({ results: [{ number: "first" }, { number: "N-t1/b@1" }] });
    });
  });

  test("a look-up that fails is no failure of the run: the plan is asked about again later", async () => {
    const { house, decided, outcome } = await planned();
    house.idempotency = "look-up";
    house.finding = () => {
      throw new Unavailable("the ERP is away");
    };
    const again = { ...decided, work: decided.work.map((work) => ({ ...work, takenOver: true })) };
    expect((await house.execute(again)).answers).toEqual([{ transaction: "t1", answer: "busy" }]);
    expect([house.sent, outcome()]).toEqual([[], undefined]);
  });

  test("the breaker hears how the ERP fared", async () => {
    const { house, decided } = await planned();
    await house.execute(decided);
    const throttled = await planned();
    throttled.house.answer = () => ({ kind: "unavailable", message: "429", throttled: true });
    await throttled.house.execute(throttled.decided);
    const failed = await planned();
    failed.house.answer = () => ({ kind: "unknown", message: "time-out" });
    await failed.house.execute(failed.decided);
    expect([house.reports, throttled.house.reports, failed.house.reports]).toEqual([["answered"], ["throttled"], ["failed"]]);
  });
});
