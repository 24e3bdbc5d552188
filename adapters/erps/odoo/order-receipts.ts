import * as z from "zod/mini";
import { UnknownOutcome } from "#domain/failures";
import { Refused } from "#domain/posting";
import { type Directory, type OdooCompany, searchCall } from "./directory.ts";
import type { BookedMovement } from "./labels.ts";
import type { OdooApi } from "./odoo-api.ts";
import { ordersUnder, type WaitingMove } from "./purchasing.ts";
import { wire } from "./values.ts";

const model = "stock.picking";
const transferRecords = z.array(z.object({ id: wire.id, state: z.string() }));
const originRecords = z.array(z.object({ id: wire.id, move_ids: z.array(wire.id) }));

export interface OrderReceipt {
  /** Of the document. */
  readonly key: string;
  readonly purchaseOrder: string;
  readonly movements: readonly BookedMovement[];
}

/**
 * Receives goods on the transfer that their order made when it was confirmed: the quantities that came are written to it with the document's key as
 * its source document, then it is validated, and Odoo makes another one of what is still to come. That one carries the key on until the next receipt
 * takes it, so a key counts as arrived as soon as one transfer that bears it is done.
 */
export async function receiveOnOrder(
  dependencies: { readonly api: OdooApi; readonly directory: Directory },
  company: OdooCompany,
  { key, purchaseOrder, movements }: OrderReceipt,
  left: () => number,
): Promise<void> {
  const { api } = dependencies;
  const context = { allowed_company_ids: [company.id] };
  const held = await api.ask(
    searchCall(model, [["origin", "=", key], ["company_id", "=", company.id], ["state", "=", "done"]], ["state"], [company.id]), // biome-ignore format: one condition beside the other
    transferRecords,
    left(),
  );
  if (held.length > 0) return;
  const order = (await ordersUnder(dependencies, company, [purchaseOrder], left)).get(purchaseOrder);
  const waiting = order?.waiting ?? [];
  const transfer = waiting.find((each) => holdsAll(waiting, each.transfer, movements))?.transfer;
  if (transfer === undefined) {
    throw new Refused(
      "purchase-order-closed",
      `no transfer of the ERP waits for these goods of purchase order ${purchaseOrder}: see the receipts of the order there`,
    );
  }
  const came = (item: string) =>
    movements.reduce((total, each) => (each.item === item ? total + each.quantityMillionths : total), 0) / 1_000_000;
  const moves = waiting
    .filter((each) => each.transfer === transfer)
    .map(({ id, item }) => [1, id, { quantity: came(item), picked: came(item) > 0 }]);
  const values = { origin: key, move_ids: moves };
  await api.change({ model, method: "write", ids: [transfer], arguments: { vals: values, context } }, z.unknown(), left());
  const quiet = { ...context, skip_backorder: true, skip_sms: true };
  const validate = { model, method: "button_validate", ids: [transfer], arguments: { context: quiet } };
  if ((await api.change(validate, z.unknown(), left())) !== true)
    throw new UnknownOutcome("the ERP asks a person something before it takes the goods in: see its transfers of this key");
}

/** Whether a transfer waits for all of these goods, each item once. */
function holdsAll(waiting: readonly WaitingMove[], transfer: number, movements: readonly BookedMovement[]): boolean {
  const mine = waiting.filter((each) => each.transfer === transfer);
  return movements.every(({ item }) => mine.filter((each) => each.item === item).length === 1);
}

/** Gives back what a refused document wrote to its order's transfer. False, and nothing done, when its goods have arrived. */
export async function withdrawReceipt(
  api: OdooApi,
  { key, purchaseOrder }: OrderReceipt,
  company: number,
  left: () => number,
): Promise<boolean> {
  const mine = [["origin", "=", key], ["company_id", "=", company]]; // biome-ignore format: one condition beside the other
  const done = await api.ask(searchCall(model, [...mine, ["state", "=", "done"]], ["state"], [company]), transferRecords, left());
  if (done.length > 0) return false;
  const open = await api.ask(searchCall(model, [...mine, ["state", "!=", "cancel"]], ["move_ids"], [company]), originRecords, left());
  for (const { id, move_ids } of open) {
    const moves = move_ids.map((move) => [1, move, { picked: false }]);
    const context = { allowed_company_ids: [company] };
    const values = { origin: purchaseOrder, move_ids: moves };
    await api.change({ model, method: "write", ids: [id], arguments: { vals: values, context } }, z.unknown(), left());
  }
  return true;
}
