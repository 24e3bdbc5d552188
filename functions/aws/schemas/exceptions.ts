import * as z from "zod/mini";
import type { AnsweredPrivacyRequest } from "#functions/answer-privacy-requests";
import type { EscalatedExceptions } from "#functions/escalate-exceptions";
import type { RedrivenDeadLetters } from "#functions/redrive-dead-letters";
import type { ReplayedLineage } from "#functions/replay-lineage";
import type { WorkedException } from "#functions/work-exception";

const count = z.int().check(z.nonnegative());

export const escalatedExceptionsSchema: z.ZodMiniType<EscalatedExceptions> = z.object({ open: count, overdue: count, escalated: count });

/** What was said about an exception, or a page of them: who asks reads it, no machine does. */
export const workedExceptionSchema: z.ZodMiniType<WorkedException> = z.custom<WorkedException>(
  (value) => typeof value === "object" && value !== null && ("outcome" in value || "exceptions" in value),
);

export const replayedLineageSchema: z.ZodMiniType<ReplayedLineage> = z.object({
  announced: count,
  transactions: count,
  next: z.exactOptional(z.string()),
});

export const redrivenDeadLettersSchema: z.ZodMiniType<RedrivenDeadLetters> = z.object({
  atDesk: count,
  published: count,
  replayed: count,
  left: count,
});

const transaction = z.string();

export const answeredPrivacyRequestsSchema: z.ZodMiniType<{ readonly answered: readonly AnsweredPrivacyRequest[] }> = z.object({
  answered: z.array(
    z.union([
      z.object({ transaction, outcome: z.literal("erased"), bodies: count }),
      z.object({ transaction, outcome: z.literal("exported"), address: z.string(), documents: count }),
      z.object({ transaction, outcome: z.literal("unknown") }),
    ]),
  ),
});
