import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { SeedResult } from "./simulate-seed.ts";

export interface SimulationOptions {
  readonly policiesFolder: string;
  /** How many seeds, one after the other from `firstSeed` on. */
  readonly seeds: number;
  readonly firstSeed: number;
  /** How many times as much happens in a seed; 1 in CI. */
  readonly depth: number;
  /** Worker threads; as many as there are processors when absent. */
  readonly threads?: number;
  readonly progress?: (done: number, failed: number) => void;
}

export interface SimulationSummary {
  readonly seeds: number;
  readonly failed: readonly { readonly seed: number; readonly invariant: string; readonly detail: string }[];
  /** Events of virtual time. */
  readonly steps: number;
  readonly faults: number;
  readonly faultsByKind: Readonly<Record<string, number>>;
}

/** What a thread is told at its start. */
export interface ShardOrder {
  readonly policiesFolder: string;
  readonly depth: number;
  readonly seeds: readonly number[];
}

/** Runs seeds over worker threads. A seed gives the same result wherever it runs. */
export async function runSeeds(options: SimulationOptions): Promise<SimulationSummary> {
  const { seeds: count, firstSeed, policiesFolder, depth, progress } = options;
  const threads = Math.max(1, Math.min(options.threads ?? availableParallelism(), count));
  const shards = Array.from({ length: threads }, (): number[] => []);
  for (let index = 0; index < count; index += 1) shards[index % threads]?.push(firstSeed + index);
  const results: SeedResult[] = [];
  const note = (result: SeedResult) => {
    results.push(result);
    progress?.(results.length, results.filter(({ violation }) => violation !== undefined).length);
  };
  await Promise.all(shards.map((seeds) => runShard({ policiesFolder, depth, seeds }, note)));
  return summaryOf(results.sort((one, other) => one.seed - other.seed));
}

function runShard(order: ShardOrder, note: (result: SeedResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./shard.ts", import.meta.url), { workerData: order });
    worker.on("message", note);
    worker.on("error", reject);
    worker.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a thread of the simulation ended with ${code}`))));
  });
}

function summaryOf(results: readonly SeedResult[]): SimulationSummary {
  const faultsByKind: Record<string, number> = {};
  for (const { faults } of results)
    for (const [kind, times] of Object.entries(faults)) faultsByKind[kind] = (faultsByKind[kind] ?? 0) + times;
  return {
    seeds: results.length,
    failed: results.flatMap(({ seed, violation }) => (violation === undefined ? [] : [{ seed, ...violation }])),
    steps: results.reduce((sum, { steps }) => sum + steps, 0),
    faults: Object.values(faultsByKind).reduce((sum, times) => sum + times, 0),
    faultsByKind,
  };
}
