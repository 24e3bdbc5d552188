import * as z from "zod/mini";
import { Throttled } from "#domain/failures";
import {
  type HeldPurchaseOrder,
  type PurchaseOrder,
  placing,
  Refused,
  requireSameOrder,
  requireSoundOrder,
  unapplied,
} from "#domain/posting";
import type { ErpPurchasing, StepAnswer } from "#ports/erp";
import type { Directory, TrytonCompany } from "./directory.ts";
import { TrytonRefusal, type TrytonService } from "./json-rpc.ts";
import { dateOf, dayOf, decimalOf, wire } from "./values.ts";

const ids = z.array(wire.id);
const purchases = z.array(
  z.object({
    id: wire.id,
    number: wire.text,
    reference: wire.text,
    state: z.string(),
    purchase_date: z.nullable(wire.date),
    "party.": z.object({ id: wire.id, code: wire.text }),
    "currency.": z.object({ code: wire.text, digits: z.int() }),
    "warehouse.": z.nullable(
      z.object({
        id: wire.id,
        input_location: z.nullable(wire.id),
        storage_location: z.nullable(wire.id),
        "storage_location.": z.nullable(z.object({ code: wire.text })),
      }),
    ),
  }),
);
const lineRecords = z.array(
  z.object({
    id: wire.id,
    purchase: wire.id,
    quantity: z.nullable(z.number()),
    unit_price: z.nullable(wire.decimal),
    "product.": z.nullable(z.object({ code: wire.text })),
  }),
);
const moveRecords = z.array(z.object({ id: wire.id, origin: wire.text, quantity: z.number(), state: z.string(), shipment: wire.text }));
const parties = z.array(z.object({ id: wire.id, addresses: ids, supplier_location: z.nullable(wire.id) }));
const places = z.array(z.object({ id: wire.id, "storage_location.": z.nullable(z.object({ code: wire.text })) }));
/** The way of an order, and the button that takes it further. The server itself takes a confirmed one into its processing. */
const buttons = [
  { from: "draft", press: "quote", to: "quotation" },
  { from: "quotation", press: "confirm", to: "confirmed" },
  { from: "confirmed", press: "process", to: "processing" },
] as const;
const millionths = (quantity: number) => Math.round(quantity * 1_000_000);

/** A purchase of Tryton's, with what a receipt on it refers to. */
export interface HeldPurchase {
  readonly id: number;
  readonly state: string;
  readonly supplier: number;
  /** Where its goods come in and where they are stored. */
  readonly warehouse: { readonly id: number; readonly input: number | null; readonly storage: number | null } | undefined;
  readonly order: HeldPurchaseOrder;
  /** Draft moves that wait for goods of an item, none of a shipment's. */
  readonly waiting: ReadonlyMap<string, readonly number[]>;
}

export interface PurchaseReader {
  /** What there is under these numbers, the hub's or Tryton's own; where there are two, the confirmed one, or else the oldest. */
  under(company: TrytonCompany, numbers: readonly string[], within: number): Promise<ReadonlyMap<string, HeldPurchase>>;
}

export function createPurchaseReader(service: TrytonService): PurchaseReader {
  const search = <T>(
    model: string,
    domain: unknown[],
    fields: string[],
    schema: z.ZodMiniType<T>,
    company: TrytonCompany,
    within: number,
  ) => service.ask(`model.${model}.search_read`, [domain, 0, null, [["id", "ASC"]], fields, { company: company.id }], schema, within);

  return {
    async under(company, numbers, within) {
      const found = new Map<string, HeldPurchase>();
      if (numbers.length === 0) return found;
      const named = ["OR", ["reference", "in", numbers], ["number", "in", numbers]];
      const fields = ["number", "reference", "state", "purchase_date", "party.code", "currency.code", "currency.digits"];
      const heads = await search(
        "purchase.purchase",
        [["company", "=", company.id], named],
        [...fields, "warehouse.input_location", "warehouse.storage_location", "warehouse.storage_location.code"],
        purchases,
        company,
        within,
      );
      if (heads.length === 0) return found;
      const headIds = heads.map(({ id }) => id);
      const lineFields = ["purchase", "quantity", "unit_price", "product.code"];
      const goods = [
        ["purchase", "in", headIds],
        ["type", "=", "line"],
      ];
      const lines = await search("purchase.line", goods, lineFields, lineRecords, company, within);
      const origins = lines.map(({ id }) => `purchase.line,${id}`);
      const moves = await search(
        "stock.move",
        [
          ["origin", "in", origins],
          ["state", "!=", "cancelled"],
        ],
        ["origin", "quantity", "state", "shipment"],
        moveRecords,
        company,
        within,
      );
      // One whose creation was taken for lost may come to be seen after the one that was made in its place and confirmed: that one stays the order.
      const isConfirmed = ({ state }: { readonly state: string }) =>
        Number(state === "confirmed" || state === "processing" || state === "done");
      for (const head of heads.toSorted((one, other) => isConfirmed(other) - isConfirmed(one))) {
        const held = heldPurchase(head, company, lines, moves);
        for (const name of [held.order.number, held.order.erpNumber]) if (name !== "" && !found.has(name)) found.set(name, held);
      }
      return found;
    },
  };
}

function heldPurchase(
  head: z.infer<typeof purchases>[number],
  company: TrytonCompany,
  lines: z.infer<typeof lineRecords>,
  moves: z.infer<typeof moveRecords>,
): HeldPurchase {
  const { code: currency, digits } = head["currency."];
  const waiting = new Map<string, number[]>();
  const told = lines
    .filter(({ purchase }) => purchase === head.id)
    .map((line) => {
      const item = line["product."]?.code ?? "";
      const mine = moves.filter(({ origin }) => origin === `purchase.line,${line.id}`);
      const open = mine.filter(({ state, shipment }) => state === "draft" && shipment === null).map(({ id }) => id);
      waiting.set(item, [...(waiting.get(item) ?? []), ...open]);
      const received = mine.filter(({ state }) => state === "done").reduce((total, { quantity }) => total + millionths(quantity), 0);
      // A buyer's price may be finer than a minor unit.
      const unitCost = Math.round(Number(line.unit_price?.decimal ?? 0) * 10 ** digits);
      return { item, quantityMillionths: millionths(line.quantity ?? 0), unitCost, receivedMillionths: received };
    });
  const order: HeldPurchaseOrder = {
    number: head.reference ?? head.number ?? "",
    erpNumber: head.number ?? "",
    entity: company.entity,
    vendor: head["party."].code ?? "",
    location: head["warehouse."]?.["storage_location."]?.code ?? "",
    currency: currency ?? "",
    orderedOn: head.purchase_date === null ? "" : dayOf(head.purchase_date),
    open: head.state === "processing" || head.state === "confirmed",
    lines: told,
  };
  const place = head["warehouse."];
  const warehouse = place === null ? undefined : { id: place.id, input: place.input_location, storage: place.storage_location };
  return { id: head.id, state: head.state, supplier: head["party."].id, warehouse, order, waiting };
}

/**
 * Tryton's purchases. Our number is the reference, and is looked up before anything is sent; an order that was cut off is a draft or a quotation, and
 * is taken further. Where two senders made one at the same moment, both go on with the older draft and the other is deleted.
 */
export function createTrytonPurchasing(
  { service, directory, reader }: { readonly service: TrytonService; readonly directory: Directory; readonly reader: PurchaseReader },
  requestMilliseconds: number,
  now: () => number,
): ErpPurchasing {
  async function draftOf(order: PurchaseOrder, company: TrytonCompany, left: () => number): Promise<object> {
    const context = { company: company.id };
    const [vendor] = await service.ask(
      "model.party.party.search_read",
      [[["code", "=", order.vendor]], 0, 1, null, ["addresses", "supplier_location"], context],
      parties,
      left(),
    );
    if (vendor === undefined) {
      throw new Refused("unknown-vendor", `vendor ${order.vendor} is no active party of the ERP: create it there with this code`);
    }
    const [address] = vendor.addresses;
    if (address === undefined || vendor.supplier_location === null) {
      throw new Refused(
        "vendor-incomplete",
        `vendor ${order.vendor} has no address or no supplier location in the ERP: complete the party`,
      );
    }
    const warehouses = await service.ask(
      "model.stock.location.search_read",
      [[["type", "=", "warehouse"]], 0, null, null, ["storage_location.code"], context],
      places,
      left(),
    );
    const warehouse = warehouses.find((each) => each["storage_location."]?.code === order.location);
    if (warehouse === undefined) {
      throw new Refused(
        "unknown-location",
        `no warehouse of the ERP stores its goods in location ${order.location}: create a warehouse whose storage location has this code`,
      );
    }
    const items = await directory.items(
      order.lines.map(({ item }) => item),
      left(),
    );
    const currency = (await directory.house(left())).currencies.get(order.currency);
    if (currency === undefined)
      throw new Refused("unknown-currency", `the ERP does not know the currency ${order.currency}: create it there`);
    const lines = order.lines.map(({ item, quantityMillionths, unitCost }) => {
      const product = items.get(item);
      if (product?.active !== true)
        throw new Refused("unknown-item", `item ${item} is no active product of the ERP: create it there with this code`);
      const quantity = quantityMillionths / 1_000_000;
      return { type: "line", product: product.id, unit: product.unit, quantity, unit_price: decimalOf(unitCost, currency.digits) };
    });
    return {
      company: company.id,
      party: vendor.id,
      invoice_address: address,
      warehouse: warehouse.id,
      currency: currency.id,
      reference: order.number,
      purchase_date: dateOf(order.orderedOn),
      lines: [["create", lines]],
    };
  }

  async function place(order: PurchaseOrder, left: () => number, sent: () => void): Promise<StepAnswer> {
    requireSoundOrder(order);
    const company = await directory.company(order.entity, left());
    const held = async () => (await reader.under(company, [order.number], left())).get(order.number);
    const context = { company: company.id };
    let found = await held();
    if (found === undefined) {
      const draft = await draftOf(order, company, left);
      sent();
      const [made] = await service.change("model.purchase.purchase.create", [[draft], context], ids, left());
      found = await held();
      if (made !== undefined && found !== undefined && found.id !== made)
        await service.change("model.purchase.purchase.delete", [[made], context], z.unknown(), left());
    }
    if (found === undefined) return { kind: "unknown", message: "the ERP took the order and does not show it" };
    requireSameOrder(found.order, order);
    let { state } = found;
    for (const { from, press, to } of buttons) {
      if (state !== from) continue;
      sent();
      await service.change(`model.purchase.purchase.${press}`, [[found.id], context], z.unknown(), left());
      state = to;
    }
    const { erpNumber } = state === found.state ? found.order : ((await held())?.order ?? found.order);
    return { kind: "done", number: erpNumber };
  }

  return {
    // Turned away is not applied, and what was made before is found when the order comes again.
    place: placing({ place, requestMilliseconds, now }, (error) => {
      if (error instanceof TrytonRefusal) return { kind: "refused", code: "rejected", message: error.message };
      return error instanceof Throttled ? unapplied(error) : undefined;
    }),
    async find(entity, numbers) {
      const held = await reader.under(await directory.company(entity, requestMilliseconds), numbers, requestMilliseconds);
      return numbers.map((number) => held.get(number)?.order);
    },
  };
}
