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

/** An hour is closed this long after its end, so that what is on its way then is no supplement. */
const graceSeconds = 300;

/** The store day or window that a journal contributes to under a grain. */
export function windowOf(grain: SummaryGrain, { channel, place, businessDate, occurredAt }: Contributing): TransactionId {
  switch (grain) {
    case "store-day":
      return storeDayTransaction(place, businessDate);
    case "hour":
      return windowTransaction(channel, place, occurredAt.slice(0, "YYYY-MM-DDTHH".length));
  }
}

/** The grain of a store day or window; undefined for any other stream. */
export function grainOfWindow(transaction: TransactionId): SummaryGrain | undefined {
  if (transaction.startsWith("store-day:")) return "store-day";
  return transaction.startsWith("window:") ? "hour" : undefined;
}

/** Whether a transaction is a store day or window: its journals are summaries of what others contribute. */
export function isWindow(transaction: TransactionId): boolean {
  return grainOfWindow(transaction) !== undefined;
}

/** The instant at which a window closes by itself; undefined for what people close, and for any other stream. */
export function endOfWindow(transaction: TransactionId): string | undefined {
  const hour = /^window:[^:]+:[^:]+:(\d{4}-\d{2}-\d{2}T\d{2})$/.exec(transaction)?.[1];
  return hour === undefined ? undefined : addSeconds(`${hour}:00:00.000Z`, 3_600 + graceSeconds);
}
