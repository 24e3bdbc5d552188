import type { Currency, MinorUnits } from "#domain/money";
import { creditBalance, debitBalance, groupBy, type LedgerLine, transactionsIn } from "./ledger-line.ts";
import { type Place, placesOf } from "./place.ts";

/** What was sold in one place, minor units of the entity's functional currency, net of tax. */
export interface Sales {
  readonly gross: MinorUnits;
  readonly discounts: MinorUnits;
  readonly returns: MinorUnits;
  /** Given to customers without goods coming back. */
  readonly concessions: MinorUnits;
  /** gross − discounts − returns − concessions: the one definition of net sales. */
  readonly net: MinorUnits;
  /** Delivery charged to customers: revenue, and no sale of goods. */
  readonly shipping: MinorUnits;
}

export interface SalesRow extends Sales {
  readonly entity: string;
  readonly currency: Currency;
  readonly place: Place;
  readonly transactions: number;
}

/** The roles that sales are made of. */
export const salesRoles = ["sales", "discounts", "sales-returns", "price-concessions", "shipping-revenue"] as const;

const isSales = (line: LedgerLine) => (salesRoles as readonly string[]).includes(line.role);

/** The sales of these lines, from the ledger's roles and from nothing else: everybody who asks gets the same figures. */
export function salesOf(lines: readonly LedgerLine[]): Sales {
  const of = (role: (typeof salesRoles)[number]) => lines.filter((line) => line.role === role);
  const gross = creditBalance(of("sales"));
  const discounts = debitBalance(of("discounts"));
  const returns = debitBalance(of("sales-returns"));
  const concessions = debitBalance(of("price-concessions"));
  return {
    gross,
    discounts,
    returns,
    concessions,
    net: gross - discounts - returns - concessions,
    shipping: creditBalance(of("shipping-revenue")),
  };
}

/** Sales per entity and place. */
export function salesReport(lines: readonly LedgerLine[]): SalesRow[] {
  const placeOf = placesOf(lines);
  return groupBy(lines.filter(isSales), ({ entity }) => entity).flatMap(([entity, ofEntity]) =>
    groupBy(ofEntity, placeOf).map(([place, here]) => ({
      entity,
      currency: here[0]!.currency,
      place,
      transactions: transactionsIn(here),
      ...salesOf(here),
    })),
  );
}
