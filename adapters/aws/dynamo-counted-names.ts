import { Invalid } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import type { Reference } from "#domain/lineage";
import { countedNamesSortKey, referencePartition } from "./dynamo-keys.ts";
import { packText, unpackText } from "./dynamo-packed-text.ts";
import { type Row, stringOf } from "./dynamo-table.ts";

interface Named {
  readonly reference: Reference;
  readonly transaction: TransactionId;
}

/** Names that somebody counts up: those that are given one after the other differ in their last digits alone. */
const countedTypes: ReadonlySet<Reference["type"]> = new Set(["order-name", "erp-document"]);
const counted = /^(?<block>.+)(?<place>\d{2})$/s;
/** So that a row stays far below what DynamoDB takes. */
const namesPerRowMax = 100;

/** The hundred names that a counted one stands among, and its place there; undefined for a name that is written on its own. */
export function placeOf(type: Reference["type"], value: string): { readonly block: string; readonly place: string } | undefined {
  if (!countedTypes.has(type)) return undefined;
  const { block, place } = counted.exec(value)?.groups ?? {};
  return block === undefined || place === undefined ? undefined : { block, place };
}

/**
 * Rows with all these names, packed: an order's name and the numbers of its ERP documents cost a write unit together with those of the orders
 * before and after it, instead of one each. What is written twice in other company stands in both rows, and says the same.
 */
export function countedNamesRows(entries: readonly (Named & { readonly block: string; readonly place: string })[]): Row[] {
  const blocks = new Map<
    string,
    { readonly type: Reference["type"]; readonly block: string; readonly names: Map<string, readonly string[]> }
  >();
  for (const { reference, transaction, block, place } of entries) {
    const id = `${reference.type} ${block}`;
    const known = blocks.get(id) ?? { type: reference.type, block, names: new Map() };
    blocks.set(id, known);
    known.names.set(`${place} ${transaction}`, [place, transaction]);
  }
  return [...blocks.values()].flatMap(({ type, block, names }) => {
    const all = [...names].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, name]) => name);
    return Array.from({ length: Math.ceil(all.length / namesPerRowMax) }, (_, index) => {
      const text = JSON.stringify(all.slice(index * namesPerRowMax, (index + 1) * namesPerRowMax));
      return { pk: { S: referencePartition(block) }, sk: { S: countedNamesSortKey(type, text) }, names: packText(text) };
    });
  });
}

/** The transactions in this place of a row. Throws Invalid for a row that a later version packed, or that is damaged. */
export function namedIn(row: Row, place: string): TransactionId[] {
  const names = row.names && unpackText(row.names);
  if (names?.kind !== "text")
    throw new Invalid(`row ${stringOf(row.sk)} of ${stringOf(row.pk)} has no names that can be read: deploy the version that wrote it`);
  return (JSON.parse(names.text) as [string, TransactionId][]).flatMap(([at, transaction]) => (at === place ? [transaction] : []));
}
