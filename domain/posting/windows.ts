import { addDays, addSeconds } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import { storeDayTransaction, type TransactionId, windowTransaction } from "#domain/identity";
import type { ElectionValue } from "#domain/policy";

/** The grains under which a journal is a part of a summary. */
export type SummaryGrain = Exclude<ElectionValue<"postingGrain">, "transaction">;

/** The grains whose window is told by when and where a journal was caused. */
export type TimeGrain = Exclude<SummaryGrain, "payout">;

/** What a journal contributes to is told by these alone, so that a fact finds its window in any order. */
export interface Contributing {
  readonly channel: string;
  /** Shop or store. */
  readonly place: string;
  readonly businessDate: string;
  /** Of the event that caused the journal. */
  readonly occurredAt: string;
}

/** Money that a gateway pays out: its own name of the account and of the payout. */
export interface PayoutName {
  readonly source: string;
  readonly account: string;
  readonly payoutId: string;
}

/** A window is closed this long after its end, so that what is on its way then is no supplement. */
const graceSeconds = 300;
/** The sales of a payout are told of it one by one as its rows are matched: its summary waits this long after the first of them. */
const payoutGatheringSeconds = 3_600;
/** Longer names are told by their hash. */
const payoutNameMax = 80;

/** The store day or window that a journal contributes to under a grain. */
export function windowOf(grain: TimeGrain, { channel, place, businessDate, occurredAt }: Contributing): TransactionId {
  switch (grain) {
    case "store-day":
      return storeDayTransaction(place, businessDate);
    case "hour":
      return windowTransaction(channel, place, occurredAt.slice(0, "YYYY-MM-DDTHH".length));
    case "minute":
      return windowTransaction(channel, place, occurredAt.slice(0, "YYYY-MM-DDTHH:MM".length).replace(":", ""));
  }
}

/** Under the grain of payouts: what one of them settles. */
export function windowOfPayout({ source, account, payoutId }: PayoutName): TransactionId {
  const name = payoutId.length > payoutNameMax ? contentHash(payoutId) : payoutId;
  return windowTransaction(source, account, `payout-${name}`);
}

/** Under the grain of payouts: what no payout settles, by its business day. */
export function windowOfDay({ channel, place, businessDate }: Omit<Contributing, "occurredAt">): TransactionId {
  return windowTransaction(channel, place, `day-${businessDate}`);
}

/** Under the grain of payouts: what waits for its payout. At the end of the day `until` it posts without it. */
export function windowOfUnsettled({ channel, place, businessDate }: Omit<Contributing, "occurredAt">, until: string): TransactionId {
  return windowTransaction(channel, place, `unsettled-${businessDate}-until-${until}`);
}

/** The grain of a store day or window; undefined for any other stream. */
export function grainOfWindow(transaction: TransactionId): SummaryGrain | undefined {
  if (transaction.startsWith("store-day:")) return "store-day";
  return spanOf(transaction)?.grain;
}

/** Whether a transaction is a store day or window: its journals are summaries of what others contribute. */
export function isWindow(transaction: TransactionId): boolean {
  return grainOfWindow(transaction) !== undefined;
}

/** Of a window under the grain of payouts: what it gathers. */
export function partOfPayoutGrain(transaction: TransactionId): "payout" | "day" | "unsettled" | undefined {
  const span = spanOf(transaction);
  return span?.grain === "payout" ? span.part : undefined;
}

/**
 * The instant at which a window closes by itself; undefined for what people close, and for any other stream. A payout says nothing of time:
 * its window closes an hour after something was told to it first.
 */
export function endOfWindow(transaction: TransactionId, firstToldAt?: string): string | undefined {
  const span = spanOf(transaction);
  if (span === undefined) return undefined;
  switch (span.grain) {
    case "hour":
      return addSeconds(`${span.hour}:00:00.000Z`, 3_600 + graceSeconds);
    case "minute":
      return addSeconds(`${span.hour}:${span.minute}:00.000Z`, 60 + graceSeconds);
    case "payout":
      if (span.part === "payout") return firstToldAt === undefined ? undefined : addSeconds(firstToldAt, payoutGatheringSeconds);
      return afterDayEverywhere(span.last);
  }
}

type Span =
  | { readonly grain: "hour"; readonly hour: string }
  | { readonly grain: "minute"; readonly hour: string; readonly minute: string }
  | { readonly grain: "payout"; readonly part: "payout" }
  /** `last`: the day whose end the window waits for. */
  | { readonly grain: "payout"; readonly part: "day" | "unsettled"; readonly last: string };

const spanPattern =
  /^window:[^:]+:[^:]+:(?:(?<hour>\d{4}-\d{2}-\d{2}T\d{2})(?<minute>\d{2})?|(?<payout>payout)-.+|day-(?<day>\d{4}-\d{2}-\d{2})|unsettled-\d{4}-\d{2}-\d{2}-until-(?<until>\d{4}-\d{2}-\d{2}))$/;

function spanOf(transaction: TransactionId): Span | undefined {
  const { hour, minute, payout, day, until } = spanPattern.exec(transaction)?.groups ?? {};
  if (hour !== undefined) return minute === undefined ? { grain: "hour", hour } : { grain: "minute", hour, minute };
  if (payout !== undefined) return { grain: "payout", part: "payout" };
  if (day !== undefined) return { grain: "payout", part: "day", last: day };
  if (until !== undefined) return { grain: "payout", part: "unsettled", last: until };
  return undefined;
}

/** When a calendar day is over in every time zone: at noon in UTC of the next one. */
function afterDayEverywhere(day: string): string {
  return addSeconds(`${addDays(day, 1)}T12:00:00.000Z`, graceSeconds);
}

/** Whether the end of a window counts from what was told to it first, as its name says nothing of time. */
export function closesByContribution(transaction: TransactionId): boolean {
  return partOfPayoutGrain(transaction) === "payout";
}
