import { describe, expect, test } from "vitest";
import { createInterpreter } from "#asl";
import { failure, outputOf, parse, play, SimulatedTime, WORK } from "./machine-under-test.ts";

const never = () => new Promise(() => undefined);

describe("time-outs", () => {
  const task = { Type: "Task", Resource: WORK, TimeoutSeconds: 5, End: true };

  test('"if the state executes longer than the specified timeout … fails the state with a States.Timeout"', async () => {
    const { answer, sleeps } = await play({ A: task }, {}, { functions: { work: never } });
    expect(sleeps).toEqual([5000]);
    expect(answer).toEqual({
      status: "failed",
      error: "States.Timeout",
      cause: "",
    });
  });

  test("TimeoutSeconds counts for each attempt", async () => {
    let calls = 0;
    const work = () => (++calls < 3 ? never() : "done");
    const states = { A: { ...task, Retry: [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 1, BackoffRate: 1 }] } };
    const { answer, sleeps } = await play(states, {}, { functions: { work } });
    expect(answer).toEqual({ status: "succeeded", output: "done" });
    expect(sleeps).toEqual([5000, 1000, 5000, 1000, 5000]);
  });

  test('"MAY specify JSONata strings for the TimeoutSeconds … whose values, when evaluated, MUST be positive integers"', async () => {
    const states = { A: { ...task, TimeoutSeconds: "{% $states.input.limit %}" } };
    expect((await play(states, { limit: 7 }, { functions: { work: never } })).sleeps).toEqual([7000]);
    for (const limit of [0, 1.5, "7"]) {
      const { answer, calls } = await play(states, { limit }, { functions: { work: never } });
      expect(answer).toMatchObject({ status: "failed", error: "States.QueryEvaluationError" });
      expect(calls).toEqual([]);
    }
  });

  test("an answer that comes after the time-out changes nothing", async () => {
    let answerLate: (value: unknown) => void = () => undefined;
    const work = () => new Promise((resolve) => (answerLate = resolve));
    const states = { A: { ...task, Catch: [{ ErrorEquals: ["States.Timeout"], Output: "late", Next: "B" }] }, B: { Type: "Succeed" } };
    const { answer } = await play(states, {}, { functions: { work } });
    answerLate("too late");
    await new Promise((resolve) => setImmediate(resolve));
    expect(answer).toEqual({ status: "succeeded", output: "late" });
  });

  test("an error that comes after the time-out is nobody's unhandled rejection", async () => {
    let failLate: (error: Error) => void = () => undefined;
    const work = () => new Promise((_, reject) => (failLate = reject));
    const unhandled: unknown[] = [];
    const listen = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", listen);
    await play({ A: task }, {}, { functions: { work } });
    failLate(failure("Late"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
  });

  test("a task that answers in time leaves no sleeper behind", async () => {
    const time = new SimulatedTime();
    const interpreter = createInterpreter({
      clock: time,
      random: () => 0,
      sleep: (milliseconds, signal) => time.sleep(milliseconds, signal),
      invoke: async () => "quick",
    });
    const machine = parse({ A: task }, { TimeoutSeconds: 60 });
    expect(await interpreter.run(machine, {}, { name: "n" })).toEqual({ status: "succeeded", output: "quick" });
    expect(time.sleeps).toEqual([60_000, 5000]);
    expect(time.sleeping).toBe(0);
  });

  test('"if the machine executes longer than the specified time, then the interpreter fails the machine with a States.Timeout"', async () => {
    const states = {
      A: { Type: "Task", Resource: WORK, Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }], Next: "B" },
      B: { Type: "Succeed" },
    };
    expect((await play(states, {}, { functions: { work: never }, machineTimeoutSeconds: 30 })).answer).toEqual({
      status: "timed-out",
      error: "States.Timeout",
      cause: "",
    });
  });
});

describe("the payload quota of 262,144 bytes", () => {
  /** A text whose JSON takes so many bytes. */
  const textOf = (bytes: number) => "x".repeat(bytes - 2);
  const exceeded = { status: "failed", error: "States.DataLimitExceeded" };

  test("the input of an execution", async () => {
    const states = { A: { Type: "Succeed", Output: "ok" } };
    expect((await play(states, textOf(262_144))).answer).toEqual({ status: "succeeded", output: "ok" });
    expect((await play(states, textOf(262_145))).answer).toMatchObject(exceeded);
  });

  test("bytes are those of UTF-8, not characters", async () => {
    const states = { A: { Type: "Succeed", Output: "ok" } };
    expect((await play(states, "é".repeat(131_071))).answer).toMatchObject({ status: "succeeded" });
    expect((await play(states, "é".repeat(131_072))).answer).toMatchObject(exceeded);
  });

  test("the result of a task", async () => {
    const states = { A: { Type: "Task", Resource: WORK, Output: "ok", End: true } };
    expect((await play(states, {}, { functions: { work: () => textOf(262_144) } })).answer).toMatchObject({ status: "succeeded" });
    expect((await play(states, {}, { functions: { work: () => textOf(262_145) } })).answer).toMatchObject(exceeded);
  });

  test("the arguments of a task: the function is not called", async () => {
    const states = { A: { Type: "Task", Resource: WORK, Arguments: { twice: ["{% $states.input %}", "{% $states.input %}"] }, End: true } };
    const { answer, calls } = await play(states, textOf(140_000), { functions: { work: () => null } });
    expect(answer).toMatchObject(exceeded);
    expect(calls).toEqual([]);
  });

  test("an output that is built, by a template or by an expression", async () => {
    for (const Output of [
      { twice: ["{% $states.input %}", "{% $states.input %}"] },
      "{% $states.input & $states.input %}",
      "{% $states %}",
    ]) {
      const states = { A: { Type: "Pass", Output, Next: "B" }, B: { Type: "Succeed", Output: "ok" } };
      expect((await play(states, textOf(140_000))).answer).toMatchObject(exceeded);
    }
  });

  test("a constant of the machine file", async () => {
    const states = (bytes: number) => ({ A: { Type: "Pass", Output: textOf(bytes), Next: "B" }, B: { Type: "Succeed", Output: "ok" } });
    expect((await play(states(262_144))).answer).toEqual({ status: "succeeded", output: "ok" });
    expect((await play(states(262_145))).answer).toEqual({
      ...exceeded,
      cause: "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  test("all variables together: 10 MiB, over however many states, and a variable that is assigned again counts once", async () => {
    // 43 texts of 250,000 bytes are 10.75 million; 41 are below the quota.
    const filling = (name: string) => ({
      Start: { Type: "Pass", Assign: { n: 0, text: "{% $states.input %}" }, Next: "Fill" },
      Fill: { Type: "Pass", Assign: { n: "{% $n + 1 %}", [name]: "{% $text %}" }, Next: "Again" },
      Again: { Type: "Choice", Choices: [{ Condition: "{% $n < 43 %}", Next: "Fill" }], Default: "End" },
      End: { Type: "Succeed", Output: "{% $n %}" },
    });
    expect((await play(filling("same"), textOf(250_000))).answer).toEqual({ status: "succeeded", output: 43 });
    const apart = (count: number) => {
      const states: Record<string, object> = {};
      for (let n = 1; n <= count; n++) states[`S${n}`] = { Type: "Pass", Assign: { [`v${n}`]: "{% $states.input %}" }, Next: `S${n + 1}` };
      return { ...states, [`S${count + 1}`]: { Type: "Succeed", Output: "ok" } };
    };
    expect((await play(apart(41), textOf(250_000))).answer).toEqual({ status: "succeeded", output: "ok" });
    expect((await play(apart(42), textOf(250_000))).answer).toEqual({
      ...exceeded,
      cause:
        "An error occurred while executing the state 'S42' (entered at the event id #84). " +
        "The variables have a total size exceeding the maximum of 10485760 bytes.",
    });
  });

  test("what a state assigns", async () => {
    const states = {
      A: { Type: "Pass", Assign: { a: "{% $states.input %}", b: "{% $states.input %}" }, Next: "B" },
      B: { Type: "Succeed", Output: "ok" },
    };
    expect((await play(states, textOf(140_000))).answer).toMatchObject(exceeded);
  });

  test("the result of a Map", async () => {
    const inner = { StartAt: "I", States: { I: { Type: "Task", Resource: WORK, End: true } } };
    const states = { A: { Type: "Map", ItemProcessor: inner, Output: "ok", End: true } };
    expect((await play(states, [1, 2], { functions: { work: () => textOf(140_000) } })).answer).toMatchObject(exceeded);
  });
});

describe("the bound on what an execution may do", () => {
  const loop = { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } };

  test("a Standard execution has 25,000 events: the last one is its failure, unless it is its success", async () => {
    const { answer, history } = await play(loop);
    const cause = "The execution reached the maximum number of history events (25000).";
    expect(answer).toEqual({ status: "failed", error: "States.Runtime", cause });
    expect(history.length).toBe(25_000);
    expect(history.at(-1)).toMatchObject({
      id: 25_000,
      previousEventId: 24_999,
      type: "ExecutionFailed",
      executionFailedEventDetails: { error: "States.Runtime", cause },
    });
    expect(history.at(-2)).toMatchObject({ id: 24_999, type: "PassStateExited" });
  });

  test("24,999 events and a success are within the quota, and one state more is not", async () => {
    // ExecutionStarted, two states before the loop and one after it, 6,248 rounds of two states, and the end: 1 + 2 × 3 + 4 × 6,248 + 1.
    const states = (rounds: number) => ({
      Start: { Type: "Pass", Assign: { n: 0 }, Next: "Then" },
      Then: { Type: "Pass", Next: "Count" },
      Count: { Type: "Pass", Assign: { n: "{% $n + 1 %}" }, Next: "More" },
      More: { Type: "Choice", Choices: [{ Condition: `{% $n < ${rounds} %}`, Next: "Count" }], Default: "End" },
      End: { Type: "Succeed", Output: "{% $n %}" },
    });
    const full = await play(states(6248));
    expect([full.answer, full.history.length]).toEqual([{ status: "succeeded", output: 6248 }, 25_000]);
    const over = await play(states(6249));
    expect([over.answer.status, over.history.length]).toEqual(["failed", 25_000]);
  });

  test("the events of branches count, and nothing catches the end", async () => {
    const inner = { StartAt: "I", States: { I: { Type: "Pass", Next: "J" }, J: { Type: "Pass", Next: "I" } } };
    const states = {
      P: { Type: "Parallel", Branches: [inner], Catch: [{ ErrorEquals: ["States.ALL"], Next: "Q" }], Next: "Q" },
      Q: { Type: "Succeed" },
    };
    expect((await play(states)).answer).toMatchObject({ status: "failed", error: "States.Runtime" });
  });

  test("an Express execution has no such quota, and is held by a guard on its states", async () => {
    expect((await play(loop, {}, { type: "EXPRESS" })).answer).toEqual({
      status: "failed",
      error: "States.Runtime",
      cause: "The execution reached the maximum number of state transitions (100000).",
    });
  });

  test("exactly as many states as allowed run", async () => {
    const three = { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "C" }, C: { Type: "Succeed" } };
    expect((await play(three, {}, { type: "EXPRESS", maxTransitions: 3 })).answer).toMatchObject({ status: "succeeded" });
    expect((await play(three, {}, { type: "EXPRESS", maxTransitions: 2 })).answer).toMatchObject({ error: "States.Runtime" });
  });

  test("retries and the iterations of a Map count, and no Catch gets round the bound", async () => {
    const retrying = {
      A: { Type: "Task", Resource: WORK, Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 99, BackoffRate: 1 }], End: true },
    };
    const work = () => Promise.reject(failure("Busy"));
    const bounded = { type: "EXPRESS", maxTransitions: 10 } as const;
    expect((await play(retrying, {}, { functions: { work }, ...bounded })).answer).toMatchObject({ error: "States.Runtime" });
    const inner = { StartAt: "I", States: { I: { Type: "Pass", End: true } } };
    const mapping = {
      A: { Type: "Map", ItemProcessor: inner, Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }], Next: "B" },
      B: { Type: "Succeed" },
    };
    expect((await play(mapping, [1, 2, 3, 4, 5], { ...bounded, maxTransitions: 4 })).answer).toMatchObject({ error: "States.Runtime" });
  });

  test("an Express execution lasts five minutes at most, whatever its TimeoutSeconds", async () => {
    const states = { A: { Type: "Wait", Seconds: 301, End: true } };
    const timedOut = { status: "timed-out", error: "States.Timeout", cause: "" };
    expect((await play(states, {}, { type: "EXPRESS" })).answer).toEqual(timedOut);
    expect((await play(states, {}, { type: "EXPRESS", machineTimeoutSeconds: 900 })).answer).toEqual(timedOut);
    expect((await play(states, {})).answer).toMatchObject({ status: "succeeded" });
  });

  test("a Standard execution lasts a year at most", async () => {
    const states = { A: { Type: "Wait", Seconds: 31_536_001, Next: "B" }, B: { Type: "Succeed" } };
    expect((await play(states)).answer).toEqual({ status: "timed-out", error: "States.Timeout", cause: "" });
  });
});

describe("a state cannot touch another's data", () => {
  test("a function that changes its payload changes neither the input nor a variable", async () => {
    const work = (payload: { lines: number[] }) => {
      payload.lines.push(99);
      return "done";
    };
    const states = {
      A: { Type: "Pass", Assign: { kept: "{% $states.input %}" }, Next: "B" },
      B: { Type: "Task", Resource: WORK, Output: { input: "{% $states.input %}", kept: "{% $kept %}" }, End: true },
    };
    expect(await outputOf(states, { lines: [1] }, { functions: { work } })).toEqual({ input: { lines: [1] }, kept: { lines: [1] } });
  });

  test("a function that keeps its answer and changes it later changes nothing", async () => {
    const answer = { n: 1 };
    let calls = 0;
    const work = () => {
      if (++calls === 2) answer.n = 99;
      return answer;
    };
    const states = {
      A: { Type: "Task", Resource: WORK, Assign: { first: "{% $states.result %}" }, Next: "B" },
      B: { Type: "Task", Resource: WORK, Output: "{% $first.n %}", End: true },
    };
    expect(await outputOf(states, {}, { functions: { work } })).toBe(1);
  });

  test("the caller's input is not changed, and changing the output does not change the machine", async () => {
    const machine = parse({ A: { Type: "Succeed", Output: { fixed: [1] } } });
    const interpreter = createInterpreter({
      clock: new SimulatedTime(),
      random: () => 0,
      sleep: never as () => Promise<void>,
      invoke: async () => null,
    });
    const first = await interpreter.run(machine, {}, { name: "a" });
    if (first.status === "succeeded") (first.output as { fixed: number[] }).fixed.push(2);
    expect(await interpreter.run(machine, {}, { name: "b" })).toEqual({ status: "succeeded", output: { fixed: [1] } });
  });

  test("many executions of one machine run at once without mixing", async () => {
    const machine = parse({
      A: { Type: "Pass", Assign: { x: "{% $states.input.n * 2 %}" }, Next: "B" },
      B: { Type: "Task", Resource: WORK, Output: "{% $x + $states.result %}", End: true },
    });
    const interpreter = createInterpreter({
      clock: new SimulatedTime(),
      random: () => 0,
      sleep: never as () => Promise<void>,
      invoke: async (_, payload) => {
        await new Promise((resolve) => setImmediate(resolve));
        return (payload as { n: number }).n;
      },
    });
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => interpreter.run(machine, { n }, { name: `run-${n}` })));
    expect(answers.map((answer) => answer.status === "succeeded" && answer.output)).toEqual([3, 6, 9, 12, 15]);
  });
});
