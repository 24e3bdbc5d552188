import { runSeeds, type SimulationSummary, simulateSeed } from "#simulation";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
import { table } from "../table.ts";

const seedsMax = 1_000_000;
const depthMax = 20;

export const simulate: Command = {
  name: "simulate",
  summary: "Runs the whole hub on virtual time with faults drawn by seed, and checks what must hold.",
  usage: ["simulate --seeds N [--seed S] [--depth N] [--story]"],
  examples: ["simulate --seeds 500", "simulate --seeds 1 --seed 4711 --story", "simulate --seeds 20000 --depth 3 --json"],
  argumentsMax: 0,
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    depth: { type: "string" },
    story: { type: "boolean" },
  },
  async run(input) {
    const seeds = wholeNumber(input, "seeds", 500, seedsMax);
    const firstSeed = wholeNumber(input, "seed", 1, Number.MAX_SAFE_INTEGER - seedsMax);
    const depth = wholeNumber(input, "depth", 1, depthMax);
    const { policiesFolder } = input.hub;
    const { json, terminal } = input;
    const summary = await runSeeds({
      policiesFolder,
      seeds,
      firstSeed,
      depth,
      progress: (done, failed) => terminal.progress(`${done} of ${seeds} seeds${failed === 0 ? "" : `, ${failed} failed`}`),
    });
    if (json) terminal.print(JSON.stringify(summary));
    else terminal.print(textOf(summary, terminal.columns));
    const told = summary.failed[0]?.seed ?? (input.options.story === true ? firstSeed : undefined);
    if (told !== undefined) {
      const { story } = await simulateSeed(told, { policiesFolder, depth, isTold: true });
      terminal.note(`\nThe story of seed ${told}:\n${story.join("\n")}`);
      terminal.note(`\nAgain: npm run -s hub -- simulate --seeds 1 --seed ${told}${depth === 1 ? "" : ` --depth ${depth}`} --story`);
    }
    return summary.failed.length === 0 ? 0 : 1;
  },
};

function textOf({ seeds, failed, steps, faults, faultsByKind }: SimulationSummary, columns: number): string {
  const kinds = Object.entries(faultsByKind).sort(([, one], [, other]) => other - one);
  const lines = [
    `${seeds} seeds, ${steps} events, ${faults} faults.`,
    table(
      [{ title: "fault" }, { title: "times", align: "right" }],
      kinds.map(([kind, times]) => [kind, String(times)]),
      columns,
    ),
  ];
  if (failed.length === 0) return [...lines, "Everything held."].join("\n\n");
  const failures = table(
    [{ title: "seed", align: "right" }, { title: "invariant" }, { title: "what was found", wrap: true }],
    failed.map(({ seed, invariant, detail }) => [String(seed), invariant, detail]),
    columns,
  );
  return [...lines, failures, `${failed.length} seeds failed.`].join("\n\n");
}

function wholeNumber(input: CommandInput, name: string, absent: number, max: number): number {
  const text = textOption(input, name);
  if (text === undefined) return absent;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > max)
    throw new UsageError(`--${name} takes a whole number from 1 to ${max}, not ${JSON.stringify(text)}`);
  return value;
}
