// Takes one POS file in through the hub's own machine, in a process of its own so that its peak memory is its own: check, chunks, close. Nothing
// is posted. Usage: node bench/pos-hub.ts DATA-FOLDER FILE. Prints one line of JSON.
import { statSync } from "node:fs";
import { join } from "node:path";
import { readTransaction } from "#functions/read-transaction";
import { dropFile, openHub } from "#hub";
import type { EmbeddedWorkflows } from "../hub/embedded-workflows.ts";

const [dataFolder = "", path = ""] = process.argv.slice(2);

const hub = await openHub({ dataFolder, policiesFolder: join(import.meta.dirname, "../policies") });
const started = process.cpuUsage();
const startedAt = performance.now();
const { hash, machine, execution } = await dropFile(hub, "pos", path);
const workflows = hub.workflows as EmbeddedWorkflows;
let answer: unknown;
for (;;) {
  await workflows.takeUnfinished(1);
  const known = await hub.executions.get(machine, execution);
  answer = known?.answer;
  if (answer !== undefined) break;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const used = process.cpuUsage(started);
const times = { seconds: (used.user + used.system) / 1e6, elapsedSeconds: (performance.now() - startedAt) / 1000 };
const { documents } = await readTransaction(hub.lineage, `file:pos:${hash}`);
const received = documents.flatMap(({ events }) => events).find((event) => event.name === "file.received");
if (received === undefined) throw new Error(`${path} was not taken in: ${JSON.stringify(answer)}`);
const { tickets, ignored, held } = received;
await hub.close();
console.log(
  JSON.stringify({ bytes: statSync(path).size, ...times, tickets, ignored, held, peakBytes: process.resourceUsage().maxRSS * 1024 }),
);
