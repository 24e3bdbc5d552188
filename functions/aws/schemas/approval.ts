import * as z from "zod/mini";
import type { ApprovalOutcome } from "#functions/decide-approval";

export const approvalAskedSchema: z.ZodMiniType<{ noted: true }> = z.object({ noted: z.literal(true) });

export const approvalOutcomeSchema: z.ZodMiniType<ApprovalOutcome> = z.union([
  z.object({ outcome: z.literal("decided") }),
  z.object({ outcome: z.literal("decided-before"), answer: z.enum(["granted", "refused", "expired"]), by: z.string() }),
  z.object({ outcome: z.enum(["too-late", "too-early"]), expiresAt: z.string() }),
  z.object({ outcome: z.enum(["same-person", "unknown"]) }),
]);
