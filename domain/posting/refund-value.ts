import type { EventOf } from "#domain/events";
import { allocate, cumulativeShare, type MinorUnits, sum } from "#domain/money";
import { jurisdictionFor } from "#domain/policy";
import { splitReturnedUnits } from "#domain/returns";
import type { LineState } from "./order-value.ts";
import type { OrderWalk } from "./order-walk.ts";

type Refund = EventOf<"refund.issued">;

/** A net amount and its tax by jurisdiction, as stated. */
export interface RefundedAmount {
  readonly net: MinorUnits;
  readonly tax: ReadonlyMap<string, MinorUnits>;
}

/** One refund line told apart by what had been handed over. Quantities in millionths. */
export interface RefundedLine {
  readonly row: Refund["lines"][number];
  readonly state: LineState;
  readonly fulfilledUnits: number;
  readonly unfulfilledUnits: number;
  readonly fulfilled: RefundedAmount;
  readonly unfulfilled: RefundedAmount;
}

/** Why a refund cannot be valued. */
export type RefundTrouble =
  | { readonly kind: "unknown-line"; readonly lineId: string }
  | { readonly kind: "over-return"; readonly lineId: string; readonly excessMillionths: number }
  | { readonly kind: "no-quantity"; readonly lineId: string; readonly amount: MinorUnits }
  | { readonly kind: "tax-unplaced"; readonly amount: MinorUnits };

/** The lines of a refund against the order as it stands, or the first trouble with them. Changes nothing. */
export function refundedLines(walk: OrderWalk, event: Refund): RefundedLine[] | RefundTrouble {
  const taken = new Map<string, { fulfilled: number; unfulfilled: number }>();
  const refunded: RefundedLine[] = [];
  for (const row of event.lines) {
    const state = walk.lines.get(row.lineId);
    if (state === undefined) return { kind: "unknown-line", lineId: row.lineId };
    const before = taken.get(row.lineId) ?? { fulfilled: 0, unfulfilled: 0 };
    const units = splitReturnedUnits(row.restock, row.quantityMillionths, {
      fulfilled: state.shipped - state.returned - before.fulfilled,
      unfulfilled: state.remaining - state.shipped - before.unfulfilled,
    });
    if (units.excess > 0) return { kind: "over-return", lineId: row.lineId, excessMillionths: units.excess };
    taken.set(row.lineId, { fulfilled: before.fulfilled + units.fulfilled, unfulfilled: before.unfulfilled + units.unfulfilled });
    if (row.quantityMillionths === 0 && (row.subtotal !== 0 || row.tax !== 0)) {
      return { kind: "no-quantity", lineId: row.lineId, amount: row.subtotal };
    }
    const tax = placedTax(walk, row, state);
    if (tax === undefined) return { kind: "tax-unplaced", amount: row.tax };
    const whole = { net: row.subtotal - (walk.order.taxesIncluded ? row.tax : 0), tax };
    const fulfilled = partOf(whole, units.fulfilled, row.quantityMillionths);
    refunded.push({
      row,
      state,
      fulfilledUnits: units.fulfilled,
      unfulfilledUnits: units.unfulfilled,
      fulfilled,
      unfulfilled: minus(whole, fulfilled),
    });
  }
  return refunded;
}

/** Shipping given back, net and tax; or the tax that no jurisdiction can be found for. */
export function refundedShipping(walk: OrderWalk, event: Refund): RefundedAmount | RefundTrouble {
  let net = 0;
  const tax = new Map<string, MinorUnits>();
  for (const row of event.shipping) {
    const placed = placedTax(walk, row, undefined);
    if (placed === undefined) return { kind: "tax-unplaced", amount: row.tax };
    net += row.amount - (walk.order.taxesIncluded ? row.tax : 0);
    for (const [jurisdiction, amount] of placed) tax.set(jurisdiction, (tax.get(jurisdiction) ?? 0) + amount);
  }
  return { net, tax };
}

export function grossOf(amount: RefundedAmount): MinorUnits {
  return amount.net + sum([...amount.tax.values()]);
}

/** `part` of `whole` of an amount, each figure rounded by itself. */
export function partOf(amount: RefundedAmount, part: number, whole: number): RefundedAmount {
  if (part === 0 || whole === 0) return { net: 0, tax: new Map() };
  return {
    net: cumulativeShare(amount.net, part, whole),
    tax: new Map([...amount.tax].map(([jurisdiction, tax]) => [jurisdiction, cumulativeShare(tax, part, whole)])),
  };
}

export function minus(amount: RefundedAmount, part: RefundedAmount): RefundedAmount {
  return {
    net: amount.net - part.net,
    tax: new Map([...amount.tax].map(([jurisdiction, tax]) => [jurisdiction, tax - (part.tax.get(jurisdiction) ?? 0)])),
  };
}

/** Tax of a refund without stated codes belongs where the order's tax belongs, if that is one place; else it cannot be told. */
export function onlyJurisdiction(walk: OrderWalk): string | undefined {
  const [first, ...others] = walk.accounts.balance.worthTax.keys();
  return others.length === 0 ? first : undefined;
}

/**
 * The stated tax by jurisdiction: by its codes where they add up to it, else as the refunded line's own taxes lie (or shipping's), else
 * where the whole order's tax lies, which a channel may state on its first line alone.
 */
function placedTax(
  walk: OrderWalk,
  row: { readonly tax: MinorUnits; readonly taxes: Refund["lines"][number]["taxes"] },
  state: LineState | undefined,
): Map<string, MinorUnits> | undefined {
  if (row.tax === 0 && row.taxes.length === 0) return new Map();
  if (sum(row.taxes.map((tax) => tax.amount)) === row.tax) {
    const byCode = new Map<string, MinorUnits>();
    for (const { code, amount } of row.taxes) {
      if (amount === 0) continue;
      const jurisdiction = jurisdictionFor(walk.policy, "shopify", walk.place, code);
      if (jurisdiction === undefined) return undefined;
      byCode.set(jurisdiction, (byCode.get(jurisdiction) ?? 0) + amount);
    }
    return byCode;
  }
  const own = new Map<string, MinorUnits>();
  for (const portion of state?.portions ?? walk.shipping) {
    if (portion.kind === "tax") own.set(portion.jurisdiction, (own.get(portion.jurisdiction) ?? 0) + Math.max(portion.total, 0));
  }
  return spread(row.tax, own) ?? spread(row.tax, walk.accounts.balance.worthTax);
}

function spread(tax: MinorUnits, weights: ReadonlyMap<string, MinorUnits>): Map<string, MinorUnits> | undefined {
  const places = [...weights].filter(([, weight]) => weight > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  if (places.length === 0) return undefined;
  const parts = allocate(
    tax,
    places.map(([, weight]) => weight),
  );
  return new Map(places.map(([jurisdiction], index) => [jurisdiction, parts[index]!]));
}
