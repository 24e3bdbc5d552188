import * as z from "zod/mini";
import type { DecidedPostings, PostingRun } from "#functions/decide-postings";

const transaction = z.string().check(z.minLength(1), z.maxLength(512));
/** Far above what the dispatcher puts into one run. */
const transactionsMax = 1_000;
const count = z.int().check(z.nonnegative());

const answers = z
  .array(z.object({ transaction, answer: z.enum(["settled", "held", "busy"]), until: z.exactOptional(z.string()) }))
  .check(z.maxLength(transactionsMax));

export const postingRunSchema: z.ZodMiniType<PostingRun> = z.object({
  connection: z.string().check(z.minLength(1)),
  transactions: z.array(transaction).check(z.maxLength(transactionsMax)),
  transactionCount: count,
  round: count,
  answers,
});

export const decidedPostingsSchema: z.ZodMiniType<DecidedPostings> = z.object({
  connection: z.string().check(z.minLength(1)),
  round: count,
  work: z
    .array(
      z.object({
        transaction,
        number: count,
        leaseStartedAt: z.string(),
        takenOver: z.boolean(),
        afterwards: z.enum(["settled", "held", "again"]),
      }),
    )
    .check(z.maxLength(transactionsMax)),
  workCount: count,
  answers,
});
