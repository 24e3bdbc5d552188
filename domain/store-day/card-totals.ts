import type { Currency, MinorUnits } from "#domain/money";
import type { DayFacts } from "./day-facts.ts";

/** What the terminals of one place state against what its tickets say was paid by card. Minor units of `currency`. */
export interface CardTotal {
  /** Absent: the whole store, where a batch names no register. */
  readonly register?: string;
  readonly currency: Currency;
  readonly batches: readonly { readonly terminal: string; readonly batch: string; readonly amount: MinorUnits; readonly count?: number }[];
  /** Σ of the batches. */
  readonly stated: MinorUnits;
  /** Σ of the tickets' tenders that an acquirer owes. */
  readonly tendered: MinorUnits;
  /** Stated less tendered. */
  readonly difference: MinorUnits;
}

/** Roles in which money that was paid by card waits for its acquirer or gateway. */
const cardRoles: ReadonlySet<string> = new Set(["acquirer-clearing", "payment-clearing"]);

/**
 * Card totals per terminal batch against the tickets (c27). Compared per register where every batch of the day names one, else for the store
 * as a whole; a currency of which no batch came is compared with nothing.
 */
export function cardTotalsOf({ batches, registers }: DayFacts): CardTotal[] {
  const perRegister = batches.every(({ register }) => register !== undefined);
  const totals = new Map<
    string,
    { register?: string; currency: Currency; batches: CardTotal["batches"][number][]; tendered: MinorUnits }
  >();
  const of = (register: string | undefined, currency: Currency) => {
    const name = `${perRegister ? register : ""} ${currency}`;
    let found = totals.get(name);
    if (found === undefined) {
      found = { ...(perRegister && register !== undefined ? { register } : {}), currency, batches: [], tendered: 0 };
      totals.set(name, found);
    }
    return found;
  };
  for (const { register, currency, terminal, batch, amount, count } of batches)
    of(register, currency).batches.push({ terminal, batch, amount, ...(count === undefined ? {} : { count }) });
  for (const { register, tallies } of registers.values())
    for (const { tenders } of tallies)
      for (const { role, currency, amount } of tenders) if (cardRoles.has(role)) of(register, currency).tendered += amount;
  const currencies = new Set(batches.map(({ currency }) => currency));
  return [...totals.entries()]
    .filter(([, { currency }]) => currencies.has(currency))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, total]) => {
      const stated = total.batches.reduce((sum, { amount }) => sum + amount, 0);
      return { ...total, stated, difference: stated - total.tendered };
    });
}
