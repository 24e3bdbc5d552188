import { describe, expect, test } from "vitest";
import { postingRun } from "#functions/decide-postings";
import { connection, policy, postingHouse } from "./posting-house.ts";

const run = (...transactions: string[]) => postingRun(connection, transactions);

describe("deciding a batch", () => {
  test("plans what is missing, under its number and lease, and answers what has nothing to post", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    expect(await house.decide(run("t1", "t2"))).toEqual({
      connection: "erp",
      round: 0,
      work: [{ transaction: "t1", number: 1, leaseStartedAt: "2026-11-27T10:00:00.000Z", takenOver: false, afterwards: "settled" }],
      workCount: 1,
      answers: [{ transaction: "t2", answer: "settled" }],
    });
    const plan = house.items().find((item) => item.type === "plan");
    expect(plan).toMatchObject({
      key: "P#erp#000001",
      number: 1,
      previous: null,
      policyRelease: 1,
      steps: [{ kind: "post", erpKey: "t1/capture@1" }],
    });
  });

  test("the same transaction twice in a batch is decided once", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    expect((await house.decide(run("t1", "t1"))).workCount).toBe(1);
  });

  test.each(["conflict", "unknown", "unavailable"] as const)(
    "a plan whose insert is answered %s is not executed: look again",
    async (answer) => {
      const house = postingHouse();
      house.fact("t1", "capture");
      house.inserting = (item) => (item.type === "plan" ? answer : undefined);
      expect(await house.decide(run("t1"))).toMatchObject({ work: [], answers: [{ transaction: "t1", answer: "busy" }] });
    },
  );

  test.each(["wait", "open"] as const)(
    "when the pace says %s nothing is planned, but what holds a transaction is on record",
    async (pace) => {
      const house = postingHouse();
      house.fact("t1", "capture");
      house.fact("t2", "order", [{ class: "money.amount-mismatch", code: "order-total", cause: "order", message: "off by 1.00" }]);
      house.pace = pace;
      const decided = await house.decide(run("t1", "t2"));
      expect(decided.answers).toEqual([
        { transaction: "t1", answer: "busy" },
        { transaction: "t2", answer: "held" },
      ]);
      expect(house.items().map(({ type }) => type)).toEqual(["document", "document", "exception"]);
    },
  );

  test("a transaction that the rules cannot digest is brought to the desk and stops nobody", async () => {
    const house = postingHouse();
    house.fact("t1", "poison");
    house.fact("t2", "capture");
    const decided = await house.decide(run("t1", "t2"));
    expect([decided.workCount, decided.answers]).toEqual([1, [{ transaction: "t1", answer: "held" }]]);
    expect(house.items().find((item) => item.type === "exception")).toMatchObject({
      class: "data.value",
      code: "cannot-decide",
      message: "the posting rules failed on this transaction: TypeError: cannot be digested",
    });
  });

  test("a policy older than the last plan's is reloaded; still older, nothing is decided", async () => {
    const house = postingHouse();
    house.policy = { ...policy, release: 2, version: "v2" };
    house.fact("t1", "capture");
    await house.execute(await house.decide(run("t1")));
    house.policy = policy;
    house.fact("t1", "refund");
    house.reloaded = policy;
    expect((await house.decide(run("t1"))).answers).toEqual([{ transaction: "t1", answer: "busy" }]);
    house.reloaded = { ...policy, release: 2, version: "v2" };
    expect((await house.decide(run("t1"))).work).toMatchObject([{ number: 2 }]);
  });

  test("a plan that nobody answered is left alone while its lease runs, and taken over after it", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    await house.decide(run("t1"));
    house.now = "2026-11-27T10:00:59.999Z";
    expect((await house.decide(run("t1"))).answers).toEqual([{ transaction: "t1", answer: "busy", until: "2026-11-27T10:01:00.000Z" }]);
    house.now = "2026-11-27T10:01:00.000Z";
    expect((await house.decide(run("t1"))).work).toEqual([
      { transaction: "t1", number: 1, leaseStartedAt: "2026-11-27T10:01:00.000Z", takenOver: true, afterwards: "again" },
    ]);
  });

  test("a list of more than 500 covered documents is kept by its address, and read back", async () => {
    const house = postingHouse();
    for (let fact = 0; fact < 501; fact += 1) house.fact("t1", `fact-${fact}`);
    await house.decide(run("t1"));
    const plan = house.items().find((item) => item.type === "plan");
    expect(plan).toMatchObject({ covers: { count: 501, address: expect.stringMatching(/^covers\/[0-9a-f]{64}$/) } });
    expect(JSON.parse(new TextDecoder().decode([...house.stored.values()][0])).length).toBe(501);
    house.stored.clear();
    expect((await house.decide(run("t1"))).answers).toMatchObject([{ answer: "held" }]);
  });

  test("a connection that the policies do not know is named", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    await house.decide(postingRun("gone", ["t1"]));
    expect(house.items().find((item) => item.type === "exception")).toMatchObject({
      message: expect.stringContaining("no ERP connection gone in the policies: known are erp"),
    });
  });
});
