import { isDay } from "#domain/calendar";
import { eventKey } from "#domain/identity";
import { isCurrency } from "#domain/money";
import { brokenKey, numberOf, type TicketKey, TicketProblem } from "#domain/pos-files";
import type { PosReadSettings } from "#ports/pos-format";
import type { TransactionDraft } from "../draft/transaction-draft.ts";
import type { TicketIdentity } from "./ticket-event.ts";

/** A stated revision, comparable as text; "0" where the till counts none. */
export function versionOf(draft: TransactionDraft): string {
  return /^\d{1,6}$/.test(draft.revision) && Number(draft.revision) > 0 ? draft.revision.padStart(6, "0") : "0";
}

/** Puts our stores where the file has names that policy knows them by (`stores.names`), in place. */
export function namedStores(draft: TransactionDraft, { storeNamed }: PosReadSettings): void {
  const named = (name: string) => (name === "" ? "" : (storeNamed?.(name) ?? name));
  draft.store = named(draft.store);
  for (const link of draft.links) link.store = named(link.store);
  for (const { link } of draft.items) if (link !== undefined) link.store = named(link.store);
  for (const stock of draft.stock) {
    stock.source = named(stock.source);
    stock.destination = named(stock.destination);
  }
}

/** The natural key, or what keeps it from being read. */
export function naturalKey(draft: TransactionDraft, settings: PosReadSettings): TicketKey | TicketProblem {
  const { store, register, sequence } = draft;
  const key = { store, register, businessDate: businessDateOf(draft, settings) ?? "", sequence };
  const broken = brokenKey(key);
  return broken === undefined ? key : new TicketProblem("data.missing", "identity", "identity", broken);
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

export function identityOf(draft: TransactionDraft, key: TicketKey, settings: PosReadSettings): TicketIdentity {
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
    throw new TicketProblem("money.currency-mismatch", "currency", "currency", `its amounts are in ${stated.join(" and ").slice(0, 60)}`);
  }
  // The schema's default is USD; the store's own currency is the better one where the caller knows it.
  const currency = stated[0] ?? settings.currencyOf?.(draft.store) ?? "USD";
  if (!isCurrency(currency)) {
    throw new TicketProblem("data.value", "currency", "currency", `${currency.slice(0, 20)} is no ISO 4217 currency`);
  }
  return currency;
}

export function instantOf(draft: TransactionDraft, settings: PosReadSettings): string {
  const text = draft.endTime || draft.receiptTime || draft.beginTime;
  if (text === "") throw new TicketProblem("data.missing", "time", "time", "it has no EndDateTime, ReceiptDateTime or BeginDateTime");
  let instant: string | undefined;
  try {
    instant = settings.toInstant(draft.store, text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TicketProblem("data.value", "time", "time", error.message);
  }
  if (instant !== undefined) return instant;
  throw new TicketProblem(
    "data.unmapped",
    "store",
    "store",
    `the time zone of store ${draft.store} is not known: add the store to the policies, release them and send the file again`,
  );
}
