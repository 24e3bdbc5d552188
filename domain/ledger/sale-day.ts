import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent } from "#domain/events";
import { type Policy, policyOn } from "#domain/policy";

/** The policy of a sale: what the names of its channel mean is that of its business date, however late the rest of it happens. */
export function policyOfSale(events: readonly BusinessEvent[], policy: Policy, place: string): Policy {
  const day = dayOfSale(events, policy, place);
  return day === undefined ? policy : policyOn(policy, day);
}

function dayOfSale(events: readonly BusinessEvent[], policy: Policy, place: string): string | undefined {
  for (const event of events) {
    if (event.name === "ticket.completed") return event.businessDate;
    const timeZone = event.name === "order.placed" ? policy.shops[place]?.timeZone : undefined;
    if (timeZone !== undefined) return businessDateIn(timeZone, event.occurredAt);
  }
  return undefined;
}
