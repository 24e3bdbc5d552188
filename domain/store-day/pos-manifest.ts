import * as z from "zod/mini";

/** Bytes of a file: start (inclusive) to end (exclusive). */
const byteRange = z.object({ start: z.int().check(z.nonnegative()), end: z.int().check(z.nonnegative()) });

/** Transactions of a file that are taken in together: contiguous runs of bytes that hold nothing but transactions. */
const chunk = z.object({
  firstOrdinal: z.int().check(z.nonnegative()),
  transactions: z.int().check(z.positive()),
  ranges: z.array(byteRange).check(z.minLength(1)),
  /** Index into the manifest's preambles, where the format needs one. */
  preamble: z.optional(z.int().check(z.nonnegative())),
});

/** How a checked file is taken in; kept in the document store, since a workflow carries pointers and counts only. */
export const posManifestSchema = z.object({
  format: z.string(),
  fileHash: z.string(),
  bytes: z.int(),
  transactions: z.int(),
  chunks: z.array(chunk),
  /** What the reader of a chunk is told of what stands before it, such as the header of a table. */
  preambles: z.optional(z.array(z.string())),
  /** Days of its tickets, sorted, at most `businessDatesMax`. */
  businessDates: z.array(z.string()),
});

export type PosManifest = z.infer<typeof posManifestSchema>;
export type PosChunk = PosManifest["chunks"][number];

export const businessDatesMax = 366;

/** What a chunk became: every transaction is exactly one of them. */
export interface PosCounts {
  /** New facts. */
  readonly recorded: number;
  /** Facts that were known already. */
  readonly duplicates: number;
  /** Baskets that are no sales, and control records. */
  readonly ignored: number;
  /** Kept with an issue. */
  readonly held: number;
}

/** Every transaction of a file became something: the sum, or a RangeError that names what is missing. */
export function assertAllCounted(received: number, counts: PosCounts): void {
  const counted = counts.recorded + counts.duplicates + counts.ignored + counts.held;
  if (counted === received) return;
  throw new RangeError(
    `${received} transactions were received, but ${counts.recorded} recorded + ${counts.duplicates} duplicates + ${counts.ignored} ignored + ${counts.held} held = ${counted}: run the file again, taking it in twice does no harm`,
  );
}
