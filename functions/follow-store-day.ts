import * as z from "zod/mini";
import { addSeconds } from "#domain/calendar";
import { Invalid, Unavailable } from "#domain/failures";
import {
  openedException,
  type PostingRules,
  type StoreDayState,
  storeDayOf,
  storeDayProblems,
  storeDayStatus,
  storeDayTimes,
} from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import { readTransaction } from "./read-transaction.ts";

export interface FollowStoreDayDependencies {
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly rules: PostingRules;
}

const inputSchema = z.object({ transaction: z.string().check(z.minLength(1), z.maxLength(512)) });

/**
 * "wait": nothing is to be done before `until`. "posted": the day is audited, and all of it is in the books. "overdue": nobody audited it in
 * time, and the desk knows. "unknown-store": the policies have no such store; its tickets are held by that name.
 */
export type FollowedStoreDay =
  | { readonly outcome: "wait"; readonly until: string; readonly state: StoreDayState }
  | { readonly outcome: "posted" | "overdue" | "unknown-store"; readonly state: StoreDayState };

/** An audited day that does not come to rest is looked at again after this, for as long as its audit would have had time. */
const postingSeconds = 900;

/**
 * One look at a store day: brings what is missing to the desk once its files should have come, and that nobody audited it once that is due.
 * Looked at again it changes nothing. Throws Invalid for what is no store day, Unavailable when nobody can say whether something was recorded.
 */
export function createHandler({ lineage, policies, clock, rules }: FollowStoreDayDependencies) {
  return async function followStoreDay(input: unknown): Promise<FollowedStoreDay> {
    const parsed = inputSchema.safeParse(input);
    const day = parsed.success ? storeDayOf(parsed.data.transaction) : undefined;
    if (!parsed.success || day === undefined)
      throw new Invalid("follow-store-day takes {transaction} of a store day: look at close-store-day.asl.json");
    const policy = await policies.current();
    const view = await readTransaction(lineage, parsed.data.transaction);
    const now = clock.now();
    const { state } = storeDayStatus(view, policy, rules, now);
    const times = storeDayTimes(day, policy);
    if (times === undefined) return { outcome: "unknown-store", state };
    await tellDesk();
    if (state === "posted" || state === "reconciled") return { outcome: "posted", state };
    if (now < times.completeBy) return { outcome: "wait", until: times.completeBy, state };
    if (now >= times.auditDueAt) return { outcome: "overdue", state };
    return {
      outcome: "wait",
      until: isAudited(state) ? earlier(addSeconds(now, postingSeconds), times.auditDueAt) : times.auditDueAt,
      state,
    };

    async function tellDesk(): Promise<void> {
      const items = storeDayProblems(view, policy, now).flatMap((problem) => {
        // Once told it stays told: whoever closed it by hand has seen it.
        const isTold = view.exceptions.some(({ opened }) => opened.class === problem.class && opened.cause === problem.cause);
        return isTold ? [] : (openedException(view, problem, undefined, now) ?? []);
      });
      const answers = items.length === 0 ? [] : await lineage.insert(items);
      if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
        throw new Unavailable(`what ${view.transaction} lacks was not brought to the desk: look again`);
    }
  };
}

function isAudited(state: StoreDayState): boolean {
  return state === "audited" || state === "posting" || state === "revised" || state === "parked" || state === "rejected";
}

function earlier(one: string, other: string): string {
  return one < other ? one : other;
}
