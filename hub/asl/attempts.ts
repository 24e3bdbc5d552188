import { ERROR, errorEquals, StateError } from "./errors.ts";
import { failureDetails } from "./history.ts";
import type { Catcher, Retrier } from "./machine.ts";
import { pause } from "./time.ts";
import { bindings, conclude, type StateOutcome, type Visit } from "./visit.ts";

/** The bound of AWS on MaxDelaySeconds (a year), and of this interpreter on any retry delay. */
const RETRY_DELAY_SECONDS_MAX = 31_622_400;

interface Fallible {
  readonly type: "Task" | "Map" | "Parallel";
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

/**
 * Runs a Task, Map or Parallel with its Retry and Catch. "The interpreter uses any appropriate Retriers first and only applies the matching
 * Catcher transition if the retry policy fails to resolve the error."
 */
export async function withRetryAndCatch(
  state: Fallible,
  visitOf: (retryCount: number) => Visit,
  attempt: (visit: Visit) => Promise<StateOutcome>,
): Promise<StateOutcome> {
  const attempts = state.retry.map(() => 0);
  for (let retryCount = 0; ; retryCount++) {
    const visit = visitOf(retryCount);
    try {
      return await attempt(visit);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      recordEvaluationFailure(error, visit);
      const index = state.retry.findIndex((retrier) => errorEquals(retrier.errorEquals, error));
      const retrier = state.retry[index];
      const done = attempts[index];
      if (retrier === undefined || done === undefined || done >= retrier.maxAttempts) return await fail(state, error, visit);
      attempts[index] = done + 1;
      await backOff(retryDelayMilliseconds(retrier, done, visit.execution.host.random), visit);
      visit.execution.countTransition();
    }
  }
}

/** Puts the failed evaluation of a field on record, once. */
export function recordEvaluationFailure(error: StateError, visit: Visit, place = visit.place): void {
  const { location } = error.traits;
  if (location === undefined || error.evaluationRecorded) return;
  error.evaluationRecorded = true;
  visit.execution.history.publish(visit.chain, {
    type: "EvaluationFailed",
    place,
    details: () => ({ ...failureDetails(error), location, state: visit.stateName }),
  });
}

/** The state has failed for good: a catcher takes it on, or the error leaves the state. */
async function fail(state: Fallible, error: StateError, visit: Visit): Promise<StateOutcome> {
  const { history } = visit.execution;
  const { chain } = visit;
  const before = chain.last;
  recordStateFailure(state, error, visit, visit.place);
  const index = state.catch.findIndex(({ errorEquals: names }) => errorEquals(names, error));
  const catcher = state.catch[index];
  if (catcher === undefined) throw error;
  const errorOutput = { Error: error.error, Cause: error.causeText };
  try {
    const concluded = await conclude(catcher, errorOutput, bindings(visit, { errorOutput }), visit);
    return { ...concluded, next: catcher.next };
  } catch (second) {
    if (!(second instanceof StateError)) throw second;
    // AWS records the catcher's failure from where the state stood before it failed, and then fails the state once more.
    chain.last = before;
    const place = `${visit.place}.catch`;
    recordEvaluationFailure(second, visit, place);
    recordStateFailure(state, second, visit, place);
    throw second;
  }
  function recordStateFailure({ type }: Fallible, { error: name }: StateError, { chain: own }: Visit, place: string): void {
    if (type !== "Task" && name !== ERROR.runtime) history.publish(own, { type: `${type}StateFailed`, place });
  }
}

/** Waits before the next attempt. After a crash only for what is left, counted from the failure that was recorded. */
async function backOff(milliseconds: number, visit: Visit): Promise<void> {
  const { host, activity } = visit.execution;
  const { lastAt } = visit.chain;
  const left = lastAt === undefined ? milliseconds : Date.parse(lastAt) + milliseconds - Date.parse(host.now());
  activity.waits += 1;
  try {
    await pause(Math.max(left, 0), host.sleep, visit.cancellation);
  } finally {
    activity.waits -= 1;
  }
}

/** The wait before retry number `done` + 1 of a retrier: interval × rate^done, at most MaxDelaySeconds; FULL jitter draws from 0 to that. */
function retryDelayMilliseconds(retrier: Retrier, done: number, random: () => number): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** done;
  const seconds = Math.min(grown, retrier.maxDelaySeconds ?? RETRY_DELAY_SECONDS_MAX);
  return Math.round(seconds * 1000 * (retrier.jitter === "FULL" ? random() : 1));
}
