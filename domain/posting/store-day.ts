import { addDays, addSeconds, localToInstant } from "#domain/calendar";
import { canonicalJson, contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { eventKey, sourceKey, type TransactionId } from "#domain/identity";
import { foldFacts } from "#domain/ledger";
import type { ParsedDocument, TransactionView } from "#domain/lineage";
import type { MinorUnits } from "#domain/money";
import { type Policy, waitDaysFor } from "#domain/policy";
import { type DayFacts, type Drawer, dayFacts, dayWarnings, drawersOf, type OpenPoint, openPoints } from "#domain/store-day";
import { closingOf } from "./contributions.ts";
import { gatherFacts } from "./gather-facts.ts";

/** A store's day by its stream. */
export interface StoreDayName {
  readonly store: string;
  readonly businessDate: string;
}

/** The files of the night have arrived by then: what is missing this long after the end of the day is looked for. */
const filesWithinSeconds = 6 * 3_600;

/** Undefined for any other stream. */
export function storeDayOf(transaction: TransactionId): StoreDayName | undefined {
  const [kind, channel, store, businessDate] = transaction.split(":").map(decodeURIComponent);
  return kind === "store-day" && channel === "pos" && store !== undefined && businessDate !== undefined
    ? { store, businessDate }
    : undefined;
}

/** The folded facts of a store day, and sorted into what they are about. */
export function storeDayFacts({ documents }: TransactionView): { readonly events: readonly BusinessEvent[]; readonly facts: DayFacts } {
  const { events } = foldFacts(gatherFacts(documents).events);
  return { events, facts: dayFacts(events) };
}

/** Who audited a store day, while the audit stands; undefined for any other stream. */
export function auditorOf(view: TransactionView): string | undefined {
  return storeDayOf(view.transaction) === undefined ? undefined : closingOf(storeDayFacts(view).events)?.by;
}

/** When a day is looked at for what is missing, and when its audit is due. Undefined for a store that the policies do not know. */
export function storeDayTimes(
  { store, businessDate }: StoreDayName,
  policy: Policy,
): { readonly completeBy: string; readonly auditDueAt: string } | undefined {
  const known = Object.hasOwn(policy.stores, store) ? policy.stores[store] : undefined;
  if (known === undefined) return undefined;
  const days = waitDaysFor(policy, "storeDayAudit", { entity: known.entity, day: businessDate });
  const midnightAfter = (count: number) => localToInstant(known.timeZone, `${addDays(businessDate, count + 1)}T00:00:00`);
  return { completeBy: addSeconds(midnightAfter(0), filesWithinSeconds), auditDueAt: midnightAfter(days) };
}

/** Days before this one that are looked at for what a drawer was left with. */
export const drawerDaysBack = 7;

/** What each drawer of a day was left with, by its name: the next opening count is held to it. */
export function drawersLeft(view: TransactionView, policy: Policy): ReadonlyMap<string, MinorUnits> {
  const day = storeDayOf(view.transaction);
  if (day === undefined) return new Map();
  return new Map(
    drawersOf(storeDayFacts(view).facts, policy, day.store, day.businessDate).map((drawer) => [drawerName(drawer), drawer.left]),
  );
}

/** The drawers of an audited day whose opening was counted: what they were left with before is to be looked for. */
export function openedDrawers(view: TransactionView, policy: Policy): readonly string[] {
  const day = storeDayOf(view.transaction);
  if (day === undefined) return [];
  const { events, facts } = storeDayFacts(view);
  if (closingOf(events) === undefined) return [];
  return drawersOf(facts, policy, day.store, day.businessDate).flatMap((drawer) =>
    drawer.opened === undefined ? [] : [drawerName(drawer)],
  );
}

function drawerName({ register, tender, currency }: Pick<Drawer, "register" | "tender" | "currency">): string {
  return JSON.stringify([register, tender.toLowerCase(), currency]);
}

/**
 * Counts set against what the facts of the day expect (c27), as facts to be recorded in it: only once the day is audited, and again whenever
 * a late, changed or voided ticket changes what is expected. What was counted when the day was opened is set against what its drawer was `left`
 * with, so that what went missing in the night is over or short of its own. The version counts the documents that it rests on, so that of two looks the one that
 * saw more counts.
 */
export function tillBalances(view: TransactionView, policy: Policy, left: ReadonlyMap<string, MinorUnits> = new Map()): ParsedDocument[] {
  const day = storeDayOf(view.transaction);
  if (day === undefined) return [];
  const { events, facts } = storeDayFacts(view);
  if (closingOf(events) === undefined) return [];
  const known = new Map(events.flatMap((event) => (event.name === "till.balanced" ? [[event.key, event] as const] : [])));
  const seen = view.documents.filter(({ events: [event] }) => event?.name !== "till.balanced").length;
  const drawers = drawersOf(facts, policy, day.store, day.businessDate);
  const balances = drawers.flatMap((drawer) => [balanceOf(drawer, day), openingOf(drawer, day, left.get(drawerName(drawer)))]);
  return balances.flatMap((balanced) => {
    if (balanced === undefined) return [];
    const last = known.get(balanced.key);
    if (last !== undefined && canonicalJson({ ...balanced, version: "" }) === canonicalJson({ ...last, version: "" })) return [];
    const version = `${String(seen).padStart(9, "0")}-${contentHash(balanced).slice(0, 8)}`;
    return [
      {
        transaction: view.transaction,
        kind: "store-day" as const,
        source: sourceKey("pos", day.store, "till-balance", `${day.businessDate}.${balanced.key.slice("till.balanced:".length)}`),
        channel: "pos",
        shop: day.store,
        events: [{ ...balanced, version }],
        references: [],
        issues: [],
      },
    ];
  });
}

function balanceOf(
  { register, tender, currency, expected, count }: Drawer,
  { store, businessDate }: StoreDayName,
): EventOf<"till.balanced"> | undefined {
  if (count === undefined) return undefined;
  const { counted, valued } = count;
  const key = eventKey("till.balanced", contentHash([register, tender.toLowerCase(), currency]).slice(0, 24));
  const base = {
    name: "till.balanced",
    schema: 1,
    key,
    version: "",
    occurredAt: count.at,
    store,
    register,
    businessDate,
    tender,
    currency,
  } as const;
  return { ...base, counted, expected, ...(valued === undefined ? {} : { valued }) };
}

function openingOf(
  drawer: Drawer,
  { store, businessDate }: StoreDayName,
  left: MinorUnits | undefined,
): EventOf<"till.balanced"> | undefined {
  const { register, tender, currency, opened } = drawer;
  if (opened === undefined || left === undefined) return undefined;
  return {
    name: "till.balanced",
    schema: 1,
    key: eventKey("till.balanced", contentHash([register, tender.toLowerCase(), currency, "opening"]).slice(0, 24)),
    version: "",
    occurredAt: opened.at,
    store,
    register,
    businessDate,
    tender,
    currency,
    counted: opened.counted,
    expected: left,
    opening: true,
  };
}

/**
 * What the desk is told of a store day: what is missing of it once its files should have come, and that nobody has audited it in time. It moves
 * nothing in the ledger, and is closed by the hub as soon as a fact says otherwise.
 */
export function storeDayProblems(view: TransactionView, policy: Policy, now: string): Problem[] {
  const day = storeDayOf(view.transaction);
  const times = day === undefined ? undefined : storeDayTimes(day, policy);
  if (day === undefined || times === undefined) return [];
  const isTold = (problem: Problem) =>
    // Clocks differ a little: what one of them has found due stays so until a fact says otherwise.
    view.exceptions.some(({ opened, closed }) => closed === undefined && opened.class === problem.class && opened.cause === problem.cause);
  const { events, facts } = storeDayFacts(view);
  const closing = closingOf(events);
  const found = openPoints(facts, policy, day.store, day.businessDate).flatMap((point) => pointProblem(point, day) ?? []);
  const warned = dayWarnings(facts, policy, day.store, day.businessDate).flatMap((point): Problem[] => {
    const told = pointProblem(point, day);
    return told === undefined ? [] : [{ ...told, class: "policy.ticket-rule", code: "register-open" }];
  });
  const problems = [...found, ...warned].filter((problem) => now >= times.completeBy || isTold(problem));
  const isEmpty = !events.some(({ name }) => name !== "store-day.reopened" && name !== "store-day.waived");
  if (closing === undefined && !isEmpty) {
    const overdue: Problem = {
      class: "source.day-open",
      code: "not-audited",
      cause: "not-audited",
      message: `${day.businessDate} of store ${day.store} is not audited, and was to be by ${times.auditDueAt}. Look at report store-day, then audit it: store-day audit --store ${day.store} --date ${day.businessDate}`,
    };
    if (now >= times.auditDueAt || isTold(overdue)) problems.push(overdue);
  }
  return problems;
}

/** Tickets that something holds have exceptions of their own. */
function pointProblem(point: OpenPoint, { store, businessDate }: StoreDayName): Problem | undefined {
  if (point.kind === "tickets") return undefined;
  const { kind, register, tender, currency, difference, amount, text, next, ranges } = point;
  const isSequence = kind === "sequence" || kind === "silent";
  const which = contentHash({
    ranges: ranges ?? [],
    currency: currency ?? "",
    difference: difference ?? 0,
    ...(kind === "after-count" ? { tender, amount } : {}),
  }).slice(0, 12);
  return {
    class: isSequence ? "source.sequence-gap" : "source.day-open",
    code: kind === "sequence" ? "register" : kind,
    cause: `${kind}:${register ?? "store"}:${which}`,
    message: `${businessDate} of store ${store}: ${text}. Next: ${next}.`,
    ...(difference === undefined || currency === undefined ? {} : { amount: difference, currency }),
  };
}
