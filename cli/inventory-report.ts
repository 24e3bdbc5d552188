import { businessDateIn, daysBetween } from "#domain/calendar";
import { formatMinorUnits } from "#domain/money";
import { waitDaysFor } from "#domain/policy";
import { type GoodsInTransit, goodsInTransit } from "#domain/posting";
import { readTransaction } from "#functions/read-transaction";
import type { Hub } from "#hub";
import { entitiesOf, type ReportFilter } from "./erp-journals.ts";
import { quantityText } from "./quantity-text.ts";
import { grouped, heading, table } from "./table.ts";

/** Stock by item and location, as the ERPs hold it. */
export async function inventory(hub: Hub, filter: ReportFilter) {
  const rows = await Promise.all(
    entitiesOf(hub, filter).map(async (entity) => {
      const data = hub.policy.entities[entity];
      const levels = await hub.erps.erp(data?.connection ?? "").stock(entity);
      return levels.map(({ item, location, quantityMillionths, value, movements }) => ({
        entity,
        item,
        location,
        onHand: quantityText(quantityMillionths),
        value: formatMinorUnits(value, data?.functionalCurrency ?? ""),
        movements,
      }));
    }),
  );
  return rows.flat().sort((a, b) => compare(a.entity, b.entity) || compare(a.location, b.location) || compare(a.item, b.item));
}

/**
 * Goods between two locations, in the books of whoever owns them on the way; the same item of one road and day is one row. Overdue: for longer
 * than policy waits for a receipt.
 */
export async function inTransit(hub: Hub, filter: ReportFilter) {
  const entities = entitiesOf(hub, filter);
  const now = hub.clock.now();
  const rows = new Map<string, GoodsInTransit>();
  for await (const transfer of transfers(hub)) {
    for (const goods of goodsInTransit(await readTransaction(hub.lineage, transfer))) {
      if (!entities.includes(goods.entity)) continue;
      const name = [goods.entity, goods.from, goods.to, goods.item, goods.since].join(" ");
      const { quantityMillionths = 0, value = 0 } = rows.get(name) ?? {};
      rows.set(name, { ...goods, quantityMillionths: quantityMillionths + goods.quantityMillionths, value: value + goods.value });
    }
  }
  return [...rows]
    .sort(([a], [b]) => compare(a, b))
    .map(([, { entity, item, from, to, quantityMillionths, value, since }]) => ({
      entity,
      item,
      location: "in transit",
      onHand: quantityText(quantityMillionths),
      value: formatMinorUnits(value, hub.policy.entities[entity]?.functionalCurrency ?? ""),
      from,
      to,
      since,
      overdue: isOverdue(hub, entity, since, now),
    }));
}

function isOverdue({ policy }: Hub, entity: string, since: string, now: string): boolean {
  const today = businessDateIn(policy.entities[entity]?.timeZone ?? "UTC", now);
  return daysBetween(since, today) > waitDaysFor(policy, "transferReceipt", { entity, day: since });
}

async function* transfers(hub: Hub): AsyncGenerator<string> {
  let after: string | undefined;
  do {
    const page = await hub.lineage.transactions(after, 500);
    for (const transaction of page.transactions) if (transaction.startsWith("transfer:")) yield transaction;
    after = page.next;
  } while (after !== undefined);
}

type StockRow = Awaited<ReturnType<typeof inventory>>[number];
type TransitRow = Awaited<ReturnType<typeof inTransit>>[number];

export function inventoryText(rows: readonly (StockRow | TransitRow)[]): string {
  const stock = rows.filter((row) => "movements" in row);
  const onTheWay = rows.filter((row) => "since" in row);
  return [
    ...(stock.length === 0 ? [] : [stockTable(stock)]),
    ...(onTheWay.length === 0 ? [] : [heading("In transit"), transitTable(onTheWay)]),
  ].join("\n");
}

function stockTable(rows: readonly StockRow[]): string {
  return table(
    [
      { title: "entity" },
      { title: "location" },
      { title: "item" },
      { title: "on hand", align: "right" },
      { title: "value", align: "right" },
      { title: "movements", align: "right" },
    ],
    rows.map((row) => [row.entity, row.location, row.item, row.onHand, grouped(row.value), String(row.movements)]),
  );
}

function transitTable(rows: readonly TransitRow[]): string {
  return table(
    [
      { title: "entity" },
      { title: "from" },
      { title: "to" },
      { title: "item" },
      { title: "on the way", align: "right" },
      { title: "value", align: "right" },
      { title: "since" },
      { title: "" },
    ],
    rows.map((row) => [row.entity, row.from, row.to, row.item, row.onHand, grouped(row.value), row.since, row.overdue ? "overdue" : ""]),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
