import * as z from "zod/mini";
import { addDays, isDay, millisecondsBetween } from "#domain/calendar";
import { Invalid } from "#domain/failures";
import type { LineageItem, TransactionView } from "#domain/lineage";
import type { Clock } from "#ports/clock";
import type { EventBus } from "#ports/event-bus";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import type { References } from "#ports/references";
import type { WorkLists } from "#ports/work-lists";
import type { Workflows } from "#ports/workflows";
import { createHandler as createAnnounce } from "./announce-events.ts";
import { readInBatches } from "./read-in-batches.ts";

export interface ReplayLineageDependencies {
  readonly lineage: LineageStore;
  readonly references: References;
  readonly workLists: WorkLists;
  readonly bus: EventBus;
  readonly policies: PolicyStore;
  readonly workflows: Workflows;
  readonly clock: Clock;
}

const bound = z.optional(
  z.string().check(z.refine((text) => isDay(text) || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(text), "a day or an instant")),
);
const inputSchema = z.object({
  /** What was recorded from then on: a day such as 2026-11-27, or an instant. Absent: from the beginning. */
  from: bound,
  /** … and until then: a day counts whole. Absent: until now. */
  to: bound,
  /** The `next` of the call before. */
  after: z.optional(z.string().check(z.minLength(1), z.maxLength(512))),
});

export interface ReplayedLineage {
  /** Documents that were announced once more. */
  readonly announced: number;
  readonly transactions: number;
  /** Absent: all is announced. Else the time of one call was over, and the next one goes on with it. */
  readonly next?: string;
}

const transactionsPerPage = 250;
/** As the stream does: more would make entries of the bus that no queue takes. */
const itemsPerAnnouncement = 500;
/** No page is begun later than this after the start. */
const beginsWithinMilliseconds = 600_000;

/**
 * Announces what was recorded in a window once more, out of the record itself: whatever got lost behind it, a batch of the stream, an entry
 * of the bus, a message, or the start of a workflow, is found by it. Everything that hears of it only looks, so that a healthy hub comes out
 * as it went in. It reads the whole record, a window's or not: nothing sorts it by time.
 */
export function createHandler(dependencies: ReplayLineageDependencies) {
  const { lineage, clock } = dependencies;
  const announce = createAnnounce(dependencies);

  return async function replayLineage(input: unknown): Promise<ReplayedLineage> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success)
      throw new Invalid("replay-lineage takes {from?, to?, after?}: from and to are days such as 2026-11-27, or instants");
    const { from = "", to } = parsed.data;
    const before = to === undefined ? "~" : isDay(to) ? addDays(to, 1) : to;
    const wanted = ({ at }: LineageItem) => at >= from && at < before;
    const startedAt = clock.now();
    let after = parsed.data.after;
    let [announced, transactions] = [0, 0];
    for (;;) {
      const page = await lineage.transactions(after, transactionsPerPage);
      const items = (await readInBatches(lineage, page.transactions, (view) => itemsOf(view).filter(wanted))).flat();
      for (let start = 0; start < items.length; start += itemsPerAnnouncement)
        await announce({ items: items.slice(start, start + itemsPerAnnouncement) });
      announced += items.filter(({ type }) => type === "document").length;
      transactions += page.transactions.length;
      after = page.next;
      if (after === undefined) return { announced, transactions };
      if (millisecondsBetween(startedAt, clock.now()) > beginsWithinMilliseconds) return { announced, transactions, next: after };
    }
  };
}

/**
 * What is worth saying again, plans and outcomes first as they give names: what has ended since would put back on a list what is on none any
 * more, and what a person said once made everybody look already, which the documents do here.
 */
function itemsOf({ documents, chains, exceptions, approvals, reservations }: TransactionView): LineageItem[] {
  const outcomes = [...chains.values()].flatMap((chain) => [...chain.outcomes.values()]);
  const open = exceptions.map(({ opened, closed }): LineageItem => closed ?? opened);
  const waiting = approvals.map(({ asked, decision }) => decision ?? asked);
  return [...outcomes, ...documents, ...reservations.map(({ granted }) => granted), ...open, ...waiting];
}
