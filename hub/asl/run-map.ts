import { Cancellation } from "./cancellation.ts";
import { ERROR, StateError } from "./errors.ts";
import type { MapState } from "./machine.ts";
import { payloadText } from "./payload.ts";
import type { Template } from "./template.ts";
import { bindings, conclude, evaluate, evaluateTo, type MapItem, type StateOutcome, type Visit } from "./visit.ts";

/** Iterations of an inline Map at once when MaxConcurrency is 0 or more than this, as on AWS. */
const INLINE_CONCURRENCY_MAX = 40;

/** One attempt of a Map: every item through the ItemProcessor, each with variables of its own. */
export async function attemptMap(state: MapState, visit: Visit): Promise<StateOutcome> {
  const items = await itemsOf(state, visit);
  const concurrency = await integerOr(state.maxConcurrency, 0, visit);
  const tolerance = await toleranceOf(state, visit);
  const inputs = await selectedItems(state, items, visit);
  const result = await runIterations(state, inputs, concurrency === 0 ? INLINE_CONCURRENCY_MAX : concurrency, tolerance, visit);
  payloadText(result, `the result of the state '${state.name}'`);
  const concluded = await conclude(state, result, bindings(visit, { result }), visit);
  return { ...concluded, next: state.next };
}

interface Iteration {
  readonly input: unknown;
  readonly mapItem: MapItem;
}

async function itemsOf(state: MapState, visit: Visit): Promise<readonly unknown[]> {
  if (state.items !== undefined) return evaluateTo(state.items, bindings(visit), visit, "an array", isArray);
  if (isArray(visit.input)) return visit.input;
  throw new StateError(ERROR.runtime, `The state '${state.name}' has no Items, so its input must be an array, and it is not.`);
}

/** "The interpreter uses the ItemSelector field to override each single element of the item array." */
async function selectedItems(state: MapState, items: readonly unknown[], visit: Visit): Promise<readonly Iteration[]> {
  const iterations: Iteration[] = [];
  for (const [Index, Value] of items.entries()) {
    const mapItem: MapItem = { Item: { Index, Value } };
    if (state.itemSelector === undefined) {
      iterations.push({ input: Value, mapItem });
      continue;
    }
    const scope = bindings({ ...visit, context: { ...visit.context, Map: mapItem } });
    const input = await evaluate(state.itemSelector, scope, visit);
    payloadText(input, `an item of the state '${state.name}'`);
    iterations.push({ input, mapItem });
  }
  return iterations;
}

interface Tolerance {
  readonly count: number;
  readonly percentage: number;
}

/** Undefined when the Map tolerates nothing, and so fails with the error of the iteration itself. */
async function toleranceOf(state: MapState, visit: Visit): Promise<Tolerance | undefined> {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = state;
  if (count === undefined && percentage === undefined) return undefined;
  return {
    count: await integerOr(count, count === undefined ? Number.POSITIVE_INFINITY : 0, visit),
    percentage:
      percentage === undefined
        ? 100
        : await evaluateTo(percentage, bindings(visit), visit, "a number between 0 and 100", (value): value is number => {
            return typeof value === "number" && value >= 0 && value <= 100;
          }),
  };
}

/** Runs the iterations, at most so many at once, started in the order of the items; the first failure too many stops them all. */
async function runIterations(
  state: MapState,
  iterations: readonly Iteration[],
  concurrency: number,
  tolerance: Tolerance | undefined,
  visit: Visit,
): Promise<readonly unknown[]> {
  const { execution, variables } = visit;
  const cancellation = new Cancellation();
  const forget = visit.cancellation.onCancel(() => cancellation.cancel());
  const outputs: { readonly output: unknown }[] = [];
  let started = 0;
  let failed = 0;

  const worker = async (): Promise<void> => {
    while (started < iterations.length) {
      const index = started++;
      const { input, mapItem } = iterations[index] as Iteration;
      try {
        outputs[index] = { output: await execution.runFlow(state.flow, input, variables, cancellation, mapItem) };
      } catch (error) {
        if (!(error instanceof StateError) || error.error === ERROR.runtime || tolerance === undefined) throw error;
        failed++;
        if (failed > tolerance.count || (failed / iterations.length) * 100 > tolerance.percentage) {
          throw new StateError(ERROR.exceedToleratedFailureThreshold, "The specified tolerated failure threshold was exceeded");
        }
      }
    }
  };

  try {
    const workers = Math.min(concurrency, INLINE_CONCURRENCY_MAX, iterations.length);
    await Promise.all(Array.from({ length: workers }, worker));
  } finally {
    cancellation.cancel();
    forget();
  }
  // AWS leaves the items that were allowed to fail out of the result.
  return outputs.flatMap((done) => (done === undefined ? [] : [done.output]));
}

async function integerOr(template: Template | undefined, fallback: number, visit: Visit): Promise<number> {
  if (template === undefined) return fallback;
  return evaluateTo(template, bindings(visit), visit, "a non-negative integer", (value): value is number => {
    return typeof value === "number" && Number.isInteger(value) && value >= 0;
  });
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
