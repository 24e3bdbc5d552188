import * as z from "zod/mini";
import type { DecidedPostings, PostingRun } from "#functions/decide-postings";
import { placeInLine } from "../../place-in-line.ts";

const transaction = z.string().check(z.minLength(1), z.maxLength(512));
/** Far above what the dispatcher puts into one run. */
const transactionsMax = 1_000;
const count = z.int().check(z.nonnegative());

/** Where it was known before a deploy, it goes on without. */
const place = z.exactOptional(placeInLine);
const askers = z._default(
  z.array(z.object({ transaction, shop: z.string().check(z.maxLength(128)), place })).check(z.maxLength(transactionsMax)),
  [],
);

const answers = z
  .array(z.object({ transaction, answer: z.enum(["settled", "held", "busy"]), until: z.exactOptional(z.string()), place }))
  .check(z.maxLength(transactionsMax));

export const postingRunSchema: z.ZodMiniType<PostingRun> = z.object({
  connection: z.string().check(z.minLength(1)),
  transactions: z.array(transaction).check(z.maxLength(transactionsMax)),
  transactionCount: count,
  askers,
  round: count,
  answers,
});

export const decidedPostingsSchema: z.ZodMiniType<DecidedPostings> = z.object({
  connection: z.string().check(z.minLength(1)),
  round: count,
  askers,
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
