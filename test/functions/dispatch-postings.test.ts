import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { PostingAnswer, PostingRun } from "#functions/decide-postings";
import { createHandler, delayFor, secondsPerRunMax } from "#functions/dispatch-postings";
import type { QueueMessage } from "#ports/queue";
import { functions } from "#wiring";

interface Options {
  readonly answer?: (transaction: string) => PostingAnswer | undefined;
  readonly failed?: (transactions: readonly string[]) => boolean;
  readonly throws?: (transactions: readonly string[]) => Error | undefined;
  readonly sending?: "accepted" | "failed";
  /** How long each run takes. */
  readonly runSeconds?: number;
}

function dispatcher(options: Options = {}) {
  const runs: (readonly string[])[] = [];
  const asked: PostingRun["askers"][] = [];
  const sent: QueueMessage[] = [];
  const metrics: unknown[] = [];
  let now = Date.parse("2026-11-27T10:00:00.000Z");
  const handler = createHandler({
    workflows: {
      runSynchronously: async (_, input) => {
        const { transactions, askers } = input as PostingRun;
        runs.push(transactions);
        asked.push(askers);
        now += (options.runSeconds ?? 0) * 1000;
        const thrown = options.throws?.(transactions);
        if (thrown !== undefined) throw thrown;
        if (options.failed?.(transactions)) return { status: "failed", error: "Unavailable", cause: "the store is away" };
        const answers = transactions.map((transaction) => options.answer?.(transaction) ?? { transaction, answer: "settled" as const });
        return { status: "succeeded", output: { ...(input as PostingRun), transactions: [], answers } };
      },
      start: async () => "started",
    },
    queue: {
      send: async (_, messages) => {
        sent.push(...messages);
        return messages.map(() => options.sending ?? "accepted");
      },
    },
    clock: { now: () => new Date(now).toISOString() },
    metrics: { record: (name, value, _, dimensions) => void metrics.push([name, value, dimensions]) },
  });
  const dispatch = (...messages: { id: string; body: unknown }[]) => handler({ connection: "erp", queue: "posting-erp", messages });
  const dispatchUntil = (deadline: string, ...messages: { id: string; body: unknown }[]) =>
    handler({ connection: "erp", queue: "posting-erp", messages, deadline });
  return { dispatch, dispatchUntil, runs, asked, sent, metrics };
}

const message = (id: string, transactions: readonly string[], connections = ["erp"], busyCount?: number) => ({
  id,
  body: {
    shop: "shop",
    transactions: transactions.map((each) => ({ id: each, connections })),
    ...(busyCount === undefined ? {} : { busyCount }),
  },
});

describe("dispatching", () => {
  test("messages are coalesced: a transaction that several name is run once", async () => {
    const { dispatch, runs } = dispatcher();
    expect(await dispatch(message("1", ["a", "b"]), message("2", ["b", "c"]))).toEqual({ failures: [], unreadable: [] });
    expect(runs).toEqual([["a", "b", "c"]]);
  });

  test("another connection's transactions are another queue's matter", async () => {
    const { dispatch, runs } = dispatcher();
    await dispatch(message("1", ["a"], ["erp-ca"]));
    expect(runs).toEqual([]);
  });

  test("at most fifty transactions a run", async () => {
    const { dispatch, runs } = dispatcher();
    await dispatch(
      message(
        "1",
        Array.from({ length: 120 }, (_, index) => `t${index}`),
      ),
    );
    expect(runs.map((run) => run.length)).toEqual([50, 50, 20]);
  });

  test.each([
    [{ hello: 1 }, "shop (invalid_type), transactions (invalid_type)"],
    [{ shop: "shop", transactions: [] }, "transactions (too_small)"],
    [{ shop: "shop", transactions: [{ id: "", connections: [] }] }, "transactions.0.id (too_small)"],
    [{ shop: "s".repeat(129), transactions: [{ id: "a", connections: ["erp"] }] }, "shop (too_big)"],
    ["Jane Doe, 1 High Street", "the message (invalid_type)"],
    [undefined, "the message (invalid_type)"],
  ])("a message %j without a readable transaction is named with its reason, and its neighbour is run", async (body, places) => {
    const { dispatch, runs } = dispatcher();
    expect(await dispatch({ id: "bad", body }, message("good", ["a"]))).toEqual({
      failures: [],
      unreadable: [
        {
          id: "bad",
          class: "transport.parse",
          reason: `not a list of transactions to look at, { shop, transactions: [{ id }] }: ${places}. Find its sender; what it was to bring about is found by replay`,
        },
      ],
    });
    expect(runs).toEqual([["a"]]);
  });

  test("a run that fails brings back its own messages, not its neighbours'", async () => {
    const many = Array.from({ length: 50 }, (_, index) => `t${index}`);
    const { dispatch } = dispatcher({ failed: (transactions) => transactions.includes("x") });
    expect(await dispatch(message("fine", many), message("hit", ["x"]))).toEqual({ failures: ["hit"], unreadable: [] });
  });

  test.each([new Unavailable("no connection"), new UnknownOutcome("no answer")])(
    "a run of which nothing was heard (%o) brings back its own messages alone",
    async (error) => {
      const many = Array.from({ length: 50 }, (_, index) => `t${index}`);
      const { dispatch, metrics } = dispatcher({ throws: (transactions) => (transactions.includes("t0") ? error : undefined) });
      expect(await dispatch(message("hit", many), message("fine", ["x"]))).toEqual({ failures: ["hit"], unreadable: [] });
      expect(metrics).toContainEqual(["PostingRunFailed", 1, { connection: "erp", error: error.name }]);
    },
  );

  test("a fault of the program is not taken for a failed run", async () => {
    const { dispatch } = dispatcher({ throws: () => new TypeError("a fault") });
    await expect(dispatch(message("1", ["a"]))).rejects.toThrow("a fault");
  });

  test("what is busy gets a new message first, until its lease is out; the old one is acknowledged", async () => {
    const { dispatch, sent } = dispatcher({
      answer: (transaction) => (transaction === "b" ? { transaction, answer: "busy", until: "2026-11-27T10:00:08.200Z" } : undefined),
    });
    expect(await dispatch(message("1", ["a", "b"]))).toEqual({ failures: [], unreadable: [] });
    expect(sent).toEqual([
      { body: { shop: "shop", transactions: [{ id: "b", connections: ["erp"] }], busyCount: 1 }, delaySeconds: 9, group: "shop" },
    ]);
  });

  test("the place in the line goes with the new message, and comes back with it to the run, for its shop", async () => {
    const place = { line: 1, mark: 8, documents: 2 };
    const { dispatch, sent, asked } = dispatcher({ answer: (transaction) => ({ transaction, answer: "busy", place }) });
    await dispatch(message("1", ["a"]));
    expect(sent).toMatchObject([{ body: { shop: "shop", transactions: [{ id: "a", connections: ["erp"], place }] } }]);
    await dispatch({ id: "2", body: sent[0]?.body });
    expect(asked).toEqual([[{ transaction: "a", shop: "shop" }], [{ transaction: "a", shop: "shop", place }]]);
  });

  test("of two messages of a transaction both places are shown, of one that came twice one", async () => {
    const { dispatch, asked } = dispatcher();
    const placed = (id: string, mark: number) => ({
      id,
      body: { shop: "shop", transactions: [{ id: "a", connections: ["erp"], place: { line: 1, mark, documents: 2 } }] },
    });
    await dispatch(placed("1", 8), placed("2", 12), placed("3", 8));
    expect(asked[0]?.map(({ place }) => place?.mark)).toEqual([8, 12]);
  });

  test("a message from before a deploy, without a place, is run like any other; one with a place that is none is named", async () => {
    const { dispatch, asked } = dispatcher();
    const broken = { shop: "shop", transactions: [{ id: "a", connections: ["erp"], place: { line: 1, mark: "8", documents: 2 } }] };
    expect((await dispatch(message("1", ["b"]), { id: "2", body: broken })).unreadable).toMatchObject([{ id: "2" }]);
    expect(asked).toEqual([[{ transaction: "b", shop: "shop" }]]);
  });

  test("a busy transaction whose new message was not taken keeps its old one", async () => {
    const { dispatch } = dispatcher({ answer: (transaction) => ({ transaction, answer: "busy" }), sending: "failed" });
    expect(await dispatch(message("1", ["a"]))).toEqual({ failures: ["1"], unreadable: [] });
  });

  test("also when another one of its run is busy", async () => {
    const { dispatch } = dispatcher({
      answer: (transaction) => (transaction === "a" ? { transaction: "other", answer: "settled" } : { transaction, answer: "busy" }),
    });
    expect(await dispatch(message("1", ["a"]), message("2", ["b"]))).toEqual({ failures: ["1"], unreadable: [] });
  });

  test("every message that names a transaction of a failed run comes back", async () => {
    const { dispatch } = dispatcher({ failed: () => true });
    expect(await dispatch(message("1", ["a"]), message("2", ["a"]))).toEqual({ failures: ["1", "2"], unreadable: [] });
  });

  test("of two messages the one that was busy more often sets the pace", async () => {
    const { dispatch, sent } = dispatcher({ answer: (transaction) => ({ transaction, answer: "busy" }) });
    await dispatch(message("1", ["a"], ["erp"], 1), message("2", ["a"], ["erp"], 3), message("3", ["a"], ["erp"], 2));
    expect(sent).toMatchObject([{ body: { busyCount: 4 }, delaySeconds: 16 }]);
  });

  test("runs that fail and answers that are given are counted", async () => {
    const { dispatch, metrics } = dispatcher({ failed: (transactions) => transactions.includes("x") });
    await dispatch(message("1", ["x"]));
    await dispatch(message("2", ["a"]));
    expect(metrics).toEqual([
      ["PostingRunFailed", 1, { connection: "erp", error: "Unavailable" }],
      ["PostingAnswers", 1, { connection: "erp", answer: "settled" }],
    ]);
  });

  describe("in bounded time", () => {
    const hundreds = (shop: string, from: number) => ({
      id: `${shop}-${from}`,
      body: { shop, transactions: Array.from({ length: 100 }, (_, index) => ({ id: `t${from + index}`, connections: ["erp"] })) },
    });

    test("no run starts that could end after the deadline; what is left is sent again under its shop, and the messages are done", async () => {
      const { dispatchUntil, runs, sent, metrics } = dispatcher({ runSeconds: 55 });
      const answer = await dispatchUntil(
        "2026-11-27T10:02:00.000Z",
        hundreds("shop-a", 0),
        hundreds("shop-b", 100),
        hundreds("shop-b", 200),
      );
      expect(answer).toEqual({ failures: [], unreadable: [] });
      expect(runs.map((run) => [run[0], run.length])).toEqual([
        ["t0", 50],
        ["t50", 50],
      ]);
      expect(
        sent.map(({ body, delaySeconds, group }) => [group, delaySeconds, (body as { transactions: unknown[] }).transactions.length]),
      ).toEqual([
        ["shop-b", 2, 100],
        ["shop-b", 2, 100],
      ]);
      expect(sent[0]?.body).toMatchObject({
        shop: "shop-b",
        busyCount: 0,
        transactions: expect.arrayContaining([{ id: "t100", connections: ["erp"] }]),
      });
      expect(metrics).toContainEqual(["PostingsPutOff", 200, { connection: "erp" }]);
    });

    test("what stood in the line stands there still", async () => {
      const { dispatchUntil, sent } = dispatcher();
      const place = { line: 1, mark: 8, documents: 2 };
      const body = { shop: "shop", transactions: [{ id: "a", connections: ["erp"], place }], busyCount: 3 };
      await dispatchUntil("2026-11-27T10:00:10.000Z", { id: "1", body });
      expect(sent).toMatchObject([{ body }]);
    });

    test("what was busy before stays as patient as it was", async () => {
      const { dispatchUntil, sent } = dispatcher();
      await dispatchUntil(
        "2026-11-27T10:00:59.999Z",
        message("1", ["a"], ["erp"], 3),
        message("2", ["b"]),
        message("3", ["c"], ["erp"], 3),
      );
      expect(sent.map(({ body }) => body)).toEqual([
        {
          shop: "shop",
          transactions: [
            { id: "a", connections: ["erp"] },
            { id: "c", connections: ["erp"] },
          ],
          busyCount: 3,
        },
        { shop: "shop", transactions: [{ id: "b", connections: ["erp"] }], busyCount: 0 },
      ]);
    });

    test("what could not be sent again comes back with its message", async () => {
      const { dispatchUntil, runs } = dispatcher({ sending: "failed" });
      expect(await dispatchUntil("2026-11-27T10:00:59.999Z", message("1", ["a"]))).toEqual({ failures: ["1"], unreadable: [] });
      expect(runs).toEqual([]);
    });

    test("a run has the time-out of its machine, and the function has time for at least one", () => {
      const machine = JSON.parse(readFileSync("state-machines/post-transactions.asl.json", "utf8")) as { TimeoutSeconds: number };
      expect(secondsPerRunMax).toBeGreaterThanOrEqual(machine.TimeoutSeconds + 5);
      expect(functions.find(({ name }) => name === "dispatch-postings")?.timeoutSeconds).toBeGreaterThan(secondsPerRunMax);
    });
  });

  test("a transaction that the run did not answer comes back", async () => {
    const { dispatch } = dispatcher({ answer: (transaction) => ({ transaction: `${transaction}-other`, answer: "settled" }) });
    expect(await dispatch(message("1", ["a"]))).toEqual({ failures: ["1"], unreadable: [] });
  });

  test.each([
    [0, undefined, 2],
    [3, undefined, 16],
    [40, undefined, 900],
    [0, "2026-11-27T09:59:00.000Z", 2],
    [0, "2026-11-27T10:00:30.001Z", 31],
    [0, "2026-11-27T11:00:00.000Z", 900],
  ])("busy %i times, until %s: looked at again after %i seconds", (busyCount, until, seconds) => {
    expect(delayFor(busyCount, until, "2026-11-27T10:00:00.000Z")).toBe(seconds);
  });
});
