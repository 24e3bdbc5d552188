import { isDay } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import { type EventOf, eventSchema } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { eventKey, fileTransaction, sourceKey, ticketTransaction } from "#domain/identity";
import type { ParsedDocument } from "#domain/lineage";
import { isCurrency, type MinorUnits } from "#domain/money";
import type { TicketRuleName, TicketRuleSeverity } from "#domain/policy";
import { checkTicket, ticketTotal } from "#domain/store-day";
import { TicketProblem } from "./ticket-problem.ts";

type Ticket = EventOf<"ticket.completed">;

/** The natural key of a ticket, whichever format states it. */
export interface TicketKey {
  readonly store: string;
  readonly register: string;
  /** YYYY-MM-DD. */
  readonly businessDate: string;
  readonly sequence: string;
}

/** Amounts of a line are not negative: `kind` carries the sign. */
export type StatedLine = Omit<Ticket["lines"][number], "id" | "restock"> & { readonly restock?: boolean };
export type StatedTender = Omit<Ticket["tenders"][number], "id">;

/** What a file says of a ticket, in minor units of its currency. */
export interface StatedTicket {
  readonly occurredAt: string;
  readonly currency: string;
  /** Undefined where the file does not say it: the reading in which lines and tenders tie is taken. */
  readonly taxesIncluded: boolean | undefined;
  readonly lines: readonly StatedLine[];
  readonly tenders: readonly StatedTender[];
  readonly discounts?: Ticket["discounts"];
  readonly receipt?: string;
  readonly total?: MinorUnits;
}

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

/** How grave policy says a broken rule of the gate is; absent: the standard. */
export interface GateSettings {
  severityOf?(rule: TicketRuleName, store: string, businessDate: string): TicketRuleSeverity;
}

/** Where a transaction lies in its file. */
export interface TicketPlace {
  readonly byteStart: number;
  readonly byteEnd: number;
  readonly ordinal: number;
}

const idCharactersMax = 40;

/** The ticket as a document with its event and the problems that the gate finds. Throws TicketProblem and RangeError for absurd figures. */
export function settleTicket(key: TicketKey, stated: StatedTicket, settings: GateSettings): SettledTicket {
  if (!isCurrency(stated.currency))
    throw new TicketProblem("data.value", "currency", "currency", `${stated.currency.slice(0, 20)} is no ISO 4217 currency`);
  const parsed = eventSchema.safeParse(eventOf(key, stated));
  if (!parsed.success || parsed.data.name !== "ticket.completed") {
    const [issue] = parsed.error?.issues ?? [];
    const path = issue?.path.join(".") ?? "name";
    throw new TicketProblem("data.value", "shape", path, `${path}: ${issue?.message ?? "not a ticket"}`);
  }
  const event = parsed.data;
  const issues = checkTicket(event, (rule) => settings.severityOf?.(rule, event.store, event.businessDate));
  return {
    ...key,
    document: documentOf(key, [event], issues, stated.receipt),
    issues,
    total: { amount: event.stated.total ?? ticketTotal(event), currency: event.currency },
    tenders: event.tenders.map(({ type, amount }) => ({ type, amount })),
  };
}

/** A ticket that is known by its key and cannot be read. `content` is what the file says: other content under the same key stays apart. */
export function heldTicket(key: TicketKey, problem: TicketProblem, content: unknown): SettledTicket {
  const issues = [
    {
      class: problem.class,
      code: problem.code,
      cause: `${problem.cause.slice(0, 100)}@${contentHash(content).slice(0, 16)}`,
      message: `${nameOf(key)}: ${problem.message}. Correct it at the source and send the ticket again.`,
    },
  ];
  return { ...key, document: documentOf(key, [], issues, undefined), issues };
}

/** A basket that is no sale. */
export function ignoredTicket(key: TicketKey, reason: string): SettledTicket {
  return { ...key, document: documentOf(key, [], [], undefined), issues: [], ignored: reason };
}

/** A transaction that nobody can name belongs to its file's stream; without the file's hash it has no document. */
export function strayTicket(fileHash: string | undefined, place: TicketPlace, problem: TicketProblem): SettledTicket {
  const issues = [
    {
      class: problem.class,
      code: problem.code,
      cause: `${problem.cause.slice(0, 100)}:${place.ordinal}`,
      message: `Transaction ${place.ordinal + 1} of the file ${problem.message}. It lies at bytes ${place.byteStart} to ${place.byteEnd}. Ask the store system for it again, complete.`,
    },
  ];
  if (fileHash === undefined) return { document: undefined, issues };
  return {
    document: {
      transaction: fileTransaction("pos", fileHash),
      kind: "file",
      source: sourceKey("pos", "drop", "ticket", `${fileHash}.${place.ordinal}`),
      channel: "pos",
      shop: "drop",
      events: [],
      references: [],
      issues,
    },
    issues,
  };
}

/** What is missing of a natural key, or too long in it, in words; undefined when it is whole. */
export function brokenKey(key: Partial<TicketKey>): string | undefined {
  const missing = (["store", "register", "sequence"] as const).filter((part) => (key[part] ?? "") === "");
  const parts: string[] = [...missing, ...(isDay(key.businessDate ?? "") ? [] : ["business day"])];
  if (parts.length > 0) return `has no readable ${parts.join(", ")}`;
  const long = [key.store, key.register, key.sequence].some((part) => (part ?? "").length > idCharactersMax);
  return long ? `has an identity of more than ${idCharactersMax} characters` : undefined;
}

function eventOf(key: TicketKey, stated: StatedTicket): Ticket {
  const lines = stated.lines.map((line, index): Ticket["lines"][number] => ({
    ...line,
    id: String(index + 1),
    restock: line.restock ?? true,
  }));
  const tenders = stated.tenders.map((tender, index): Ticket["tenders"][number] => ({ ...tender, id: `t${index + 1}` }));
  const base: Omit<Ticket, "taxesIncluded"> = {
    name: "ticket.completed",
    schema: 1,
    key: eventKey("ticket.completed", numberOf(key)),
    version: "0",
    occurredAt: stated.occurredAt,
    ...key,
    ...(stated.receipt === undefined || stated.receipt === key.sequence ? {} : { receipt: stated.receipt }),
    currency: stated.currency,
    lines,
    discounts: stated.discounts ?? [],
    taxes: taxesOf(lines),
    tenders,
    cashRounding: 0,
    rounding: 0,
    stated: stated.total === undefined ? {} : { total: stated.total },
  };
  if (stated.taxesIncluded !== undefined) return { ...base, taxesIncluded: stated.taxesIncluded };
  const target = stated.total ?? tenders.reduce((total, { amount }) => total + amount, 0);
  const included = { ...base, taxesIncluded: true };
  return ticketTotal(included) === target ? included : { ...base, taxesIncluded: false };
}

/** The lines' taxes by code and rate, returns negative, in order of appearance. */
function taxesOf(lines: Ticket["lines"]): Ticket["taxes"] {
  const byKey = new Map<string, Ticket["taxes"][number]>();
  for (const { kind, taxes } of lines) {
    for (const tax of taxes) {
      const key = JSON.stringify([tax.code, tax.rate]);
      const amount = kind === "return" && tax.amount !== 0 ? -tax.amount : tax.amount;
      const known = byKey.get(key);
      byKey.set(key, known === undefined ? { ...tax, amount } : { ...known, amount: known.amount + amount });
    }
  }
  return [...byKey.values()];
}

function documentOf(
  key: TicketKey,
  events: ParsedDocument["events"],
  issues: readonly Problem[],
  receipt: string | undefined,
): ParsedDocument {
  const references: ParsedDocument["references"][number][] = [{ type: "ticket", value: `${key.store}.${numberOf(key)}` }];
  if (receipt !== undefined && receipt !== key.sequence) references.push({ type: "receipt", value: receipt });
  return {
    transaction: ticketTransaction(key.store, key.register, key.businessDate, key.sequence),
    kind: "sale",
    source: sourceKey("pos", key.store, "ticket", numberOf(key)),
    channel: "pos",
    shop: key.store,
    events,
    references,
    issues,
  };
}

function numberOf({ register, businessDate, sequence }: TicketKey): string {
  return `${register}.${businessDate}.${sequence}`;
}

function nameOf({ store, register, businessDate, sequence }: TicketKey): string {
  return `ticket ${sequence} of register ${register}, store ${store}, ${businessDate}`;
}
