import { type MinorUnits, parseScaled } from "#domain/money";
import { type LayeredRule, type Occasion, ruleInForce } from "./layered-rules.ts";

/** What nobody knows yet and the books take at a share that policy says; `about` is what a rule may be narrowed to. */
export const estimates = {
  /** Of a gift card or credit, what is never used (c15): income in proportion to use. Without a rule: when it lapses. */
  breakage: { about: ["kind"], needs: [] },
  /** Of what was sold in the last days of a period, what is still to come back when it ends (c21). Without a rule nothing is accrued. */
  returns: { about: ["channel"], needs: ["windowDays"] },
} as const;

export type EstimateName = keyof typeof estimates;

export interface EstimateRule extends LayeredRule {
  readonly estimate: EstimateName;
  /** A share below one as a decimal string: "0.1" is ten percent. */
  readonly rate: string;
  /** Of "returns": the sales of so many days count, the last of them the period's. */
  readonly windowDays?: number;
}

/** A share as a fraction of whole numbers. */
export interface Share {
  readonly part: number;
  readonly whole: number;
}

const rateDecimals = 6;

export function shareOf(rate: string): Share {
  return { part: parseScaled(rate, rateDecimals), whole: 10 ** rateDecimals };
}

/** The share that the entity expects on a business date; undefined: it is not estimated. */
export function estimateFor(
  policy: { readonly estimates?: readonly EstimateRule[] },
  name: EstimateName,
  occasion: Occasion,
): Share | undefined {
  const rule = ruleInForce(policy.estimates ?? [], occasion, (each) => each.estimate === name);
  return rule === undefined ? undefined : shareOf(rule.rate);
}

/** What is expected to come back of the sales of the last `windowDays` days of a period (c21). */
export interface ExpectedReturns {
  readonly share: Share;
  readonly windowDays: number;
}

/**
 * What an entity expects back of what it sold in a channel, as its books name that ("web", "pos"), when a period ends on `day`; undefined: it
 * is not estimated.
 */
export function expectedReturnsFor(
  policy: { readonly estimates?: readonly EstimateRule[] },
  { entity, channel, day }: { readonly entity: string; readonly channel: string; readonly day: string },
): ExpectedReturns | undefined {
  const rule = ruleInForce(policy.estimates ?? [], { entity, day, about: { channel } }, (each) => each.estimate === "returns");
  return rule?.windowDays === undefined ? undefined : { share: shareOf(rule.rate), windowDays: rule.windowDays };
}

/**
 * Whose law covers what holders never claimed (c15): a lapsed balance is owed to it from then on, and one without movement for so many
 * months is listed. `when` may name the `kind` of stored value; which lapses stay owed is the election storedValueLapsed.
 */
export interface UnclaimedPropertyRule extends LayeredRule {
  readonly jurisdiction: string;
  readonly dormancyMonths: number;
}

export function unclaimedPropertyFor(
  policy: { readonly unclaimedProperty?: readonly UnclaimedPropertyRule[] },
  occasion: Occasion,
): UnclaimedPropertyRule | undefined {
  return ruleInForce(policy.unclaimedProperty ?? [], occasion);
}

/** What the points of a loyalty programme stand for (c42). No rule: its points are no liability. */
export interface LoyaltyRule extends LayeredRule {
  readonly program: string;
  /** So many points … */
  readonly points: number;
  /** … are worth this to their holder, by the currency of the sale. */
  readonly worth: Readonly<Record<string, MinorUnits>>;
  /** Share of the points that is never used, as a decimal string; "0" where all are expected to be. */
  readonly breakageRate: string;
}

export function loyaltyRuleFor(
  policy: { readonly loyalty?: readonly LoyaltyRule[] },
  program: string,
  occasion: Occasion,
): LoyaltyRule | undefined {
  return ruleInForce(policy.loyalty ?? [], occasion, (rule) => rule.program === program);
}

/** Goods that are sent again for nothing (c50): an order of total zero with this discount code or tag replaces something. */
export interface ReplacementRule extends LayeredRule {
  /** The code or title of the discount that brings it to zero, in whatever case. */
  readonly code: string;
  /** Dimension of replacement-cost, such as "warranty". */
  readonly reason: string;
}

/** The rule of the first of the codes that has one. */
export function replacementRuleFor(
  policy: { readonly replacements?: readonly ReplacementRule[] },
  codes: readonly string[],
  occasion: Occasion,
): ReplacementRule | undefined {
  const named = new Set(codes.map((code) => code.toLowerCase()));
  return ruleInForce(policy.replacements ?? [], occasion, (rule) => named.has(rule.code.toLowerCase()));
}
