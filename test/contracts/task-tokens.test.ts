import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createExecutions, createTaskTokens, openDatabase } from "#adapters/embedded";
import { settableClock } from "./settable-clock.ts";
import { taskCallbacksContract } from "./task-callbacks-contract.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function openTokens(file = ":memory:") {
  const database = openDatabase(file);
  onTestFinished(() => database.close());
  const clock = settableClock();
  return { tokens: createTaskTokens({ database, clock }), executions: createExecutions({ database, clock }), clock, database };
}

taskCallbacksContract("the embedded hub", async () => {
  const { tokens } = openTokens();
  let opened = 0;
  return {
    callbacks: tokens,
    openTask: () => tokens.open({ machine: "approve", execution: "e", place: `A#${++opened}.0` }),
    async timeOut(token) {
      await tokens.expire(token, "timeout");
    },
    async answerOf(token) {
      const { status, ...answer } = await tokens.read(token);
      return status === "waiting" ? undefined : answer;
    },
  };
});

describe("task tokens in the hub's database", () => {
  const task = { machine: "approve", execution: "e-1", place: "A#1.0" };

  it("give an attempt the same token however often it is asked for, also in another process", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const before = openTokens(file);
    const token = await before.tokens.open(task);
    expect(await before.tokens.open(task)).toBe(token);
    expect(await openTokens(file).tokens.open(task)).toBe(token);
    expect(await before.tokens.open({ ...task, place: "A#1.1" })).not.toBe(token);
  });

  it("cannot be guessed: 32 random bytes", async () => {
    expect(await openTokens().tokens.open(task)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it("keep a callback over a restart", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const before = openTokens(file);
    const token = await before.tokens.open(task);
    await before.tokens.completeTask(token, { by: "controller" });
    before.database.close();
    const after = openTokens(file);
    expect(await after.tokens.read(token)).toEqual({ status: "succeeded", output: { by: "controller" } });
    expect(await after.tokens.completeTask(token, { by: "another" })).toBe("too-late");
  });

  it("remember the last heartbeat", async () => {
    const { tokens, clock } = openTokens();
    const token = await tokens.open(task);
    expect(await tokens.read(token)).toEqual({ status: "waiting" });
    clock.advance(7);
    await tokens.heartbeatTask(token);
    expect(await tokens.read(token)).toEqual({ status: "waiting", lastHeartbeatAt: "2026-03-02T10:00:07.000Z" });
  });

  it("expire once, and not after a callback", async () => {
    const { tokens } = openTokens();
    const token = await tokens.open(task);
    expect([await tokens.expire(token, "heartbeat"), await tokens.expire(token, "timeout")]).toEqual([true, false]);
    expect(await tokens.read(token)).toEqual({ status: "timed-out", why: "heartbeat" });
    const answered = await tokens.open({ ...task, place: "B#1.0" });
    await tokens.completeTask(answered, 1);
    expect(await tokens.expire(answered, "timeout")).toBe(false);
  });

  it("list what callbacks have ended, in order and after a cursor", async () => {
    const { tokens } = openTokens();
    const [a, b, c] = await Promise.all(["A", "B", "C"].map((place) => tokens.open({ ...task, place })));
    await tokens.failTask(b as string, "Refused", "");
    await tokens.expire(c as string, "timeout");
    await tokens.completeTask(a as string, 1);
    const ended = await tokens.endedAfter(0, 10);
    expect(ended.map(({ token }) => token)).toEqual([b, a]);
    expect(await tokens.endedAfter(ended[0]?.cursor as number, 10)).toEqual([ended[1]]);
  });

  it("are closed when their execution ends, and an execution that waits for one is not at work", async () => {
    const { tokens, executions } = openTokens();
    await executions.start("approve", "e-1", {});
    expect(await executions.anyAtWork(15)).toBe(true);
    const token = await tokens.open(task);
    expect(await executions.anyAtWork(15)).toBe(false);
    await executions.finish("approve", "e-1", { status: "timed-out", error: "States.Timeout", cause: "" });
    expect(await tokens.read(token)).toEqual({ status: "closed" });
    expect(await tokens.completeTask(token, 1)).toBe("too-late");
  });
});

it("an execution that waits for an instant is at work when that is near", async () => {
  const { executions, clock } = openTokens();
  await executions.start("close-window", "w-1", {});
  await executions.rest("close-window", "w-1", Date.parse("2026-03-02T11:00:00.000Z"));
  expect(await executions.anyAtWork(15)).toBe(false);
  clock.advance(3_585);
  expect(await executions.anyAtWork(15)).toBe(true);
});

describe("histories in the hub's database", () => {
  const event = (id: number) => ({
    id,
    previousEventId: id - 1,
    timestamp: "2026-03-02T10:00:00.000Z",
    type: "PassStateEntered",
    place: `A#${id}`,
  });

  it("are kept in order over a restart, and take no event twice", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const before = openTokens(file);
    await before.executions.start("m", "n", {});
    await before.executions.append("m", "n", [event(1), event(2)]);
    await expect(before.executions.append("m", "n", [event(3), event(2)])).rejects.toMatchObject({ name: "Unavailable" });
    before.database.close();
    expect(await openTokens(file).executions.history("m", "n")).toEqual([event(1), event(2)]);
  });

  it("are kept for 90 days after the end, the record of the execution for ever", async () => {
    const { executions, tokens, clock } = openTokens();
    await executions.start("m", "old", {});
    await executions.append("m", "old", [event(1)]);
    const token = await tokens.open({ machine: "m", execution: "old", place: "A#1.0" });
    await executions.finish("m", "old", { status: "succeeded", output: 1 });
    await executions.start("m", "new", {});
    clock.advance(90 * 86_400);
    await executions.finish("m", "new", { status: "succeeded", output: 2 });
    expect(await executions.history("m", "old")).toEqual([event(1)]);
    clock.advance(1);
    await executions.start("m", "newer", {});
    await executions.finish("m", "newer", { status: "succeeded", output: 3 });
    expect(await executions.history("m", "old")).toEqual([]);
    expect(await tokens.completeTask(token, 1)).toBe("unknown-token");
    expect(await executions.get("m", "old")).toMatchObject({ answer: { status: "succeeded", output: 1 } });
    expect(await executions.start("m", "old", {})).toBe("already-started");
  });
});
