import type { Currency, MinorUnits } from "#domain/money";
import { type PromotionRule, promotionRuleFor } from "#domain/policy";
import { discountsOf, staffDiscount, unnamedDiscount } from "./discount-report.ts";
import { debitBalance, type LedgerLine, transactionsIn } from "./ledger-line.ts";

/** A promotion in the books of one entity beside its rule, minor units of the entity's functional currency. */
export interface PromotionRow {
  readonly entity: string;
  readonly currency: Currency;
  readonly promotion: string;
  readonly transactions: number;
  readonly amount: MinorUnits;
  /** The rule of the last day on which it was given; absent: no rule names it. */
  readonly rule?: PromotionRule;
  /** What the rule leaves to be given in all (below zero: too much was given); absent where it sets no limit. */
  readonly left?: MinorUnits;
}

/**
 * Each promotion with its rule. What is left of a rule's total counts what was booked from its first day on, also what was sold before its
 * last day and shipped after it; so `lines` has to be all of them: with `wholly` false nothing is said of it. Discounts for staff and those without a name have no rule.
 */
export function promotionReport(
  lines: readonly LedgerLine[],
  policy: { readonly promotions?: readonly PromotionRule[] },
  wholly: boolean,
): PromotionRow[] {
  const named = discountsOf(lines).filter(([, promotion]) => promotion !== staffDiscount && promotion !== unnamedDiscount);
  return named.map(([entity, promotion, own]) => {
    const currency = own[0]!.currency;
    const days = own.flatMap(({ businessDate }) => businessDate ?? []).sort();
    const rule = promotionRuleFor(policy, { code: promotion, entity, day: days.at(-1) ?? "" });
    const total = wholly ? rule?.totalMaxMinorUnits?.[currency] : undefined;
    return {
      entity,
      currency,
      promotion,
      transactions: transactionsIn(own),
      amount: debitBalance(own),
      ...(rule === undefined ? {} : { rule }),
      ...(rule === undefined || total === undefined
        ? {}
        : { left: total - debitBalance(own.filter(({ businessDate = "" }) => businessDate >= rule.from)) }),
    };
  });
}
