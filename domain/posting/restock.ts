import type { BusinessEvent, EventOf } from "#domain/events";
import { type IssuePart, takeBack } from "#domain/inventory";
import type { TargetMovement } from "./documents.ts";
import { bookLegs, cogsOf, dueFrom, dueTo, intercompanyCogs, intercompanyRevenue, noTransferPrice, priceOfPart } from "./intercompany.ts";
import { movementOf, type SellerOfGoods, stockFrame } from "./issue.ts";
import type { OrderWalk } from "./order-walk.ts";
import { type Place, placeOf } from "./place.ts";
import type { RefundedLine } from "./refund-value.ts";

export interface ReturnedPart extends IssuePart {
  /** Of the movement that takes it in. */
  readonly id: string;
  readonly location: string;
  /** Whose location that is. */
  readonly receiver: string;
}

/**
 * c19: goods that had left and are put back, at the location that takes them and at the cost of their own issue. "cancel" never left;
 * "none" stays out, but its units count as come back all the same, so that a later return takes the next issue's cost.
 * c31: what comes back to another entity than it left changes its owner: the receiver owes the seller what the goods cost the seller.
 * `taken`: where all of them are, when that is known by another name than the channel's.
 */
export function restockLedger(walk: OrderWalk, event: EventOf<"refund.issued">, lines: readonly RefundedLine[], taken?: Place): void {
  const parts = returnedParts(walk, event, lines, taken);
  if (parts === undefined) {
    walk.draft.hold(event);
    return;
  }
  receiveGoods(walk, event, parts);
}

/** c19, c31: goods enter the stock of whoever takes them in, with the legs between the entities. */
export function receiveGoods(sale: SellerOfGoods, event: BusinessEvent, parts: readonly ReturnedPart[]): void {
  for (const receiver of new Set(parts.map((part) => part.receiver))) {
    receive(
      sale,
      event,
      receiver,
      parts.filter((part) => part.receiver === receiver),
    );
  }
}

/** Undefined when a place or a price is missing, or the issue itself waits for one. */
function returnedParts(
  walk: OrderWalk,
  event: EventOf<"refund.issued">,
  lines: readonly RefundedLine[],
  taken: Place | undefined,
): ReturnedPart[] | undefined {
  const { draft, policy, entity, order } = walk;
  const found: ReturnedPart[] = [];
  let held = false;
  for (const { row, state, fulfilledUnits } of lines) {
    const parts = takeBack(state.issues, fulfilledUnits);
    if ((row.restock !== "return" && row.restock !== "legacy") || parts.length === 0) continue;
    // Older refunds name no location: the goods go back to where they left.
    const place = taken ?? (row.location === undefined ? undefined : placeOf(policy, walk.shop.channel, row.location, undefined));
    if (place?.kind === "held") {
      draft.problem({ ...place.problem, event: event.key, document: draft.keyOf(event.key, "restock", entity, order.currency) });
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
        id: parts.length === 1 ? row.id : `${row.id}.${index + 1}`,
        location: place?.kind === "known" ? place.location : issue.location,
        receiver: place?.kind === "known" ? place.entity : issue.entity,
      });
    }
  }
  return held ? undefined : found;
}

function receive(walk: SellerOfGoods, event: BusinessEvent, receiver: string, parts: readonly ReturnedPart[]): void {
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
      ...(isHome(part)
        ? { counterRole: "cogs", cost: { document: part.issue.document, movement: part.issue.movement } }
        : boughtBack(walk, part, receiver)),
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
  bookLegs(draft, "intercompany-returned", legs, home, pair);
  // Anybody else's are bought from the seller at what they had cost it; the receiver's leg is its stock document.
  for (const owner of new Set(parts.filter((part) => !isHome(part)).map((part) => part.issue.entity))) {
    const bought = parts.filter((part) => part.issue.entity === owner);
    const sold = { frame: stockFrame(walk, event, owner), debit: () => dueFrom(receiver), credit: (part: IssuePart) => cogsOf(part.issue) };
    bookLegs(draft, `intercompany-restock-${owner}`, [{ ...sold, frame: { ...sold.frame, entity: seller } }], bought, pair);
  }
}

/** At what the goods had cost the seller; the sale between it and their owner stands (c31), so its own cost of goods goes down. */
function boughtBack(
  { policy, order, entity: seller }: SellerOfGoods,
  part: ReturnedPart,
  receiver: string,
): Pick<TargetMovement, "counterRole" | "counterDimensions" | "cost"> {
  const price = priceOfPart(part);
  const currency = policy.entities[part.issue.entity]?.functionalCurrency ?? order.currency;
  const cost = typeof price === "number" ? { amount: price, currency } : price;
  if (receiver === seller) return { counterRole: "cogs", cost };
  const { role, dimensions } = dueTo(seller);
  return { counterRole: role, counterDimensions: dimensions, cost };
}
