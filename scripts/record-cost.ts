// npm run cost: runs orders through the bundles that Lambda would run, counts what AWS would bill, and writes cost/operation-trace.json,
// from which `report cost` and the bench reckon. Needs Java for AWS's own DynamoDB Local.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { OperationTrace } from "#domain/cost";
import { recordTraffic } from "./cost/record-traffic.ts";

const size = { steadySeconds: 60, backlogOrders: 100 };

const recorded = await recordTraffic(size);
if ("skipped" in recorded) {
  console.error(`nothing was recorded: ${recorded.skipped}`);
  process.exit(1);
}
const trace: OperationTrace = {
  recordedOn: new Date().toISOString().slice(0, 10),
  recordedBy: `${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`,
  ...recorded,
};
writeFileSync(join(import.meta.dirname, "../cost/operation-trace.json"), `${JSON.stringify(trace, null, 2)}\n`);
console.error("written: cost/operation-trace.json; see npm run -s hub -- report cost");
process.exit(0);
