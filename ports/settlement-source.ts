import type { FilePlace, FileProblem, SettlementPayout, SettlementRow } from "#domain/settlement";

/** What a reader must be told, because the file does not say it: the reader itself looks nothing up. */
export interface SettlementReadSettings {
  /** The merchant account whose file this is, as the hub's settings name it. */
  readonly account: string;
  /** What the gateway calls that account, for the formats that say it (Adyen, PayPal): a file of another one is held. Absent: any. */
  readonly statedAccount?: string;
  /** The currencies in which this account settles; a row in another one holds the file. Absent: any. */
  readonly currencies?: readonly string[];
  /** The IANA zone of dates that state none: the account's reporting time zone. */
  readonly timeZone: string;
  /** For formats that write dates as 03/04/2026: read so when a file does not tell by itself. Absent: such a file is held. */
  readonly dateOrder?: "day-first" | "month-first";
}

/** Where rows, payouts and problems go, in the order of the file, before `push` or `end` returns. */
export interface SettlementHandlers {
  row(row: SettlementRow, place: FilePlace): void;
  /** A payout is complete as the file knows it, and comes after its rows; one that comes again in another file may be further on. */
  payout(payout: SettlementPayout, place: FilePlace): void;
  /** At most 100 of them are told; those that hold the file always make `SettlementSummary.held` true. */
  problem(problem: FileProblem): void;
}

/** What was read, when all of it was. */
export interface SettlementSummary {
  readonly rows: number;
  readonly payouts: number;
  /** Rows that came twice with the same content, and were told once. */
  readonly duplicates: number;
  /** All of them, also those above what is told. */
  readonly problems: number;
  /** True when a problem holds the file: nothing that was told may be taken in. */
  readonly held: boolean;
}

/**
 * Reads one file: bytes go in as they are read, rows come out synchronously. Throws UnreadableSettlementFile (domain/settlement) when the
 * rest cannot be read: then nothing of the file may be taken in, whatever was told before. Push no more into a reader that has thrown.
 */
export interface SettlementReader {
  push(bytes: Uint8Array): void;
  /** After the last byte: the end of the file is checked, controls are made, and what waits for them is told. */
  end(): SettlementSummary;
}

export interface SettlementSource {
  /** Names the format: "shopify-payments-csv", "shopify-payments-json", "adyen-settlement-details", … */
  readonly name: string;
  /** The gateway whose rows it reads: SettlementRow.source. */
  readonly source: string;
  /** Does the beginning of a file (some kilobytes) look like this format? */
  recognises(head: Uint8Array): boolean;
  open(settings: SettlementReadSettings, handlers: SettlementHandlers): SettlementReader;
}
