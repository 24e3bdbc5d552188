import * as z from "zod/mini";
import { type HeldPurchaseOrder, type PurchaseOrder, placing, Refused, requireSameOrder, requireSoundOrder } from "#domain/posting";
import type { ErpPurchasing, StepAnswer } from "#ports/erp";
import { type Directory, type OdooCompany, searchCall } from "./directory.ts";
import { type OdooApi, OdooRefusal } from "./odoo-api.ts";
import { amountOf, wire } from "./values.ts";

const model = "purchase.order";
const noon = "12:00:00";
const ids = z.array(wire.id);
const headRecords = z.array(
  z.object({
    id: wire.id,
    name: z.string(),
    origin: wire.text,
    state: z.string(),
    partner_id: wire.link,
    currency_id: wire.link,
    picking_type_id: wire.link,
    date_order: z.string(),
  }),
);
const lineRecords = z.array(
  z.object({
    id: wire.id,
    order_id: wire.link,
    product_id: wire.link,
    product_qty: z.number(),
    price_unit: z.number(),
    qty_received: z.number(),
  }),
);
const moveRecords = z.array(
  z.object({ id: wire.id, purchase_line_id: wire.link, picking_id: wire.link, product_uom_qty: z.number(), location_dest_id: wire.link }),
);
const vendorRecords = z.array(z.object({ id: wire.id, ref: wire.text, active: z.boolean() }));
const operationRecords = z.array(z.object({ id: wire.id, default_location_dest_id: wire.link }));
const placeRecords = z.array(z.object({ id: wire.id, barcode: wire.text }));
const productRecords = z.array(z.object({ id: wire.id, default_code: wire.text }));
const millionths = (quantity: number) => Math.round(quantity * 1_000_000);
/** Confirmed; "done" is what Odoo until 18 calls a confirmed order that nobody changes any more. Its goods come in all the same. */
const confirmed: ReadonlySet<string> = new Set(["purchase", "done"]);
const unconfirmed: ReadonlySet<string> = new Set(["draft", "sent"]);
/** A line's unit of measure has another name in each of 17 and 18, 19, and what comes after. */
const unitFields = ["product_uom", "product_uom_id", "uom_id"];

/** Goods that Odoo waits for, on a transfer that the order made when it was confirmed. */
export interface WaitingMove {
  readonly id: number;
  readonly transfer: number;
  readonly item: string;
  readonly quantityMillionths: number;
}

/** An order, with what a receipt on it takes further. */
export interface HeldOrder {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly order: HeldPurchaseOrder;
  readonly waiting: readonly WaitingMove[];
}

/** What there is under these numbers, the hub's or Odoo's own; where there are two, the confirmed one, or else the oldest. A cancelled one is absent. */
export async function ordersUnder(
  { api, directory }: { readonly api: OdooApi; readonly directory: Directory },
  company: OdooCompany,
  numbers: readonly string[],
  left: () => number,
): Promise<ReadonlyMap<string, HeldOrder>> {
  const found = new Map<string, HeldOrder>();
  if (numbers.length === 0) return found;
  const read = <T>(of: string, domain: unknown[], fields: string[], schema: z.ZodMiniType<T[]>) =>
    api.askAll(searchCall(of, domain, fields, [company.id]), schema, left());
  const named = (links: readonly ({ readonly id: number } | undefined)[]) => [
    "id",
    "in",
    [...new Set(links.flatMap((link) => link?.id ?? []))],
  ];
  const mine = [["company_id", "=", company.id], ["state", "!=", "cancel"]]; // biome-ignore format: one condition beside the other
  const headFields = ["name", "origin", "state", "partner_id", "currency_id", "picking_type_id", "date_order"];
  const byOurs = await read(model, [...mine, ["origin", "in", numbers]], headFields, headRecords);
  const byTheirs = await read(model, [...mine, ["name", "in", numbers]], headFields, headRecords);
  // One whose create was taken for lost may come to be seen after the one that was made in its place and confirmed: that one stays the order.
  const isConfirmed = ({ state }: { readonly state: string }) => Number(confirmed.has(state));
  const heads = [...byOurs.toSorted((one, other) => isConfirmed(other) - isConfirmed(one)), ...byTheirs];
  if (heads.length === 0) return found;

  const lineFields = ["order_id", "product_id", "product_qty", "price_unit", "qty_received"];
  const lines = await read("purchase.order.line", [["order_id", "in", heads.map(({ id }) => id)], ["product_id", "!=", false]], lineFields, lineRecords); // biome-ignore format: the two in one line
  const moveFields = ["purchase_line_id", "picking_id", "product_uom_qty", "location_dest_id"];
  const open = ["state", "not in", ["done", "cancel"]];
  const moves = await read("stock.move", [["purchase_line_id", "in", lines.map(({ id }) => id)], open], moveFields, moveRecords);
  const vendors = await read("res.partner", [named(heads.map(({ partner_id }) => partner_id))], ["ref", "active"], vendorRecords);
  const products = await read("product.product", [named(lines.map(({ product_id }) => product_id))], ["default_code"], productRecords);
  const operationFields = ["default_location_dest_id"];
  const operations = await read(
    "stock.picking.type",
    [named(heads.map(({ picking_type_id }) => picking_type_id))],
    operationFields,
    operationRecords,
  );
  const places = await read(
    "stock.location",
    [named(operations.map(({ default_location_dest_id }) => default_location_dest_id))],
    ["barcode"],
    placeRecords,
  );
  const currencies = await directory.currencies(left());

  for (const head of heads) {
    const currency = currencies.find(({ id }) => id === head.currency_id?.id);
    const operation = operations.find(({ id }) => id === head.picking_type_id?.id);
    const place = places.find(({ id }) => id === operation?.default_location_dest_id?.id);
    const own = lines.filter(({ order_id }) => order_id?.id === head.id);
    const codeOf = (line: (typeof own)[number]) => products.find(({ id }) => id === line.product_id?.id)?.default_code ?? "";
    const waiting = own.flatMap((line) =>
      moves.flatMap(({ id, purchase_line_id, picking_id, product_uom_qty, location_dest_id }) =>
        // Goods that go to another place than the order's go there because a person said so.
        purchase_line_id?.id !== line.id || picking_id === undefined || location_dest_id?.id !== place?.id
          ? []
          : [{ id, transfer: picking_id.id, item: codeOf(line), quantityMillionths: millionths(product_uom_qty) }],
      ),
    );
    const order: HeldPurchaseOrder = {
      // An order that Odoo made of a need of its own names that as its source.
      number: head.origin !== undefined && numbers.includes(head.origin) ? head.origin : head.name,
      erpNumber: head.name,
      entity: company.entity,
      vendor: vendors.find(({ id }) => id === head.partner_id?.id)?.ref ?? "",
      location: place?.barcode ?? "",
      currency: currency?.code ?? "",
      orderedOn: head.date_order.slice(0, 10),
      open: confirmed.has(head.state) && waiting.length > 0,
      lines: own.map((line) => ({
        item: codeOf(line),
        quantityMillionths: millionths(line.product_qty),
        // A buyer's price may be finer than a minor unit.
        unitCost: Math.round(line.price_unit * 10 ** (currency?.digits ?? company.digits)),
        receivedMillionths: millionths(line.qty_received),
      })),
    };
    const held = { id: head.id, name: head.name, state: head.state, order, waiting };
    for (const name of [order.number, order.erpNumber]) if (!found.has(name)) found.set(name, held);
  }
  return found;
}

/**
 * Purchase orders of Odoo. Our number stands in the order's source document, and is looked up before anything is sent; an order that was cut off is a
 * request for quotation, and is confirmed. Where two senders made one at the same moment, both go on with the older one and the other is taken away.
 */
export function createOdooPurchasing(
  dependencies: { readonly api: OdooApi; readonly directory: Directory },
  requestMilliseconds: number,
  now: () => number,
): ErpPurchasing {
  const { api, directory } = dependencies;

  async function draftOf(order: PurchaseOrder, company: OdooCompany, left: () => number): Promise<object> {
    const mine = ["company_id", "in", [company.id, false]];
    const vendors = searchCall("res.partner", [mine, ["ref", "=", order.vendor]], ["ref", "active"], [company.id]);
    const vendor = (await api.ask(vendors, vendorRecords, left())).find(({ active }) => active);
    if (vendor === undefined)
      throw new Refused("unknown-vendor", `vendor ${order.vendor} is no active contact of the ERP: create it there with this reference`);
    const place = (await directory.locations([order.location], company.id, left())).get(order.location);
    const incoming = [["company_id", "=", company.id], ["code", "=", "incoming"], ["active", "=", true]]; // biome-ignore format: one condition beside the other
    const operations = searchCall("stock.picking.type", incoming, ["default_location_dest_id"], [company.id]);
    const operation = (await api.ask(operations, operationRecords, left())).find(
      ({ default_location_dest_id }) => place !== undefined && default_location_dest_id?.id === place,
    );
    if (operation === undefined) {
      throw new Refused(
        "unknown-location",
        `no operation of the ERP receives goods in location ${order.location}: create a receipt operation whose destination has this barcode`,
      );
    }
    const currency = (await directory.currencies(left())).find(({ code }) => code === order.currency);
    if (currency?.active !== true)
      throw new Refused("unknown-currency", `the currency ${order.currency} is not active in the ERP: make it active there`);
    const codes = order.lines.map(({ item }) => item);
    const items = await directory.items(codes, company.id, left());
    const [unitField = "product_uom"] = await directory.fields("purchase.order.line", unitFields, left());
    const day = `${order.orderedOn} ${noon}`;
    const lines = order.lines.map(({ item, quantityMillionths, unitCost }) => {
      const product = items.get(item);
      if (product?.active !== true)
        throw new Refused("unknown-item", `item ${item} is no active product of the ERP: create it there with this internal reference`);
      const goods = { product_id: product.id, [unitField]: product.unit, product_qty: quantityMillionths / 1_000_000 };
      return [0, 0, { ...goods, name: item, price_unit: amountOf(unitCost, currency.digits), date_planned: day }];
    });
    return {
      ...{ company_id: company.id, partner_id: vendor.id, currency_id: currency.id, picking_type_id: operation.id },
      ...{ origin: order.number, date_order: day, order_line: lines },
    };
  }

  async function place(order: PurchaseOrder, left: () => number, begin: () => void): Promise<StepAnswer> {
    requireSoundOrder(order);
    const company = await directory.company(order.entity, left());
    const context = { allowed_company_ids: [company.id] };
    const press = (method: string, id: number) => api.change({ model, method, ids: [id], arguments: { context } }, z.unknown(), left());
    const held = async () => (await ordersUnder(dependencies, company, [order.number], left)).get(order.number);
    let found = await held();
    if (found === undefined) {
      const draft = await draftOf(order, company, left);
      begin();
      const create = { model, method: "create", arguments: { vals_list: [draft], context } };
      const [made] = await api.change(create, ids, left());
      found = await held();
      if (made !== undefined && found !== undefined && found.id !== made) {
        // Odoo deletes cancelled orders alone.
        await press("button_cancel", made);
        await press("unlink", made);
      }
    }
    if (found === undefined) return { kind: "unknown", message: "the ERP took the order and does not show it" };
    requireSameOrder(found.order, order);
    if (unconfirmed.has(found.state)) {
      begin();
      await press("button_confirm", found.id);
    }
    return { kind: "done", number: found.name };
  }

  return {
    place: placing({ place, requestMilliseconds, now }, (error) =>
      error instanceof OdooRefusal ? { kind: "refused", code: "rejected", message: error.message } : undefined,
    ),
    async find(entity, numbers) {
      const deadline = now() + requestMilliseconds;
      const company = await directory.company(entity, requestMilliseconds);
      const held = await ordersUnder(dependencies, company, numbers, () => deadline - now());
      return numbers.map((number) => held.get(number)?.order);
    },
  };
}
