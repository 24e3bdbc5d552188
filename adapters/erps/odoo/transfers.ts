import * as z from "zod/mini";
import { UnknownOutcome } from "#domain/failures";
import { type Directory, type OdooCompany, type OdooItem, searchCall } from "./directory.ts";
import type { BookedMovement } from "./labels.ts";
import type { OdooApi } from "./odoo-api.ts";
import { wire } from "./values.ts";

const model = "stock.picking";
const transferRecords = z.array(z.object({ id: wire.id, origin: wire.text, state: z.string() }));
const ids = z.array(wire.id);

export interface StockDocument {
  readonly key: string;
  readonly date: string;
  readonly movements: readonly BookedMovement[];
}

/**
 * Moves the goods of these documents: a transfer with the document's key as its source document, per location and direction, between the
 * location and the one outside of all warehouses. Customers are no business of these transfers: no name or address of theirs leaves the hub.
 * What is there already is taken further, so a second call finishes what a first one began. `resumed`: something may be there.
 */
export async function moveGoods(
  { api, directory }: { readonly api: OdooApi; readonly directory: Directory },
  company: OdooCompany,
  documents: readonly StockDocument[],
  known: { readonly items: ReadonlyMap<string, OdooItem>; readonly locations: ReadonlyMap<string, number> },
  resumed: boolean,
  left: () => number,
): Promise<void> {
  const keys = documents.map(({ key }) => key);
  const held = resumed ? await transfersOf(api, keys, company.id, ["draft", "waiting", "confirmed", "assigned", "done"], left()) : [];
  const there = new Set(held.map(({ origin }) => origin));
  const named = await directory.fields("stock.move", ["name"], left());
  const missing = documents.filter(({ key }) => !there.has(key)).flatMap(transfersFor);
  const context = { allowed_company_ids: [company.id] };
  const made =
    missing.length === 0 ? [] : await api.change({ model, method: "create", arguments: { vals_list: missing, context } }, ids, left());
  const open = [...held.filter(({ state }) => state !== "done").map(({ id }) => id), ...made];
  if (open.length === 0) return;
  // Nobody is there to answer a question about what was not picked.
  const quiet = { ...context, skip_backorder: true, skip_sms: true };
  const done = await api.change({ model, method: "button_validate", ids: open, arguments: { context: quiet } }, z.unknown(), left());
  if (done !== true) throw new UnknownOutcome("the ERP asks a person something before it moves the goods: see its transfers of this key");

  function transfersFor({ key, date, movements }: StockDocument): object[] {
    const transfers = new Map<string, { location_id: number; location_dest_id: number; move_ids: unknown[] }>();
    for (const { item, location, quantityMillionths } of movements) {
      const place = known.locations.get(location) ?? 0;
      const [location_id, location_dest_id] = quantityMillionths < 0 ? [place, company.outside] : [company.outside, place];
      const transfer = transfers.get(`${location_id} ${location_dest_id}`) ?? { location_id, location_dest_id, move_ids: [] };
      transfers.set(`${location_id} ${location_dest_id}`, transfer);
      const { id: product_id, unit: product_uom } = known.items.get(item) ?? { id: 0, unit: 0 };
      const quantity = Math.abs(quantityMillionths) / 1_000_000;
      const move = { product_id, product_uom, product_uom_qty: quantity, quantity, picked: true, location_id, location_dest_id };
      transfer.move_ids.push([0, 0, { ...move, company_id: company.id, ...(named.has("name") ? { name: item } : {}) }]);
    }
    const head = { picking_type_id: company.operation, company_id: company.id, origin: key, scheduled_date: `${date} 12:00:00` };
    return [...transfers.values()].map((transfer) => ({ ...head, ...transfer }));
  }
}

/** Cancels what a refused document left of its transfers, so that nothing moves under its key later. */
export async function withdrawGoods(api: OdooApi, key: string, company: number, left: () => number): Promise<void> {
  const open = await transfersOf(api, [key], company, ["draft", "waiting", "confirmed", "assigned"], left());
  if (open.length === 0) return;
  const context = { allowed_company_ids: [company] };
  await api.change({ model, method: "action_cancel", ids: open.map(({ id }) => id), arguments: { context } }, z.unknown(), left());
}

function transfersOf(api: OdooApi, keys: readonly string[], company: number, states: readonly string[], within: number) {
  const domain = [
    ["origin", "in", keys],
    ["company_id", "=", company],
    ["state", "in", states],
  ];
  return api.ask(searchCall(model, domain, ["origin", "state"], [company]), transferRecords, within);
}
