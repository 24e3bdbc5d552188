import { cumulativeShare, type MinorUnits } from "#domain/money";
import type { ElectionValue } from "#domain/policy";
import { dimensionsOf } from "./dimensions.ts";
import type { JournalLines } from "./journal-lines.ts";

/**
 * What an order has taken in and given out so far (c3). An order keeps `kept` of the customer's money for goods worth `worth` (tax
 * included); both shrink when goods leave the order or come back. Captured tax follows from them, cumulatively, so that the last
 * capture takes the cent; captured net is the rest.
 */
export interface OrderBalance {
  kept: MinorUnits;
  worth: MinorUnits;
  readonly worthTax: Map<string, MinorUnits>;
  /** R: revenue recognised less returned, net of tax. */
  recognised: MinorUnits;
  /** Tax of what was handed over less what came back, by jurisdiction. */
  readonly fulfilledTax: Map<string, MinorUnits>;
}

/** What the order's accounts hold at one moment: credit balances positive, but for the receivable. */
interface Positions {
  readonly deferred: MinorUnits;
  readonly receivable: MinorUnits;
  readonly advance: ReadonlyMap<string, MinorUnits>;
  readonly payable: ReadonlyMap<string, MinorUnits>;
}

/** The accounts of one order that hold what is captured and not yet earned, or earned and not yet captured. */
export class OrderAccounts {
  readonly balance: OrderBalance;
  readonly #taxPoint: (jurisdiction: string) => ElectionValue<"taxPoint">;
  readonly #onTerms: boolean;
  readonly #dimensions: { readonly channel: string; readonly currency: string };
  #booked: Positions = { deferred: 0, receivable: 0, advance: new Map(), payable: new Map() };

  /** `taxPoint`: when a jurisdiction's tax is due; `onTerms`: paid after delivery (COD, terms), so that tax is due at fulfilment unless money came before (c8). */
  constructor(
    worth: MinorUnits,
    worthTax: Map<string, MinorUnits>,
    taxPoint: (jurisdiction: string) => ElectionValue<"taxPoint">,
    onTerms: boolean,
    dimensions: { readonly channel: string; readonly currency: string },
  ) {
    this.balance = { kept: 0, worth, worthTax, recognised: 0, fulfilledTax: new Map() };
    this.#dimensions = dimensions;
    this.#taxPoint = taxPoint;
    this.#onTerms = onTerms;
  }

  /** Adds what the event changed in deferred revenue, receivable, tax in advance and tax payable. */
  bookChange(lines: JournalLines): void {
    const before = this.#booked;
    const after = this.#positions();
    const { channel, currency } = this.#dimensions;
    lines.add("deferred-revenue", dimensionsOf("deferred-revenue", { channel, currency }), before.deferred - after.deferred);
    lines.add("accounts-receivable", dimensionsOf("accounts-receivable", { currency }), after.receivable - before.receivable);
    for (const jurisdiction of after.payable.keys()) {
      const change = (of: "advance" | "payable") => (before[of].get(jurisdiction) ?? 0) - (after[of].get(jurisdiction) ?? 0);
      lines.add("tax-collected-in-advance", dimensionsOf("tax-collected-in-advance", { jurisdiction }), change("advance"));
      lines.add("tax-payable", dimensionsOf("tax-payable", { jurisdiction }), change("payable"));
    }
    this.#booked = after;
  }

  #positions(): Positions {
    const { kept, worth, worthTax, recognised, fulfilledTax } = this.balance;
    const advance = new Map<string, MinorUnits>();
    const payable = new Map<string, MinorUnits>();
    let captured = kept;
    let receivable = 0;
    for (const jurisdiction of new Set([...worthTax.keys(), ...fulfilledTax.keys()])) {
      const total = worthTax.get(jurisdiction) ?? 0;
      const capturedTax = kept === worth ? total : cumulativeShare(total, kept, worth);
      const due = this.#due(jurisdiction, capturedTax, fulfilledTax.get(jurisdiction) ?? 0);
      captured -= capturedTax;
      receivable += Math.max(due - capturedTax, 0);
      advance.set(jurisdiction, Math.max(capturedTax - due, 0));
      payable.set(jurisdiction, due);
    }
    return {
      deferred: Math.max(captured - recognised, 0),
      receivable: receivable + Math.max(recognised - captured, 0),
      advance,
      payable,
    };
  }

  #due(jurisdiction: string, captured: MinorUnits, fulfilled: MinorUnits): MinorUnits {
    switch (this.#taxPoint(jurisdiction)) {
      case "capture":
        return this.#onTerms ? Math.max(captured, fulfilled) : captured;
      case "fulfilment":
        return fulfilled;
      case "earlier":
        return Math.max(captured, fulfilled);
    }
  }
}

export function addTo(amounts: Map<string, MinorUnits>, jurisdiction: string, amount: MinorUnits): void {
  amounts.set(jurisdiction, (amounts.get(jurisdiction) ?? 0) + amount);
}
