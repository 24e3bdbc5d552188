import { createHash } from "node:crypto";

/**
 * Keys of the single table. The lineage has its own names: partition key the transaction (lower-case, such as `sale:…`), sort key of
 * domain/lineage. Everything else begins with a capital letter and "#":
 *
 *     R#<value>                  T#<type>#<transaction>   this transaction has that name
 *                                W#<type>#<transaction>   this transaction waits for that name
 *     R#<all but two digits>     N#<type>#<content>       some of the hundred names that begin so, and whose they are
 *                                V#<type>#<two digits>#<transaction>   this transaction waits for that one of the hundred
 *     L#<list>#<layout>.<shard>  <id>                     an entry of a work list; index by-place: `<order>\0<id>`
 *     E#<connection>             pace                     rate and health of an ERP connection
 *     P#policy                   <number>                 a policy release
 *
 * A name of unknown type is found with one read, because the type stands in the sort key. A list is spread over shards by a hash of the
 * id, because one partition key takes 1,000 write units a second; `layout` counts how it is spread, so that another number of shards is
 * another list, which is rebuilt beside the old one.
 */
export function referencePartition(value: string): string {
  return `R#${keyPart(value)}`;
}

/** Begins the sort keys of names, or waits, of one type, or of any. */
export function referencePrefix(kind: "T" | "W", type: string | undefined): string {
  return type === undefined ? `${kind}#` : `${kind}#${type}#`;
}

export function referenceSortKey(kind: "T" | "W", type: string, transaction: string): string {
  return `${referencePrefix(kind, type)}${keyPart(transaction)}`;
}

/** Begins the sort keys of rows with several counted names of one type, or of any. */
export function countedNamesPrefix(type: string | undefined): string {
  return type === undefined ? "N#" : `N#${type}#`;
}

/** `content` tells rows of the same type apart: the same one written again is the same row. */
export function countedNamesSortKey(type: string, content: string): string {
  return `${countedNamesPrefix(type)}${createHash("sha256").update(content).digest("hex").slice(0, 32)}`;
}

/** Begins the sort keys of waits for one of the hundred counted names, or for any of them. */
export function countedWaitPrefix(at?: { readonly type: string; readonly place: string }): string {
  return at === undefined ? "V#" : `V#${at.type}#${at.place}#`;
}

export function countedWaitSortKey(at: { readonly type: string; readonly place: string }, waiter: string): string {
  return `${countedWaitPrefix(at)}${keyPart(waiter)}`;
}

const listLayout = 1;
export const listShardsCount = 8;

export function listPartition(list: string, shard: number): string {
  return `L#${list}#${listLayout}.${shard}`;
}

export function listShardOf(id: string): number {
  return createHash("sha256").update(id).digest()[0]! % listShardsCount;
}

export function listSortKey(id: string): string {
  return keyPart(id);
}

/** Sorts by order, then by id, as long as neither is longer than a key part. */
export function listPlace(order: string, id: string): string {
  return `${leadingBytes(order, keyPartBytesMax)}\u0000${keyPart(id)}`;
}

export function pacePartition(connection: string): string {
  return `E#${connection}`;
}

export const paceSortKey = "pace";

export const policyReleasesPartition = "P#policy";

/** Sorts by number, up to 99,999,999 of them. */
export function policyReleaseSortKey(number: number): string {
  return String(number).padStart(8, "0");
}

/** Two of these and what stands around them fit into a sort key's 1,024 bytes. */
const keyPartBytesMax = 480;

/** The text itself, or for a long one its hash: rows keep the whole text in an attribute. */
function keyPart(text: string): string {
  if (Buffer.byteLength(text) <= keyPartBytesMax) return text;
  return `~${createHash("sha256").update(text).digest("hex")}`;
}

/** At most `bytesMax` bytes of UTF-8, never half of a character. */
function leadingBytes(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  return new TextDecoder().decode(Buffer.from(text).subarray(0, bytesMax), { stream: true });
}
