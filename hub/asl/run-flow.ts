import { recordEvaluationFailure, withRetryAndCatch } from "./attempts.ts";
import { Cancelled } from "./cancellation.ts";
import { StateError } from "./errors.ts";
import { dataDetails } from "./history.ts";
import type { ChoiceState, FailState, Flow, State, WaitState } from "./machine.ts";
import { attemptMap } from "./run-map.ts";
import { attemptParallel } from "./run-parallel.ts";
import { attemptTask } from "./run-task.ts";
import { parseTimestamp, pause } from "./time.ts";
import {
  BOOLEAN,
  bindings,
  conclude,
  type Execution,
  evaluateTo,
  type FieldType,
  type FlowScope,
  NON_NEGATIVE,
  runtimeError,
  type StateOutcome,
  TEXT,
  type Variables,
  type Visit,
  withAssigned,
} from "./visit.ts";

/**
 * Executes the states of a flow one after the other and answers the output of its terminal state. States that were left before a crash are
 * passed by: what they left behind is on record. Throws StateError, and Cancelled.
 */
export async function runFlow(
  execution: Execution,
  flow: Flow,
  flowInput: unknown,
  flowVariables: Variables,
  scope: FlowScope,
): Promise<unknown> {
  const { chain } = scope;
  const visits = new Map<string, number>();
  let input = flowInput;
  let variables = flowVariables;
  let next: string | undefined = flow.startAt;
  while (next !== undefined) {
    if (scope.cancellation.cancelled) throw new Cancelled();
    execution.countTransition();
    const state = flow.states.get(next);
    if (state === undefined) throw new StateError("States.Runtime", `The machine has no state '${next}' any more.`);
    const visit = (visits.get(next) ?? 0) + 1;
    visits.set(next, visit);
    const place = `${scope.prefix}${next}#${visit}`;
    const outcome: StateOutcome = recordedOutcome(execution, state, place, scope) ?? (await enter(state, input, variables, place));
    chain.inside = undefined;
    input = outcome.output;
    variables = withAssigned(execution, variables, outcome.assigned);
    next = outcome.next;
  }
  return input;

  async function enter(state: State, stateInput: unknown, stateVariables: Variables, place: string): Promise<StateOutcome> {
    const { history } = execution;
    const { name, type } = state;
    chain.inside = { type, place };
    const details = () => ({ name, ...dataDetails("input", stateInput) });
    const enteredEventId = history.publish(chain, { type: `${type}StateEntered`, place, details });
    const enteredTime = chain.lastAt ?? execution.host.now();
    const counted = type === "Task" || type === "Map" || type === "Parallel";
    const outcome = await execute(state, (retryCount) => ({
      execution,
      cancellation: scope.cancellation,
      chain,
      stateName: name,
      place: `${place}.${retryCount}`,
      enteredEventId,
      enteredTime,
      input: stateInput,
      variables: stateVariables,
      context: {
        ...execution.context,
        State: { Name: name, EnteredTime: enteredTime, ...(counted ? { RetryCount: retryCount } : {}) },
        ...(scope.mapItem === undefined ? {} : { Map: scope.mapItem }),
      },
    }));
    history.publish(chain, {
      type: `${type}StateExited`,
      place,
      details: () => ({ ...assignedDetails(outcome.assigned), name, ...dataDetails("output", outcome.output) }),
      memo: () => outcome.next,
    });
    return outcome;
  }
}

/** What a state left behind before a crash. */
function recordedOutcome({ history }: Execution, state: State, place: string, { chain }: FlowScope): StateOutcome | undefined {
  const exited = history.find(`${state.type}StateExited`, place);
  if (exited === undefined) return undefined;
  chain.last = exited.id;
  chain.lastAt = exited.timestamp;
  const { output, assignedVariables } = exited.details as { output: string; assignedVariables?: Readonly<Record<string, string>> };
  const assigned =
    assignedVariables && Object.fromEntries(Object.entries(assignedVariables).map(([name, text]) => [name, JSON.parse(text)]));
  return { output: JSON.parse(output), assigned, next: exited.memo as string | undefined };
}

function assignedDetails(assigned: StateOutcome["assigned"]): Readonly<Record<string, unknown>> {
  if (assigned === undefined || Object.keys(assigned).length === 0) return {};
  const texts = Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value) ?? "null"]);
  return { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: { truncated: false } };
}

async function execute(state: State, visitOf: (retryCount: number) => Visit): Promise<StateOutcome> {
  switch (state.type) {
    case "Task":
      return withRetryAndCatch(state, visitOf, (visit) => attemptTask(state, visit));
    case "Map":
      return withRetryAndCatch(state, visitOf, (visit) => attemptMap(state, visit));
    case "Parallel":
      return withRetryAndCatch(state, visitOf, (visit) => attemptParallel(state, visit));
    case "Choice":
      return once(visitOf(0), (visit) => choose(state, visit));
    case "Wait":
      return once(visitOf(0), async (visit) => {
        await wait(state, visit);
        return { ...(await conclude(state, visit.input, bindings(visit), visit)), next: state.next };
      });
    case "Pass":
      return once(visitOf(0), async (visit) => ({ ...(await conclude(state, visit.input, bindings(visit), visit)), next: state.next }));
    case "Succeed":
      return once(visitOf(0), async (visit) => ({ ...(await conclude(state, visit.input, bindings(visit), visit)), next: undefined }));
    case "Fail":
      return once(visitOf(0), async (visit) => {
        throw await failure(state, visit);
      });
  }
}

/** A state that has neither Retry nor Catch. */
async function once(visit: Visit, run: (visit: Visit) => Promise<StateOutcome>): Promise<StateOutcome> {
  try {
    return await run(visit);
  } catch (error) {
    if (error instanceof StateError) recordEvaluationFailure(error, visit);
    throw error;
  }
}

/** "The interpreter scans the Choice Rules in order and chooses the first Choice Rule whose Condition field evaluates to true." */
async function choose(state: ChoiceState, visit: Visit): Promise<StateOutcome> {
  const scope = bindings(visit);
  for (const rule of state.choices) {
    if (await evaluateTo(rule.condition, scope, visit, BOOLEAN)) {
      return { ...(await conclude(rule, visit.input, scope, visit)), next: rule.next };
    }
  }
  // The specification says States.NoChoiceMatched; AWS was seen to say this.
  if (state.default === undefined) {
    throw runtimeError(visit, "Failed to transition out of the state. The state does not point to a next state.");
  }
  return { ...(await conclude(state, visit.input, scope, visit)), next: state.default };
}

const TIMESTAMP: FieldType<string> = {
  type: "string",
  what: "a timestamp such as 2016-03-14T01:59:00Z",
  fits: (value): value is string => typeof value === "string" && parseTimestamp(value) !== undefined,
};

/** Seconds count from when the state was entered, also when a crash came between. */
async function wait({ until }: WaitState, visit: Visit): Promise<void> {
  const scope = bindings(visit);
  const { host, activity } = visit.execution;
  const at =
    until.kind === "seconds"
      ? Date.parse(visit.enteredTime) + (await evaluateTo(until.template, scope, visit, NON_NEGATIVE)) * 1000
      : (parseTimestamp(await evaluateTo(until.template, scope, visit, TIMESTAMP)) as number);
  const milliseconds = at - Date.parse(host.now());
  if (milliseconds <= 0) return;
  await visit.execution.history.flush();
  await activity.onRest(at);
  activity.waits += 1;
  try {
    await pause(milliseconds, host.sleep, visit.cancellation);
  } finally {
    activity.waits -= 1;
  }
}

async function failure(state: FailState, visit: Visit): Promise<StateError> {
  const scope = bindings(visit);
  const error = state.error === undefined ? "" : await evaluateTo(state.error, scope, visit, TEXT);
  const causeText = state.causeText === undefined ? "" : await evaluateTo(state.causeText, scope, visit, TEXT);
  return new StateError(error, causeText);
}
