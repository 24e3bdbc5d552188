import { describe, expect, test } from "vitest";
import { failure, outputOf, play, WORK } from "./machine-under-test.ts";

/** A function that throws these errors one after the other and then answers "done". */
function failing(...names: string[]): () => unknown {
  return () => {
    const name = names.shift();
    if (name !== undefined) throw failure(name);
    return "done";
  };
}

function taskWith(fields: object): Record<string, object> {
  return {
    X: { Type: "Task", Resource: WORK, Next: "Y", ...fields },
    Y: { Type: "Succeed" },
    Z: { Type: "Succeed", Output: { caught: "{% $states.input %}" } },
  };
}

describe("Retry", () => {
  test('"a Retrier which will make 2 retry attempts after waits of 3 and 6 seconds"', async () => {
    const states = taskWith({ Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2 }] });
    const { answer, sleeps, calls } = await play(states, {}, { functions: { work: failing("Busy", "Busy") } });
    expect(sleeps).toEqual([3000, 6000]);
    expect(calls.length).toBe(3);
    expect(answer).toEqual({ status: "succeeded", output: "done" });
  });

  test('"with a maximum limit of 4 seconds … the second attempt after 4 seconds, rather than 6 seconds"', async () => {
    const retrier = { ErrorEquals: ["Busy"], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2, MaxDelaySeconds: 4 };
    const { sleeps } = await play(taskWith({ Retry: [retrier] }), {}, { functions: { work: failing("Busy", "Busy") } });
    expect(sleeps).toEqual([3000, 4000]);
  });

  test("the defaults are 1 second, 3 attempts and a rate of 2.0, and then the error fails the execution", async () => {
    const states = taskWith({ Retry: [{ ErrorEquals: ["Busy"] }] });
    const { answer, sleeps, calls } = await play(states, {}, { functions: { work: failing("Busy", "Busy", "Busy", "Busy") } });
    expect(sleeps).toEqual([1000, 2000, 4000]);
    expect(calls.length).toBe(4);
    expect(answer).toMatchObject({ status: "failed", error: "Busy" });
  });

  test("no retry waits longer than a year, the bound of AWS on MaxDelaySeconds", async () => {
    const retrier = { ErrorEquals: ["Busy"], IntervalSeconds: 20_000_000, MaxAttempts: 2, BackoffRate: 2 };
    const { sleeps } = await play(taskWith({ Retry: [retrier] }), {}, { functions: { work: failing("Busy", "Busy") } });
    expect(sleeps).toEqual([20_000_000_000, 31_622_400_000]);
  });

  test("JitterStrategy FULL draws each wait between zero and the whole delay", async () => {
    const retrier = { ErrorEquals: ["Busy"], IntervalSeconds: 10, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: "FULL" };
    const scene = { functions: { work: failing("Busy", "Busy", "Busy") }, random: [0.25, 0, 0.5] };
    expect((await play(taskWith({ Retry: [retrier] }), {}, scene)).sleeps).toEqual([2500, 0, 20_000]);
  });

  test('"a MaxAttempts field whose value is 0 is legal, specifying that some error or errors should never be retried"', async () => {
    const Retry = [{ ErrorEquals: ["Fatal"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }];
    const { answer, calls } = await play(taskWith({ Retry }), {}, { functions: { work: failing("Fatal") } });
    expect(calls.length).toBe(1);
    expect(answer).toMatchObject({ status: "failed", error: "Fatal" });
  });

  test("the complex scenario of the specification: ErrorA, ErrorB, ErrorC, ErrorB wait 1, 2 and 5 seconds and go to Z", async () => {
    const states = taskWith({
      Retry: [
        { ErrorEquals: ["ErrorA", "ErrorB"], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
        { ErrorEquals: ["ErrorC"], IntervalSeconds: 5 },
      ],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Z" }],
    });
    const { answer, sleeps } = await play(states, {}, { functions: { work: failing("ErrorA", "ErrorB", "ErrorC", "ErrorB") } });
    expect(sleeps).toEqual([1000, 2000, 5000]);
    expect(answer).toEqual({
      status: "succeeded",
      output: { caught: { Error: "ErrorB", Cause: '{"errorType":"ErrorB","errorMessage":"it went wrong"}' } },
    });
  });

  test('"once the interpreter transitions to another state in any way, all the Retrier parameters reset"', async () => {
    const states = {
      X: { Type: "Task", Resource: WORK, Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }], Next: "Again" },
      Again: { Type: "Choice", Choices: [{ Condition: "{% $states.input = 'again' %}", Next: "X" }], Default: "End" },
      End: { Type: "Succeed" },
    };
    const script: (string | Error)[] = [failure("Busy"), "again", failure("Busy"), "done"];
    const work = () => {
      const next = script.shift();
      if (next instanceof Error) throw next;
      return next;
    };
    const { answer, sleeps } = await play(states, "start", { functions: { work } });
    expect(sleeps).toEqual([1000, 1000]);
    expect(answer).toEqual({ status: "succeeded", output: "done" });
  });

  test("an error that no Retrier names is not retried", async () => {
    const states = taskWith({ Retry: [{ ErrorEquals: ["Busy"] }] });
    const { calls, answer } = await play(states, {}, { functions: { work: failing("Rejected") } });
    expect(calls.length).toBe(1);
    expect(answer).toMatchObject({ error: "Rejected" });
  });

  test('Error Names are "case-sensitive strings"', async () => {
    const { calls } = await play(taskWith({ Retry: [{ ErrorEquals: ["busy"] }] }), {}, { functions: { work: failing("Busy") } });
    expect(calls.length).toBe(1);
  });

  test("a retried attempt evaluates its Arguments anew and counts up $states.context.State.RetryCount", async () => {
    const states = taskWith({
      Arguments: { try: "{% $states.context.State.RetryCount %}" },
      Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 2 }],
    });
    const { calls } = await play(states, {}, { functions: { work: failing("Busy", "Busy") } });
    expect(calls).toEqual([
      ["work", { try: 0 }],
      ["work", { try: 1 }],
      ["work", { try: 2 }],
    ]);
  });
});

describe("Catch", () => {
  const caughtBy = (names: string[], fields: object = {}) => taskWith({ Catch: [{ ErrorEquals: names, Next: "Z" }], ...fields });

  test('"if the Output field is not provided, the state output is the Error Output": Error and Cause', async () => {
    expect(await outputOf(caughtBy(["Busy"]), {}, { functions: { work: failing("Busy") } })).toEqual({
      caught: { Error: "Busy", Cause: '{"errorType":"Busy","errorMessage":"it went wrong"}' },
    });
  });

  test("a Catcher's Output sees $states.input and $states.errorOutput", async () => {
    const Catch = [{ ErrorEquals: ["States.ALL"], Output: "{% $merge([$states.input, {'why': $states.errorOutput.Error}]) %}", Next: "Z" }];
    expect(await outputOf(taskWith({ Catch }), { id: 5 }, { functions: { work: failing("Busy") } })).toEqual({
      caught: { id: 5, why: "Busy" },
    });
  });

  test("\"evaluates the matching Catcher's Assign field, if any, and does not evaluate the state's top-level Assign field\"", async () => {
    const states = {
      X: {
        Type: "Task",
        Resource: WORK,
        Assign: { by: "state" },
        Catch: [{ ErrorEquals: ["States.ALL"], Assign: { by: "{% $states.errorOutput.Error & ' catcher' %}" }, Next: "Y" }],
        Next: "Y",
      },
      Y: { Type: "Succeed", Output: "{% $by %}" },
    };
    expect(await outputOf(states, {}, { functions: { work: failing("Busy") } })).toBe("Busy catcher");
    expect(await outputOf(states, {}, { functions: { work: failing() } })).toBe("state");
  });

  test('"scans through the Catchers in array order"', async () => {
    const Catch = [
      { ErrorEquals: ["Other"], Output: "first", Next: "Z" },
      { ErrorEquals: ["Busy", "Late"], Output: "second", Next: "Z" },
      { ErrorEquals: ["States.ALL"], Output: "third", Next: "Z" },
    ];
    expect(await outputOf(taskWith({ Catch }), {}, { functions: { work: failing("Late") } })).toEqual({ caught: "second" });
  });

  test("States.TaskFailed matches what a function throws", async () => {
    expect(await outputOf(caughtBy(["States.TaskFailed"]), {}, { functions: { work: failing("Busy") } })).toMatchObject({
      caught: { Error: "Busy" },
    });
  });

  test('States.TaskFailed "matches any known error name except for States.Timeout"', async () => {
    const work = () => new Promise(() => undefined);
    const states = (name: string) => caughtBy([name], { TimeoutSeconds: 5 });
    expect((await play(states("States.TaskFailed"), {}, { functions: { work } })).answer).toMatchObject({
      status: "failed",
      error: "States.Timeout",
    });
    expect((await play(states("States.Timeout"), {}, { functions: { work } })).answer).toMatchObject({ status: "succeeded" });
  });

  const tooLarge = { functions: { work: () => "x".repeat(262_143) } };

  test('States.DataLimitExceeded is "a terminal error that can\'t be caught by the States.ALL error type"', async () => {
    const output = { ...caughtBy(["States.ALL"], { Output: { twice: ["{% $states.input %}", "{% $states.input %}"] } }) };
    expect((await play(output, "x".repeat(140_000), { functions: { work: failing() } })).answer).toEqual({
      status: "failed",
      error: "States.DataLimitExceeded",
      cause: "The state/task 'X' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  test("unless it is about the result of a task: AWS was seen to let States.ALL catch that", async () => {
    expect(await outputOf(caughtBy(["States.ALL"]), {}, tooLarge)).toEqual({
      caught: {
        Error: "States.DataLimitExceeded",
        Cause: "The state/task 'work' returned a result with a size exceeding the maximum number of bytes service limit.",
      },
    });
  });

  test("States.DataLimitExceeded can be caught by its own name", async () => {
    expect(await outputOf(caughtBy(["States.DataLimitExceeded"]), {}, tooLarge)).toMatchObject({
      caught: { Error: "States.DataLimitExceeded" },
    });
  });

  test("States.Runtime reaches neither States.ALL nor States.TaskFailed: it always fails the execution", async () => {
    for (const name of ["States.ALL", "States.TaskFailed"]) {
      const states = {
        X: { Type: "Map", ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", End: true } } }, ...endingIn("Y", name) },
        Y: { Type: "Succeed" },
      };
      expect((await play(states, { not: "an array" })).answer, name).toMatchObject({ status: "failed", error: "States.Runtime" });
    }
  });

  function endingIn(next: string, error: string): object {
    return { Next: next, Catch: [{ ErrorEquals: [error], Next: next }] };
  }

  test('"Task, Map, and Parallel states MAY use … a Catcher to catch" States.QueryEvaluationError, in Arguments and in Output', async () => {
    for (const field of ["Arguments", "Output"]) {
      const states = caughtBy(["States.QueryEvaluationError"], { [field]: { gone: "{% $states.input.missing %}" } });
      expect(await outputOf(states, {}, { functions: { work: failing() } }), field).toEqual({
        caught: {
          Error: "States.QueryEvaluationError",
          Cause:
            "An error occurred while executing the state 'X' (entered at the event id #2). The JSONata expression " +
            `'$states.input.missing' specified for the field '${field}/gone' returned nothing (undefined).`,
        },
      });
    }
  });

  test("an error inside a Catcher's own Output fails the execution", async () => {
    const Catch = [{ ErrorEquals: ["States.ALL"], Output: "{% $states.input.missing %}", Next: "Z" }];
    const { answer } = await play(taskWith({ Catch }), {}, { functions: { work: failing("Busy") } });
    expect(answer).toEqual({
      status: "failed",
      error: "States.QueryEvaluationError",
      cause:
        "An error occurred while executing the state 'X' (entered at the event id #2). The JSONata expression '$states.input.missing' " +
        "specified for the field 'Catch[0]/Output' returned nothing (undefined).",
    });
  });
});
