import { Cancellation, Cancelled } from "./cancellation.ts";
import { ERROR, StateError } from "./errors.ts";
import { Chain, recordCut } from "./history.ts";
import type { Flow } from "./machine.ts";
import type { MapItem, Visit } from "./visit.ts";

export interface Branch {
  readonly flow: Flow;
  readonly input: unknown;
  /** Set for an iteration of a Map. */
  readonly mapItem?: MapItem;
}

/**
 * Runs branches with variables of their own, at most so many at once, started in order. Answers their outputs in that order. "If any branch
 * fails, due to an unhandled-error or by transitioning to a Fail State, the entire state is considered to have failed and all the branches
 * are terminated."
 */
export async function runBranches(branches: readonly Branch[], concurrency: number, visit: Visit): Promise<readonly unknown[]> {
  const { execution, chain, place } = visit;
  const { history } = execution;
  const cancellation = new Cancellation();
  const forget = visit.cancellation.onCancel((stop) => cancellation.cancel(stop));
  const outputs: unknown[] = [];
  const before = chain.last;
  let last = before;
  let started = 0;

  /** One branch; answers the last event of it. */
  const run = async (index: number, from: number): Promise<number> => {
    const { flow, input, mapItem } = branches[index] as Branch;
    const branchPlace = `${place}[${index}]`;
    const iteration = mapItem === undefined ? undefined : { name: visit.stateName, index, place: branchPlace };
    const own = new Chain(from, cancellation, iteration);
    chain.branches.add(own);
    const details = () => ({ name: visit.stateName, index });
    if (iteration !== undefined) {
      history.publish(own, { type: "MapIterationStarted", place: branchPlace, details });
      // On AWS, too, those that start together are all on record before one of them enters a state.
      await undefined;
    }
    try {
      const scope = { cancellation, chain: own, prefix: `${branchPlace}/`, ...(mapItem === undefined ? {} : { mapItem }) };
      outputs[index] = await execution.runFlow(flow, input, visit.variables, scope);
    } catch (error) {
      if (cancellation.cancelled) throw new Cancelled();
      cancellation.cancel(error instanceof StateError ? "cut" : "dropped");
      if (!(error instanceof StateError)) throw error;
      recordFailure(error, own, visit);
      throw error;
    }
    chain.branches.delete(own);
    const ended =
      iteration === undefined
        ? own.last
        : history.publishAside(own, { type: "MapIterationSucceeded", place: branchPlace, details }, own.last);
    last = Math.max(last, ended);
    return own.last;
  };

  const worker = async (): Promise<void> => {
    let from = before;
    while (started < branches.length && !cancellation.cancelled) from = await run(started++, from);
  };

  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, branches.length) }, worker));
  } finally {
    cancellation.cancel();
    forget();
    chain.branches.clear();
  }
  chain.last = last;
  return outputs;
}

/** What AWS records when a branch fails: its own end, and what the others were cut in. Nothing of it when the whole execution fails. */
function recordFailure(error: StateError, failed: Chain, visit: Visit): void {
  const { history } = visit.execution;
  const { chain } = visit;
  chain.last = failed.last;
  chain.lastAt = failed.lastAt;
  if (error.error === ERROR.runtime) return;
  if (failed.iteration !== undefined) {
    const { name, index, place } = failed.iteration;
    history.publishAside(chain, { type: "MapIterationFailed", place, details: () => ({ name, index }) }, failed.last);
  }
  if (failed.inside?.type === "Task") {
    history.publishAside(chain, { type: "TaskStateAborted", place: failed.inside.place }, failed.last);
  }
  for (const cut of chain.branches) if (cut !== failed) recordCut(history, chain, cut, failed.last);
}
