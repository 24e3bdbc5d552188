import { describe, expect, test } from "vitest";
import { Invalid, Unavailable, UnknownOutcome, UnreadablePolicy } from "#domain/failures";
import { postingRun } from "#functions/decide-postings";
import { connection, policy, postingHouse } from "./posting-house.ts";

const run = (...transactions: string[]) => postingRun(connection, transactions);

describe("deciding a batch", () => {
  test("plans what is missing, under its number and lease, and answers what has nothing to post", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    expect(await house.decide(run("t1", "t2"))).toEqual({
      connection: "erp",
      askers: [],
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

  test("a turn of one sender in which no plan is one's own is given back at once, and any other is kept for the sending", async () => {
    const house = postingHouse();
    house.policy = { ...policy, connections: { erp: { ...policy.connections.erp, adapter: "tryton", inventoryJournal: "hub" } } };
    house.fact("t1", "capture");
    house.inserting = (item) => (item.type === "plan" ? "conflict" : undefined);
    await house.decide(run("t1"));
    expect(house.turnsGiven).toBe(1);
    house.inserting = () => undefined;
    expect(await house.decide(run("t1"))).toMatchObject({ workCount: 1 });
    expect(house.turnsGiven).toBe(1);
  });

  test("a turn in which only something to record is one's own is given back too: who executes it sends nothing", async () => {
    const house = postingHouse();
    house.policy = { ...policy, connections: { erp: { ...policy.connections.erp, adapter: "tryton", inventoryJournal: "hub" } } };
    house.fact("t1", "capture");
    house.fact("t2", "return");
    house.inserting = (item) => (item.type === "plan" && item.transaction === "t1" ? "conflict" : undefined);
    expect(await house.decide(run("t1", "t2"))).toMatchObject({ work: [{ transaction: "t2" }] });
    expect(house.turnsGiven).toBe(1);
  });

  test.each(["wait", "open"] as const)(
    "when the pace says %s nothing is planned, but what holds a transaction is on record",
    async (pace) => {
      const house = postingHouse();
      house.fact("t1", "capture");
      house.fact("t2", "order", [{ class: "money.amount-mismatch", code: "order-total", cause: "order", message: "off by 1.00" }]);
      house.pace = pace;
      const decided = await house.decide(run("t1", "t2"));
      expect(decided.answers).toMatchObject([
        { transaction: "t1", answer: "busy" },
        { transaction: "t2", answer: "held" },
      ]);
      expect(house.items().map(({ type }) => type)).toEqual(["document", "document", "exception"]);
      expect(house.measured).toEqual(pace === "open" ? ["BreakerOpen erp 1"] : []);
    },
  );

  const standing = (transaction: string, mark: number, line = 1) => ({ transaction, shop: "north", place: { line, mark, documents: 2 } });

  test("who waits for tokens looks again when it was told to, and is told its place; who has nothing to send asks for none", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    house.fact("t3", "capture");
    house.fact("t3", "refund");
    house.pace = "wait";
    house.until = (steps) => `2026-11-27T10:01:0${steps}.000Z`;
    expect((await house.decide(run("t1", "t2", "t3"))).answers).toEqual([
      { transaction: "t1", answer: "busy", until: "2026-11-27T10:01:01.000Z", place: { line: 1, mark: 0, documents: 1 } },
      { transaction: "t2", answer: "settled" },
      { transaction: "t3", answer: "busy", until: "2026-11-27T10:01:02.000Z", place: { line: 1, mark: 1, documents: 2 } },
    ]);
  });

  test("of three documents two tokens send two, and the third waits", async () => {
    const house = postingHouse();
    for (const transaction of ["t1", "t2", "t3"]) house.fact(transaction, "capture");
    house.tokens = 2;
    const { work, answers } = await house.decide(run("t1", "t2", "t3"));
    expect(work.map(({ transaction }) => transaction)).toEqual(["t1", "t2"]);
    expect(answers).toMatchObject([{ transaction: "t3", answer: "busy" }]);
  });

  test("each asks in the name of its shop and shows its place, and whoever was granted has none any more", async () => {
    const house = postingHouse();
    for (const transaction of ["t1", "t2", "t3"]) house.fact(transaction, "capture");
    house.tokens = 2;
    const askers = [standing("t1", 8), { transaction: "t2", shop: "south" }, standing("t3", 12)];
    const decided = await house.decide(postingRun(connection, ["t1", "t2", "t3"], askers));
    expect(house.requests).toEqual([
      [
        { documents: 1, shop: "north", place: { line: 1, mark: 8, documents: 2 } },
        { documents: 1, shop: "south" },
        { documents: 1, shop: "north", place: { line: 1, mark: 12, documents: 2 } },
      ],
    ]);
    expect(decided.askers).toEqual([{ transaction: "t1", shop: "north" }, { transaction: "t2", shop: "south" }, standing("t3", 12)]);
    expect(decided.answers).toEqual([{ transaction: "t3", answer: "busy", place: { line: 1, mark: 12, documents: 2 } }]);
  });

  test("who needs nothing any more gives its place back, and who stands in the line twice all but the first", async () => {
    const house = postingHouse();
    house.fact("t2", "capture");
    await house.decide(postingRun(connection, ["t1", "t2"], [standing("t1", 8), standing("t2", 16), standing("t2", 12)]));
    expect(house.requests).toEqual([
      [
        { documents: 0, shop: "north", place: { line: 1, mark: 8, documents: 2 } },
        { documents: 1, shop: "north", place: { line: 1, mark: 12, documents: 2 } },
        { documents: 0, shop: "north", place: { line: 1, mark: 16, documents: 2 } },
      ],
    ]);
  });

  test("the place in the newest line is the first: marks of a line that was lost say nothing, and who has no place comes last", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    const askers = [{ transaction: "t1", shop: "north" }, standing("t1", 100, 1), standing("t1", 400, 2), standing("t1", 500, 2)];
    await house.decide(postingRun(connection, ["t1"], askers));
    expect(house.requests).toEqual([
      [
        { documents: 1, shop: "north", place: { line: 2, mark: 400, documents: 2 } },
        { documents: 0, shop: "north", place: { line: 2, mark: 500, documents: 2 } },
        { documents: 0, shop: "north", place: { line: 1, mark: 100, documents: 2 } },
      ],
    ]);
  });

  test.each([new Unavailable("the table does not answer"), new UnknownOutcome("the connection broke"), new Invalid("no such connection")])(
    "a pace that does not answer a place given back ends no look that sends nothing, and ends one that does: %s",
    async (failure) => {
      const house = postingHouse();
      house.fact("t2", "capture");
      house.paceFailure = failure;
      const { answers } = await house.decide(postingRun(connection, ["t1"], [standing("t1", 8), standing("t1", 12)]));
      expect(answers).toEqual([{ transaction: "t1", answer: "settled" }]);
      await expect(house.decide(postingRun(connection, ["t1", "t2"], [standing("t1", 8)]))).rejects.toThrow(failure);
    },
  );

  test("who waits for the lease of another keeps its place meanwhile", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    await house.decide(run("t1"));
    house.fact("t1", "refund");
    const again = await house.decide(postingRun(connection, ["t1"], [standing("t1", 8)]));
    expect(again.answers).toMatchObject([{ transaction: "t1", answer: "busy", place: { line: 1, mark: 8, documents: 2 } }]);
    expect(house.requests).toHaveLength(1);
  });

  test("before an open breaker everybody keeps the place that it had", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    house.pace = "open";
    const { answers } = await house.decide(postingRun(connection, ["t1"], [standing("t1", 8)]));
    expect(answers).toEqual([{ transaction: "t1", answer: "busy", place: { line: 1, mark: 8, documents: 2 } }]);
  });

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

  test("a policy release that cannot be read decides nothing: each transaction is held by name, and posts under the next release", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    const message = "policy release 2 is written in form 9 and this code reads form 1: deploy the code that it was released with";
    house.unreadable = new UnreadablePolicy(2, message);
    const decided = await house.decide(postingRun(connection, ["t1"], [standing("t1", 8)]));
    expect([decided.work, decided.answers]).toEqual([[], [{ transaction: "t1", answer: "held" }]]);
    expect(house.items().filter(({ type }) => type !== "document")).toMatchObject([
      { type: "exception", class: "data.value", code: "unreadable-policy", message },
    ]);
    house.unreadable = undefined;
    house.policy = { ...policy, release: 3, version: "v3" };
    expect((await house.decide(run("t1"))).work).toMatchObject([{ transaction: "t1", number: 1 }]);
    expect(house.items().find(({ type }) => type === "closure")).toMatchObject({ by: "hub" });
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

  describe("an answer that an older policy gave than the last one released", () => {
    const releasedMeanwhile = (house: ReturnType<typeof postingHouse>) => {
      house.lastRelease = () => ({ release: 2, at: "2026-11-27T09:00:00.000Z", everywhereAt: "2026-11-27T09:01:30.000Z" });
      house.reloaded = { ...policy, release: 2, version: "v2" };
    };

    test("is no answer: what is held, and what is settled, is looked at again", async () => {
      const house = postingHouse();
      house.fact("t1", "poison");
      releasedMeanwhile(house);
      expect((await house.decide(run("t1", "t2"))).answers).toEqual([
        { transaction: "t1", answer: "busy" },
        { transaction: "t2", answer: "busy" },
      ]);
    });

    test("is not given after its plan either: the plan is executed, and then decided again", async () => {
      const house = postingHouse();
      house.fact("t1", "capture");
      releasedMeanwhile(house);
      expect((await house.decide(run("t1"))).work).toMatchObject([{ transaction: "t1", number: 1, afterwards: "again" }]);
    });

    test("is looked for after what was decided is on record, so that a release finds the one or this the other", async () => {
      const house = postingHouse();
      house.fact("t1", "poison");
      const onRecord: boolean[] = [];
      house.lastRelease = () => {
        onRecord.push(house.items().some(({ type }) => type === "exception"));
        return { release: 1, at: "2026-11-01T00:00:00.000Z", everywhereAt: "2026-11-01T00:00:00.000Z" };
      };
      expect((await house.decide(run("t1"))).answers).toEqual([{ transaction: "t1", answer: "held" }]);
      expect(onRecord).toEqual([true]);
    });

    test("may still come from somebody else: for so long nobody's answer ends a look", async () => {
      const house = postingHouse();
      house.fact("t1", "poison");
      house.fact("t3", "capture");
      house.lastRelease = () => ({ release: 1, at: "2026-11-27T09:59:00.000Z", everywhereAt: "2026-11-27T10:00:30.000Z" });
      const decided = await house.decide(run("t1", "t2", "t3"));
      expect(decided.answers).toEqual([
        { transaction: "t1", answer: "busy", until: "2026-11-27T10:00:30.000Z" },
        { transaction: "t2", answer: "busy", until: "2026-11-27T10:00:30.000Z" },
      ]);
      expect(decided.work).toMatchObject([{ transaction: "t3", afterwards: "again" }]);
      house.now = "2026-11-27T10:00:30.000Z";
      expect((await house.decide(run("t1", "t2"))).answers).toEqual([
        { transaction: "t1", answer: "held" },
        { transaction: "t2", answer: "settled" },
      ]);
    });

    test("may be any answer while the last release cannot be read", async () => {
      const house = postingHouse();
      house.fact("t1", "poison");
      house.lastRelease = () => {
        throw new Unavailable("the table does not answer");
      };
      expect((await house.decide(run("t1"))).answers).toEqual([{ transaction: "t1", answer: "busy" }]);
    });
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

  test("when nobody holds the list that a plan points at, its transaction alone is held, by name", async () => {
    const house = postingHouse();
    for (let fact = 0; fact < 501; fact += 1) house.fact("t1", `fact-${fact}`);
    await house.decide(run("t1"));
    house.stored.clear();
    await house.decide(run("t1"));
    expect(house.items().find((item) => item.type === "exception")).toMatchObject({
      code: "cannot-decide",
      message: expect.stringMatching(
        /Invalid: the list of covered documents covers\/[0-9a-f]{64} of t1 is missing from the document store$/,
      ),
    });
  });

  test("a token is asked for all steps of the batch, and none for a batch without steps", async () => {
    const house = postingHouse();
    house.fact("t1", "a");
    house.fact("t1", "b");
    house.fact("t2", "c");
    await house.decide(run("t1", "t2", "t3"));
    await house.decide(run("t3"));
    expect(house.requests).toEqual([
      [
        { documents: 2, shop: "*" },
        { documents: 1, shop: "*" },
      ],
    ]);
  });

  test("answers of the rounds before are handed on", async () => {
    const house = postingHouse();
    const before = [{ transaction: "t0", answer: "settled" as const }];
    expect((await house.decide({ ...run("t1"), answers: before })).answers).toEqual([...before, { transaction: "t1", answer: "settled" }]);
  });

  test("no pace: what was found out about a transaction with work is on record nevertheless", async () => {
    const house = postingHouse();
    house.fact("t1", "capture");
    await house.decide(run("t1"));
    house.pace = "wait";
    for (const take of [1, 2]) {
      const at = `2026-11-27T1${take}:00:00.000Z`;
      const key = `P#erp#000001#T000${take}`;
      house.put({ type: "take-over", transaction: "t1", key, at, connection, number: 1, take });
    }
    house.now = "2026-11-27T13:00:00.000Z";
    expect((await house.decide(run("t1"))).answers).toMatchObject([{ transaction: "t1", answer: "busy" }]);
    expect(house.items().at(-1)).toMatchObject({ type: "exception", class: "erp.unknown-outcome" });
  });

  describe("an exception that may not be on record", () => {
    const issue = { class: "money.amount-mismatch" as const, code: "order-total", cause: "order", message: "off by 1.00" };

    test.each(["unavailable", "unknown"] as const)(
      "(%s): its transaction is looked at again, or nobody would see why it is held",
      async (answer) => {
        const house = postingHouse();
        house.fact("t1", "order", [issue]);
        house.inserting = (item) => (item.type === "exception" ? answer : undefined);
        expect((await house.decide(run("t1"))).answers).toEqual([{ transaction: "t1", answer: "busy" }]);
      },
    );

    test.each(["unavailable", "unknown"] as const)("(%s) beside a plan: the plan is executed, and then looked at again", async (answer) => {
      const house = postingHouse();
      house.fact("t1", "capture");
      house.fact("t1", "order", [issue]);
      house.inserting = (item) => (item.type === "exception" ? answer : undefined);
      expect((await house.decide(run("t1"))).work).toMatchObject([{ transaction: "t1", afterwards: "again" }]);
    });

    test("that another decision has opened meanwhile is on record", async () => {
      const house = postingHouse();
      house.fact("t1", "order", [issue]);
      house.inserting = (item) => (item.type === "exception" ? "conflict" : undefined);
      expect((await house.decide(run("t1"))).answers).toEqual([{ transaction: "t1", answer: "held" }]);
    });
  });

  describe("what stops a batch, and what does not", () => {
    test.each([new Unavailable("the store is away"), new UnknownOutcome("the store did not answer")])(
      "a port that fails stops it: %s",
      async (failure) => {
        const house = postingHouse();
        house.reading = () => {
          throw failure;
        };
        await expect(house.decide(run("t1"))).rejects.toBe(failure);
        expect(house.items()).toEqual([]);
      },
    );

    test("also when it fails only as the trouble of one transaction is brought to the desk", async () => {
      const house = postingHouse();
      house.fact("t1", "poison");
      const failure = new Unavailable("the store is away");
      house.reading = () => {
        if (house.reads.length > 1) throw failure;
      };
      await expect(house.decide(run("t1"))).rejects.toBe(failure);
    });

    test("a transaction that cannot be read at all is brought to the desk and stops nobody", async () => {
      const house = postingHouse();
      house.fact("t2", "capture");
      house.reading = (transaction) => {
        if (transaction === "t1") throw new RangeError("t1 has more than 50000 lineage items");
      };
      const decided = await house.decide(run("t1", "t2"));
      expect([decided.workCount, decided.answers]).toEqual([1, [{ transaction: "t1", answer: "held" }]]);
      expect(house.items().find((item) => item.type === "exception")).toMatchObject({
        transaction: "t1",
        code: "cannot-decide",
        occurrence: 1,
        connection: "erp",
      });
    });

    test("a plan that no store would take stops nobody: its transaction is brought to the desk", async () => {
      const house = postingHouse();
      house.fact("t1", "capture");
      const issue = { class: "money.amount-mismatch" as const, code: "order-total", cause: "order", message: "off by 1.00" };
      for (let order = 0; order < 50; order += 1) house.fact("t1", `order-${order}`, [issue]);
      // Stated by the plan and by its document, beside the keys of 51 facts: each is within its own bound, all together are above an item's.
      house.policy = { ...policy, version: "v".repeat(199_000) };
      const decided = await house.decide(run("t1", "t2"));
      expect(decided.answers).toEqual([
        { transaction: "t1", answer: "held" },
        { transaction: "t2", answer: "settled" },
      ]);
      expect(house.items().filter((item) => item.type === "exception")).toMatchObject([
        { code: "cannot-decide", message: expect.stringContaining("above the 400000 that a lineage store takes") },
      ]);
    });

    test("rules that fail only under the policy that was read anew are brought to the desk, too", async () => {
      const house = postingHouse();
      house.policy = { ...policy, release: 2, version: "v2" };
      house.fact("t1", "capture");
      await house.execute(await house.decide(run("t1")));
      house.fact("t1", "poison");
      house.policy = policy;
      house.reloaded = { ...policy, release: 2, version: "v2" };
      expect((await house.decide(run("t1"))).answers).toEqual([{ transaction: "t1", answer: "held" }]);
    });
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
