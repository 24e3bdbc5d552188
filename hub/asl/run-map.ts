import { StateError } from "./errors.ts";
import type { BranchingState, MapState } from "./machine.ts";
import { payloadText } from "./payload.ts";
import { type Branch, runBranches } from "./run-branches.ts";
import {
  ARRAY,
  bindings,
  conclude,
  evaluate,
  evaluateTo,
  type MapItem,
  NON_NEGATIVE,
  runtimeError,
  type StateOutcome,
  type Visit,
} from "./visit.ts";

/** Iterations of an inline Map at once when MaxConcurrency is 0 or more than this, as on AWS. */
const INLINE_CONCURRENCY_MAX = 40;

/** One attempt of a Map: every item through the ItemProcessor, each with variables of its own. */
export async function attemptMap(state: MapState, visit: Visit): Promise<StateOutcome> {
  const { execution, chain, place } = visit;
  const { history } = execution;
  const found = history.find("MapStateStarted", place);
  const items = found === undefined ? await itemsOf(state, visit) : (found.memo as readonly unknown[]);
  const concurrency = state.maxConcurrency === undefined ? 0 : await evaluateTo(state.maxConcurrency, bindings(visit), visit, NON_NEGATIVE);
  const iterations = await selectedItems(state, items, visit);
  history.publish(chain, { type: "MapStateStarted", place, details: () => ({ length: items.length }), memo: () => items });
  const atOnce = concurrency === 0 ? INLINE_CONCURRENCY_MAX : Math.min(concurrency, INLINE_CONCURRENCY_MAX);
  const result = await runBranches(iterations, atOnce, visit);
  return concludeBranches(state, result, visit);
}

/** The end of a Map or Parallel whose branches have all succeeded. */
export async function concludeBranches(state: BranchingState, result: readonly unknown[], visit: Visit): Promise<StateOutcome> {
  const { execution, chain, place } = visit;
  const succeeded = execution.history.publishAside(chain, { type: `${state.type}StateSucceeded`, place }, chain.last);
  try {
    payloadText(result, state.name, true);
    return { ...(await conclude(state, result, bindings(visit, { result }), visit)), next: state.next };
  } catch (error) {
    // What fails now, fails after the branches have succeeded; otherwise nothing points at that event.
    if (error instanceof StateError) chain.last = succeeded;
    throw error;
  }
}

async function itemsOf(state: MapState, visit: Visit): Promise<readonly unknown[]> {
  if (state.items !== undefined) return evaluateTo(state.items, bindings(visit), visit, ARRAY);
  if (Array.isArray(visit.input)) return visit.input;
  throw runtimeError(visit, "The state has no Items, so its input must be an array, and it is not.");
}

/** "The interpreter uses the ItemSelector field to override each single element of the item array." */
async function selectedItems(state: MapState, items: readonly unknown[], visit: Visit): Promise<readonly Branch[]> {
  const branches: Branch[] = [];
  for (const [Index, Value] of items.entries()) {
    const mapItem: MapItem = { Item: { Index, Value } };
    if (state.itemSelector === undefined) {
      branches.push({ flow: state.flow, input: Value, mapItem });
      continue;
    }
    const scope = bindings({ ...visit, context: { ...visit.context, Map: mapItem } });
    const input = await evaluate(state.itemSelector, scope, visit);
    payloadText(input, state.name);
    branches.push({ flow: state.flow, input, mapItem });
  }
  return branches;
}
