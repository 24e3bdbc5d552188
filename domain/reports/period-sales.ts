import type { TransactionId } from "#domain/identity";
import type { Currency, MinorUnits } from "#domain/money";
import { debitBalance, groupBy, type LedgerLine } from "./ledger-line.ts";
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
 * The sales of these lines per entity and channel, and what the goods cost. A line without a channel (cost, concessions) belongs to that in
 * which its transaction was sold by the same entity. Accruals of earlier periods are left out: they are no sales.
 */
export function periodSales(lines: readonly LedgerLine[]): PeriodSales[] {
  const own = lines.filter(({ transaction }) => transaction?.startsWith("period:") === false);
  const soldIn = new Map<TransactionId, string>();
  for (const { entity, role, transaction, dimensions } of own)
    if ((salesRoles as readonly string[]).includes(role) && dimensions.channel !== undefined)
      soldIn.set(`${entity} ${transaction}`, dimensions.channel);
  const channelOf = ({ entity, transaction, dimensions }: LedgerLine) => dimensions.channel ?? soldIn.get(`${entity} ${transaction}`);
  const relevant = own.filter((line) => isRelevant(line.role) && channelOf(line) !== undefined);
  return groupBy(relevant, (line) => JSON.stringify([line.entity, channelOf(line)])).map(([, here]) => ({
    entity: here[0]!.entity,
    channel: channelOf(here[0]!)!,
    currency: here[0]!.currency,
    sales: salesOf(here).net,
    cost: debitBalance(here.filter(({ role }) => role === "cogs")),
  }));
}

function isRelevant(role: string): boolean {
  return role === "cogs" || (salesRoles as readonly string[]).includes(role);
}
