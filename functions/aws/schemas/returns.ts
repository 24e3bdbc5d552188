import * as z from "zod/mini";
import type { FollowedReturnOutcome } from "#functions/follow-return";

export const followedReturnSchema: z.ZodMiniType<FollowedReturnOutcome> = z.union([
  z.object({ outcome: z.literal("wait"), until: z.string() }),
  z.object({ outcome: z.enum(["cancelled", "expired", "refunded", "withdrawn", "refund-overdue"]) }),
]);
