import * as z from "zod/mini";
import type { BookedMovement } from "./descriptions.ts";
import type { TrytonCompany } from "./directory.ts";
import { TrytonRefusal, type TrytonService } from "./json-rpc.ts";
import type { PurchaseReader } from "./purchasing.ts";
import { dateOf, wire } from "./values.ts";

const model = "model.stock.shipment.in";
const shipmentRecords = z.array(z.object({ id: wire.id, state: z.string(), incoming_moves: z.array(wire.id) }));
const ids = z.array(wire.id);

export interface OrderReceipt {
  /** Of the document: the reference of the shipment. */
  readonly key: string;
  readonly purchaseOrder: string;
  readonly company: TrytonCompany;
  readonly date: string;
  readonly movements: readonly BookedMovement[];
}

async function shipmentsOf(service: TrytonService, { key, company }: Pick<OrderReceipt, "key" | "company">, within: number) {
  const domain = [
    ["reference", "=", key],
    ["company", "=", company.id],
    ["state", "!=", "cancelled"],
  ];
  const parameters = [domain, 0, null, null, ["state", "incoming_moves"], { company: company.id }];
  return await service.ask(`${model}.search_read`, parameters, shipmentRecords, within);
}

/**
 * Receives goods on their purchase: a supplier shipment with the document's key as its reference takes the moves that wait for them, and
 * Tryton makes new ones for what is still to come. What is there already is taken further. Throws TrytonRefusal when nothing waits any more.
 */
export async function receiveOnOrder(
  service: TrytonService,
  reader: PurchaseReader,
  receipt: OrderReceipt,
  left: () => number,
): Promise<void> {
  const { key, purchaseOrder, company, date, movements } = receipt;
  const context = { company: company.id };
  let [shipment] = await shipmentsOf(service, receipt, left());
  if (shipment === undefined) {
    const purchase = (await reader.under(company, [purchaseOrder], left())).get(purchaseOrder);
    const pieces = new Map<string, number>();
    for (const { item, quantityMillionths } of movements) pieces.set(item, (pieces.get(item) ?? 0) + quantityMillionths);
    const incoming: number[] = [];
    for (const [item, quantityMillionths] of pieces) {
      const move = purchase?.waiting.get(item)?.[0];
      if (move === undefined)
        throw new TrytonRefusal(`nothing of ${item} waits to arrive on purchase order ${purchaseOrder}: see its moves`);
      incoming.push(move);
      const quantity = { quantity: quantityMillionths / 1_000_000 };
      await service.change("model.stock.move.write", [[move], quantity, context], z.unknown(), left());
    }
    const day = dateOf(date);
    const values = {
      company: company.id,
      supplier: purchase?.supplier,
      warehouse: purchase?.warehouse?.id,
      warehouse_input: purchase?.warehouse?.input,
      warehouse_storage: purchase?.warehouse?.storage,
      reference: key,
      planned_date: day,
      effective_date: day,
      incoming_moves: [["add", incoming]],
    };
    const [made = 0] = await service.change(`${model}.create`, [[values], context], ids, left());
    shipment = { id: made, state: "draft", incoming_moves: incoming };
  }
  if (shipment.state === "draft") {
    await service.change(`${model}.receive`, [[shipment.id], context], z.unknown(), left());
    // Where goods are stored where they arrive, receiving is all.
    [shipment] = await shipmentsOf(service, receipt, left());
  }
  if (shipment?.state === "received") await service.change(`${model}.do`, [[shipment.id], context], z.unknown(), left());
}

/** Gives the moves of a receipt that was refused back to their purchase, and cancels its shipment. */
export async function withdrawReceipt(
  service: TrytonService,
  of: Pick<OrderReceipt, "key" | "company">,
  left: () => number,
): Promise<void> {
  const context = { company: of.company.id };
  for (const { id, state, incoming_moves } of await shipmentsOf(service, of, left())) {
    if (state !== "draft") continue;
    if (incoming_moves.length > 0) {
      const given = { incoming_moves: [["remove", incoming_moves]] };
      await service.change(`${model}.write`, [[id], given, context], z.unknown(), left());
    }
    await service.change(`${model}.cancel`, [[id], context], z.unknown(), left());
  }
}
