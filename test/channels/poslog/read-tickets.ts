import { readFileSync } from "node:fs";
import { poslogFormat } from "#adapters/channels/poslog";
import { businessDateIn, localToInstant } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { PosBatch, PosReadSettings, PosTransaction } from "#ports/pos-format";

export type Ticket = EventOf<"ticket.completed">;

/** Every store of the tests stands in New York. */
export const settings: PosReadSettings = {
  toInstant: (_store, dateTime) => localToInstant("America/New_York", dateTime),
  taxGroupToleranceMinorUnits: () => 1,
  fileHash: "f".repeat(64),
};

export const withBusinessDates: PosReadSettings = {
  ...settings,
  businessDateOf: (_store, dateTime) => businessDateIn("America/New_York", localToInstant("America/New_York", dateTime)),
};

export interface Read {
  readonly transactions: PosTransaction[];
  readonly batches: PosBatch[];
  /** What ended the reading, if anything did. */
  readonly error: unknown;
}

/** Reads bytes in pieces that end at the given offsets. */
export function readPieces(bytes: Uint8Array, cuts: readonly number[] = [], how: PosReadSettings = settings): Read {
  const transactions: PosTransaction[] = [];
  const batches: PosBatch[] = [];
  const reader = poslogFormat.open(how, {
    transaction: (transaction) => void transactions.push(transaction),
    batchClosed: (batch) => void batches.push(batch),
  });
  try {
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      reader.push(bytes.subarray(from, cut), from);
      from = cut;
    }
    reader.end();
    return { transactions, batches, error: undefined };
  } catch (error) {
    return { transactions, batches, error };
  }
}

export function readText(xml: string, how: PosReadSettings = settings): Read {
  return readPieces(new TextEncoder().encode(xml), [], how);
}

export function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/poslog/${name}.xml`, import.meta.url));
}

/** Reads a fixture that is sound XML. */
export function readFixture(name: string): PosTransaction[] {
  const { transactions, error } = readPieces(fixture(name));
  if (error !== undefined) throw error;
  return transactions;
}

export function bySequence(transactions: readonly PosTransaction[], sequence: number): PosTransaction {
  const found = transactions.find(({ document }) => document?.source.endsWith(`.${sequence}`));
  if (found === undefined) throw new Error(`no ticket ${sequence}`);
  return found;
}

export function ticketOf(transaction: PosTransaction): Ticket {
  const event: BusinessEvent | undefined = transaction.document?.events[0];
  if (event?.name !== "ticket.completed") throw new Error(`transaction ${transaction.ordinal} has no ticket`);
  return event;
}

/** A 2.x file with one ticket of this content. */
export function oneTicket(retail: string, header = "<CurrencyCode>USD</CurrencyCode>"): string {
  return `<POSLog><Transaction><RetailStoreID>101</RetailStoreID><WorkstationID>2</WorkstationID><SequenceNumber>7</SequenceNumber><BusinessDayDate>2026-11-27</BusinessDayDate><EndDateTime>2026-11-27T13:00:00</EndDateTime>${header}<RetailTransaction>${retail}</RetailTransaction></Transaction></POSLog>`;
}

export const mug = (content = "", amount = "12.95") =>
  `<LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>SKU-1003</ItemID><ExtendedAmount>${amount}</ExtendedAmount><Quantity>1</Quantity>${content}</Sale></LineItem>`;

export const cash = (amount: string, content = "") =>
  `<LineItem><SequenceNumber>9</SequenceNumber><Tender TenderType="Cash"><Amount>${amount}</Amount>${content}</Tender></LineItem>`;

export const total = (amount: string) => `<Total TotalType="TransactionGrandAmount">${amount}</Total>`;
