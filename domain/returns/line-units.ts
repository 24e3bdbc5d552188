import type { BusinessEvent } from "#domain/events";
import type { MinorUnits } from "#domain/money";
import { givenBackIn } from "./given-back.ts";
import { takenBackUnits } from "./taken-back.ts";
import { splitReturnedUnits } from "./units.ts";

interface LineState {
  readonly sold: number;
  handedOver: number;
  handedOverOn: string | undefined;
  neverLeft: number;
  /** Handed over and given back with its value. */
  refunded: number;
  /** Looked at by the warehouse and not missing. */
  received: number;
  net: MinorUnits;
  tax: MinorUnits;
}

interface OpenReturn {
  readonly authorized: Map<string, number>;
  readonly received: Map<string, number>;
  over: boolean;
}

/** The units of one line (all in millionths) and the value stated for those that were given back. */
export interface LineUnits {
  readonly neverLeft: number;
  readonly handedOver: number;
  readonly handedOverOn: string | undefined;
  readonly returned: number;
  readonly expected: number;
  readonly givenBack: { readonly net: MinorUnits; readonly tax: MinorUnits };
}

/**
 * Item lineage: what became of each unit of an order's lines, by its facts in order. `dayOf` gives an instant's business day.
 *
 * One unit that comes back is told twice, by the goods that arrive and by the refund that pays for them; nothing links the two, so of a
 * line as many units are returned as the greater of both. An open return that the channel agreed to keeps the rest of its units: what was
 * refunded and has not arrived is taken to be of it.
 */
export function lineUnits(
  lines: readonly { readonly id: string; readonly item: string; readonly quantityMillionths: number }[],
  facts: readonly BusinessEvent[],
  { taxesIncluded, dayOf }: { readonly taxesIncluded: boolean; readonly dayOf: (instant: string) => string },
): ReadonlyMap<string, LineUnits> {
  const states = new Map(lines.map(({ id, quantityMillionths }): [string, LineState] => [id, emptyState(quantityMillionths)]));
  const fulfilments = new Map<string, readonly { readonly lineId: string; readonly quantityMillionths: number }[]>();
  const cancelled = new Set<string>();
  const returns = new Map<string, OpenReturn>();
  for (const event of facts) {
    if (event.name === "fulfillment.cancelled") cancelled.add(event.fulfillmentId);
    if (event.name === "fulfillment.shipped") fulfilments.set(event.fulfillmentId, event.lines);
  }
  for (const event of facts) {
    switch (event.name) {
      case "fulfillment.shipped":
        if (!cancelled.has(event.fulfillmentId)) handOver(event.lines, event.occurredAt, true);
        break;
      case "fulfillment.delivered":
        if (!cancelled.has(event.fulfillmentId)) handOver(fulfilments.get(event.fulfillmentId) ?? [], event.occurredAt, false);
        break;
      case "return.authorized":
        for (const { lineId = "", quantityMillionths } of event.lines) add(returnOf(event.returnId).authorized, lineId, quantityMillionths);
        break;
      case "return.rejected":
      case "return.cancelled":
      case "return.closed":
        returnOf(event.returnId).over = true;
        break;
      case "return.received": {
        if (event.disposition === "missing") break;
        const state = states.get(event.lineId ?? "");
        if (state !== undefined) state.received += event.quantityMillionths;
        if (event.returnId !== undefined) add(returnOf(event.returnId).received, event.lineId ?? "", event.quantityMillionths);
        break;
      }
    }
    for (const row of event.name === "return.taken-back" ? takenBackUnits(event, stillOut()) : givenBackIn(event, taxesIncluded)) {
      const state = states.get(row.lineId);
      if (state === undefined) continue;
      const units = splitReturnedUnits(row.restock, row.quantityMillionths, {
        fulfilled: Math.max(state.handedOver - state.refunded, 0),
        unfulfilled: Math.max(state.sold - state.neverLeft - state.handedOver, 0),
      });
      state.neverLeft += units.unfulfilled;
      // What is given back beyond what was sold is an exception of the ledger, and still is not there to be given back again.
      state.refunded += units.fulfilled + units.excess;
      state.net += row.net;
      state.tax += row.tax;
    }
  }
  return new Map([...states].map(([lineId, state]) => [lineId, unitsOf(lineId, state)]));

  function handOver(rows: readonly { readonly lineId: string; readonly quantityMillionths: number }[], at: string, counts: boolean): void {
    for (const { lineId, quantityMillionths } of rows) {
      const state = states.get(lineId);
      if (state === undefined) continue;
      if (counts) state.handedOver += quantityMillionths;
      const day = dayOf(at);
      if (state.handedOverOn === undefined || day > state.handedOverOn) state.handedOverOn = day;
    }
  }

  function stillOut() {
    return lines.map(({ id: lineId, item }) => {
      const { handedOver, refunded } = states.get(lineId)!;
      return { lineId, item, out: Math.max(handedOver - refunded, 0) };
    });
  }

  function returnOf(returnId: string): OpenReturn {
    let known = returns.get(returnId);
    if (known === undefined) returns.set(returnId, (known = { authorized: new Map(), received: new Map(), over: false }));
    return known;
  }

  function unitsOf(lineId: string, state: LineState): LineUnits {
    let open = 0;
    for (const { authorized, received, over } of returns.values())
      if (!over) open += Math.max((authorized.get(lineId) ?? 0) - (received.get(lineId) ?? 0), 0);
    const returned = Math.max(state.refunded, state.received);
    return {
      neverLeft: state.neverLeft,
      handedOver: state.handedOver,
      handedOverOn: state.handedOverOn,
      returned,
      expected: Math.max(open - Math.max(state.refunded - state.received, 0), 0),
      givenBack: { net: state.net, tax: state.tax },
    };
  }
}

function emptyState(sold: number): LineState {
  return { sold, handedOver: 0, handedOverOn: undefined, neverLeft: 0, refunded: 0, received: 0, net: 0, tax: 0 };
}

function add(amounts: Map<string, number>, name: string, amount: number): void {
  amounts.set(name, (amounts.get(name) ?? 0) + amount);
}
