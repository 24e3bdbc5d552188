import * as z from "zod/mini";
import { addSeconds, millisecondsBetween } from "#domain/calendar";
import { type ExceptionClass, exceptionClasses, retryRules } from "#domain/exceptions";
import { Invalid } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { WorkLists } from "#ports/work-lists";
import { exceptionInput } from "./exception-input.ts";
import { type ListedException, openExceptions } from "./open-exceptions.ts";
import { createRetry } from "./retry-exception.ts";

export interface RetryExceptionsDependencies {
  readonly lineage: LineageStore;
  readonly workLists: WorkLists;
  readonly clock: Clock;
}

const classNames = Object.keys(exceptionClasses) as [ExceptionClass, ...ExceptionClass[]];
const limitMax = 10_000;
const limitWhenAbsent = 500;
const olderThanMinutesMax = 1_000_000;

const inputSchema = z
  .object({
    class: z.optional(z.enum(classNames)),
    connection: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
    olderThanMinutes: z.optional(z.int().check(z.nonnegative(), z.maximum(olderThanMinutesMax))),
    limit: z.optional(z.int().check(z.positive(), z.maximum(limitMax))),
    by: exceptionInput.by,
    reason: exceptionInput.reason,
  })
  .check(z.refine((asked) => asked.class !== undefined || asked.connection !== undefined));

export type RetryExceptionsInput = z.input<typeof inputSchema>;

/** Of the exceptions that are open and meant: `matching` = `retried` + `inHand` + `notSent` + `left`. */
export interface RetriedExceptions {
  readonly outcome: "retried-all";
  readonly matching: number;
  /** Sent once more by this call. */
  readonly retried: number;
  /** Sent by somebody within the last ten minutes, and on their way. */
  readonly inHand: number;
  /** Closed meanwhile, waiting for an approval, or of a class of which nothing is sent. */
  readonly notSent: number;
  /** Beyond the limit or the time of this call: the next call goes on with them. */
  readonly left: number;
  /** What was sent, by its transaction. */
  readonly transactions: readonly string[];
}

const entriesPerRead = 500;
/** Pressed again within this, what was sent is not sent again: the second press goes on behind the first. */
const inHandSeconds = 600;
/** No exception is begun later than this after the start: a function of AWS has a minute. */
const beginsWithinMilliseconds = 40_000;

/**
 * Retries every open exception of a class, of an ERP connection or of both at once, the one that is due first at first: an ERP that is mended
 * after an hour leaves hundreds of them. Each is retried as if alone, under the same name and reason. Throws Invalid for an input that is
 * none, Unavailable when a store did not answer: retry again, and it goes on where it stopped.
 */
export function createHandler(dependencies: RetryExceptionsDependencies) {
  const { workLists, clock } = dependencies;
  const retry = createRetry(dependencies);

  return async function retryExceptions(input: unknown): Promise<RetriedExceptions> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success)
      throw new Invalid(
        `retrying all takes {class or connection or both, olderThanMinutes?, limit? (1 to ${limitMax}), by, reason}, and by names a person`,
      );
    const { class: wanted, connection, olderThanMinutes, limit = limitWhenAbsent, by, reason } = parsed.data;
    if (wanted !== undefined && retryRules[wanted] === "never")
      throw new Invalid(`nothing is sent while ${wanted} is open, so that there is nothing to retry: a person ends each by name`);
    const startedAt = clock.now();
    const openedBefore = addSeconds(startedAt, -60 * (olderThanMinutes ?? 0));
    const unlessAfter = addSeconds(startedAt, -inHandSeconds);
    const counts = { matching: 0, retried: 0, inHand: 0, notSent: 0, left: 0 };
    const transactions = new Set<string>();
    for await (const listed of entries()) {
      if (wanted !== undefined && listed.class !== wanted) continue;
      if (connection !== undefined && listed.connection !== connection) continue;
      if (listed.at > openedBefore) continue;
      counts.matching += 1;
      if (counts.retried >= limit || millisecondsBetween(startedAt, clock.now()) >= beginsWithinMilliseconds) counts.left += 1;
      else if (retryRules[listed.class] === "never") counts.notSent += 1;
      else counts[await retryOne(listed)] += 1;
    }
    return { outcome: "retried-all", ...counts, transactions: [...transactions] };

    async function retryOne({ transaction, key }: ListedException): Promise<"retried" | "inHand" | "notSent"> {
      const { outcome } = await retry({ transaction, exception: key, by, reason }, unlessAfter);
      switch (outcome) {
        case "retried":
          transactions.add(transaction);
          return "retried";
        case "retried-just-now":
          return "inHand";
        case "closed":
        case "needs-approval":
        case "unknown":
          return "notSent";
      }
    }
  };

  async function* entries(): AsyncGenerator<ListedException> {
    let after: string | undefined;
    do {
      const page = await workLists.read(openExceptions, after, entriesPerRead);
      for (const { body } of page.entries) yield body as ListedException;
      after = page.next;
    } while (after !== undefined);
  }
}
