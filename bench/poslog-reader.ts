// Reads one POSLog file in a process of its own, so that its peak memory and its compiled code are its own. "events": from bytes to validated
// events. "floor": the same XML parser with the same options and empty handlers. Reads on by some megabytes for each message, so that two of
// them can take turns. Usage: fork of bench/poslog-reader.ts FILE events|floor. Answers each message with what it has read so far.
import { closeSync, openSync, readSync } from "node:fs";
import { SaxesParser } from "saxes";
import { parserOptions, poslogFormat } from "#adapters/channels/poslog";
import { localToInstant } from "#domain/calendar";
import { pieceBytes } from "#functions/pass-over-drop";
import type { PoslogReading } from "./poslog.ts";

const piecesPerTurn = 16;

const [path = "", mode = "events"] = process.argv.slice(2);

let tickets = 0;
let issues = 0;
let bytes = 0;
let microseconds = 0;
const take = mode === "floor" ? floor() : events();
const file = openSync(path, "r");

process.on("message", () => {
  const done = readOn();
  const reading: PoslogReading = {
    done,
    bytes,
    seconds: microseconds / 1e6,
    tickets,
    issues,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  process.send?.(reading);
  if (!done) return;
  closeSync(file);
  process.disconnect();
});

/** True at the end of the file. Counts processor time, with that of the garbage collector and the compiler: other processes do not count. */
function readOn(): boolean {
  const before = process.cpuUsage();
  let read = 1;
  for (let count = 0; read > 0 && count < piecesPerTurn; count++) {
    const piece = new Uint8Array(pieceBytes);
    read = readSync(file, piece, 0, pieceBytes, bytes);
    if (read > 0) take.push(piece.subarray(0, read), bytes);
    else take.end();
    bytes += read;
  }
  const used = process.cpuUsage(before);
  microseconds += used.user + used.system;
  return read === 0;
}

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
