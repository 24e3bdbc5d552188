// npm run cost: runs orders through the bundles that Lambda would run, counts what AWS would bill, and writes cost/operation-trace.json,
// from which `report cost` and the bench reckon. Needs Java for AWS's own DynamoDB Local.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { OperationTrace } from "#domain/cost";
import { withMedianTimes } from "./cost/median-times.ts";
import { type RecordedTraffic, recordTraffic } from "./cost/record-traffic.ts";

const size = { steadySeconds: 120, backlogOrders: 100 };
/** Operations are the same each time; processor time is not, on a machine that does other work beside. */
const recordings = 3;

const recorded: RecordedTraffic[] = [];
for (let round = 1; round <= recordings; round += 1) {
  const traffic = await recordTraffic(size);
  if ("skipped" in traffic) {
    console.error(`nothing was recorded: ${traffic.skipped}`);
    process.exit(1);
  }
  recorded.push(traffic);
  console.error(`recorded ${round} of ${recordings}`);
}
const trace: OperationTrace = {
  recordedOn: new Date().toISOString().slice(0, 10),
  recordedBy: `${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`,
  ...withMedianTimes(recorded),
};
writeFileSync(join(import.meta.dirname, "../cost/operation-trace.json"), `${JSON.stringify(trace, null, 2)}\n`);
console.error("written: cost/operation-trace.json; see npm run -s hub -- report cost");
process.exit(0);
