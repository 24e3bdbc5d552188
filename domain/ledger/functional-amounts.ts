import { type BusinessEvent, type RateQuestion, rateName, ratesIn } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { EventKey } from "#domain/identity";
import { atRate, type Currency, cumulativeShare, type MinorUnits, splitByAmounts, sum } from "#domain/money";
import type { Policy } from "#domain/policy";
import type { JournalDocument, TargetDocument, TargetLine } from "./documents.ts";
import { GoodsAbroad } from "./goods-abroad.ts";
import { rateMissing } from "./rates.ts";
import type { Target } from "./target-types.ts";

/** What stands against revenue until it is earned, and revenue itself: paid in advance, it is kept at the rate of that day (c33). */
const earnings: ReadonlySet<string> = new Set(["deferred-revenue", "sales", "discounts", "shipping-revenue", "other-revenue"]);
/** The same for tax: what was collected in advance becomes due at the rate at which it was collected. */
const taxes: ReadonlySet<string> = new Set(["tax-collected-in-advance", "tax-payable"]);
/** Claims and debts in the currency of the sale: what their rate gains or loses until they are settled is realised then. */
const claims: ReadonlySet<string> = new Set(["accounts-receivable", "refund-payable"]);

/**
 * c33: journals of an entity that keeps its books in another currency, with their functional amounts. Each line is worth the rate of its
 * business date, but for what releases a balance: that leaves at the rates at which it came, the oldest first. What differs then is revenue
 * where the balance was paid in advance, and an exchange difference where it was a claim or a debt: a line of its own over no amount in the
 * journal's currency. A journal whose rate is not recorded waits for it, and so does what comes after it in the same books.
 */
export function inFunctionalCurrency(target: Target, facts: readonly BusinessEvent[], policy: Policy): Target {
  const functionalOf = (entity: string): Currency | undefined => policy.entities[entity]?.functionalCurrency;
  const isForeign = ({ entity, currency }: { readonly entity: string; readonly currency: Currency }) =>
    functionalOf(entity) !== undefined && functionalOf(entity) !== currency;
  const abroad = new GoodsAbroad(target.documents, functionalOf);
  const rates = ratesIn(facts);
  const books = new Map<string, Balances>();
  const waiting = new Set<string>();
  const wanted = new Map((target.ratesWanted ?? []).map((question) => [rateName(question), question]));
  const problems: Problem[] = [];
  const held: EventKey[] = [];
  const rateFor = (document: TargetDocument) => (question: RateQuestion) => {
    const rate = rates.get(rateName(question));
    if (rate === undefined && !wanted.has(rateName(question))) {
      wanted.set(rateName(question), question);
      problems.push(noRate(document, question));
    }
    return rate;
  };
  const orHeld = (document: TargetDocument, found: TargetDocument | undefined): readonly TargetDocument[] => {
    if (found === undefined) held.push(document.event);
    return found === undefined ? [] : [found];
  };
  const documents = target.documents.flatMap((document): readonly TargetDocument[] => {
    if (document.type === "stock") {
      const found = abroad.stock(document, rateFor(document));
      if (found === undefined) held.push(document.event);
      return found ?? [];
    }
    if (document.type === "costed") return orHeld(document, abroad.costed(document, rateFor(document)));
    if (document.type !== "journal") return [document];
    if (!isForeign(document)) return [hasWorth(document) ? { ...document, lines: document.lines.map(withoutWorth) } : document];
    if (document.priced !== undefined) return orHeld(document, abroad.journal(document, rateFor(document)));
    const { entity, currency, businessDate } = document;
    const to = functionalOf(entity)!;
    const needed = questionsOf(document, { from: currency, to, day: businessDate });
    const found = new Map(needed.map((question) => [rateName(question), rateFor(document)(question)]));
    const name = `${entity} ${currency}`;
    if ([...found.values()].includes(undefined) || waiting.has(name)) {
      waiting.add(name);
      held.push(document.event);
      return [];
    }
    const balances = books.get(name) ?? new Balances();
    books.set(name, balances);
    const at = (amount: MinorUnits, from: Currency, day: string) =>
      from === to ? amount : atRate(amount, { from, to, rate: found.get(rateName({ from, to, day }))! });
    return [{ ...document, lines: withFunctionalAmounts(document, balances, at) }];
  });
  return {
    documents,
    problems: [...target.problems, ...problems],
    ...(target.ifRefused === undefined ? {} : { ifRefused: target.ifRefused }),
    heldEvents: [...new Set([...target.heldEvents, ...held])],
    ...(wanted.size === 0 ? {} : { ratesWanted: [...wanted.values()] }),
  };
}

function hasWorth({ lines }: JournalDocument): boolean {
  return lines.some(({ worth }) => worth !== undefined);
}

function withoutWorth({ worth: _, ...line }: TargetLine): TargetLine {
  return line;
}

/** The rates that a journal needs: that of its own day as far as a line does not say what it is worth. */
function questionsOf({ lines }: JournalDocument, own: RateQuestion): RateQuestion[] {
  const questions = lines.flatMap(({ worth }) => worth?.map(({ currency, day }) => ({ from: currency, to: own.to, day })) ?? [own]);
  return [...new Map(questions.filter(({ from, to }) => from !== to).map((each) => [rateName(each), each])).values()];
}

function noRate({ key, event }: TargetDocument, question: RateQuestion): Problem {
  return { ...rateMissing(question, key), event, document: key };
}

/** A line on the way to its functional amount: what of it releases a balance, and the rest. */
interface Weighed {
  readonly line: TargetLine;
  readonly released: MinorUnits;
  readonly releasedAtDay: MinorUnits;
  readonly releasedAsCarried: MinorUnits;
  /** Of the rest, which begins a balance or stands for itself. */
  rest: MinorUnits;
}

function withFunctionalAmounts(
  { lines, currency, businessDate }: JournalDocument,
  balances: Balances,
  at: (amount: MinorUnits, from: Currency, day: string) => MinorUnits,
): readonly TargetLine[] {
  const atDay = (amount: MinorUnits) => at(amount, currency, businessDate);
  let upTo = 0;
  const weighed = lines.map((each): Weighed => {
    const line = withoutWorth(each);
    if (each.worth !== undefined) {
      const rest = sum(each.worth.map((worth) => at(worth.amount, worth.currency, worth.day)));
      return { line, released: 0, releasedAtDay: 0, releasedAsCarried: 0, rest };
    }
    // Rounded cumulatively: at one rate the lines of a balanced journal add up to nothing.
    const before = atDay(upTo);
    upTo += line.amount;
    const whole = atDay(upTo) - before;
    const { amount: released, functional: releasedAsCarried } = isCarried(line) ? balances.release(line) : { amount: 0, functional: 0 };
    const releasedAtDay = released === 0 ? 0 : cumulativeShare(whole, Math.abs(released), Math.abs(line.amount));
    return { line, released, releasedAtDay, releasedAsCarried, rest: whole - releasedAtDay };
  });
  for (const group of [earnings, taxes]) passOn(weighed.filter(({ line }) => group.has(line.role)));
  for (const { line, released, rest } of weighed) {
    if (isCarried(line) && line.amount !== released) balances.add(line, line.amount - released, rest);
  }
  const functional = weighed.map(({ line, releasedAsCarried, rest }) => ({ ...line, functionalAmount: releasedAsCarried + rest }));
  const difference = 0 - sum(functional.map(({ functionalAmount }) => functionalAmount));
  if (difference === 0) return functional;
  return [...functional, { role: "fx-realised", dimensions: { currency }, amount: 0, functionalAmount: difference }];
}

function isCarried({ role }: TargetLine): boolean {
  return earnings.has(role) || taxes.has(role) || claims.has(role);
}

/** What was paid in advance keeps its rate when it becomes something else of its kind: as far as the journal makes it so. */
function passOn(group: readonly Weighed[]): void {
  const released = sum(group.map((each) => each.released));
  const begun = group.filter(({ line, released: part }) => line.amount !== part);
  const amounts = begun.map(({ line, released: part }) => line.amount - part);
  const whole = sum(amounts);
  if (released === 0 || whole === 0 || Math.sign(released) === Math.sign(whole)) return;
  const difference = sum(group.map(({ releasedAsCarried, releasedAtDay }) => releasedAsCarried - releasedAtDay));
  const matched = Math.min(Math.abs(released), Math.abs(whole));
  const parts = splitByAmounts(0 - cumulativeShare(difference, matched, Math.abs(released)), amounts);
  for (const [index, each] of begun.entries()) each.rest += parts[index]!;
}

/** What the balances of one transaction in one set of books came in at, the oldest first. */
class Balances {
  readonly #lots = new Map<string, { amount: MinorUnits; functional: MinorUnits }[]>();

  add(line: TargetLine, amount: MinorUnits, functional: MinorUnits): void {
    this.#of(line).push({ amount, functional });
  }

  /** What of the line takes a balance away, and what that was worth when it came, both signed like the line. */
  release(line: TargetLine): { readonly amount: MinorUnits; readonly functional: MinorUnits } {
    const lots = this.#of(line);
    let [amount, functional] = [0, 0];
    while (lots[0] !== undefined && amount !== line.amount && Math.sign(lots[0].amount) === -Math.sign(line.amount)) {
      const [first] = lots;
      const taken = Math.min(Math.abs(line.amount - amount), Math.abs(first.amount));
      const worth = cumulativeShare(first.functional, taken, Math.abs(first.amount));
      amount += taken * Math.sign(line.amount);
      functional -= worth;
      first.functional -= worth;
      first.amount += taken * Math.sign(line.amount);
      if (first.amount === 0) lots.shift();
    }
    return { amount, functional };
  }

  #of({ role, dimensions }: TargetLine): { amount: MinorUnits; functional: MinorUnits }[] {
    const name = `${role} ${JSON.stringify(dimensions)}`;
    const known = this.#lots.get(name);
    if (known !== undefined) return known;
    const lots: { amount: MinorUnits; functional: MinorUnits }[] = [];
    this.#lots.set(name, lots);
    return lots;
  }
}
