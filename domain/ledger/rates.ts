import type { BusinessEvent } from "#domain/events";
import { type Currency, currencyExponent, type MinorUnits, multiplyScaled, parseScaled } from "#domain/money";
import type { RateQuestion } from "./target-types.ts";

/** Decimals of a rate that count. */
const rateDecimals = 8;

/** The rates that are on record among the facts (c33), by what they answer. */
export function ratesIn(facts: readonly BusinessEvent[]): ReadonlyMap<string, string> {
  return new Map(facts.flatMap((fact) => (fact.name === "rate.fixed" ? [[rateName(fact), fact.rate] as const] : [])));
}

export function rateName({ from, to, day }: RateQuestion): string {
  return `${from}>${to} ${day}`;
}

/** A rate that is recorded as a fact: how many units of `to` one unit of `from` is, a decimal string. */
export interface FixedRate {
  readonly from: Currency;
  readonly to: Currency;
  readonly rate: string;
}

/** Minor units of `from` as minor units of `to`, rounded once, half away from zero. */
export function atRate(amount: MinorUnits, { from, to, rate }: FixedRate): MinorUnits {
  return multiplyScaled(amount, currencyExponent(from), parseScaled(rate, rateDecimals), rateDecimals, currencyExponent(to));
}

/** "EUR:USD": what a problem about a missing rate is coded as, and what to do. */
export function rateMissing({ from, to, day }: RateQuestion, waits: string) {
  return {
    class: "money.fx-rate-missing",
    code: `${from}:${to}`,
    cause: `${from}:${to}:${day}`,
    currency: from,
    message: `no rate from ${from} to ${to} is known for ${day}: ${waits} waits for it. Add it to the fxRates of the policies; the document posts by itself.`,
  } as const;
}
