// npm run bench [-- PART …]: every figure is a ratio against a floor that is measured in the same run. Parts that are not named keep the figures of the
// run before. JSON on stdout and in bench/results.json, and in the tables of docs/ that show them; a table on stderr.
import { cpus, loadavg, totalmem } from "node:os";
import { recordedCost } from "../cli/cost-report.ts";
import { writeBenchTables } from "../scripts/bench-docs.ts";
import { benchFunctionLoads } from "./function-loads.ts";
import { benchPeak } from "./peak.ts";
import { takeInFile } from "./pos-volume.ts";
import { benchPoslog } from "./poslog.ts";
import { keepReport, lastReport, type Report, type Result, result, told } from "./report.ts";
import { benchMatching } from "./settlement-matching.ts";
import { benchTarget } from "./target.ts";
import { benchWebhooks } from "./webhooks.ts";

const parts: Readonly<Record<string, () => Promise<Result[]>>> = {
  async target() {
    note("target: transactions per second on one core, and growth with their events …");
    const target = benchTarget({ seconds: 0.5, rounds: 3 });
    const floor = target.perEvent[1]!.microseconds;
    return [
      result("target of transactions of ten events, one core", target.transactionsPerSecond, "per second"),
      ...target.perEvent.map(({ size, microseconds }) =>
        result(`target, cost of an event among ${size}`, microseconds, "µs", {
          floor,
          target: size === 1_000 ? "≤ 1.5 of that among 10: linear" : undefined,
        }),
      ),
    ];
  },
  async webhooks() {
    note("webhooks: accepted and settled, 16 keep-alive connections …");
    const { accept, acceptRatio, settled, settledRatio, floor } = await benchWebhooks({ accept: 40, settle: 25, rounds: 3 });
    return [
      result("webhooks accepted", accept, "per second", { floor, ratio: acceptRatio, target: "≥ 0.5" }),
      result("webhooks carried to settled", settled, "per second", { floor, ratio: settledRatio, target: "≥ 0.25" }),
    ];
  },
  async peak() {
    note(
      "peak: a normal day, half a rush and a rush of ten normal days through an ERP that takes 50 documents a second, some four minutes …",
    );
    const { peak, drainSeconds, drainSecondsMin, normal, half } = benchPeak();
    const rush = `peak of ten normal days in the time of one (${peak.webhooks.toLocaleString("en-US")} webhooks)`;
    return [
      result(`${rush}: documents posted, against what the ERP takes`, peak.documents / peak.elapsedSeconds, "per second", {
        floor: peak.allowedDocuments / peak.elapsedSeconds,
        target: "≥ 0.9",
      }),
      result("the same, backlog at its highest", peak.backlogMax, "messages"),
      result("the same, from the last webhook until nothing is left, against the ERP's pace", drainSeconds, "s", {
        floor: drainSecondsMin,
        target: "≤ 1.2",
      }),
      result("the same, from arrival to the ERP's answer, p99, against a normal day", peak.p99Seconds, "s", { floor: normal.p99Seconds }),
      result("the same, peak memory of the whole hub, against half as long", peak.peakBytes / 1e6, "MB", {
        floor: half.peakBytes / 1e6,
        target: "< 300 MB, flat",
      }),
    ];
  },
  async poslog() {
    note("POSLog: speed and memory …");
    const poslog = await benchPoslog({ speed: 60_000, large: 200_000, rounds: 3 });
    return [
      result("POSLog to validated events, of processor time", poslog.events, "MB/s", {
        floor: poslog.floor,
        ratio: poslog.ratio,
        target: "≥ 0.5",
      }),
      result(
        `POSLog peak memory, 200,000 tickets (${Math.round(poslog.largeMegabytes)} MB), against 60,000`,
        poslog.largePeakMegabytes,
        "MB",
        { floor: poslog.smallPeakMegabytes, target: "< 300 MB, flat" },
      ),
    ];
  },
  async "pos-files"() {
    note("POS files through the hub: 20,000 and then 1,000,000 tickets, some ten minutes …");
    const [few, many] = [takeInFile(20_000), takeInFile(1_000_000)];
    return [
      result(
        `POS file of 1,000,000 tickets (${Math.round(many.bytes / 1e6)} MB) through check, chunks and close, against 20,000`,
        many.tickets / many.seconds,
        "tickets per second of processor time",
        { floor: few.tickets / few.seconds, target: "≥ 0.8: linear" },
      ),
      result("the same, peak memory of the whole hub", many.peakBytes / 1e6, "MB", {
        floor: few.peakBytes / 1e6,
        target: "< 300 MB, flat",
      }),
    ];
  },
  async settlements() {
    note("settlements: matching of 10,000, 100,000 and 1,000,000 rows …");
    const matching = benchMatching([10_000, 100_000, 1_000_000], 3);
    const floor = matching[0]!.microsecondsPerRow;
    return matching.map(({ rows, microsecondsPerRow }) =>
      result(`settlement matching, cost of a row among ${rows.toLocaleString("en-US")}`, microsecondsPerRow, "µs", {
        floor,
        target: rows === 1_000_000 ? "≤ 3 of that among 10,000: linear but for sorting and memory" : undefined,
      }),
    );
  },
  async functions() {
    note("Lambda functions: load of their bundles, and the webhook function's first answer …");
    const { loads, floorMilliseconds, firstAnswer } = await benchFunctionLoads(15);
    return [
      ...loads.map(({ name, kilobytes, loadMilliseconds }) =>
        result(`load of ${name} (${Number(kilobytes.toPrecision(3))} KB)`, loadMilliseconds, "ms of processor time", {
          floor: floorMilliseconds,
          target: name === "receive-shopify-webhook" ? "≤ 30 ms, ≤ 100 KB" : undefined,
        }),
      ),
      result(
        "receive-shopify-webhook, from a cold start to its first answer, against the answer to an order that comes next",
        firstAnswer.loadMilliseconds + firstAnswer.firstMilliseconds,
        "ms of processor time, all threads",
        { floor: firstAnswer.nextMilliseconds },
      ),
    ];
  },
  async cost() {
    const cost = recordedCost().report;
    // Recorded by npm run cost, and reckoned here; it is the same on every machine.
    return (["steady", "backlog"] as const).map((traffic) =>
      result(`AWS, a million orders, ${traffic}`, cost[traffic].usdPerMillionOrders, "dollars", {
        floor: cost.floor.usdPerMillionOrders,
        target: traffic === "steady" ? "≤ 20" : "≤ 12",
      }),
    );
  },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  note(`the bench has no part ${unknown.join(", ")}: its parts are ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}
const measured = new Map(Object.entries(lastReport()?.parts ?? {}));
for (const [name, measure] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const load = Number((loadavg()[0] ?? Number.NaN).toPrecision(3));
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
keepReport(report);
writeBenchTables();
console.log(JSON.stringify(report, null, 2));
for (const each of Object.values(report.parts).flatMap(({ results }) => results)) note(told(each));

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
