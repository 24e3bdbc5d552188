import type { EventOf } from "#domain/events";
import type { MinorUnits } from "#domain/money";
import type { Policy } from "#domain/policy";
import { headerDiscountShares } from "#domain/returns";
import { couponIssuer } from "../coupons.ts";

type Ticket = EventOf<"ticket.completed">;

/** c45: what third parties pay of a line of a ticket, by issuer: for its own coupons, and its share of those of the whole ticket. */
export function lineCoupons(ticket: Ticket, lineId: string, policy: Policy): ReadonlyMap<string, MinorUnits> {
  const index = ticket.lines.findIndex(({ id }) => id === lineId);
  const paid = new Map<string, MinorUnits>();
  const add = (code: string | undefined, amount: MinorUnits) => {
    const issuer = couponIssuer(policy, { code, entity: policy.stores[ticket.store]?.entity ?? "", day: ticket.businessDate });
    if (issuer !== undefined && amount !== 0) paid.set(issuer, (paid.get(issuer) ?? 0) + amount);
  };
  for (const { promotion, amount } of ticket.lines[index]?.discounts ?? []) add(promotion, amount);
  for (const { promotion, amount } of ticket.discounts) add(promotion, headerDiscountShares(ticket, amount)[index] ?? 0);
  return paid;
}
