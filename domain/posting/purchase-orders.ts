import { Invalid, Throttled, Unavailable, UnknownOutcome } from "#domain/failures";
import type { Currency, MinorUnits } from "#domain/money";
import type { BoundMovement, BoundStock, SentStep } from "./plan-steps.ts";
import { Refused, type Unapplied, unapplied } from "./step-sending.ts";

export interface PurchaseOrderLine {
  /** Each item stands in an order once. */
  readonly item: string;
  /** Millionths of the item's unit, above 0. */
  readonly quantityMillionths: number;
  /** What one unit costs, in minor units of the order's currency. */
  readonly unitCost: MinorUnits;
}

/** What an entity orders from a vendor. It books nothing: the goods do, when they arrive (c41). */
export interface PurchaseOrder {
  /** The key of the order, one per entity: what the vendor's papers and the till's receipts name. */
  readonly number: string;
  readonly entity: string;
  readonly vendor: string;
  /** Policy's id of the location where the goods are to arrive. */
  readonly location: string;
  readonly currency: Currency;
  /** YYYY-MM-DD. */
  readonly orderedOn: string;
  readonly lines: readonly PurchaseOrderLine[];
}

/** An order as an ERP holds it, which is the record of it: people change orders there. */
export interface HeldPurchaseOrder extends PurchaseOrder {
  /** The ERP's own. */
  readonly erpNumber: string;
  /** False once the ERP takes no goods for it: closed, cancelled, or not confirmed yet. */
  readonly open: boolean;
  readonly lines: readonly (PurchaseOrderLine & { readonly receivedMillionths: number })[];
}

/** What of an order is said in other words, "the quantity of HAT": undefined when both say the same. The order of the lines means nothing. */
function differenceOfOrders(held: PurchaseOrder, given: PurchaseOrder): string | undefined {
  for (const name of ["vendor", "location", "currency", "orderedOn"] as const)
    if (held[name] !== given[name]) return `the ${name === "orderedOn" ? "day" : name}`;
  const lines = new Map(held.lines.map((line) => [line.item, line]));
  for (const { item, quantityMillionths, unitCost } of given.lines) {
    const line = lines.get(item);
    if (line === undefined) return `item ${item}`;
    if (line.quantityMillionths !== quantityMillionths) return `the quantity of ${item}`;
    if (line.unitCost !== unitCost) return `the unit cost of ${item}`;
  }
  const more = held.lines.find(({ item }) => !given.lines.some((line) => line.item === item));
  return more && `item ${more.item}`;
}

/** Throws Refused for other content than what is held under the same number. */
export function requireSameOrder(held: PurchaseOrder, given: PurchaseOrder): void {
  const difference = differenceOfOrders(held, given);
  if (difference === undefined) return;
  throw new Refused(
    "key-reused",
    `purchase order ${given.number} stands in the ERP and differs in ${difference}: change it there, or order under another number`,
  );
}

/** Throws Refused for an order that no ERP could take. */
export function requireSoundOrder({ number, lines }: PurchaseOrder): void {
  const items = new Set(lines.map(({ item }) => item));
  const wrong = lines.find(({ quantityMillionths, unitCost }) => quantityMillionths <= 0 || unitCost < 0);
  if (lines.length === 0 || wrong !== undefined || items.size < lines.length) {
    throw new Refused(
      "invalid-order",
      `purchase order ${number} needs lines, each with an item of its own, a quantity above 0 and a cost that is not negative`,
    );
  }
}

/**
 * The order after these goods have come on it. Throws Refused unless all of them are still to come, at the place that the order is for: what
 * else arrived is for the buyer to decide, in the ERP.
 */
function receivedOn(
  order: HeldPurchaseOrder,
  movements: readonly Pick<BoundMovement, "item" | "location" | "quantityMillionths">[],
): HeldPurchaseOrder {
  const { number, open } = order;
  const lines = new Map(order.lines.map((line) => [line.item, line]));
  for (const { item, location, quantityMillionths } of movements) {
    const line = lines.get(item);
    if (line === undefined) {
      throw new Refused(
        "not-ordered",
        `item ${item} is not on purchase order ${number}: add it there, or receive it without the order's number`,
      );
    }
    if (location !== order.location) {
      throw new Refused(
        "other-location",
        `purchase order ${number} is for ${order.location}, and ${item} arrived at ${location}: change the order in the ERP`,
      );
    }
    const left = Math.max(line.quantityMillionths - line.receivedMillionths, 0);
    if (quantityMillionths > left) {
      throw new Refused(
        "over-receipt",
        `${quantityMillionths / 1_000_000} of ${item} arrived on purchase order ${number}, and ${left / 1_000_000} are still to come: raise the order in the ERP, or correct the receipt`,
      );
    }
    lines.set(item, { ...line, receivedMillionths: line.receivedMillionths + quantityMillionths });
  }
  if (!open) {
    throw new Refused(
      "purchase-order-closed",
      `purchase order ${number} takes no goods in the ERP: open it again there, or receive without it`,
    );
  }
  return { ...order, lines: [...lines.values()] };
}

/** The purchase orders that the receipts of a call are on, as they stand after those that went before. */
export interface OrdersOfCall {
  /** Adds the goods of a stock document to the order that it names; one that names none adds nothing. Throws Refused. */
  receive(document: Pick<BoundStock, "entity" | "purchaseOrder" | "movements">): void;
}

export function ordersOfCall(held: readonly HeldPurchaseOrder[]): OrdersOfCall {
  const orders = [...held];
  return {
    receive({ entity, purchaseOrder: number, movements }) {
      if (number === undefined) return;
      const index = orders.findIndex((each) => each.entity === entity && (each.number === number || each.erpNumber === number));
      const order = orders[index];
      if (order === undefined) {
        throw new Refused(
          "unknown-purchase-order",
          `purchase order ${number} of ${entity} is not in the ERP: enter it there, or correct the number on the receipt`,
        );
      }
      orders[index] = receivedOn(order, movements);
    },
  };
}

/** The number of the purchase order on which the goods of a step came. */
export function orderOf(step: SentStep): string | undefined {
  return step.kind === "post" && step.document.type === "stock" ? step.document.purchaseOrder : undefined;
}

type Answer =
  | { readonly kind: "done"; readonly number: string }
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  | { readonly kind: "skipped" }
  | Unapplied
  | { readonly kind: "unknown"; readonly message: string };

/**
 * How an adapter places an order within its time: `place` is told what is left of it, and says when it begins to write. What was thrown then leaves it
 * open what became of the order. `refusal`: the answer for a "no" of the ERP; undefined for anything else.
 */
export function placing<Given extends Answer>(
  {
    place,
    requestMilliseconds,
    now,
    erp,
  }: {
    readonly place: (order: PurchaseOrder, left: () => number, begin: () => void) => Promise<Given>;
    readonly requestMilliseconds: number;
    readonly now: () => number;
    /** Its name in a sentence. */
    readonly erp?: string;
  },
  refusal: (error: unknown) => Answer | undefined = () => undefined,
): (order: PurchaseOrder) => Promise<Given | Answer> {
  return async (order) => {
    const deadline = now() + requestMilliseconds;
    let begun = false;
    try {
      return await place(
        order,
        () => deadline - now(),
        () => void (begun = true),
      );
    } catch (error) {
      return refusal(error) ?? unplaced(error, begun, erp);
    }
  };
}

/** The answer of an order that was not placed, by what was thrown. `begun`: a part of it may be in the ERP. What nobody foresaw is thrown on. */
function unplaced(error: unknown, begun: boolean, erp = "the ERP"): Answer {
  if (error instanceof Refused) return { kind: "refused", code: error.code, message: error.message };
  if (error instanceof UnknownOutcome || (begun && error instanceof Unavailable))
    return { kind: "unknown", message: `${erp} did not answer: ${error.message}` };
  if (error instanceof Throttled) return unapplied(error, erp);
  if (error instanceof Unavailable || error instanceof Invalid) return { kind: "unavailable", message: error.message };
  throw error;
}
