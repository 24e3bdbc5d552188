import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { formatQuantity } from "#domain/inventory";
import { formatMinorUnits } from "#domain/money";
import type { PurchaseOrder } from "#domain/posting";
import { purchaseOrderText, readPurchaseOrder } from "#functions/purchase-order-schemas";
import type { Hub } from "#hub";
import type { ErpPurchasing, StepAnswer } from "#ports/erp";
import { type CommandInput, UsageError } from "./command.ts";
import { table } from "./table.ts";

/** Numbers that one command asks for. */
export const ordersAskedMax = 50;
const ordersPerFileMax = 1_000;

const orders = z.array(purchaseOrderText).check(z.minLength(1), z.maxLength(ordersPerFileMax));

/** Throws UsageError for a file that is no list of orders, saying where. */
function readOrders(path: string): PurchaseOrder[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = orders.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`${path} is no list of purchase orders: ${issue?.path.join(".") || "the file"}: ${issue?.message}`);
  }
  return parsed.data.map((order) => {
    try {
      return readPurchaseOrder(order);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new UsageError(`${path}, order ${order.number}: ${error.message}`);
    }
  });
}

/** Undefined where the ERP of an entity keeps no orders that the hub reaches. Throws UsageError for no entity. */
function purchasingOf(hub: Hub, entity: string): ErpPurchasing | undefined {
  const connection = Object.hasOwn(hub.policy.entities, entity) ? hub.policy.entities[entity]?.connection : undefined;
  if (connection === undefined) throw new UsageError(`no entity ${entity}: known are ${Object.keys(hub.policy.entities).join(", ")}`);
  return hub.erps.erp(connection).purchasing;
}

const noOrders = (entity: string): StepAnswer => ({
  kind: "refused",
  code: "no-purchase-orders",
  message: `the hub reaches no purchase orders in the ERP of ${entity}: place it there; docs/erp-adapters.md says for which kinds it can`,
});

/** Places the orders of a file, one after the other: the ERP's number, or why not. */
export async function placeOrders(hub: Hub, { json, terminal }: CommandInput, [path = ""]: readonly string[]): Promise<number> {
  const given = readOrders(path);
  const places = given.map(({ entity }) => purchasingOf(hub, entity));
  const told: { number: string; entity: string; state: string; erpNumber?: string; code?: string; message?: string }[] = [];
  for (const [index, order] of given.entries()) {
    const answer = (await places[index]?.place(order)) ?? noOrders(order.entity);
    const { number, entity } = order;
    terminal.progress(`${index + 1} of ${given.length} orders`);
    told.push({
      ...{ number, entity, state: answer.kind },
      ...(answer.kind === "done" ? { erpNumber: answer.number } : {}),
      ...(answer.kind === "refused" ? { code: answer.code } : {}),
      ...("message" in answer ? { message: answer.message } : {}),
    });
  }
  const ok = told.every(({ state }) => state === "done");
  if (json) terminal.print(JSON.stringify({ ok, orders: told }));
  else {
    const columns = ["order", "entity", "state", "ERP's number, or why not"].map((title, index) => ({
      title,
      ...(index === 3 ? { wrap: true } : {}),
    }));
    const rows = told.map(({ number, entity, state, erpNumber, code, message = "" }) => [
      ...[number, entity, state],
      erpNumber ?? (code === undefined ? `${message}. Run the same file again.` : `${code}: ${message}`),
    ]);
    terminal.print(table(columns, rows, terminal.columns));
  }
  return ok ? 0 : 1;
}

/** What the ERP of an entity holds under these numbers. */
export async function showOrders(
  hub: Hub,
  { json, terminal }: CommandInput,
  [entity = "", ...numbers]: readonly string[],
): Promise<number> {
  const purchasing = purchasingOf(hub, entity);
  if (purchasing === undefined) throw new UsageError(`the hub reaches no purchase orders in the ERP of ${entity}`);
  const held = await purchasing.find(entity, numbers);
  const told = held.map(
    (order) =>
      order && {
        ...order,
        lines: order.lines.map(({ item, quantityMillionths, unitCost, receivedMillionths }) => ({
          item,
          quantity: formatQuantity(quantityMillionths),
          unitCost: formatMinorUnits(unitCost, order.currency),
          received: formatQuantity(receivedMillionths),
        })),
      },
  );
  if (json) terminal.print(JSON.stringify({ orders: told.map((order) => order ?? null) }));
  else {
    const columns = ["order", "in the ERP", "vendor", "for", "item", "ordered", "arrived", "unit cost"].map((title) => ({ title }));
    const rows = told.flatMap((order, index) => {
      if (order === undefined) return [[numbers[index] ?? "", "not there", "", "", "", "", "", ""]];
      const { number, erpNumber, vendor, location, currency } = order;
      return order.lines.map(({ item, quantity, received, unitCost }) => {
        return [number, erpNumber, vendor, location, item, quantity, received, `${unitCost} ${currency}`];
      });
    });
    terminal.print(table(columns, rows, terminal.columns));
  }
  return held.every((order) => order !== undefined) ? 0 : 1;
}
