import * as z from "zod/mini";
import { businessDateIn, isDay } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { Invalid, Unavailable } from "#domain/failures";
import { sourceKey, storeDayTransaction } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import { type PostingRules, storeDayStatus, windowFacts } from "#domain/posting";
import { joinedRanges, type OpenPoint } from "#domain/store-day";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import { acceptDocument } from "./accept-document.ts";
import { readTransaction } from "./read-transaction.ts";

export interface AuditStoreDayDependencies {
  readonly lineage: LineageStore;
  readonly documents: DocumentStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly rules: PostingRules;
}

const number = z.int().check(z.nonnegative());
const inputSchema = z.object({
  store: z.string().check(z.minLength(1), z.maxLength(120)),
  businessDate: z.string().check(z.minLength(1), z.maxLength(10)),
  step: z.enum(["audit", "reopen", "waive", "reconcile"]),
  by: z.string().check(z.minLength(1), z.maxLength(120)),
  reason: z.string().check(z.minLength(1), z.maxLength(255)),
  /** Of "waive": what will not come, of which register (absent: the card totals of the whole store) and, of numbers, which of them. */
  what: z.optional(z.enum(["sequence", "count", "cards", "after-count"])),
  register: z.optional(z.string().check(z.minLength(1), z.maxLength(40))),
  range: z.optional(z.object({ from: number, to: number })),
});

export type AuditStoreDayInput = z.infer<typeof inputSchema>;

/**
 * "incomplete": something is missing that nobody has waived, named here; "not-missing": what is to be waived is not missing. "already-audited":
 * somebody did before, named here. "not-audited": there is nothing to reopen; "not-posted": nor to reconcile. "not-begun": by the store's calendar
 * the day is still to come. "unknown-store", "no-day": the policies have no such store, a calendar no such day. None of these changes anything.
 */
export type StoreDayAudit =
  | {
      readonly outcome: "audited" | "reopened" | "waived" | "reconciled";
      readonly transaction: string;
      readonly contributions: number;
    }
  | { readonly outcome: "incomplete"; readonly transaction: string; readonly missing: readonly string[] }
  | { readonly outcome: "already-audited"; readonly transaction: string; readonly by: string; readonly at: string }
  | { readonly outcome: "not-audited" | "not-missing" | "not-posted"; readonly transaction: string }
  | { readonly outcome: "not-begun" | "unknown-store" | "no-day" };

const outcomes = { audit: "audited", reopen: "reopened", waive: "waived", reconcile: "reconciled" } as const;
const names = {
  audit: "store-day.audited",
  reopen: "store-day.reopened",
  waive: "store-day.waived",
  reconcile: "store-day.reconciled",
} as const;

/**
 * A named person states that a store day is complete and right, takes that back, waives what will not come, or says that what the day left to be
 * settled was found. What posts with the day posts from *audited* (c35), and an audit takes a complete day: what is missing is waived first. The
 * statement is a fact of the store day, announced like every other. Throws Invalid for an input that is none, Unavailable when nobody can say whether it was
 * recorded: state it again.
 */
export function createHandler({ lineage, documents, policies, clock, rules }: AuditStoreDayDependencies) {
  return async function auditStoreDay(input: unknown): Promise<StoreDayAudit> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success || !isWhole(parsed.data))
      throw new Invalid("audit-store-day takes {store, businessDate, step, by, reason}, and to waive {what, register, range}");
    const { store, businessDate, step } = parsed.data;
    const policy = await policies.current();
    const known = Object.hasOwn(policy.stores, store) ? policy.stores[store] : undefined;
    if (known === undefined) return { outcome: "unknown-store" };
    if (!isDay(businessDate)) return { outcome: "no-day" };
    const now = clock.now();
    if (businessDate > businessDateIn(known.timeZone, now)) return { outcome: "not-begun" };

    const transaction = storeDayTransaction(store, businessDate);
    const view = await readTransaction(lineage, transaction);
    const { closing, current } = windowFacts(view.documents);
    if (step === "reopen" && closing === undefined) return { outcome: "not-audited", transaction };
    const stated = statements(view);
    const standing = stated.find(({ key }) => key === closing?.event);
    if (step === "audit" && standing !== undefined) {
      return { outcome: "already-audited", transaction, by: standing.by, at: standing.occurredAt };
    }
    const { points, state } = storeDayStatus(view, policy, rules, now);
    if (step === "audit" && points.length > 0)
      return { outcome: "incomplete", transaction, missing: points.map(({ text, next }) => `${text}: ${next}`) };
    const waived = step === "waive" ? points.filter((point) => isWaived(point, parsed.data)) : [];
    if (step === "waive" && waived.length === 0) return { outcome: "not-missing", transaction };
    if (step === "reconcile" && state !== "posted") return { outcome: "not-posted", transaction };
    const covered = coveredBy(waived, parsed.data);
    const id = statementId(parsed.data, stated, covered);
    const event = eventOf(parsed.data, id, now, covered);
    const statement = {
      transaction,
      kind: "store-day" as const,
      source: sourceKey("pos", store, `${step}-of-day`, `${businessDate}.${id}`),
      channel: "pos",
      shop: store,
      events: [event],
      references: [],
      issues: [],
    };
    const { answer } = await acceptDocument({ documents, lineage }, statement, new TextEncoder().encode(JSON.stringify(event)), now);
    if (answer === "unavailable")
      throw new Unavailable(`nobody can say whether the ${step} of ${transaction} was recorded: state it again`);
    return { outcome: outcomes[step], transaction, contributions: current.size };
  };
}

/** What is waived must be named; of numbers their register too. */
function isWhole({ step, what, register, range }: AuditStoreDayInput): boolean {
  if (step !== "waive") return what === undefined && register === undefined && range === undefined;
  if (what === undefined || (what !== "cards" && register === undefined)) return false;
  return range === undefined || (what === "sequence" && range.from <= range.to);
}

/** Whether a point that is missing is, at least in part, what somebody waives. */
function isWaived({ kind, register, ranges }: OpenPoint, input: AuditStoreDayInput): boolean {
  if (register !== input.register) return false;
  switch (kind) {
    case "silent":
      return input.what === "sequence" && input.range === undefined;
    case "sequence":
    case "tickets": {
      const { range } = input;
      return (
        input.what === "sequence" && (range === undefined || (ranges ?? []).some(({ from, to }) => from <= range.to && range.from <= to))
      );
    }
    case "count":
    case "after-count":
    case "cards":
      return input.what === kind;
  }
}

type Covered = Pick<EventOf<"store-day.waived">, "ranges" | "names" | "amounts">;

/** What a waiver covers: of what is missing now, that which it names. What comes to be missing later is another question. */
function coveredBy(points: readonly OpenPoint[], { range }: AuditStoreDayInput): Covered {
  const within = (each: { readonly from: number; readonly to: number }) =>
    range === undefined ? each : { from: Math.max(each.from, range.from), to: Math.min(each.to, range.to) };
  const ranges = joinedRanges(points.flatMap((point) => (point.ranges ?? []).map(within).filter(({ from, to }) => from <= to)));
  const names = range === undefined ? points.flatMap((point) => point.names ?? []) : [];
  const amounts = points.flatMap(({ tender, currency, amount, difference }) => {
    const open = amount ?? difference;
    return currency === undefined || open === undefined ? [] : [{ ...(tender === undefined ? {} : { tender }), currency, amount: open }];
  });
  return {
    ...(ranges.length === 0 ? {} : { ranges: ranges.map(({ from, to }) => ({ from, to })) }),
    ...(names.length === 0 ? {} : { names }),
    ...(amounts.length === 0 ? {} : { amounts }),
  };
}

type Statement = EventOf<"store-day.audited" | "store-day.reopened" | "store-day.waived" | "store-day.reconciled">;

/** Audits are numbered, so that of two at once one counts; waivers go by what they waive, so that two at once both do. */
function statementId({ step, what, register, range }: AuditStoreDayInput, stated: readonly Statement[], covered: Covered): string {
  if (step === "waive") return contentHash({ what: what ?? "", register: register ?? "", range: range ?? null, ...covered }).slice(0, 16);
  return String(stated.filter(({ name }) => name === names[step]).length + 1);
}

function eventOf(
  { store, businessDate, step, by, reason, what, register, range }: AuditStoreDayInput,
  id: string,
  now: string,
  covered: Covered,
): Statement {
  const base = { schema: 1, key: `${names[step]}:${id}`, version: now, occurredAt: now, store, businessDate, by, reason } as const;
  if (step !== "waive" || what === undefined) return { name: names[step === "waive" ? "audit" : step], ...base };
  return {
    name: "store-day.waived",
    ...base,
    what,
    ...(register === undefined ? {} : { register }),
    ...(range === undefined ? {} : { range }),
    ...covered,
  };
}

const stating: ReadonlySet<string> = new Set(Object.values(names));

/** What was stated about the day, once per number: of two who did so at once the later one counts. */
function statements({ documents }: TransactionView): Statement[] {
  const last = new Map<string, Statement>();
  for (const event of documents.flatMap((document) => document.events)) {
    if (!isStatement(event)) continue;
    const earlier = last.get(event.key);
    if (earlier === undefined || earlier.version < event.version) last.set(event.key, event);
  }
  return [...last.values()];
}

function isStatement(event: BusinessEvent): event is Statement {
  return stating.has(event.name);
}
