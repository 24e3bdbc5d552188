import * as z from "zod/mini";
import { payoutSteps } from "#domain/settlement";
import type { FollowedPayoutOutcome } from "#functions/follow-payout";

const course = { step: z.enum(payoutSteps), rows: z.int(), open: z.int(), amount: z.int() };

export const followedPayoutSchema: z.ZodMiniType<FollowedPayoutOutcome> = z.union([
  z.object({ outcome: z.literal("wait"), until: z.string(), ...course }),
  z.object({ outcome: z.enum(["closed", "superseded", "left-open"]), ...course }),
]);
