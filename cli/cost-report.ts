import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CostReport, costReport, type OperationTrace, type PriceTable, readOperationTrace, readPriceTable } from "#domain/cost";
import { heading, table, wrap } from "./table.ts";

const folder = join(import.meta.dirname, "..", "cost");

/** What `npm run cost` recorded, and the prices that it is reckoned with. Throws Invalid when either cannot be read. */
export function recordedCost(): { readonly report: CostReport; readonly trace: OperationTrace; readonly table: PriceTable } {
  const trace = readOperationTrace(read("operation-trace.json"));
  const prices = readPriceTable(read("prices.json"));
  return { report: costReport(trace, prices), trace, table: prices };
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), "utf8"));
}

const kinds = ["steady", "backlog", "floor"] as const;

export function costText({ report, trace, table: prices }: ReturnType<typeof recordedCost>, columns: number): string {
  const conditions = {
    steady: trace.steady.conditions,
    backlog: trace.backlog.conditions,
    floor: "a request, a function that takes no time, and one write unit per webhook",
  };
  const parts = kinds.map((kind) => {
    const { usdPerMillionOrders, lines } = report[kind];
    return [
      heading(`${kind}: $${usdPerMillionOrders.toFixed(2)} per million orders`),
      conditions[kind],
      "",
      table(
        [
          { title: "service" },
          { title: "operation", wrap: true },
          { title: "per order", align: "right" },
          { title: "$/million", align: "right" },
        ],
        lines.map((each) => [each.service, each.operation, perOrderText(each.perOrder), each.usdPerMillionOrders.toFixed(3)]),
        columns,
      ),
    ].join("\n");
  });
  const source = `Operations recorded on ${trace.recordedOn} (${trace.recordedBy}); prices of ${prices.region}, checked ${prices.checked}: cost/prices.json.`;
  return [...parts, "", ...wrap(uncountedText(report), columns), "", source].join("\n");
}

/** Four digits are more than anybody compares: 1529.716667 bytes as "1530". */
export function perOrderText(perOrder: number): string {
  return String(Number(perOrder.toPrecision(4)));
}

/**
 * What grows with orders and is not in the record. It reads the transaction of each answered plan, which decide-postings has read for the same
 * plan: so that line says what it costs at least.
 */
export function uncountedText({ steady, backlog }: CostReport): string {
  const withReads = ({ usdPerMillionOrders, lines }: CostReport["steady"]): string => {
    const read = lines.find(({ operation }) => operation === "read units, Query lineage by decide-postings");
    if (read === undefined) throw new Error("the record has no reads of transactions by decide-postings: record it anew with npm run cost");
    return (usdPerMillionOrders + read.usdPerMillionOrders).toFixed(2);
  };
  return (
    "Not counted: measuring the KPIs (measure-lineage), which reads the transaction of each answered plan once more, and runs and logs once per shard " +
    `and minute. With these reads alone, steady is at least $${withReads(steady)} and a backlog $${withReads(backlog)}.`
  );
}
