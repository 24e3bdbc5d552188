export { runSeeds, type SimulationOptions, type SimulationSummary } from "./run-seeds.ts";
export { type SeedResult, simulateSeed } from "./simulate-seed.ts";
