import { describe, expect, test } from "vitest";
import type { Weakness } from "./model-world.ts";
import { type Release, type Runner, simulatePosting } from "./simulate-posting.ts";
import { throughTheMachine } from "./through-the-machine.ts";

const runs = Number(process.env.POSTING_MODEL_RUNS ?? 10_000);

interface Course {
  readonly release?: (seed: number) => Release;
  readonly runner?: Runner;
}

/** Every third seed has a release that changes nothing, every ninth or so one that would change history. */
function releaseOf(seed: number): Release {
  const turn = Math.floor(seed / 3) % 9;
  return turn === 0 ? "history-changes" : turn % 3 === 1 ? "accounts-stay" : "none";
}

async function wrongRuns(
  weakness: Weakness,
  count: number,
  { release = () => "none", runner }: Course = {},
): Promise<{ wrong: number; first?: unknown }> {
  let wrong = 0;
  let first: unknown;
  for (let seed = 1; seed <= count; seed += 1) {
    const result = await simulatePosting(seed, weakness, { release: release(seed), ...(runner === undefined ? {} : { runner }) });
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
    expect(await wrongRuns("none", runs, { release: releaseOf })).toEqual({ wrong: 0, first: undefined });
  });

  test("the same through the state machine that the hub runs, with its retries and time-outs", { timeout: 600_000 }, async () => {
    expect(await wrongRuns("none", 800, { release: releaseOf, runner: throughTheMachine })).toEqual({ wrong: 0, first: undefined });
  });

  test("policies that would change history restate it, and re-post nothing by themselves", { timeout: 600_000 }, async () => {
    expect(await wrongRuns("none", 600, { release: () => "history-changes" })).toEqual({ wrong: 0, first: undefined });
  });

  test.for(["numbered-insert", "take-over", "lease", "look-up", "plans-before-facts", "numbered-telling"] as const)(
    "without its defence %s the same runs end wrong",
    { timeout: 600_000 },
    async (weakness) => {
      const { wrong } = await wrongRuns(weakness, 1500);
      expect(wrong).toBeGreaterThan(0);
    },
  );
});
