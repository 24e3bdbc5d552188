import type { ParallelState } from "./machine.ts";
import { payloadText } from "./payload.ts";
import { runBranches } from "./run-branches.ts";
import { concludeBranches } from "./run-map.ts";
import { bindings, evaluate, type StateOutcome, type Visit } from "./visit.ts";

/** One attempt of a Parallel: every branch at once, with the same input. */
export async function attemptParallel(state: ParallelState, visit: Visit): Promise<StateOutcome> {
  const { execution, chain, place } = visit;
  const { history } = execution;
  const found = history.find("ParallelStateStarted", place);
  const input = found === undefined ? await branchInput(state, visit) : found.memo;
  history.publish(chain, { type: "ParallelStateStarted", place, memo: () => input });
  const branches = state.branches.map((flow) => ({ flow, input }));
  return concludeBranches(state, await runBranches(branches, branches.length, visit), visit);
}

async function branchInput(state: ParallelState, visit: Visit): Promise<unknown> {
  if (state.arguments === undefined) return visit.input;
  const input = await evaluate(state.arguments, bindings(visit), visit);
  payloadText(input, state.name);
  return input;
}
