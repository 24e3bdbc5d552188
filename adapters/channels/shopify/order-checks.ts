import type { MinorUnits } from "#domain/money";
import type { Reading } from "./reading.ts";

/** The figures of one order, in minor units of the shop's currency: as stated, and as its rows add up. */
export interface OrderFigures {
  readonly taxesIncluded: boolean;
  readonly stated: {
    readonly lines: MinorUnits;
    readonly subtotal: MinorUnits;
    readonly discounts: MinorUnits;
    readonly tax: MinorUnits;
    readonly total: MinorUnits;
  };
  readonly gross: MinorUnits;
  readonly lineDiscounts: MinorUnits;
  readonly shippingGross: MinorUnits;
  readonly shippingDiscounts: MinorUnits;
  readonly rowTaxes: MinorUnits;
  readonly tip: MinorUnits;
  readonly duties: MinorUnits;
  /** Where the prices include duties: those of the lines. */
  readonly lineDuties?: MinorUnits;
  readonly fees: MinorUnits;
}

/** What is left of the order by its own `current_*` fields, and what its refunds took; undefined where it states no such fields. */
export interface LeftOfOrder {
  readonly current: { readonly subtotal: MinorUnits; readonly tax: MinorUnits; readonly total: MinorUnits };
  readonly refunded: { readonly subtotal: MinorUnits; readonly tax: MinorUnits; readonly total: MinorUnits };
}

/** The checks that hold on real orders, to the cent. A total that is off is named with both figures; nothing is mended. */
export function checkOrder(figures: OrderFigures, reading: Reading): void {
  const { stated, gross, lineDiscounts, shippingDiscounts } = figures;
  reading.check("line-items-total", stated.lines, gross, "total_line_items_price", "Σ price × quantity");
  reading.check("subtotal", stated.subtotal, gross - lineDiscounts, "subtotal_price", "Σ price × quantity less the discounts of the lines");
  reading.check("discounts-total", stated.discounts, lineDiscounts + shippingDiscounts, "total_discounts", "Σ discount allocations");
  reading.check("tax-total", stated.tax, figures.rowTaxes, "total_tax", "Σ tax lines of lines and shipping");
  const { duties, lineDuties } = figures;
  if (lineDuties !== undefined) reading.check("duties-total", duties, lineDuties, "original_total_duties_set", "Σ duties of the lines");
  const parts = `subtotal + shipping${figures.taxesIncluded ? "" : " + tax"} + tip${lineDuties === undefined ? " + duties" : ""} + fees`;
  reading.check("order-total", stated.total, totalOf(figures, stated.subtotal, stated.tax, reading), "total_price", parts);
}

/**
 * An edit adds lines and leaves the original totals as they were, sound among themselves. The rows are then the truth, and the order
 * itself proves it: what its `current_*` fields say is left equals the rows less what its refunds took, in subtotal, tax and total.
 */
export function provesEdit(figures: OrderFigures, left: LeftOfOrder, reading: Reading): boolean {
  const { stated, gross } = figures;
  if (reading.broken || gross <= stated.lines) return false;
  return stated.total === totalOf(figures, stated.subtotal, stated.tax, reading) && isWhatIsLeft(figures, left, reading);
}

/** True when the rows less what refunds took are what the order says is left of it: in subtotal, tax and total. */
export function isWhatIsLeft(figures: OrderFigures, { current, refunded }: LeftOfOrder, reading: Reading): boolean {
  const rows = rowTotals(figures, reading);
  return (
    current.subtotal === rows.subtotal - refunded.subtotal &&
    current.tax === rows.tax - refunded.tax &&
    current.total === rows.total - refunded.total
  );
}

/** What the rows of the order come to. */
export function rowTotals(figures: OrderFigures, reading: Reading): OrderFigures["stated"] {
  const { gross, lineDiscounts, shippingDiscounts, rowTaxes } = figures;
  const subtotal = gross - lineDiscounts;
  return {
    lines: gross,
    subtotal,
    discounts: lineDiscounts + shippingDiscounts,
    tax: rowTaxes,
    total: totalOf(figures, subtotal, rowTaxes, reading),
  };
}

function totalOf(figures: OrderFigures, subtotal: MinorUnits, tax: MinorUnits, reading: Reading): MinorUnits {
  const { taxesIncluded, shippingGross, shippingDiscounts, tip, duties, lineDuties, fees } = figures;
  const beside = lineDuties === undefined ? duties : 0;
  return reading.sum([subtotal, shippingGross - shippingDiscounts, taxesIncluded ? 0 : tax, tip, beside, fees], "total_price");
}
