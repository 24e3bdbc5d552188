// npm run bench [-- PART …]: every figure is a ratio against a floor that is measured in the same run. Parts that are not named keep the figures of the
// run before. JSON on stdout and in bench/results.json, a table on stderr.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { recordedCost } from "../cli/cost-report.ts";
import { benchFunctionLoads } from "./function-loads.ts";
import { takeInFile } from "./pos-volume.ts";
import { benchPoslog } from "./poslog.ts";
import { benchMatching } from "./settlement-matching.ts";
import { benchTarget } from "./target.ts";
import { benchWebhooks } from "./webhooks.ts";

interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor?: number;
  readonly ratio?: number;
  readonly target?: string;
}

interface MeasuredPart {
  readonly measuredOn: string;
  /** Processes that wanted a core when the part began, mean of a minute: above the number of cores they took time from each other. */
  readonly load: number;
  readonly results: readonly Result[];
}

interface Report {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGigabytes: number; readonly node: string };
  readonly parts: Readonly<Record<string, MeasuredPart>>;
}

const parts: Readonly<Record<string, () => Promise<Result[]>>> = {
  async target() {
    note("target: transactions per second on one core, and growth with their events …");
    const target = benchTarget({ seconds: 0.5, rounds: 3 });
    return [
      { name: "target of transactions of ten events, one core", value: round(target.transactionsPerSecond), unit: "per second" },
      ...target.perEvent.map(({ size, microseconds }) => ({
        name: `target, cost of an event among ${size}`,
        value: round(microseconds),
        unit: "µs",
        floor: round(target.perEvent[1]!.microseconds),
        ratio: round(microseconds / target.perEvent[1]!.microseconds),
        ...(size === 1_000 ? { target: "≤ 1.5 of that among 10: linear" } : {}),
      })),
    ];
  },
  async webhooks() {
    note("webhooks: accepted and settled, 16 keep-alive connections …");
    const webhooks = await benchWebhooks({ accept: 40, settle: 25, rounds: 3 });
    return [
      {
        name: "webhooks accepted",
        value: round(webhooks.accept),
        unit: "per second",
        floor: round(webhooks.floor),
        ratio: round(webhooks.acceptRatio),
        target: "≥ 0.5",
      },
      {
        name: "webhooks carried to settled",
        value: round(webhooks.settled),
        unit: "per second",
        floor: round(webhooks.floor),
        ratio: round(webhooks.settledRatio),
        target: "≥ 0.25",
      },
    ];
  },
  async poslog() {
    note("POSLog: speed and memory …");
    const poslog = await benchPoslog({ speed: 60_000, large: 200_000, rounds: 3 });
    return [
      {
        name: "POSLog to validated events, of processor time",
        value: round(poslog.events),
        unit: "MB/s",
        floor: round(poslog.floor),
        ratio: round(poslog.ratio),
        target: "≥ 0.5",
      },
      {
        name: `POSLog peak memory, 200,000 tickets (${Math.round(poslog.largeMegabytes)} MB), against 60,000`,
        value: round(poslog.largePeakMegabytes),
        unit: "MB",
        floor: round(poslog.smallPeakMegabytes),
        ratio: round(poslog.largePeakMegabytes / poslog.smallPeakMegabytes),
        target: "< 300 MB, flat",
      },
    ];
  },
  async "pos-files"() {
    note("POS files through the hub: 20,000 and then 1,000,000 tickets, some ten minutes …");
    const [fewTickets, manyTickets] = [takeInFile(20_000), takeInFile(1_000_000)];
    return [
      {
        name: `POS file of 1,000,000 tickets (${Math.round(manyTickets.bytes / 1e6)} MB) through check, chunks and close, against 20,000`,
        value: round(manyTickets.tickets / manyTickets.seconds),
        unit: "tickets per second of processor time",
        floor: round(fewTickets.tickets / fewTickets.seconds),
        ratio: round((manyTickets.tickets * fewTickets.seconds) / (fewTickets.tickets * manyTickets.seconds)),
        target: "≥ 0.8: linear",
      },
      {
        name: "the same, peak memory of the whole hub",
        value: round(manyTickets.peakBytes / 1e6),
        unit: "MB",
        floor: round(fewTickets.peakBytes / 1e6),
        ratio: round(manyTickets.peakBytes / fewTickets.peakBytes),
        target: "< 300 MB, flat",
      },
    ];
  },
  async settlements() {
    note("settlements: matching of 10,000, 100,000 and 1,000,000 rows …");
    const matching = benchMatching([10_000, 100_000, 1_000_000], 3);
    return [
      ...matching.map(({ rows, microsecondsPerRow }) => ({
        name: `settlement matching, cost of a row among ${rows.toLocaleString("en-US")}`,
        value: round(microsecondsPerRow),
        unit: "µs",
        floor: round(matching[0]!.microsecondsPerRow),
        ratio: round(microsecondsPerRow / matching[0]!.microsecondsPerRow),
        ...(rows === 1_000_000 ? { target: "≤ 3 of that among 10,000: linear but for sorting and memory" } : {}),
      })),
    ];
  },
  async functions() {
    note("Lambda functions: load of their bundles …");
    const functionLoads = await benchFunctionLoads(15);
    const { loadMilliseconds, firstMilliseconds, nextMilliseconds } = functionLoads.firstAnswer;
    return [
      ...functionLoads.loads.map(({ name, kilobytes, loadMilliseconds }) => ({
        name: `load of ${name} (${round(kilobytes)} KB)`,
        value: round(loadMilliseconds),
        unit: "ms of processor time",
        floor: round(functionLoads.floorMilliseconds),
        ratio: round(loadMilliseconds / functionLoads.floorMilliseconds),
        ...(name === "receive-shopify-webhook" ? { target: "≤ 30 ms, ≤ 100 KB" } : {}),
      })),
      {
        name: "receive-shopify-webhook, from a cold start to its first answer, against an order that comes next",
        value: round(loadMilliseconds + firstMilliseconds),
        unit: "ms of processor time, all threads",
        floor: round(nextMilliseconds),
        ratio: round((loadMilliseconds + firstMilliseconds) / nextMilliseconds),
      },
    ];
  },
  async cost() {
    const cost = recordedCost().report;
    return [
      // Recorded by npm run cost, and reckoned here; it is the same on every machine.
      ...(["steady", "backlog"] as const).map((traffic) => ({
        name: `AWS, a million orders, ${traffic}`,
        value: cost[traffic].usdPerMillionOrders,
        unit: "dollars",
        floor: cost.floor.usdPerMillionOrders,
        ratio: round(cost[traffic].usdPerMillionOrders / cost.floor.usdPerMillionOrders),
        target: traffic === "steady" ? "≤ 20" : "≤ 12",
      })),
    ];
  },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  note(`the bench has no part ${unknown.join(", ")}: its parts are ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}
const file = join(import.meta.dirname, "results.json");
const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Report).parts : {};
const measured = new Map(Object.entries(before));
for (const [name, measure] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const load = round(loadavg()[0] ?? Number.NaN);
  const results = await measure();
  measured.set(name, { measuredOn: new Date().toISOString().slice(0, 10), load, results });
}
const report: Report = {
  machine: {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  },
  // In the order of the parts, whichever were measured first.
  parts: Object.fromEntries(Object.keys(parts).flatMap((name) => (measured.has(name) ? [[name, measured.get(name)!]] : []))),
};
const text = JSON.stringify(report, null, 2);
writeFileSync(file, `${text}\n`);
console.log(text);
for (const { name, value, unit, floor, ratio, target: wanted } of Object.values(report.parts).flatMap(({ results }) => results)) {
  const against = floor === undefined ? "" : `, floor ${floor}, ratio ${ratio}`;
  note(`${name}: ${value} ${unit}${against}${wanted === undefined ? "" : ` (target ${wanted})`}`);
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
