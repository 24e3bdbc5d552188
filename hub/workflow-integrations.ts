import { createHash } from "node:crypto";
import type { Execution, Executions } from "#adapters/embedded";
import { type EndedJob, type Integration, type IntegrationCaller, TaskError } from "#asl";
import { Invalid } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { BusEntry, EventBus } from "#ports/event-bus";
import type { Queue } from "#ports/queue";
import type { WorkflowAnswer, Workflows } from "#ports/workflows";

/** Actions that machines of the embedded hub may ask for. A table of the lineage is nobody's to write past its port: no DynamoDB. */
export const embeddedActions = [
  "lambda:invoke",
  "events:putEvents",
  "sqs:sendMessage",
  "states:startExecution",
  "aws-sdk:sfn:startSyncExecution",
] as const;

type Arguments = Readonly<Record<string, unknown>>;

export interface WorkflowIntegrationsDependencies {
  readonly bus: EventBus;
  readonly queue: Queue;
  readonly workflows: Workflows;
  readonly executions: Executions;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** The service integrations over the hub's own ports, with the answers and Error Names of AWS. */
export function workflowIntegrations(dependencies: WorkflowIntegrationsDependencies): Readonly<Record<string, Integration>> {
  const { bus, queue } = dependencies;
  return {
    "events:putEvents": { call: (args, caller) => putEvents(args, caller, bus) },
    "sqs:sendMessage": { call: (args, caller) => sendMessage(args, caller, queue) },
    "states:startExecution": {
      call: (args, caller) => startExecution(args, caller, dependencies),
      ended: (submitted, signal) => executionEnd(submitted, signal, dependencies),
    },
    "aws-sdk:sfn:startSyncExecution": { call: (args, caller) => startSyncExecution(args, caller, dependencies) },
  };
}

/** An id that is the same when the same attempt asks again. */
function derivedId({ machine, execution, place }: IntegrationCaller, what: string): string {
  return createHash("sha256")
    .update(JSON.stringify([machine, execution, place, what]))
    .digest("hex")
    .slice(0, 32);
}

const entriesMax = 10;

/**
 * An entry's DetailType is the event's name, its Detail the rest of ports/event-bus's entry, as JSON or as its text. One that is malformed
 * is answered like on AWS; the others go out.
 */
async function putEvents({ Entries }: Arguments, caller: IntegrationCaller, bus: EventBus): Promise<unknown> {
  if (!Array.isArray(Entries) || Entries.length === 0 || Entries.length > entriesMax) {
    throw new TaskError("EventBridge.ValidationException", `Entries must be an array of 1 to ${entriesMax} entries.`);
  }
  const read = Entries.map((entry: unknown) => busEntryOf(entry));
  const sound = read.filter((entry) => "name" in entry);
  const accepted = sound.length === 0 ? [] : await bus.publish(sound);
  let next = 0;
  const answers = read.map((entry, index) => {
    if (!("name" in entry)) return entry;
    const taken = accepted[next++] === "accepted";
    return taken
      ? { EventId: derivedId(caller, `event ${index}`) }
      : { ErrorCode: "InternalFailure", ErrorMessage: "The bus did not take the entry." };
  });
  return { Entries: answers, FailedEntryCount: answers.filter((answer) => "ErrorCode" in answer).length };
}

function busEntryOf(entry: unknown): BusEntry | { readonly ErrorCode: string; readonly ErrorMessage: string } {
  const { Detail, DetailType } = (entry ?? {}) as { Detail?: unknown; DetailType?: unknown };
  if (typeof DetailType !== "string" || DetailType === "") {
    return { ErrorCode: "InvalidArgument", ErrorMessage: "Parameter DetailType is not valid. Reason: DetailType is a required argument." };
  }
  const { shop, connections, transactions } = (jsonOf(Detail) ?? {}) as Record<string, unknown>;
  if (typeof shop !== "string" || !Array.isArray(connections) || !Array.isArray(transactions)) {
    return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  }
  return { name: DetailType, shop, connections, transactions } as BusEntry;
}

/** JSON that may be given as its text; undefined when it is neither. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** QueueUrl is the queue's name here. Messages without a MessageGroupId share the machine's. */
async function sendMessage(args: Arguments, caller: IntegrationCaller, queue: Queue): Promise<unknown> {
  const { QueueUrl, MessageBody, DelaySeconds = 0, MessageGroupId = caller.machine } = args;
  const body = typeof MessageBody === "string" ? MessageBody : JSON.stringify(MessageBody);
  if (body === undefined || body === "null") {
    throw new TaskError("SQS.AmazonSQSException", "The request must contain the parameter MessageBody.");
  }
  let answers: readonly ("accepted" | "failed")[];
  try {
    answers = await queue.send(String(QueueUrl), [
      { body: jsonOf(MessageBody) ?? MessageBody, delaySeconds: Number(DelaySeconds), group: String(MessageGroupId) },
    ]);
  } catch (error) {
    if (error instanceof Invalid) throw new TaskError("SQS.AmazonSQSException", error.message);
    throw error;
  }
  if (answers[0] !== "accepted") throw new TaskError("SQS.SdkClientException", "The queue did not take the message.");
  return { MD5OfMessageBody: createHash("md5").update(body).digest("hex"), MessageId: derivedId(caller, "message") };
}

const MACHINE_ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:stateMachine:([A-Za-z0-9_-]+)$/;

function machineOf(value: unknown): string {
  const text = String(value);
  return MACHINE_ARN.exec(text)?.[1] ?? text;
}

/** An unknown machine, or one of the other type. */
async function asked<T>(service: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Invalid) throw new TaskError(`${service}.StateMachineDoesNotExistException`, error.message);
    throw error;
  }
}

/** The same name and input that still run, or that this very attempt has started before a crash, are the same execution. */
async function startExecution(
  args: Arguments,
  caller: IntegrationCaller,
  dependencies: WorkflowIntegrationsDependencies,
): Promise<unknown> {
  const { executions, workflows } = dependencies;
  const machine = machineOf(args.StateMachineArn);
  const name = typeof args.Name === "string" ? args.Name : derivedId(caller, "execution");
  const input = args.Input ?? {};
  const answer = await asked("StepFunctions", () => workflows.start(machine, name, input));
  const execution = await executions.get(machine, name);
  if (execution === undefined) throw new Error(`execution ${name} of ${machine} was started and is not on record`);
  if (answer === "already-started") {
    const same = JSON.stringify(execution.input) === JSON.stringify(input);
    if (!same || (execution.answer !== undefined && !caller.again)) {
      throw new TaskError("StepFunctions.ExecutionAlreadyExistsException", `Execution Already Exists: '${machine}:${name}'`);
    }
  }
  return { ExecutionArn: `${machine}:${name}`, StartDate: new Date(execution.startedAt).toISOString() };
}

const lookMilliseconds = 1_000;

async function executionEnd(submitted: unknown, signal: AbortSignal, dependencies: WorkflowIntegrationsDependencies): Promise<EndedJob> {
  const { executions, sleep } = dependencies;
  const { ExecutionArn } = submitted as { ExecutionArn: string };
  const cut = ExecutionArn.indexOf(":");
  const [machine, name] = [ExecutionArn.slice(0, cut), ExecutionArn.slice(cut + 1)];
  for (;;) {
    const execution = await executions.get(machine, name);
    if (execution === undefined) throw new Error(`execution ${name} of ${machine} is not on record`);
    if (execution.answer !== undefined) return descriptionOf(execution, execution.answer);
    await sleep(lookMilliseconds, signal);
  }
}

const STATUS = { succeeded: "SUCCEEDED", failed: "FAILED", "timed-out": "TIMED_OUT" } as const;

function descriptionOf({ machine, name, input, startedAt, endedAt }: Execution, answer: WorkflowAnswer): EndedJob {
  return {
    ExecutionArn: `${machine}:${name}`,
    Input: input,
    InputDetails: { Included: true },
    Name: name,
    StartDate: new Date(startedAt).toISOString(),
    StateMachineArn: machine,
    Status: STATUS[answer.status],
    StopDate: new Date(endedAt ?? startedAt).toISOString(),
    ...resultOf(answer),
  };
}

function resultOf(answer: WorkflowAnswer): { readonly Output?: unknown; readonly Error?: string; readonly Cause?: string } {
  if (answer.status === "succeeded") return { Output: answer.output, ...{ OutputDetails: { Included: true } } };
  return { Error: answer.error, ...(answer.cause === "" ? {} : { Cause: answer.cause }) };
}

/** A failed execution is an answer here, too: the machine reads its Status. Input and Output are text, as in the SDK. */
async function startSyncExecution(
  args: Arguments,
  caller: IntegrationCaller,
  dependencies: WorkflowIntegrationsDependencies,
): Promise<unknown> {
  const { workflows, clock } = dependencies;
  const machine = machineOf(args.StateMachineArn);
  const input = args.Input === undefined ? {} : jsonOf(args.Input);
  if (input === undefined) throw new TaskError("Sfn.InvalidExecutionInputException", "Input is no JSON.");
  const name = typeof args.Name === "string" ? args.Name : derivedId(caller, "execution");
  const startedAt = Date.parse(clock.now());
  const answer = await asked("Sfn", () => workflows.runSynchronously(machine, input));
  const job = descriptionOf({ machine, name, input, startedAt, endedAt: Date.parse(clock.now()) }, answer);
  return { ...job, Input: JSON.stringify(job.Input), ...("Output" in job ? { Output: JSON.stringify(job.Output) } : {}) };
}
