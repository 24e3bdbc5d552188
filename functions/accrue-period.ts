import * as z from "zod/mini";
import { businessDateIn, type FiscalPeriod, isDay } from "#domain/calendar";
import type { EventOf } from "#domain/events";
import { Invalid, Unavailable } from "#domain/failures";
import { eventKey, periodTransaction, sourceKey } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import { electionFor, expectedReturnsFor, fiscalPeriodOf, type Policy, periodStateOn } from "#domain/policy";
import { foldPlans } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { Erp } from "#ports/erp";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import { acceptDocument } from "./accept-document.ts";
import { createPeriodFigures, type PeriodFigures, returnsWindow } from "./period-figures.ts";
import { readTransaction } from "./read-transaction.ts";

export interface AccruePeriodDependencies {
  readonly erp: (connection: string) => Erp | Promise<Erp>;
  readonly lineage: LineageStore;
  readonly documents: DocumentStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
}

const id = z.string().check(z.minLength(1), z.maxLength(120));
const asked = {
  entity: id,
  period: id,
  by: z.string().check(z.trim(), z.minLength(1), z.maxLength(120)),
  reason: z.string().check(z.trim(), z.minLength(1), z.maxLength(255)),
};
const askedSchema = z.strictObject(asked);
const statedSchema = z.strictObject({
  ...asked,
  /** As the books name it: "web", "pos". */
  channel: id,
  /** The first day whose sales are in the figures: that of the policies' window. */
  from: z.string().check(z.refine(isDay)),
  /** Minor units of the entity's functional currency. */
  sales: z.int(),
  cost: z.int(),
});
const inputSchema = z.union([statedSchema, askedSchema]);

export type AccruePeriodInput = z.infer<typeof inputSchema>;
type Asked = z.infer<typeof askedSchema>;

/**
 * "accrued": the figures are on record, and what policy makes of them is posted or waits for its approval. "unchanged": they were on record
 * before. "kept": others were, what they came to is posted, and the entity elects that it stays. None of the following changes anything:
 * "not-estimated": no rule says what comes back; "other-window": the rules count other days than these; "not-over": the period has days to
 * come; "closed": the books of the period are closed; "unknown-entity", "unknown-period": the policies, the calendar have none such.
 */
export type ChannelAccrual =
  | { readonly outcome: "accrued" | "unchanged" | "closed"; readonly transaction: string }
  | { readonly outcome: "kept"; readonly transaction: string; readonly sales: number; readonly cost: number }
  | { readonly outcome: "not-over"; readonly endsOn: string }
  | { readonly outcome: "not-estimated" | "other-window" | "unknown-entity" | "unknown-period" };

/** "computed": the figures were read from the books, of each channel that a rule is for; they are listed with what came of each. */
export type PeriodAccrual =
  | ChannelAccrual
  | { readonly outcome: "computed"; readonly accruals: readonly (PeriodFigures & { readonly accrual: ChannelAccrual })[] };

/**
 * A named person has the returns accrued that are still expected of a period's last sales (c21): of every channel whose returns policy estimates, with
 * what the entity's books hold of those sales now; or of one channel, with figures that the person states. The figures are recorded as a
 * fact of the period, entity and channel; the estimate, its approval and its release on the next day follow from it like every posting. Figures
 * that were recorded before change nothing; others replace them while nothing of them is posted, and afterwards only where the entity
 * elects so. Throws Invalid for an input that is none, Unavailable when the books cannot be read, or nobody can say whether figures were
 * recorded: accrue it again.
 */
export function createHandler({ erp, lineage, documents, policies, clock }: AccruePeriodDependencies) {
  const periodFigures = createPeriodFigures({ erp, lineage, clock });

  return async function accruePeriod(input: unknown): Promise<PeriodAccrual> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success)
      throw new Invalid(
        "accrue-period takes {entity, period, by, reason}, and for figures of your own all of {channel, from, sales, cost}",
      );
    const policy = await policies.current();
    const { entity } = parsed.data;
    const books = Object.hasOwn(policy.entities, entity) ? policy.entities[entity] : undefined;
    if (books === undefined) return { outcome: "unknown-entity" };
    const period = fiscalPeriodOf(books, parsed.data.period);
    if (period === undefined) return { outcome: "unknown-period" };
    if (businessDateIn(books.timeZone, clock.now()) <= period.to) return { outcome: "not-over", endsOn: period.to };
    if ("channel" in parsed.data) return await accrueChannel(policy, period, parsed.data, parsed.data);
    const figures = await periodFigures(policy, entity, period);
    if (figures.length === 0) return { outcome: "not-estimated" };
    const accruals: (PeriodFigures & { readonly accrual: ChannelAccrual })[] = [];
    for (const each of figures) accruals.push({ ...each, accrual: await accrueChannel(policy, period, parsed.data, each) });
    return { outcome: "computed", accruals };
  };

  async function accrueChannel(
    policy: Policy,
    period: FiscalPeriod,
    { entity, by, reason }: Asked,
    { channel, from, sales, cost }: PeriodFigures,
  ): Promise<ChannelAccrual> {
    const books = policy.entities[entity]!;
    const now = clock.now();
    const estimate = expectedReturnsFor(policy, { entity, channel, day: period.to });
    if (estimate === undefined) return { outcome: "not-estimated" };
    if (returnsWindow(period, estimate.windowDays).from !== from) return { outcome: "other-window" };
    const transaction = periodTransaction(channel, entity, period.id);
    const view = await readTransaction(lineage, transaction);
    const standing = lastStatement(view);
    if (standing !== undefined && standing.sales === sales && standing.cost === cost && standing.from === from)
      return { outcome: "unchanged", transaction };
    if (periodStateOn(books, period, businessDateIn(books.timeZone, now)) === "closed") return { outcome: "closed", transaction };
    if (standing !== undefined && isPosted(view) && !isRevised(policy, entity, period))
      return { outcome: "kept", transaction, sales: standing.sales, cost: standing.cost };
    const event: EventOf<"period-sales.stated"> = {
      name: "period-sales.stated",
      schema: 1,
      key: eventKey("period-sales.stated", period.id),
      version: now,
      occurredAt: now,
      entity,
      channel,
      period: period.id,
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
      source: sourceKey(channel, entity, "period-sales", period.id),
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
  }
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
