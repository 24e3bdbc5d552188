import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { Issue, IssuePart } from "#domain/inventory";
import { itemFor } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName, TargetMovement } from "../documents.ts";
import type { DocumentFrame } from "../draft.ts";
import {
  bookLegs,
  costCounter,
  dueFrom,
  dueTo,
  intercompanyCogs,
  intercompanyRevenue,
  noTransferPrice,
  transferPriceOf,
  wholeIssue,
} from "../intercompany.ts";
import { placeOf } from "../place.ts";
import { dropShipCancelledLedger, dropShipLedger } from "./drop-ship.ts";
import type { FulfilmentRecord, OrderWalk } from "./order-walk.ts";

type Shipped = EventOf<"fulfillment.shipped">;

export function unmappedItem(item: string, event: BusinessEvent, lineId: string): Problem {
  return {
    class: "data.unmapped",
    code: "item",
    cause: item === "" ? `item:line ${lineId}` : `item:${item}`,
    event: event.key,
    message:
      item === ""
        ? `line ${lineId} names no item. Give the product a stock-keeping unit at the source; a new version replaces it.`
        : `item ${item} is not in the item policy. Add it; the document posts by itself.`,
  };
}

/**
 * c38: what leaves stock, in the books of whoever owns it, and where its cost can be found again. Against cost of goods, with what the seller
 * owes the owner (c30); or, where control passes at delivery, against what is on the way to customers.
 */
export function issueLedger(walk: OrderWalk, event: Shipped): FulfilmentRecord["lines"] {
  const inTransit = walk.controlPasses === "delivered";
  const { draft, policy, shop } = walk;
  const rows = movingRows(walk, event);
  const moving = rows.filter((each) => each.moves);
  const place = moving.length === 0 ? undefined : placeOf(policy, shop.channel, event.location, shop.defaultLocation);
  const owner = place?.kind === "known" ? place.entity : walk.entity;
  const frame = stockFrame(walk, event, owner);
  const document = draft.keyOf(event.key, "issue", frame.entity, frame.currency);
  const ownership = place?.kind === "known" ? policy.locations[place.location]?.ownership : undefined;
  if (
    place?.kind === "known" &&
    ownership?.kind === "drop-ship" &&
    moving.every(({ item, itemClass }) => item !== "" && itemClass !== undefined)
  ) {
    const { vendor } = ownership;
    const sent = moving.map(({ id, state, item, itemClass = "", row }) => {
      return { id, queue: state.issues, item, itemClass, quantityMillionths: row.quantityMillionths };
    });
    dropShipLedger(walk, event, { location: place.location, vendor }, sent);
    return rows.map(({ state, row }) => ({ state, quantityMillionths: row.quantityMillionths, issue: undefined }));
  }
  let held = false;
  if (place?.kind === "known" && ownership?.kind === "consignment") {
    draft.problem(consignedPlace(event, place.location, ownership.vendor));
    held = true;
  }
  if (place?.kind === "held") {
    draft.problem({ ...place.problem, event: event.key, document });
    held = true;
  }
  for (const each of moving) {
    if (each.item !== "" && each.itemClass !== undefined) continue;
    draft.problem({ ...unmappedItem(each.item, event, each.row.lineId), document });
    held = true;
  }
  const movements: TargetMovement[] = [];
  const records = rows.map(({ state, row, item, id, itemClass, moves }) => {
    const { quantityMillionths } = row;
    if (!moves) return { state, quantityMillionths, issue: undefined };
    const goods = { owner, seller: walk.entity, itemClass: itemClass ?? "", quantityMillionths };
    const price = owner === walk.entity ? undefined : transferPriceOf(policy, goods, frame.businessDate);
    const issue: Issue = {
      document,
      movement: id,
      item,
      itemClass: goods.itemClass,
      location: place?.kind === "known" ? place.location : "",
      entity: owner,
      ...(price === undefined ? {} : { price }),
      ...(walk.replaces === undefined || owner !== walk.entity ? {} : { replaces: walk.replaces }),
      quantityMillionths,
      outMillionths: quantityMillionths,
      held,
    };
    if (!inTransit) state.issues.issues.push(issue);
    const counter = inTransit ? counterOf(inTransitTo(issue)) : costCounter(issue);
    movements.push({ ...movementOf(issue), quantityMillionths: -quantityMillionths, ...counter, cost: "average" });
    return { state, quantityMillionths, issue };
  });
  if (held) draft.hold(event);
  else {
    draft.stock(frame, "issue", movements);
    if (!inTransit) bookIntercompany(walk, event, frame, records.flatMap(issuesOf).map(wholeIssue), "intercompany");
  }
  return records;
}

/** c48: goods that lie at a consignor's place are its own; an order knows whose goods it sells by their item alone. */
function consignedPlace(event: Shipped, location: string, consignor: string): Problem {
  return {
    class: "data.unmapped",
    code: "consignment",
    cause: `consignment:location:${location}`,
    event: event.key,
    message: `${event.key} leaves ${location}, where the goods are ${consignor}'s: an order books a consignor's goods by their item. Give the item its consignor, or correct the ownership of the location; the order posts by itself.`,
  };
}

/** c6: the goods of a cancelled fulfilment come back at their cost, and both intercompany legs are mirrored. */
export function issueCancelledLedger(walk: OrderWalk, event: EventOf<"fulfillment.cancelled">, record: FulfilmentRecord): void {
  dropShipCancelledLedger(walk, event);
  const issues = record.lines.flatMap(issuesOf);
  for (const issue of issues) issue.outMillionths = 0;
  const [first] = issues;
  if (first === undefined) return;
  if (issues.some((issue) => issue.held)) {
    walk.draft.hold(event);
    return;
  }
  const frame = stockFrame(walk, event, first.entity);
  const movements = issues.map(
    (issue): TargetMovement => ({
      ...movementOf(issue),
      quantityMillionths: issue.quantityMillionths,
      ...costCounter(issue),
      cost: { document: issue.document, movement: issue.movement },
    }),
  );
  walk.draft.stock(frame, "issue-cancelled", movements);
  bookIntercompany(walk, event, frame, issues.map(wholeIssue), "intercompany-cancelled");
}

/** Whose sale the goods belong to: what stock and its intercompany legs need of an order or a ticket. */
export type SellerOfGoods = Pick<OrderWalk, "draft" | "policy" | "entity" | "frame"> & { readonly order: { readonly currency: string } };

/** Stock is kept in the owner's books and in its own money: a quantity has no other currency. */
export function stockFrame(walk: SellerOfGoods, event: Parameters<OrderWalk["frame"]>[0], owner: string): DocumentFrame {
  return walk.frame(event, { entity: owner, currency: walk.policy.entities[owner]?.functionalCurrency ?? walk.order.currency });
}

function issuesOf({ issue }: FulfilmentRecord["lines"][number]): Issue[] {
  return issue === undefined ? [] : [issue];
}

/** Goods that left and are not handed over yet: the owner's still, on the way to a customer. */
export function inTransitTo({ location }: Issue): LineName {
  return { role: "inventory-in-transit", dimensions: dimensionsOf("inventory-in-transit", { from: location, to: "customer" }) };
}

export function counterOf({ role, dimensions }: LineName): Pick<TargetMovement, "counterRole" | "counterDimensions"> {
  return { counterRole: role, counterDimensions: dimensions };
}

/** c30: what the seller owes the owner for these parts, or (cancelled) does not owe any more. `named`: the kind of the legs, see `legKind`. */
export function bookIntercompany(
  walk: OrderWalk,
  event: BusinessEvent,
  frame: DocumentFrame,
  parts: readonly IssuePart[],
  kind: "intercompany" | "intercompany-cancelled",
  named = kind as string,
): void {
  const { draft, entity: seller } = walk;
  const owner = frame.entity;
  if (owner === seller) return;
  const priceless = parts.map(({ issue }) => issue).filter((issue) => issue.price === undefined);
  for (const issue of priceless) draft.problem({ ...noTransferPrice(owner, seller, issue.itemClass), event: event.key });
  if (priceless.length > 0) {
    draft.hold(event);
    return;
  }
  const buys = [intercompanyCogs(owner), dueTo(owner)] as const;
  const sells = [dueFrom(seller), intercompanyRevenue(seller)] as const;
  const legs = (
    [
      [seller, buys],
      [owner, sells],
    ] as const
  ).map(([entity, [debit, credit]]) => ({
    frame: { ...frame, entity },
    debit: () => (kind === "intercompany" ? debit : credit),
    credit: () => (kind === "intercompany" ? credit : debit),
  }));
  bookLegs(draft, named, legs, parts, draft.pairOf(event.key, named));
}

export function movementOf({ movement, item, itemClass, location }: Issue) {
  return { id: movement, item, itemClass, location };
}

function movingRows(walk: OrderWalk, event: Shipped) {
  const seen = new Set<string>();
  return event.lines.map((row, index) => {
    const state = walk.lines.get(row.lineId)!;
    const item = row.item === "" ? state.line.item : row.item;
    const known = itemFor(walk.policy, item);
    // A custom line without a product of ours never was in stock, and neither was a gift card or a deposit.
    // Nor is what a consignor still owns: it goes out of stock that is not ours (c48).
    const kept = (known?.stocked ?? state.line.kind !== "custom") && !(item === "" && state.line.kind === "custom");
    const stocked = kept && known?.consignor === undefined;
    const id = seen.has(row.lineId) ? `${row.lineId}.${index}` : row.lineId;
    seen.add(row.lineId);
    return { state, row, item, id, itemClass: known?.class, moves: row.quantityMillionths > 0 && stocked && state.isSale };
  });
}
