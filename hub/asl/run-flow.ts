import { withRetryAndCatch } from "./attempts.ts";
import { type Cancellation, Cancelled } from "./cancellation.ts";
import { ERROR, StateError } from "./errors.ts";
import type { ChoiceState, FailState, Flow, State, WaitState } from "./machine.ts";
import { attemptMap } from "./run-map.ts";
import { attemptTask } from "./run-task.ts";
import { parseTimestamp, pause } from "./time.ts";
import { bindings, conclude, type Execution, evaluateTo, type MapItem, type StateOutcome, type Variables, type Visit } from "./visit.ts";

/** Executes the states of a flow one after the other and answers the output of its terminal state. Throws StateError, and Cancelled. */
export async function runFlow(
  execution: Execution,
  flow: Flow,
  input: unknown,
  variables: Variables,
  cancellation: Cancellation,
  mapItem?: MapItem,
): Promise<unknown> {
  let outcome: StateOutcome = { output: input, variables, next: flow.startAt };
  while (outcome.next !== undefined) {
    if (cancellation.cancelled) throw new Cancelled();
    execution.countTransition();
    const state = flow.states.get(outcome.next) as State;
    const { output: stateInput, variables: stateVariables } = outcome;
    const enteredTime = execution.host.now();
    const visitOf = (retryCount: number): Visit => ({
      execution,
      cancellation,
      stateName: state.name,
      input: stateInput,
      variables: stateVariables,
      context: {
        ...execution.context,
        State: { Name: state.name, EnteredTime: enteredTime, RetryCount: retryCount },
        ...(mapItem === undefined ? {} : { Map: mapItem }),
      },
    });
    outcome = await execute(state, visitOf);
  }
  return outcome.output;
}

async function execute(state: State, visitOf: (retryCount: number) => Visit): Promise<StateOutcome> {
  switch (state.type) {
    case "Task":
      return withRetryAndCatch(state, visitOf, (visit) => attemptTask(state, visit));
    case "Map":
      return withRetryAndCatch(state, visitOf, (visit) => attemptMap(state, visit));
    case "Choice":
      return choose(state, visitOf(0));
    case "Pass": {
      const visit = visitOf(0);
      return { ...(await conclude(state, visit.input, bindings(visit), visit)), next: state.next };
    }
    case "Wait": {
      const visit = visitOf(0);
      await wait(state, visit);
      return { ...(await conclude(state, visit.input, bindings(visit), visit)), next: state.next };
    }
    case "Succeed": {
      const visit = visitOf(0);
      return { ...(await conclude(state, visit.input, bindings(visit), visit)), next: undefined };
    }
    case "Fail":
      throw await failure(state, visitOf(0));
  }
}

/** "The interpreter scans the Choice Rules in order and chooses the first Choice Rule whose Condition field evaluates to true." */
async function choose(state: ChoiceState, visit: Visit): Promise<StateOutcome> {
  const scope = bindings(visit);
  for (const rule of state.choices) {
    const chosen = await evaluateTo(rule.condition, scope, visit, "a boolean", (value): value is boolean => typeof value === "boolean");
    if (chosen) return { ...(await conclude(rule, visit.input, scope, visit)), next: rule.next };
  }
  if (state.default === undefined) {
    throw new StateError(ERROR.noChoiceMatched, `No choice rule of the state '${state.name}' matched, and it has no Default.`);
  }
  return { ...(await conclude(state, visit.input, scope, visit)), next: state.default };
}

async function wait({ until }: WaitState, visit: Visit): Promise<void> {
  const scope = bindings(visit);
  const { host } = visit.execution;
  let milliseconds: number;
  if (until.kind === "seconds") {
    const seconds = await evaluateTo(until.template, scope, visit, "a non-negative integer", (value): value is number => {
      return typeof value === "number" && Number.isInteger(value) && value >= 0;
    });
    milliseconds = seconds * 1000;
  } else {
    const timestamp = await evaluateTo(until.template, scope, visit, "a timestamp", (value): value is string => {
      return typeof value === "string" && parseTimestamp(value) !== undefined;
    });
    milliseconds = (parseTimestamp(timestamp) as number) - Date.parse(host.now());
  }
  if (milliseconds > 0) await pause(milliseconds, host.sleep, visit.cancellation);
}

async function failure(state: FailState, visit: Visit): Promise<StateError> {
  const scope = bindings(visit);
  const isText = (value: unknown): value is string => typeof value === "string";
  const error = state.error === undefined ? "" : await evaluateTo(state.error, scope, visit, "a string", isText);
  const causeText = state.causeText === undefined ? "" : await evaluateTo(state.causeText, scope, visit, "a string", isText);
  return new StateError(error, causeText);
}
