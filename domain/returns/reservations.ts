import type { MinorUnits } from "#domain/money";
import type { ReturnRefund } from "./refund-of.ts";
import type { LineValue } from "./sale.ts";

/** What one authorised return keeps for its customer until it happens, is cancelled or expires. */
export interface Reservation {
  readonly lines: readonly { readonly lineId: string; readonly quantityMillionths: number; readonly value: LineValue }[];
  readonly refund: Pick<ReturnRefund, "settlesUnpaid" | "tenders" | "shipping">;
}

/** Units of a line that are promised, with the value that goes with them: net, and tax by code. */
export interface HeldUnits {
  readonly quantityMillionths: number;
  readonly net: MinorUnits;
  readonly tax: ReadonlyMap<string, MinorUnits>;
}

/** What reservations hold, by line of the sale. */
export function heldBy(reservations: readonly Pick<Reservation, "lines">[]): ReadonlyMap<string, HeldUnits> {
  const held = new Map<string, HeldUnits>();
  for (const { lines } of reservations) for (const { lineId, ...units } of lines) hold(held, lineId, units);
  return held;
}

/** Adds units to what is held of a line. */
export function hold(
  held: Map<string, HeldUnits>,
  lineId: string,
  { quantityMillionths, value }: { readonly quantityMillionths: number; readonly value: LineValue },
): void {
  const before = held.get(lineId);
  const tax = new Map(before?.tax);
  for (const { code, amount } of value.taxes) tax.set(code, (tax.get(code) ?? 0) + amount);
  held.set(lineId, {
    quantityMillionths: (before?.quantityMillionths ?? 0) + quantityMillionths,
    net: (before?.net ?? 0) + value.net,
    tax,
  });
}
