import type { BankLine, BankStatement, FilePlace, FileProblem } from "#domain/settlement";

/** What a reader must be told, because the file does not say it. */
export interface BankReadSettings {
  /** Needed where the format names no account (most CSV exports); where it does, another account holds the file. Absent: any account. */
  readonly account?: string;
  /** Needed where the format names no currency. */
  readonly currency?: string;
}

export interface BankHandlers {
  line(line: BankLine, place: FilePlace): void;
  /** Comes after its lines, when its balances were checked. */
  statement(statement: BankStatement, place: FilePlace): void;
  /** At most 100 of them are told; those that hold the file always make `BankFileSummary.held` true. */
  problem(problem: FileProblem): void;
}

/** What was read, when all of it was. */
export interface BankFileSummary {
  readonly lines: number;
  readonly statements: number;
  /** All of them, also those above what is told. */
  readonly problems: number;
  /** True when a problem holds the file: nothing that was told may be taken in. */
  readonly held: boolean;
}

/**
 * Reads one file of statements: bytes go in as they are read, lines come out synchronously. Throws UnreadableSettlementFile
 * (domain/settlement) when the rest cannot be read: then nothing of the file may be taken in, whatever was told before.
 */
export interface BankStatementReader {
  push(bytes: Uint8Array): void;
  /** After the last byte. */
  end(): BankFileSummary;
}

export interface BankStatementFormat {
  /** "camt.053", "mt940", or the name of a CSV mapping. */
  readonly name: string;
  /** Does the beginning of a file (some kilobytes) look like this format? */
  recognises(head: Uint8Array): boolean;
  open(settings: BankReadSettings, handlers: BankHandlers): BankStatementReader;
}
