import { ERROR, StateError, TaskError } from "./errors.ts";
import type { EndedJob } from "./integration.ts";
import type { TaskState } from "./machine.ts";
import { payloadCopy, payloadText } from "./payload.ts";
import { eventNames, functionNameOf, type Resource } from "./resources.ts";
import { awaitCallback } from "./run-callback.ts";
import { TaskEvents } from "./task-events.ts";
import { LET_GO, within } from "./time.ts";
import { bindings, conclude, evaluate, evaluateTo, POSITIVE, runtimeError, type StateOutcome, type Visit } from "./visit.ts";

/** One attempt of a Task: evaluate the arguments, ask for the effect, make output and variables from its answer. */
export async function attemptTask(state: TaskState, visit: Visit): Promise<StateOutcome> {
  const result = await resultOf(state, visit);
  return { ...(await conclude(state, result, bindings(visit, { result }), visit)), next: state.next };
}

/** The result of the effect: what is on record from before a crash, or what comes of asking for it now. */
async function resultOf(state: TaskState, visit: Visit): Promise<unknown> {
  const { history } = visit.execution;
  const { chain } = visit;
  const events = new TaskEvents(state.resource, visit);
  const ended = events.ended();
  if (ended !== undefined) {
    chain.last = ended.id;
    chain.lastAt = ended.timestamp;
    if (ended.kind === "succeeded") return ended.output;
    throw ended.error;
  }
  const request = await requestOf(state, events, visit);
  const again = events.wasScheduled();
  events.schedule(request);
  await history.flush();
  try {
    const result = await perform(state.resource, request, again, events, visit);
    events.succeed(result);
    await history.flush();
    return result;
  } catch (error) {
    // A click that comes from now on is told that it is too late, unless another run goes on waiting for it.
    if (request.token !== undefined && (error instanceof StateError || visit.cancellation.stop === "cut")) {
      await visit.execution.host.tasks.close(request.token);
    }
    if (!(error instanceof StateError)) throw error;
    events.fail(error);
    await history.flush();
    throw error;
  }
}

/** What a Task asks for. */
export interface TaskRequest {
  readonly args: unknown;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** Where the answer comes from whoever was handed this. */
  readonly token: string | undefined;
}

async function requestOf(state: TaskState, events: TaskEvents, visit: Visit): Promise<TaskRequest> {
  const { execution, place } = visit;
  const { tasks } = execution.host;
  const waits = state.resource.kind === "integration" && state.resource.pattern === "waitForTaskToken";
  const token = waits ? await tasks.open({ machine: execution.machine, execution: execution.name, place }) : undefined;
  const scheduled = events.scheduled();
  // A request that was recorded goes out unchanged, whatever its expressions would give by now.
  if (scheduled !== undefined) return { ...scheduled, token };
  try {
    const asking = token === undefined ? visit : { ...visit, context: { ...visit.context, Task: { Token: token } } };
    const scope = bindings(asking);
    const numberOf = async (template: TaskState["timeoutSeconds"]) =>
      template === undefined ? undefined : await evaluateTo(template, scope, visit, POSITIVE);
    const timeoutSeconds = await numberOf(state.timeoutSeconds);
    const heartbeatSeconds = await numberOf(state.heartbeatSeconds);
    const args = state.arguments === undefined ? visit.input : await evaluate(state.arguments, scope, visit);
    return { args: payloadCopy(args, state.name), timeoutSeconds, heartbeatSeconds, token };
  } catch (error) {
    if (token !== undefined) await tasks.close(token);
    throw error;
  }
}

async function perform(resource: Resource, request: TaskRequest, again: boolean, events: TaskEvents, visit: Visit): Promise<unknown> {
  const { execution, cancellation } = visit;
  const { host, activity, history } = execution;
  const whose = resource.kind === "function" ? resource.resource : eventNames(resource).resourceType;
  const asked = async (): Promise<unknown> => {
    activity.effects += 1;
    try {
      const answer = await ask(resource, request.args, again, visit);
      return JSON.parse(payloadText(answer, whose, true));
    } finally {
      activity.effects -= 1;
    }
  };
  const limited = <T>(work: Promise<T>): Promise<T> => {
    const { timeoutSeconds } = request;
    if (timeoutSeconds === undefined) return work;
    return within(work, timeoutSeconds * 1000, host.sleep, cancellation, () => new StateError(ERROR.timeout, ""));
  };
  if (resource.kind === "function" || resource.pattern === "request") return limited(asked());
  const submitted = events.submitted() ?? { output: await limited(asked()) };
  events.submit(submitted.output);
  await history.flush();
  if (resource.pattern === "waitForTaskToken") {
    const limits = { startedAt: events.startedAt(), timeoutSeconds: request.timeoutSeconds, heartbeatSeconds: request.heartbeatSeconds };
    return awaitCallback(request.token as string, limits, visit);
  }
  const { action, pattern } = resource;
  return resultOfJob(await limited(jobEnd(action, submitted.output, visit)), pattern);
}

/** Makes the call itself. Throws StateError. */
async function ask(resource: Resource, args: unknown, again: boolean, visit: Visit): Promise<unknown> {
  const { host, machine, name } = visit.execution;
  if (resource.kind === "function") return invoke(resource.functionName, args, visit);
  const { action } = resource;
  if (typeof args !== "object" || args === null || Array.isArray(args))
    throw runtimeError(visit, `The Arguments of ${action} are no object.`);
  if (action === "lambda:invoke") {
    const { FunctionName, Payload = {} } = args as { FunctionName?: unknown; Payload?: unknown };
    const functionName = typeof FunctionName === "string" ? functionNameOf(FunctionName) : undefined;
    if (functionName === undefined) throw runtimeError(visit, "The Arguments name no function to invoke.");
    return { ExecutedVersion: "$LATEST", Payload: (await invoke(functionName, Payload, visit)) ?? null, StatusCode: 200 };
  }
  const integration = Object.hasOwn(host.integrations, action) ? host.integrations[action] : undefined;
  if (integration === undefined) throw runtimeError(visit, `${action} is not on this host.`);
  const caller = { machine, execution: name, place: visit.place, again };
  const answer = await integration.call(args as Record<string, unknown>, caller).catch((thrown: unknown) => {
    throw integrationFailure(thrown, action);
  });
  if (action === "events:putEvents") failOnFailedEntries(answer);
  return answer;
}

/** Calls a function as Lambda does: both ways as JSON text, so that neither side can touch what the other holds. */
async function invoke(functionName: string, payload: unknown, visit: Visit): Promise<unknown> {
  const event = payloadCopy(payload, visit.stateName);
  try {
    return await visit.execution.host.invoke(functionName, event);
  } catch (thrown) {
    if (thrown instanceof TaskError) throw new StateError(thrown.error, thrown.message);
    throw functionFailure(thrown);
  }
}

/**
 * What Step Functions reports for a thrown error: the error's name, and as cause the JSON text that the Node.js runtime of Lambda writes,
 * less its stack trace. "States MAY report errors with other names, which MUST NOT begin with the prefix States."
 */
function functionFailure(thrown: unknown): StateError {
  const isError = thrown instanceof Error;
  const errorType = isError ? thrown.name : typeof thrown;
  const errorMessage = isError ? thrown.message : String(thrown);
  const error = errorType.startsWith("States.") ? ERROR.taskFailed : errorType;
  return new StateError(error, JSON.stringify({ errorType, errorMessage }));
}

/** AWS names the failures of a service after it; a host that throws anything else could not reach the service. */
function integrationFailure(thrown: unknown, action: string): StateError {
  if (thrown instanceof TaskError) return new StateError(thrown.error, thrown.message);
  const cause = thrown instanceof Error ? thrown.message : String(thrown);
  return new StateError(`${SERVICE_NAMES[action.slice(0, action.lastIndexOf(":"))] ?? action}.SdkClientException`, cause);
}

/** How AWS spells services in Error Names. */
const SERVICE_NAMES: Readonly<Record<string, string>> = {
  "aws-sdk:sfn": "Sfn",
  dynamodb: "DynamoDB",
  events: "EventBridge",
  sqs: "SQS",
  states: "StepFunctions",
};

/** "One failed entry fails the whole task", and its cause is the answer, so that a Catch can read which entry it was. */
function failOnFailedEntries(answer: unknown): void {
  const { FailedEntryCount } = (answer ?? {}) as { FailedEntryCount?: unknown };
  if (typeof FailedEntryCount === "number" && FailedEntryCount > 0) {
    throw new StateError("EventBridge.FailedEntry", JSON.stringify(answer));
  }
}

/** Waits until the job that a ".sync" call started has ended. */
async function jobEnd(action: string, submitted: unknown, visit: Visit): Promise<EndedJob> {
  const { host, activity } = visit.execution;
  const integration = host.integrations[action];
  if (integration?.ended === undefined) throw runtimeError(visit, `${action}.sync is not on this host.`);
  const waiting = new AbortController();
  const forget = visit.cancellation.onCancel(() => waiting.abort(LET_GO));
  activity.waits += 1;
  try {
    return await integration.ended(submitted, waiting.signal);
  } finally {
    forget();
    activity.waits -= 1;
  }
}

/** ".sync" gives Input and Output as text, ".sync:2" as JSON; a job that failed fails the task, with its description as cause. */
function resultOfJob(job: EndedJob, pattern: "sync" | "sync:2"): unknown {
  const asText = { ...job, Input: JSON.stringify(job.Input), ...(job.Output === undefined ? {} : { Output: JSON.stringify(job.Output) }) };
  if (job.Status !== "SUCCEEDED") {
    const ordered = Object.entries(asText).sort(([a], [b]) => (a < b ? -1 : 1));
    throw new StateError(ERROR.taskFailed, JSON.stringify(Object.fromEntries(ordered)));
  }
  return pattern === "sync" ? asText : job;
}
