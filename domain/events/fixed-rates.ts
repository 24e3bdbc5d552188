import type { BusinessEvent } from "./events.ts";

/** How many units of `to` one unit of `from` is on a business date, YYYY-MM-DD. */
export interface RateQuestion {
  readonly from: string;
  readonly to: string;
  readonly day: string;
}

/** The rates that are on record among the facts (c33), by what they answer: see `rateName`. */
export function ratesIn(facts: readonly BusinessEvent[]): ReadonlyMap<string, string> {
  return new Map(facts.flatMap((fact) => (fact.name === "rate.fixed" ? [[rateName(fact), fact.rate] as const] : [])));
}

export function rateName({ from, to, day }: RateQuestion): string {
  return `${from}>${to} ${day}`;
}
