import * as z from "zod/mini";
import type { PosCounts } from "#domain/store-day";
import type { CheckedPosFile, CheckPosFileInput, PartlyCheckedPosFile } from "#functions/check-pos-file";
import type { ClosedPosFile, ClosePosFileInput } from "#functions/close-pos-file";
import type { IngestPosChunkInput } from "#functions/ingest-pos-chunk";
import type { UnpackedPosFile } from "#functions/unpack-pos-file";
import { problemSchema } from "./problem.ts";

const count = z.int().check(z.nonnegative());
/**
 * A million tickets make 2,000 chunks. Each leaves about seven events in an execution's history, which ends at 25,000: a file of more is
 * refused by name before its first chunk, and does not end in the middle.
 */
const chunksMax = 3_000;

const drop = {
  drop: z.string().check(z.minLength(1)),
  file: z.string(),
  receivedAt: z.string().check(z.minLength(1)),
  within: z.optional(z.object({ file: z.string(), hash: z.string() })),
  stated: z.optional(z.object({ transactionCount: z.optional(z.string()), transactionAmount: z.optional(z.string()) })),
};
const counts = { recorded: count, duplicates: count, ignored: count, held: count };
const outcome = z.enum(["accepted", "held", "duplicate"]);

export const checkPosFileSchema: z.ZodMiniType<CheckPosFileInput> = z.object({
  ...drop,
  checkpoint: z.optional(z.string().check(z.minLength(1))),
});

export const checkedPosFileSchema: z.ZodMiniType<CheckedPosFile> = z.object({
  ...drop,
  outcome,
  hash: z.string(),
  bytes: count,
  transactions: count,
  manifest: z.string(),
  chunks: z.array(count).check(z.maxLength(chunksMax)),
  issues: z.array(problemSchema),
});

/** What one run of the check answers. */
export const checkedPartSchema: z.ZodMiniType<CheckedPosFile | PartlyCheckedPosFile> = z.union([
  checkedPosFileSchema,
  z.object({ ...drop, outcome: z.literal("partly"), checkpoint: z.string() }),
]);

export const posCountsSchema: z.ZodMiniType<PosCounts> = z.object(counts);

export const ingestPosChunkSchema: z.ZodMiniType<IngestPosChunkInput> = z.object({
  drop: z.string().check(z.minLength(1)),
  manifest: z.string().check(z.minLength(1)),
  chunk: count,
});

export const closePosFileSchema: z.ZodMiniType<ClosePosFileInput> = z.object({ checked: checkedPosFileSchema, counts: posCountsSchema });

export const closedPosFileSchema: z.ZodMiniType<ClosedPosFile> = z.object({
  ...counts,
  file: z.string(),
  outcome,
  transaction: z.string(),
  transactions: count,
});

export const unpackedPosFileSchema: z.ZodMiniType<UnpackedPosFile> = z.object({
  file: z.string(),
  outcome: z.enum(["unpacked", "refused", "duplicate"]),
  hash: z.string(),
  transaction: z.string(),
  parts: count,
});
