import * as z from "zod/mini";
import { businessDateIn, millisecondsBetween } from "#domain/calendar";
import { Invalid, Unavailable } from "#domain/failures";
import { periodCloseSamples } from "#domain/kpi";
import { approvalOf, fiscalPeriodOf, periodStateOn, releasesAreApproved } from "#domain/policy";
import { type PeriodOpenItem, type PostingRules, periodOpenItems } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PeriodBook } from "#ports/period-book";
import type { PolicyStore } from "#ports/policy-store";
import { publishSamples } from "./publish-samples.ts";
import { readInBatches } from "./read-in-batches.ts";

export interface ClosePeriodDependencies {
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly periodBook: PeriodBook;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly rules: PostingRules;
  /** Nothing is closed without the approval of a second person: a closing is a release of the policies. */
  readonly secondPerson: boolean;
}

const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(120));
/** Both together are the `why` of the rule in the policies. */
const why = z.string().check(z.trim(), z.minLength(3), z.maxLength(180));
const inputSchema = z.object({
  entity: name,
  period: name,
  by: name,
  reason: why,
  /** Why it is closed although something of it is open. Absent: then it is not closed. */
  withOpenItems: z.optional(why),
  /** Who approved it: somebody else. */
  approvedBy: z.optional(z.string()),
});

export type ClosePeriodInput = z.infer<typeof inputSchema>;

/** The first of the open items, by day and transaction, and how many there are. */
export interface OpenItems {
  readonly openItems: readonly PeriodOpenItem[];
  readonly openItemCount: number;
}

/**
 * "closed": as release `release` of the policies, also with what was open, where somebody said why. "open-items": nothing was changed, as
 * something of the period or an earlier one is open. None of the following changes anything either: "already-closed"; "not-over": the period has
 * days to come; "unknown-entity", "unknown-period": the policies, the calendar have none such.
 */
export type PeriodClosed =
  | ({ readonly outcome: "closed"; readonly release: number } & OpenItems)
  | ({ readonly outcome: "open-items" } & OpenItems)
  | { readonly outcome: "not-over"; readonly endsOn: string }
  | { readonly outcome: "already-closed" | "unknown-entity" | "unknown-period" };

const itemsToldMax = 200;
const transactionsPerPage = 250;
/** No page is begun later than this after the start: what was not looked at is not known to be settled. */
const beginsWithinMilliseconds = 600_000;

/**
 * A named person closes a fiscal period of an entity. First the whole record is looked through for what would belong into it and is not in the books:
 * what is held or waits for somebody, store days that nobody audited, hours that have not ended, and what was not posted. Then the closing is
 * put in force with the policies, and every document of the period that comes later posts in the next open one (c37). Throws Invalid for
 * an input that is none and where a second person is asked for and missing, Unavailable or UnknownOutcome when nobody can say whether it is closed: close it again.
 */
export function createHandler({ lineage, policies, periodBook, clock, metrics, rules, secondPerson }: ClosePeriodDependencies) {
  return async function closePeriod(input: unknown): Promise<PeriodClosed> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("close-period takes {entity, period, by, reason, withOpenItems?, approvedBy?}");
    const { entity, period: periodId, by, reason, withOpenItems, approvedBy } = parsed.data;
    const policy = await policies.reload();
    const books = Object.hasOwn(policy.entities, entity) ? policy.entities[entity] : undefined;
    if (books === undefined) return { outcome: "unknown-entity" };
    const period = fiscalPeriodOf(books, periodId);
    if (period === undefined) return { outcome: "unknown-period" };
    const now = clock.now();
    const today = businessDateIn(books.timeZone, now);
    if (today <= period.to) return { outcome: "not-over", endsOn: period.to };
    if (periodStateOn(books, period, today) === "closed") return { outcome: "already-closed" };
    const found = await openItems(entity, period.to, now);
    if (found.openItemCount > 0 && withOpenItems === undefined) return { outcome: "open-items", ...found };
    // After the look: whoever approves may see first what is open.
    const isAskedFor = secondPerson || releasesAreApproved(policy, now);
    const approved = approvalOf({ actor: by, approvedBy }, "closing", isAskedFor);
    const open =
      found.openItemCount === 0 || withOpenItems === undefined ? "" : ` – with ${found.openItemCount} open items: ${withOpenItems}`;
    const rule = { period: periodId, state: "closed" as const, from: today, by, why: `${reason}${open}` };
    const author = { actor: by, reason: `${periodId} of ${entity} closed: ${rule.why}` };
    const { release } = await periodBook.close({ entity, rule, ...author, ...(approved === undefined ? {} : { approvedBy: approved }) });
    publishSamples(metrics, periodCloseSamples({ entity, rule, at: clock.now() }, policy));
    return { outcome: "closed", release, ...found };
  };

  async function openItems(entity: string, to: string, now: string): Promise<OpenItems> {
    const policy = await policies.current();
    const found: PeriodOpenItem[] = [];
    let after: string | undefined;
    do {
      if (millisecondsBetween(now, clock.now()) > beginsWithinMilliseconds)
        throw new Unavailable(
          `the record of ${entity} is too long to be looked through in one call: close the period where more time is given`,
        );
      const page = await lineage.transactions(after, transactionsPerPage);
      const items = await readInBatches(lineage, page.transactions, (view) =>
        periodOpenItems(view, { entity, to }, { policy, rules, now }),
      );
      found.push(...items.flat());
      after = page.next;
    } while (after !== undefined);
    const order = ({ day, transaction }: PeriodOpenItem) => `${day} ${transaction}`;
    found.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    return { openItems: found.slice(0, itemsToldMax), openItemCount: found.length };
  }
}
