import type { EventOf } from "#domain/events";
import { type Currency, cumulativeShare, type MinorUnits } from "#domain/money";
import { type Policy, policyOn, tenderFor } from "#domain/policy";
import type { DayFacts, RegisterDay } from "./day-facts.ts";

/** One kind of money of one drawer, from the opening of the day to its last count. Minor units of `currency`. */
export interface Drawer {
  readonly register: string;
  /** The till's type, such as Cash. */
  readonly tender: string;
  readonly currency: Currency;
  readonly opening: MinorUnits;
  /** From tickets, less change and money given back. */
  readonly taken: MinorUnits;
  /** Loans and paid-ins less pickups, drops, paid-outs and tip-outs. */
  readonly moved: MinorUnits;
  readonly expected: MinorUnits;
  /** What was counted in it before its first transaction. */
  readonly opened?: { readonly counted: MinorUnits; readonly at: string; readonly event: string };
  /** What went in and out after the last count: no count of this day has it. */
  readonly after: { readonly tickets: number; readonly taken: MinorUnits; readonly moved: MinorUnits };
  /** What is in it when the day is over: the last count, or what is expected, with what came after it. */
  readonly left: MinorUnits;
  /** Absent: nobody has counted it. */
  readonly count?: {
    readonly counted: MinorUnits;
    /** Counted less expected: over is positive, short negative. */
    readonly difference: MinorUnits;
    readonly at: string;
    readonly event: string;
    /** What the difference of foreign money is worth, in the currency of the tickets that took it. */
    readonly valued?: { readonly currency: Currency; readonly amount: MinorUnits };
  };
}

type Count = EventOf<"till.counted">;

/** Into the drawer is positive. A deposit leaves the safe. */
const direction = { loan: 1, "paid-in": 1, pickup: -1, "safe-drop": -1, "paid-out": -1, "tip-out": -1, "bank-deposit": 0 } as const;

/**
 * What each drawer should hold and what was counted in it (c27). Expected is what the facts say that went in and out up to the last count, by
 * the till's own clock: what is sold or picked up after it belongs to no count of this day, and is left for the next one. A drawer opens with what was counted in it before
 * its first transaction, else with the float of the policies.
 */
export function drawersOf(facts: DayFacts, policy: Policy, store: string, businessDate: string): Drawer[] {
  const rules = policyOn(policy, businessDate);
  const known = Object.hasOwn(policy.stores, store) ? policy.stores[store] : undefined;
  const isCash = (tender: string) => tenderFor(rules, "pos", tender, undefined)?.role === "cash-drawer";
  return [...facts.registers.values()].flatMap((register) => {
    const kinds = new Map<string, { readonly tender: string; readonly currency: Currency }>();
    const kind = (tender: string, currency: Currency) => {
      const name = nameOf(tender, currency);
      if (!kinds.has(name)) kinds.set(name, { tender, currency });
    };
    for (const { tenders } of register.tallies) for (const each of tenders) if (each.role === "cash-drawer") kind(each.type, each.currency);
    for (const { tender, currency } of register.movements) if (isCash(tender)) kind(tender, currency);
    for (const { tenders } of register.counts) for (const each of tenders) if (isCash(each.tender)) kind(each.tender, each.currency);
    const sorted = [...kinds.values()].sort((a, b) => (nameOf(a.tender, a.currency) < nameOf(b.tender, b.currency) ? -1 : 1));
    // A register has one float, whatever its till calls cash.
    const local = sorted.filter(({ currency }) => currency === known?.currency);
    const floated = local.find(({ tender }) => tender.toLowerCase() === "cash") ?? local[0];
    return sorted.map((each) => drawerOf(register, each.tender, each.currency, each === floated ? (known?.drawerFloat ?? 0) : 0));
  });
}

function drawerOf(register: RegisterDay, tender: string, currency: Currency, float: MinorUnits): Drawer {
  const name = nameOf(tender, currency);
  const counts = register.counts.flatMap((count) => {
    const counted = count.tenders.filter((each) => nameOf(each.tender, each.currency) === name);
    return counted.length === 0 ? [] : [{ count, counted: counted.reduce((total, each) => total + each.counted, 0) }];
  });
  const first = firstActivity(register);
  const opened = counts.filter(({ count }) => first !== undefined && count.occurredAt < first).at(-1);
  const closed = counts.filter((each) => each.count !== opened?.count).at(-1);
  const until = closed?.count.occurredAt;
  const opening = opened?.counted ?? float;
  const after = { tickets: 0, taken: 0, moved: 0 };
  let taken = 0;
  let valued = 0;
  let valuedIn: Currency | undefined;
  for (const tally of register.tallies) {
    const late = until !== undefined && tally.occurredAt > until;
    for (const each of tally.tenders) {
      if (each.role !== "cash-drawer" || nameOf(each.type, each.currency) !== name) continue;
      if (late) {
        after.tickets += 1;
        after.taken += each.amount;
        continue;
      }
      taken += each.amount;
      if (each.valued === undefined) continue;
      valued += each.valued;
      valuedIn = tally.currency;
    }
  }
  let moved = 0;
  for (const each of register.movements) {
    if (nameOf(each.tender, each.currency) !== name) continue;
    const amount = direction[each.kind] * each.amount;
    if (until !== undefined && each.occurredAt > until) after.moved += amount;
    else moved += amount;
  }
  const expected = opening + taken + moved;
  const left = (closed?.counted ?? expected) + after.taken + after.moved;
  const base = {
    register: register.register,
    tender,
    currency,
    opening,
    taken,
    moved,
    expected,
    ...(opened === undefined ? {} : { opened: { counted: opened.counted, at: opened.count.occurredAt, event: opened.count.key } }),
    after,
    left,
  };
  if (closed === undefined) return base;
  const difference = closed.counted - expected;
  // Foreign money is worth what the tills took it at.
  const worth = valuedIn === undefined || taken <= 0 ? undefined : { currency: valuedIn, amount: shareOf(valued, difference, taken) };
  return {
    ...base,
    count: {
      counted: closed.counted,
      difference,
      at: closed.count.occurredAt,
      event: closed.count.key,
      ...(worth === undefined ? {} : { valued: worth }),
    },
  };
}

/** What `part` is worth when `whole` is worth `total`; a part may be more than the whole, or less than nothing. */
function shareOf(total: MinorUnits, part: MinorUnits, whole: MinorUnits): MinorUnits {
  const size = Math.abs(part);
  const amount = Math.floor(size / whole) * total + cumulativeShare(total, size % whole, whole);
  return part < 0 ? 0 - amount : amount;
}

function firstActivity({ tallies, movements }: RegisterDay): string | undefined {
  return [...tallies, ...movements].map(({ occurredAt }) => occurredAt).reduce<string | undefined>(earlier, undefined);
}

function earlier(one: string | undefined, other: string): string {
  return one === undefined || other < one ? other : one;
}

function nameOf(tender: string, currency: Currency): string {
  return `${tender.toLowerCase()} ${currency}`;
}

/** The last count of the safe, as it was stated: what was in it before the day is in another stream, so that nothing is expected of it. */
export function safeCountOf({ safeCounts }: DayFacts): Count | undefined {
  return safeCounts.at(-1);
}
