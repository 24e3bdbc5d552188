import * as z from "zod/mini";
import { currencyExponent } from "#domain/money";
import { type HeldPurchaseOrder, type PurchaseOrder, placing, Refused, requireSameOrder, requireSoundOrder } from "#domain/posting";
import type { ErpPurchasing, StepAnswer } from "#ports/erp";
import type { Directory, ErpNextCompany } from "./directory.ts";
import { type FrappeApi, FrappeRefusal } from "./frappe-api.ts";
import { amountOf } from "./values.ts";

const doctype = "Purchase Order";
const text = z.nullable(z.string());
const headRecord = z.object({
  name: z.string(),
  throughline_key: text,
  docstatus: z.int(),
  status: text,
  supplier: z.string(),
  currency: z.string(),
  transaction_date: z.string(),
});
const lineRecord = z.object({
  name: z.string(),
  parent: z.string(),
  item_code: z.string(),
  qty: z.number(),
  rate: z.number(),
  received_qty: z.number(),
  warehouse: text,
});
const supplierRecord = z.object({ name: z.string(), disabled: z.int() });
const millionths = (quantity: number) => Math.round(quantity * 1_000_000);
/** Numbers are ours in an entity; the field is unique in the site. */
const keyOf = (company: ErpNextCompany, number: string) => `${company.name}#${number}`;

/** An order, with the names that a receipt on it refers to. */
export interface HeldOrder {
  readonly name: string;
  readonly docstatus: number;
  readonly supplier: string;
  readonly order: HeldPurchaseOrder;
  readonly rows: readonly { readonly name: string; readonly item: string; readonly rate: number }[];
}

/** What there is under these numbers, the hub's or ERPNext's own names. A cancelled one is absent, as ERPNext amends it by another. */
export async function ordersUnder(
  api: FrappeApi,
  directory: Directory,
  company: ErpNextCompany,
  numbers: readonly string[],
  within: number,
): Promise<ReadonlyMap<string, HeldOrder>> {
  const found = new Map<string, HeldOrder>();
  if (numbers.length === 0) return found;
  const mine = [["company", "=", company.name], ["docstatus", "<", 2]]; // biome-ignore format: one condition beside the other
  const fields = ["name", "throughline_key", "docstatus", "status", "supplier", "currency", "transaction_date"];
  const keys = numbers.map((number) => keyOf(company, number));
  const heads: z.infer<typeof headRecord>[] = [];
  for (const filter of [["throughline_key", "in", keys], ["name", "in", numbers]]) // biome-ignore format: the two in one line
    heads.push(...(await api.list({ doctype, fields, filters: [...mine, filter], limit: numbers.length }, headRecord, within)));
  if (heads.length === 0) return found;
  const rowFields = ["name", "parent", "item_code", "qty", "rate", "received_qty", "warehouse"];
  const parents = ["parent", "in", heads.map(({ name }) => name)];
  const query = { doctype: "Purchase Order Item", fields: rowFields, filters: [parents], order: "idx asc", parent: doctype };
  const rows = await api.listAll(query, lineRecord, within);
  const places = new Map([...(await directory.warehouses(company, within))].map(([location, { name }]) => [name, location]));
  for (const head of heads) {
    const own = rows.filter(({ parent }) => parent === head.name);
    const locations = new Set(own.map(({ warehouse }) => places.get(warehouse ?? "") ?? ""));
    const prefix = keyOf(company, "");
    const { throughline_key: key } = head;
    const order: HeldPurchaseOrder = {
      number: key?.startsWith(prefix) === true ? key.slice(prefix.length) : head.name,
      erpNumber: head.name,
      entity: company.entity,
      vendor: head.supplier,
      // One that is for several places is for none.
      location: locations.size === 1 ? ([...locations][0] ?? "") : "",
      currency: head.currency,
      orderedOn: head.transaction_date,
      open: head.docstatus === 1 && (head.status ?? "").startsWith("To Receive"),
      lines: own.map(({ item_code, qty, rate, received_qty }) => ({
        item: item_code,
        quantityMillionths: millionths(qty),
        // A buyer's rate may be finer than a minor unit.
        unitCost: Math.round(rate * 10 ** currencyExponent(head.currency)),
        receivedMillionths: millionths(received_qty),
      })),
    };
    const held = {
      name: head.name,
      docstatus: head.docstatus,
      supplier: head.supplier,
      order,
      rows: own.map(({ name, item_code, rate }) => ({ name, item: item_code, rate })),
    };
    for (const name of [order.number, order.erpNumber]) if (!found.has(name)) found.set(name, held);
  }
  return found;
}

/** Purchase Orders of ERPNext. Our number stands in `throughline_key`, which ERPNext takes once; an order that was cut off is a draft, and is submitted. */
export function createErpNextPurchasing(
  { api, directory }: { readonly api: FrappeApi; readonly directory: Directory },
  requestMilliseconds: number,
  now: () => number,
): ErpPurchasing {
  async function draftOf(order: PurchaseOrder, company: ErpNextCompany, left: () => number): Promise<object> {
    const query = { doctype: "Supplier", fields: ["name", "disabled"], filters: [["name", "=", order.vendor]], limit: 1 };
    const [supplier] = await api.list(query, supplierRecord, left());
    if (supplier?.disabled !== 0)
      throw new Refused("unknown-vendor", `vendor ${order.vendor} is no active supplier of the ERP: create it there with this name`);
    const warehouse = (await directory.warehouses(company, left())).get(order.location);
    if (warehouse?.active !== true) {
      throw new Refused(
        "unknown-location",
        `location ${order.location} of ${order.entity} is no active warehouse of the ERP: create it there with this name`,
      );
    }
    const items = await directory.items(
      order.lines.map(({ item }) => item),
      left(),
    );
    return {
      ...{
        doctype,
        company: company.name,
        supplier: order.vendor,
        currency: order.currency,
        throughline_key: keyOf(company, order.number),
      },
      ...{ transaction_date: order.orderedOn, schedule_date: order.orderedOn, ignore_pricing_rule: 1 },
      // Of another currency ERPNext looks the rate up.
      ...(order.currency === company.currency ? { conversion_rate: 1 } : {}),
      items: order.lines.map(({ item, quantityMillionths, unitCost }) => {
        const known = items.get(item);
        if (known?.active !== true)
          throw new Refused("unknown-item", `item ${item} is no active item of the ERP: create it there with this code`);
        const units = { uom: known.unit, stock_uom: known.unit, conversion_factor: 1 };
        const rate = amountOf(unitCost, company.digits);
        return {
          item_code: item,
          qty: quantityMillionths / 1_000_000,
          rate,
          ...units,
          warehouse: warehouse.name,
          schedule_date: order.orderedOn,
        };
      }),
    };
  }

  async function place(order: PurchaseOrder, left: () => number, begin: () => void): Promise<StepAnswer> {
    requireSoundOrder(order);
    const company = await directory.company(order.entity, left());
    if (order.currency !== company.currency) {
      throw new Refused(
        "unknown-currency",
        `orders of ${order.entity} are placed in ${company.currency}: ERPNext would value ${order.currency} at a rate of its own`,
      );
    }
    const held = async () => (await ordersUnder(api, directory, company, [order.number], left())).get(order.number);
    let found = await held();
    if (found === undefined) {
      const draft = await draftOf(order, company, left);
      begin();
      await api.insert([draft], left());
      found = await held();
    }
    if (found === undefined) return { kind: "unknown", message: "the ERP took the order and does not show it" };
    requireSameOrder(found.order, order);
    begin();
    if (found.docstatus === 0) await api.submit(doctype, found.name, left());
    return { kind: "done", number: found.name };
  }

  return {
    place: placing({ place, requestMilliseconds, now }, (error) => {
      if (!(error instanceof FrappeRefusal)) return undefined;
      const isTaken = error.exception === "DuplicateEntryError" || error.exception === "UniqueValidationError";
      // Somebody else has just taken the number: what is there is looked up.
      if (isTaken) return { kind: "unknown", message: `the order is in the ERP already: ${error.message}` };
      return { kind: "refused", code: "rejected", message: error.message };
    }),
    async find(entity, numbers) {
      const company = await directory.company(entity, requestMilliseconds);
      const held = await ordersUnder(api, directory, company, numbers, requestMilliseconds);
      return numbers.map((number) => held.get(number)?.order);
    },
  };
}
