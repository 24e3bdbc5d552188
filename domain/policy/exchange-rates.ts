import { daysBetween } from "#domain/calendar";

/** What one unit of a currency is in another one, from a day on until the next rate of the pair (c33). */
export interface ExchangeRate {
  readonly of: string;
  readonly in: string;
  /** Units of `in` for one unit of `of`, a decimal string such as "1.0873". */
  readonly rate: string;
  /** YYYY-MM-DD. */
  readonly from: string;
  /** Who published it. */
  readonly why: string;
}

/** A rate counts for the weekend and holidays after it, and not for ever: a table that nobody feeds any more is no table. */
const rateDaysMax = 7;

/** The rate in force on a day: the last one up to it. Undefined: there is none, or it is older than a week. Pairs are not turned round. */
export function exchangeRateFor(
  policy: { readonly fxRates?: readonly ExchangeRate[] },
  pair: { readonly from: string; readonly to: string; readonly day: string },
): ExchangeRate | undefined {
  let last: ExchangeRate | undefined;
  for (const rate of policy.fxRates ?? []) {
    if (rate.of !== pair.from || rate.in !== pair.to || rate.from > pair.day) continue;
    if (last === undefined || rate.from > last.from) last = rate;
  }
  return last === undefined || daysBetween(last.from, pair.day) > rateDaysMax ? undefined : last;
}
