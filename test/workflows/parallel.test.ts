import { describe, expect, test } from "vitest";
import { failure, OTHER_WORK, outline, outputOf, parse, play, WORK } from "./machine-under-test.ts";

const pass = (name: string, fields: object = {}) => ({ StartAt: name, States: { [name]: { Type: "Pass", End: true, ...fields } } });
const call = (name: string, Resource: string, fields: object = {}) => ({
  StartAt: name,
  States: { [name]: { Type: "Task", Resource, End: true, ...fields } },
});
const parallel = (Branches: readonly object[], fields: object = {}): Record<string, object> => ({
  P: { Type: "Parallel", Branches, End: true, ...fields },
});
const endless = () => new Promise(() => undefined);

describe("Parallel", () => {
  test('"the result … is an array with one element for each branch", in their order and not in that of their ends', async () => {
    const slow = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 30, Next: "S" }, S: { Type: "Succeed", Output: "slow" } } };
    expect(await outputOf(parallel([slow, pass("Q", { Output: "quick" })]))).toEqual(["slow", "quick"]);
  });

  test('"each branch … must be provided with a copy of the Parallel State\'s input data", or of its Arguments', async () => {
    expect(await outputOf(parallel([pass("A"), pass("B")]), { id: 7 })).toEqual([{ id: 7 }, { id: 7 }]);
    const states = parallel([pass("A"), pass("B")], { Arguments: { order: "{% $states.input.id %}" } });
    expect(await outputOf(states, { id: 7 })).toEqual([{ order: 7 }, { order: 7 }]);
  });

  test("branches run at the same time", async () => {
    const seen: string[] = [];
    const work = async () => {
      seen.push("begin");
      await new Promise((resolve) => setImmediate(resolve));
      seen.push("end");
    };
    await outputOf(parallel([call("A", WORK), call("B", WORK), call("C", WORK)]), {}, { functions: { work } });
    expect(seen).toEqual(["begin", "begin", "begin", "end", "end", "end"]);
  });

  test("Output and Assign see $states.result", async () => {
    const states = {
      ...parallel([pass("A", { Output: 1 }), pass("B", { Output: 2 })], {
        End: undefined,
        Output: "{% $sum($states.result) %}",
        Assign: { first: "{% $states.result[0] %}" },
        Next: "After",
      }),
      After: { Type: "Succeed", Output: { sum: "{% $states.input %}", first: "{% $first %}" } },
    };
    expect(await outputOf(states)).toEqual({ sum: 3, first: 1 });
  });

  test("branches of one item are still an array", async () => {
    expect(await outputOf(parallel([pass("A", { Output: "only" })]))).toEqual(["only"]);
  });

  test("Parallels and Maps nest in each other", async () => {
    const inner = { StartAt: "I", States: { I: { Type: "Pass", Output: "{% $states.input * 10 %}", End: true } } };
    const mapping = { StartAt: "M", States: { M: { Type: "Map", ItemProcessor: inner, End: true } } };
    const nested = { StartAt: "N", States: { N: { Type: "Parallel", Branches: [pass("X"), pass("Y", { Output: "y" })], End: true } } };
    expect(await outputOf(parallel([mapping, nested]), [1, 2])).toEqual([
      [10, 20],
      [[1, 2], "y"],
    ]);
    const each = {
      M: { Type: "Map", ItemProcessor: { StartAt: "P", States: parallel([pass("A"), pass("B", { Output: "b" })]) }, End: true },
    };
    expect(await outputOf(each, ["x", "z"])).toEqual([
      ["x", "b"],
      ["z", "b"],
    ]);
  });
});

describe("the variables of branches", () => {
  test("each branch reads those around it and has its own: those of another branch, and after the end, are not there", async () => {
    const own = (name: string) => ({
      StartAt: `${name}1`,
      States: {
        [`${name}1`]: { Type: "Pass", Assign: { mine: name }, Next: `${name}2` },
        [`${name}2`]: { Type: "Pass", Output: "{% $mine & $outer %}", End: true },
      },
    });
    const states = {
      Start: { Type: "Pass", Assign: { outer: "!" }, Next: "P" },
      P: { Type: "Parallel", Branches: [own("A"), own("B")], Next: "After" },
      After: { Type: "Succeed", Output: { branches: "{% $states.input %}", after: "{% $exists($mine) %}" } },
    };
    expect(await outputOf(states)).toEqual({ branches: ["A!", "B!"], after: false });
  });

  test("a branch must not assign to a variable of a scope around it", () => {
    const states = {
      Start: { Type: "Pass", Assign: { total: 0 }, Next: "P" },
      P: { Type: "Parallel", Branches: [pass("A", { Assign: { total: 1 } })], End: true },
    };
    expect(() => parse(states)).toThrow("P: Branches[0]: the variable total belongs to an outer scope");
  });
});

describe("a branch that fails", () => {
  const broken = { work: () => Promise.reject(failure("Broken")), "other-work": endless };

  test('"the entire Parallel State is considered to have failed and all the branches are terminated"', async () => {
    const states = parallel([call("A", WORK), call("B", OTHER_WORK, { TimeoutSeconds: 60 })]);
    const { answer, sleeps, history } = await play(states, {}, { functions: broken });
    expect(answer).toMatchObject({ status: "failed", error: "Broken" });
    expect(sleeps).toEqual([60_000]);
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 ParallelStateEntered P",
      "3←2 ParallelStateStarted",
      "4←3 TaskStateEntered A",
      "5←3 TaskStateEntered B",
      "6←4 LambdaFunctionScheduled",
      "7←6 LambdaFunctionStarted",
      "8←5 LambdaFunctionScheduled",
      "9←8 LambdaFunctionStarted",
      "10←7 LambdaFunctionFailed",
      "11←10 TaskStateAborted",
      "12←10 TaskStateAborted",
      "13←10 ParallelStateFailed",
      "14←13 ExecutionFailed",
    ]);
  });

  test("what the other branches still answer changes nothing", async () => {
    let answerLate: (value: unknown) => void = () => undefined;
    const functions = { ...broken, "other-work": () => new Promise((resolve) => (answerLate = resolve)) };
    const late = {
      StartAt: "B",
      States: { B: { Type: "Task", Resource: OTHER_WORK, Next: "C" }, C: { Type: "Task", Resource: OTHER_WORK, End: true } },
    };
    const { answer, calls } = await play(parallel([call("A", WORK), late]), {}, { functions });
    answerLate("late");
    await new Promise((resolve) => setImmediate(resolve));
    expect(answer).toMatchObject({ error: "Broken" });
    expect(calls.map(([name]) => name)).toEqual(["work", "other-work"]);
  });

  test("a Parallel retries all its branches, and catches", async () => {
    let failures = 1;
    const work = () => {
      if (failures-- > 0) throw failure("Busy");
      return "done";
    };
    const retry = { Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 2 }] };
    const again = await play(parallel([call("A", WORK), pass("B", { Output: "b" })], retry), {}, { functions: { work } });
    expect([again.answer, again.sleeps]).toEqual([{ status: "succeeded", output: ["done", "b"] }, [2000]]);
    const states = {
      ...parallel([pass("B"), { StartAt: "F", States: { F: { Type: "Fail", Error: "Held", Cause: "no rate" } } }], {
        Catch: [{ ErrorEquals: ["Held"], Output: "{% $states.errorOutput %}", Next: "After" }],
      }),
      After: { Type: "Succeed" },
    };
    expect(await outputOf(states)).toEqual({ Error: "Held", Cause: "no rate" });
  });

  test("States.Runtime in a branch ends the execution", async () => {
    const choice = { StartAt: "C", States: { C: { Type: "Choice", Choices: [{ Condition: false, Next: "D" }] }, D: { Type: "Succeed" } } };
    const states = { ...parallel([choice], { Catch: [{ ErrorEquals: ["States.ALL"], Next: "After" }] }), After: { Type: "Succeed" } };
    expect((await play(states)).answer).toMatchObject({ status: "failed", error: "States.Runtime" });
  });

  test("the result of all branches is held to the payload quota", async () => {
    const { answer } = await play(parallel([pass("A"), pass("B")]), "x".repeat(140_000));
    expect(answer).toMatchObject({ status: "failed", error: "States.DataLimitExceeded" });
  });
});
