import type { Currency, MinorUnits } from "#domain/money";
import { creditBalance, credited, debited, groupBy, type LedgerLine } from "./ledger-line.ts";

/** How one kind of stored value moved, minor units of the entity's functional currency. */
export interface StoredValueRow {
  readonly entity: string;
  readonly currency: Currency;
  readonly kind: (typeof storedValueRoles)[number];
  /** Issuer or programme. */
  readonly issuer: string;
  /** Sold, issued, given as a refund. */
  readonly issued: MinorUnits;
  /** Spent by customers, expired, taken back. */
  readonly redeemed: MinorUnits;
  /** issued − redeemed: what the liability moved by in these days. */
  readonly change: MinorUnits;
}

export const storedValueRoles = ["gift-card-liability", "store-credit-liability", "loyalty-liability"] as const;

/** Stored value per entity, kind and issuer. Cards that are spent on the day they are sold count on both sides. */
export function storedValueReport(lines: readonly LedgerLine[]): StoredValueRow[] {
  return groupBy(lines, ({ entity }) => entity).flatMap(([entity, ofEntity]) =>
    storedValueRoles.flatMap((kind) =>
      groupBy(
        ofEntity.filter(({ role }) => role === kind),
        ({ dimensions }) => dimensions.issuer ?? dimensions.program ?? "none stated",
      ).map(([issuer, here]) => ({
        entity,
        currency: here[0]!.currency,
        kind,
        issuer,
        issued: credited(here),
        redeemed: debited(here),
        change: creditBalance(here),
      })),
    ),
  );
}
