import type { Currency, MinorUnits } from "#domain/money";
import { type Policy, policyOn, tenderFor } from "#domain/policy";
import type { DayFacts, RegisterDay } from "./day-facts.ts";

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
 * as a whole; a currency of which no batch came is compared with nothing. A till that states its cards when it is settled, and of which no
 * terminal does, states its batch that way.
 */
export function cardTotalsOf(facts: DayFacts, policy: Policy, businessDate: string): CardTotal[] {
  const { registers } = facts;
  const byTerminals = facts.batches;
  const silent = byTerminals.length > 0 && byTerminals.some(({ register }) => register === undefined) ? [] : [...registers.values()];
  const settled = silent
    .filter(({ register }) => !byTerminals.some((batch) => batch.register === register))
    .flatMap((register) => settledCards(register, policy, businessDate));
  const batches = [...byTerminals, ...settled];
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

/** What the last count of a till says of its cards, per tender. */
function settledCards({ register, counts }: RegisterDay, policy: Policy, businessDate: string) {
  const rules = policyOn(policy, businessDate);
  const last = new Map<string, { register: string; currency: Currency; terminal: string; batch: string; amount: MinorUnits }>();
  for (const { sequence, tenders } of counts)
    for (const { tender, currency, counted } of tenders) {
      if (!cardRoles.has(tenderFor(rules, "pos", tender, undefined)?.role ?? "")) continue;
      last.set(`${tender.toLowerCase()} ${currency}`, { register, currency, terminal: tender, batch: sequence, amount: counted });
    }
  return [...last.values()].map((batch) => ({ ...batch, count: undefined }));
}
