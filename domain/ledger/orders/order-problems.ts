import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { formatMinorUnits } from "#domain/money";
import { itemFor, jurisdictionFor } from "#domain/policy";
import { consignedLines, noConsignment } from "../consigned.ts";
import { type OrderSeller, statedTotal } from "./order-value.ts";

/** What keeps every document of the order back. */
export function orderProblems(order: EventOf<"order.placed">, { policy, shop, place, entity, placedOn: day }: OrderSeller): Problem[] {
  const problems: Problem[] = [];
  const found = (problem: Omit<Problem, "event">) => problems.push({ ...problem, event: order.key });
  const functional = policy.entities[entity]?.functionalCurrency;
  if (functional === undefined) {
    found({
      class: "data.unmapped",
      code: "entity",
      cause: `entity:${entity}`,
      message: `shop ${place} sells for entity ${entity}, which the policies do not define. Add the entity.`,
    });
  }
  if (shop.currency !== undefined && shop.currency !== order.currency) {
    found({
      class: "money.currency-mismatch",
      code: "shop-currency",
      cause: order.key,
      message: `order ${order.orderName} is in ${order.currency}, shop ${place} sells in ${shop.currency}. Correct it at the source, or the shop in the policies.`,
      currency: order.currency,
    });
  }
  for (const { code, amount } of [...order.lines, ...order.shipping].flatMap((row) => row.taxes)) {
    const jurisdiction = jurisdictionFor(policy, shop.channel, place, code);
    if (amount === 0 || (jurisdiction !== undefined && policy.jurisdictions[jurisdiction] !== undefined)) continue;
    found({
      class: "data.unmapped",
      code: "tax",
      cause: `tax:${code}`,
      message: `tax ${JSON.stringify(code)} of shop ${place} has no jurisdiction. Map it in the tax policy; the order posts by itself.`,
    });
  }
  for (const { item } of order.lines) {
    const known = itemFor(policy, item);
    if (known?.consignor === undefined) continue;
    const sold = { consignor: known.consignor, itemClass: known.class, entity, day };
    if (consignedLines(policy, { ...sold, value: 0 }) === undefined) found(noConsignment(sold));
  }
  const difference = order.totals.total - statedTotal(order);
  if (difference !== 0) {
    found({
      class: "money.amount-mismatch",
      code: "order-total",
      cause: order.key,
      message: `order ${order.orderName}: the stated total differs from its lines, shipping, discounts and taxes by ${formatMinorUnits(difference, order.currency)} ${order.currency}. Correct it at the source.`,
      amount: difference,
      currency: order.currency,
    });
  }
  return problems;
}
