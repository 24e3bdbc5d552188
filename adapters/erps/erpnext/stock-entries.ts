import * as z from "zod/mini";
import type { ErpNextCompany, ErpNextItem } from "./directory.ts";
import type { FrappeApi } from "./frappe-api.ts";
import type { BookedMovement } from "./remarks.ts";
import { amountOf } from "./values.ts";

const doctype = "Stock Entry";
const entryRecord = z.object({ name: z.string(), throughline_key: z.string(), docstatus: z.int() });
const secondsOfNoon = "12:00:00";

export interface StockDocument {
  readonly key: string;
  readonly date: string;
  readonly movements: readonly BookedMovement[];
}

/** A document's goods come in by one Stock Entry and leave by another: the key of each is the document's with its purpose. */
const purposes = ["Material Receipt", "Material Issue"] as const;
const keyOf = (key: string, purpose: (typeof purposes)[number]) => `${key}#${purpose === "Material Issue" ? "issue" : "receipt"}`;

/**
 * Moves the goods of a document. Customers are no business of these entries: no name or address of theirs leaves the hub. What is there already
 * is taken further, so a second call finishes what a first one began. `resumed`: something may be there.
 */
export async function moveGoods(
  api: FrappeApi,
  company: ErpNextCompany,
  { key, date, movements }: StockDocument,
  known: {
    readonly items: ReadonlyMap<string, ErpNextItem>;
    readonly warehouses: ReadonlyMap<string, { readonly name: string; readonly active: boolean }>;
  },
  resumed: boolean,
  left: () => number,
): Promise<void> {
  const held = resumed ? await entriesOf(api, key, left()) : [];
  const missing = purposes.flatMap((purpose) => {
    const own = keyOf(key, purpose);
    const mine = movements.filter(({ quantityMillionths }) => quantityMillionths < 0 === (purpose === "Material Issue"));
    return mine.length === 0 || held.some(({ throughline_key }) => throughline_key === own) ? [] : [entryFor(purpose, own, mine)];
  });
  const made = missing.length === 0 ? [] : await api.insert(missing, left());
  const drafts = [...held.filter(({ docstatus }) => docstatus === 0).map(({ name }) => name), ...made];
  for (const name of drafts) await api.submit(doctype, name, left());

  function entryFor(purpose: (typeof purposes)[number], own: string, mine: readonly BookedMovement[]): object {
    return {
      ...{ doctype, stock_entry_type: purpose, company: company.name, throughline_key: own },
      ...{ set_posting_time: 1, posting_date: date, posting_time: secondsOfNoon },
      items: mine.map(({ item, location, quantityMillionths, cost }) => {
        const qty = Math.abs(quantityMillionths) / 1_000_000;
        const unit = known.items.get(item)?.unit ?? "";
        const warehouse = known.warehouses.get(location)?.name ?? "";
        return {
          ...{ item_code: item, qty, uom: unit, stock_uom: unit, conversion_factor: 1, allow_zero_valuation_rate: 1 },
          ...(purpose === "Material Issue"
            ? { s_warehouse: warehouse }
            : { t_warehouse: warehouse, basic_rate: amountOf(cost, company.digits) / qty }),
        };
      }),
    };
  }
}

/** Deletes the drafts that a refused document left, so that nothing moves under its key later. False, and nothing done, when a part of it has moved. */
export async function withdrawGoods(api: FrappeApi, key: string, left: () => number): Promise<boolean> {
  const held = await entriesOf(api, key, left());
  if (held.some(({ docstatus }) => docstatus === 1)) return false;
  for (const { name } of held) await api.remove(doctype, name, left());
  return true;
}

function entriesOf(api: FrappeApi, key: string, within: number) {
  const keys = purposes.map((purpose) => keyOf(key, purpose));
  const filters = [["throughline_key", "in", keys], ["docstatus", "<", 2]]; // biome-ignore format: one condition beside the other
  return api.list({ doctype, fields: ["name", "throughline_key", "docstatus"], filters, limit: 10 }, entryRecord, within);
}
