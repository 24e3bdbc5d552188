import { canonicalJson, sha256Hex } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import { contentAddress } from "#domain/lineage";
import {
  businessDatesMax,
  type ControlTotals,
  checkControlTotals,
  chunksMax,
  openChunkCutter,
  openControlTotals,
  type PosManifest,
  tallyBatch,
  tallyTransaction,
  UnreadablePosFile,
} from "#domain/store-day";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import type { PosFormat, PosTransaction } from "#ports/pos-format";
import type { FileProgress } from "./file-progress.ts";
import { knownPosFormats, type PosFormats } from "./known-pos-formats.ts";
import { passOverDrop } from "./pass-over-drop.ts";
import { posReadSettings } from "./pos-read-settings.ts";
import { takenInBefore } from "./taken-in-before.ts";

const fileBytesMax = 17_179_869_184;
const fileProblemsMax = 50;

export interface CheckPosFileDependencies {
  readonly formats: readonly PosFormat[];
  readonly tableFormat?: PosFormats["tableFormat"];
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly progress?: FileProgress | undefined;
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
  readonly stated?: { readonly transactionCount?: string | undefined; readonly transactionAmount?: string | undefined } | undefined;
}

/** Pointers and counts only: the state of a workflow is small. */
export interface CheckedPosFile extends CheckPosFileInput {
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

/** First step of a POS file: one streaming pass over its bytes, nothing is written but the manifest. */
export function createHandler(dependencies: CheckPosFileDependencies) {
  const { documents, lineage, policies } = dependencies;

  return async function checkPosFile(input: CheckPosFileInput): Promise<CheckedPosFile> {
    const { bytes, head, read } = await passOverDrop(documents, input, fileBytesMax);
    const policy = await policies.current();
    const format = knownPosFormats(dependencies, policy).find((each) => each.recognises(head));
    const scan = openScan(format, input);
    const reader = format?.open(posReadSettings(policy), scan.sink);
    const fileHash = await read((piece, start) => {
      scan.attempt(() => reader?.push(piece, start));
      dependencies.progress?.({ drop: input.drop, step: "check", at: start + piece.length, of: bytes });
    });
    scan.attempt(() => reader?.end());
    const base = { ...input, hash: fileHash, bytes, transactions: scan.transactions() };
    if (await takenInBefore(lineage, "pos", fileHash, input))
      return { ...base, outcome: "duplicate", manifest: "", chunks: [], issues: [] };
    const manifest: PosManifest = { format: format?.name ?? "unknown", fileHash, bytes, ...scan.result() };
    const body = new TextEncoder().encode(canonicalJson(manifest));
    const address = contentAddress(sha256Hex(body));
    await documents.put(address, body);
    const totals = [...scan.problems(), ...scan.controlTotals()];
    return totals.length > 0
      ? { ...base, outcome: "held", manifest: address, chunks: [], issues: [...scan.issues(), ...totals] }
      : { ...base, outcome: "accepted", manifest: address, chunks: manifest.chunks.map((_, index) => index), issues: scan.issues() };
  };
}

/** What one pass learns of a file. */
function openScan(format: PosFormat | undefined, { file, stated }: CheckPosFileInput) {
  let control: ControlTotals = openControlTotals();
  let delivered = stated === undefined ? undefined : headerTotals(stated);
  let failure: Problem | undefined = format === undefined ? unknownFormat(file) : undefined;
  let transactions = 0;
  const businessDates = new Set<string>();
  const problems: Problem[] = [];
  const cutter = openChunkCutter();

  return {
    sink: {
      preamble: (text: string) => cutter.preamble(text),
      problem(problem: Problem) {
        if (problems.length < fileProblemsMax) problems.push(problem);
      },
      transaction(found: PosTransaction) {
        transactions++;
        if (found.businessDate !== undefined && businessDates.size < businessDatesMax) businessDates.add(found.businessDate);
        const voided = voidedIn(found);
        const unreadable = found.total === undefined && found.ignored === undefined && voided === undefined;
        control = tallyTransaction(control, found.total, unreadable, found.tenders, voided);
        if (delivered !== undefined) delivered = tallyTransaction(delivered, found.total, unreadable, found.tenders, voided);
        cutter.add(found);
      },
      batchOpened() {
        control = tallyBatch(control, undefined);
      },
      batchClosed(stated: Parameters<typeof tallyBatch>[1]) {
        control = tallyBatch(control, stated ?? {});
      },
    },
    /** Runs a push; what cannot be read becomes the file's issue, and the rest of the file is only hashed. */
    attempt(run: () => void): void {
      if (failure !== undefined) return;
      try {
        run();
      } catch (error) {
        if (!(error instanceof UnreadablePosFile)) throw error;
        failure = unreadable(file, error, transactions);
      }
    },
    transactions: () => transactions,
    problems: () => [
      ...problems,
      ...(cutter.tooMany() ? [tooMany(file, transactions)] : []),
      ...(delivered === undefined ? [] : checkControlTotals(delivered)),
    ],
    controlTotals: () => checkControlTotals(control),
    issues: () => (failure === undefined ? [] : [failure]),
    result: () => ({ transactions, ...cutter.cut(), businessDates: [...businessDates].sort() }),
  };
}

/** What a manifest states of a file counts like a batch header in front of it. */
function headerTotals({ transactionCount, transactionAmount }: NonNullable<CheckPosFileInput["stated"]>): ControlTotals {
  return tallyBatch(tallyBatch(openControlTotals(), undefined), {
    ...(transactionCount === undefined ? {} : { transactionCount }),
    ...(transactionAmount === undefined ? {} : { transactionAmount }),
  });
}

/** What no workflow could take in at once. */
function tooMany(file: string, transactions: number): Problem {
  return {
    class: "transport.too-large",
    code: "too-many",
    cause: "too-many",
    message: `${file.slice(0, 120)} holds ${transactions} transactions, more than ${chunksMax} parts of a file can carry. Nothing of it is taken in. Ask the store system for it in several files.`,
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

/** What the ticket that a post-void undoes came to, where the void says so. */
function voidedIn({ document }: PosTransaction): { readonly amount: number; readonly currency: string } | undefined {
  const voided = document?.events.find((event) => event.name === "ticket.voided");
  return voided?.total === undefined ? undefined : { amount: voided.total, currency: voided.currency };
}

function unreadable(file: string, error: UnreadablePosFile, transactions: number): Problem {
  return {
    class: error.code === "too-large" || error.code === "too-deep" ? "transport.too-large" : "transport.parse",
    code: error.code,
    cause: `${error.code}:${error.byteOffset}`,
    message: `${file.slice(0, 120)} cannot be read from ${error.message} ${transactions} whole transactions stand before it.`,
  };
}
