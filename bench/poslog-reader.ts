// Reads one POSLog file in a process of its own, so that its peak memory is its own. Usage: node bench/poslog-reader.ts FILE events|floor
// "events": from bytes to validated events. "floor": the same XML parser with the same options and empty handlers. Prints one line of JSON.
import { closeSync, openSync, readSync } from "node:fs";
import { SaxesParser } from "saxes";
import { parserOptions, poslogFormat } from "#adapters/channels/poslog";
import { localToInstant } from "#domain/calendar";
import { pieceBytes } from "#functions/check-pos-file";

const [path = "", mode = "events"] = process.argv.slice(2);

let tickets = 0;
let issues = 0;
const take = mode === "floor" ? floor() : events();
const file = openSync(path, "r");
const started = performance.now();
let offset = 0;
for (;;) {
  const piece = new Uint8Array(pieceBytes);
  const bytes = readSync(file, piece, 0, pieceBytes, offset);
  if (bytes === 0) break;
  take.push(piece.subarray(0, bytes), offset);
  offset += bytes;
}
take.end();
const seconds = (performance.now() - started) / 1000;
closeSync(file);
console.log(JSON.stringify({ bytes: offset, seconds, tickets, issues, peakBytes: process.resourceUsage().maxRSS * 1024 }));

function events() {
  const toInstant = (_: string, dateTime: string) => localToInstant("America/New_York", dateTime);
  const settings = {
    toInstant,
    businessDateOf: (_: string, dateTime: string) => dateTime.slice(0, 10),
    taxGroupToleranceMinorUnits: () => 1,
  };
  return poslogFormat.open(settings, {
    transaction(transaction) {
      tickets += transaction.document?.events.length ?? 0;
      issues += transaction.issues.length;
    },
  });
}

function floor() {
  const parser = new SaxesParser(parserOptions(false));
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (const name of ["opentag", "closetag", "text", "cdata", "doctype", "xmldecl"] as const) parser.on(name, () => {});
  parser.on("error", (error) => {
    throw error;
  });
  return {
    push: (bytes: Uint8Array) => void parser.write(decoder.decode(bytes, { stream: true })),
    end: () => void parser.close(),
  };
}
