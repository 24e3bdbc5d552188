import { isDay } from "#domain/calendar";
import type { Problem } from "#domain/exceptions";
import { eventKey } from "#domain/identity";
import { isCurrency } from "#domain/money";
import type { PosReadSettings } from "#ports/pos-format";
import type { TransactionDraft } from "../draft/transaction-draft.ts";
import type { TicketIdentity } from "./ticket-event.ts";
import { UnreadableFigure } from "./unreadable-figure.ts";

/** Longer stores, registers and numbers are no till's. */
export const identityPartMax = 40;

export interface NaturalKey {
  readonly store: string;
  readonly register: string;
  readonly businessDate: string;
  readonly sequence: string;
}

/** The till's number of a transaction, within its store. */
export function numberOf(key: NaturalKey): string {
  return `${key.register}.${key.businessDate}.${key.sequence}`;
}

/** The till's number over all stores: what names a fact in a stream that is not its own. */
export function numberOverAll(key: NaturalKey): string {
  return `${key.store}.${numberOf(key)}`;
}

/** A stated revision, comparable as text; "0" where the till counts none. */
export function versionOf(draft: TransactionDraft): string {
  return /^\d{1,6}$/.test(draft.revision) && Number(draft.revision) > 0 ? draft.revision.padStart(6, "0") : "0";
}

/** The natural key, or what keeps it from being read. */
export function naturalKey(draft: TransactionDraft, settings: PosReadSettings): NaturalKey | Problem[] {
  const missing: string[] = [];
  if (draft.store === "") missing.push("RetailStoreID or BusinessUnit/UnitID");
  if (draft.register === "") missing.push("WorkstationID");
  if (draft.sequence === "") missing.push("SequenceNumber");
  const businessDate = businessDateOf(draft, settings);
  if (businessDate === undefined) missing.push("BusinessDayDate");
  const parts = [draft.store, draft.register, draft.sequence];
  const tooLong = parts.find((part) => part.length > identityPartMax);
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

function businessDateOf(draft: TransactionDraft, settings: PosReadSettings): string | undefined {
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

export function identityOf(draft: TransactionDraft, key: NaturalKey, settings: PosReadSettings): TicketIdentity {
  const currency = currencyOf(draft, settings);
  return {
    ...key,
    key: eventKey("ticket.completed", numberOf(key)),
    version: versionOf(draft),
    occurredAt: instantOf(draft, settings),
    currency,
  };
}

export function currencyOf(draft: TransactionDraft, settings: PosReadSettings): string {
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

export function instantOf(draft: TransactionDraft, settings: PosReadSettings): string {
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
