import { millisecondsBetween } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import type { TransactionId } from "#domain/identity";
import {
  type ApprovalItem,
  approvalDecisionKey,
  type DocumentItem,
  exceptionKeyOf,
  type LineageItem,
  type Reference,
} from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { connectionsOf, endOfWindow, storeDayOf, unsentNumbers } from "#domain/posting";
import type { BusEntry, BusName, EventBus } from "#ports/event-bus";
import type { PolicyStore } from "#ports/policy-store";
import type { References } from "#ports/references";
import type { WorkListEntry, WorkLists } from "#ports/work-lists";
import type { Workflows } from "#ports/workflows";
import { busEntries, publishAll, wakeEntries } from "./bus-entries.ts";
import { exceptionId, listedException, openExceptions } from "./open-exceptions.ts";
import { payoutNews } from "./payout-news.ts";

export interface AnnounceEventsDependencies {
  readonly references: References;
  readonly workLists: WorkLists;
  readonly bus: EventBus;
  readonly policies: PolicyStore;
  readonly workflows: Workflows;
}

/** What is only recorded has no number in an ERP. */
const unsent: ReadonlySet<string> = new Set(Object.values(unsentNumbers));

/** Two hosts' clocks are not further apart: what was opened so soon after a release may have been opened before it. */
const clockSkewMilliseconds = 60_000;

/** The projected list of approvals that nobody has decided yet. */
export const openApprovals = "open-approvals";

/**
 * Step 2 of the posting protocol: announces from the record. `items` are lineage items in the order of their insert; announcing them again
 * is harmless. Throws Unavailable when the bus did not take every entry, so that the stream delivers the batch again.
 */
export function createHandler({ references, workLists, bus, policies, workflows }: AnnounceEventsDependencies) {
  return async function announceEvents({ items }: { readonly items: readonly LineageItem[] }): Promise<{ announced: number }> {
    const policy = await policies.current();
    const named = items.flatMap(referencesOf);
    if (named.length > 0) await references.put(named);
    const woken = named.length > 0 ? await references.waiters(named.map(({ reference }) => reference)) : [];
    const missed = await projectExceptions(items);
    await followApprovals(items);
    await followWindows(items);
    await followStoreDays(items);
    await followReturns(items);
    await followPayouts(items);
    await followUnlistedRows(items);
    const documents = items.filter((item) => item.type === "document");
    const entries = [
      ...entriesOf(documents, policy),
      ...wakeEntries("reference.found", woken, policy),
      ...wakeEntries("policy.released", missed, policy),
      ...decidedEntries(items),
      ...wakeEntries("exception.resolved", resolvedByPeople(items), policy),
      ...wakeEntries("exception.retried", retriedByPeople(items), policy),
      ...escalatedEntries(items),
    ];
    await publishAll(bus, entries, "the batch is announced again");
    return { announced: entries.length };
  };

  /** Answers transactions that a policy release may have missed, because their exceptions were not on the list when it woke what is held. */
  async function projectExceptions(items: readonly LineageItem[]): Promise<readonly TransactionId[]> {
    const opened = items.filter((item) => item.type === "exception");
    if (opened.length > 0)
      await workLists.put(
        openExceptions,
        opened.map((item) => listedException({ opened: item })),
      );
    const closed = items.filter((item) => item.type === "closure");
    if (closed.length > 0)
      await workLists.remove(
        openExceptions,
        closed.map((item) => exceptionId(item.transaction, exceptionKeyOf(item.key))),
      );
    if (opened.length === 0) return [];
    const { at } = await policies.lastRelease();
    return opened.filter((item) => millisecondsBetween(at, item.at) < clockSkewMilliseconds).map(({ transaction }) => transaction);
  }

  /** A wait begins once for each approval; its entry goes with the decision, whichever of the two is announced last. */
  async function followApprovals(items: readonly LineageItem[]): Promise<void> {
    const asked = items.filter((item) => item.type === "approval");
    for (const item of asked) {
      const { transaction, key: approval, at, expiresAt } = item;
      const input = { transaction, approval, secondsToDecide: Math.max(Math.ceil(millisecondsBetween(at, expiresAt) / 1000), 1) };
      await workflows.start("approve-posting", approvalExecution(transaction, approval), input);
    }
    if (asked.length > 0) await workLists.put(openApprovals, asked.map(approvalEntry));
    const decided = items.filter((item) => item.type === "approval-decision");
    if (decided.length > 0)
      await workLists.remove(
        openApprovals,
        decided.map((item) => exceptionId(item.transaction, item.key.slice(0, -approvalDecisionKey("").length))),
      );
  }

  /** A return was authorised: what comes of it is followed, begun once for each. */
  async function followReturns(items: readonly LineageItem[]): Promise<void> {
    for (const item of items) {
      if (item.type !== "reservation") continue;
      const followed = { transaction: item.transaction, reservation: item.key };
      await workflows.start("return-to-refund", contentHash(followed), followed);
    }
  }

  /** There is news of a payout: whether it agrees is followed from then on, begun once for the last news of these. */
  async function followPayouts(items: readonly LineageItem[]): Promise<void> {
    const news = new Map<TransactionId, string>();
    for (const item of items) {
      if (item.type !== "document" || item.kind !== "payout" || !item.events.some(({ name }) => payoutNews.has(name))) continue;
      const last = news.get(item.transaction);
      if (last === undefined || item.at > last) news.set(item.transaction, item.at);
    }
    for (const [transaction, at] of news) {
      const followed = { transaction, at };
      await workflows.start("reconcile-payout", contentHash(followed), followed);
    }
  }

  /** A row of a type that is in no class waits no longer than to the end of its period, begun once for each. */
  async function followUnlistedRows(items: readonly LineageItem[]): Promise<void> {
    const isUnlisted = (item: LineageItem) =>
      item.type === "document" && item.events.some((event) => event.name === "settlement.recorded" && event.row.class === undefined);
    const rows = new Set(items.filter(isUnlisted).map(({ transaction }) => transaction));
    for (const transaction of rows) await workflows.start("settlement-row-to-suspense", contentHash({ transaction }), { transaction });
  }

  /** Something contributes to a window: its closing waits for its end, begun once for each. */
  async function followWindows(items: readonly LineageItem[]): Promise<void> {
    const windows = new Map<TransactionId, string>();
    for (const item of items) {
      if (item.type !== "document" || item.told === undefined) continue;
      const first = windows.get(item.transaction);
      if (first === undefined || item.at < first) windows.set(item.transaction, item.at);
    }
    for (const [transaction, firstToldAt] of windows) {
      const endsAt = endOfWindow(transaction, firstToldAt);
      if (endsAt !== undefined) await workflows.start("close-window", contentHash({ transaction }), { transaction, endsAt });
    }
  }
  /** Something was said of a store day: its time is kept, begun once for each, and once more when somebody takes its audit back. */
  async function followStoreDays(items: readonly LineageItem[]): Promise<void> {
    const begun = new Map<string, string>();
    for (const item of items) {
      if (item.type !== "document" || storeDayOf(item.transaction) === undefined) continue;
      const { transaction } = item;
      const reopened = item.events.flatMap((event) => (event.name === "store-day.reopened" ? [`${event.key} ${event.occurredAt}`] : []));
      for (const because of ["begun", ...reopened]) begun.set(contentHash({ transaction, because }), transaction);
    }
    for (const [execution, transaction] of begun) await workflows.start("close-store-day", execution, { transaction });
  }
}

/** An execution's name: one per approval, however often it is announced. */
function approvalExecution(transaction: string, approval: string): string {
  return contentHash({ transaction, approval });
}

/** Whoever waits for a decision posts, or leaves alone, what it was about. */
function decidedEntries(items: readonly LineageItem[]): BusEntry[] {
  return items.flatMap((item) =>
    item.type === "approval-decision"
      ? busEntries("approval.decided", "*", [{ id: item.transaction, connections: [item.connection] }])
      : [],
  );
}

/** What a person closed may have held something; what the hub closes, it closes in the middle of a look. */
function resolvedByPeople(items: readonly LineageItem[]): TransactionId[] {
  return items.flatMap((item) => (item.type === "closure" && item.by !== "hub" && item.approval === undefined ? [item.transaction] : []));
}

/** A look by every queue: whichever of them failed before. */
function retriedByPeople(items: readonly LineageItem[]): TransactionId[] {
  return items.flatMap((item) => (item.type === "retry" ? [item.transaction] : []));
}

/** For whoever wants to be told; it makes nobody look. */
function escalatedEntries(items: readonly LineageItem[]): BusEntry[] {
  const escalated = new Set(items.flatMap((item) => (item.type === "escalation" ? [item.transaction] : [])));
  return busEntries(
    "exception.escalated",
    "*",
    [...escalated].map((id) => ({ id, connections: [] })),
  );
}

function approvalEntry(item: ApprovalItem): WorkListEntry {
  return { id: exceptionId(item.transaction, item.key), order: `${item.expiresAt} ${item.key}`, body: item };
}

function referencesOf(item: LineageItem): { reference: Reference; transaction: string }[] {
  const { transaction } = item;
  if (item.type === "document") return item.references.map((reference) => ({ reference, transaction }));
  if (item.type === "reservation") return [{ reference: { type: "return-authorization", value: item.authorization }, transaction }];
  if (item.type !== "outcome") return [];
  return item.results.flatMap((result) =>
    result.kind === "done" && !unsent.has(result.number)
      ? [{ reference: { type: "erp-document" as const, value: result.number }, transaction }]
      : [],
  );
}

function namesOf({ issues, events, told }: DocumentItem): readonly BusName[] {
  if (issues.length > 0) return ["document.quarantined"];
  if (events.length === 0 && told !== undefined) return ["fact.withdrawn"];
  return [...new Set(events.map((event) => event.name))];
}

/** One entry per event name and shop, each pointing at up to 100 transactions. */
function entriesOf(documents: readonly DocumentItem[], policy: Policy): BusEntry[] {
  const found = new Map<string, { name: BusName; shop: string; transactions: Map<string, Set<string>> }>();
  for (const document of documents) {
    const names = namesOf(document);
    const connections = connectionsOf(document, policy);
    for (const name of names) {
      const id = `${name} ${document.shop}`;
      let entry = found.get(id);
      if (entry === undefined) found.set(id, (entry = { name, shop: document.shop, transactions: new Map() }));
      const known = entry.transactions.get(document.transaction) ?? new Set();
      for (const connection of connections) known.add(connection);
      entry.transactions.set(document.transaction, known);
    }
  }
  return [...found.values()].flatMap(({ name, shop, transactions }) => {
    const list = [...transactions].map(([id, connections]) => ({ id, connections: [...connections] }));
    return busEntries(name, shop, list);
  });
}
