/** What happens to refunded goods, as the channel says it. */
export type Restock = "return" | "cancel" | "none" | "legacy";

export interface ReturnedUnits {
  /** Units that had been handed over: a return. */
  readonly fulfilled: number;
  /** Units that had not: they leave the order. */
  readonly unfulfilled: number;
  /** Units beyond what was sold and not yet given back: never negative, 0 in a sound refund. */
  readonly excess: number;
}

/**
 * Tells the units of a refund line apart by what had been handed over at that moment (all in millionths). A "cancel" takes the units
 * that never left first; everything else takes those that did.
 */
export function splitReturnedUnits(
  restock: Restock,
  quantity: number,
  open: { readonly fulfilled: number; readonly unfulfilled: number },
): ReturnedUnits {
  if (restock === "cancel") {
    const unfulfilled = Math.min(quantity, open.unfulfilled);
    const fulfilled = Math.min(quantity - unfulfilled, open.fulfilled);
    return { fulfilled, unfulfilled, excess: quantity - unfulfilled - fulfilled };
  }
  const fulfilled = Math.min(quantity, open.fulfilled);
  const unfulfilled = Math.min(quantity - fulfilled, open.unfulfilled);
  return { fulfilled, unfulfilled, excess: quantity - fulfilled - unfulfilled };
}
