import * as z from "zod/mini";
import { contentHash } from "#domain/canonical";
import { isReversal } from "#domain/identity";

/*
 * Transactions and lines of NetSuite have a memo each. What the books must tell beside amounts stands in it: for a person first, then as JSON.
 * What makes a key unique is not the memo but the external id, which takes letters, digits, "_" and "-" only ("Using External IDs").
 */

const separator = " · ";
const hashLength = 16;
/** Characters of a memo that NetSuite keeps. */
export const memoCharactersMax = 999;
/** Transactions of NetSuite's that one document may need. */
export const partsMax = 8;

const idOf = (key: string) => contentHash(key).slice(0, 40);

/** Of the transaction that posts a document. */
export function postingId(key: string): string {
  return `tl-${idOf(key)}`;
}

/** Of the transaction that takes a document back: derived from that document, so NetSuite itself takes no second one. */
export function reversalId(original: string): string {
  return `tl-r-${idOf(original)}`;
}

/** Of the further transactions of a document: its second part and so on, or "v" for the difference between two costs. */
export function furtherId(id: string, part: number | "v"): string {
  return `tlx-${id.slice("tl-".length)}-${part}`;
}

export function furtherIds(id: string): readonly string[] {
  return [furtherId(id, "v"), ...Array.from({ length: partsMax - 1 }, (_, index) => furtherId(id, index + 2))];
}

/** Where the document of a key may lie. */
export function idsOf(key: string): readonly string[] {
  return isReversal(key) ? [reversalId(key.slice(0, key.lastIndexOf("/"))), postingId(key)] : [postingId(key)];
}

/** What a transaction's memo says. */
export interface Head {
  readonly key: string;
  readonly businessDate: string;
  /** Transaction currency. */
  readonly currency: string;
  /** The first 16 digits of the content's hash; of what it reverses for a reversal. */
  readonly hash: string;
  readonly memo: string;
  /** Key of the document that it takes back. */
  readonly reverses?: string;
  /** Of how many transactions the document consists, apart from differences between costs. */
  readonly parts: number;
}

const headText = z.object({
  d: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)),
  c: z.string().check(z.regex(/^[A-Z]{3}$/)),
  h: z.string().check(z.regex(/^[0-9a-f]{1,16}$/)),
  m: z.string(),
  r: z.optional(z.string()),
  n: z.int().check(z.minimum(1), z.maximum(partsMax)),
});

export function headMemo({ key, businessDate, currency, hash, memo, reverses, parts }: Head): string {
  const told = {
    d: businessDate,
    c: currency,
    h: hash.slice(0, hashLength),
    m: memo,
    ...(reverses === undefined ? {} : { r: reverses }),
    n: parts,
  };
  return `${key}${separator}${JSON.stringify(told)}`;
}

/** Undefined for a transaction that was entered by hand, or whose memo was changed. */
export function readHead(memo: string): Head | undefined {
  const start = memo.indexOf(`${separator}{`);
  const told = start < 1 ? undefined : parsed(memo.slice(start + separator.length), headText);
  if (told === undefined) return undefined;
  const { d, c, h, m, r, n } = told;
  return {
    key: memo.slice(0, start),
    businessDate: d,
    currency: c,
    hash: h,
    memo: m,
    ...(r === undefined ? {} : { reverses: r }),
    parts: n,
  };
}

export function sameHash(head: Head, hash: string): boolean {
  return head.hash === hash.slice(0, hashLength);
}

/** What an inventory line tells of the movement that it is. */
export interface BookedMovement {
  readonly id: string;
  readonly quantityMillionths: number;
  /** Pieces at the location after it, as they were looked up before it was sent. */
  readonly afterMillionths: number;
  /** What the counter account is to take for the whole quantity; undefined: whatever NetSuite's average makes of it. */
  readonly wantedCost?: number;
  readonly counterRole: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface LineText {
  readonly role: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Signed minor units of the transaction currency, where NetSuite keeps the journal in the books' currency. */
  readonly amount?: number;
  readonly movement?: BookedMovement;
}

const lineText = z.object({
  r: z.string(),
  d: z.record(z.string(), z.string()),
  a: z.optional(z.int()),
  v: z.optional(z.object({ id: z.string(), q: z.int(), l: z.int(), w: z.optional(z.int()), r: z.string() })),
});

export function lineMemo({ role, dimensions, amount, movement }: LineText): string {
  const told = {
    r: role,
    d: dimensions,
    ...(amount === undefined ? {} : { a: amount }),
    ...(movement === undefined
      ? {}
      : {
          v: {
            id: movement.id,
            q: movement.quantityMillionths,
            l: movement.afterMillionths,
            ...(movement.wantedCost === undefined ? {} : { w: movement.wantedCost }),
            r: movement.counterRole,
          },
        }),
  };
  return `${role}${separator}${JSON.stringify(told)}`;
}

/** Undefined for a line that was entered by hand. */
export function readLine(memo: string): LineText | undefined {
  const start = memo.indexOf(`${separator}{`);
  const told = start < 1 ? undefined : parsed(memo.slice(start + separator.length), lineText);
  if (told === undefined) return undefined;
  const { r: role, d: dimensions, a, v } = told;
  const movement: BookedMovement | undefined = v && {
    id: v.id,
    quantityMillionths: v.q,
    afterMillionths: v.l,
    ...(v.w === undefined ? {} : { wantedCost: v.w }),
    counterRole: v.r,
    dimensions,
  };
  return { role, dimensions, ...(a === undefined ? {} : { amount: a }), ...(movement === undefined ? {} : { movement }) };
}

function parsed<T>(text: string, schema: z.ZodMiniType<T>): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const result = schema.safeParse(value);
  return result.success ? result.data : undefined;
}
