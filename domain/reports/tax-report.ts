import type { Currency, MinorUnits } from "#domain/money";
import { creditBalance, credited, debited, groupBy, type LedgerLine } from "./ledger-line.ts";

/** Tax of one jurisdiction, minor units of the entity's functional currency. */
export interface TaxRow {
  readonly entity: string;
  readonly currency: Currency;
  readonly jurisdiction: string;
  /** Fell due to the authority. */
  readonly collected: MinorUnits;
  /** Given back: refunds, cancelled fulfilments. */
  readonly refunded: MinorUnits;
  /** collected − refunded: what `tax-payable` moved by, so what is to be filed for the period. */
  readonly payable: MinorUnits;
  /** Taken from customers before the tax point (c8): not due yet. */
  readonly inAdvance: MinorUnits;
  /** Held for a channel that remits it itself (c9): never filed by the entity. */
  readonly channelRemitted: MinorUnits;
}

export const taxRoles = ["tax-payable", "tax-collected-in-advance", "channel-liable-tax"] as const;

/** Tax per entity and jurisdiction. */
export function taxReport(lines: readonly LedgerLine[]): TaxRow[] {
  const taxes = lines.filter((line) => (taxRoles as readonly string[]).includes(line.role));
  return groupBy(taxes, ({ entity }) => entity).flatMap(([entity, ofEntity]) =>
    groupBy(ofEntity, ({ dimensions }) => dimensions.jurisdiction ?? "none stated").map(([jurisdiction, here]) => {
      const ofRole = (role: (typeof taxRoles)[number]) => here.filter((line) => line.role === role);
      const due = ofRole("tax-payable");
      return {
        entity,
        currency: here[0]!.currency,
        jurisdiction,
        collected: credited(due),
        refunded: debited(due),
        payable: creditBalance(due),
        inAdvance: creditBalance(ofRole("tax-collected-in-advance")),
        channelRemitted: creditBalance(ofRole("channel-liable-tax")),
      };
    }),
  );
}
