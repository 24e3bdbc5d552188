import type { PolicyFile } from "#domain/policy";
import { Chance } from "./chance.ts";
import { compareErps } from "./invariants.ts";
import { type Played, type PlayOptions, play, type Script } from "./play.ts";
import { drawScript } from "./script.ts";
import { erpKinds } from "./simulated-erp.ts";
import { Violation } from "./violation.ts";
import { calm, drawWeather } from "./weather.ts";

export interface SeedResult {
  readonly seed: number;
  readonly steps: number;
  readonly faults: Readonly<globalThis.Record<string, number>>;
  readonly violation?: { readonly invariant: string; readonly detail: string };
  readonly story: readonly string[];
}

/** One seed decides everything. With `isTold` its story is kept, whether it fails or not. */
export async function simulateSeed(
  seed: number,
  options: { readonly policyFiles: readonly PolicyFile[]; readonly connections: readonly string[]; readonly isTold?: boolean },
): Promise<SeedResult> {
  const chance = new Chance(seed ^ 0x5eed);
  const script = drawScript(chance);
  const weather = drawWeather(chance);
  const kinds = Object.fromEntries(options.connections.map((connection) => [connection, chance.from(erpKinds)]));
  const shared = { script, policyFiles: options.policyFiles, erpKinds: kinds };
  const stormy: PlayOptions = {
    ...shared,
    seed,
    weather,
    hosts: chance.happens(0.5) ? 2 : 1,
    visibilityLagSeconds: chance.from([0, 3, 30]),
    isTold: options.isTold === true,
  };
  const kept: { story: readonly string[]; faults: ReadonlyMap<string, number>; steps: number } = { story: [], faults: new Map(), steps: 0 };
  try {
    const played = await play(stormy, (town) => {
      kept.story = town.story.lines;
      kept.faults = town.faults;
    });
    kept.steps = played.steps;
    await compareErps(played, await oracle(shared));
    return { seed, steps: kept.steps, faults: Object.fromEntries(kept.faults), story: kept.story };
  } catch (failure) {
    const violation =
      failure instanceof Violation
        ? { invariant: failure.invariant, detail: failure.detail }
        : { invariant: "only expected failures", detail: failure instanceof Error ? (failure.stack ?? failure.message) : String(failure) };
    return { seed, steps: kept.steps, faults: Object.fromEntries(kept.faults), story: kept.story, violation };
  }
}

/** The same events where nothing goes wrong. */
function oracle(shared: Pick<PlayOptions, "script" | "policyFiles" | "erpKinds">): Promise<Played> {
  return play({ ...shared, seed: 0, weather: calm, hosts: 1, visibilityLagSeconds: 0, isTold: false });
}

export type { Script };
