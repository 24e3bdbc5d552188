import type { MinorUnits } from "#domain/money";
import { type LayeredRule, type Occasion, ruleInForce } from "./layered-rules.ts";

export const itemConditions = ["as-new", "opened", "used", "damaged"] as const;
export const refundTargets = ["original-tender", "store-credit"] as const;

/** Which goods come back, for how long, where, and to which tender. */
export interface ReturnRule extends LayeredRule {
  /** Days after the sale on which goods are still taken back; 0: on the day itself. */
  readonly windowDays: number;
  /** Conditions in which goods are taken back. */
  readonly conditions: readonly (typeof itemConditions)[number][];
  /** Where they may be brought or sent. */
  readonly channels: readonly ("shopify" | "pos")[];
  readonly refundTo: (typeof refundTargets)[number];
  /** Returns that no sale is found for; absent: not taken. */
  readonly blind?: {
    /** The most that one may refund, by currency; a currency that is not listed has no blind returns. */
    readonly limitMinorUnits: Readonly<Record<string, MinorUnits>>;
    readonly refundTo: (typeof refundTargets)[number];
  };
}

/**
 * The rule for goods sold by an entity: `day` is the day of the sale, as the customer was promised what held then (of a blind return the
 * day of the return); `about` may name the `channel` of the sale and the `item-class`. Undefined: nothing is taken back.
 */
export function returnRuleFor(policy: { readonly returns: readonly ReturnRule[] }, occasion: Occasion): ReturnRule | undefined {
  return ruleInForce(policy.returns, occasion);
}
