import * as z from "zod/mini";
import { currencyExponent, formatMinorUnits, isCurrency } from "#domain/money";
import { type HeldPurchaseOrder, type PurchaseOrder, placing, Refused, requireSameOrder, requireSoundOrder } from "#domain/posting";
import type { ErpPurchasing, StepAnswer } from "#ports/erp";
import { type Company, type Directory, filtered, quoted } from "./directory.ts";
import { BusinessCentralRefusal, type BusinessCentralService } from "./odata-service.ts";

const text = z.string().check(z.maxLength(500));
const orderRecord = z.object({
  id: text,
  number: text,
  orderDate: text,
  vendorNumber: text,
  shipToContact: text,
  currencyCode: text,
  fullyReceived: z.boolean(),
  status: text,
  purchaseOrderLines: z.array(
    z.object({
      lineType: text,
      lineObjectNumber: text,
      quantity: z.number(),
      directUnitCost: z.number(),
      receivedQuantity: z.number(),
      locationId: text,
    }),
  ),
});
const receiptRecord = z.object({ orderNumber: text });
const vendorRecord = z.object({ number: text, blocked: text });
const itemRecord = z.object({ number: text, blocked: z.boolean(), baseUnitOfMeasureCode: text });
const numbersPerQuestion = 20;
const millionths = (quantity: number) => Math.round(quantity * 1_000_000);
/** Text fields of the API say so of characters that a name in XML cannot have. */
const isBlank = (blocked: string) => blocked.replaceAll("_x0020_", "").trim() === "";

interface HeldOrder {
  readonly id: string;
  readonly order: HeldPurchaseOrder;
}

/**
 * Purchase orders of Business Central. It numbers them itself, and its API shows no reference of an order's; our number stands in the ship-to contact, which
 * the vendor's papers repeat, and is looked up before anything is sent. An order is made with its lines in one request, so none is ever half there. What
 * arrives on one is not received by the hub: the API receives an order only together with the vendor's invoice.
 */
export function createBusinessCentralPurchasing(
  { service, directory }: { readonly service: BusinessCentralService; readonly directory: Directory },
  requestMilliseconds: number,
  now: () => number,
): ErpPurchasing {
  /** What there is under these numbers, ours or Business Central's own; its oldest first. */
  async function under(company: Company, numbers: readonly string[], left: () => number): Promise<HeldOrder[]> {
    const found: HeldOrder[] = [];
    if (numbers.length === 0) return found;
    const places = new Map((await directory.locations(company, left())).map(({ id, code }) => [id, code]));
    for (let start = 0; start < numbers.length; start += numbersPerQuestion) {
      const filter = numbers
        .slice(start, start + numbersPerQuestion)
        .flatMap((number) => [`shipToContact eq ${quoted(number)}`, `number eq ${quoted(number)}`])
        .join(" or ");
      const path = filtered(directory.below(company, "purchaseOrders"), filter, "&$expand=purchaseOrderLines&$orderby=number");
      for (const record of await service.list(path, orderRecord, left())) found.push(heldOrder(record, company, places, numbers));
    }
    return found;
  }

  async function bodyOf(order: PurchaseOrder, company: Company, left: () => number): Promise<object> {
    const named = (collection: string, numbers: readonly string[]) =>
      filtered(directory.below(company, collection), numbers.map((number) => `number eq ${quoted(number)}`).join(" or "));
    const [vendor] = await service.list(named("vendors", [order.vendor]), vendorRecord, left());
    if (vendor === undefined || !isBlank(vendor.blocked))
      throw new Refused(
        "unknown-vendor",
        `vendor ${order.vendor} takes no orders in Business Central: create it there with this number, or unblock it`,
      );
    const place = (await directory.locations(company, left())).find(({ code }) => code === order.location);
    if (place === undefined)
      throw new Refused("unknown-location", `location ${order.location} is not in Business Central: create it there with this code`);
    const items = new Map<string, z.infer<typeof itemRecord>>();
    for (let start = 0; start < order.lines.length; start += numbersPerQuestion) {
      const part = order.lines.slice(start, start + numbersPerQuestion).map(({ item }) => item);
      for (const item of await service.list(named("items", part), itemRecord, left())) items.set(item.number, item);
    }
    return {
      ...{ orderDate: order.orderedOn, vendorNumber: order.vendor, shipToContact: order.number, currencyCode: order.currency },
      purchaseOrderLines: order.lines.map(({ item, quantityMillionths, unitCost }) => {
        const known = items.get(item);
        if (known?.blocked !== false)
          throw new Refused(
            "unknown-item",
            `item ${item} is no item that Business Central buys: create it there with this number, or unblock it`,
          );
        return {
          ...{ lineType: "Item", lineObjectNumber: item, locationId: place.id },
          // Else it would take the unit in which the item is bought, a box perhaps.
          ...(known.baseUnitOfMeasureCode === "" ? {} : { unitOfMeasureCode: known.baseUnitOfMeasureCode }),
          ...{ quantity: quantityMillionths / 1_000_000, directUnitCost: Number(formatMinorUnits(unitCost, order.currency)) },
        };
      }),
    };
  }

  async function place(order: PurchaseOrder, left: () => number, begin: () => void): Promise<StepAnswer> {
    requireSoundOrder(order);
    const company = await directory.company(order.entity, left());
    const held = async () => (await under(company, [order.number], left)).filter((each) => each.order.number === order.number);
    let [found] = await held();
    if (found === undefined) {
      const receipts = filtered(directory.below(company, "purchaseReceipts"), `shipToContact eq ${quoted(order.number)}`);
      const [received] = await service.list(receipts, receiptRecord, left(), 1);
      // An order that was received and invoiced in full is deleted there.
      if (received !== undefined) return { kind: "done", number: received.orderNumber };
      const body = await bodyOf(order, company, left);
      begin();
      await service.change([{ method: "POST", url: directory.below(company, "purchaseOrders"), body }], left());
      const [first, ...others] = await held();
      // Another sender made it at the same moment: both go on with the older one.
      for (const { id } of others)
        await service.change([{ method: "DELETE", url: directory.below(company, `purchaseOrders(${id})`) }], left());
      found = first;
    }
    if (found === undefined) return { kind: "unknown", message: "Business Central took the order and does not show it" };
    requireSameOrder(found.order, order);
    return { kind: "done", number: found.order.erpNumber };
  }

  return {
    place: placing({ place, requestMilliseconds, now, erp: "Business Central" }, (error) =>
      error instanceof BusinessCentralRefusal ? { kind: "refused", code: "rejected", message: error.message } : undefined,
    ),
    async find(entity, numbers) {
      const deadline = now() + requestMilliseconds;
      const company = await directory.company(entity, requestMilliseconds);
      const held = await under(company, numbers, () => deadline - now());
      return numbers.map((number) => held.find(({ order }) => order.number === number || order.erpNumber === number)?.order);
    },
  };
}

function heldOrder(
  record: z.infer<typeof orderRecord>,
  company: Company,
  places: ReadonlyMap<string, string>,
  numbers: readonly string[],
): HeldOrder {
  const { id, number, shipToContact, currencyCode, status } = record;
  const currency = currencyCode === "" ? company.currency : currencyCode;
  const lines = record.purchaseOrderLines.filter(({ lineType }) => lineType === "Item");
  const locations = new Set(lines.map(({ locationId }) => places.get(locationId) ?? ""));
  return {
    id,
    order: {
      // In other orders it names a person.
      number: numbers.includes(shipToContact) ? shipToContact : number,
      erpNumber: number,
      entity: company.entity,
      vendor: record.vendorNumber,
      // One that is for several places is for none.
      location: locations.size === 1 ? ([...locations][0] ?? "") : "",
      currency,
      orderedOn: record.orderDate,
      open: !record.fullyReceived && status.replaceAll("_x0020_", " ") !== "In Review",
      lines: lines.map(({ lineObjectNumber, quantity, directUnitCost, receivedQuantity }) => ({
        item: lineObjectNumber,
        quantityMillionths: millionths(quantity),
        // A buyer's cost may be finer than a minor unit.
        unitCost: Math.round(directUnitCost * 10 ** (isCurrency(currency) ? currencyExponent(currency) : 2)),
        receivedMillionths: millionths(receivedQuantity),
      })),
    },
  };
}
