import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/follow-payout";
import { clock, lineage, policies, references } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { followedPayoutSchema } from "./schemas/payouts.ts";
import { task } from "./triggers/task.ts";

const follow = createHandler({ lineage, references, policies, clock, rules: postingRules });

export const handler = task("follow-payout", follow, { input: anyInputSchema, output: followedPayoutSchema });
