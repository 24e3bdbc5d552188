import * as z from "zod/mini";
import { Refused } from "#domain/posting";
import type { Directory, ErpNextCompany, ErpNextItem } from "./directory.ts";
import type { FrappeApi } from "./frappe-api.ts";
import { ordersUnder } from "./purchasing.ts";
import type { BookedMovement } from "./remarks.ts";

const doctype = "Purchase Receipt";
const receiptRecord = z.object({ name: z.string(), docstatus: z.int() });
const secondsOfNoon = "12:00:00";
const keyOf = (key: string) => `${key}#receipt`;

export interface OrderReceipt {
  /** Of the document. */
  readonly key: string;
  readonly purchaseOrder: string;
  readonly date: string;
  readonly movements: readonly BookedMovement[];
}

function receiptsOf(api: FrappeApi, key: string, within: number) {
  const filters = [["throughline_key", "=", keyOf(key)], ["docstatus", "<", 2]]; // biome-ignore format: one condition beside the other
  return api.list({ doctype, fields: ["name", "docstatus"], filters, limit: 2 }, receiptRecord, within);
}

/**
 * Receives goods on their order by a Purchase Receipt, whose key is the document's with "#receipt". What is there already is taken further. Its rates
 * are the order's: what the goods are worth is what the document's journal says, as ERPNext books no inventory here.
 */
export async function receiveOnOrder(
  { api, directory }: { readonly api: FrappeApi; readonly directory: Directory },
  company: ErpNextCompany,
  { key, purchaseOrder, date, movements }: OrderReceipt,
  known: {
    readonly items: ReadonlyMap<string, ErpNextItem>;
    readonly warehouses: ReadonlyMap<string, { readonly name: string; readonly active: boolean }>;
  },
  left: () => number,
): Promise<void> {
  const [held] = await receiptsOf(api, key, left());
  let name = held?.name;
  if (name === undefined) {
    const order = (await ordersUnder(api, directory, company, [purchaseOrder], left())).get(purchaseOrder);
    const items = movements.map(({ item, location, quantityMillionths }) => {
      const row = order?.rows.find((each) => each.item === item);
      if (order === undefined || row === undefined)
        throw new Refused("not-ordered", `item ${item} is no longer on purchase order ${purchaseOrder}`);
      const unit = known.items.get(item)?.unit ?? "";
      const qty = quantityMillionths / 1_000_000;
      const units = { uom: unit, stock_uom: unit, conversion_factor: 1, warehouse: known.warehouses.get(location)?.name ?? "" };
      return { item_code: item, qty, rate: row.rate, ...units, purchase_order: order.name, purchase_order_item: row.name };
    });
    const days = { set_posting_time: 1, posting_date: date, posting_time: secondsOfNoon };
    const draft = { doctype, company: company.name, supplier: order?.supplier, throughline_key: keyOf(key), ...days, items };
    [name] = await api.insert([draft], left());
  }
  if (name !== undefined && held?.docstatus !== 1) await api.submit(doctype, name, left());
}

/** Deletes the draft that a refused document left. False, and nothing done, when its goods have arrived. */
export async function withdrawReceipt(api: FrappeApi, key: string, left: () => number): Promise<boolean> {
  const [held] = await receiptsOf(api, key, left());
  if (held?.docstatus === 1) return false;
  if (held !== undefined) await api.remove(doctype, held.name, left());
  return true;
}
