import { contentHash } from "#domain/canonical";
import type { TargetDocument } from "./documents.ts";

/**
 * Content hash of a document: entity, business date, roles and dimensions, transaction-currency amounts, items, locations, quantities.
 * What binding adds (accounts, posting date, functional amounts, cost, versions) is left out, so that closing a period, a policy release
 * or a deploy never re-posts history.
 */
export function documentHash(document: TargetDocument): string {
  const { entity, businessDate, currency } = document;
  switch (document.type) {
    case "journal":
      return contentHash({
        entity,
        businessDate,
        currency,
        lines: document.lines.map(({ role, dimensions, amount }) => ({ role, dimensions, amount })),
      });
    case "stock":
      return contentHash({
        entity,
        businessDate,
        currency,
        movements: document.movements.map(({ id, item, location, quantityMillionths, counterRole }) => ({
          id,
          item,
          location,
          quantityMillionths,
          counterRole,
        })),
      });
  }
}
