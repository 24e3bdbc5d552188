import type { BusinessEvent } from "#domain/events";
import type { EventKey } from "#domain/identity";
import { givenBackIn } from "./given-back.ts";
import { takenBackUnits } from "./taken-back.ts";

/** A reservation that nothing has ended yet. */
export interface OpenReservation {
  readonly key: string;
  readonly authorization: string;
  /** Where the goods are brought or sent. */
  readonly channel: string;
  readonly at: string;
  readonly lines: readonly { readonly lineId: string; readonly item: string; readonly quantityMillionths: number }[];
}

/** A return that happened, for one that was authorised: `lines` are units of the reservation, never more than it holds. */
export interface Consumption {
  readonly key: string;
  readonly event: EventKey;
  readonly lines: readonly { readonly lineId: string; readonly quantityMillionths: number }[];
}

/**
 * Which open reservations the facts of a sale have made true. A fact that names an authorisation ends that one. A refund of the sale's own
 * channel knows no name of ours: it ends the oldest reservation that was made for that channel, holds one of its lines and is not younger,
 * unless it pays for goods that came back under a name before. Each fact ends one reservation, and what of it did not come back is free again.
 */
export function consumptionsBy(
  facts: readonly BusinessEvent[],
  open: readonly OpenReservation[],
  {
    channel,
    spent,
  }: { readonly channel: string /** Facts that have ended a reservation before. */; readonly spent: ReadonlySet<EventKey> },
): readonly Consumption[] {
  const left = [...open];
  // Units that came back under an authorisation and whose refund is still to come, by line.
  const awaiting = new Map<string, number>();
  const found: Consumption[] = [];
  for (const event of facts) {
    const paidFor = settleAwaiting(event, awaiting);
    if (spent.has(event.key) || paidFor) continue;
    const named = "authorization" in event ? event.authorization : undefined;
    const index = left.findIndex((each) =>
      named !== undefined
        ? each.authorization === named
        : event.name === "refund.issued" && each.channel === channel && each.at <= event.occurredAt && holds(each, returnedIn(event, each)),
    );
    const reservation = left[index];
    if (reservation === undefined) continue;
    const returned = returnedIn(event, reservation);
    if (returned.length === 0) continue;
    left.splice(index, 1);
    found.push({ key: reservation.key, event: event.key, lines: common(reservation.lines, returned) });
  }
  return found;
}

type Units = Consumption["lines"];

/** Counts goods that came under a name; true for a refund without one that pays for nothing but such goods. */
function settleAwaiting(event: BusinessEvent, awaiting: Map<string, number>): boolean {
  const add = (lineId: string, quantity: number) => awaiting.set(lineId, (awaiting.get(lineId) ?? 0) + quantity);
  if (event.name === "return.received") {
    const { authorization, disposition, lineId, quantityMillionths } = event;
    if (authorization !== undefined && disposition !== "missing" && lineId !== undefined) add(lineId, quantityMillionths);
    return false;
  }
  if (event.name !== "refund.issued" || event.authorization !== undefined || event.lines.length === 0) return false;
  const isPaidFor = event.lines.every(({ lineId, quantityMillionths }) => quantityMillionths <= (awaiting.get(lineId) ?? 0));
  if (isPaidFor) for (const { lineId, quantityMillionths } of event.lines) add(lineId, -quantityMillionths);
  return isPaidFor;
}

/** A store names items: they are those of the reservation's own lines. */
function returnedIn(event: BusinessEvent, { lines }: OpenReservation): Units {
  if (event.name === "return.taken-back")
    return takenBackUnits(
      event,
      lines.map(({ lineId, item, quantityMillionths }) => ({ lineId, item, out: quantityMillionths })),
    );
  if (event.name !== "return.received") return givenBackIn(event, false);
  return event.disposition === "missing" || event.lineId === undefined
    ? []
    : [{ lineId: event.lineId, quantityMillionths: event.quantityMillionths }];
}

function holds({ lines }: OpenReservation, returned: Units): boolean {
  return lines.some(({ lineId }) => returned.some((each) => each.lineId === lineId));
}

/** The reserved units that came back, by line. */
function common(reserved: Units, returned: Units): Units {
  const back = new Map<string, number>();
  for (const { lineId, quantityMillionths } of returned) back.set(lineId, (back.get(lineId) ?? 0) + quantityMillionths);
  return reserved.flatMap(({ lineId, quantityMillionths }) => {
    const part = Math.min(quantityMillionths, back.get(lineId) ?? 0);
    back.set(lineId, (back.get(lineId) ?? 0) - part);
    return part === 0 ? [] : [{ lineId, quantityMillionths: part }];
  });
}
