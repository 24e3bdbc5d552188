import type { Problem } from "#domain/exceptions";
import type { ParsedDocument } from "#domain/lineage";
import type { TicketOccasion, TicketRuleInForce, TicketRuleName } from "#domain/policy";
import type { PoslogDialect } from "#domain/pos-dialects";

/** What a reader must be told, because a POS file does not say it: the reader itself looks nothing up. */
export interface PosReadSettings {
  /** The instant of a date-time as the till wrote it, usually local time; undefined when the store's time zone is not known. */
  toInstant(store: string, dateTime: string): string | undefined;
  /** The business day of a ticket that states none; undefined when it cannot be told. Absent: such a ticket is held. */
  businessDateOf?(store: string, dateTime: string): string | undefined;
  /** The currency of a ticket that states none; undefined: the format's own default. */
  currencyOf?(store: string): string | undefined;
  /** How much a ticket may be off per tax group whose amounts carry extra decimals (c29), minor units. */
  taxGroupToleranceMinorUnits(store: string, businessDate: string): number;
  /** How policy asks a rule of the ticket gate, by its name, and of which tender; absent: as the standard has it. */
  ticketRule?(rule: TicketRuleName, ticket: TicketOccasion, tender?: string): TicketRuleInForce;
  /** POSLog dialects that policy adds to those that the hub knows, by name, and the one that a store's tills write. */
  readonly dialects?: Readonly<Record<string, PoslogDialect>>;
  dialectOf?(store: string): string | undefined;
  /** Our store that a till or its export calls so, where policy knows the name; absent or undefined: the name is the store's id. */
  storeNamed?(name: string): string | undefined;
  /** SHA-256 of the file, hex: gives tickets without a readable identity a document on the file's own stream. */
  readonly fileHash?: string;
  /** True for a chunk cut out of a file: transactions without their root. */
  readonly fragment?: boolean;
  /** What the format said at this place of the file (PosSink.preamble): a fragment does not begin with it. */
  readonly preamble?: string;
  /** Ordinal of the first transaction that will be pushed; 0 at the start of a file. */
  readonly firstOrdinal?: number;
  /** What another reader of the same file and policy stated (PosReader.standing): the bytes that are pushed follow the transaction that it delivered then. */
  readonly standing?: string;
}

/** One transaction of a POS file, with the bytes that it occupies there: `byteStart` (inclusive) to `byteEnd` (exclusive). */
export interface PosTransaction {
  readonly byteStart: number;
  readonly byteEnd: number;
  /** Counts the file's transactions from 0. */
  readonly ordinal: number;
  /** False when markup of the file lies between this transaction and the one before: both are no contiguous chunk. */
  readonly adjacent: boolean;
  /** Absent when the identity cannot be read and `fileHash` was not given. */
  readonly document: ParsedDocument | undefined;
  /** Why it is no ticket: "training", "cancelled", "suspended", "all lines voided", or the name of its content. Its document has no events. */
  readonly ignored?: string;
  /** Those of the document. */
  readonly issues: readonly Problem[];
  readonly store?: string;
  readonly businessDate?: string;
  /** The number that the till gave it, and by which register: of every transaction that has one, whatever it is about. */
  readonly register?: string;
  readonly sequence?: string;
  /** What the till says the customer owes (returns negative), minor units: for control totals. Absent for ignored and unreadable ones. */
  readonly total?: { readonly amount: number; readonly currency: string };
  /** Of a ticket with a total: what came in by each tender, minor units of the total's currency. */
  readonly tenders?: readonly { readonly type: string; readonly amount: number }[];
}

/** Control totals as a file states them: of the transactions inside the batch, or of those that follow when it is a header without any. */
export interface PosBatch {
  readonly transactionCount?: string;
  /** Decimal string in the currency of the tickets. */
  readonly transactionAmount?: string;
  /** What came in by each tender, less what was given back: the till's type and a decimal string. */
  readonly tenders?: readonly { readonly type: string; readonly amount: string }[];
}

export interface PosSink {
  transaction(transaction: PosTransaction): void;
  batchOpened?(): void;
  batchClosed?(stated: PosBatch): void;
  /** What a fragment of the file needs to be told from here on, such as the header of a table; at most `preambleCharactersMax`. */
  preamble?(text: string): void;
  /** Something that is wrong with the file as a whole, so that none of its tickets may be taken in. */
  problem?(problem: Problem): void;
}

/**
 * Reads one file: bytes go in as they are read, transactions come out synchronously before `push` returns. Throws UnreadablePosFile
 * (domain/store-day); what was delivered before stays good, and a reader that has thrown takes nothing more.
 */
export interface PosReader {
  /** `byteOffset` is the place of bytes[0] in the file; between transactions of a fragment it may jump ahead. */
  push(bytes: Uint8Array, byteOffset: number): void;
  /** After the last byte. */
  end(): void;
  /**
   * Asked while a transaction is being delivered: everything that a new reader must be told (PosReadSettings.standing) to go on behind that
   * transaction's last byte as this one does. Text of its own, to be kept and handed back.
   */
  standing(): string;
}

export interface PosFormat {
  /** Such as "poslog". */
  readonly name: string;
  /** Does the beginning of a file (some kilobytes) look like this format? */
  recognises(head: Uint8Array): boolean;
  open(settings: PosReadSettings, sink: PosSink): PosReader;
}
