import * as z from "zod/mini";
import type { EscalatedExceptions } from "#functions/escalate-exceptions";
import type { WorkedException } from "#functions/work-exception";

const count = z.int().check(z.nonnegative());

export const escalatedExceptionsSchema: z.ZodMiniType<EscalatedExceptions> = z.object({ open: count, overdue: count, escalated: count });

/** What was said about an exception, or a page of them: who asks reads it, no machine does. */
export const workedExceptionSchema: z.ZodMiniType<WorkedException> = z.custom<WorkedException>(
  (value) => typeof value === "object" && value !== null && ("outcome" in value || "exceptions" in value),
);
