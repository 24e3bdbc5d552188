import { closeSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { bankFormats, mappedFormats, settlementSources } from "#adapters/settlement-formats";
import { settlementDocument } from "#functions/settlement-document";
import { describedFormats, openSettlementScan, type SettlementFormats } from "#functions/settlement-scan";
import type { Hub } from "#hub";

const headBytes = 8_192;
const pieceBytes = 1_048_576;

/** Those that the hub brings, and those that its policy describes. */
function formatsOf({ policy }: Hub): SettlementFormats {
  return { sources: settlementSources, banks: bankFormats, mapped: mappedFormats, policy };
}

function allFormats(hub: Hub): readonly { readonly name: string; recognises(head: Uint8Array): boolean }[] {
  const formats = formatsOf(hub);
  const described = describedFormats(formats);
  return [...formats.sources, ...described.sources, ...formats.banks, ...described.banks];
}

export function settlementFormatNames(hub: Hub): readonly string[] {
  return [...new Set(allFormats(hub).map(({ name }) => name))];
}

/** The format that a file looks like; undefined: none that the hub reads. */
export function settlementFormatOf(hub: Hub, path: string): string | undefined {
  const head = piecesOf(path, headBytes).next().value ?? new Uint8Array();
  return allFormats(hub).find((format) => format.recognises(head))?.name;
}

/** The streams of the rows, payouts and bank lines that a file holds, by reading it as the ingest does; none of a file that is held. */
export function settlementDocumentsOf(hub: Hub, path: string): { transaction: string; source: string }[] {
  const head = piecesOf(path, headBytes).next().value ?? new Uint8Array();
  const scan = openSettlementScan(formatsOf(hub), head, basename(path));
  const found: { transaction: string; source: string }[] = [];
  for (const piece of piecesOf(path, pieceBytes)) scan.push(piece);
  scan.end();
  for (const chunk of scan.allChunks()) {
    for (const part of chunk) {
      const { transaction, source } = settlementDocument(part, "", hub.policy);
      found.push({ transaction, source });
    }
  }
  return scan.isHeld() ? [] : found;
}

function* piecesOf(path: string, bytes: number): Generator<Uint8Array> {
  const file = openSync(path, "r");
  try {
    for (;;) {
      const piece = new Uint8Array(bytes);
      const read = readSync(file, piece, 0, bytes, null);
      if (read === 0) return;
      yield piece.subarray(0, read);
    }
  } finally {
    closeSync(file);
  }
}
