import { addSeconds } from "#domain/calendar";
import { storeDayTransaction, type TransactionId, windowTransaction } from "#domain/identity";
import type { ElectionValue } from "#domain/policy";

/** The grains under which a journal is a part of a summary. */
export type SummaryGrain = Exclude<ElectionValue<"postingGrain">, "transaction">;

/** What a journal contributes to is told by these alone, so that a fact finds its window in any order. */
export interface Contributing {
  readonly channel: string;
  /** Shop or store. */
  readonly place: string;
  readonly businessDate: string;
  /** Of the event that caused the journal. */
  readonly occurredAt: string;
}

/** A window is closed this long after its end, so that what is on its way then is no supplement. */
const graceSeconds = 300;

/** The store day or window that a journal contributes to under a grain. */
export function windowOf(grain: SummaryGrain, { channel, place, businessDate, occurredAt }: Contributing): TransactionId {
  switch (grain) {
    case "store-day":
      return storeDayTransaction(place, businessDate);
    case "hour":
      return windowTransaction(channel, place, occurredAt.slice(0, "YYYY-MM-DDTHH".length));
    case "minute":
      return windowTransaction(channel, place, occurredAt.slice(0, "YYYY-MM-DDTHH:MM".length).replace(":", ""));
  }
}

/** The grain of a store day or window; undefined for any other stream. */
export function grainOfWindow(transaction: TransactionId): SummaryGrain | undefined {
  if (transaction.startsWith("store-day:")) return "store-day";
  if (!transaction.startsWith("window:")) return undefined;
  return spanOf(transaction)?.minute === undefined ? "hour" : "minute";
}

/** Whether a transaction is a store day or window: its journals are summaries of what others contribute. */
export function isWindow(transaction: TransactionId): boolean {
  return grainOfWindow(transaction) !== undefined;
}

/** The instant at which a window closes by itself; undefined for what people close, and for any other stream. */
export function endOfWindow(transaction: TransactionId): string | undefined {
  const span = spanOf(transaction);
  if (span === undefined) return undefined;
  const { hour, minute } = span;
  return addSeconds(`${hour}:${minute ?? "00"}:00.000Z`, (minute === undefined ? 3_600 : 60) + graceSeconds);
}

function spanOf(transaction: TransactionId): { readonly hour: string; readonly minute?: string } | undefined {
  const [, hour, minute] = /^window:[^:]+:[^:]+:(\d{4}-\d{2}-\d{2}T\d{2})(\d{2})?$/.exec(transaction) ?? [];
  if (hour === undefined) return undefined;
  return minute === undefined ? { hour } : { hour, minute };
}
