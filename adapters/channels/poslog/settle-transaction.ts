import { isDay } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import { eventSchema } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { eventKey, fileTransaction, sourceKey, ticketTransaction } from "#domain/identity";
import type { ParsedDocument } from "#domain/lineage";
import { isCurrency } from "#domain/money";
import { checkTicket, ticketTotal } from "#domain/store-day";
import type { PosReadSettings, PosTransaction } from "#ports/pos-format";
import type { TicketDraft } from "./ticket-draft.ts";
import { type TicketIdentity, ticketEvent } from "./ticket-event.ts";
import { UnreadableFigure } from "./unreadable-figure.ts";
import { takeOutVoided } from "./void-lines.ts";

interface Place {
  readonly byteStart: number;
  readonly byteEnd: number;
  readonly adjacent: boolean;
}

interface NaturalKey {
  readonly store: string;
  readonly register: string;
  readonly businessDate: string;
  readonly sequence: string;
}

/** What one Transaction comes to: a ticket with its event, a basket that is no sale, or a document that is held for its issues. */
export function settleTransaction(draft: TicketDraft, place: Place, settings: PosReadSettings): PosTransaction {
  const found = { ...place, ordinal: draft.ordinal };
  const key = naturalKey(draft, settings);
  const store = draft.store === "" ? {} : { store: draft.store };
  if (Array.isArray(key)) {
    // Signing on and off, drawers opened: nothing is lost when such a record cannot be named.
    if (draft.content !== "RetailTransaction" && draft.content !== "") {
      return { ...found, ...store, document: undefined, issues: [], ignored: draft.content };
    }
    return { ...found, ...store, document: strayDocument(draft, place, key, settings), issues: key };
  }
  const base = { ...found, ...store, businessDate: key.businessDate, register: key.register, sequence: key.sequence };
  const held = (found: readonly Problem[], events: ParsedDocument["events"] = []) => {
    const issues = events.length > 0 ? found : toldApart(found, draft);
    return { ...base, document: documentOf(key, draft, events, issues), issues };
  };
  if (draft.tooLarge !== "") return held([tooLarge(key, draft)]);
  if (draft.training) return { ...held([]), ignored: "training" };
  const linked = linkedCorrection(draft, key);
  if (linked !== undefined) return held([linked]);
  const ignored = ignoredAs(draft);
  if (ignored !== undefined) return { ...held([]), ignored };
  const status = unknownStatus(draft, key);
  if (status !== undefined) return held([status]);
  try {
    const identity = identityOf(draft, key, settings);
    if (takeOutVoided(draft) && draft.unknownMoney.length === 0) return { ...held([]), ignored: "all lines voided" };
    const issues: Problem[] = [...unknownMoney(draft, key)];
    const built = ticketEvent(draft, identity, settings.taxGroupToleranceMinorUnits(identity.store, identity.businessDate));
    const parsed = eventSchema.safeParse(built);
    if (!parsed.success || parsed.data.name !== "ticket.completed") {
      const path = parsed.error?.issues[0]?.path.join(".") ?? "name";
      return held([...issues, problem(key, "data.value", "shape", path, `${path}: ${parsed.error?.issues[0]?.message ?? "not a ticket"}`)]);
    }
    const event = parsed.data;
    issues.push(...checkTicket(event, (rule) => settings.severityOf?.(rule, event.store, event.businessDate)));
    const total = { amount: event.stated.total ?? ticketTotal(event), currency: event.currency };
    return { ...held(issues, [event]), total, tenders: event.tenders.map(({ type, amount }) => ({ type, amount })) };
  } catch (error) {
    if (error instanceof UnreadableFigure) return held([problem(key, error.class, error.code, error.place, error.message)]);
    // Sums of absurd figures leave the exact range; so does a currency that nobody knows.
    if (error instanceof RangeError) return held([problem(key, "data.value", "figure", "range", error.message)]);
    throw error;
  }
}

/** The natural key, or what keeps it from being read. */
function naturalKey(draft: TicketDraft, settings: PosReadSettings): NaturalKey | Problem[] {
  const missing: string[] = [];
  if (draft.store === "") missing.push("RetailStoreID or BusinessUnit/UnitID");
  if (draft.register === "") missing.push("WorkstationID");
  if (draft.sequence === "") missing.push("SequenceNumber");
  const businessDate = businessDateOf(draft, settings);
  if (businessDate === undefined) missing.push("BusinessDayDate");
  const parts = [draft.store, draft.register, draft.sequence];
  const tooLong = parts.find((part) => part.length > 40);
  if (missing.length === 0 && tooLong === undefined && businessDate !== undefined) {
    return { store: draft.store, register: draft.register, businessDate, sequence: draft.sequence };
  }
  const what = missing.length > 0 ? `has no readable ${missing.join(", ")}` : "has an identity of more than 40 characters";
  return [
    {
      class: missing.length > 0 ? "data.missing" : "data.value",
      code: "identity",
      cause: `identity:${draft.ordinal}`,
      message: `Transaction ${draft.ordinal + 1} of the file ${what}. Ask the store system for the ticket again, complete.`,
    },
  ];
}

function businessDateOf(draft: TicketDraft, settings: PosReadSettings): string | undefined {
  const day = draft.businessDay.slice(0, 10);
  if (isDay(day)) return day;
  const time = draft.beginTime || draft.endTime || draft.receiptTime;
  if (draft.businessDay !== "" || draft.store === "" || time === "") return undefined;
  try {
    return settings.businessDateOf?.(draft.store, time);
  } catch (error) {
    // A time that is no date-time tells no day.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function identityOf(draft: TicketDraft, key: NaturalKey, settings: PosReadSettings): TicketIdentity {
  const currency = currencyOf(draft, settings);
  return {
    ...key,
    key: eventKey("ticket.completed", `${key.register}.${key.businessDate}.${key.sequence}`),
    version: /^\d{1,6}$/.test(draft.revision) && Number(draft.revision) > 0 ? draft.revision.padStart(6, "0") : "0",
    occurredAt: instantOf(draft, settings),
    currency,
  };
}

function currencyOf(draft: TicketDraft, settings: PosReadSettings): string {
  const stated = [...new Set([...(draft.currencyCode === "" ? [] : [draft.currencyCode]), ...draft.currencies])];
  if (stated.length > 1) {
    throw new UnreadableFigure(
      "money.currency-mismatch",
      "currency",
      "currency",
      `its amounts are in ${stated.join(" and ").slice(0, 60)}`,
    );
  }
  // The schema's default is USD; the store's own currency is the better one where the caller knows it.
  const currency = stated[0] ?? settings.currencyOf?.(draft.store) ?? "USD";
  if (!isCurrency(currency)) {
    throw new UnreadableFigure("data.value", "currency", "currency", `${currency.slice(0, 20)} is no ISO 4217 currency`);
  }
  return currency;
}

function instantOf(draft: TicketDraft, settings: PosReadSettings): string {
  const text = draft.endTime || draft.receiptTime || draft.beginTime;
  if (text === "") throw new UnreadableFigure("data.missing", "time", "time", "it has no EndDateTime, ReceiptDateTime or BeginDateTime");
  let instant: string | undefined;
  try {
    instant = settings.toInstant(draft.store, text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UnreadableFigure("data.value", "time", "time", error.message);
  }
  if (instant !== undefined) return instant;
  throw new UnreadableFigure(
    "data.unmapped",
    "store",
    "store",
    `the time zone of store ${draft.store} is not known: add the store to the policies, release them and send the file again`,
  );
}

const ignoredStatuses = new Map([
  ["canceled", "cancelled"],
  ["cancelled", "cancelled"],
  ["voided", "cancelled"],
  ["suspended", "suspended"],
  ["suspendeddeleted", "suspended"],
  ["inprocess", "unfinished"],
  ["totaled", "unfinished"],
]);
const saleStatuses = new Set(["finished", "completed", "returned", "delivered", "tendered"]);
const corrections = new Map([
  ["postvoided", "post-void"],
  ["postvoid", "post-void"],
  ["voided", "post-void"],
  ["replaced", "replaced"],
  ["replacement", "replaced"],
  ["resumed", "resumed"],
  ["suspendedretrieved", "resumed"],
]);

function ignoredAs(draft: TicketDraft): string | undefined {
  if (draft.cancelled) return "cancelled";
  if (draft.suspended) return "suspended";
  for (const status of draft.statuses) {
    const ignored = ignoredStatuses.get(status.toLowerCase());
    if (ignored !== undefined) return ignored;
  }
  return draft.content === "RetailTransaction" ? undefined : draft.content || "no content";
}

/** A ticket that undoes, replaces or goes on with another one: which of the two counts is not guessed. */
function linkedCorrection(draft: TicketDraft, key: NaturalKey): Problem | undefined {
  const said = [...draft.statuses.filter((status) => status.toLowerCase() !== "voided"), ...draft.links.map((link) => link.reason)];
  for (const text of said) {
    const code = corrections.get(text.replace(/[\s_-]/g, "").toLowerCase());
    if (code === undefined) continue;
    const what = `it is marked ${text.slice(0, 40)}: corrections of other tickets come with the stores issue; until then it is kept and not posted`;
    return problem(key, "data.value", code, code, what);
  }
  return undefined;
}

function unknownStatus(draft: TicketDraft, key: NaturalKey): Problem | undefined {
  const unknown = draft.statuses.find((status) => !saleStatuses.has(status.toLowerCase()));
  if (unknown === undefined) return undefined;
  return problem(key, "data.value", "status", "status", `its status ${JSON.stringify(unknown.slice(0, 40))} is not known`);
}

/** Amounts in elements that are not understood, one problem per element; zeros say nothing. */
function unknownMoney(draft: TicketDraft, key: NaturalKey): Problem[] {
  const elements = new Set(draft.unknownMoney.filter((each) => !/^[-+]?0*(\.0*)?$/.test(each.amount)).map((each) => each.element));
  return [...elements].map((element) =>
    problem(
      key,
      "data.value",
      "unknown-money",
      `unknown-money:${element.slice(0, 60)}`,
      `it has money in ${element.slice(0, 60)}, which this release does not read`,
    ),
  );
}

function tooLarge(key: NaturalKey, draft: TicketDraft): Problem {
  return problem(key, "transport.too-large", "ticket", "ticket", `it has ${draft.tooLarge}`);
}

/** A document without events says in its issues alone what it is: with a hash of what was read, other content under the same key stays apart. */
function toldApart(issues: readonly Problem[], draft: TicketDraft): readonly Problem[] {
  if (issues.length === 0) return issues;
  const hash = contentHash({ ...draft, ordinal: 0 }).slice(0, 16);
  return issues.map((issue) => ({ ...issue, cause: `${issue.cause}@${hash}` }));
}

function nameOf(key: NaturalKey): string {
  return `ticket ${key.sequence} of register ${key.register}, store ${key.store}, ${key.businessDate}`;
}

function problem(key: NaturalKey, problemClass: Problem["class"], code: string, cause: string, what: string): Problem {
  return {
    class: problemClass,
    code,
    cause: cause.slice(0, 120),
    message: `${nameOf(key)}: ${what}. Correct it at the source and send the ticket again.`,
  };
}

function documentOf(key: NaturalKey, draft: TicketDraft, events: ParsedDocument["events"], issues: readonly Problem[]): ParsedDocument {
  const number = `${key.register}.${key.businessDate}.${key.sequence}`;
  const references: ParsedDocument["references"][number][] = [{ type: "ticket", value: `${key.store}.${number}` }];
  if (draft.transactionId !== "") references.push({ type: "ticket", value: draft.transactionId.slice(0, 255) });
  if (draft.receipt !== "") references.push({ type: "receipt", value: draft.receipt.slice(0, 255) });
  return {
    transaction: ticketTransaction(key.store, key.register, key.businessDate, key.sequence),
    kind: "sale",
    source: sourceKey("pos", key.store, "ticket", number),
    channel: "pos",
    shop: key.store,
    events,
    references,
    issues,
  };
}

/** A transaction that cannot be named belongs to its file's stream. */
function strayDocument(
  draft: TicketDraft,
  place: Place,
  issues: readonly Problem[],
  settings: PosReadSettings,
): ParsedDocument | undefined {
  if (settings.fileHash === undefined) return undefined;
  const where = `It lies at bytes ${place.byteStart} to ${place.byteEnd}.`;
  return {
    transaction: fileTransaction("pos", settings.fileHash),
    kind: "file",
    source: sourceKey("pos", "drop", "ticket", `${settings.fileHash}.${draft.ordinal}`),
    channel: "pos",
    shop: draft.store === "" ? "drop" : draft.store,
    events: [],
    references: [],
    issues: issues.map((issue) => ({ ...issue, message: `${issue.message} ${where}` })),
  };
}
