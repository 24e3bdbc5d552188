import type { Currency, MinorUnits } from "#domain/money";
import { debitBalance, type LedgerLine } from "./ledger-line.ts";
import { salesOf, salesRoles } from "./sales-report.ts";

/** What an entity sold in a channel, in minor units of its functional currency. */
export interface PeriodSales {
  readonly entity: string;
  /** As the books name it: "web", "pos". */
  readonly channel: string;
  readonly currency: Currency;
  /** Net sales, as the sales report has them. */
  readonly sales: MinorUnits;
  /** Cost of goods of the same transactions. What another entity shipped is in its books: no cost here. */
  readonly cost: MinorUnits;
}

/**
 * The sales of the lines that are given to it, per entity and channel, and what the goods cost. A line without a channel (cost, concessions)
 * belongs to that in which its transaction was sold by the same entity. Accruals of earlier periods are left out: they are no sales. It keeps
 * two figures per transaction, so that the journals of a month pass through it.
 */
export class PeriodSalesTally {
  readonly #transactions = new Map<string, { readonly entity: string; channel?: string; net: MinorUnits; cost: MinorUnits }>();
  readonly #sums = new Map<string, { readonly entity: string; readonly channel: string; sales: MinorUnits; cost: MinorUnits }>();
  readonly #currencies = new Map<string, Currency>();

  add(line: LedgerLine): void {
    const { entity, currency, transaction, dimensions } = line;
    if (transaction === undefined || transaction.startsWith("period:") || !isRelevant(line.role)) return;
    this.#currencies.set(entity, currency);
    const isCost = line.role === "cogs";
    const net = isCost ? 0 : salesOf([line]).net;
    const cost = isCost ? debitBalance([line]) : 0;
    const name = `${entity} ${transaction}`;
    const known = this.#transactions.get(name) ?? { entity, net: 0, cost: 0 };
    this.#transactions.set(name, known);
    if (!isCost && dimensions.channel !== undefined) known.channel = dimensions.channel;
    if (dimensions.channel !== undefined) this.#count(entity, dimensions.channel, net, cost);
    else {
      known.net += net;
      known.cost += cost;
    }
  }

  /** In the order of entity and channel. */
  sales(): PeriodSales[] {
    for (const each of this.#transactions.values()) {
      if (each.channel !== undefined) this.#count(each.entity, each.channel, each.net, each.cost);
      each.net = 0;
      each.cost = 0;
    }
    return [...this.#sums.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { entity, channel, sales, cost }]) => ({ entity, channel, currency: this.#currencies.get(entity)!, sales, cost }));
  }

  #count(entity: string, channel: string, net: MinorUnits, cost: MinorUnits): void {
    const name = JSON.stringify([entity, channel]);
    const sums = this.#sums.get(name) ?? { entity, channel, sales: 0, cost: 0 };
    this.#sums.set(name, sums);
    sums.sales += net;
    sums.cost += cost;
  }
}

function isRelevant(role: string): boolean {
  return role === "cogs" || (salesRoles as readonly string[]).includes(role);
}
