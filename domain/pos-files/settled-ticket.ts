import type { Problem } from "#domain/exceptions";
import { sourceKey, stockTransaction, storeDayTransaction, storeTransferTransaction, ticketTransaction } from "#domain/identity";
import type { ParsedDocument } from "#domain/lineage";
import type { MinorUnits } from "#domain/money";
import { numberOf, type TicketKey } from "./ticket-key.ts";

/** What one transaction of a file comes to: see PosTransaction of ports/pos-format. */
export interface SettledTicket {
  readonly document: ParsedDocument | undefined;
  readonly issues: readonly Problem[];
  readonly ignored?: string;
  readonly store?: string;
  readonly businessDate?: string;
  readonly register?: string;
  readonly sequence?: string;
  readonly total?: { readonly amount: MinorUnits; readonly currency: string };
  readonly tenders?: readonly { readonly type: string; readonly amount: MinorUnits }[];
}

/** Where a transaction lies in its file. */
export interface TicketPlace {
  readonly byteStart: number;
  readonly byteEnd: number;
  readonly ordinal: number;
}

/**
 * Whose fact a transaction of a till is: the ticket's own, another ticket's (a post-void), the store day's, the stock's, or a transfer's by its
 * document number. What is held stands in the ticket's own stream, whatever it is about: the day goes on without it, and misses its number.
 */
export type FactStream = "ticket" | "store-day" | "stock" | { readonly ticket: TicketKey } | { readonly transfer: string };

/** What else a ticket is called, by which returns and settlements look for it. */
export interface TicketNames {
  readonly receipt?: string | undefined;
  /** The till's or head office's own id. */
  readonly transactionId?: string | undefined;
}

export function documentOf(
  key: TicketKey,
  stream: FactStream,
  content: Pick<ParsedDocument, "events" | "issues">,
  names: TicketNames = {},
): ParsedDocument {
  const number = numberOf(key);
  const { transaction, kind, resource } = placeOf(key, stream);
  const references: ParsedDocument["references"][number][] = [];
  // What a ticket is called finds its own stream: a post-void's numbers must not find the ticket that it undoes.
  if (stream === "ticket") {
    references.push({ type: "ticket", value: `${key.store}.${number}` });
    if (names.transactionId !== undefined) references.push({ type: "ticket", value: names.transactionId.slice(0, 255) });
    if (names.receipt !== undefined) references.push({ type: "receipt", value: names.receipt.slice(0, 255) });
  }
  const source = sourceKey("pos", key.store, resource, number);
  return { transaction, kind, source, channel: "pos", shop: key.store, ...content, references };
}

function placeOf(key: TicketKey, stream: FactStream): { transaction: string; kind: ParsedDocument["kind"]; resource: string } {
  if (stream === "ticket") {
    return { transaction: ticketTransaction(key.store, key.register, key.businessDate, key.sequence), kind: "sale", resource: "ticket" };
  }
  if (stream === "store-day") return { transaction: storeDayTransaction(key.store, key.businessDate), kind: "store-day", resource: "till" };
  if (stream === "stock") {
    return { transaction: stockTransaction(key.store, key.register, key.businessDate, key.sequence), kind: "stock", resource: "stock" };
  }
  if ("transfer" in stream) return { transaction: storeTransferTransaction(stream.transfer), kind: "transfer", resource: "transfer" };
  const { store, register, businessDate, sequence } = stream.ticket;
  return { transaction: ticketTransaction(store, register, businessDate, sequence), kind: "sale", resource: "void" };
}
