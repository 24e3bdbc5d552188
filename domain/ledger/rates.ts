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

/** An amount of one currency in the other, at a rate; rounded half away from zero. */
export function convertAt(amount: MinorUnits, { from, to }: { readonly from: Currency; readonly to: Currency }, rate: string): MinorUnits {
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
