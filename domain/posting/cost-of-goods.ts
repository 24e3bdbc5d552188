import type { DocumentKey } from "#domain/identity";
import type { CostBasis, TargetMovement } from "#domain/ledger";
import { costOfPart } from "#domain/ledger";
import { cumulativeShare, type FixedRate, type MinorUnits } from "#domain/money";
import type { LiveDocument } from "./fold-plans.ts";
import type { BoundMovement } from "./plan-steps.ts";

/** The part of the issue's cost that these goods take back, cumulative over all returns of that movement so that the last takes the cent. */
export function costOfReturn(
  movement: TargetMovement,
  issue: { readonly document: DocumentKey; readonly movement: string },
  standing: readonly LiveDocument[],
  movements: readonly BoundMovement[],
): MinorUnits | undefined {
  const posted = standing.find((document) => document.key === issue.document);
  const total = issueCost(posted, issue.movement);
  if (posted === undefined || posted.document.type !== "stock" || total === undefined) return undefined;
  // Of a receipt that is undone (c51) the goods leave: quantities count alike in either direction.
  const issued = Math.abs(posted.document.movements.find((each) => each.id === issue.movement)?.quantityMillionths ?? 0);
  const returned = movements
    .filter(({ cost }) => typeof cost === "object" && "document" in cost && !("from" in cost))
    .filter(({ cost }) => {
      const of = cost as { readonly document: DocumentKey; readonly movement: string };
      return of.document === issue.document && of.movement === issue.movement;
    })
    .reduce((quantity, each) => quantity + Math.abs(each.quantityMillionths), 0);
  const quantity = Math.min(Math.abs(movement.quantityMillionths), issued);
  // A return that arrived before an earlier one of another issue was bound to this one: these goods are not worth less for that.
  const from = Math.min(returned, issued - quantity);
  return cumulativeShare(total, from + quantity, issued) - cumulativeShare(total, from, issued);
}

/**
 * A part of an issue's cost with its markup, and the money it is in, also as `books` in another currency have it; undefined while the ERP has
 * not told the cost.
 */
export function costOfBasis(
  basis: CostBasis,
  posted: LiveDocument | undefined,
  books?: FixedRate,
): { readonly amount: MinorUnits; readonly currency: string; readonly inBooks: MinorUnits } | undefined {
  const total = issueCost(posted, basis.movement);
  if (posted === undefined || total === undefined) return undefined;
  const currency = basis.rate?.to ?? posted.document.functionalCurrency;
  return { amount: costOfPart(total, basis), currency, inBooks: costOfPart(total, basis, books) };
}

function issueCost(posted: LiveDocument | undefined, movement: string): MinorUnits | undefined {
  return posted?.costs.find((cost) => cost.movement === movement)?.totalCost;
}
