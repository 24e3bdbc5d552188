import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import { type EventKey, streamOf, type TransactionId } from "#domain/identity";
import { foldFacts, linkedReturns, linkedValue } from "#domain/ledger";
import type { ExceptionState, TransactionView } from "#domain/lineage";
import { type Currency, type MinorUnits, sum } from "#domain/money";
import type { Policy } from "#domain/policy";
import { gatherFacts } from "#domain/posting";
import { givenFor, sellsGoods, standingVoid } from "#domain/returns";
import type { Place } from "./place.ts";

/**
 * How a return stands to its sale. "elsewhere": a store took goods of an online sale or of another store back. "blind": its sale is not
 * known, and it is within the rule for such returns; "blind-outside-rule": it is not, and was booked and told. "over-return-refused": more
 * than was sold and not yet returned came back, and it was not booked.
 */
export type ReturnKind = "same-place" | "elsewhere" | "blind" | "blind-outside-rule" | "over-return-refused";

/** One return as its source states it. */
export interface StatedReturn {
  readonly transaction: TransactionId;
  /** The fact that gave the value back: its documents are the return's. */
  readonly event: EventKey;
  /** In whose books the return stands: the seller's, or those of the store where no sale is known. */
  readonly entity: string;
  /** Where the goods were taken back. */
  readonly place: Place;
  readonly kind: ReturnKind;
  readonly currency: Currency;
  /** Business day on which the value was given back. */
  readonly day: string;
  /** What the source states to have given back for the goods, tax included, minor units of `currency`. */
  readonly given: MinorUnits;
}

/** Refusals to say whose goods these are: the return is a blind one, and keeps to the rule or not. */
const saleUnclear: ReadonlySet<string> = new Set(["several-originals", "seller-unknown"]);

/** The returns that the facts of a sale's or a ticket's stream state. Goods that never left and shipping alone are no return. */
export function returnsOf(view: TransactionView, policy: Policy): readonly StatedReturn[] {
  const { kind } = streamOf(view.transaction);
  if (kind !== "sale") return [];
  const { events } = foldFacts(gatherFacts(view.documents).events);
  if (events.some((event) => event.name === "order.placed" && event.test)) return [];
  return events.flatMap((event): StatedReturn[] => {
    switch (event.name) {
      case "ticket.completed":
        return blindReturn(event, events, view, policy);
      case "return.taken-back":
        return [takenBack(event, view)];
      case "refund.issued":
        return refunded(event, events, view, policy);
      default:
        return [];
    }
  });
}

/** What a ticket took back without its sale, as one return: the rule judges it as a whole. */
function blindReturn(
  ticket: EventOf<"ticket.completed">,
  events: readonly BusinessEvent[],
  { transaction, exceptions }: TransactionView,
  policy: Policy,
): StatedReturn[] {
  if (standingVoid(ticket, events) !== undefined) return [];
  const linked = linkedReturns(ticket, events);
  const given = [...ticket.lines.entries()].flatMap(([index, line]) =>
    line.kind === "return" && sellsGoods(line) && !linked.lines.has(index) ? [linkedValue(ticket, index).given] : [],
  );
  if (given.length === 0) return [];
  const isOutside = exceptions.some(
    (state) =>
      stands(state) &&
      state.opened.class === "policy.blind-return" &&
      state.opened.event === ticket.key &&
      !saleUnclear.has(state.opened.code),
  );
  const { key: event, store, currency, businessDate: day } = ticket;
  const kind = isOutside ? "blind-outside-rule" : "blind";
  const entity = policy.stores[store]?.entity ?? "";
  return [{ transaction, event, entity, place: `store ${store}`, kind, currency, day, given: sum(given) }];
}

/** Goods of this sale that a store took back. */
function takenBack(event: EventOf<"return.taken-back">, view: TransactionView): StatedReturn {
  const { channel, place: soldAt } = streamOf(view.transaction);
  const { store, seller: entity, currency, businessDate: day, lines } = event;
  const linked = channel === "pos" && soldAt === store ? "same-place" : "elsewhere";
  const kind = isOverReturn(event.key, view) ? "over-return-refused" : linked;
  const given = sum(lines.map(givenFor));
  return { transaction: view.transaction, event: event.key, entity, place: `store ${store}`, kind, currency, day, given };
}

/** Goods of an online sale that came back to the shop. */
function refunded(
  event: EventOf<"refund.issued">,
  events: readonly BusinessEvent[],
  view: TransactionView,
  policy: Policy,
): StatedReturn[] {
  const { place } = streamOf(view.transaction);
  const shop = policy.shops[place];
  const order = events.find((each) => each.name === "order.placed") as EventOf<"order.placed"> | undefined;
  const goods = event.lines.filter(({ restock }) => restock !== "cancel");
  if (goods.length === 0 || order === undefined) return [];
  return [
    {
      transaction: view.transaction,
      event: event.key,
      entity: shop?.entity ?? "",
      place: `channel ${shop?.channelDimension ?? place}`,
      kind: isOverReturn(event.key, view) ? "over-return-refused" : "same-place",
      currency: event.currency,
      day: businessDateIn(shop?.timeZone ?? "UTC", event.occurredAt),
      given: sum(goods.map(({ subtotal, tax }) => subtotal + (order.taxesIncluded ? 0 : tax))),
    },
  ];
}

function isOverReturn(event: EventKey, { exceptions }: TransactionView): boolean {
  return exceptions.some((state) => stands(state) && state.opened.class === "policy.over-return" && state.opened.cause === event);
}

/** Open, or settled by a person: what the hub closed itself is true no more. */
function stands({ closed }: ExceptionState): boolean {
  return closed?.by !== "hub";
}
