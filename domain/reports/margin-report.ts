import type { Currency, MinorUnits } from "#domain/money";
import { creditBalance, debitBalance, groupBy, type LedgerLine, transactionsIn } from "./ledger-line.ts";
import { channelsOf, placesOf } from "./place.ts";
import { salesOf, salesRoles } from "./sales-report.ts";

/** What is left of the sales of one place, channel or order, minor units of the entity's functional currency. */
export interface MarginRow {
  readonly entity: string;
  readonly currency: Currency;
  /** The place, the channel, or the transaction. */
  readonly of: string;
  readonly transactions: number;
  /** Net sales and delivery charged. */
  readonly revenue: MinorUnits;
  readonly costOfGoods: MinorUnits;
  /** Carriers, as estimated or invoiced (c10). */
  readonly freight: MinorUnits;
  /** Intercompany revenue less its cost (c30): what this entity made or paid for goods that another one sold or shipped. */
  readonly intercompany: MinorUnits;
  readonly margin: MinorUnits;
  /** Margin per revenue in basis points, rounded toward zero; absent without revenue. */
  readonly marginBasisPoints?: number;
}

/** The roles that a margin is made of. */
export const marginRoles = [...salesRoles, "cogs", "freight-out", "intercompany-revenue", "intercompany-cogs"] as const;

export type MarginBy = "place" | "channel" | "transaction";

/** Margin per entity, and per place, channel or transaction. Goods that were never sold (shrink, write-downs) are no part of it. */
export function marginReport(lines: readonly LedgerLine[], by: MarginBy): MarginRow[] {
  const keyOf = {
    place: placesOf(lines),
    channel: channelsOf(lines),
    transaction: (line: LedgerLine) => line.transaction ?? "not from the hub",
  }[by];
  const parts = lines.filter((line) => (marginRoles as readonly string[]).includes(line.role));
  return groupBy(parts, ({ entity }) => entity).flatMap(([entity, ofEntity]) =>
    groupBy(ofEntity, keyOf).map(([of, here]) => marginRow(entity, of, here)),
  );
}

function marginRow(entity: string, of: string, lines: readonly LedgerLine[]): MarginRow {
  const ofRole = (role: (typeof marginRoles)[number]) => lines.filter((line) => line.role === role);
  const { net, shipping } = salesOf(lines);
  const revenue = net + shipping;
  const costOfGoods = debitBalance(ofRole("cogs"));
  const freight = debitBalance(ofRole("freight-out"));
  const intercompany = creditBalance(ofRole("intercompany-revenue")) - debitBalance(ofRole("intercompany-cogs"));
  const margin = revenue - costOfGoods - freight + intercompany;
  return {
    entity,
    currency: lines[0]!.currency,
    of,
    transactions: transactionsIn(lines),
    revenue,
    costOfGoods,
    freight,
    intercompany,
    margin,
    ...(revenue > 0 ? { marginBasisPoints: Number((BigInt(margin) * 10_000n) / BigInt(revenue)) } : {}),
  };
}
