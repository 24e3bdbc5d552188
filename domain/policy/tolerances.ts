import { type MinorUnits, multiplyScaled, parseScaled } from "#domain/money";
import { type LayeredRule, type Occasion, ruleInForce } from "./layered-rules.ts";

/** By how much figures may be off before somebody has to look; without a rule, by nothing (c29). */
export const tolerances = ["ticketTaxGroup", "settlementMatch"] as const;

/** The same as a share of what it should be: where one of the two figures comes from a rate of exchange (c33). */
export const rateTolerances = ["foreignReturn", "foreignPayment"] as const;

export type ToleranceName = (typeof tolerances)[number];
export type RateToleranceName = (typeof rateTolerances)[number];

interface AmountRule extends LayeredRule {
  readonly tolerance: ToleranceName;
  /** Of the document's currency. */
  readonly minorUnits: MinorUnits;
}

interface RateRule extends LayeredRule {
  readonly tolerance: RateToleranceName;
  /** A decimal string below one. */
  readonly rate: string;
}

export type ToleranceRule = AmountRule | RateRule;

interface Tolerant {
  readonly tolerances: readonly ToleranceRule[];
}

const rateDecimals = 6;

export function toleranceFor(policy: Tolerant, name: ToleranceName, occasion: Occasion): MinorUnits {
  const rules = policy.tolerances.filter((rule) => "minorUnits" in rule);
  return ruleInForce(rules, occasion, (rule) => rule.tolerance === name)?.minorUnits ?? 0;
}

/** By how much an amount may be off, rounded half away from zero. */
export function toleranceOf(policy: Tolerant, name: RateToleranceName, occasion: Occasion, amount: MinorUnits): MinorUnits {
  const rules = policy.tolerances.filter((rule) => "rate" in rule);
  const rate = ruleInForce(rules, occasion, (rule) => rule.tolerance === name)?.rate;
  return rate === undefined ? 0 : multiplyScaled(Math.abs(amount), 0, parseScaled(rate, rateDecimals), rateDecimals, 0);
}
