import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CostReport, costReport, type OperationTrace, type PriceTable, readOperationTrace, readPriceTable } from "#domain/cost";
import { heading, table } from "./table.ts";

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
  return [...parts, "", source].join("\n");
}

/** Four digits are more than anybody compares: 1529.716667 bytes as "1530". */
export function perOrderText(perOrder: number): string {
  return String(Number(perOrder.toPrecision(4)));
}
