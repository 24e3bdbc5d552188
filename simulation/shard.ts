import { parentPort, workerData } from "node:worker_threads";
import type { ShardOrder } from "./run-seeds.ts";
import { simulateSeed } from "./simulate-seed.ts";

const { seeds, policiesFolder, depth } = workerData as ShardOrder;
for (const seed of seeds) parentPort?.postMessage(await simulateSeed(seed, { policiesFolder, depth }));
