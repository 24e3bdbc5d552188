import { assertStorable, type LineageItem } from "#domain/lineage";
import type { Attribute, Row } from "./dynamo-table.ts";

/**
 * One row: `pk` the transaction, `sk` the lineage key, `type` of the item (rows of other kinds have none), `body` the item as JSON
 * without its raw body, `raw` the raw body (so that it is removed without rewriting the rest). Numbers travel inside the JSON.
 * Throws Invalid when the item is above what every lineage store takes.
 */
export function rowOf(item: LineageItem): Row {
  const { transaction, key, type } = item;
  assertStorable(transaction, key, JSON.stringify(item));
  const keys = { pk: { S: transaction }, sk: { S: key }, type: { S: type } };
  if (item.type !== "document" || item.raw.inline === undefined) return { ...keys, body: { S: JSON.stringify(item) } };
  const { inline, ...raw } = item.raw;
  return { ...keys, body: { S: JSON.stringify({ ...item, raw }) }, raw: { S: inline } };
}

export function itemOf(row: Row): LineageItem {
  const body = textOf(row.body);
  if (body === undefined) {
    throw new Error(`row ${textOf(row.sk)} of ${textOf(row.pk)} has no body: it was not written by this program, look at the table`);
  }
  const item = JSON.parse(body) as LineageItem;
  const inline = textOf(row.raw);
  return item.type === "document" && inline !== undefined ? { ...item, raw: { ...item.raw, inline } } : item;
}

function textOf(attribute: Attribute | undefined): string | undefined {
  return attribute !== undefined && "S" in attribute ? attribute.S : undefined;
}
