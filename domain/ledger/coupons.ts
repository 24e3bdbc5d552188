import { holdsOn, type Policy, promotionRuleFor } from "#domain/policy";

/** c45: who pays us for a discount, by the rule of its promotion that holds on the day; undefined: nobody, it lowers our own revenue. */
export function couponIssuer(
  policy: Policy,
  { code, entity, day }: { readonly code: string | undefined; readonly entity: string; readonly day: string },
): string | undefined {
  if (code === undefined || policy.promotions === undefined) return undefined;
  const rule = promotionRuleFor(policy, { code, entity, day });
  return rule !== undefined && holdsOn(rule, day) ? rule.paidBy : undefined;
}
