import { type LayeredRule, type Occasion, ruleInForce } from "./layered-rules.ts";

/** Days that something may take before somebody looks for it, where no rule says otherwise. */
const standardDays = {
  /** Between a shipment and the receipt of all of it (c39). */
  transferReceipt: 7,
  /** After the end of a period, for the payout of what was sold in it (c35): then it posts without. */
  payoutAfterPeriodEnd: 3,
  /** Between cash that a store or a courier brings to the bank and the bank line that shows it (c27, c46). */
  bankDeposit: 5,
} as const;

export type WaitName = keyof typeof standardDays;
export const waits = Object.keys(standardDays) as readonly WaitName[];

export interface WaitRule extends LayeredRule {
  readonly wait: WaitName;
  readonly days: number;
}

/** The days that the entity waits on a business date. */
export function waitDaysFor(policy: { readonly waits?: readonly WaitRule[] }, name: WaitName, occasion: Occasion): number {
  return ruleInForce(policy.waits ?? [], occasion, (rule) => rule.wait === name)?.days ?? standardDays[name];
}
