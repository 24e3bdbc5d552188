import * as z from "zod/mini";
import { parseQuantity } from "#domain/inventory";
import { isCurrency, parseMinorUnits } from "#domain/money";
import type { PurchaseOrder } from "#domain/posting";

export const orderLinesMax = 500;

const name = z.string().check(z.regex(/^[^\p{C}]{1,120}$/u, "text of 1 to 120 characters"));
const decimal = z.string().check(z.regex(/^\d{1,15}(\.\d{1,6})?$/, 'a decimal in quotes such as "21.50"'));

/** A purchase order as people and programs write it: in the request of POST /v1/purchase-orders and in the file of `erp order`. */
export const purchaseOrderText = z.strictObject({
  /** Your own, which the vendor's papers and the till's receipts name: the key of the order in its entity. */
  number: name,
  entity: name,
  vendor: name,
  /** Where the goods are to arrive. */
  location: name,
  currency: z.string().check(z.refine(isCurrency, "an ISO 4217 code such as USD")),
  orderedOn: z.iso.date("a day such as 2026-11-27"),
  /** Each item once. */
  lines: z
    .array(
      z.strictObject({
        item: name,
        quantity: decimal,
        /** What one unit costs, in the order's currency. */
        unitCost: decimal,
      }),
    )
    .check(z.minLength(1), z.maxLength(orderLinesMax)),
});

/** The order in the domain's units. Throws RangeError for a cost that the currency cannot carry, or what is beyond the exact range. */
export function readPurchaseOrder({ lines, ...head }: z.infer<typeof purchaseOrderText>): PurchaseOrder {
  return {
    ...head,
    lines: lines.map(({ item, quantity, unitCost }) => ({
      item,
      quantityMillionths: parseQuantity(quantity),
      unitCost: parseMinorUnits(unitCost, head.currency),
    })),
  };
}

export const purchaseOrderAnswer = z.strictObject({
  number: z.string(),
  entity: z.string(),
  /** The ERP's own number of it. */
  erpNumber: z.string(),
});
export type PurchaseOrderAnswer = z.infer<typeof purchaseOrderAnswer>;
