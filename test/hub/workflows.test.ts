import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { historyOf } from "#asl";
import { workflowIntegrations } from "../../hub/workflow-integrations.ts";
import { temporaryFolder } from "../contracts/temporary-folder.ts";
import { outline } from "../workflows/machine-under-test.ts";
import { approval, type MachineFixture, workflowHouse } from "./workflow-house.ts";

function house(
  fixtures: Readonly<Record<string, MachineFixture>>,
  functions: Parameters<typeof workflowHouse>[2] = {},
  file = join(temporaryFolder(), "hub.db"),
) {
  const opened = workflowHouse(file, fixtures, functions);
  onTestFinished(() => opened.database.close());
  const answerOf = async (machine: string, name: string) => (await opened.executions.get(machine, name))?.answer;
  return {
    ...opened,
    file,
    answerOf,
    async toTheEnd(machine: string, name: string, limit?: number) {
      await opened.work(async () => (await answerOf(machine, name)) !== undefined, limit);
      return answerOf(machine, name);
    },
  };
}

const pass = (Output: unknown): MachineFixture => ({ states: { P: { Type: "Pass", Output, End: true } } });
const one = (action: string, Arguments: unknown, fields: object = {}): MachineFixture => ({
  states: { A: { Type: "Task", Resource: `arn:aws:states:::${action}`, Arguments, End: true, ...fields } },
});

describe("an execution of a Standard machine", () => {
  test("keeps its history, and ends with its answer", async () => {
    const { workflows, executions, toTheEnd } = house({ hello: pass("{% 'hello ' & $states.input.name %}") });
    expect(await workflows.start("hello", "h-1", { name: "world" })).toBe("started");
    expect(await toTheEnd("hello", "h-1")).toEqual({ status: "succeeded", output: "hello world" });
    expect(outline(historyOf(await executions.history("hello", "h-1")))).toEqual([
      "1←0 ExecutionStarted",
      "2←0 PassStateEntered P",
      "3←2 PassStateExited P",
      "4←3 ExecutionSucceeded",
    ]);
  });

  test("that waits for its token goes on when another process answers, and takes no place meanwhile", async () => {
    const tokens: string[] = [];
    const functions = { prepare: async () => "ready", ask: async ({ token }: { token: string }) => tokens.push(token) };
    const here = house({ approve: approval, hello: pass("hi") }, functions);
    await here.workflows.start("approve", "a-1", {});
    await here.work(async () => tokens.length === 1, 1);
    await here.workflows.start("hello", "h-1", {});
    expect(await here.toTheEnd("hello", "h-1", 1)).toEqual({ status: "succeeded", output: "hi" });
    const there = house({}, {}, here.file);
    expect(await there.workflows.completeTask(tokens[0] as string, { by: "controller" })).toBe("accepted");
    expect(await here.toTheEnd("approve", "a-1")).toEqual({ status: "succeeded", output: { by: "controller", prepared: "ready" } });
    expect(await here.workflows.completeTask(tokens[0] as string, { by: "too late" })).toBe("too-late");
  });

  test("is of the type that its machine has", async () => {
    const { workflows } = house({ quick: { ...pass(1), type: "EXPRESS" }, slow: pass(1) });
    await expect(async () => workflows.start("quick", "q", {})).rejects.toThrow("quick is no STANDARD machine: it is EXPRESS");
    await expect(async () => workflows.runSynchronously("slow", {})).rejects.toThrow("slow is no EXPRESS machine: it is STANDARD");
    expect(await workflows.runSynchronously("quick", {})).toEqual({ status: "succeeded", output: 1 });
  });

  test("that calls a function which does not exist fails as on AWS", async () => {
    const { workflows, toTheEnd } = house({ m: one("lambda:invoke", { FunctionName: "gone" }) });
    await workflows.start("m", "n", {});
    expect(await toTheEnd("m", "n")).toEqual({
      status: "failed",
      error: "Lambda.ResourceNotFoundException",
      cause: "Function not found: gone",
    });
  });
});

describe("kill -9 while an approval is under way", () => {
  const ask = join(import.meta.dirname, "ask-until-killed.ts");

  /** Runs until the line appears, kills the process, and answers what it printed. */
  function killedAfter(file: string, hangs: string, line: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ["--no-warnings", ask, file, hangs], { stdio: ["ignore", "pipe", "inherit"] });
      let output = "";
      child.stdout.setEncoding("utf8");
      child.stdout.on("data", (chunk: string) => {
        output += chunk;
        if (line.test(output)) child.kill("SIGKILL");
      });
      child.on("error", reject);
      child.on("close", () => resolve(output));
    });
  }

  test.each([
    ["once it waits, asks nobody again", "asked", /waiting\n/, 0],
    ["while it asks, asks again with the same token", "asking", /ask .+\n/, 1],
  ])("%s", async (_, hangs, line, asksAfter) => {
    const file = join(temporaryFolder(), "hub.db");
    const before = await killedAfter(file, hangs, line);
    const token = /ask (.+)\n/.exec(before)?.[1] as string;
    expect(before.match(/prepare\n/g)?.length).toBe(1);
    const calls: string[] = [];
    const functions = {
      prepare: async () => calls.push("prepare"),
      ask: async (input: { token: string }) => calls.push(`ask ${input.token}`),
    };
    const after = house({ approve: approval }, functions, file);
    await after.work(async () => (await after.executions.history("approve", "a-1")).some(({ type }) => type === "TaskSubmitted"));
    expect(await after.workflows.completeTask(token, { by: "controller" })).toBe("accepted");
    expect(await after.workflows.completeTask(token, { by: "a second click" })).toBe("too-late");
    expect(await after.toTheEnd("approve", "a-1")).toEqual({ status: "succeeded", output: { by: "controller", prepared: "ready" } });
    expect(calls).toEqual(Array.from({ length: asksAfter }, () => `ask ${token}`));
    expect(outline(historyOf(await after.executions.history("approve", "a-1")))).toEqual([
      "1←0 ExecutionStarted",
      "2←0 TaskStateEntered Prepare",
      "3←2 LambdaFunctionScheduled",
      "4←3 LambdaFunctionStarted",
      "5←4 LambdaFunctionSucceeded",
      "6←5 TaskStateExited Prepare",
      "7←6 TaskStateEntered Ask",
      "8←7 TaskScheduled",
      "9←8 TaskStarted",
      "10←9 TaskSubmitted",
      "11←10 TaskSucceeded",
      "12←11 TaskStateExited Ask",
      "13←12 ExecutionSucceeded",
    ]);
  });
});

describe("service integrations over the hub's own ports", () => {
  test("sqs:sendMessage puts a message into a queue of the hub", async () => {
    const send = one("sqs:sendMessage", {
      QueueUrl: "posting-erp",
      MessageBody: { transactions: [{ id: "t1" }] },
      MessageGroupId: "shop-1",
    });
    const { workflows, toTheEnd, queue } = house({ send });
    await workflows.start("send", "s-1", {});
    expect(await toTheEnd("send", "s-1")).toEqual({
      status: "succeeded",
      output: { MD5OfMessageBody: "d1bdd0a0d895d683930f91261bab24f4", MessageId: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    expect(await queue.receive("posting-erp", 10, 30)).toMatchObject([{ body: { transactions: [{ id: "t1" }] }, group: "shop-1" }]);
  });

  test.each([
    [{ QueueUrl: "gone", MessageBody: "x" }, 'there is no queue "gone": the known ones are posting-erp'],
    [{ QueueUrl: "posting-erp", MessageBody: null }, "The request must contain the parameter MessageBody."],
    [{ QueueUrl: "posting-erp", MessageBody: "x", DelaySeconds: 901 }, "a delay is a whole number of seconds from 0 to 900, not 901"],
  ])("sqs:sendMessage of %o is SQS.AmazonSQSException", async (Arguments, cause) => {
    const { workflows, toTheEnd } = house({ send: one("sqs:sendMessage", Arguments) });
    await workflows.start("send", "s-1", {});
    expect(await toTheEnd("send", "s-1")).toEqual({ status: "failed", error: "SQS.AmazonSQSException", cause });
  });

  const entry = (fields: object = {}) => ({
    DetailType: "order.placed",
    Detail: { shop: "shop-1", connections: ["erp"], transactions: [{ id: "t1", connections: ["erp"] }] },
    Source: "throughline",
    ...fields,
  });

  test("events:putEvents puts entries on the bus, given as JSON or as text", async () => {
    const asText = entry({ Detail: JSON.stringify({ shop: "shop-2", connections: ["erp"], transactions: [] }) });
    const { workflows, toTheEnd, queue } = house({ put: one("events:putEvents", { Entries: [entry(), asText] }) });
    await workflows.start("put", "p-1", {});
    const id = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(await toTheEnd("put", "p-1")).toEqual({
      status: "succeeded",
      output: { Entries: [{ EventId: id }, { EventId: id }], FailedEntryCount: 0 },
    });
    expect((await queue.receive("posting-erp", 10, 30)).map(({ body }) => (body as { name: string; shop: string }).shop)).toEqual([
      "shop-1",
      "shop-2",
    ]);
  });

  test("events:putEvents with a malformed entry fails the task and says which; the others went out", async () => {
    const { workflows, toTheEnd, queue } = house({ put: one("events:putEvents", { Entries: [entry({ Detail: "no JSON" }), entry()] }) });
    await workflows.start("put", "p-1", {});
    const answer = await toTheEnd("put", "p-1");
    expect(answer).toMatchObject({ status: "failed", error: "EventBridge.FailedEntry" });
    if (answer?.status !== "failed") return;
    expect(JSON.parse(answer.cause)).toEqual({
      Entries: [{ ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." }, { EventId: expect.any(String) }],
      FailedEntryCount: 1,
    });
    expect((await queue.receive("posting-erp", 10, 30)).length).toBe(1);
  });

  test("events:putEvents takes one to ten entries", async () => {
    const { workflows, toTheEnd } = house({ put: one("events:putEvents", { Entries: Array.from({ length: 11 }, () => entry()) }) });
    await workflows.start("put", "p-1", {});
    expect(await toTheEnd("put", "p-1")).toMatchObject({ status: "failed", error: "EventBridge.ValidationException" });
  });

  test("states:startExecution.sync:2 waits for the other execution, also when there is one place only", async () => {
    const parent = one(
      "states:startExecution.sync:2",
      { StateMachineArn: "child", Input: { n: 2 } },
      { Output: "{% $states.result.Output %}" },
    );
    const { workflows, toTheEnd } = house({ parent, child: pass("{% $states.input.n * 21 %}") });
    await workflows.start("parent", "p-1", {});
    expect(await toTheEnd("parent", "p-1", 1)).toEqual({ status: "succeeded", output: 42 });
  });

  test("an execution that fails below fails the task above with its description", async () => {
    const child: MachineFixture = { states: { F: { Type: "Fail", Error: "Held", Cause: "no rate" } } };
    const { workflows, toTheEnd } = house({
      parent: one("states:startExecution.sync:2", { StateMachineArn: "child", Name: "c-1" }),
      child,
    });
    await workflows.start("parent", "p-1", {});
    const answer = await toTheEnd("parent", "p-1");
    expect(answer).toMatchObject({ status: "failed", error: "States.TaskFailed" });
    if (answer?.status !== "failed") return;
    expect(JSON.parse(answer.cause)).toMatchObject({ Error: "Held", Cause: "no rate", Input: "{}", Name: "c-1", Status: "FAILED" });
  });

  test("a name that another execution has is StepFunctions.ExecutionAlreadyExistsException, an unknown machine its own", async () => {
    const again = one("states:startExecution", { StateMachineArn: "child", Name: "c-1", Input: "{% $states.input %}" });
    const asking = one("states:startExecution", { StateMachineArn: "gone" });
    const { workflows, toTheEnd } = house({ again, asking, child: pass(1) });
    await workflows.start("child", "c-1", { other: true });
    await workflows.start("again", "a-1", { mine: true });
    expect(await toTheEnd("again", "a-1")).toMatchObject({ error: "StepFunctions.ExecutionAlreadyExistsException" });
    await toTheEnd("child", "c-1");
    await workflows.start("again", "a-2", { other: true });
    expect(await toTheEnd("again", "a-2")).toMatchObject({ error: "StepFunctions.ExecutionAlreadyExistsException" });
    await workflows.start("asking", "g-1", {});
    expect(await toTheEnd("asking", "g-1")).toMatchObject({ error: "StepFunctions.StateMachineDoesNotExistException" });
  });

  test("an attempt that a crash makes ask again finds the execution that it has started, even when that has ended", async () => {
    const { workflows, executions, queue, toTheEnd } = house({ child: pass(1) });
    const { "states:startExecution": start } = workflowIntegrations({
      bus: { publish: async () => [] },
      queue,
      workflows,
      executions,
      clock: { now: () => "2026-03-01T08:00:00.000Z" },
      sleep: async () => undefined,
    });
    const args = { StateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:child" };
    const caller = { machine: "parent", execution: "p-1", place: "A#1.0", again: false };
    const first = await start?.call(args, caller);
    const name = (first as { ExecutionArn: string }).ExecutionArn.slice("child:".length);
    await toTheEnd("child", name);
    expect(await start?.call(args, { ...caller, again: true })).toEqual(first);
    await expect(start?.call(args, caller)).rejects.toMatchObject({ error: "StepFunctions.ExecutionAlreadyExistsException" });
    expect(await start?.call(args, { ...caller, place: "A#1.1" })).not.toEqual(first);
  });

  test("aws-sdk:sfn:startSyncExecution answers with the status of an Express machine, also of one that failed", async () => {
    const call = (StateMachineArn: string) =>
      one("aws-sdk:sfn:startSyncExecution", { StateMachineArn, Input: { n: 1 } }, { Output: "{% $states.result %}" });
    const failing: MachineFixture = { type: "EXPRESS", states: { F: { Type: "Fail", Error: "Held", Cause: "no rate" } } };
    const { workflows, toTheEnd } = house({
      good: call("quick"),
      bad: call("failing"),
      quick: { ...pass("{% $states.input.n + 1 %}"), type: "EXPRESS" },
      failing,
    });
    await workflows.start("good", "g-1", {});
    await workflows.start("bad", "b-1", {});
    expect(await toTheEnd("good", "g-1")).toMatchObject({
      output: { Status: "SUCCEEDED", Input: '{"n":1}', Output: "2", StateMachineArn: "quick" },
    });
    expect(await toTheEnd("bad", "b-1")).toMatchObject({ output: { Status: "FAILED", Error: "Held", Cause: "no rate" } });
  });
});
