import type { EventOf } from "#domain/events";
import { replacementRuleFor } from "#domain/policy";
import type { OrderSeller } from "./order-value.ts";

/**
 * c50: an order that costs nothing, every line of it discounted away under a code or title that policy names, sends goods again: no sale,
 * and its goods are the cost of what they replace. A customer's free order under any other code stays a sale with its discounts.
 */
export function replacedBecause(order: EventOf<"order.placed">, { policy, entity, placedOn }: OrderSeller): string | undefined {
  if (order.totals.total !== 0 || order.lines.length === 0) return undefined;
  const codes: string[] = [];
  for (const { gross, discounts } of order.lines) {
    if (gross !== discounts.reduce((total, { amount }) => total + amount, 0)) return undefined;
    for (const { promotion } of discounts) if (promotion !== undefined) codes.push(promotion);
  }
  return replacementRuleFor(policy, codes, { entity, day: placedOn })?.reason;
}
