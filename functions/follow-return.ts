import * as z from "zod/mini";
import { Invalid, Unavailable } from "#domain/failures";
import type { TransactionView } from "#domain/lineage";
import { openedException, refundOverdueProblems, returnCourseIn } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";
import { endsToRecord } from "./return-reservations.ts";

export interface FollowReturnDependencies {
  readonly lineage: LineageStore;
  readonly clock: Clock;
}

const inputSchema = z.object({
  transaction: z.string().check(z.minLength(1), z.maxLength(512)),
  /** Sort key of the return's reservation. */
  reservation: z.string().check(z.minLength(1), z.maxLength(512)),
});

/**
 * "wait": nothing more is to be done before `until`. "cancelled", "expired", "refunded", "withdrawn": how the return ended.
 * "refund-overdue": its goods are back, its refund is not settled, and the desk knows.
 */
export type FollowedReturnOutcome =
  | { readonly outcome: "wait"; readonly until: string }
  | { readonly outcome: "cancelled" | "expired" | "refunded" | "withdrawn" | "refund-overdue" };

/** Others write ends of the same sale each time: more tries would only be slower. */
const triesMax = 5;

/**
 * One look at a return that was authorised: puts on record how its reservation ended, as far as facts and clock say so, and opens
 * `policy.refund-overdue` when the goods came back and the money is not out in time. Looked at again it changes nothing. Throws Invalid for
 * what is no reservation, Unavailable when nobody can say whether something was recorded: look again.
 */
export function createHandler({ lineage, clock }: FollowReturnDependencies) {
  return async function followReturn(input: unknown): Promise<FollowedReturnOutcome> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("follow-return takes {transaction, reservation}: look at return-to-refund.asl.json");
    const { transaction, reservation } = parsed.data;
    for (let tries = 0; tries < triesMax; tries += 1) {
      const view = await readTransaction(lineage, transaction);
      const now = clock.now();
      const ends = endsToRecord(view, now);
      if (ends.length > 0) {
        // What is on record then is seen when the sale is read again: another end may have been first.
        await lineage.insert(ends);
        continue;
      }
      const course = returnCourseIn(view, reservation, now);
      if (course === undefined) throw new Invalid(`${transaction} has no return ${reservation}`);
      switch (course.kind) {
        case "open":
          return { outcome: "wait", until: course.until };
        case "refund-due":
          return { outcome: "wait", until: course.dueAt };
        case "ended":
          return { outcome: course.how };
        case "refund-overdue":
          await tellDesk(view, reservation, now);
          return { outcome: "refund-overdue" };
      }
    }
    throw new Unavailable(`how the returns of ${transaction} ended could not be recorded: look again`);
  };

  async function tellDesk(view: TransactionView, reservation: string, now: string): Promise<void> {
    const problem = refundOverdueProblems(view, now).find(({ cause }) => cause === reservation);
    // Once told it stays told: whoever closed it by hand has seen it.
    if (problem === undefined || view.exceptions.some(({ opened }) => opened.class === problem.class && opened.cause === reservation))
      return;
    const item = openedException(view, problem, undefined, now);
    if (item === undefined) return;
    const [answer] = await lineage.insert([item]);
    if (answer === "unavailable" || answer === "unknown")
      throw new Unavailable(`the overdue refund of ${reservation} of ${view.transaction} was not recorded: look again`);
  }
}
