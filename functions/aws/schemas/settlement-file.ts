import * as z from "zod/mini";
import type { SettlementCounts } from "#domain/settlement";
import type { CheckedSettlementFile, CheckSettlementFileInput } from "#functions/check-settlement-file";
import type { ClosedSettlementFile, CloseSettlementFileInput } from "#functions/close-settlement-file";
import type { IngestSettlementChunkInput } from "#functions/ingest-settlement-chunk";
import type { RowRelease } from "#functions/release-settlement-row";
import { problemSchema } from "./problem.ts";

const count = z.int().check(z.nonnegative());
/** As for POS files: an execution's history ends at 25,000 events, and each chunk leaves some seven of them. */
const chunksMax = 3_000;

const address = z.string().check(z.minLength(1));
const drop = { drop: address, file: z.string(), receivedAt: z.string().check(z.minLength(1)) };
const counts = { recorded: count, duplicates: count, revised: count };
const outcome = z.enum(["accepted", "held", "duplicate"]);

export const checkSettlementFileSchema: z.ZodMiniType<CheckSettlementFileInput> = z.object(drop);

export const checkedSettlementFileSchema: z.ZodMiniType<CheckedSettlementFile> = z.object({
  ...drop,
  outcome,
  hash: z.string(),
  bytes: count,
  parts: count,
  manifest: z.string(),
  chunks: z.array(count).check(z.maxLength(chunksMax)),
  issues: z.array(problemSchema),
});

export const settlementCountsSchema: z.ZodMiniType<SettlementCounts> = z.object(counts);

export const ingestSettlementChunkSchema: z.ZodMiniType<IngestSettlementChunkInput> = z.object({
  drop: address,
  manifest: address,
  chunk: count,
  receivedAt: z.string().check(z.minLength(1)),
});

export const closeSettlementFileSchema: z.ZodMiniType<CloseSettlementFileInput> = z.object({
  checked: checkedSettlementFileSchema,
  counts: settlementCountsSchema,
});

export const closedSettlementFileSchema: z.ZodMiniType<ClosedSettlementFile> = z.object({
  ...counts,
  file: z.string(),
  outcome,
  transaction: z.string(),
  parts: count,
});

export const rowReleaseSchema: z.ZodMiniType<RowRelease> = z.union([
  z.object({ outcome: z.enum(["released", "not-needed"]) }),
  z.object({ outcome: z.literal("too-early"), endsAt: z.string() }),
]);
