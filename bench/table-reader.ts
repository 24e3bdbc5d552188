// Reads drawn store days in one format through the reader and the scan of the check, one day after the other, as one file, in a process of its own
// so that its peak memory is its own. Usage: node bench/table-reader.ts FORMAT DAYS. Prints one line of JSON.
import { posTableFormat } from "#adapters/channels/pos-table";
import { sapPosdmFormat } from "#adapters/channels/sap-posdm";
import { squareItemsFormat } from "#adapters/channels/square-items";
import { businessDateIn, localToInstant } from "#domain/calendar";
import { posTableMappingSchema } from "#domain/pos-tables";
import { newScan, openScan } from "#functions/scan-pos-file";
import type { PosFormat } from "#ports/pos-format";
import {
  drawStoreDay,
  type Feature,
  posdmFeatures,
  type StoreDay,
  squareFeatures,
  tableFeatures,
  tableMapping,
  writePosdm,
  writeSquare,
  writeTable,
} from "../sample/store-days/index.ts";
import type { TableFormat, TableReading } from "./table-memory.ts";

interface Way {
  readonly reads: PosFormat;
  readonly features: readonly Feature[];
  readonly undivided?: "Square";
  write(day: StoreDay): string;
}

const ways: Readonly<Record<TableFormat, Way>> = {
  // Square's ids are unique over all days, and the drawn ones within a day.
  "square-items": {
    reads: squareItemsFormat,
    features: squareFeatures,
    undivided: "Square",
    write: (day) => writeSquare(day, day.transactions, "Square 0101").replaceAll(",TX", `,TX${day.businessDate}`),
  },
  table: {
    reads: posTableFormat("drawn", posTableMappingSchema.parse(tableMapping)),
    features: tableFeatures,
    write: (day) => writeTable(day, day.transactions),
  },
  "sap-posdm": { reads: sapPosdmFormat, features: posdmFeatures, write: (day) => writePosdm(day, day.transactions) },
};

const [format = "", days = "0"] = process.argv.slice(2);
const { reads, features, undivided, write } = ways[format as TableFormat];
const zone = "America/New_York";
const settings = {
  storeNamed: () => "0101",
  toInstant: (_: string, dateTime: string) => localToInstant(zone, dateTime),
  businessDateOf: (_: string, dateTime: string) => businessDateIn(zone, localToInstant(zone, dateTime)),
  currencyOf: () => "USD",
  taxGroupToleranceMinorUnits: () => 1,
};
let held = 0;
const scan = openScan(newScan(undefined, undefined), `${days} days`, ({ issues }) => {
  if (issues.length > 0) held++;
});
const reader = reads.open(settings, scan.sink);
let bytes = 0;
for (let index = 0; index < Number(days); index++) {
  const businessDate = new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10);
  const allowed = new Set(features);
  const day = drawStoreDay({
    seed: index,
    store: "0101",
    businessDate,
    allowed,
    plain: 150,
    ...(undivided === undefined ? {} : { undivided }),
  });
  const piece = new TextEncoder().encode(write(day));
  reader.push(piece, bytes);
  bytes += piece.length;
}
reader.end();
const problems = [...scan.problems(), ...scan.controlTotals()];
if (problems.length > 0) throw new Error(`the drawn days are held whole: ${problems[0]?.message}`);
const reading: TableReading = { bytes, transactions: scan.transactions(), held, peakBytes: process.resourceUsage().maxRSS * 1024 };
console.log(JSON.stringify(reading));
