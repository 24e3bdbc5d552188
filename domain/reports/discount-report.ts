import type { Currency, MinorUnits } from "#domain/money";
import { debitBalance, groupBy, type LedgerLine, transactionsIn } from "./ledger-line.ts";
import { type Place, placesOf } from "./place.ts";

/** What one promotion cost in one place, minor units of the entity's functional currency. */
export interface DiscountRow {
  readonly entity: string;
  readonly currency: Currency;
  /** The code or title as the channel states it; "employee" for staff. */
  readonly promotion: string;
  readonly place: Place;
  readonly transactions: number;
  readonly amount: MinorUnits;
}

/** The names under which discounts stand that are no promotion: those for staff, and those to which nobody gave a name. */
export const staffDiscount = "employee";
export const unnamedDiscount = "none stated";

/** Discounts per entity, promotion and place. */
export function discountReport(lines: readonly LedgerLine[]): DiscountRow[] {
  const placeOf = placesOf(lines);
  return discountsOf(lines).flatMap(([entity, promotion, ofPromotion]) =>
    groupBy(ofPromotion, placeOf).map(([place, here]) => ({
      entity,
      currency: here[0]!.currency,
      promotion,
      place,
      transactions: transactionsIn(here),
      amount: debitBalance(here),
    })),
  );
}

/** The lines of each entity and promotion. */
export function discountsOf(lines: readonly LedgerLine[]): (readonly [entity: string, promotion: string, lines: readonly LedgerLine[]])[] {
  const discounts = lines.filter(({ role }) => role === "discounts");
  return groupBy(discounts, ({ entity }) => entity).flatMap(([entity, ofEntity]) =>
    groupBy(ofEntity, ({ dimensions }) => dimensions.promotion ?? unnamedDiscount).map(
      ([promotion, own]) => [entity, promotion, own] as const,
    ),
  );
}
