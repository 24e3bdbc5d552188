import { canonicalJson, incrementalSha256, sha256Hex } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import { Invalid } from "#domain/failures";
import { fileTransaction } from "#domain/identity";
import { contentAddress } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import {
  openPayoutTally,
  type PayoutTally,
  referenceWords,
  type SettlementManifest,
  type SettlementPart,
  settlementChunkMax,
  tallyRow,
  UnreadableSettlementFile,
  unlistedRowsMax,
} from "#domain/settlement";
import type { BankStatementFormat } from "#ports/bank-statement";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import type { SettlementSource } from "#ports/settlement-source";
import { readTransaction } from "./read-transaction.ts";
import { bankSettings, settlementSettings } from "./settlement-account.ts";

/** Bytes that are read at once. */
const pieceBytes = 262_144;
const headBytes = 8_192;
const fileBytesMax = 4_294_967_296;
/** A million rows make 2,000 chunks, and each leaves some seven events in an execution's history, which ends at 25,000. */
const chunksMax = 3_000;
const issuesMax = 50;

export interface CheckSettlementFileDependencies {
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly sources: readonly SettlementSource[];
  readonly banks: readonly BankStatementFormat[];
}

export interface CheckSettlementFileInput {
  /** Address of the dropped bytes in the document store. */
  readonly drop: string;
  /** The name that the sender gave. */
  readonly file: string;
  readonly receivedAt: string;
}

/** Pointers and counts only: the state of a workflow is small. */
export interface CheckedSettlementFile extends CheckSettlementFileInput {
  /** "accepted": take the chunks in. "held": nothing is taken in. "duplicate": taken in before. */
  readonly outcome: "accepted" | "held" | "duplicate";
  readonly hash: string;
  readonly bytes: number;
  /** Rows, payouts and lines together. */
  readonly parts: number;
  /** Address of the manifest; "" where nothing is taken in. */
  readonly manifest: string;
  /** Indexes into the manifest's chunks. */
  readonly chunks: readonly number[];
  /** What is wrong with the file, or remarkable in it. */
  readonly issues: readonly Problem[];
}

/**
 * First step of a settlement report or bank statement: one streaming pass reads and checks the whole of it, and keeps what was read in
 * chunks, so that nothing is read twice. A file whose rows do not add up, or that cannot be read to its end, is held whole.
 */
export function createHandler(dependencies: CheckSettlementFileDependencies) {
  const { documents, lineage, policies, sources, banks } = dependencies;

  return async function checkSettlementFile(input: CheckSettlementFileInput): Promise<CheckedSettlementFile> {
    const bytes = await documents.size(input.drop);
    if (bytes === undefined) throw new Invalid(`there is no document at ${input.drop}: drop the file ${input.file} again`);
    if (bytes > fileBytesMax) throw new Invalid(`${input.file} has ${bytes} bytes, more than ${fileBytesMax}: ask the sender to split it`);
    const head = (await documents.readRange(input.drop, 0, headBytes)) ?? new Uint8Array(0);
    const scan = openScan(readerOf(sources, banks, head, await policies.current(), input.file), input.file);
    const hash = incrementalSha256();
    for (let start = 0; start < bytes; start += pieceBytes) {
      const piece = await documents.readRange(input.drop, start, Math.min(start + pieceBytes, bytes));
      if (piece === undefined) throw new Invalid(`the document at ${input.drop} went away while it was read: drop the file again`);
      hash.update(piece);
      scan.push(piece);
      for (const chunk of scan.fullChunks()) await keep(chunk, scan);
    }
    scan.end();
    for (const chunk of scan.allChunks()) await keep(chunk, scan);
    const fileHash = hash.hex();
    const { issues, held } = scan.result();
    const base = { ...input, hash: fileHash, bytes, parts: scan.parts() };
    if (await takenInBefore(fileHash, input)) return { ...base, outcome: "duplicate", manifest: "", chunks: [], issues: [] };
    if (held) return { ...base, outcome: "held", manifest: "", chunks: [], issues };
    const manifest: SettlementManifest = { fileHash, bytes, ...scan.manifest() };
    const address = await stored(manifest);
    return { ...base, outcome: "accepted", manifest: address, chunks: manifest.chunks.map((_, index) => index), issues };
  };

  async function keep(chunk: readonly SettlementPart[], scan: ReturnType<typeof openScan>): Promise<void> {
    if (scan.isHeld()) return;
    scan.kept(await stored(chunk));
  }

  async function stored(content: unknown): Promise<string> {
    const body = new TextEncoder().encode(canonicalJson(content));
    const address = contentAddress(sha256Hex(body));
    await documents.put(address, body);
    return address;
  }

  /** Whether another drop of the same bytes was taken in to its end. One that was held is this file's first time still. */
  async function takenInBefore(fileHash: string, drop: CheckSettlementFileInput): Promise<boolean> {
    const { documents: known } = await readTransaction(lineage, fileTransaction("settlement", fileHash));
    return known
      .flatMap(({ events }) => events)
      .some(
        (event) =>
          event.name === "settlement-file.received" && (event.receivedAt !== drop.receivedAt || event.file !== drop.file.slice(0, 255)),
      );
  }
}

/** Opens the reader of a file's format; `take` and `note` are called as it reads. */
type Opened =
  | {
      readonly kind: "reader";
      readonly format: string;
      open(sink: Sink): { push(bytes: Uint8Array): void; end(): { readonly held: boolean } };
    }
  | { readonly kind: "none"; readonly problem: Problem };

interface Sink {
  take(part: SettlementPart): void;
  note(problem: Problem): void;
}

function readerOf(
  sources: readonly SettlementSource[],
  banks: readonly BankStatementFormat[],
  head: Uint8Array,
  policy: Policy,
  file: string,
): Opened {
  const source = sources.find((each) => each.recognises(head));
  if (source !== undefined) {
    const answer = settlementSettings(policy, source.source, file);
    if (answer.kind === "held") return { kind: "none", problem: answer.problem };
    return {
      kind: "reader",
      format: source.name,
      open: (sink) => source.open(answer.settings, settlementHandlers(sink)),
    };
  }
  const bank = banks.find((each) => each.recognises(head));
  if (bank !== undefined) {
    return {
      kind: "reader",
      format: bank.name,
      open: (sink) =>
        bank.open(bankSettings(policy, file), {
          line: ({ counterparty: _, counterpartyAccount: __, remittance, ...line }) =>
            sink.take({ kind: "line", line, words: [...referenceWords(remittance ?? "")] }),
          statement: () => {},
          problem: ({ problem }) => sink.note(problem),
        }),
    };
  }
  return {
    kind: "none",
    problem: {
      class: "transport.parse",
      code: "format",
      cause: "format",
      message: `${file.slice(0, 120)} is in no settlement or statement format that the hub reads (docs/settlements.md lists them). Nothing of it is taken in; ask for one of these, or describe its columns.`,
    },
  };
}

/** Rows pass by, and what those of one payout come to stays with it. */
function settlementHandlers(sink: Sink): Parameters<SettlementSource["open"]>[1] {
  const tallies = new Map<string, { tally: PayoutTally; unlisted: string[] }>();
  return {
    row(row) {
      if (row.payoutId !== undefined) {
        const known: { tally: PayoutTally; unlisted: string[] } = tallies.get(row.payoutId) ?? {
          tally: openPayoutTally(row.payoutId, row.currency),
          unlisted: [],
        };
        known.tally = tallyRow(known.tally, row);
        if (row.class === undefined && known.unlisted.length < unlistedRowsMax) known.unlisted.push(row.id);
        tallies.set(row.payoutId, known);
      }
      sink.take({ kind: "row", row });
    },
    payout(payout) {
      const known = tallies.get(payout.id);
      tallies.delete(payout.id);
      const rows =
        known === undefined
          ? {}
          : { rows: { count: known.tally.rows, gross: known.tally.gross, fees: known.tally.fees, net: known.tally.net } };
      sink.take({ kind: "payout", payout, ...rows, unlisted: [...(known?.unlisted ?? [])] });
    },
    problem: ({ problem }) => sink.note(problem),
  };
}

/** What one pass learns of a file. */
function openScan(opened: Opened, file: string) {
  let open: SettlementPart[] = [];
  const counts = { rows: 0, payouts: 0, lines: 0 };
  const chunks: string[] = [];
  const issues: Problem[] = [];
  let held = opened.kind === "none";
  const note = (problem: Problem) => void (issues.length < issuesMax && issues.push(problem));
  if (opened.kind === "none") note(opened.problem);
  const reader =
    opened.kind === "none"
      ? undefined
      : opened.open({
          take(part) {
            counts[countOf[part.kind]] += 1;
            if (!held) open.push(part);
          },
          note,
        });
  const attempt = (run: () => void) => {
    if (held) return;
    try {
      run();
    } catch (error) {
      if (!(error instanceof UnreadableSettlementFile)) throw error;
      held = true;
      open = [];
      note(unreadable(file, error));
    }
  };
  function* cut(least: number): Generator<readonly SettlementPart[]> {
    while (open.length >= least) yield open.splice(0, settlementChunkMax);
  }
  return {
    push: (piece: Uint8Array) => attempt(() => reader?.push(piece)),
    end: () =>
      attempt(() => {
        if (reader?.end().held === true) held = true;
      }),
    fullChunks: () => cut(settlementChunkMax),
    allChunks: () => cut(1),
    kept(address: string) {
      chunks.push(address);
      if (chunks.length <= chunksMax || held) return;
      held = true;
      note(tooLarge(file));
    },
    isHeld: () => held,
    parts: () => counts.rows + counts.payouts + counts.lines,
    manifest: () => ({ format: opened.kind === "none" ? "" : opened.format, ...counts, chunks }),
    result: () => ({ issues, held }),
  };
}

const countOf = { row: "rows", payout: "payouts", line: "lines" } as const;

function unreadable(file: string, error: UnreadableSettlementFile): Problem {
  return {
    class: error.code === "too-large" || error.code === "too-deep" ? "transport.too-large" : "transport.parse",
    code: error.code,
    cause: `${error.code}:${error.line}`,
    message: `${file.slice(0, 120)} cannot be read: ${error.message} Nothing of it is taken in.`,
  };
}

function tooLarge(file: string): Problem {
  const most = chunksMax * settlementChunkMax;
  return {
    class: "transport.too-large",
    code: "rows",
    cause: "rows",
    message: `${file.slice(0, 120)} has more than ${most} rows. Nothing of it is taken in; ask for reports of shorter times.`,
  };
}
