import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentOf } from "#wiring";
import { type Bundle, bundleFunctions } from "../scripts/bundle-functions.ts";
import { benchFirstAnswers, type ColdStart } from "./first-answer.ts";
import { mean } from "./mean.ts";
import { median } from "./median.ts";

export interface FunctionLoad {
  readonly name: string;
  readonly kilobytes: number;
  /**
   * The main thread's processor time from the start of the import to a handler that is ready: what a cold start waits for beyond the
   * runtime's own. Not the time by the clock, which says more about what else the machine is doing; and without what other threads do
   * meanwhile, such as the one on which Node reads the certificates of TLS: `firstAnswer` has that.
   */
  readonly loadMilliseconds: number;
}

export interface FunctionLoads {
  readonly floorMilliseconds: number;
  readonly loads: readonly FunctionLoad[];
  /** Of the webhook function, medians. */
  readonly firstAnswer: ColdStart;
}

/** Every variable that some binding reads, so that each bundle binds its ports as on Lambda; nothing is called. */
const environment = {
  ...Object.fromEntries(Object.values(environmentOf).flatMap((names) => names.map((name) => [name, `https://bench.invalid/${name}`]))),
  AWS_REGION: "us-east-1",
};

/**
 * The load time of each Lambda bundle in a process of its own, the mean of some; the floor is a module that exports an empty handler,
 * loaded in turn with them.
 */
export async function benchFunctionLoads(rounds: number): Promise<FunctionLoads> {
  const folder = mkdtempSync(join(tmpdir(), "throughline-loads-"));
  try {
    const floor = join(folder, "floor.mjs");
    writeFileSync(floor, "export const handler = async () => {};\n");
    const bundles = await bundleFunctions(folder);
    const floors: number[] = [];
    const times = new Map<Bundle, number[]>(bundles.map((bundle) => [bundle, []]));
    for (let round = 0; round < rounds; round += 1) {
      floors.push(loadOnce(floor));
      for (const [bundle, measured] of times) measured.push(loadOnce(bundle.file));
    }
    const webhook = bundles.find(({ name }) => name === "receive-shopify-webhook");
    if (webhook === undefined) throw new Error("there is no bundle of receive-shopify-webhook");
    const colds = await benchFirstAnswers(webhook.file, environment, rounds);
    return {
      firstAnswer: {
        loadMilliseconds: median(colds.map((cold) => cold.loadMilliseconds)),
        firstMilliseconds: median(colds.map((cold) => cold.firstMilliseconds)),
        nextMilliseconds: median(colds.map((cold) => cold.nextMilliseconds)),
      },
      floorMilliseconds: mean(floors),
      loads: [...times].map(([{ name, bytes }, measured]) => ({ name, kilobytes: bytes / 1000, loadMilliseconds: mean(measured) })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function loadOnce(file: string): number {
  const script = `
    const before = process.threadCpuUsage();
    const { handler } = await import(${JSON.stringify(file)});
    const { user, system } = process.threadCpuUsage(before);
    if (typeof handler !== "function") throw new Error("no handler");
    console.log((user + system) / 1000);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    env: environment,
  });
  if (status !== 0) throw new Error(`${file} did not load: ${stderr}`);
  return Number(stdout);
}
