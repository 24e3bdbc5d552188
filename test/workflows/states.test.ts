import { describe, expect, test } from "vitest";
import { failure, OTHER_WORK, outputOf, play, WORK } from "./machine-under-test.ts";

describe("Pass", () => {
  test('"if Output is not provided, the Pass State copies its input through to its output"', async () => {
    expect(await outputOf({ A: { Type: "Pass", End: true } }, { order: 1001 })).toEqual({ order: 1001 });
  });

  test('"MAY have an Output field whose value, if present, will become the state output"', async () => {
    const states = { A: { Type: "Pass", Output: { id: "{% $states.input.order %}", fixed: [1, "two"] }, End: true } };
    expect(await outputOf(states, { order: 1001 })).toEqual({ id: 1001, fixed: [1, "two"] });
  });

  test('"if no input is provided, the default is an empty JSON object"', async () => {
    expect(await outputOf({ A: { Type: "Pass", End: true } })).toEqual({});
  });

  test('"the output from the first state is passed as input to the second state"', async () => {
    const states = {
      A: { Type: "Pass", Output: { n: "{% $states.input.n + 1 %}" }, Next: "B" },
      B: { Type: "Pass", Output: { n: "{% $states.input.n * 10 %}" }, End: true },
    };
    expect(await outputOf(states, { n: 2 })).toEqual({ n: 30 });
  });
});

describe("Task", () => {
  const task = { Type: "Task", Resource: WORK, End: true };

  test('"if Arguments is not provided, the state input is passed as the input to the task"', async () => {
    const { calls } = await play({ A: task }, { order: 7 }, { functions: { work: () => null } });
    expect(calls).toEqual([["work", { order: 7 }]]);
  });

  test('"an Arguments field which, if present, provides the input to the task it will execute"', async () => {
    const states = { A: { ...task, Arguments: { id: "{% $states.input.order.id %}", kind: "sale" } } };
    const { calls } = await play(states, { order: { id: 7 } }, { functions: { work: () => null } });
    expect(calls).toEqual([["work", { id: 7, kind: "sale" }]]);
  });

  test('"if not provided, the state output is the result in a Task"', async () => {
    expect(await outputOf({ A: task }, {}, { functions: { work: () => ({ status: "settled" }) } })).toEqual({ status: "settled" });
  });

  test('"$states.result refers to the result that a Task returns" in Output, and $states.input to the state input', async () => {
    const states = { A: { ...task, Output: { was: "{% $states.input.n %}", is: "{% $states.result.n %}" } } };
    expect(await outputOf(states, { n: 1 }, { functions: { work: ({ n }: { n: number }) => ({ n: n + 1 }) } })).toEqual({ was: 1, is: 2 });
  });

  test("lambda:invoke calls the named function with the Payload and wraps the answer as AWS does", async () => {
    const states = {
      A: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: OTHER_WORK, Payload: { id: "{% $states.input.id %}" } },
        End: true,
      },
    };
    const { calls, answer } = await play(states, { id: 3 }, { functions: { "other-work": () => ({ done: true }) } });
    expect(calls).toEqual([["other-work", { id: 3 }]]);
    expect(answer).toEqual({ status: "succeeded", output: { ExecutedVersion: "$LATEST", Payload: { done: true }, StatusCode: 200 } });
  });

  test("the answer of lambda:invoke is read from $states.result.Payload", async () => {
    const states = {
      A: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: WORK },
        Output: "{% $states.result.Payload.done %}",
        End: true,
      },
    };
    const { calls, answer } = await play(states, { ignored: 1 }, { functions: { work: () => ({ done: "yes" }) } });
    expect(calls).toEqual([["work", {}]]);
    expect(answer).toEqual({ status: "succeeded", output: "yes" });
  });

  test("the ARN of a function, with or without alias, calls the function of that name", async () => {
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:decide-postings:live";
    const { calls } = await play({ A: { ...task, Resource: arn } }, {}, { functions: { "decide-postings": () => null } });
    expect(calls).toEqual([["decide-postings", {}]]);
  });

  test("a function that answers nothing has the result null, as on Lambda", async () => {
    expect(await outputOf({ A: task }, {}, { functions: { work: () => undefined } })).toBe(null);
  });

  test("a thrown error fails the state under its name, with the cause that the Node.js runtime of Lambda writes", async () => {
    const functions = { work: () => Promise.reject(failure("StalePolicy", "release 7 is older than 8")) };
    expect((await play({ A: task }, {}, { functions })).answer).toEqual({
      status: "failed",
      error: "StalePolicy",
      cause: '{"errorType":"StalePolicy","errorMessage":"release 7 is older than 8"}',
    });
  });

  test("a thrown value that is no error is named by its type", async () => {
    const functions = { work: () => Promise.reject("no luck") };
    expect((await play({ A: task }, {}, { functions })).answer).toEqual({
      status: "failed",
      error: "string",
      cause: '{"errorType":"string","errorMessage":"no luck"}',
    });
  });

  test('"States MAY report errors with other names, which MUST NOT begin with the prefix States."', async () => {
    const functions = { work: () => Promise.reject(failure("States.Runtime", "pretending")) };
    expect((await play({ A: task }, {}, { functions })).answer).toMatchObject({ status: "failed", error: "States.TaskFailed" });
  });
});

describe("Choice", () => {
  const marks = { Small: { Type: "Pass", Output: "small", End: true }, Large: { Type: "Pass", Output: "large", End: true } };

  test('"chooses the first Choice Rule whose Condition field evaluates to true"', async () => {
    const states = {
      A: {
        Type: "Choice",
        Choices: [
          { Condition: "{% $states.input.n < 0 %}", Next: "Large" },
          { Condition: "{% $states.input.n < 10 %}", Next: "Small" },
          { Condition: true, Next: "Large" },
        ],
      },
      ...marks,
    };
    expect(await outputOf(states, { n: 5 })).toBe("small");
    expect(await outputOf(states, { n: 50 })).toBe("large");
  });

  test('"a Default field … that state will execute if none of the Choice Rules match"', async () => {
    const states = { A: { Type: "Choice", Choices: [{ Condition: false, Next: "Large" }], Default: "Small" }, ...marks };
    expect(await outputOf(states)).toBe("small");
  });

  test("no rule that matches and no Default end the execution with States.Runtime, as AWS does (the specification has a name for it)", async () => {
    const { answer } = await play({ A: { Type: "Choice", Choices: [{ Condition: false, Next: "Large" }] }, Large: marks.Large });
    expect(answer).toEqual({
      status: "failed",
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'A' (entered at the event id #2). " +
        "Failed to transition out of the state. The state does not point to a next state.",
    });
  });

  test("a Condition that is no boolean is States.QueryEvaluationError, not a truthy value", async () => {
    const states = { A: { Type: "Choice", Choices: [{ Condition: "{% $states.input.n %}", Next: "Large" }] }, Large: marks.Large };
    expect((await play(states, { n: 1 })).answer).toEqual({
      status: "failed",
      error: "States.QueryEvaluationError",
      cause:
        "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$states.input.n' specified " +
        "for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number'.",
    });
  });

  const twoWays = {
    A: {
      Type: "Choice",
      Choices: [{ Condition: "{% $states.input.n > 1 %}", Assign: { by: "rule" }, Output: { from: "rule" }, Next: "B" }],
      Default: "B",
      Assign: { by: "state" },
      Output: { from: "state" },
    },
    B: { Type: "Succeed", Output: { by: "{% $by %}", from: "{% $states.input.from %}" } },
  };

  test("\"if a Choice Rule is chosen, the interpreter evaluates the Choice Rule's Assign field … not the state's top-level Assign\"", async () => {
    expect(await outputOf(twoWays, { n: 2 })).toEqual({ by: "rule", from: "rule" });
  });

  test('"if no Choice Rules match, the interpreter evaluates the state\'s top-level Assign field" and Output', async () => {
    expect(await outputOf(twoWays, { n: 1 })).toEqual({ by: "state", from: "state" });
  });

  test('"if an Output field is not provided, the state input is passed through to its output"', async () => {
    const states = {
      A: { Type: "Choice", Choices: [{ Condition: true, Next: "B" }], Output: "not chosen" },
      B: { Type: "Succeed" },
    };
    expect(await outputOf(states, { n: 2 })).toEqual({ n: 2 });
  });
});

describe("Wait", () => {
  test('"causes the interpreter to delay the machine from continuing for a specified time": Seconds', async () => {
    const { sleeps, answer } = await play({ A: { Type: "Wait", Seconds: 10, End: true } }, { kept: true });
    expect(sleeps).toEqual([10_000]);
    expect(answer).toEqual({ status: "succeeded", output: { kept: true } });
  });

  test('"a JSONata string for the Seconds field"', async () => {
    expect((await play({ A: { Type: "Wait", Seconds: "{% $states.input.s * 2 %}", End: true } }, { s: 3 })).sleeps).toEqual([6000]);
  });

  test('Seconds "when evaluated, MUST be a non-negative integer"', async () => {
    const { answer, sleeps } = await play({ A: { Type: "Wait", Seconds: "{% 1.5 %}", End: true } });
    expect(answer).toMatchObject({ status: "failed", error: "States.QueryEvaluationError" });
    expect(sleeps).toEqual([]);
  });

  test("Timestamp waits until an absolute time", async () => {
    expect((await play({ A: { Type: "Wait", Timestamp: "2026-03-01T08:00:30.500Z", End: true } })).sleeps).toEqual([30_500]);
  });

  test("a Timestamp with an offset, from data", async () => {
    const states = { A: { Type: "Wait", Timestamp: "{% $states.input.until %}", End: true } };
    expect((await play(states, { until: "2026-03-01T09:01:00+01:00" })).sleeps).toEqual([60_000]);
  });

  test("a Timestamp in the past does not wait", async () => {
    expect((await play({ A: { Type: "Wait", Timestamp: "2016-03-14T01:59:00Z", End: true } })).sleeps).toEqual([]);
  });

  test('"an uppercase T character MUST be used to separate date and time": other forms are refused', async () => {
    const states = { A: { Type: "Wait", Timestamp: "{% $states.input %}", End: true } };
    for (const text of ["2026-03-01t09:00:00Z", "2026-03-01T09:00:00z", "2026-03-01 09:00:00Z", "2026-03-01", "2026-13-01T00:00:00Z"]) {
      expect((await play(states, text)).answer, text).toMatchObject({ status: "failed", error: "States.QueryEvaluationError" });
    }
  });
});

describe("Succeed", () => {
  test('"if Output is not provided, the Succeed State copies its input through to its output"', async () => {
    expect(await outputOf({ A: { Type: "Succeed" } }, [1, 2])).toEqual([1, 2]);
  });

  test('"a JSONata Succeed State MAY have an Output field"', async () => {
    expect(await outputOf({ A: { Type: "Succeed", Output: "{% $sum($states.input) %}" } }, [1, 2])).toBe(3);
  });
});

describe("Fail", () => {
  test('"terminates the machine and marks it as a failure"', async () => {
    const { answer } = await play({ A: { Type: "Fail", Error: "ErrorA", Cause: "Kaiju attack" } });
    expect(answer).toEqual({ status: "failed", error: "ErrorA", cause: "Kaiju attack" });
  });

  test('"MAY specify JSONata strings for the Error and Cause fields"', async () => {
    const states = { A: { Type: "Fail", Error: "{% $states.input.Error %}", Cause: "{% 'because of ' & $states.input.what %}" } };
    expect((await play(states, { Error: "Held", what: "tax" })).answer).toEqual({
      status: "failed",
      error: "Held",
      cause: "because of tax",
    });
  });

  test('Error and Cause "when evaluated, MUST be string values"', async () => {
    const { answer } = await play({ A: { Type: "Fail", Error: "{% 404 %}" } });
    expect(answer).toMatchObject({ status: "failed", error: "States.QueryEvaluationError" });
  });
});
