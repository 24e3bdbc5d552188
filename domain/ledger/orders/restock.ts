import type { BusinessEvent, EventOf } from "#domain/events";
import { takeBack } from "#domain/inventory";
import type { TargetMovement } from "../documents.ts";
import {
  bookLegs,
  cogsOf,
  costCounter,
  dueFrom,
  dueTo,
  intercompanyCogs,
  intercompanyRevenue,
  legKind,
  noTransferPrice,
  priceOfPart,
  sourceOfPrice,
} from "../intercompany.ts";
import { type Place, placeOf } from "../place.ts";
import { dropShipReturnedLedger } from "./drop-ship-returned.ts";
import { movementOf, type SellerOfGoods, stockFrame } from "./issue.ts";
import type { OrderWalk } from "./order-walk.ts";
import type { RefundedLine } from "./refund-value.ts";
import { holdingOf, moveCost } from "./return-cost.ts";
import type { HeldPart } from "./returned-goods.ts";
import { leaveTransit, takeRefunded } from "./transit.ts";

/** What takes goods in: a refund that says so, or the receipt of a return. */
type Restocking = EventOf<"refund.issued"> | EventOf<"return.received">;

/** Goods that come back together. */
export interface Arrival {
  /** Of the movement that takes them in. */
  readonly id: string;
  /** The channel's id of the place that takes them; absent: they go back to where they left. */
  readonly location: string | undefined;
  readonly parts: readonly HeldPart[];
}

export interface ReturnedPart extends HeldPart {
  /** Of the movement that takes it in. */
  readonly id: string;
  readonly location: string;
  /** Whose location that is. */
  readonly receiver: string;
}

/**
 * c19: goods of a refund. Those that their receipt took in before are in their place already. What the refund puts back is taken in now,
 * unless a receipt says when and where; what an authorised return brings later is a return asset until then; the rest stays out, but its
 * units count as come back all the same, so that a later return takes the next issue's cost. `taken`: where all of them are, when that is
 * known by another name than the channel's, as a store took them back that says itself what becomes of them.
 */
export function refundedGoods(walk: OrderWalk, event: EventOf<"refund.issued">, lines: readonly RefundedLine[], taken?: Place): void {
  const arrivals: Arrival[] = [];
  const expected: HeldPart[] = [];
  // What is refunded on the way counts as gone: it comes back, or does not, as anything else that was refunded.
  const onTheWay = lines.flatMap(({ state, inTransitUnits }) => takeRefunded(walk, state, inTransitUnits));
  leaveTransit(walk, event, onTheWay);
  for (const { row, state, fulfilledUnits, acceptedUnits, inTransitUnits } of lines) {
    const units = fulfilledUnits - acceptedUnits + inTransitUnits;
    const putBack = row.restock === "return" || row.restock === "legacy";
    const parts = takeBack(state.issues, units);
    if (taken !== undefined) {
      arrivals.push({ id: row.id, location: undefined, parts: putBack ? parts.map((part) => ({ ...part, holding: "cogs" })) : [] });
      continue;
    }
    const goods = walk.returns.line(row.lineId).refund(units, parts, { putBack, returnId: event.returnId });
    expected.push(...goods.expected);
    // Older refunds name no location: the goods go back to where they left.
    arrivals.push({ id: row.id, location: row.location, parts: goods.restocked.map((part) => ({ ...part, holding: "cogs" })) });
  }
  moveCost(walk, event, "return-asset", expected, "return-asset");
  takeIn(walk, event, arrivals, taken);
}

/** Goods of an order go into stock at the location that takes them. */
export function takeIn(walk: OrderWalk, event: Restocking, arrivals: readonly Arrival[], taken?: Place): void {
  const parts = returnedParts(walk, event, arrivals, taken);
  if (parts === undefined) {
    walk.draft.hold(event);
    return;
  }
  // Between entities goods are settled out of cost of goods: what was moved from there goes back first.
  const toVendor = parts.filter((part) => part.issue.vendor !== undefined && isVendors(walk, part.location));
  dropShipReturnedLedger(walk, event, toVendor);
  const here = parts.filter((part) => !toVendor.includes(part));
  const abroad = here.filter((part) => !isOwn(walk, part));
  moveCost(walk, event, "return-asset-released", abroad, "cogs");
  receiveGoods(walk, event, here);
}

/**
 * c19, c31: goods enter the stock of whoever takes them in, at the cost of their own issue. What comes back to another entity than it left
 * changes its owner: the receiver owes the seller what the goods cost the seller.
 */
export function receiveGoods(sale: SellerOfGoods, event: BusinessEvent, parts: readonly ReturnedPart[]): void {
  const receivers = new Set(parts.map((part) => part.receiver));
  const sisters = new Set([...receivers].filter((receiver) => receiver !== sale.entity));
  for (const receiver of receivers) {
    const own = parts.filter((part) => part.receiver === receiver);
    receive(sale, event, receiver, own, legKind(receiver, sisters));
  }
}

function isVendors({ policy }: OrderWalk, location: string): boolean {
  return policy.locations[location]?.ownership?.kind === "drop-ship";
}

function isOwn({ entity }: Pick<SellerOfGoods, "entity">, { issue, receiver }: ReturnedPart): boolean {
  return issue.entity === entity && receiver === entity;
}

/** Undefined when a place or a price is missing, or the issue itself waits for one. */
function returnedParts(
  walk: OrderWalk,
  event: Restocking,
  arrivals: readonly Arrival[],
  taken: Place | undefined,
): ReturnedPart[] | undefined {
  const { draft, policy, entity } = walk;
  const found: ReturnedPart[] = [];
  let held = false;
  for (const { id, location, parts } of arrivals) {
    if (parts.length === 0) continue;
    const place = taken ?? (location === undefined ? undefined : placeOf(policy, walk.shop.channel, location, undefined));
    if (place?.kind === "held") {
      const document = draft.keyOf(event.key, "restock", entity, stockFrame(walk, event, entity).currency);
      draft.problem({ ...place.problem, event: event.key, document });
      held = true;
    }
    for (const [index, part] of parts.entries()) {
      const { issue } = part;
      if (issue.held) held = true;
      if (issue.entity !== entity && issue.price === undefined) {
        draft.problem({ ...noTransferPrice(issue.entity, entity, issue.itemClass), event: event.key });
        held = true;
      }
      found.push({
        ...part,
        id: parts.length === 1 ? id : `${id}.${index + 1}`,
        location: place?.kind === "known" ? place.location : issue.location,
        receiver: place?.kind === "known" ? place.entity : issue.entity,
      });
    }
  }
  return held ? undefined : found;
}

function receive(
  walk: SellerOfGoods,
  event: BusinessEvent,
  receiver: string,
  parts: readonly ReturnedPart[],
  named: (kind: string) => string,
): void {
  const { draft, entity: seller } = walk;
  const pair = draft.pairOf(event.key, `restock-${receiver}`);
  const isHome = (part: ReturnedPart) => part.issue.entity === receiver;
  const frame = stockFrame(walk, event, receiver);
  const movements = parts.map(
    (part): TargetMovement => ({
      ...movementOf(part.issue),
      id: part.id,
      location: part.location,
      quantityMillionths: part.quantityMillionths,
      ...(isHome(part) ? comeHome(walk, part) : boughtBack(walk, part, receiver)),
    }),
  );
  draft.stock(frame, "restock", movements, receiver === seller ? undefined : pair);
  if (receiver === seller) return;

  // The owner's own goods come home: what it had sold the seller is undone (c30).
  const home = parts.filter(isHome);
  const legs = [
    { frame: { ...frame, entity: seller }, debit: () => dueTo(receiver), credit: () => intercompanyCogs(receiver) },
    { frame: { ...frame, entity: receiver }, debit: () => intercompanyRevenue(seller), credit: () => dueFrom(seller) },
  ];
  bookLegs(draft, named("intercompany-returned"), legs, home, pair);
  // Anybody else's are bought from the seller at what they had cost it; the receiver's leg is its stock document.
  for (const owner of new Set(parts.filter((part) => !isHome(part)).map((part) => part.issue.entity))) {
    const bought = parts.filter((part) => part.issue.entity === owner);
    const sold = {
      frame: { ...stockFrame(walk, event, owner), entity: seller },
      debit: () => dueFrom(receiver),
      credit: (part: ReturnedPart) => cogsOf(part.issue),
    };
    bookLegs(draft, named(`intercompany-restock-${owner}`), [sold], bought, pair);
  }
}

/** The owner's goods return at the cost of their issue, out of where that cost is. */
function comeHome(walk: SellerOfGoods, part: ReturnedPart): Pick<TargetMovement, "counterRole" | "counterDimensions" | "cost"> {
  const { issue } = part;
  // c48: what a vendor had sent becomes ours at what it charged: there is no issue of ours whose cost it could have.
  if (issue.vendor !== undefined) {
    const { role, dimensions } = holdingOf(part, part.holding);
    return { counterRole: role, counterDimensions: dimensions, ...costOf(walk, part) };
  }
  if (part.holding === "cogs" || !isOwn(walk, part)) {
    return { ...costCounter(issue), cost: { document: issue.document, movement: issue.movement } };
  }
  const { role, dimensions } = holdingOf(part, part.holding);
  // Exactly the share that was moved there, so that nothing of it stays behind.
  return { counterRole: role, counterDimensions: dimensions, ...costOf(walk, part) };
}

/** At what the goods had cost the seller; the sale between it and their owner stands (c31), so its own cost of goods goes down. */
function boughtBack(
  walk: SellerOfGoods,
  part: ReturnedPart,
  receiver: string,
): Pick<TargetMovement, "counterRole" | "counterDimensions" | "cost"> {
  if (receiver === walk.entity) return { counterRole: "cogs", ...costOf(walk, part) };
  const { role, dimensions } = dueTo(walk.entity);
  return { counterRole: role, counterDimensions: dimensions, ...costOf(walk, part) };
}

function costOf({ policy, order }: SellerOfGoods, part: ReturnedPart): Pick<TargetMovement, "cost"> {
  const price = priceOfPart(part);
  const of = sourceOfPrice(part);
  const currency = of?.currency ?? policy.entities[part.issue.entity]?.functionalCurrency ?? order.currency;
  return { cost: typeof price === "number" ? { amount: price, currency, ...(of === undefined ? {} : { of }) } : price };
}
