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
  readonly fees: MinorUnits;
}

/** The checks that hold on real orders, to the cent. A total that is off is named with both figures; nothing is mended. */
export function checkOrder(figures: OrderFigures, reading: Reading): void {
  const { stated, gross, lineDiscounts, shippingGross, shippingDiscounts } = figures;
  reading.check("line-items-total", stated.lines, gross, "total_line_items_price", "Σ price × quantity");
  reading.check("subtotal", stated.subtotal, gross - lineDiscounts, "subtotal_price", "Σ price × quantity less the discounts of the lines");
  reading.check("discounts-total", stated.discounts, lineDiscounts + shippingDiscounts, "total_discounts", "Σ discount allocations");
  reading.check("tax-total", stated.tax, figures.rowTaxes, "total_tax", "Σ tax lines of lines and shipping");
  const total = reading.sum(
    [stated.subtotal, shippingGross - shippingDiscounts, figures.taxesIncluded ? 0 : stated.tax, figures.tip, figures.duties, figures.fees],
    "total_price",
  );
  const parts = figures.taxesIncluded ? "subtotal + shipping + tip + duties + fees" : "subtotal + shipping + tax + tip + duties + fees";
  reading.check("order-total", stated.total, total, "total_price", parts);
}
