import type { MinorUnits } from "#domain/money";
import { type LayeredRule, type Occasion, ruleInForce } from "./layered-rules.ts";

export const itemConditions = ["as-new", "opened", "used", "damaged"] as const;
export type ItemCondition = (typeof itemConditions)[number];
export const refundTargets = ["original-tender", "store-credit"] as const;
export type RefundTarget = (typeof refundTargets)[number];
/**
 * Whether what was paid for shipping is given back with goods. "whole-order": with the return after which no goods of the sale are left with
 * the customer (Directive 2011/83/EU, Article 13, where the customer withdraws from all of it). "proportionate": with each return its share
 * by the value of its goods.
 */
export const shippingRefunds = ["never", "whole-order", "proportionate"] as const;
export type ShippingRefund = (typeof shippingRefunds)[number];
export const windowStarts = ["sale", "handover"] as const;

/** c20: what the shop keeps of a refund: a share of what the goods are worth, an amount of each return, or both. */
export interface ReturnFee {
  /** Such as "restocking": the `reason` of other-revenue. */
  readonly reason: string;
  /** Conditions of the goods for which it is kept; absent: all. */
  readonly conditions?: readonly ItemCondition[];
  /** Decimal string: "0.15" is fifteen percent of the value with tax. */
  readonly rate?: string;
  /** Once for each return, by currency; none in a currency that is not listed. */
  readonly minorUnits?: Readonly<Record<string, MinorUnits>>;
}

/** Which goods come back, for how long, where, and to which tender. */
export interface TakenBackRule extends LayeredRule {
  readonly finalSale?: never;
  /** Days after the sale on which goods are still taken back; 0: on the day itself. */
  readonly windowDays: number;
  /** The day that the window is counted from; absent: the sale. "handover": when the line was last shipped or delivered. */
  readonly windowFrom?: (typeof windowStarts)[number];
  /** Conditions in which goods are taken back. */
  readonly conditions: readonly ItemCondition[];
  /** Where they may be brought or sent, by channel: "pos" is any till, the name of a web channel its own returns. */
  readonly channels: readonly string[];
  readonly refundTo: RefundTarget;
  /** Roles of tenders in the order in which money goes back to them; those that are not named follow, the first one paid with first. */
  readonly refundOrder?: readonly string[];
  readonly fees?: readonly ReturnFee[];
  /** Absent: never. Of the rules of one return the one that gives least counts. */
  readonly refundsShipping?: ShippingRefund;
  /** For how long a return that was authorised is kept for the customer; absent: `standardAuthorizedHours`. */
  readonly authorizedHours?: number;
  /** In how many hours after the goods came back their refund is to be settled; absent: `standardRefundWithinHours`. */
  readonly refundWithinHours?: number;
  /** Returns that no sale is found for; absent: not taken. */
  readonly blind?: {
    /** The most that one may refund, by currency; a currency that is not listed has no blind returns. */
    readonly limitMinorUnits: Readonly<Record<string, MinorUnits>>;
    readonly refundTo: RefundTarget;
  };
}

/** Goods that are sold for good: a narrower rule takes them out of one that takes back. */
export interface FinalSaleRule extends LayeredRule {
  readonly finalSale: true;
  readonly windowDays?: never;
}

export type ReturnRule = TakenBackRule | FinalSaleRule;

/** A day and a night to come to the store. */
export const standardAuthorizedHours = 48;
/** Fourteen days, the longest that consumers in the EU have to wait for their money (Directive 2011/83/EU, Article 13). */
export const standardRefundWithinHours = 336;

/**
 * The rule for goods sold by an entity: `day` is the day of the sale, as the customer was promised what held then (of a blind return the
 * day of the return); `about` may name the `channel` of the sale, the `item`, its `item-class` and a `promotion` that it was sold under.
 * Undefined: nothing is taken back.
 */
export function returnRuleFor(policy: { readonly returns: readonly ReturnRule[] }, occasion: Occasion): ReturnRule | undefined {
  return ruleInForce(policy.returns, occasion);
}
