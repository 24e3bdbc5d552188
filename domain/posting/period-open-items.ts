import { businessDateIn } from "#domain/calendar";
import { streamOf, type TransactionId } from "#domain/identity";
import { chainOf, type TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { windowFacts } from "./contributions.ts";
import type { PostingRules } from "./decision.ts";
import { type Change, difference } from "./difference.ts";
import { foldPlans } from "./fold-plans.ts";
import { targetInGrain } from "./grain.ts";
import { storeDayOf } from "./store-day.ts";
import { storeDayStatus } from "./store-day-status.ts";
import { endOfWindow } from "./windows.ts";

/** What of an entity's books is not in them yet, although it is of a day that is to be closed. */
export interface PeriodOpenItem {
  /**
   * - exception: something is held, waits for a person, or for an answer.
   * - store-day: a day of a store that is not audited and posted.
   * - window: an hour or minute whose summaries wait for its end.
   * - unposted: a plan without an answer, or what the facts ask for and no plan has sent.
   */
  readonly kind: "exception" | "store-day" | "window" | "unposted";
  readonly transaction: TransactionId;
  /** Its business day, YYYY-MM-DD. */
  readonly day: string;
  /** What it is, and what ends it. */
  readonly text: string;
}

/**
 * What of a transaction is still open in the books of an entity, up to the last day of a period: closing holds for every earlier period too. A
 * transaction of a place that the policies do not know, and of which nothing can be booked, may be anybody's: it is everybody's.
 */
export function periodOpenItems(
  view: TransactionView,
  { entity, to }: { readonly entity: string; readonly to: string },
  { policy, rules, now }: { readonly policy: Policy; readonly rules: PostingRules; readonly now: string },
): readonly PeriodOpenItem[] {
  const { transaction } = view;
  const books = policy.entities[entity];
  if (books === undefined || view.documents.length === 0) return [];
  const { connection, timeZone } = books;
  const owner = ownerOf(transaction, policy);
  const item = (kind: PeriodOpenItem["kind"], day: string, text: string): PeriodOpenItem[] =>
    day <= to ? [{ kind, transaction, day, text }] : [];

  const day = storeDayOf(transaction);
  if (day !== undefined) {
    if (owner !== entity) return [];
    const { state } = storeDayStatus(view, policy, rules, now);
    if (state === "posted" || state === "reconciled") return [];
    return item("store-day", day.businessDate, `store ${day.store} is ${state}: see report store-day, and audit it`);
  }
  const end = endOfWindow(transaction);
  if (end !== undefined) {
    if (owner !== entity) return [];
    const { current, closing } = windowFacts(view.documents);
    if (closing === undefined && current.size > 0)
      return item("window", businessDateIn(timeZone, end), `${current.size} contributions wait for its end`);
  }

  const { plans, outcomes } = chainOf(view, connection);
  const pending = plans.find(({ number }) => !outcomes.has(number));
  const posted = foldPlans(plans, outcomes);
  const { target } = targetInGrain({ view, connection, policy, rules, now }, view.documents, posted);
  const own = target.documents.filter((document) => policy.entities[document.entity]?.connection === connection);
  const concerned =
    owner === entity || own.some((document) => document.entity === entity) || (owner === undefined && target.documents.length === 0);
  if (!concerned) return [];

  const exceptions = view.exceptions
    .filter(({ closed }) => closed === undefined)
    .flatMap(({ opened }) =>
      item(
        "exception",
        dayOfEvent(view, opened.event ?? opened.cause, opened.at, timeZone),
        `${opened.class}/${opened.code}: ${opened.message}`,
      ),
    );
  if (exceptions.length > 0) return exceptions;
  if (pending !== undefined)
    return item("unposted", businessDateIn(timeZone, pending.at), `plan ${pending.number} of ${connection} has no answer yet`);
  const held = new Set(target.heldEvents);
  return difference(own, posted.live, posted.told).flatMap((change) => {
    const document = documentOf(change);
    if (document === null || document.entity !== entity || held.has(document.event)) return [];
    return item(
      "unposted",
      document.businessDate,
      `${document.kind} of ${document.event} is to be ${change.kind === "post" ? "posted" : "corrected"}`,
    );
  });
}

function documentOf(change: Change) {
  return change.kind === "post" || change.kind === "replace" || change.kind === "tell" ? change.document : change.live.document;
}

/** Whose place a stream belongs to; undefined: the policies do not say. */
function ownerOf(transaction: TransactionId, { stores, shops, gatewayAccounts = {} }: Policy): string | undefined {
  const { kind, channel, place } = streamOf(transaction);
  if (kind === "period") return place;
  const places = channel === "pos" ? stores : kind === "payout" || kind === "settlement-row" ? gatewayAccounts : shops;
  return Object.hasOwn(places, place) ? places[place]?.entity : undefined;
}

/** The day of the fact that an exception is about, else the one on which it was opened. */
function dayOfEvent({ documents }: TransactionView, key: string | undefined, openedAt: string, timeZone: string): string {
  const event = documents.flatMap(({ events }) => events).find((each) => each.key === key);
  if (event !== undefined && "businessDate" in event && typeof event.businessDate === "string") return event.businessDate;
  return businessDateIn(timeZone, event?.occurredAt ?? openedAt);
}
