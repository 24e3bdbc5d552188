import { errorEquals, StateError } from "./errors.ts";
import type { Catcher, Retrier } from "./machine.ts";
import { pause } from "./time.ts";
import { bindings, conclude, type StateOutcome, type Visit } from "./visit.ts";

/** The bound of AWS on MaxDelaySeconds (a year), and of this interpreter on any retry delay. */
const RETRY_DELAY_SECONDS_MAX = 31_622_400;

/**
 * Runs a Task or Map with its Retry and Catch. "The interpreter uses any appropriate Retriers first and only applies the matching Catcher
 * transition if the retry policy fails to resolve the error."
 */
export async function withRetryAndCatch(
  state: { readonly retry: readonly Retrier[]; readonly catch: readonly Catcher[] },
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
      const index = state.retry.findIndex((retrier) => errorEquals(retrier.errorEquals, error.error));
      const retrier = state.retry[index];
      const done = attempts[index];
      if (retrier === undefined || done === undefined || done >= retrier.maxAttempts) return await caught(state.catch, error, visit);
      attempts[index] = done + 1;
      const { host } = visit.execution;
      await pause(retryDelayMilliseconds(retrier, done, host.random), host.sleep, visit.cancellation);
      visit.execution.countTransition();
    }
  }
}

async function caught(catchers: readonly Catcher[], error: StateError, visit: Visit): Promise<StateOutcome> {
  const catcher = catchers.find(({ errorEquals: names }) => errorEquals(names, error.error));
  if (catcher === undefined) throw error;
  const errorOutput = { Error: error.error, Cause: error.causeText };
  const concluded = await conclude(catcher, errorOutput, bindings(visit, { errorOutput }), visit);
  return { ...concluded, next: catcher.next };
}

/** The wait before retry number `done` + 1 of a retrier: interval × rate^done, at most MaxDelaySeconds; FULL jitter draws from 0 to that. */
function retryDelayMilliseconds(retrier: Retrier, done: number, random: () => number): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** done;
  const seconds = Math.min(grown, retrier.maxDelaySeconds ?? RETRY_DELAY_SECONDS_MAX);
  return Math.round(seconds * 1000 * (retrier.jitter === "FULL" ? random() : 1));
}
