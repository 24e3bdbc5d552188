import { canonicalJson, incrementalSha256 } from "#domain/canonical";
import { Invalid, Unavailable } from "#domain/failures";
import { findableByTender } from "#domain/intake";
import { type DocumentItem, documentItem, type ParsedDocument, type RawBody, rawBodyOf } from "#domain/lineage";
import { ignoredTicket } from "#domain/pos-files";
import {
  type NumberedTransaction,
  type PosChunk,
  type PosCounts,
  type PosManifest,
  posManifestSchema,
  seenSequences,
} from "#domain/store-day";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import type { PosFormat, PosTransaction } from "#ports/pos-format";
import { type DropBytes, neededDrop } from "./drop-bytes.ts";
import type { FileProgress } from "./file-progress.ts";
import { knownPosFormats, type PosFormats } from "./known-pos-formats.ts";
import { pieceBytes } from "./pass-over-drop.ts";
import { posReadSettings } from "./pos-read-settings.ts";
import { readTransaction } from "./read-transaction.ts";

/** Facts that are inserted in one call. */
const insertBatch = 50;

export interface IngestPosChunkDependencies {
  readonly formats: readonly PosFormat[];
  readonly tableFormat?: PosFormats["tableFormat"];
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly progress?: FileProgress | undefined;
}

export interface IngestPosChunkInput {
  readonly drop: string;
  readonly manifest: string;
  /** Index into the manifest's chunks. */
  readonly chunk: number;
}

/**
 * Takes the transactions of one chunk into the lineage: step 1 of the posting protocol for each. Throws Unavailable when an insert was not
 * answered for certain: the workflow tries the chunk again, and what was inserted before counts as duplicate then.
 */
export function createHandler(dependencies: IngestPosChunkDependencies) {
  const { documents, lineage, policies, clock } = dependencies;

  return async function ingestPosChunk(input: IngestPosChunkInput): Promise<PosCounts> {
    const manifest = await readManifest(documents, input.manifest);
    const chunk = manifest.chunks[input.chunk];
    const policy = await policies.current();
    const format = knownPosFormats(dependencies, policy).find((each) => each.name === manifest.format);
    if (chunk === undefined || format === undefined)
      throw new Invalid(`manifest ${input.manifest} has no chunk ${input.chunk} of a known format`);
    const found: PosTransaction[] = [];
    const preamble = chunk.preamble === undefined ? undefined : manifest.preambles?.[chunk.preamble];
    const settings = {
      ...posReadSettings(policy),
      fileHash: manifest.fileHash,
      fragment: true,
      firstOrdinal: chunk.firstOrdinal,
      ...(preamble === undefined ? {} : { preamble }),
    };
    const reader = format.open(settings, { transaction: (transaction) => void found.push(transaction) });
    const drop = await neededDrop(documents, input.drop, input.drop);
    const recent = openRecentBytes();
    const counts = { recorded: 0, duplicates: 0, ignored: 0, held: 0 };
    const numbered: NumberedTransaction[] = [];
    let read = 0;

    const accept = async (): Promise<void> => {
      read += found.length;
      numbered.push(...found.flatMap((transaction) => numberOf(transaction) ?? []));
      while (found.length > 0) {
        const batch = found.splice(0, insertBatch);
        const items: DocumentItem[] = [];
        const accepted: PosTransaction[] = [];
        for (const transaction of batch) {
          if (transaction.document === undefined) {
            countUnnamed(counts, transaction);
            continue;
          }
          const raw = await rawBody(documents, { bytes: drop, address: input.drop }, transaction, recent);
          items.push(documentItem(findableByTender(transaction.document), raw, clock.now()));
          accepted.push(transaction);
        }
        const answers = items.length === 0 ? [] : await lineage.insert(items);
        accepted.forEach((transaction, index) => {
          const answer = answers[index];
          if (answer !== "inserted" && answer !== "conflict")
            throw new Unavailable(`the lineage answered ${answer} for a ticket of ${input.drop}`);
          count(counts, transaction, answer);
        });
        for (const transaction of accepted) await mendOwnNumber(transaction);
      }
    };

    for (const range of chunk.ranges) {
      for (let start = range.start; start < range.end; start += pieceBytes) {
        const piece = await drop.readRange(start, Math.min(start + pieceBytes, range.end));
        if (piece === undefined) throw new Invalid(`the document at ${input.drop} is gone: drop the file again`);
        recent.add(piece, start);
        reader.push(piece, start);
        await accept();
        dependencies.progress?.({ drop: input.drop, step: "take-in", at: chunk.firstOrdinal + read, of: manifest.transactions });
      }
    }
    reader.end();
    await accept();
    assertChunkUnchanged(input, chunk, read);
    await tellStoreDays(seenSequences(numbered, { file: manifest.fileHash, part: input.chunk }));
    return counts;
  };

  /** What is a fact of another stream and was held under its own number before is mended there: an empty document closes its exception. */
  async function mendOwnNumber(transaction: PosTransaction): Promise<void> {
    const own = ownNumber(transaction);
    if (own === undefined) return;
    const { documents: known } = await readTransaction(lineage, own.transaction);
    if (!known.some(({ issues }) => issues.length > 0)) return;
    const [answer] = await lineage.insert([documentItem(own, rawBodyOf(new TextEncoder().encode("[]")), clock.now())]);
    if (answer !== "inserted" && answer !== "conflict")
      throw new Unavailable(`the lineage may not have the correction of ${own.transaction}`);
  }

  /** After the tickets: a number that a store day has seen is on record somewhere. */
  async function tellStoreDays(seen: readonly ParsedDocument[]): Promise<void> {
    const now = clock.now();
    const items = seen.map((document) => documentItem(document, rawBodyOf(new TextEncoder().encode(canonicalJson(document.events))), now));
    const answers = items.length === 0 ? [] : await lineage.insert(items);
    if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
      throw new Unavailable("the lineage may not have the numbers that a part of a file holds");
  }
}

/** The number of a transaction within its register and day; undefined for what has none. */
function numberOf({ store, register, businessDate, sequence, document, ignored }: PosTransaction): NumberedTransaction | undefined {
  if (store === undefined || register === undefined || businessDate === undefined || sequence === undefined) return undefined;
  const completed = document?.events.find(({ name }) => name === "ticket.completed");
  // What cannot be read is to become a ticket once it is corrected.
  const isTicket = ignored === undefined && document?.kind === "sale" && (completed !== undefined || document.issues.length > 0);
  const isControl = ignored === undefined && document?.issues.length === 0 && document.events.length > 0 && completed === undefined;
  const occurredAt = completed === undefined ? {} : { occurredAt: completed.occurredAt };
  return { store, register, businessDate, sequence, isTicket, ...(isControl ? { isControl } : {}), ...occurredAt };
}

/** The stream of a transaction's own number, of what is a fact of another one: money of the day, goods, a ticket that is undone. */
function ownNumber({ store, register, businessDate, sequence, document, ignored }: PosTransaction): ParsedDocument | undefined {
  if (document === undefined || ignored !== undefined || document.issues.length > 0) return undefined;
  if (store === undefined || register === undefined || businessDate === undefined || sequence === undefined) return undefined;
  const own = ignoredTicket({ store, register, businessDate, sequence }, "").document;
  return own?.transaction === document.transaction ? undefined : own;
}

export async function readManifest(documents: DocumentStore, address: string): Promise<PosManifest> {
  const bytes = await documents.get(address);
  if (bytes === undefined) throw new Invalid(`there is no manifest at ${address}: check the file again`);
  return posManifestSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

function assertChunkUnchanged(input: IngestPosChunkInput, chunk: PosChunk, read: number): void {
  if (read === chunk.transactions) return;
  throw new Invalid(
    `chunk ${input.chunk} of ${input.drop} had ${chunk.transactions} transactions when it was checked and has ${read} now: drop the file again`,
  );
}

function count(
  counts: { -readonly [name in keyof PosCounts]: number },
  transaction: PosTransaction,
  answer: "inserted" | "conflict",
): void {
  if (transaction.ignored !== undefined) counts.ignored++;
  else if (transaction.issues.length > 0) counts.held++;
  else if (answer === "conflict") counts.duplicates++;
  else counts.recorded++;
}

/** Without a document there is nothing to insert: only control records come so, since the file's hash names all others. */
function countUnnamed(counts: { -readonly [name in keyof PosCounts]: number }, transaction: PosTransaction): void {
  if (transaction.ignored === undefined) counts.held++;
  else counts.ignored++;
}

/** The ticket's own bytes: inline when small, else under their content address; a ticket above the limit stays in its file. */
async function rawBody(
  documents: DocumentStore,
  drop: { readonly bytes: DropBytes; readonly address: string },
  transaction: PosTransaction,
  recent: ReturnType<typeof openRecentBytes>,
): Promise<RawBody> {
  const { byteStart, byteEnd } = transaction;
  const bytes = recent.slice(byteStart, byteEnd);
  if (bytes !== undefined) {
    const raw = rawBodyOf(bytes);
    if (raw.address !== undefined) await documents.put(raw.address, bytes);
    return raw;
  }
  const hash = incrementalSha256();
  for (let start = byteStart; start < byteEnd; start += pieceBytes) {
    const piece = await drop.bytes.readRange(start, Math.min(start + pieceBytes, byteEnd));
    if (piece === undefined) throw new Invalid(`the document at ${drop.address} is gone: drop the file again`);
    hash.update(piece);
  }
  return { hash: hash.hex(), bytes: byteEnd - byteStart, address: drop.address };
}

/** The last pieces that were read: enough for every ticket within the limit, and no more. */
function openRecentBytes() {
  const pieces: { start: number; bytes: Uint8Array }[] = [];
  return {
    add(bytes: Uint8Array, start: number) {
      pieces.push({ start, bytes });
      if (pieces.length > 3) pieces.shift();
    },
    /** Undefined when the beginning is no longer at hand. */
    slice(start: number, end: number): Uint8Array | undefined {
      const parts = pieces.filter((piece) => piece.start < end && piece.start + piece.bytes.length > start);
      if (parts.length === 0 || parts[0]!.start > start) return undefined;
      const [first] = parts;
      if (parts.length === 1 && first !== undefined) return first.bytes.subarray(start - first.start, end - first.start);
      const whole = new Uint8Array(end - start);
      for (const part of parts) {
        const from = Math.max(start, part.start);
        whole.set(part.bytes.subarray(from - part.start, Math.min(end, part.start + part.bytes.length) - part.start), from - start);
      }
      return whole;
    },
  };
}
