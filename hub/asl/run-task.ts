import { ERROR, StateError } from "./errors.ts";
import type { TaskState } from "./machine.ts";
import { functionNameOf } from "./parse-resource.ts";
import { payloadCopy, payloadText } from "./payload.ts";
import { within } from "./time.ts";
import { bindings, conclude, evaluate, evaluateTo, type StateOutcome, type Visit } from "./visit.ts";

/** One attempt of a Task: evaluate the arguments, call the function, make output and variables from its answer. */
export async function attemptTask(state: TaskState, visit: Visit): Promise<StateOutcome> {
  const scope = bindings(visit);
  const seconds = state.timeoutSeconds && (await evaluateTo(state.timeoutSeconds, scope, visit, "a positive integer", isPositiveInteger));
  const args = state.arguments === undefined ? visit.input : await evaluate(state.arguments, scope, visit);
  const { functionName, payload } = callOf(state, args);
  const work = call(functionName, payload, visit);
  const expired = () => new StateError(ERROR.timeout, `The state '${state.name}' ran longer than its TimeoutSeconds of ${seconds}.`);
  const answer = seconds === undefined ? await work : await within(work, seconds, visit.execution.host.sleep, visit.cancellation, expired);
  const result = state.resource.kind === "function" ? answer : { ExecutedVersion: "$LATEST", Payload: answer, StatusCode: 200 };
  const concluded = await conclude(state, result, bindings(visit, { result }), visit);
  return { ...concluded, next: state.next };
}

function callOf({ resource, name }: TaskState, args: unknown): { functionName: string; payload: unknown } {
  if (resource.kind === "function") return { functionName: resource.functionName, payload: args };
  const { FunctionName, Payload = {} } = (args ?? {}) as { FunctionName?: unknown; Payload?: unknown };
  const functionName = typeof FunctionName === "string" ? functionNameOf(FunctionName) : undefined;
  if (functionName === undefined) throw new StateError(ERROR.runtime, `The Arguments of the state '${name}' name no function to invoke.`);
  return { functionName, payload: Payload };
}

/** Calls a function as Lambda does: both ways as JSON text, so that neither side can touch what the other holds. */
async function call(functionName: string, payload: unknown, visit: Visit): Promise<unknown> {
  const event = payloadCopy(payload, `the payload of the state '${visit.stateName}'`);
  let answer: unknown;
  try {
    answer = await visit.execution.host.invoke(functionName, event);
  } catch (thrown) {
    throw failureOf(thrown);
  }
  return JSON.parse(payloadText(answer, `the result of the state/task '${functionName}'`));
}

/**
 * What Step Functions reports for a thrown error: the error's name, and as cause the JSON text that the Node.js runtime of Lambda writes,
 * less its stack trace. "States MAY report errors with other names, which MUST NOT begin with the prefix States."
 */
function failureOf(thrown: unknown): StateError {
  const isError = thrown instanceof Error;
  const errorType = isError ? thrown.name : typeof thrown;
  const errorMessage = isError ? thrown.message : String(thrown);
  const error = errorType.startsWith("States.") ? ERROR.taskFailed : errorType;
  return new StateError(error, JSON.stringify({ errorType, errorMessage }));
}

function isPositiveInteger(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}
