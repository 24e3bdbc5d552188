import type { Problem } from "#domain/exceptions";
import type { Policy } from "#domain/policy";
import {
  type BankCsvMapping,
  openPayoutTally,
  type PayoutTally,
  referenceWords,
  type SettlementCsvMapping,
  type SettlementPart,
  settlementChunkMax,
  tallyRow,
  UnreadableSettlementFile,
  unlistedRowsMax,
} from "#domain/settlement";
import type { BankStatementFormat } from "#ports/bank-statement";
import type { SettlementSource } from "#ports/settlement-source";
import { bankSettings, settlementSettings } from "./settlement-account.ts";
import { type RowIds, rowIdsOf } from "./settlement-row-ids.ts";

/** A million rows make 2,000 chunks, and each leaves some seven events in an execution's history, which ends at 25,000. */
const chunksMax = 3_000;
const issuesMax = 50;

/** Makes formats of the CSV mappings that policy holds. */
export interface MappedFormats {
  source(mapping: SettlementCsvMapping): SettlementSource;
  bank(mapping: BankCsvMapping): BankStatementFormat;
}

export interface SettlementFormats {
  readonly sources: readonly SettlementSource[];
  readonly banks: readonly BankStatementFormat[];
  readonly mapped: MappedFormats;
  readonly policy: Policy;
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

/** The formats that the policy describes, behind those that the hub brings. */
export function describedFormats({ mapped, policy }: SettlementFormats) {
  const mappings = <Mapping>(accounts: Readonly<Record<string, { readonly csv?: Mapping | undefined }>> | undefined) =>
    Object.values(accounts ?? {}).flatMap(({ csv }) => (csv === undefined ? [] : [csv]));
  return { sources: mappings(policy.gatewayAccounts).map(mapped.source), banks: mappings(policy.bankAccounts).map(mapped.bank) };
}

function readerOf(formats: SettlementFormats, head: Uint8Array, file: string): Opened {
  const { sources, banks, policy } = formats;
  const described = describedFormats(formats);
  const source = [...sources, ...described.sources].find((each) => each.recognises(head));
  if (source !== undefined) {
    const answer = settlementSettings(policy, source.source, file);
    if (answer.kind === "held") return { kind: "none", problem: answer.problem };
    return {
      kind: "reader",
      format: source.name,
      open: (sink) => source.open(answer.settings, settlementHandlers(sink)),
    };
  }
  const ownBank = banks.find((each) => each.recognises(head));
  const bank = ownBank ?? described.banks.find((each) => each.recognises(head));
  if (bank !== undefined) {
    return {
      kind: "reader",
      format: bank.name,
      open: (sink) =>
        bank.open(bankSettings(policy, file, ownBank === undefined ? bank.name : undefined), {
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

/** One pass over a settlement report or bank statement, whose beginning is `head`: what it holds comes out in chunks as it is pushed. */
export function openSettlementScan(formats: SettlementFormats, head: Uint8Array, file: string) {
  const opened = readerOf(formats, head, file);
  let open: SettlementPart[] = [];
  const counts = { rows: 0, payouts: 0, lines: 0 };
  const chunks: string[] = [];
  const issues: Problem[] = [];
  const rowIds = new Map<string, RowIds>();
  let held = opened.kind === "none";
  const note = (problem: Problem) => void (issues.length < issuesMax && issues.push(problem));
  if (opened.kind === "none") note(opened.problem);
  const reader =
    opened.kind === "none"
      ? undefined
      : opened.open({
          take(part) {
            counts[countOf[part.kind]] += 1;
            if (part.kind === "row") rowIds.set(part.row.idFrom, rowIdsOf(part.row));
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
    /** How the file's rows are told apart: one way, if it can be taken in. */
    rowIds: () => [...rowIds.values()],
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
