import type { ReservationState, TransactionView } from "#domain/lineage";
import { authorizationId, type LineValue } from "#domain/returns";

type CheckFunction = (name: string, holds: boolean, failure: () => string) => void;

/**
 * consumed ≤ reserved ≤ sold − returned, for each reservation as its sale stood when it was made, and for all of them against what was
 * sold. What was promised before it is reckoned again from the reservations themselves: those that never ended are the least of it, all of
 * them the most.
 */
export function verifyReturns({ transaction, reservations, documents }: TransactionView, check: CheckFunction): void {
  const events = new Set(documents.flatMap((document) => document.events.map(({ key }) => key)));
  const keptOf = new Map<string, number>();
  for (const [index, { granted, end }] of reservations.entries()) {
    const name = `${transaction} ${granted.key}`;
    check(
      "return reservations are numbered without a gap, each with the id of its number",
      granted.number === index + 1 && granted.authorization === authorizationId(transaction, granted.number),
      () => name,
    );
    const before = reservations.slice(0, index);
    for (const line of granted.basis) {
      const reserved = unitsOf(granted.grant.allowed, line.lineId);
      const least = total(before.flatMap((each) => (each.end === undefined ? [unitsOf(each.granted.grant.allowed, line.lineId)] : [])));
      const most = total(before.map((each) => unitsOf(each.granted.grant.allowed, line.lineId)));
      const there = Math.min(line.handedOver, line.sold - line.neverLeft) - line.returned - line.expected - line.promised;
      check(
        "what is reserved for a return was handed over, had not come back and was promised to nobody else",
        reserved <= there && least <= line.promised && line.promised <= most,
        () => `${name}: ${reserved} of line ${line.lineId} reserved, ${there} were there, ${line.promised} promised before`,
      );
      const kept = end === undefined ? reserved : unitsOf(end.lines ?? [], line.lineId);
      keptOf.set(line.lineId, (keptOf.get(line.lineId) ?? 0) + kept);
      check(
        "what is reserved for returns and came back on them was sold",
        keptOf.get(line.lineId)! <= line.sold - line.neverLeft,
        () => `${name}: ${keptOf.get(line.lineId)} of line ${line.lineId} reserved or back, ${line.sold - line.neverLeft} sold`,
      );
    }
    verifyShipping(granted, before, (holds, failure) =>
      check("what is reserved of shipping was charged, had not been given back and was promised to nobody else", holds, failure),
    );
    check(
      "units are reserved of lines that were looked at",
      granted.grant.allowed.every(({ lineId }) => granted.basis.some((line) => line.lineId === lineId)),
      () => name,
    );
    if (end?.how !== "consumed") continue;
    const isWithin = (end.lines ?? []).every(({ lineId }) => unitsOf(end.lines ?? [], lineId) <= unitsOf(granted.grant.allowed, lineId));
    check("what comes back on a reservation was reserved, by a fact of its sale", isWithin && events.has(end.event ?? ""), () => name);
  }
}

/** As for units: those that never ended are the least that was promised before, all of them the most. */
function verifyShipping(
  { transaction, key, grant, shippingBasis }: ReservationState["granted"],
  before: readonly ReservationState[],
  check: (holds: boolean, failure: () => string) => void,
): void {
  const reserved = inAll(grant.refund.shipping);
  const { charged, givenBack, promised } = shippingBasis ?? { charged: 0, givenBack: 0, promised: 0 };
  if (reserved === 0) return;
  const least = total(before.flatMap((each) => (each.end === undefined ? [inAll(each.granted.grant.refund.shipping)] : [])));
  const most = total(before.map((each) => inAll(each.granted.grant.refund.shipping)));
  check(
    reserved <= charged - givenBack - promised && least <= promised && promised <= most,
    () =>
      `${transaction} ${key}: ${reserved} of shipping reserved, ${charged} charged, ${givenBack} given back, ${promised} promised before`,
  );
}

function inAll({ net, taxes }: LineValue = { net: 0, taxes: [] }): number {
  return net + total(taxes.map(({ amount }) => amount));
}

function unitsOf(lines: readonly { readonly lineId: string; readonly quantityMillionths: number }[], lineId: string): number {
  return total(lines.filter((line) => line.lineId === lineId).map(({ quantityMillionths }) => quantityMillionths));
}

function total(quantities: readonly number[]): number {
  return quantities.reduce((sum, each) => sum + each, 0);
}
