import { describe, expect, test } from "vitest";
import type { Weakness } from "./model-world.ts";
import { simulatePosting } from "./simulate-posting.ts";

const runs = Number(process.env.POSTING_MODEL_RUNS ?? 10_000);

async function wrongRuns(weakness: Weakness, count: number): Promise<{ wrong: number; first?: unknown }> {
  let wrong = 0;
  let first: unknown;
  for (let seed = 1; seed <= count; seed += 1) {
    const result = await simulatePosting(seed, weakness);
    if (result.problems.length === 0) continue;
    wrong += 1;
    first ??= { seed, ...result };
  }
  return { wrong, first };
}

describe("the posting protocol, over the real decide and execute functions", () => {
  test(`${runs} random interleavings of executions, crashes, lost answers, duplicates and sleepers end in the right ledger`, {
    timeout: 600_000,
  }, async () => {
    expect(await wrongRuns("none", runs)).toEqual({ wrong: 0, first: undefined });
  });

  test.for(["numbered-insert", "take-over", "lease", "look-up", "plans-before-facts"] as const)(
    "without its defence %s the same runs end wrong",
    { timeout: 600_000 },
    async (weakness) => {
      const { wrong } = await wrongRuns(weakness, 1500);
      expect(wrong).toBeGreaterThan(0);
    },
  );
});
