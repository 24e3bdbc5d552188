import { deliveryManifestBytesMax } from "#domain/archives";
import { canonicalJson, sha256Hex } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import { Invalid } from "#domain/failures";
import { contentAddress } from "#domain/lineage";
import type { PosManifest } from "#domain/store-day";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import type { PosFormat, PosReadSettings } from "#ports/pos-format";
import { neededDrop } from "./drop-bytes.ts";
import type { FileProgress } from "./file-progress.ts";
import { knownPosFormats, type PosFormats } from "./known-pos-formats.ts";
import { looseManifestProblems } from "./loose-manifest.ts";
import { passOverDrop } from "./pass-over-drop.ts";
import { type CheckBegun, keepCheckpoint, readCheckpoint } from "./pos-file-checkpoint.ts";
import { posReadSettings } from "./pos-read-settings.ts";
import { newScan, openScan, type PosFileScan, type StatedTotals } from "./scan-pos-file.ts";
import { takenInBefore } from "./taken-in-before.ts";

const fileBytesMax = 17_179_869_184;
/** What one run checks before it hands on: a minute or two of one processor, so that a slow one stays far below a function's time-out. */
const runBytes = 1_073_741_824;
const runTransactions = 500_000;

export interface CheckPosFileDependencies {
  readonly formats: readonly PosFormat[];
  readonly tableFormat?: PosFormats["tableFormat"];
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly progress?: FileProgress | undefined;
  /** Stands for the bytes that one run checks. */
  readonly runBytes?: number;
}

export interface CheckPosFileInput {
  /** Address of the dropped bytes in the document store. */
  readonly drop: string;
  /** The name that the sender gave. */
  readonly file: string;
  readonly receivedAt: string;
  /** The archive that it came in. */
  readonly within?: { readonly file: string; readonly hash: string } | undefined;
  /** Control totals that the archive's manifest states of it. */
  readonly stated?: StatedTotals | undefined;
  /** Address of what an earlier run handed on. */
  readonly checkpoint?: string | undefined;
}

/** A part of the file is checked; the same function with this as its input checks the next. */
export interface PartlyCheckedPosFile extends CheckPosFileInput {
  readonly outcome: "partly";
  readonly checkpoint: string;
}

/** Pointers and counts only: the state of a workflow is small. */
export interface CheckedPosFile extends Omit<CheckPosFileInput, "checkpoint"> {
  /** "accepted": take the chunks in. "held": its totals do not tie, nothing is taken in. "duplicate": taken in before. */
  readonly outcome: "accepted" | "held" | "duplicate";
  readonly hash: string;
  readonly bytes: number;
  readonly transactions: number;
  /** Address of the manifest; "" for a duplicate. */
  readonly manifest: string;
  /** Indexes into the manifest's chunks. */
  readonly chunks: readonly number[];
  /** What is wrong with the file as a whole; its readable part may still be taken in. */
  readonly issues: readonly Problem[];
}

/**
 * First step of a POS file: one streaming pass over its bytes, in runs of a gigabyte that hand on a checkpoint. Checkpoints and the manifest
 * are all that is written, under the addresses of their contents, so a run that is tried again writes the same.
 */
export function createHandler(dependencies: CheckPosFileDependencies) {
  const { documents, lineage, policies } = dependencies;

  return async function checkPosFile({ checkpoint, ...input }: CheckPosFileInput): Promise<CheckedPosFile | PartlyCheckedPosFile> {
    const { bytes, head, readPart } = await passOverDrop(documents, input, fileBytesMax);
    const policy = await policies.current();
    const formats = knownPosFormats(dependencies, policy);
    const begun = checkpoint === undefined ? undefined : await readCheckpoint(documents, checkpoint, bytes, input.file);
    const format = begun === undefined ? recognised(formats, await head()) : named(formats, begun.format, input.file);
    const part = openPart(begun ?? anew(format, input), format, posReadSettings(policy), {
      input,
      bytes,
      runBytes: dependencies.runBytes ?? runBytes,
    });
    const passed = await readPart((piece, start) => {
      const pauses = part.take(piece, start);
      dependencies.progress?.({ drop: input.drop, step: "check", at: start + piece.length, of: bytes });
      return pauses;
    }, begun?.pass);
    if (typeof passed !== "string") {
      const { scan, reader, rest } = part.paused();
      const kept = await keepCheckpoint(documents, { format: format?.name ?? unknown, bytes, pass: passed, scan, reader, rest });
      return { ...input, outcome: "partly", checkpoint: kept };
    }
    const scan = part.end();
    const base = { ...input, hash: passed, bytes, transactions: scan.transactions() };
    if (await takenInBefore(lineage, "pos", passed, input)) return { ...base, outcome: "duplicate", manifest: "", chunks: [], issues: [] };
    const loose = format === undefined && bytes <= deliveryManifestBytesMax ? await looseManifest(input) : undefined;
    const issues = loose ?? scan.issues();
    const name = format?.name ?? (loose === undefined ? unknown : "manifest");
    const manifest: PosManifest = { format: name, fileHash: passed, bytes, ...scan.result() };
    const body = new TextEncoder().encode(canonicalJson(manifest));
    const address = contentAddress(sha256Hex(body));
    await documents.put(address, body);
    const totals = [...scan.problems(), ...scan.controlTotals()];
    return totals.length > 0
      ? { ...base, outcome: "held", manifest: address, chunks: [], issues: [...issues, ...totals] }
      : { ...base, outcome: "accepted", manifest: address, chunks: manifest.chunks.map((_, index) => index), issues };
  };

  async function looseManifest({ drop, file }: CheckPosFileInput): Promise<readonly Problem[] | undefined> {
    const { size, readRange } = await neededDrop(documents, drop, file);
    return looseManifestProblems(lineage, (await readRange(0, size)) ?? new Uint8Array(0), file);
  }
}

const unknown = "unknown";

function recognised(formats: readonly PosFormat[], head: Uint8Array): PosFormat | undefined {
  return formats.find((each) => each.recognises(head));
}

function named(formats: readonly PosFormat[], name: string, file: string): PosFormat | undefined {
  const format = formats.find((each) => each.name === name);
  if (format !== undefined || name === unknown) return format;
  throw new Invalid(`the policies describe ${name} no more, in which ${file} was checked so far: drop the file again`);
}

function anew(format: PosFormat | undefined, { stated, file }: CheckPosFileInput): CheckBegun {
  return { scan: newScan(stated, format === undefined ? unknownFormat(file) : undefined) };
}

/** One run of the check. It pauses behind a transaction, since a reader can only say there how to go on. */
function openPart(
  begun: CheckBegun,
  format: PosFormat | undefined,
  settings: PosReadSettings,
  { input, bytes, runBytes }: { readonly input: CheckPosFileInput; readonly bytes: number; readonly runBytes: number },
) {
  const from = begun.pass?.at ?? 0;
  let piece: { readonly bytes: Uint8Array; readonly start: number } | undefined;
  let pause: CheckBegun | undefined;
  const isEnough = (at: number) => at - from >= runBytes || scan.transactions() - begun.scan.transactions >= runTransactions;
  const scan: PosFileScan = openScan(begun.scan, input.file, ({ byteEnd }) => {
    if (pause !== undefined || piece === undefined || reader === undefined || byteEnd < piece.start) return;
    const end = piece.start + piece.bytes.length;
    if (end >= bytes || !isEnough(end)) return;
    pause = {
      scan: scan.standing(),
      reader: reader.standing(),
      rest: { bytes: piece.bytes.subarray(byteEnd - piece.start), start: byteEnd },
    };
  });
  const reader = format?.open(begun.reader === undefined ? settings : { ...settings, standing: begun.reader }, scan.sink);
  const { rest } = begun;
  if (rest !== undefined) scan.attempt(() => reader?.push(rest.bytes, rest.start));

  return {
    take(read: Uint8Array, start: number): "go on" | "pause" {
      piece = { bytes: read, start };
      scan.attempt(() => reader?.push(read, start));
      const end = start + read.length;
      // What cannot be read any more is only hashed, from wherever that is.
      if (scan.failed() && pause === undefined && end < bytes && isEnough(end)) pause = { scan: scan.standing() };
      return pause === undefined ? "go on" : "pause";
    },
    paused(): CheckBegun {
      if (pause === undefined) throw new RangeError("the check has not paused");
      return pause;
    },
    end(): PosFileScan {
      piece = undefined;
      scan.attempt(() => reader?.end());
      return scan;
    },
  };
}

function unknownFormat(file: string): Problem {
  return {
    class: "transport.parse",
    code: "format",
    cause: "format",
    message: `${file.slice(0, 120)} is in no POS format that the hub reads (docs/pos.md lists them). Ask the store system for one of these, or describe its columns in posTables of the policies.`,
  };
}
