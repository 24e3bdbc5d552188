import { cumulativeShare, type MinorUnits } from "#domain/money";
import type { Collected, CollectedAmounts, CollectedKind } from "../collected.ts";
import { dimensionsOf } from "../dimensions.ts";
import type { JournalLines } from "../journal-lines.ts";

/**
 * What an order has taken in and given out so far (c3). An order keeps `kept` of the customer's money for goods worth `worth` (tax
 * included); both shrink when goods leave the order or come back. What was captured of a tax follows from them, cumulatively, so that
 * the last capture takes the cent; captured net is the rest. Money kept beyond the worth is owed back.
 */
export interface OrderBalance {
  kept: MinorUnits;
  worth: MinorUnits;
  /** R: revenue recognised less returned, net of tax. */
  recognised: MinorUnits;
}

/** What the order's accounts hold at one moment: credit balances positive, but for the receivable. */
interface Positions {
  readonly deferred: MinorUnits;
  readonly receivable: MinorUnits;
  /** Money that nothing in the order answers, and no refund has given back yet. */
  readonly owedBack: MinorUnits;
  readonly advance: CollectedAmounts;
  readonly due: CollectedAmounts;
}

const nothing: Positions = { deferred: 0, receivable: 0, owedBack: 0, advance: new Map(), due: new Map() };

/** The accounts of one order that hold what is captured and not yet earned, or earned and not yet captured. */
export class OrderAccounts {
  readonly balance: OrderBalance;
  readonly #collected: Map<string, Collected>;
  readonly #dimensions: { readonly channel: string; readonly currency: string };
  #booked: Positions = nothing;

  constructor(worth: MinorUnits, collected: Map<string, Collected>, dimensions: { readonly channel: string; readonly currency: string }) {
    this.balance = { kept: 0, worth, recognised: 0 };
    this.#collected = collected;
    this.#dimensions = dimensions;
  }

  /** Of the order as it stands, what has not been captured. */
  get unpaid(): MinorUnits {
    return Math.max(this.balance.worth - this.balance.kept, 0);
  }

  /** What has been handed over and not paid, as it is booked by now. */
  get receivable(): MinorUnits {
    return this.#booked.receivable;
  }

  /** Money beyond what the order as it stands is worth. */
  get overpaid(): MinorUnits {
    return Math.max(this.balance.kept - this.balance.worth, 0);
  }

  /** What the order collects, by name; each may be asked for its amounts. */
  get collected(): ReadonlyMap<string, Collected> {
    return this.#collected;
  }

  /** Makes room for something that only a refund names, such as a tax that the order itself does not state. */
  collect(kind: CollectedKind): void {
    if (!this.#collected.has(kind.name)) this.#collected.set(kind.name, { ...kind, worth: 0, fulfilled: 0 });
  }

  /** Gives what takes back everything that `collect` makes room for from here on. */
  mark(): () => void {
    const known = new Set(this.#collected.keys());
    return () => {
      for (const name of [...this.#collected.keys()]) if (!known.has(name)) this.#collected.delete(name);
    };
  }

  /** Takes out of the order's worth what it will not collect any more. */
  takeWorth(amounts: CollectedAmounts): void {
    for (const [name, amount] of amounts) this.#collected.get(name)!.worth -= amount;
  }

  /** Adds what the event changed in deferred revenue, receivable, refunds owed, and everything collected. */
  bookChange(lines: JournalLines): void {
    const before = this.#booked;
    const after = this.#positions();
    const { channel, currency } = this.#dimensions;
    lines.add("deferred-revenue", dimensionsOf("deferred-revenue", { channel, currency }), before.deferred - after.deferred);
    lines.add("accounts-receivable", dimensionsOf("accounts-receivable", { currency }), after.receivable - before.receivable);
    lines.add("refund-payable", dimensionsOf("refund-payable", { currency }), before.owedBack - after.owedBack);
    for (const [name, { role, dimensions }] of this.#collected) {
      const change = (of: "advance" | "due") => (before[of].get(name) ?? 0) - (after[of].get(name) ?? 0);
      lines.add("tax-collected-in-advance", dimensionsOf("tax-collected-in-advance", dimensions), change("advance"));
      lines.add(role, dimensions, change("due"));
    }
    this.#booked = after;
  }

  #positions(): Positions {
    const { kept, worth, recognised } = this.balance;
    const answered = Math.min(kept, worth);
    const advance = new Map<string, MinorUnits>();
    const due = new Map<string, MinorUnits>();
    let captured = answered;
    let receivable = 0;
    for (const item of this.#collected.values()) {
      const paid = this.#paidOf(item.worth, answered, worth);
      const owed = dueOf(item, paid);
      captured -= paid;
      if (isFurther(item, owed, paid)) receivable += owed - paid;
      else advance.set(item.name, paid - owed);
      due.set(item.name, owed);
    }
    return {
      deferred: Math.max(captured - recognised, 0),
      receivable: receivable + Math.max(recognised - captured, 0),
      owedBack: kept - answered,
      advance,
      due,
    };
  }

  #paidOf(total: MinorUnits, answered: MinorUnits, worth: MinorUnits): MinorUnits {
    if (answered === worth) return total;
    return answered <= 0 ? 0 : cumulativeShare(total, answered, worth);
  }
}

function dueOf(item: Collected, paid: MinorUnits): MinorUnits {
  const { due, fulfilled } = item;
  switch (due) {
    case "capture":
      return paid;
    case "fulfilment":
      return fulfilled;
    case "earlier":
      return isFurther(item, fulfilled, paid) ? fulfilled : paid;
  }
}

function isFurther({ contra }: Collected, a: MinorUnits, b: MinorUnits): boolean {
  return contra === true ? a < b : a > b;
}

export function addTo(amounts: Map<string, MinorUnits>, name: string, amount: MinorUnits): void {
  amounts.set(name, (amounts.get(name) ?? 0) + amount);
}
