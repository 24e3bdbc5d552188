import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { assertStorable, type LineageItem } from "#domain/lineage";

/**
 * One row: `pk` the transaction, `sk` the lineage key, `body` the item as JSON text without its raw body, `raw` the raw body (so that it
 * is removed without rewriting the rest). Numbers travel inside the JSON.
 */
export type LineageRow = Record<string, AttributeValue>;

/** Throws Invalid when the row would be above what DynamoDB takes. */
export function rowOf(item: LineageItem): LineageRow {
  const { transaction, key } = item;
  assertStorable(transaction, key, JSON.stringify(item));
  if (item.type !== "document" || item.raw.inline === undefined) {
    return { pk: { S: transaction }, sk: { S: key }, body: { S: JSON.stringify(item) } };
  }
  const { inline, ...raw } = item.raw;
  return { pk: { S: transaction }, sk: { S: key }, body: { S: JSON.stringify({ ...item, raw }) }, raw: { S: inline } };
}

export function itemOf(row: LineageRow): LineageItem {
  const body = row.body?.S;
  if (body === undefined) {
    throw new Error(`row ${row.sk?.S ?? "?"} of ${row.pk?.S ?? "?"} has no body: it was not written by this program, look at the table`);
  }
  const item = JSON.parse(body) as LineageItem;
  const inline = row.raw?.S;
  return item.type === "document" && inline !== undefined ? { ...item, raw: { ...item.raw, inline } } : item;
}
