import type { MinorUnits } from "#domain/money";
import { cumulativeShare } from "#domain/money";
import type { Dimensions } from "../documents.ts";

/**
 * One amount of an order that is recognised bit by bit: the gross of a line, one promotion's discount on it, or what is collected with it
 * (a tax, the value of a gift card). Amounts are not negative in the usual case: `kind` says on which side they are booked.
 */
export type Portion = RevenuePortion | CollectedPortion;

interface PortionAmounts {
  /** What is still to be or was recognised in all; shrinks when unfulfilled units are refunded. */
  total: MinorUnits;
  recognised: MinorUnits;
}

export interface RevenuePortion extends PortionAmounts {
  readonly kind: "revenue" | "discount";
  readonly role: string;
  readonly dimensions: Dimensions;
  /** Of goods that are a consignor's: the value after discounts, shared with it instead of booked under the role (c48). */
  readonly consigned?: { readonly consignor: string; readonly itemClass: string };
}

export interface CollectedPortion extends PortionAmounts {
  readonly kind: "collected";
  /** What of the order's collected amounts it is a part of. */
  readonly name: string;
}

/** A step in recognising a portion. */
export interface Recognition {
  readonly portion: Portion;
  readonly amount: MinorUnits;
}

/** What is recognised when `part` of `whole` has been fulfilled; everything when nothing is left of the whole. */
export function recogniseUpTo(portion: Portion, part: number, whole: number): Recognition {
  const target = whole === 0 ? portion.total : cumulativeShare(portion.total, part, whole);
  return { portion, amount: target - portion.recognised };
}

/** Its effect on the net value, before tax and whatever else is collected. */
export function netOf({ portion, amount }: Recognition): MinorUnits {
  switch (portion.kind) {
    case "revenue":
      return amount;
    case "discount":
      return -amount;
    case "collected":
      return 0;
  }
}
