import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./database.ts";
import type { MasterData } from "./master-data.ts";
import { Refusal } from "./refusal.ts";
import type { OrderRequest, StockStep } from "./request-schemas.ts";

interface OrderRow {
  readonly id: number;
  readonly number: string;
  readonly digest: string;
  readonly vendor: string;
  readonly location: string;
  readonly currency: string;
  readonly orderedOn: string;
}

interface OrderLine {
  readonly item: string;
  readonly quantityMillionths: number;
  readonly unitCost: number;
}

/** Orders to vendors: they book nothing, and goods that arrive are received on them. */
export interface PurchaseOrders {
  /** JSON of the order with what has arrived of each line. The same order again is the first one; other content is refused. */
  place(company: string, order: OrderRequest): string;
  /** JSON of what there is under these numbers, null where there is none. */
  lookup(company: string, numbers: readonly string[]): string;
  /** Id of the order that a receipt names. Throws the refusals unknown-purchase-order, not-ordered, other-location and over-receipt. */
  requireToCome(company: string, order: string, movements: StockStep["movements"]): number;
}

export function createPurchaseOrders(database: DatabaseSync, masterData: MasterData): PurchaseOrders {
  const select = database.prepare(
    `SELECT id, number, digest, vendor, location, currency, ordered_on AS orderedOn FROM purchase_orders WHERE company = ? AND number = ?`,
  );
  const selectLines = database.prepare(
    "SELECT item, quantity AS quantityMillionths, unit_cost AS unitCost FROM purchase_order_lines WHERE purchase_order = ? ORDER BY line",
  );
  // A receipt that was taken back has its movements once more, negative.
  const selectReceived = database.prepare(
    `SELECT m.item, SUM(m.quantity) AS received FROM order_receipts r JOIN movements m ON m.document = r.document
     WHERE r.purchase_order = ? GROUP BY m.item`,
  );
  const insert = database.prepare(
    "INSERT INTO purchase_orders (company, number, digest, vendor, location, currency, ordered_on) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const insertLine = database.prepare(
    "INSERT INTO purchase_order_lines (purchase_order, line, item, quantity, unit_cost) VALUES (?, ?, ?, ?, ?)",
  );

  const find = (company: string, number: string) => select.get(company, number) as unknown as OrderRow | undefined;
  const linesOf = (order: number) => selectLines.all(order) as unknown as OrderLine[];
  const receivedOf = (order: number) => new Map(selectReceived.all(order).map(({ item, received }) => [String(item), Number(received)]));

  function told({ id, digest: _, ...order }: OrderRow): object {
    const received = receivedOf(id);
    return { ...order, lines: linesOf(id).map((line) => ({ ...line, receivedMillionths: received.get(line.item) ?? 0 })) };
  }

  return {
    place: (company, order) =>
      inTransaction(database, () => {
        masterData.refresh();
        const lines = [...order.lines].sort((a, b) => (a.item < b.item ? -1 : 1));
        const digest = hash("sha256", JSON.stringify({ ...order, lines }));
        const first = find(company, order.number);
        if (first !== undefined) {
          if (first.digest === digest) return JSON.stringify(told(first));
          throw new Refusal(
            "key-reused",
            `purchase order ${order.number} of company ${company} stands already with other content: choose another number`,
          );
        }
        requireKnown(masterData, company, order);
        const id = Number(
          insert.run(company, order.number, digest, order.vendor, order.location, order.currency, order.orderedOn).lastInsertRowid,
        );
        for (const [index, line] of order.lines.entries()) insertLine.run(id, index + 1, line.item, line.quantityMillionths, line.unitCost);
        return JSON.stringify(told(find(company, order.number)!));
      }),
    lookup(company, numbers) {
      masterData.company(company);
      const found = numbers.map((number) => find(company, number));
      return JSON.stringify({ purchaseOrders: found.map((order) => (order === undefined ? null : told(order))) });
    },
    requireToCome(company, number, movements) {
      const order = find(company, number);
      if (order === undefined) {
        throw new Refusal(
          "unknown-purchase-order",
          `company ${company} has no purchase order ${number}: place it, or correct the number on the receipt`,
        );
      }
      const received = receivedOf(order.id);
      const toCome = new Map(
        linesOf(order.id).map(({ item, quantityMillionths }) => [item, quantityMillionths - (received.get(item) ?? 0)]),
      );
      for (const { item, location, quantityMillionths } of movements) {
        const left = toCome.get(item);
        if (left === undefined) throw new Refusal("not-ordered", `item ${item} is not on purchase order ${number}: receive it without one`);
        if (location !== order.location) {
          throw new Refusal("other-location", `purchase order ${number} is for ${order.location}, and ${item} arrived at ${location}`);
        }
        if (quantityMillionths > left) {
          throw new Refusal(
            "over-receipt",
            `${quantityMillionths / 1_000_000} of ${item} arrived on purchase order ${number}, and ${left / 1_000_000} are still to come`,
          );
        }
        toCome.set(item, left - quantityMillionths);
      }
      return order.id;
    },
  };
}

function requireKnown(masterData: MasterData, company: string, { number, vendor, location, lines }: OrderRequest): void {
  masterData.company(company);
  const { items, locations, parties } = masterData.records(company);
  const require = (list: readonly { code: string; active: boolean }[], code: string, refusal: "vendor" | "location" | "item") => {
    // A list that nobody keeps says nothing.
    if (list.length === 0 || list.some((each) => each.code === code && each.active)) return;
    throw new Refusal(
      `unknown-${refusal}`,
      `${refusal} ${code} of purchase order ${number} is not known to company ${company} or not active: create it, or mend the mapping`,
    );
  };
  require(parties, vendor, "vendor");
  require(locations, location, "location");
  for (const { item } of lines) require(items, item, "item");
  if (new Set(lines.map(({ item }) => item)).size < lines.length) {
    throw new Refusal("invalid-order", `purchase order ${number} names an item twice: give each item one line`);
  }
}
