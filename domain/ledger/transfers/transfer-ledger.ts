import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Issue, IssuePart } from "#domain/inventory";
import { electionFor, itemFor, type Policy, waitDaysFor } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import type { CostedDocument, LineName, TargetMovement } from "../documents.ts";
import type { DocumentFrame, TargetDraft } from "../draft.ts";
import {
  bookLegs,
  cogsOf,
  dueFrom,
  dueTo,
  entryOf,
  inOwnCurrencies,
  noTransferPrice,
  priceOfPart,
  sourceOfPrice,
  transferPriceOf,
  wholeIssue,
} from "../intercompany.ts";
import { placeOf } from "../place.ts";
import { tillReceipt, tillShipment } from "./till-transfers.ts";
import { neverShipped, notShipped, shortReceipt, unknownItem } from "./transfer-problems.ts";

type Shipped = EventOf<"transfer.shipped">;
type Received = EventOf<"transfer.received">;
type Closed = EventOf<"transfer.closed">;

/** A place of ours and whose goods lie there. */
interface Site {
  readonly location: string;
  readonly entity: string;
}

/** A shipment once it has left: what later events refer to. */
interface Shipment {
  readonly from: Site;
  readonly to: Site;
  /** Whose goods are on the way: the sender's until title passes (c39). */
  readonly carrier: string;
  /** Of what the sender charges. */
  readonly currency: string;
  readonly lines: readonly { readonly id: string; readonly shipped: number; readonly issue: Issue | undefined }[];
}

/** What arrived of one line, in millionths; parts of the issue follow each other: accepted, damaged, missing. */
interface Arrival {
  readonly issue: Issue;
  readonly accepted: IssuePart | undefined;
  readonly damaged: IssuePart | undefined;
  readonly missing: IssuePart | undefined;
  /** Arrived beyond what was shipped, at the cost of the same goods. */
  readonly over: readonly IssuePart[];
}

interface Walk {
  readonly policy: Policy;
  readonly channel: string;
  readonly draft: TargetDraft;
}

/**
 * Row c39 for one transfer: goods leave one place of ours, are in transit, and arrive at another. Every shipment stands for itself. Goods
 * arrive at the cost at which they left; between two entities they change hands at the transfer price when title passes, by election with
 * the receipt or with the shipment, and both legs have one pair id. They stay in the group, so nothing of it is revenue: cost and price meet
 * in the sender's cost of goods, as when goods come back elsewhere (c31), and what is left there is its margin. What is missing is lost only when somebody states that the shipment is
 * closed: until then it stays in transit, under an exception with a due time.
 */
export function transferLedger(events: readonly BusinessEvent[], policy: Policy, channel: string, draft: TargetDraft): void {
  const walk: Walk = { policy, channel, draft };
  const received = receiptsOf(events, channel);
  const shipments = new Map<string, Shipment | "held">();
  for (const event of events) {
    if (event.name !== "transfer.shipped") continue;
    const shipped = channel === "pos" ? tillShipment(event, received.get(event.shipmentId) ?? []) : event;
    shipments.set(event.shipmentId, ship(walk, shipped));
  }
  const closed = new Map(events.flatMap((event) => (event.name === "transfer.closed" ? [[event.shipmentId, event] as const] : [])));
  for (const event of [...[...received.values()].flat(), ...closed.values()]) {
    const shipment = shipments.get(event.shipmentId);
    if (shipment === undefined) draft.problem(neverShipped(event));
    if (shipment === undefined || shipment === "held") draft.hold(event);
    else if (event.name === "transfer.closed") close(walk, shipment, event, received.get(event.shipmentId) ?? []);
  }
  for (const [shipmentId, receipts] of received) {
    const shipment = shipments.get(shipmentId);
    if (shipment === undefined || shipment === "held") continue;
    for (const [index, event] of receipts.entries()) {
      const isLast = index === receipts.length - 1 && !closed.has(shipmentId);
      receive(walk, shipment, event, { before: receipts.slice(0, index), isLast });
    }
  }
}

/** What counts of the receipts of each shipment: of a shop its last one, which says all that has arrived; of tills every one, which says its own. */
function receiptsOf(events: readonly BusinessEvent[], channel: string): ReadonlyMap<string, readonly Received[]> {
  const receipts = new Map<string, readonly Received[]>();
  for (const event of events) {
    if (event.name !== "transfer.received") continue;
    const earlier = channel === "pos" ? (receipts.get(event.shipmentId) ?? []) : [];
    receipts.set(event.shipmentId, [...earlier, channel === "pos" ? tillReceipt(event) : event]);
  }
  return receipts;
}

/** Dr in transit, Cr inventory, at what the goods cost where they lay. */
function ship(walk: Walk, event: Shipped): Shipment | "held" {
  const { policy, draft } = walk;
  const [from, to] = [siteOf(walk, event.origin, event), siteOf(walk, event.destination, event)];
  if (from === undefined || to === undefined) return held(draft, event);
  const carrier = from.entity === to.entity || titleWith(policy, event, from.entity) === "receipt" ? from.entity : to.entity;
  const frame = frameOf(policy, event, from.entity);
  const document = draft.keyOf(event.key, "transfer-shipped", frame.entity, frame.currency);
  const seen = new Set<string>();
  let sound = true;
  const lines = event.lines.map((line, index) => {
    const known = itemFor(policy, line.item);
    if (known === undefined || line.item === "") {
      draft.problem({ ...unknownItem(line.item, event.key, line.id), document });
      sound = false;
    }
    const id = seen.has(line.id) ? `${line.id}.${index}` : line.id;
    seen.add(line.id);
    const { quantityMillionths } = line;
    if (known?.stocked !== true || quantityMillionths === 0) return { id, shipped: quantityMillionths, issue: undefined };
    const goods = { owner: from.entity, seller: to.entity, itemClass: known.class, quantityMillionths };
    const price = from.entity === to.entity ? undefined : transferPriceOf(policy, goods, frame.businessDate);
    if (from.entity !== to.entity && price === undefined) {
      draft.problem({ ...noTransferPrice(from.entity, to.entity, known.class), event: event.key });
      sound = false;
    }
    const issue: Issue = {
      document,
      movement: id,
      item: line.item,
      itemClass: known.class,
      location: from.location,
      entity: from.entity,
      ...(price === undefined ? {} : { price }),
      quantityMillionths,
      outMillionths: quantityMillionths,
      held: false,
    };
    return { id, shipped: quantityMillionths, issue };
  });
  if (!sound) return held(draft, event);
  const shipment: Shipment = { from, to, carrier, currency: frame.currency, lines };
  const issues = lines.flatMap(({ issue }) => (issue === undefined ? [] : [issue]));
  const transit = inTransit(shipment);
  const other = carrier === from.entity ? { counterRole: transit.role, counterDimensions: transit.dimensions } : { counterRole: "cogs" };
  draft.stock(
    frame,
    "transfer-shipped",
    issues.map((issue) => ({
      ...movementOf(issue, issue.movement, from),
      quantityMillionths: -issue.quantityMillionths,
      ...other,
      cost: "average",
    })),
  );
  if (carrier !== from.entity) {
    const legs = [
      { frame, debit: () => dueFrom(to.entity), credit: (part: IssuePart) => cogsOf(part.issue) },
      { frame: { ...frame, entity: to.entity }, debit: () => transit, credit: () => dueTo(from.entity) },
    ];
    bookLegs(draft, "transfer-sold", legs, issues.map(wholeIssue), draft.pairOf(event.key, "transfer-sold"));
  }
  return shipment;
}

/** Dr inventory, Cr in transit for what is fit for sale; Dr write-down for what is not; what came too much is a loss that never was. */
function receive(
  walk: Walk,
  shipment: Shipment,
  event: Received,
  { before, isLast }: { readonly before: readonly Received[]; readonly isLast: boolean },
): void {
  const { draft, policy } = walk;
  const { from, to, carrier } = shipment;
  const stranger = event.lines.find((row) => !shipment.lines.some(({ id }) => id === row.id));
  if (stranger !== undefined) {
    draft.problem(notShipped(event, stranger.id));
    draft.hold(event);
    return;
  }
  const arrivals = arrivalsOf(shipment, [event], before);
  const changesOwner = carrier !== to.entity;
  const pair = changesOwner ? draft.pairOf(event.key, "transfer-received") : undefined;
  const transit = inTransit(shipment);
  const counter = ({ role, dimensions }: LineName) => ({ counterRole: role, counterDimensions: dimensions });
  const bought = counter(dueTo(from.entity));
  const movements = arrivals.flatMap(({ issue, accepted, over }): TargetMovement[] => [
    ...(accepted === undefined ? [] : [{ ...arriving(accepted, issue.movement, shipment), ...(changesOwner ? bought : counter(transit)) }]),
    ...over.map((part, index) => ({
      ...arriving(part, `${issue.movement}.over${index === 0 ? "" : index + 1}`, shipment),
      ...(changesOwner ? bought : counter(transferLoss(shipment))),
    })),
  ]);
  draft.stock(frameOf(policy, event, to.entity), "transfer-received", movements, movements.length === 0 ? undefined : pair);
  if (changesOwner && pair !== undefined) {
    const sold = (part: IssuePart, credit: LineName): CostedDocument["entries"][number][] => [
      entryOf(part, dueFrom(to.entity), cogsOf(part.issue)),
      entryOf(atCost(part), cogsOf(part.issue), credit),
    ];
    const entries = arrivals.flatMap(({ accepted, over }) => [
      ...(accepted === undefined ? [] : sold(accepted, transit)),
      ...over.flatMap((part) => sold(part, transferLoss(shipment))),
    ]);
    for (const own of inOwnCurrencies(frameOf(policy, event, from.entity), entries))
      draft.costed(own.frame, "transfer-sold", own.entries, pair);
  }
  const writeDown = named("write-down", { location: to.location, reason: "damaged" });
  bookCarriers(
    walk,
    shipment,
    event,
    "transfer-damaged",
    writeDown,
    arrivals.flatMap(({ damaged }) => damaged ?? []),
  );
  const missing = arrivals.flatMap(({ missing: part }) => part ?? []);
  if (missing.length > 0 && isLast) draft.problem(shortReceipt(event, missing, waitDays(policy, event, from.entity)));
}

/** Nothing more is expected: what has not arrived is lost, for whoever owned it on the way. */
function close(walk: Walk, shipment: Shipment, event: Closed, received: readonly Received[]): void {
  const missing = arrivalsOf(shipment, received).flatMap(({ missing: part }) => part ?? []);
  bookCarriers(walk, shipment, event, "transfer-lost", transferLoss(shipment), missing);
}

/** A loss of goods on the way, in the books of their owner and at what they cost it. */
function bookCarriers(
  walk: Walk,
  shipment: Shipment,
  event: Received | Closed,
  kind: string,
  debit: LineName,
  parts: readonly IssuePart[],
): void {
  const entries = parts.map((part) => entryOf(asCarried(part, shipment), debit, inTransit(shipment)));
  walk.draft.costed(frameOf(walk.policy, event, shipment.carrier), kind, entries);
}

/** Of what is not there by the receipts `before`. */
function arrivalsOf(shipment: Shipment, received: readonly Received[], before: readonly Received[] = []): Arrival[] {
  return shipment.lines.flatMap(({ id, shipped, issue }): Arrival[] => {
    if (issue === undefined) return [];
    const there = Math.min(quantityIn(before, id, "acceptedMillionths") + quantityIn(before, id, "rejectedMillionths"), shipped);
    const acceptedIn = quantityIn(received, id, "acceptedMillionths");
    const accepted = Math.min(acceptedIn, shipped - there);
    // Damaged goods beyond what was shipped were never on the books: they change nothing.
    const damaged = Math.min(quantityIn(received, id, "rejectedMillionths"), shipped - there - accepted);
    const part = (from: number, quantityMillionths: number) => (quantityMillionths === 0 ? undefined : { issue, from, quantityMillionths });
    return [
      {
        issue,
        accepted: part(there, accepted),
        damaged: part(there + accepted, damaged),
        missing: part(there + accepted + damaged, shipped - there - accepted - damaged),
        over: overParts(issue, acceptedIn - accepted),
      },
    ];
  });
}

function quantityIn(receipts: readonly Received[], id: string, of: "acceptedMillionths" | "rejectedMillionths"): number {
  return receipts.reduce((total, { lines }) => total + lines.reduce((all, row) => all + (row.id === id ? row[of] : 0), 0), 0);
}

/** Goods beyond the shipment cost what the shipped ones cost: so many of the issue again, and once more when that is not enough. */
function overParts(issue: Issue, over: number): IssuePart[] {
  const parts: IssuePart[] = [];
  for (let left = over; left > 0; left -= issue.quantityMillionths) {
    parts.push({ issue, from: 0, quantityMillionths: Math.min(left, issue.quantityMillionths) });
  }
  return parts;
}

function arriving(part: IssuePart, id: string, shipment: Shipment): Omit<TargetMovement, "counterRole"> {
  const { issue, quantityMillionths } = part;
  const priced = shipment.carrier === shipment.to.entity ? asCarried(part, shipment) : part;
  const [cost, of] = [priceOfPart(priced), sourceOfPrice(priced)];
  const { currency, to } = shipment;
  const agreed = (amount: number) => ({ amount, currency: of?.currency ?? currency, ...(of === undefined ? {} : { of }) });
  return { ...movementOf(issue, id, to), quantityMillionths, cost: typeof cost === "number" ? agreed(cost) : cost };
}

/** What goods on the way stand in the books at: their own cost, or the transfer price once it is owed. */
function asCarried(part: IssuePart, { carrier, from }: Shipment): IssuePart {
  return carrier === from.entity ? atCost(part) : part;
}

function atCost(part: IssuePart): IssuePart {
  const { price: _, ...issue } = part.issue;
  return { ...part, issue };
}

function movementOf({ item, itemClass }: Issue, id: string, { location }: Site) {
  return { id, item, itemClass, location };
}

function inTransit({ from, to }: Shipment): LineName {
  return named("inventory-in-transit", { from: from.location, to: to.location });
}

function transferLoss({ from, to }: Shipment): LineName {
  return named("transfer-loss", { from: from.location, to: to.location });
}

function named(role: string, dimensions: Readonly<Record<string, string>>): LineName {
  return { role, dimensions: dimensionsOf(role, dimensions) };
}

function siteOf({ policy, channel, draft }: Walk, id: string | undefined, event: Shipped): Site | undefined {
  const store = channel === "pos" && id !== undefined && Object.hasOwn(policy.stores, id) ? policy.stores[id] : undefined;
  const owner = store === undefined ? undefined : policy.locations[store.location]?.entity;
  if (store !== undefined && owner !== undefined) return { location: store.location, entity: owner };
  const place = placeOf(policy, channel, id, undefined);
  if (place.kind === "known") return place;
  draft.problem({ ...place.problem, event: event.key });
  return undefined;
}

function held(draft: TargetDraft, event: Shipped): "held" {
  draft.hold(event);
  return "held";
}

function titleWith(policy: Policy, event: BusinessEvent, entity: string) {
  return electionFor(policy, "transferTitle", { entity, day: dayIn(policy, event, entity) });
}

function waitDays(policy: Policy, event: BusinessEvent, entity: string): number {
  return waitDaysFor(policy, "transferReceipt", { entity, day: dayIn(policy, event, entity) });
}

/** In the books of an entity, in its money and by its calendar. */
function frameOf(policy: Policy, event: BusinessEvent, entity: string): DocumentFrame {
  return { event, entity, currency: policy.entities[entity]?.functionalCurrency ?? "", businessDate: dayIn(policy, event, entity) };
}

function dayIn(policy: Policy, { occurredAt }: BusinessEvent, entity: string): string {
  return businessDateIn(policy.entities[entity]?.timeZone ?? "UTC", occurredAt);
}
