import type { MinorUnits } from "#domain/money";
import { holdsOn, type Policy, promotionRuleFor } from "#domain/policy";
import { dimensionsOf } from "./dimensions.ts";
import type { LineName } from "./documents.ts";
import type { JournalLines } from "./journal-lines.ts";

/** c45: who pays us for a discount, by the rule of its promotion that holds on the day; undefined: nobody, it lowers our own revenue. */
export function couponIssuer(
  policy: Policy,
  { code, entity, day }: { readonly code: string | undefined; readonly entity: string; readonly day: string },
): string | undefined {
  if (code === undefined || policy.promotions === undefined) return undefined;
  const rule = promotionRuleFor(policy, { code, entity, day });
  return rule !== undefined && holdsOn(rule, day) ? rule.paidBy : undefined;
}

/**
 * c45: goods that a third party's coupon paid a part of come back. Nobody pays for a coupon of goods that were not kept: the claim goes, and the
 * return is of all that the goods were sold for, with what the customer had not paid. Adds nothing up: it moves between the two.
 */
export function bookCouponBack(lines: JournalLines, issuer: string, salesReturns: LineName, amount: MinorUnits): void {
  lines.add(salesReturns.role, salesReturns.dimensions, amount);
  lines.add("coupon-receivable", dimensionsOf("coupon-receivable", { issuer }), -amount);
}
