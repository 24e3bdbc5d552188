import type { MinorUnits } from "#domain/money";
import { type LayeredRule, type Occasion, ruleInForce } from "./layered-rules.ts";

/** By how much figures may be off before somebody has to look; without a rule, by nothing (c29). */
export const tolerances = ["ticketTaxGroup", "settlementMatch"] as const;

export type ToleranceName = (typeof tolerances)[number];

export interface ToleranceRule extends LayeredRule {
  readonly tolerance: ToleranceName;
  /** Of the document's currency. */
  readonly minorUnits: MinorUnits;
}

export function toleranceFor(
  policy: { readonly tolerances: readonly ToleranceRule[] },
  name: ToleranceName,
  occasion: Occasion,
): MinorUnits {
  return ruleInForce(policy.tolerances, occasion, (rule) => rule.tolerance === name)?.minorUnits ?? 0;
}
