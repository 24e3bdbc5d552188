import type { EventOf } from "#domain/events";
import { type FreightRule, freightRuleFor } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import { JournalLines } from "../journal-lines.ts";
import { placeOf } from "../place.ts";
import { stockFrame } from "./issue.ts";
import type { FulfilmentRecord, OrderWalk } from "./order-walk.ts";

type Shipped = EventOf<"fulfillment.shipped">;

/**
 * c10: what the shipment will cost, as estimated by policy, in the books of the entity whose goods leave. Goods that the customer takes
 * along have no carrier. A place that is not mapped holds the goods by name; the estimate comes with them.
 */
export function freightLedger(walk: OrderWalk, event: Shipped): FulfilmentRecord["freight"] {
  if (event.carrier === undefined && walk.order.shipping.length === 0) return undefined;
  const place = placeOf(walk.policy, walk.shop.channel, event.location, walk.shop.defaultLocation);
  if (place.kind === "held") return undefined;
  const { location, entity } = place;
  const currency = walk.policy.entities[entity]?.functionalCurrency ?? walk.order.currency;
  const frame = { ...stockFrame(walk, event, entity), currency };
  const rule = freightRuleFor(walk.policy, { entity, day: frame.businessDate, about: { location, carrier: event.carrier } });
  const amount = rule?.perShipment[currency] ?? 0;
  if (rule === undefined || amount === 0) return undefined;
  walk.draft.journal(frame, "freight", freightLines(rule, location, amount));
  return { rule, location, entity, currency, amount };
}

/**
 * c6: nothing is owed for a shipment that did not happen; a label that was bought all the same is the carrier's invoice. c46: a parcel that was
 * refused did travel, and is owed for on its way back as well, as estimated.
 */
export function freightCancelledLedger(
  walk: OrderWalk,
  event: EventOf<"fulfillment.cancelled">,
  freight: FulfilmentRecord["freight"],
): void {
  if (freight === undefined) return;
  const { rule, location, entity, currency, amount } = freight;
  if (event.refused === true) {
    const back = rule.perReturn?.[currency] ?? 0;
    if (back !== 0)
      walk.draft.journal({ ...stockFrame(walk, event, entity), currency }, "freight-returned", freightLines(rule, location, back));
    return;
  }
  walk.draft.journal({ ...stockFrame(walk, event, entity), currency }, "freight-cancelled", freightLines(rule, location, -amount));
}

function freightLines({ carrier }: FreightRule, location: string, amount: number): JournalLines {
  const lines = new JournalLines();
  lines.add("freight-out", dimensionsOf("freight-out", { carrier, location }), amount);
  lines.add("accrued-carrier-cost", dimensionsOf("accrued-carrier-cost", { carrier }), -amount);
  return lines;
}
