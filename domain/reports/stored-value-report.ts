import type { Currency, MinorUnits } from "#domain/money";
import { creditBalance, credited, debited, groupBy, type LedgerLine } from "./ledger-line.ts";

/** How one kind of stored value moved, minor units of the entity's functional currency. */
export interface StoredValueRow {
  readonly entity: string;
  readonly currency: Currency;
  readonly kind: (typeof storedValueRoles)[number];
  /** Issuer or programme; of the deferred discount the entity that sold below face. */
  readonly issuer: string;
  /** Sold, given, put back by a refund. Of the deferred discount: what cards were sold below their face, below zero. */
  readonly issued: MinorUnits;
  /** Spent by customers or paid out, without promotional cards, of which nothing was owed. Of the deferred discount: released, below zero. */
  readonly redeemed: MinorUnits;
  /** Taken off what is owed without a use: breakage, unclaimed property, corrections of what was given. */
  readonly lapsed: MinorUnits;
  /** issued − redeemed − lapsed: what the balance moved by in these days. */
  readonly change: MinorUnits;
}

/** Documents that take off what is owed without a use, or put such a thing back. */
const withoutUse: ReadonlySet<string | undefined> = new Set(["lapsed", "breakage", "unclaimed"]);

const deferredDiscount = "deferred-card-discount";
export const storedValueRoles = ["gift-card-liability", "store-credit-liability", "loyalty-liability", deferredDiscount] as const;

/** Stored value per entity, kind and issuer. Cards that are spent on the day they are sold count on both sides. */
export function storedValueReport(lines: readonly LedgerLine[]): StoredValueRow[] {
  return groupBy(lines, ({ entity }) => entity).flatMap(([entity, ofEntity]) =>
    storedValueRoles.flatMap((kind) =>
      groupBy(
        ofEntity.filter(({ role }) => role === kind),
        ({ dimensions }) => dimensions.issuer ?? dimensions.program ?? (kind === deferredDiscount ? entity : "none stated"),
      ).map(([issuer, here]) => ({ entity, currency: here[0]!.currency, kind, issuer, ...movementsOf(kind, here) })),
    ),
  );
}

function movementsOf(kind: StoredValueRow["kind"], here: readonly LedgerLine[]) {
  const change = creditBalance(here);
  // What it stands against is a liability: it is given with a debit, and goes with a credit.
  if (kind === deferredDiscount) return { issued: 0 - debited(here), redeemed: 0 - credited(here), lapsed: 0, change };
  const lapses = here.filter((line) => withoutUse.has(line.kind));
  // What a promotional card paid was taken off the liability by its sale, and is put back beside it.
  const putBack = here.filter((line) => line.kind === "promotion");
  const rest = here.filter((line) => !withoutUse.has(line.kind) && line.kind !== "promotion");
  return { issued: credited(rest), redeemed: debited(rest) - credited(putBack), lapsed: 0 - creditBalance(lapses), change };
}
