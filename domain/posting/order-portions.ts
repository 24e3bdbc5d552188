import type { MinorUnits } from "#domain/money";
import { cumulativeShare } from "#domain/money";
import type { Dimensions } from "./documents.ts";
import type { SaleRole } from "./roles.ts";

/**
 * One amount of an order that is recognised bit by bit: the gross of a line, one promotion's discount on it, or its tax in one
 * jurisdiction. Amounts are not negative in the usual case: `kind` says on which side they are booked.
 */
export interface Portion {
  readonly kind: "revenue" | "discount" | "tax";
  readonly role: SaleRole;
  readonly dimensions: Dimensions;
  /** Of a tax, else "". */
  readonly jurisdiction: string;
  /** What is still to be or was recognised in all; shrinks when unfulfilled units are refunded. */
  total: MinorUnits;
  recognised: MinorUnits;
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

/** Its effect on the net value, before tax. */
export function netOf({ portion, amount }: Recognition): MinorUnits {
  switch (portion.kind) {
    case "revenue":
      return amount;
    case "discount":
      return -amount;
    case "tax":
      return 0;
  }
}
