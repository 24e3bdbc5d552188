import { foldFacts } from "#domain/ledger";
import { type ReservationEndItem, type ReservationItem, reservationEndKey, type TransactionView } from "#domain/lineage";
import { gatherFacts } from "#domain/posting";
import { consumptionsBy } from "#domain/returns";

/** The reservations of a sale that nothing on record has ended. One that is overdue holds its units until its expiry is on record. */
export function openReservations(view: TransactionView): readonly ReservationItem[] {
  return view.reservations.flatMap(({ granted, end }) => (end === undefined ? [granted] : []));
}

/** What a sale's facts say of its open reservations: the ends of those whose return happened. */
export function consumedEnds(view: TransactionView, at: string): readonly ReservationEndItem[] {
  const open = openReservations(view);
  if (open.length === 0) return [];
  const [, channel = ""] = view.transaction.split(":").map(decodeURIComponent);
  const facts = foldFacts(gatherFacts(view.documents).events).events;
  const spent = new Set(view.reservations.flatMap(({ end }) => end?.event ?? []));
  const reservations = open.map(({ grant, ...item }) => ({ ...item, lines: grant.allowed }));
  return consumptionsBy(facts, reservations, { channel, spent }).map(({ key, event, lines }) => ({
    type: "reservation-end",
    transaction: view.transaction,
    key: reservationEndKey(key),
    at,
    how: "consumed",
    by: "hub",
    event,
    lines,
  }));
}

/** The ends of open reservations whose time is over. Whoever wants their units records that first: a return that comes as late then loses. */
function expiredEnds(view: TransactionView, at: string): readonly ReservationEndItem[] {
  return openReservations(view)
    .filter(({ expiresAt }) => expiresAt <= at)
    .map(({ transaction, key }) => ({ type: "reservation-end", transaction, key: reservationEndKey(key), at, how: "expired", by: "hub" }));
}

/** How open reservations have ended and nobody has recorded: what happened comes before what time alone says. */
export function endsToRecord(view: TransactionView, at: string): readonly ReservationEndItem[] {
  const consumed = consumedEnds(view, at);
  const keys = new Set(consumed.map(({ key }) => key));
  return [...consumed, ...expiredEnds(view, at).filter(({ key }) => !keys.has(key))];
}
