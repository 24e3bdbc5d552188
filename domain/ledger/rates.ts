import type { BusinessEvent } from "#domain/events";
import type { RateQuestion } from "./target-types.ts";

/** The rates that are on record among the facts (c33), by what they answer. */
export function ratesIn(facts: readonly BusinessEvent[]): ReadonlyMap<string, string> {
  return new Map(facts.flatMap((fact) => (fact.name === "rate.fixed" ? [[rateName(fact), fact.rate] as const] : [])));
}

export function rateName({ from, to, day }: RateQuestion): string {
  return `${from}>${to} ${day}`;
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
