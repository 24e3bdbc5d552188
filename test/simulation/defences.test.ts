import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { type Defence, defences } from "./defences.ts";
import type { Attack } from "./remove-a-defence.ts";

interface Kill {
  readonly seed: number;
  readonly invariant: string;
  readonly detail: string;
}

const seedsMax = 200;

/** The first of these seeds in which an invariant breaks without the defence; undefined when none does. */
function attack(order: Attack): Promise<Kill | undefined> {
  return new Promise((resolve, reject) => {
    let kill: Kill | undefined;
    const worker = new Worker(new URL("./remove-a-defence.ts", import.meta.url), { workerData: order });
    worker.on("message", (found: Kill) => (kill = found));
    worker.on("error", reject);
    worker.on("exit", () => resolve(kill));
  });
}

/** The recorded seed, and only where that no longer shows it the others. */
async function killOf({ name, seed }: Defence): Promise<Kill | undefined> {
  const known = await attack({ defence: name, seeds: [seed] });
  return known ?? attack({ defence: name, seeds: Array.from({ length: seedsMax }, (_, index) => index + 1) });
}

describe("without a defence the simulation fails", () => {
  test("the list has at least 25 of them, each once", () => {
    expect(new Set(defences.map(({ name }) => name)).size).toBe(defences.length);
    expect(defences.length).toBeGreaterThanOrEqual(25);
  });

  test.for(defences)("$name", { timeout: 300_000 }, async (defence) => {
    expect(await killOf(defence)).toMatchObject({ seed: expect.any(Number), invariant: expect.any(String) });
  });

  test("a text that is not in the file any more is no attack: it says so", { timeout: 60_000 }, async () => {
    await expect(attack({ defence: "no such defence", seeds: [1] })).rejects.toThrow('there is no defence "no such defence"');
  });
});
