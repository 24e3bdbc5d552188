import * as z from "zod/mini";
import { bankLineSchema } from "./bank-line.ts";
import { settlementPayoutSchema, settlementRowSchema } from "./settlement-row.ts";

/** Rows or lines that are taken in together. A million of them must stay below the 25,000 events that a workflow may record. */
export const settlementChunkMax = 500;
/** Rows of unlisted types that a payout names one by one; where there are more, its rows are asked. */
export const unlistedRowsMax = 200;
const referenceWordsMax = 50;

const count = z.int().check(z.nonnegative());

/** A bank line as it becomes a fact: names of people and free text stay in the file. */
export const bookedLineSchema = z.omit(bankLineSchema, { counterparty: true, counterpartyAccount: true, remittance: true });
export const referenceWordsSchema = z.array(z.string().check(z.minLength(1), z.maxLength(255))).check(z.maxLength(referenceWordsMax));
/** What the rows of one payout in one file come to, minor units of its currency. */
export const rowSumsSchema = z.object({ count, gross: z.int(), fees: z.int(), net: z.int() });
export const unlistedSchema = z.array(z.string().check(z.minLength(1), z.maxLength(120))).check(z.maxLength(unlistedRowsMax));

const chunkPart = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("row"), row: settlementRowSchema }),
  z.object({ kind: z.literal("payout"), payout: settlementPayoutSchema, rows: z.optional(rowSumsSchema), unlisted: unlistedSchema }),
  z.object({ kind: z.literal("line"), line: bookedLineSchema, words: referenceWordsSchema }),
]);

/** One chunk of a checked file, as it is kept in the document store under its content address. */
export const settlementChunkSchema = z.array(chunkPart).check(z.maxLength(settlementChunkMax));
export type SettlementPart = z.infer<typeof chunkPart>;

/** How a checked settlement or statement file is taken in: its chunks by address, in the order of the file. */
export const settlementManifestSchema = z.object({
  format: z.string(),
  fileHash: z.string(),
  bytes: count,
  rows: count,
  payouts: count,
  lines: count,
  chunks: z.array(z.string()),
});
export type SettlementManifest = z.infer<typeof settlementManifestSchema>;

/** What became of the parts of a file. */
export interface SettlementCounts {
  readonly recorded: number;
  /** The same was known already. */
  readonly duplicates: number;
  /** The source states something known otherwise: the newer statement counts. */
  readonly revised: number;
}

const wordPattern = /[A-Z0-9][A-Z0-9._/-]{3,}/g;

/** Words of a remittance text that may be references: at least four letters and digits, with a digit among them, in upper case. */
export function referenceWords(text: string): readonly string[] {
  const words = new Set<string>();
  for (const [word] of text.toUpperCase().matchAll(wordPattern)) {
    if (/\d/.test(word)) words.add(word.slice(0, 255));
    if (words.size === referenceWordsMax) break;
  }
  return [...words];
}
