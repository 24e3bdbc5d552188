import { contentHash } from "#domain/canonical";
import type { TargetDocument } from "#domain/ledger";
import type { MinorUnits } from "#domain/money";
import type { BoundJournal } from "./plan-steps.ts";

/**
 * Content hash of a document: entity, business date, roles and dimensions, transaction-currency amounts, items, locations, quantities.
 * What binding adds (accounts, posting date, cost, versions) is left out, so that closing a period, a policy release or a deploy never
 * re-posts history. Functional amounts are part of it where the books are in another currency: they follow from facts, the rates among them.
 */
export function documentHash(document: TargetDocument): string {
  const { entity, businessDate, currency } = document;
  switch (document.type) {
    case "journal": {
      const books = (document as Partial<BoundJournal>).functionalCurrency;
      const inBooks = (functionalAmount: MinorUnits | undefined) => (books === currency ? undefined : functionalAmount);
      return contentHash({
        entity,
        businessDate,
        currency,
        lines: document.lines.map(({ role, dimensions, amount, functionalAmount }) => ({
          role,
          dimensions,
          amount,
          functionalAmount: inBooks(functionalAmount),
        })),
        // Equal sums of other tickets are another summary.
        contributions: document.contributions,
      });
    }
    case "stock":
      return contentHash({
        entity,
        businessDate,
        currency,
        purchaseOrder: document.purchaseOrder,
        movements: document.movements.map(({ id, item, location, quantityMillionths, counterRole, counterDimensions, cost }) => ({
          id,
          item,
          location,
          quantityMillionths,
          counterRole,
          counterDimensions,
          // At what price goods change their owner is what both legs agree on; a cost within one entity is only looked up.
          price: typeof cost === "object" && ("amount" in cost || "from" in cost) ? { ...cost, of: undefined } : undefined,
        })),
      });
    case "costed":
      return contentHash({ entity, businessDate, currency, entries: document.entries.map((entry) => ({ ...entry, of: undefined })) });
    case "told":
      return contentHash({ entity, to: document.to, facts: document.facts });
  }
}
