import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/follow-store-day";
import { clock, lineage, policies } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { followedStoreDaySchema } from "./schemas/store-days.ts";
import { task } from "./triggers/task.ts";

const follow = createHandler({ lineage, policies, clock, rules: postingRules });
export const handler = task("follow-store-day", follow, { input: anyInputSchema, output: followedStoreDaySchema });
