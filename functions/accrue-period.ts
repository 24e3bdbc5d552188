import * as z from "zod/mini";
import { addDays, businessDateIn, type FiscalPeriod, isDay } from "#domain/calendar";
import type { EventOf } from "#domain/events";
import { Invalid, Unavailable } from "#domain/failures";
import { eventKey, periodTransaction, sourceKey } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import { electionFor, expectedReturnsFor, fiscalPeriodOf, type Policy, periodStateOn } from "#domain/policy";
import { foldPlans } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import { acceptDocument } from "./accept-document.ts";
import { readTransaction } from "./read-transaction.ts";

export interface AccruePeriodDependencies {
  readonly lineage: LineageStore;
  readonly documents: DocumentStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
}

const id = z.string().check(z.minLength(1), z.maxLength(120));
const inputSchema = z.object({
  entity: id,
  /** As the books name it: "web", "pos". */
  channel: id,
  period: id,
  /** The first day whose sales are in the figures: that of the policies' window. */
  from: z.string().check(z.refine(isDay)),
  /** Minor units of the entity's functional currency. */
  sales: z.int(),
  cost: z.int(),
  by: z.string().check(z.trim(), z.minLength(1), z.maxLength(120)),
  reason: z.string().check(z.trim(), z.minLength(1), z.maxLength(255)),
});

export type AccruePeriodInput = z.infer<typeof inputSchema>;

/**
 * "accrued": the figures are on record, and what policy makes of them is posted or waits for its approval. "unchanged": they were on record
 * before. "kept": others were, what they came to is posted, and the entity elects that it stays. None of the following changes anything:
 * "not-estimated": no rule says what comes back; "other-window": the rules count other days than these; "not-over": the period has days to
 * come; "closed": the books of the period are closed; "unknown-entity", "unknown-period": the policies, the calendar have none such.
 */
export type PeriodAccrual =
  | { readonly outcome: "accrued" | "unchanged" | "closed"; readonly transaction: string }
  | { readonly outcome: "kept"; readonly transaction: string; readonly sales: number; readonly cost: number }
  | { readonly outcome: "not-over"; readonly endsOn: string }
  | { readonly outcome: "not-estimated" | "other-window" | "unknown-entity" | "unknown-period" };

/** The first and the last day of the sales that an estimate of a period's returns rests on. */
export function returnsWindow({ to }: FiscalPeriod, windowDays: number): { readonly from: string; readonly to: string } {
  return { from: addDays(to, 1 - windowDays), to };
}

/**
 * A named person has the returns accrued that are still expected of a period's last sales (c21). What the books hold of these sales is recorded as a
 * fact of the period, entity and channel; the estimate, its approval and its release on the next day follow from it like every posting. Figures
 * that were recorded before change nothing; others replace them while nothing of them is posted, and afterwards only where the entity
 * elects so. Throws Invalid for an input that is none, Unavailable when nobody can say whether it was recorded: accrue it again.
 */
export function createHandler({ lineage, documents, policies, clock }: AccruePeriodDependencies) {
  return async function accruePeriod(input: unknown): Promise<PeriodAccrual> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("accrue-period takes {entity, channel, period, from, sales, cost, by, reason}");
    const { entity, channel, period: periodId, from, sales, cost, by, reason } = parsed.data;
    const policy = await policies.current();
    const books = Object.hasOwn(policy.entities, entity) ? policy.entities[entity] : undefined;
    if (books === undefined) return { outcome: "unknown-entity" };
    const period = fiscalPeriodOf(books, periodId);
    if (period === undefined) return { outcome: "unknown-period" };
    const now = clock.now();
    const today = businessDateIn(books.timeZone, now);
    if (today <= period.to) return { outcome: "not-over", endsOn: period.to };
    const estimate = expectedReturnsFor(policy, { entity, channel, day: period.to });
    if (estimate === undefined) return { outcome: "not-estimated" };
    if (returnsWindow(period, estimate.windowDays).from !== from) return { outcome: "other-window" };

    const transaction = periodTransaction(channel, entity, periodId);
    const view = await readTransaction(lineage, transaction);
    const standing = lastStatement(view);
    if (standing !== undefined && standing.sales === sales && standing.cost === cost && standing.from === from)
      return { outcome: "unchanged", transaction };
    if (periodStateOn(books, period, today) === "closed") return { outcome: "closed", transaction };
    if (standing !== undefined && isPosted(view) && !isRevised(policy, entity, period))
      return { outcome: "kept", transaction, sales: standing.sales, cost: standing.cost };
    const event: EventOf<"period-sales.stated"> = {
      name: "period-sales.stated",
      schema: 1,
      key: eventKey("period-sales.stated", periodId),
      version: now,
      occurredAt: now,
      entity,
      channel,
      period: periodId,
      businessDate: period.to,
      from,
      currency: books.functionalCurrency,
      sales,
      cost,
      by,
      reason,
    };
    const statement = {
      transaction,
      kind: "period" as const,
      source: sourceKey(channel, entity, "period-sales", periodId),
      channel,
      shop: entity,
      events: [event],
      references: [],
      issues: [],
    };
    const { answer } = await acceptDocument({ documents, lineage }, statement, new TextEncoder().encode(JSON.stringify(event)), now);
    if (answer === "unavailable")
      throw new Unavailable(`nobody can say whether the sales of ${transaction} were recorded: accrue the period again`);
    return { outcome: "accrued", transaction };
  };
}

/** What was stated last of a period's sales; undefined: nothing. */
export function lastStatement({ documents }: TransactionView): EventOf<"period-sales.stated"> | undefined {
  let last: EventOf<"period-sales.stated"> | undefined;
  for (const event of documents.flatMap(({ events }) => events))
    if (event.name === "period-sales.stated" && (last === undefined || event.version > last.version)) last = event;
  return last;
}

/** A plan without an answer counts: what it sent may stand. */
function isPosted({ chains }: TransactionView): boolean {
  return [...chains.values()].some(
    ({ plans, outcomes }) => foldPlans(plans, outcomes).live.size > 0 || plans.some(({ number }) => !outcomes.has(number)),
  );
}

function isRevised(policy: Policy, entity: string, { to: day }: FiscalPeriod): boolean {
  return electionFor(policy, "accrualRevision", { entity, day }) === "revised";
}
