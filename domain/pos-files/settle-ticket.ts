import { type BusinessEvent, type EventOf, readEvent } from "#domain/events";
import { eventKey } from "#domain/identity";
import { isCurrency, type MinorUnits } from "#domain/money";
import type { TicketOccasion, TicketRuleInForce, TicketRuleName } from "#domain/policy";
import { checkTicket, ticketTotal } from "#domain/store-day";
import { issueOf } from "./held-ticket.ts";
import { documentOf, type FactStream, type SettledTicket, type TicketNames } from "./settled-ticket.ts";
import { numberOf, type TicketKey } from "./ticket-key.ts";
import { TicketProblem } from "./ticket-problem.ts";

type Ticket = EventOf<"ticket.completed">;

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

/** An event as a reader made it: the schema says whether it is one. */
export type BuiltEvent = { readonly name: string } & Readonly<Record<string, unknown>>;

/** How policy asks the rules of the gate; absent: as the standard has them. */
export interface GateSettings {
  ticketRule?(rule: TicketRuleName, ticket: TicketOccasion, tender?: string): TicketRuleInForce;
}

/** The ticket as a document with its event and the problems that the gate finds. Throws TicketProblem and RangeError for absurd figures. */
export function settleTicket(key: TicketKey, stated: StatedTicket, settings: GateSettings): SettledTicket {
  if (!isCurrency(stated.currency))
    throw new TicketProblem("data.value", "currency", "currency", `${stated.currency.slice(0, 20)} is no ISO 4217 currency`);
  const receipt = stated.receipt === key.sequence ? undefined : stated.receipt;
  return completedTicket(key, eventOf(key, stated), settings, { names: { receipt } });
}

/**
 * The same for a reader that makes the event itself. `found` is what it saw beside the figures that the gate compares: it holds the ticket too.
 * Throws TicketProblem for what the schema does not take.
 */
export function completedTicket(
  key: TicketKey,
  built: Ticket,
  settings: GateSettings,
  { found = [], names }: { readonly found?: readonly TicketProblem[]; readonly names?: TicketNames } = {},
): SettledTicket {
  const event = validated(built) as Ticket;
  const issues = [
    ...found.map((problem) => issueOf(key, problem)),
    ...checkTicket(event, (rule, tender) => settings.ticketRule?.(rule, event, tender)),
  ];
  return {
    ...key,
    document: documentOf(key, "ticket", { events: [event], issues }, names),
    issues,
    total: { amount: event.stated.total ?? ticketTotal(event), currency: event.currency },
    tenders: event.tenders.map(({ type, amount }) => ({ type, amount })),
  };
}

/** Facts that a transaction of a till states beside tickets. Throws TicketProblem for what the schema does not take. */
export function settledFacts(key: TicketKey, stream: FactStream, built: readonly BuiltEvent[]): SettledTicket {
  const events = built.map((each) => validated(each));
  return { ...key, document: documentOf(key, stream, { events, issues: [] }), issues: [] };
}

function validated(built: BuiltEvent): BusinessEvent {
  const parsed = readEvent(built);
  if (parsed.success && parsed.data.name === built.name) return parsed.data;
  const [issue] = parsed.error?.issues ?? [];
  const path = issue?.path.join(".") ?? "name";
  throw new TicketProblem("data.value", "shape", path, `${path}: ${issue?.message ?? "is not known"}`);
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
      // An exempt line says nothing of the others of its tax.
      const { exempt: _, ...stated } = tax;
      byKey.set(key, known === undefined ? { ...stated, amount } : { ...known, amount: known.amount + amount });
    }
  }
  return [...byKey.values()];
}
