import * as z from "zod/mini";
import { addSeconds, isDay } from "#domain/calendar";
import { canonicalJson } from "#domain/canonical";
import { type BusinessEvent, type EventName, type EventOf, eventSchema } from "#domain/events";
import {
  accountTransaction,
  eventKey,
  orderTransaction,
  sourceKey,
  stockTransaction,
  storeDayTransaction,
  storedValueTransaction,
  storeTransferTransaction,
  streamOf,
  ticketTransaction,
  transferTransaction,
} from "#domain/identity";
import type { ParsedDocument } from "#domain/lineage";
import { type FieldError, fieldAt, fieldErrors, lostFields } from "./field-errors.ts";
import { checkFigures } from "./figures.ts";
import { referencesOf } from "./references.ts";

export type { FieldError } from "./field-errors.ts";

export const documentBytesMax = 300_000;
export const eventsPerDocumentMax = 50;

interface Resource {
  readonly events: readonly EventName[];
  /** What an event of it says the resource's own id is. */
  readonly idIn: (event: BusinessEvent) => string | undefined;
}

const returnEvents = [
  "return.requested",
  "return.authorized",
  "return.received",
  "return.rejected",
  "return.cancelled",
  "return.closed",
  "exchange.arranged",
] as const;

/** What a client may state, by resource. A document is one resource at one version: a newer version of it replaces what was wrong with it. */
const resources = {
  order: {
    events: ["order.placed", "order.edited", "order.cancelled"],
    idIn: (event) => ("orderId" in event ? event.orderId : undefined),
  },
  payment: {
    events: ["payment.authorized", "payment.captured", "payment.voided", "payment.failed", "payment.refunded"],
    idIn: (event) => ("paymentId" in event ? event.paymentId : undefined),
  },
  fulfillment: {
    events: ["fulfillment.shipped", "fulfillment.delivered", "fulfillment.cancelled"],
    idIn: (event) => ("fulfillmentId" in event ? event.fulfillmentId : undefined),
  },
  refund: { events: ["refund.issued"], idIn: (event) => (event.name === "refund.issued" ? event.refundId : undefined) },
  return: { events: returnEvents, idIn: (event) => ("returnId" in event ? event.returnId : undefined) },
  ticket: { events: ["ticket.completed"], idIn: tillNumber },
  "gift-card": {
    events: ["gift-card.issued", "gift-card.redeemed", "gift-card.adjusted"],
    idIn: (event) => ("cardId" in event ? event.cardId : undefined),
  },
  "store-credit": {
    events: ["store-credit.issued", "store-credit.redeemed", "store-credit.adjusted"],
    idIn: (event) => ("accountId" in event ? event.accountId : undefined),
  },
  /** Of one member's points; the id is `<programme>.<member>`. */
  loyalty: {
    events: ["loyalty.earned", "loyalty.redeemed", "loyalty.expired"],
    idIn: (event) => ("memberId" in event ? `${event.program}.${event.memberId}` : undefined),
  },
  "stored-value": {
    events: ["stored-value.stated"],
    idIn: (event) => (event.name === "stored-value.stated" ? `${event.kind}.${event.date}` : undefined),
  },
  transfer: {
    events: ["transfer.shipped", "transfer.received", "transfer.closed"],
    idIn: (event) => ("transferId" in event ? event.transferId : undefined),
  },
  void: { events: ["ticket.voided"], idIn: tillNumber },
  till: { events: ["till.moved", "till.counted"], idIn: tillNumber },
  /** What a terminal sent to the acquirer; the id is `<terminal>.<business date>.<batch>`. */
  "card-batch": {
    events: ["card-batch.stated"],
    idIn: (event) => (event.name === "card-batch.stated" ? `${event.terminal}.${event.businessDate}.${event.batch}` : undefined),
  },
  stock: { events: ["stock.received", "stock.returned-to-vendor", "stock.counted", "stock.adjusted"], idIn: tillNumber },
  "write-off": {
    events: ["receivable.written-off"],
    idIn: (event) => (event.name === "receivable.written-off" ? event.writeOffId : undefined),
  },
  "cod-remittance": { events: ["cod.remitted"], idIn: (event) => (event.name === "cod.remitted" ? event.rowId : undefined) },
} as const satisfies Record<string, Resource>;

type ResourceName = keyof typeof resources;
/** What is no other channel's: the tills' own transactions. */
const ownOfTills: readonly ResourceName[] = ["ticket", "void", "till", "card-batch", "stock"];
/** What a till may state. */
const tillResources: readonly ResourceName[] = [
  ...ownOfTills,
  "gift-card",
  "store-credit",
  "loyalty",
  "stored-value",
  "transfer",
  "write-off",
];
const statedResources = Object.keys(resources) as readonly ResourceName[];
export const statedEventNames: readonly EventName[] = Object.values(resources).flatMap(({ events }) => events);

const nativeId = z.string().check(z.regex(/^[\x20-\x7e]{1,120}$/));

/** One resource of a channel at one version, as a client of the API states it. */
export const statedDocumentSchema = z.strictObject({
  channel: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  /** The shop or store. */
  place: nativeId,
  resource: z.enum(statedResources as [ResourceName, ...ResourceName[]]),
  /** The resource's own id; of what a till did `<register>.<business date>.<sequence>`, of a terminal's batch `<terminal>.<business date>.<batch>`. */
  id: nativeId,
  /** Comparable as text: a later one is greater. Every event of the document is of it. */
  version: z.string().check(z.minLength(1), z.maxLength(255)),
  events: z.array(z.unknown()).check(z.minLength(1), z.maxLength(eventsPerDocumentMax)),
});

type Stated = z.infer<typeof statedDocumentSchema>;

/** "refused": no fact of it is on record, and what to mend stands beside each field. */
export type StatedDocumentAnswer =
  | { readonly kind: "read"; readonly channel: string; readonly place: string; readonly parsed: ParsedDocument; readonly body: Uint8Array }
  | { readonly kind: "refused"; readonly errors: readonly FieldError[] };

/**
 * Reads what a client states. The transaction, the keys and the names by which people find it are derived; figures that contradict
 * themselves are issues of the document, which is then kept and not posted. `at` is where the document stands in what was sent.
 */
export function readStatedDocument(value: unknown, at: string): StatedDocumentAnswer {
  const framed = statedDocumentSchema.safeParse(value);
  if (!framed.success) return { kind: "refused", errors: fieldErrors(framed.error.issues, at) };
  const stated = framed.data;
  if (stated.channel === "pos" ? !tillResources.includes(stated.resource) : ownOfTills.includes(stated.resource)) {
    const allowed = `must be ${tillResources.join(", ")} for the channel "pos", and ${ownOfTills.join(", ")} for no other channel`;
    return refused(fieldAt(at, ["resource"]), allowed);
  }
  const events: BusinessEvent[] = [];
  const errors: FieldError[] = [];
  for (const [index, event] of stated.events.entries()) {
    const read = readEvent(event, stated, fieldAt(at, ["events", index]));
    if ("errors" in read) errors.push(...read.errors);
    else events.push(read.event);
  }
  if (errors.length > 0) return { kind: "refused", errors };
  // Of what has been read alone: before that it may be nested without end.
  const body = new TextEncoder().encode(canonicalJson({ ...stated, events }));
  if (body.byteLength > documentBytesMax) return refused(at, `has ${body.byteLength} bytes: at most ${documentBytesMax} are accepted`);
  return documentOf(stated, events, at, body);
}

function refused(field: string, message: string): StatedDocumentAnswer {
  return { kind: "refused", errors: [{ field, message }] };
}

function readEvent(
  value: unknown,
  { channel, place, resource, id, version }: Stated,
  at: string,
): { readonly event: BusinessEvent } | { readonly errors: readonly FieldError[] } {
  const kind: Resource = resources[resource];
  const name = (value as { readonly name?: unknown } | null)?.name;
  if (!kind.events.some((each) => each === name))
    return { errors: [{ field: fieldAt(at, ["name"]), message: `must be ${kind.events.join(", ")}: the resource is ${resource}` }] };
  const parsed = eventSchema.safeParse(value);
  if (!parsed.success) return { errors: fieldErrors(parsed.error.issues, at) };
  const event = parsed.data;
  const errors = lostFields(value, event, at).slice(0, 20);
  const expect = (field: string, holds: boolean, message: string) => {
    if (!holds) errors.push({ field: fieldAt(at, field === "" ? [] : [field]), message });
  };
  expect("version", event.version === version, "must be the version of the document");
  expect("occurredAt", isInstant(event.occurredAt), "must be a time that exists");
  if (event.name === "refund.issued") expect("processedAt", isInstant(event.processedAt), "must be a time that exists");
  if (event.name === "stored-value.stated") expect("date", isDay(event.date), "must be a day that exists");
  if (isTillEvent(event)) {
    expect("store", event.store === place, "must be the place of the document");
    expect("businessDate", isDay(event.businessDate), "must be a day that exists");
  }
  if (event.name === "receivable.written-off") {
    expect("businessDate", isDay(event.businessDate), "must be a day that exists");
    expect("account", (event.account === undefined) !== (event.orderId === undefined), "must be stated, or orderId, and not both");
    if (event.account !== undefined) expect("store", event.store === place, "must be the place of the document");
  }
  const own = kind.idIn(event);
  expect("", own === id, `must be of the ${resource} that the document is about: its id must be that of the document`);
  const key = derived(() => eventKey(event.name, nativeIdOf(event)));
  expect("key", key === event.key, key === undefined ? "needs an id of 1 to 120 characters" : `must be ${key}`);
  if (derived(() => transactionOf(channel, place, event)) === undefined) expect("orderId", false, "has 1 to 120 characters");
  return errors.length > 0 ? { errors } : { event };
}

function documentOf(stated: Stated, events: readonly BusinessEvent[], at: string, body: Uint8Array): StatedDocumentAnswer {
  const { channel, place, resource, id } = stated;
  const transactions = new Set(events.map((event) => transactionOf(channel, place, event)));
  const keys = new Set(events.map(({ key }) => key));
  const [transaction] = transactions;
  if (transaction === undefined || transactions.size > 1)
    return refused(fieldAt(at, ["events"]), "must all be of one order: send a document for each");
  if (keys.size < events.length) return refused(fieldAt(at, ["events"]), "must each have a key of their own");
  try {
    const issues = events.flatMap(checkFigures);
    const source = sourceKey(channel, place, resource, id);
    const parsed = {
      transaction,
      kind: streamOf(transaction).kind,
      source,
      channel,
      shop: place,
      events,
      references: referencesOf(events),
      issues,
    };
    return { kind: "read", channel, place, parsed, body };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refused(at, "has figures that add up to more than can be held exactly");
  }
}

function transactionOf(channel: string, place: string, event: BusinessEvent): string {
  if ("cardId" in event) return storedValueTransaction(channel, place, "gift-card", event.cardId);
  if ("memberId" in event) return storedValueTransaction(channel, place, "loyalty", `${event.program}.${event.memberId}`);
  if ("accountId" in event) return storedValueTransaction(channel, place, "store-credit", event.accountId);
  if (event.name === "stored-value.stated") return storedValueTransaction(channel, place, event.kind, "balance");
  if ("transferId" in event)
    return channel === "pos" ? storeTransferTransaction(event.transferId) : transferTransaction(channel, place, event.transferId);
  if (isTillEvent(event)) return tillTransaction(event);
  if (event.name === "receivable.written-off" && event.account !== undefined) return accountTransaction("receivable", event.account);
  return orderTransaction(channel, place, "orderId" in event ? (event.orderId ?? "") : "");
}

type TillEvent = EventOf<
  | "ticket.completed"
  | "ticket.voided"
  | "till.moved"
  | "till.counted"
  | "card-batch.stated"
  | "stock.received"
  | "stock.returned-to-vendor"
  | "stock.counted"
  | "stock.adjusted"
>;

function isTillEvent(event: BusinessEvent): event is TillEvent {
  return ownOfTills.some((resource) => (resources[resource].events as readonly EventName[]).includes(event.name));
}

/** A void is a fact of the ticket that it undoes; without a day that is looked for from the void's own day on. */
function tillTransaction(event: TillEvent): string {
  if (event.name === "card-batch.stated") return storeDayTransaction(event.store, event.businessDate);
  const { store, register = "", businessDate, sequence } = event;
  switch (event.name) {
    case "ticket.completed":
      return ticketTransaction(store, register, businessDate, sequence);
    case "ticket.voided": {
      const { original } = event;
      if (original.sequence === undefined) return ticketTransaction(store, register, businessDate, sequence);
      return ticketTransaction(
        original.store ?? store,
        original.register ?? register,
        original.businessDate ?? businessDate,
        original.sequence,
      );
    }
    case "till.moved":
    case "till.counted":
      return storeDayTransaction(store, businessDate);
    case "stock.received":
    case "stock.returned-to-vendor":
    case "stock.counted":
    case "stock.adjusted":
      return stockTransaction(store, register, businessDate, sequence);
  }
}

/** Of a count of the safe the register is "safe". */
function tillNumber(event: BusinessEvent): string | undefined {
  if (!isTillEvent(event) || event.name === "card-batch.stated") return undefined;
  return `${event.register ?? "safe"}.${event.businessDate}.${event.sequence}`;
}

/** What names the event within its transaction, the same as every channel's adapter derives it. */
function nativeIdOf(event: BusinessEvent): string {
  if (event.name === "stored-value.stated") return `${event.kind}.${event.date}`;
  if (event.name === "ticket.completed") return tillNumber(event) ?? "";
  if (event.name === "card-batch.stated") return `${event.terminal}.${event.batch}`;
  if (isTillEvent(event)) return `${event.store}.${tillNumber(event)}`;
  if (event.name === "receivable.written-off") return event.writeOffId;
  if (event.name === "cod.remitted") return event.rowId;
  if (event.name === "order.edited") return event.editId;
  if (event.name === "return.received") return event.receiptId;
  if (event.name === "gift-card.issued") return event.cardId;
  if ("entryId" in event) return event.entryId;
  if ("shipmentId" in event) return event.shipmentId;
  if ("paymentId" in event) return event.paymentId ?? "";
  if ("fulfillmentId" in event) return event.fulfillmentId;
  if (event.name === "refund.issued") return event.refundId;
  if ("returnId" in event) return event.returnId ?? "";
  return "orderId" in event ? (event.orderId ?? "") : "";
}

/** Undefined where an id is too long, or no text, to be a part of a key. */
function derived(derive: () => string): string | undefined {
  try {
    return derive();
  } catch (error) {
    if (error instanceof RangeError || error instanceof URIError) return undefined;
    throw error;
  }
}

/** A day or an hour that does not exist rolls over, and does not give the same text back. */
function isInstant(text: string): boolean {
  return addSeconds(text, 0) === text;
}
