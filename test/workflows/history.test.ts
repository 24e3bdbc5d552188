import { describe, expect, test } from "vitest";
import { failure, outline, play, WORK } from "./machine-under-test.ts";

/** Shapes as AWS was recorded to give them: which events, in which order, and which event each of them points at. */

const task = { Type: "Task", Resource: WORK, End: true };
const invoke = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: WORK, Payload: { foo: 1 } },
  End: true,
};
const timestamp = "2026-03-01T08:00:00.000Z";
const notTruncated = { truncated: false };

describe("the events of a state", () => {
  test("a Pass that assigns: entered with its input, exited with its output and what it assigned", async () => {
    const { history } = await play({ A: { Type: "Pass", Assign: { n: 1, t: "x" }, End: true } }, { condition: true });
    expect(history).toEqual([
      {
        id: 1,
        previousEventId: 0,
        timestamp,
        type: "ExecutionStarted",
        executionStartedEventDetails: { input: '{"condition":true}', inputDetails: notTruncated },
      },
      {
        id: 2,
        previousEventId: 0,
        timestamp,
        type: "PassStateEntered",
        stateEnteredEventDetails: { name: "A", input: '{"condition":true}', inputDetails: notTruncated },
      },
      {
        id: 3,
        previousEventId: 2,
        timestamp,
        type: "PassStateExited",
        stateExitedEventDetails: {
          assignedVariables: { n: "1", t: '"x"' },
          assignedVariablesDetails: notTruncated,
          name: "A",
          output: '{"condition":true}',
          outputDetails: notTruncated,
        },
      },
      {
        id: 4,
        previousEventId: 3,
        timestamp,
        type: "ExecutionSucceeded",
        executionSucceededEventDetails: { output: '{"condition":true}', outputDetails: notTruncated },
      },
    ]);
  });

  test("Choice, Wait and Succeed are entered and exited; a Fail is entered, and the execution fails with what it says", async () => {
    const states = {
      C: { Type: "Choice", Choices: [{ Condition: "{% $states.input.ok %}", Next: "W" }], Default: "F" },
      W: { Type: "Wait", Seconds: 5, Next: "S" },
      S: { Type: "Succeed" },
      F: { Type: "Fail", Cause: "Condition is false" },
    };
    expect(outline((await play(states, { ok: true })).history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 ChoiceStateEntered C",
      "3←2 ChoiceStateExited C",
      "4←3 WaitStateEntered W",
      "5←4 WaitStateExited W",
      "6←5 SucceedStateEntered S",
      "7←6 SucceedStateExited S",
      "8←7 ExecutionSucceeded",
    ]);
    const { history } = await play(states, { ok: false });
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 ChoiceStateEntered C",
      "3←2 ChoiceStateExited C",
      "4←3 FailStateEntered F",
      "5←4 ExecutionFailed",
    ]);
    expect(history.at(-1)?.executionFailedEventDetails).toEqual({ cause: "Condition is false" });
  });

  test("events carry the time at which they arose", async () => {
    const { history } = await play({ W: { Type: "Wait", Seconds: 90, End: true } });
    expect(history.map((event) => event.timestamp)).toEqual([
      "2026-03-01T08:00:00.000Z",
      "2026-03-01T08:00:00.000Z",
      "2026-03-01T08:01:30.000Z",
      "2026-03-01T08:01:30.000Z",
    ]);
  });
});

describe("the events of a task", () => {
  test("a function called by itself has events of Lambda, with its input", async () => {
    const { history } = await play({ A: { ...task, TimeoutSeconds: 5 } }, { id: 1 }, { functions: { work: () => "done" } });
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 TaskStateEntered A",
      "3←2 LambdaFunctionScheduled",
      "4←3 LambdaFunctionStarted",
      "5←4 LambdaFunctionSucceeded",
      "6←5 TaskStateExited A",
      "7←6 ExecutionSucceeded",
    ]);
    expect(history[2]?.lambdaFunctionScheduledEventDetails).toEqual({
      input: '{"id":1}',
      inputDetails: notTruncated,
      resource: "work",
      timeoutInSeconds: 5,
    });
    expect(Object.keys(history[3] ?? {})).toEqual(["id", "previousEventId", "timestamp", "type"]);
    expect(history[4]?.lambdaFunctionSucceededEventDetails).toEqual({ output: '"done"', outputDetails: notTruncated });
  });

  test("a service integration has events of a task, with its parameters as text", async () => {
    const { history } = await play({ A: { ...invoke, TimeoutSeconds: "{% 2 + 3 %}" } }, {}, { functions: { work: () => ({ ok: true }) } });
    expect(outline(history).slice(2, 5)).toEqual(["3←2 TaskScheduled", "4←3 TaskStarted", "5←4 TaskSucceeded"]);
    expect(history[2]?.taskScheduledEventDetails).toEqual({
      parameters: '{"FunctionName":"work","Payload":{"foo":1}}',
      region: "us-east-1",
      resource: "invoke",
      resourceType: "lambda",
      timeoutInSeconds: 5,
    });
    expect(history[3]?.taskStartedEventDetails).toEqual({ resource: "invoke", resourceType: "lambda" });
    expect(history[4]?.taskSucceededEventDetails).toEqual({
      output: '{"ExecutedVersion":"$LATEST","Payload":{"ok":true},"StatusCode":200}',
      outputDetails: notTruncated,
      resource: "invoke",
      resourceType: "lambda",
    });
  });

  test("a failure names error and cause, and the state exits with them when it is caught", async () => {
    const states = { A: { ...invoke, Catch: [{ ErrorEquals: ["Broken"], Next: "B" }] }, B: { Type: "Pass", End: true } };
    const { history } = await play(states, {}, { functions: { work: () => Promise.reject(failure("Broken", "no")) } });
    const cause = '{"errorType":"Broken","errorMessage":"no"}';
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 TaskStateEntered A",
      "3←2 TaskScheduled",
      "4←3 TaskStarted",
      "5←4 TaskFailed",
      "6←5 TaskStateExited A",
      "7←6 PassStateEntered B",
      "8←7 PassStateExited B",
      "9←8 ExecutionSucceeded",
    ]);
    expect(history[4]?.taskFailedEventDetails).toEqual({ error: "Broken", cause, resource: "invoke", resourceType: "lambda" });
    expect(history[5]?.stateExitedEventDetails).toMatchObject({ output: JSON.stringify({ Error: "Broken", Cause: cause }) });
  });

  test("a time-out has no cause, and neither has the execution that it ends", async () => {
    const never = { functions: { work: () => new Promise(() => undefined) } };
    const direct = (await play({ A: { ...task, TimeoutSeconds: 5 } }, {}, never)).history;
    expect(direct[4]).toMatchObject({ type: "LambdaFunctionTimedOut", lambdaFunctionTimedOutEventDetails: { error: "States.Timeout" } });
    expect(direct[5]).toMatchObject({
      type: "ExecutionFailed",
      previousEventId: 5,
      executionFailedEventDetails: { error: "States.Timeout" },
    });
    const integrated = (await play({ A: { ...invoke, TimeoutSeconds: 5 } }, {}, never)).history;
    expect(integrated[4]?.taskTimedOutEventDetails).toEqual({ error: "States.Timeout", resource: "invoke", resourceType: "lambda" });
  });

  test("each retry schedules, starts and ends anew, from the failure before it", async () => {
    let failures = 1;
    const work = () => (failures-- > 0 ? Promise.reject(failure("Busy")) : "done");
    const { history } = await play({ A: { ...invoke, Retry: [{ ErrorEquals: ["Busy"] }] } }, {}, { functions: { work } });
    expect(outline(history).slice(2, 9)).toEqual([
      "3←2 TaskScheduled",
      "4←3 TaskStarted",
      "5←4 TaskFailed",
      "6←5 TaskScheduled",
      "7←6 TaskStarted",
      "8←7 TaskSucceeded",
      "9←8 TaskStateExited A",
    ]);
  });
});

describe("an evaluation that fails", () => {
  const undefinedBody = { FunctionName: WORK, Payload: "{% $states.input.missing %}" };
  const cause =
    "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$states.input.missing' specified " +
    "for the field 'Arguments/Payload' returned nothing (undefined).";

  test("is an event of its own for each attempt, with the field as location", async () => {
    const states = { A: { ...invoke, Arguments: undefinedBody, Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }] } };
    const { history } = await play(states, { x: "a" });
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 TaskStateEntered A",
      "3←2 EvaluationFailed",
      "4←3 EvaluationFailed",
      "5←4 ExecutionFailed",
    ]);
    const details = { error: "States.QueryEvaluationError", cause, location: "Arguments/Payload", state: "A" };
    expect([history[2], history[3]].map((event) => event?.evaluationFailedEventDetails)).toEqual([details, details]);
    expect(history[4]?.executionFailedEventDetails).toEqual({ error: "States.QueryEvaluationError", cause });
  });

  test("of a Map's Items is recorded before the Map starts", async () => {
    const inner = { StartAt: "I", States: { I: { Type: "Pass", End: true } } };
    const { history } = await play(
      { Fan: { Type: "Map", Items: "{% $states.input.missing %}", ItemProcessor: inner, End: true } },
      { x: "a" },
    );
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 MapStateEntered Fan",
      "3←2 EvaluationFailed",
      "4←3 MapStateFailed",
      "5←4 ExecutionFailed",
    ]);
  });

  test("in a branch is recorded there once, and the Parallel fails and exits with it", async () => {
    const branch = { StartAt: "Undef", States: { Undef: { Type: "Pass", Output: { v: "{% $states.input.missing %}" }, End: true } } };
    const states = {
      P: { Type: "Parallel", Branches: [branch], Catch: [{ ErrorEquals: ["States.ALL"], Next: "Handled" }], End: true },
      Handled: { Type: "Pass", End: true },
    };
    const { history } = await play(states, { x: "a" });
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 ParallelStateEntered P",
      "3←2 ParallelStateStarted",
      "4←3 PassStateEntered Undef",
      "5←4 EvaluationFailed",
      "6←5 ParallelStateFailed",
      "7←6 ParallelStateExited P",
      "8←7 PassStateEntered Handled",
      "9←8 PassStateExited Handled",
      "10←9 ExecutionSucceeded",
    ]);
  });

  test("in a catcher is recorded from before the failure that it caught, and the state fails once more", async () => {
    const states = {
      P: {
        Type: "Parallel",
        Branches: [{ StartAt: "Boom", States: { Boom: { Type: "Fail", Error: "MyError", Cause: "my cause" } } }],
        Catch: [
          { ErrorEquals: ["Other"], Next: "Done" },
          { ErrorEquals: ["States.ALL"], Output: { v: "{% $states.input.missing %}" }, Next: "Done" },
        ],
        End: true,
      },
      Done: { Type: "Pass", End: true },
    };
    const { history } = await play(states, { x: "a" });
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 ParallelStateEntered P",
      "3←2 ParallelStateStarted",
      "4←3 FailStateEntered Boom",
      "5←4 ParallelStateFailed",
      "6←4 EvaluationFailed",
      "7←6 ParallelStateFailed",
      "8←7 ExecutionFailed",
    ]);
    expect(history[5]?.evaluationFailedEventDetails).toMatchObject({ location: "Catch[1]/Output/v", state: "P" });
  });
});

describe("Parallel", () => {
  const two = (first: string) => ({
    StartAt: `${first}1`,
    States: { [`${first}1`]: { Type: "Pass", Next: `${first}2` }, [`${first}2`]: { Type: "Pass", End: true } },
  });

  test("each branch has a chain of its own; the state goes on from the last event of a branch, past its Succeeded", async () => {
    const { history } = await play({
      P: { Type: "Parallel", Branches: [two("A"), two("B")], Next: "After" },
      After: { Type: "Pass", End: true },
    });
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 ParallelStateEntered P",
      "3←2 ParallelStateStarted",
      "4←3 PassStateEntered A1",
      "5←3 PassStateEntered B1",
      "6←4 PassStateExited A1",
      "7←5 PassStateExited B1",
      "8←6 PassStateEntered A2",
      "9←7 PassStateEntered B2",
      "10←8 PassStateExited A2",
      "11←9 PassStateExited B2",
      "12←11 ParallelStateSucceeded",
      "13←11 ParallelStateExited P",
      "14←13 PassStateEntered After",
      "15←14 PassStateExited After",
      "16←15 ExecutionSucceeded",
    ]);
    expect(Object.keys(history[2] ?? {})).toEqual(["id", "previousEventId", "timestamp", "type"]);
  });

  test("one that is retried starts again, and fails once its retries are used up", async () => {
    const states = {
      P: {
        Type: "Parallel",
        Branches: [{ StartAt: "Boom", States: { Boom: { Type: "Fail", Error: "MyError", Cause: "my cause" } } }],
        Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }],
        End: true,
      },
    };
    const { history } = await play(states);
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 ParallelStateEntered P",
      "3←2 ParallelStateStarted",
      "4←3 FailStateEntered Boom",
      "5←4 ParallelStateStarted",
      "6←5 FailStateEntered Boom",
      "7←6 ParallelStateFailed",
      "8←7 ExecutionFailed",
    ]);
    expect(history.at(-1)?.executionFailedEventDetails).toEqual({ error: "MyError", cause: "my cause" });
  });

  test("a task that ends its branch is aborted, and what fails the whole execution leaves no failed state", async () => {
    const send = { StartAt: "Send", States: { Send: invoke } };
    const functions = { work: () => Promise.reject(failure("Broken")) };
    const { history } = await play({ P: { Type: "Parallel", Branches: [send], End: true } }, {}, { functions });
    expect(outline(history).slice(3)).toEqual([
      "4←3 TaskStateEntered Send",
      "5←4 TaskScheduled",
      "6←5 TaskStarted",
      "7←6 TaskFailed",
      "8←7 TaskStateAborted",
      "9←7 ParallelStateFailed",
      "10←9 ExecutionFailed",
    ]);
    const stuck = { StartAt: "C", States: { C: { Type: "Choice", Choices: [{ Condition: false, Next: "D" }] }, D: { Type: "Succeed" } } };
    expect(outline((await play({ P: { Type: "Parallel", Branches: [stuck], End: true } })).history).slice(2)).toEqual([
      "3←2 ParallelStateStarted",
      "4←3 ChoiceStateEntered C",
      "5←4 ExecutionFailed",
    ]);
  });
});

describe("Map", () => {
  const process = { StartAt: "Process", States: { Process: { Type: "Pass", End: true } } };

  test("one iteration after the other: each starts from the last state of the one before", async () => {
    const { history } = await play({ M: { Type: "Map", MaxConcurrency: 1, ItemProcessor: process, End: true } }, [1, 2, 3]);
    expect(outline(history)).toEqual([
      "1←0 ExecutionStarted",
      "2←0 MapStateEntered M",
      "3←2 MapStateStarted",
      "4←3 MapIterationStarted M 0",
      "5←4 PassStateEntered Process",
      "6←5 PassStateExited Process",
      "7←6 MapIterationSucceeded M 0",
      "8←6 MapIterationStarted M 1",
      "9←8 PassStateEntered Process",
      "10←9 PassStateExited Process",
      "11←10 MapIterationSucceeded M 1",
      "12←10 MapIterationStarted M 2",
      "13←12 PassStateEntered Process",
      "14←13 PassStateExited Process",
      "15←14 MapIterationSucceeded M 2",
      "16←15 MapStateSucceeded",
      "17←15 MapStateExited M",
      "18←17 ExecutionSucceeded",
    ]);
    expect(history[2]?.mapStateStartedEventDetails).toEqual({ length: 3 });
    expect(history[3]?.mapIterationStartedEventDetails).toEqual({ name: "M", index: 0 });
  });

  test("no items: it exits from its start", async () => {
    const { history } = await play({ M: { Type: "Map", ItemProcessor: process, End: true } }, []);
    expect(outline(history).slice(2)).toEqual([
      "3←2 MapStateStarted",
      "4←3 MapStateSucceeded",
      "5←3 MapStateExited M",
      "6←5 ExecutionSucceeded",
    ]);
  });

  test("an iteration that fails: its own failure, then what the others were cut in, all from the event that failed", async () => {
    const each = { StartAt: "Call", States: { Call: { ...invoke, TimeoutSeconds: "{% $states.input %}" } } };
    const states = { M: { Type: "Map", ItemProcessor: each, End: true } };
    const { history } = await play(states, [5, 60, 60], { functions: { work: () => new Promise(() => undefined) } });
    expect(outline(history).slice(3, 6)).toEqual([
      "4←3 MapIterationStarted M 0",
      "5←3 MapIterationStarted M 1",
      "6←3 MapIterationStarted M 2",
    ]);
    expect(outline(history).slice(-9)).toEqual([
      "16←11 TaskTimedOut",
      "17←16 MapIterationFailed M 0",
      "18←16 TaskStateAborted",
      "19←16 MapIterationAborted M 1",
      "20←16 TaskStateAborted",
      "21←16 MapIterationAborted M 2",
      "22←16 TaskStateAborted",
      "23←16 MapStateFailed",
      "24←23 ExecutionFailed",
    ]);
  });
});

describe("branches that end together", () => {
  test("one failure is recorded, whoever else fails in the same moment was cut", async () => {
    const inner = { StartAt: "F", States: { F: { Type: "Fail", Error: "Held" } } };
    const { history } = await play({ M: { Type: "Map", ItemProcessor: inner, End: true } }, [1, 2]);
    expect(outline(history).slice(3)).toEqual([
      "4←3 MapIterationStarted M 0",
      "5←3 MapIterationStarted M 1",
      "6←4 FailStateEntered F",
      "7←5 FailStateEntered F",
      "8←6 MapIterationFailed M 0",
      "9←6 MapIterationAborted M 1",
      "10←6 MapStateFailed",
      "11←10 ExecutionFailed",
    ]);
  });

  test("what ends the whole execution leaves no failed iteration behind", async () => {
    const stuck = { StartAt: "C", States: { C: { Type: "Choice", Choices: [{ Condition: false, Next: "D" }] }, D: { Type: "Succeed" } } };
    const { history } = await play({ M: { Type: "Map", ItemProcessor: stuck, End: true } }, [1]);
    expect(outline(history).slice(3)).toEqual(["4←3 MapIterationStarted M 0", "5←4 ChoiceStateEntered C", "6←5 ExecutionFailed"]);
  });

  test("a Parallel that fails after its branches have succeeded fails from there", async () => {
    const branch = { StartAt: "Ok", States: { Ok: { Type: "Pass", End: true } } };
    const { history } = await play({ P: { Type: "Parallel", Branches: [branch], Output: "{% $states.result[5] %}", End: true } });
    expect(outline(history).slice(3)).toEqual([
      "4←3 PassStateEntered Ok",
      "5←4 PassStateExited Ok",
      "6←5 ParallelStateSucceeded",
      "7←6 EvaluationFailed",
      "8←7 ParallelStateFailed",
      "9←8 ExecutionFailed",
    ]);
  });
});

test("a machine that runs out of time: one event that points at none, and no exit of the state that was cut", async () => {
  const { history } = await play({ Linger: { Type: "Wait", Seconds: 3, End: true } }, {}, { machineTimeoutSeconds: 1 });
  expect(outline(history)).toEqual(["1←0 ExecutionStarted", "2←0 WaitStateEntered Linger", "3←0 ExecutionTimedOut"]);
  expect(history[2]?.executionTimedOutEventDetails).toEqual({ error: "States.Timeout" });
});
