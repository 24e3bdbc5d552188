import { describe, expect, test } from "vitest";
import { type EndedJob, type Integration, TaskError } from "#asl";
import { outline, play } from "./machine-under-test.ts";

const task = (action: string, Arguments: unknown, fields: object = {}) => ({
  A: { Type: "Task", Resource: `arn:aws:states:::${action}`, Arguments, End: true, ...fields },
});

/** An integration that remembers what it was asked, and answers or throws. */
function recording(answer: (args: never) => unknown): Integration & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    async call(args, caller) {
      asked.push([args, caller]);
      return answer(args as never);
    },
  };
}

describe("a service integration", () => {
  test("is asked with its arguments and who asks, and its answer is the result", async () => {
    const send = recording(() => ({ MessageId: "m-1" }));
    const Arguments = { QueueUrl: "posting", MessageBody: { look: "{% $states.input.id %}" } };
    const { answer, history } = await play(task("sqs:sendMessage", Arguments), { id: "t1" }, { integrations: { "sqs:sendMessage": send } });
    expect(answer).toEqual({ status: "succeeded", output: { MessageId: "m-1" } });
    const caller = { machine: "tested", execution: "run-1", place: "A#1.0", again: false };
    expect(send.asked).toEqual([[{ QueueUrl: "posting", MessageBody: { look: "t1" } }, caller]]);
    expect(history[2]?.taskScheduledEventDetails).toMatchObject({ resource: "sendMessage", resourceType: "sqs" });
  });

  test("of the SDK is named with its service in the events", async () => {
    const sync = recording(() => ({ Status: "SUCCEEDED" }));
    const { history } = await play(
      task("aws-sdk:sfn:startSyncExecution", { StateMachineArn: "m" }),
      {},
      {
        integrations: { "aws-sdk:sfn:startSyncExecution": sync },
      },
    );
    expect(history[3]?.taskStartedEventDetails).toEqual({ resource: "startSyncExecution", resourceType: "aws-sdk:sfn" });
  });

  test("that the host brings along: a table of DynamoDB", async () => {
    const items = new Map([["k1", { pk: { S: "k1" }, total: { N: "7" } }]]);
    const get = recording(({ Key }: { Key: { pk: { S: string } } }) => ({ Item: items.get(Key.pk.S) }));
    const states = task(
      "dynamodb:getItem",
      { TableName: "t", Key: { pk: { S: "{% $states.input %}" } } },
      { Output: "{% $states.result.Item.total.N %}" },
    );
    expect((await play(states, "k1", { integrations: { "dynamodb:getItem": get } })).answer).toEqual({ status: "succeeded", output: "7" });
  });

  test("fails under the name that AWS gives the failure, with its text as cause", async () => {
    const send = recording(() => {
      throw new TaskError("SQS.AmazonSQSException", "The request must contain the parameter MessageBody.");
    });
    const states = {
      ...task("sqs:sendMessage", { QueueUrl: "q", MessageBody: "x" }, { Catch: [{ ErrorEquals: ["SQS.AmazonSQSException"], Next: "B" }] }),
      B: { Type: "Succeed" },
    };
    expect((await play(states, {}, { integrations: { "sqs:sendMessage": send } })).answer).toEqual({
      status: "succeeded",
      output: { Error: "SQS.AmazonSQSException", Cause: "The request must contain the parameter MessageBody." },
    });
  });

  test.each([
    ["sqs:sendMessage", { QueueUrl: "q", MessageBody: "x" }, "SQS.SdkClientException"],
    ["events:putEvents", { Entries: [] }, "EventBridge.SdkClientException"],
    ["states:startExecution", { StateMachineArn: "m" }, "StepFunctions.SdkClientException"],
    ["dynamodb:putItem", { TableName: "t" }, "DynamoDB.SdkClientException"],
    ["aws-sdk:sfn:startSyncExecution", { StateMachineArn: "m" }, "Sfn.SdkClientException"],
  ])("%s that cannot be reached is %3$s", async (action, Arguments, error) => {
    const away = recording(() => {
      throw new Error("connection refused");
    });
    const { answer } = await play(task(action, Arguments), {}, { integrations: { [action]: away } });
    expect(answer).toEqual({ status: "failed", error, cause: "connection refused" });
  });

  test("that the host does not have ends the execution by name", async () => {
    expect((await play(task("dynamodb:putItem", { TableName: "t" }))).answer).toEqual({
      status: "failed",
      error: "States.Runtime",
      cause: "An error occurred while executing the state 'A' (entered at the event id #2). dynamodb:putItem is not on this host.",
    });
  });

  test("with arguments that are no object ends the execution, too", async () => {
    const states = task("sqs:sendMessage", "{% 'text' %}");
    expect((await play(states, {}, { integrations: { "sqs:sendMessage": recording(() => null) } })).answer).toMatchObject({
      status: "failed",
      error: "States.Runtime",
    });
  });
});

describe("events:putEvents", () => {
  const states = task("events:putEvents", { Entries: [{ Detail: { n: 1 }, DetailType: "order.placed", Source: "throughline" }] });

  test("answers with the ids of its entries", async () => {
    const output = { Entries: [{ EventId: "e-1" }], FailedEntryCount: 0 };
    const { answer } = await play(states, {}, { integrations: { "events:putEvents": recording(() => output) } });
    expect(answer).toEqual({ status: "succeeded", output });
  });

  test("one failed entry fails the whole task with EventBridge.FailedEntry, and the cause is the answer", async () => {
    const output = {
      Entries: [{ EventId: "e-1" }, { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." }],
      FailedEntryCount: 1,
    };
    const { answer } = await play(states, {}, { integrations: { "events:putEvents": recording(() => output) } });
    expect(answer).toEqual({
      status: "failed",
      error: "EventBridge.FailedEntry",
      cause: '{"Entries":[{"EventId":"e-1"},{"ErrorCode":"MalformedDetail","ErrorMessage":"Detail is malformed."}],"FailedEntryCount":1}',
    });
  });
});

describe("states:startExecution that waits for the end", () => {
  const ended: EndedJob = {
    ExecutionArn: "close-day:d1",
    Input: { day: 1 },
    InputDetails: { Included: true },
    Name: "d1",
    StateMachineArn: "close-day",
    Status: "SUCCEEDED",
    Output: { closed: true },
    OutputDetails: { Included: true },
  };
  const child = (job: EndedJob): Integration => ({
    call: async () => ({ ExecutionArn: "close-day:d1", StartDate: "2026-03-01T08:00:00.000Z" }),
    ended: async () => job,
  });
  const start = (pattern: string, job: EndedJob) =>
    play(
      task(`states:startExecution${pattern}`, { StateMachineArn: "close-day" }),
      {},
      { integrations: { "states:startExecution": child(job) } },
    );

  test("without a pattern the result is the start", async () => {
    expect((await start("", ended)).answer).toEqual({
      status: "succeeded",
      output: { ExecutionArn: "close-day:d1", StartDate: "2026-03-01T08:00:00.000Z" },
    });
  });

  test(".sync gives Input and Output as text, .sync:2 as JSON, with the events of a job", async () => {
    expect((await start(".sync", ended)).answer).toMatchObject({
      output: { Input: '{"day":1}', Output: '{"closed":true}', Status: "SUCCEEDED" },
    });
    const { answer, history } = await start(".sync:2", ended);
    expect(answer).toEqual({ status: "succeeded", output: ended });
    expect(outline(history).slice(2, 7)).toEqual([
      "3←2 TaskScheduled",
      "4←3 TaskStarted",
      "5←4 TaskSubmitted",
      "6←5 TaskSucceeded",
      "7←6 TaskStateExited A",
    ]);
    expect(history[5]?.taskSucceededEventDetails).toMatchObject({ resource: "startExecution.sync:2", resourceType: "states" });
  });

  test("an execution that failed fails the task with States.TaskFailed, and its description is the cause", async () => {
    const { Output: _, OutputDetails: __, ...rest } = ended;
    const failed: EndedJob = { ...rest, Status: "FAILED", Error: "SomeFailure", Cause: "it was held" };
    expect((await start(".sync:2", failed)).answer).toEqual({
      status: "failed",
      error: "States.TaskFailed",
      cause:
        '{"Cause":"it was held","Error":"SomeFailure","ExecutionArn":"close-day:d1","Input":"{\\"day\\":1}","InputDetails":{"Included":true},' +
        '"Name":"d1","StateMachineArn":"close-day","Status":"FAILED"}',
    });
  });

  test("an execution that does not end in time is States.Timeout", async () => {
    const endless: Integration = { call: async () => ({}), ended: () => new Promise(() => undefined) };
    const states = task("states:startExecution.sync:2", { StateMachineArn: "close-day" }, { TimeoutSeconds: 90 });
    const { answer, sleeps } = await play(states, {}, { integrations: { "states:startExecution": endless } });
    expect([answer, sleeps.at(-1)]).toEqual([{ status: "failed", error: "States.Timeout", cause: "" }, 90_000]);
  });
});
