import * as z from "zod/mini";

/*
 * What the books must tell beside amounts stands as JSON in the remark of a Journal Entry, and in those of its rows. The key has a field of its
 * own, which set-up makes unique (docs/erp-adapters.md).
 */

const hashLength = 16;

const level = z.object({ quantity: z.int(), value: z.int(), averageValue: z.int(), averageQuantity: z.int() });
const movement = z.object({
  id: z.string(),
  /** Item and location in one text, which is searched for. */
  shelf: z.string(),
  item: z.string(),
  location: z.string(),
  quantityMillionths: z.int(),
  /** Total for the whole quantity, not negative, minor units. */
  cost: z.int(),
  /** Signed change of the value of stock. */
  change: z.int(),
  /** What was there after it; the next movement of this item at this location starts from it. */
  after: level,
  /** It was never received: it moved at no cost. */
  costUnknown: z.optional(z.boolean()),
});
export type BookedMovement = z.infer<typeof movement>;

const entryRemark = z.object({
  throughline: z.literal(1),
  businessDate: z.string(),
  /** Transaction currency. */
  currency: z.string(),
  /** The first 16 digits of the content's hash; of what it reverses for a reversal. */
  hash: z.string(),
  memo: z.string(),
  movements: z.array(movement),
});
export type EntryRemark = z.infer<typeof entryRemark>;

const rowRemark = z.object({
  role: z.string(),
  dimensions: z.record(z.string(), z.string()),
  /** Signed minor units of the journal's currency, when it is another one than the books': ERPNext's accounts have one currency each. */
  amount: z.optional(z.int()),
  /** Debit less credit as it is meant, minor units of the books' currency; absent in rows of before it was written. */
  net: z.optional(z.int()),
});
export type RowRemark = z.infer<typeof rowRemark>;

/** Undefined for an entry that the hub did not make. */
export function readEntryRemark(text: string | null): EntryRemark | undefined {
  return readAs(entryRemark, text);
}

export function readRowRemark(text: string | null): RowRemark | undefined {
  return readAs(rowRemark, text);
}

function readAs<T>(schema: z.ZodMiniType<T>, text: string | null): T | undefined {
  if (text === null || !text.startsWith("{")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

export function shortHash(hash: string): string {
  return hash.slice(0, hashLength);
}

/** An item at a location. */
export function shelfOf(item: string, location: string): string {
  return `${item} @ ${location}`;
}

/** For like: the remarks that tell of movements, of one shelf or of all. */
export function likeMovements(shelf?: string): string {
  return shelf === undefined ? '%"movements":[{%' : `%"shelf":${escaped(JSON.stringify(shelf))}%`;
}

/** A text in which LIKE finds nothing special. */
export function escaped(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
