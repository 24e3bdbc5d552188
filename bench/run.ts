// npm run bench: every figure is a ratio against a floor that is measured in the same run. Writes bench/results.json and prints it as a table.
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { benchWebhooks } from "./webhooks.ts";

interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor?: number;
  readonly ratio?: number;
  readonly target?: string;
}

const results: Result[] = [];
const webhooks = await benchWebhooks({ accept: 60, settle: 30 });
results.push(
  {
    name: "webhooks accepted",
    value: round(webhooks.accept),
    unit: "per second",
    floor: round(webhooks.floor),
    ratio: round(webhooks.accept / webhooks.floor),
    target: "≥ 0.5",
  },
  {
    name: "webhooks carried to settled",
    value: round(webhooks.settled),
    unit: "per second",
    floor: round(webhooks.floor),
    ratio: round(webhooks.settled / webhooks.floor),
    target: "≥ 0.25",
  },
);

const machine = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
writeFileSync(join(import.meta.dirname, "results.json"), `${JSON.stringify({ machine, results }, null, 2)}\n`);
console.table(Object.fromEntries(results.map(({ name, ...figures }) => [name, figures])));

function round(value: number): number {
  return Number(value.toPrecision(3));
}
