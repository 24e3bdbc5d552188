import { describe, expect, test } from "vitest";
import { createInterpreter, type Machine } from "#asl";
import type { WorkflowAnswer } from "#ports/workflows";
import { failure, OTHER_WORK, parse, SimulatedTime, WORK } from "./machine-under-test.ts";

const HOUR_MILLISECONDS = 3_600_000;

/**
 * Runs the machine, and then lets an hour pass. "work" takes ten seconds and then succeeds, unless its payload is "bad" (fails at once) or
 * "busy" (fails after the ten seconds). The sleeps know nothing of signals, so that whatever is left over wakes up.
 */
async function runAndLinger(machine: Machine, input: unknown): Promise<{ answer: WorkflowAnswer; calls: readonly string[] }> {
  const time = new SimulatedTime();
  const calls: string[] = [];
  const interpreter = createInterpreter({
    clock: time,
    random: () => 0,
    sleep: (milliseconds) => time.sleep(milliseconds),
    async invoke(name, payload) {
      calls.push(name);
      if (payload === "bad") throw failure("Broken");
      await time.sleep(10_000);
      if (payload === "busy") throw failure("Busy");
      return payload;
    },
  });
  const answer = await time.until(interpreter.run(machine, input, { name: "n" }));
  await time.until(time.sleep(HOUR_MILLISECONDS));
  await new Promise((resolve) => setImmediate(resolve));
  return { answer, calls };
}

const work = { Type: "Task", Resource: WORK };
const otherWork = { Type: "Task", Resource: OTHER_WORK, End: true };

describe("nothing is called any more once the machine has timed out", () => {
  const timedOut = { status: "timed-out", error: "States.Timeout" };

  test("not the state after the one that was running", async () => {
    const machine = parse({ A: { ...work, Next: "B" }, B: otherWork }, { TimeoutSeconds: 5 });
    const { answer, calls } = await runAndLinger(machine, "good");
    expect(answer).toMatchObject(timedOut);
    expect(calls).toEqual(["work"]);
  });

  test("not the state after a Wait", async () => {
    const machine = parse({ A: { Type: "Wait", Seconds: 20, Next: "B" }, B: otherWork }, { TimeoutSeconds: 5 });
    const { answer, calls } = await runAndLinger(machine, "good");
    expect(answer).toMatchObject(timedOut);
    expect(calls).toEqual([]);
  });

  test("not the retry of the state that was running", async () => {
    const machine = parse({ A: { ...work, Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 30 }], End: true } }, { TimeoutSeconds: 15 });
    const { answer, calls } = await runAndLinger(machine, "busy");
    expect(answer).toMatchObject(timedOut);
    expect(calls).toEqual(["work"]);
  });

  test("not the next state, and not the next item, of a Map", async () => {
    const inner = { StartAt: "I", States: { I: { ...work, Next: "J" }, J: otherWork } };
    const machine = parse({ A: { Type: "Map", MaxConcurrency: 1, ItemProcessor: inner, End: true } }, { TimeoutSeconds: 5 });
    const { answer, calls } = await runAndLinger(machine, ["good", "good"]);
    expect(answer).toMatchObject(timedOut);
    expect(calls).toEqual(["work"]);
  });
});

describe('"the entire Map State is considered to have failed and all the iterations are terminated"', () => {
  test("iterations under way call nothing more, and waiting ones do not start", async () => {
    const inner = { StartAt: "I", States: { I: { ...work, Next: "J" }, J: otherWork } };
    const machine = parse({ A: { Type: "Map", MaxConcurrency: 2, ItemProcessor: inner, End: true } });
    const { answer, calls } = await runAndLinger(machine, ["good", "bad", "good", "good"]);
    expect(answer).toMatchObject({ status: "failed", error: "Broken" });
    expect(calls).toEqual(["work", "work"]);
  });
});
