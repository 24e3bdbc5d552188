import { describe, expect, test } from "vitest";
import { Unavailable } from "#domain/failures";
import type { StepResult } from "#domain/posting";
import { type DecidedPostings, postingRun } from "#functions/decide-postings";
import type { StepAnswer } from "#ports/erp";
import { connection, otherSale, postingHouse } from "./posting-house.ts";

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
      askers: [],
      transactions: [],
      transactionCount: 0,
      round: 1,
      answers: [{ transaction: "t1", answer: "settled" }],
    });
    expect(house.sent).toEqual([["t1/capture@1"]]);
    expect(outcome()).toMatchObject({ key: "P#erp#000001#R", results: [{ kind: "done", number: "N-t1/capture@1" }] });
  });

  test("what happened before the cut-over is on record and never sent, and its neighbours are", async () => {
    const house = postingHouse();
    const cutOver = { test: { at: "2026-11-27T00:00:00.001Z", why: "Go-live." } };
    house.policy = { ...house.policy, entities: { ...house.policy.entities, E: { ...house.policy.entities.E!, cutOver } } };
    const transaction = "sale:test:shop:1";
    house.fact(transaction, "capture");
    house.fact("t1", "capture");
    await house.execute(await house.decide(postingRun(connection, [transaction, "t1"])));
    expect(house.sent).toEqual([["t1/capture@1"]]);
    const outcomes = house.items().filter((item) => item.type === "outcome");
    expect(outcomes.map((item) => [item.transaction, item.results])).toEqual([
      [transaction, [{ kind: "done", number: "opening" }]],
      ["t1", [{ kind: "done", number: "N-t1/capture@1" }]],
    ]);
    expect((await house.decide(postingRun(connection, [transaction]))).answers).toEqual([{ transaction, answer: "settled" }]);
  });

  test("what another stream is told is recorded there and never sent, whoever repeats it, and waits for no ERP", async () => {
    const { house, decided, outcome } = await planned(["return", "capture"]);
    house.answer = () => ({ kind: "unknown", message: "lost" });
    await house.execute(decided);
    await house.execute(decided);
    const heard = house.items().filter((item) => item.transaction === otherSale);
    expect(heard).toMatchObject([{ type: "document", version: "000001", events: [{ key: "return" }], told: { from: "t1", plan: 1 } }]);
    expect([house.sent.flat(), outcome()]).toEqual([["t1/capture@1", "t1/capture@1"], undefined]);
    house.answer = () => ({ kind: "done", number: "N" });
    expect((await house.execute(decided)).answers).toEqual([{ transaction: "t1", answer: "settled" }]);
    expect(outcome()).toMatchObject({
      results: [{ number: "N" }, { number: "told" }],
    });
  });

  test("a telling that is not certain to be on record leaves no outcome", async () => {
    const { house, decided, outcome } = await planned(["return"]);
    house.inserting = (item) => (item.transaction === otherSale ? "unknown" : undefined);
    expect((await house.execute(decided)).answers).toEqual([{ transaction: "t1", answer: "busy" }]);
    expect(outcome()).toBeUndefined();
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

  describe("a reversal and its re-post", () => {
    const pair = async (held: [string, StepResult][] = []) => {
      const { house, decided, outcome } = await planned();
      const plan = house.items().find((item) => item.type === "plan");
      if (plan?.type !== "plan") throw new Error("no plan");
      const [post] = plan.steps;
      const reverse = { kind: "reverse" as const, key: post!.key, erpKey: "t1/capture@0/reversal", reverses: "t1/capture@0", entity: "E" };
      house.put({ ...plan, steps: [{ ...reverse, postingDate: "2026-11-27" }, post!] });
      house.idempotency = "look-up";
      for (const [key, result] of held) house.held.set(key, result);
      return { house, outcome, decided: { ...decided, work: decided.work.map((work) => ({ ...work, takenOver: true })) } };
    };
    const refusal: StepResult = { kind: "refused", code: "period-closed", message: "November is closed" };

    test("travel in one group", async () => {
      const { house, decided } = await pair();
      await house.execute(decided);
      expect(house.groups).toEqual([["t1/capture@0/reversal", "t1/capture@1"]]);
    });

    test("what the ERP took of them is not sent again", async () => {
      const { house, decided, outcome } = await pair([["t1/capture@0/reversal", { kind: "done", number: "R" }]]);
      await house.execute(decided);
      expect(house.groups).toEqual([["t1/capture@1"]]);
      expect(outcome()).toMatchObject({ results: [{ number: "R" }, { number: "N-t1/capture@1" }] });
    });

    test("after a reversal that the ERP says it refused nothing is posted beside what stands", async () => {
      const { house, decided, outcome } = await pair([["t1/capture@0/reversal", refusal]]);
      await house.execute(decided);
      expect(house.groups).toEqual([]);
      expect(outcome()).toMatchObject({ results: [refusal, { kind: "skipped" }] });
    });
  });

  test("an ERP that keeps its keys is not asked: the same bytes get their first answer", async () => {
    const { house, decided } = await planned();
    await house.execute({ ...decided, work: decided.work.map((work) => ({ ...work, takenOver: true })) });
    expect([house.asked, house.sent]).toEqual([[], [["t1/capture@1"]]]);
  });

  test("when the look-up fails for a plan that was taken over, a fresh plan beside it is sent", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    house.fact("t2", "capture");
    const decided = await house.decide(postingRun(connection, ["t1", "t2"]));
    house.idempotency = "look-up";
    house.finding = () => {
      throw new Unavailable("the ERP is away");
    };
    const work = decided.work.map((each) => ({ ...each, takenOver: each.transaction === "t1" }));
    expect((await house.execute({ ...decided, work })).answers).toEqual([
      { transaction: "t1", answer: "busy" },
      { transaction: "t2", answer: "settled" },
    ]);
  });

  test("a take-over sends under its own lease, not under the plan's", async () => {
    const { house, decided } = await planned();
    house.now = "2026-11-27T10:05:00.000Z";
    const work = decided.work.map((each) => ({ ...each, takenOver: true, leaseStartedAt: house.now }));
    await house.execute({ ...decided, work });
    expect(house.sent).toEqual([["t1/capture@1"]]);
  });

  test("what waits for this plan is looked at again in the same run", async () => {
    const { house, decided } = await planned();
    const work = decided.work.map((each) => ({ ...each, afterwards: "again" as const }));
    expect(await house.execute({ ...decided, work })).toMatchObject({ transactions: ["t1"], transactionCount: 1, answers: [] });
  });

  test("who asked for what is looked at again is handed on, and nobody else", async () => {
    const { house, decided } = await planned();
    const work = decided.work.map((each) => ({ ...each, afterwards: "again" as const }));
    const askers = [
      { transaction: "t1", shop: "north" },
      { transaction: "t2", shop: "south" },
    ];
    expect((await house.execute({ ...decided, work, askers })).askers).toEqual([{ transaction: "t1", shop: "north" }]);
  });

  test("answers of the rounds before are handed on", async () => {
    const { house, decided } = await planned();
    const before = [{ transaction: "t0", answer: "held" as const }];
    expect((await house.execute({ ...decided, answers: before })).answers).toEqual([...before, { transaction: "t1", answer: "settled" }]);
  });

  test("a plan that is not on record is a fault, by name", async () => {
    const house = postingHouse();
    const work = [{ transaction: "t1", number: 1, leaseStartedAt: house.now, takenOver: false, afterwards: "settled" as const }];
    await expect(house.execute({ connection, round: 0, askers: [], work, workCount: 1, answers: [] })).rejects.toThrow(
      "no plan 1 of t1 for erp",
    );
  });

  test("an ERP that talks at length is cut short: 500 characters of a refusal, four warnings of 200", async () => {
    const long = "w".repeat(1_000);
    const { house, decided, outcome } = await planned(["a", "b"]);
    house.answer = (key) =>
      key.includes("/a@")
        ? { kind: "refused", code: long, message: long }
        : { kind: "done", number: "1", warnings: [long, long, long, long, long] };
    await house.execute(decided);
    const four = ["w".repeat(200), "w".repeat(200), "w".repeat(200), "w".repeat(200)];
    expect(outcome()).toMatchObject({
      results: [
        { kind: "refused", code: "w".repeat(100), message: "w".repeat(500) },
        { kind: "done", number: "1", warnings: four },
      ],
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

  describe("the turn of a sender, of whom the ERP takes one at a time,", () => {
    const turnsAfter = async (answer: StepAnswer, change: (house: ReturnType<typeof postingHouse>) => void = () => {}) => {
      const { house, decided } = await planned();
      house.senders = "one";
      house.answer = () => answer;
      change(house);
      await house.execute(decided);
      return house.turnsGiven;
    };

    test("is given back once everything was answered, whatever the answer", async () => {
      expect(await turnsAfter({ kind: "done", number: "1" })).toBe(1);
      expect(await turnsAfter({ kind: "refused", code: "rejected", message: "no" })).toBe(1);
      expect(await turnsAfter({ kind: "unavailable", message: "429" })).toBe(1);
    });

    test("is kept while nobody can say whether the ERP is still at work", async () => {
      expect(await turnsAfter({ kind: "unknown", message: "time-out" })).toBe(0);
    });

    test("is not given back after the lease, when it may be that of another", async () => {
      const late = (house: ReturnType<typeof postingHouse>) => {
        house.now = "2026-11-27T10:05:00.000Z";
      };
      expect(await turnsAfter({ kind: "done", number: "1" }, late)).toBe(0);
    });

    test("is not given back by who only recorded something: it is that of another", async () => {
      const { house, decided, outcome } = await planned(["return"]);
      house.senders = "one";
      await house.execute(decided);
      expect(outcome()).toMatchObject({ results: [{ kind: "done" }] });
      expect(house.turnsGiven).toBe(0);
    });

    test("is not asked about where an ERP takes any number", async () => {
      const { house, decided } = await planned();
      await house.execute(decided);
      expect(house.turnsGiven).toBe(0);
    });
  });

  test("the breaker hears how the ERP fared", async () => {
    const { house, decided } = await planned();
    await house.execute(decided);
    const throttled = await planned();
    throttled.house.answer = () => ({ kind: "unavailable", message: "429", throttled: true, retryAfterSeconds: 7 });
    await throttled.house.execute(throttled.decided);
    const failed = await planned();
    failed.house.answer = () => ({ kind: "unknown", message: "time-out" });
    await failed.house.execute(failed.decided);
    expect([house.reports, throttled.house.reports, failed.house.reports]).toEqual([["answered"], ["throttled for 7 s"], ["failed"]]);
  });
});
