import { contentHash } from "#domain/canonical";
import { isReversal } from "#domain/identity";
import type { StockLevel } from "#domain/inventory";

/*
 * The general ledger entries that API v2.0 shows have one text, their description, of 100 characters. An entry's own part comes first: its role, or
 * the movement that it books. Behind "|" stands a piece of the document's head; the pieces of all its entries, in their order, are the whole head.
 */

const descriptionCharactersMax = 100;
const hashLength = 12;

const idOf = (key: string) => contentHash(key).slice(0, 18).toUpperCase();

/** Document number of what posts a document. */
export function postingNumber(key: string): string {
  return `TL${idOf(key)}`;
}

/** Document number of what takes a document back: derived from that document. */
export function reversalNumber(original: string): string {
  return `TR${idOf(original)}`;
}

export function isOurs(number: string): boolean {
  return /^T[LR][0-9A-F]{18}$/.test(number);
}

/** Where the document of a key may lie. */
export function numbersOf(key: string): readonly string[] {
  return isReversal(key) ? [reversalNumber(originalOf(key)), postingNumber(key)] : [postingNumber(key)];
}

export function originalOf(reversal: string): string {
  return reversal.slice(0, Math.max(reversal.lastIndexOf("/"), 0));
}

/** What the entries of a document say together. */
export interface Head {
  readonly key: string;
  readonly businessDate: string;
  /** Transaction currency. */
  readonly currency: string;
  /** The first digits of the content's hash; of what it reverses for a reversal. */
  readonly hash: string;
}

const headPattern = /^(.+)\|(\d{4}-\d{2}-\d{2})([A-Z]{3})([0-9a-f]{12})$/s;

function headText({ key, businessDate, currency, hash }: Head): string {
  return `${key}|${businessDate}${currency}${hash.slice(0, hashLength)}`;
}

export function sameHash(head: Head, hash: string): boolean {
  return head.hash === hash.slice(0, hashLength);
}

/** Undefined for entries that were made by hand. */
export function readHead(descriptions: readonly string[]): Head | undefined {
  const text = descriptions.map((description) => description.slice(description.indexOf("|") + 1 || description.length)).join("");
  const [, key, businessDate, currency, hash] = headPattern.exec(text) ?? [];
  if (key === undefined || businessDate === undefined || currency === undefined || hash === undefined) return undefined;
  return { key, businessDate, currency, hash };
}

/** What an inventory entry tells of the movement that it books. */
export interface BookedMovement {
  readonly id: string;
  readonly item: string;
  readonly location: string;
  readonly quantityMillionths: number;
  /** Total for the whole quantity, not negative, minor units. */
  readonly cost: number;
  /** Signed change of the inventory account. */
  readonly change: number;
  /** What was there after it; the next movement of this item at this location starts from it. */
  readonly after: StockLevel;
}

/** Stands in the place of a role for the part of a line that was split off for its description's sake. */
export const continuation = "+";

export interface EntryText {
  readonly role: string;
  /** Signed minor units of the transaction currency, when that is not the books' own. */
  readonly amount?: number;
  readonly movement?: BookedMovement;
}

const digits = (value: number) => value.toString(36);
const escaped = (text: string) => text.replace(/[%|~@]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
const plain = (text: string) => text.replace(/%(25|7c|7e|40)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** An item at a location, as the entries of its movements start. */
export function shelf(item: string, location: string): string {
  return `${escaped(item)}@${escaped(location)}~`;
}

function ownText({ role, amount, movement }: EntryText): string {
  if (movement === undefined) return amount === undefined ? escaped(role) : `${escaped(role)}~${digits(amount)}`;
  const { item, location, id, quantityMillionths, cost, change, after } = movement;
  const { quantity, value, averageValue, averageQuantity } = after;
  // Above zero the average is the level itself.
  const average = quantity > 0 && averageValue === value && averageQuantity === quantity ? [] : [averageValue, averageQuantity];
  const numbers = [quantityMillionths, cost, change, quantity, value, ...average].map(digits).join("~");
  return `${shelf(item, location)}${escaped(id)}~${numbers}`;
}

/** The descriptions of a document's entries; undefined when they cannot hold what must be told. */
export function descriptionsOf(head: Head, entries: readonly EntryText[]): readonly string[] | undefined {
  let left = headText(head);
  const descriptions: string[] = [];
  for (const entry of entries) {
    const own = ownText(entry);
    const room = descriptionCharactersMax - own.length - 1;
    if (room < 0) return undefined;
    // A blank at the end of a text is not kept.
    let end = Math.min(room, left.length);
    while (end > 0 && /\s/.test(left[end - 1] ?? "")) end -= 1;
    descriptions.push(`${own}|${left.slice(0, end)}`);
    left = left.slice(end);
  }
  return left === "" ? descriptions : undefined;
}

/** Undefined for an entry that was made by hand. */
export function readEntry(description: string): EntryText | undefined {
  const end = description.indexOf("|");
  if (end < 0) return undefined;
  const [first = "", ...rest] = description.slice(0, end).split("~");
  const at = first.indexOf("@");
  if (at < 0) {
    const amount = rest[0] === undefined ? undefined : numberOf(rest[0]);
    return { role: plain(first), ...(amount === undefined ? {} : { amount }) };
  }
  const [id = "", ...texts] = rest;
  const numbers = texts.map(numberOf);
  const [quantityMillionths, cost, change, quantity, value, averageValue = value, averageQuantity = quantity] = numbers;
  if (quantityMillionths === undefined || cost === undefined || change === undefined) return undefined;
  if (quantity === undefined || value === undefined || averageValue === undefined || averageQuantity === undefined) return undefined;
  const after = { quantity, value, averageValue, averageQuantity };
  const movement = {
    id: plain(id),
    item: plain(first.slice(0, at)),
    location: plain(first.slice(at + 1)),
    quantityMillionths,
    cost,
    change,
    after,
  };
  return { role: "inventory", movement };
}

function numberOf(text: string): number | undefined {
  const value = /^-?[0-9a-z]{1,12}$/.test(text) ? Number.parseInt(text, 36) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}
