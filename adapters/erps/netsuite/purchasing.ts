import * as z from "zod/mini";
import { contentHash } from "#domain/canonical";
import { UnknownOutcome } from "#domain/failures";
import { parseQuantity } from "#domain/inventory";
import { formatMinorUnits } from "#domain/money";
import { type HeldPurchaseOrder, type PurchaseOrder, placing, Refused, requireSameOrder, requireSoundOrder } from "#domain/posting";
import type { ErpPurchasing, StepAnswer } from "#ports/erp";
import type { Directory, Subsidiary } from "./directory.ts";
import { NetSuiteRefusal, type NetSuiteService } from "./rest-service.ts";
import { cell, minorUnits, quoted } from "./rows.ts";

const headRow = z.object({
  id: cell.id,
  number: cell.text,
  externalid: cell.text,
  memo: cell.text,
  date: cell.text,
  status: cell.text,
  currency: cell.text,
  vendor: cell.text,
});
const lineRow = z.object({
  transaction: cell.id,
  item: cell.text,
  location: cell.text,
  quantity: cell.text,
  rate: cell.text,
  received: cell.text,
});
/** Statuses in which goods are still expected: pending receipt, partially received, pending billing and partially received. */
const openStatuses: ReadonlySet<string> = new Set(["B", "D", "E"]);

/** NetSuite takes an external id once in the account, and our numbers are unique in an entity. */
const externalIdOf = (subsidiary: Subsidiary, number: string) => `tl-po-${contentHash([subsidiary.id, number]).slice(0, 40)}`;
const millionths = (quantity: string) => (quantity === "" ? 0 : parseQuantity(quantity.replace(/^(-?)\./, "$10.")));

/**
 * Purchase orders of NetSuite. The external id is derived from our number, so NetSuite itself takes an order once; the memo says our number. What
 * arrives on one is not received by the hub: an item receipt books what NetSuite makes of it, against an account of its own preferences, and its
 * lines have no field that tells what a document of ours must tell.
 */
export function createNetSuitePurchasing(
  { service, directory }: { readonly service: NetSuiteService; readonly directory: Directory },
  requestMilliseconds: number,
  now: () => number,
): ErpPurchasing {
  async function under(subsidiary: Subsidiary, numbers: readonly string[], within: number) {
    const found = new Map<string, HeldPurchaseOrder>();
    if (numbers.length === 0) return found;
    const ids = new Map(numbers.map((number) => [externalIdOf(subsidiary, number), number]));
    const heads = await service.query(
      [
        "SELECT t.id, t.tranid AS number, t.externalid, t.memo, TO_CHAR(t.trandate, 'YYYY-MM-DD') AS date, t.status, c.symbol AS currency, v.entityid AS vendor",
        "FROM transaction t JOIN currency c ON c.id = t.currency JOIN vendor v ON v.id = t.entity",
        "WHERE t.type = 'PurchOrd'",
        `AND EXISTS (SELECT 1 FROM transactionline s WHERE s.transaction = t.id AND s.subsidiary = ${subsidiary.id})`,
        `AND (t.externalid IN (${[...ids.keys()].map(quoted).join(", ")}) OR t.tranid IN (${numbers.map(quoted).join(", ")})) ORDER BY t.id`,
      ].join(" "),
      headRow,
      within,
    );
    if (heads.length === 0) return found;
    const lines = await service.query(
      [
        "SELECT l.transaction, i.itemid AS item, p.name AS location, l.quantity, l.rate, l.quantityshiprecv AS received",
        "FROM transactionline l JOIN item i ON i.id = l.item LEFT JOIN location p ON p.id = l.location",
        `WHERE l.mainline = 'F' AND l.taxline = 'F' AND l.transaction IN (${heads.map(({ id }) => id).join(", ")})`,
        "ORDER BY l.transaction, l.linesequencenumber, l.id",
      ].join(" "),
      lineRow,
      within,
    );
    for (const head of heads) {
      const mine = lines.filter(({ transaction }) => transaction === head.id);
      const places = new Set(mine.map(({ location }) => location));
      const order: HeldPurchaseOrder = {
        number: ids.get(head.externalid) ?? (head.externalid.startsWith("tl-po-") ? head.memo : head.number),
        erpNumber: head.number,
        entity: subsidiary.entity,
        vendor: head.vendor,
        // One that is for several places is for none.
        location: places.size === 1 ? ([...places][0] ?? "") : "",
        currency: head.currency,
        orderedOn: head.date,
        open: openStatuses.has(head.status),
        lines: mine.map(({ item, quantity, rate, received }) => ({
          item,
          quantityMillionths: millionths(quantity),
          unitCost: minorUnits(rate, head.currency),
          receivedMillionths: millionths(received),
        })),
      };
      for (const name of [order.number, order.erpNumber]) if (!found.has(name)) found.set(name, order);
    }
    return found;
  }

  async function bodyOf(order: PurchaseOrder, subsidiary: Subsidiary, left: () => number): Promise<string> {
    const [vendor] = await directory.records(
      `SELECT v.id, v.entityid AS name, v.isinactive AS inactive FROM vendor v WHERE v.entityid = ${quoted(order.vendor)} ORDER BY v.id`,
      left(),
    );
    if (vendor === undefined || vendor.inactive)
      throw new Refused("unknown-vendor", `vendor ${order.vendor} is no active vendor of NetSuite: create it there with this name`);
    const place = (await directory.locations(subsidiary, left())).get(order.location);
    if (place?.active !== true) {
      throw new Refused(
        "unknown-location",
        `location ${order.location} is no active location of the subsidiary of ${order.entity} in NetSuite: create it there with this name`,
      );
    }
    const currency = (await directory.currencies(left())).get(order.currency);
    if (currency === undefined)
      throw new Refused("unknown-currency", `NetSuite does not know the currency ${order.currency}: create it there`);
    const items = await directory.items(
      order.lines.map(({ item }) => item),
      left(),
    );
    return JSON.stringify({
      externalId: externalIdOf(subsidiary, order.number),
      entity: { id: String(vendor.id) },
      subsidiary: { id: String(subsidiary.id) },
      location: { id: String(place.id) },
      currency: { id: String(currency.id) },
      tranDate: order.orderedOn,
      memo: order.number,
      item: {
        items: order.lines.map(({ item, quantityMillionths, unitCost }) => {
          const known = items.get(item);
          if (known?.active !== true)
            throw new Refused("unknown-item", `item ${item} is no active item of NetSuite: create it there with this name`);
          const rate = Number(formatMinorUnits(unitCost, order.currency));
          return { item: { id: String(known.id) }, location: { id: String(place.id) }, quantity: quantityMillionths / 1_000_000, rate };
        }),
      },
    });
  }

  async function place(order: PurchaseOrder, left: () => number, lose: () => void): Promise<StepAnswer> {
    requireSoundOrder(order);
    const subsidiary = await directory.subsidiary(order.entity, left());
    const held = async () => (await under(subsidiary, [order.number], left())).get(order.number);
    let found = await held();
    if (found === undefined) {
      const body = await bodyOf(order, subsidiary, left);
      let lost = false;
      for (let sends = 0; sends < 2; sends += 1) {
        try {
          await service.create("purchaseOrder", body, left());
          break;
        } catch (error) {
          if (error instanceof UnknownOutcome) {
            // What comes of the same bytes tells what came of the first ones.
            lost = true;
            lose();
            continue;
          }
          if (!(error instanceof NetSuiteRefusal)) throw error;
          found = await held();
          if (found === undefined && !lost && !error.saysThatItExists) return { kind: "refused", code: "rejected", message: error.message };
          break;
        }
      }
      found ??= await held();
    }
    if (found === undefined) return { kind: "unknown", message: "NetSuite perhaps took the order, and does not show it yet" };
    requireSameOrder(found, order);
    return { kind: "done", number: found.erpNumber };
  }

  return {
    place: placing({ place, requestMilliseconds, now, erp: "NetSuite" }),
    async find(entity, numbers) {
      const held = await under(await directory.subsidiary(entity, requestMilliseconds), numbers, requestMilliseconds);
      return numbers.map((number) => held.get(number));
    },
  };
}
