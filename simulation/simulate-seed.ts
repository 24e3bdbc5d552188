import { Chance } from "./chance.ts";
import { checkRest, compareWithCalm } from "./invariants.ts";
import { type Played, type PlayOptions, play } from "./play.ts";
import { drawPlot } from "./plots.ts";
import { connectionsOf, policyFilesIn } from "./policies.ts";
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
  options: { readonly policiesFolder: string; readonly depth?: number; readonly isTold?: boolean },
): Promise<SeedResult> {
  const chance = new Chance(seed ^ 0x5eed);
  const policyFiles = policyFilesIn(options.policiesFolder);
  const plot = drawPlot(chance);
  const script = drawScript(chance, options.depth ?? 1, plot);
  const weather = drawWeather(chance, plot?.faults);
  const kinds = Object.fromEntries(
    connectionsOf(policyFiles).map((connection) => [
      connection,
      plot?.erpKind ?? (chance.happens(0.3) ? "asked-afterwards" : chance.from(erpKinds)),
    ]),
  );
  const shared = { script, policyFiles, erpKinds: kinds };
  const stormy: PlayOptions = {
    ...shared,
    seed,
    weather,
    hosts: plot?.hosts ?? (chance.happens(0.5) ? 2 : 1),
    visibilityLagSeconds: plot?.visibilityLagSeconds ?? chance.from([0, 3, 30]),
    documentsPerSecond: plot?.documentsPerSecond ?? chance.from([0.5, 5, 50]),
    isTold: options.isTold === true,
    isReplayed: chance.happens(0.3),
  };
  const kept: { story: readonly string[]; faults: ReadonlyMap<string, number>; steps: number } = { story: [], faults: new Map(), steps: 0 };
  try {
    const played = await play(stormy, (town) => {
      kept.story = town.story.lines;
      kept.faults = town.faults;
    });
    kept.steps = played.steps;
    checkRest(played, script);
    compareWithCalm(played, await calmly(shared, played.town.scheduler.now));
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
function calmly(shared: Pick<PlayOptions, "script" | "policyFiles" | "erpKinds">, endsAfter: number): Promise<Played> {
  return play({
    ...shared,
    endsAfter,
    seed: 0,
    weather: calm,
    hosts: 1,
    visibilityLagSeconds: 0,
    documentsPerSecond: 1_000,
    isTold: false,
    isReplayed: false,
  });
}
