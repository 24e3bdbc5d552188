import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { type DocumentKey, documentKey, eventKey, streamOf, type TransactionId } from "#domain/identity";
import type { JournalDocument, Target, TargetDocument, ToldDocument } from "#domain/ledger";
import type { DocumentItem } from "#domain/lineage";
import { electionFor, type Policy } from "#domain/policy";
import { isDiscretionary } from "./approvals.ts";
import { windowFacts } from "./contributions.ts";
import type { DecisionInput } from "./decision.ts";
import { documentHash } from "./document-hash.ts";
import { foldPlans, type Posted } from "./fold-plans.ts";
import { gatherFacts } from "./gather-facts.ts";
import { openingKeys } from "./openings.ts";
import { payoutWindows, type ToSettle } from "./payout-grain.ts";
import type { BoundJournal } from "./plan-steps.ts";
import { asTarget, summaryDocuments } from "./summaries.ts";
import { grainOfWindow, type SummaryGrain, windowOf } from "./windows.ts";

/** What stands around a target when it is cut to the grain in which it is posted. */
interface GrainSurroundings {
  readonly transaction: TransactionId;
  readonly documents: readonly DocumentItem[];
  readonly events: readonly BusinessEvent[];
  readonly policy: Policy;
  readonly now: string;
  readonly pins: Pins;
  readonly posted: Posted;
  /** Documents that belong to the opening balances: recorded where they are, as nothing is sent for them. */
  readonly opening: ReadonlySet<DocumentKey>;
}

/** What pins the grain of a journal: that it stands as a document, or the stream that it was told to. */
interface Pins {
  readonly live: ReadonlySet<DocumentKey>;
  readonly toldTo: ReadonlyMap<DocumentKey, TransactionId>;
}

/**
 * The target in the grain that policy elects (c35). A sale's journals stay its own, or are told to the store day or window that sums them up;
 * a store day or window has its summaries, and what its tills moved beside tickets: that posts from *audited* alone, and what stands stays as
 * it stands while the day is open again (c27). The grain is pinned: a journal that stands as a document stays one, and what was told stays in
 * its kind of window, whatever policy says by now, so that a change of the grain moves nothing that is posted.
 */
function atGrain(target: readonly TargetDocument[], surroundings: GrainSurroundings): readonly TargetDocument[] {
  const { transaction, documents, posted } = surroundings;
  if (grainOfWindow(transaction) !== undefined) {
    const facts = windowFacts(documents);
    const standing = [...posted.live.values()].flatMap(({ document }) => (document.type === "journal" ? [document] : []));
    const summaries = standing.filter(({ contributions }) => contributions !== undefined);
    const own = facts.closing === undefined ? whatStands(standing, posted) : target;
    return [...own, ...summaryDocuments(transaction, facts, summaries, surroundings.policy)];
  }
  if (!transaction.startsWith("sale:")) return target;
  const occurredAt = new Map(surroundings.events.map((event) => [event.key, event.occurredAt]));
  const grains = new Map<DocumentKey, SummaryGrain>();
  const toSettle: ToSettle[] = [];
  for (const document of target) {
    if (document.type !== "journal" || !mayBeSummed(document, surroundings)) continue;
    const toldTo = surroundings.pins.toldTo.get(contributionKey(document, transaction));
    const grain = grainOfJournal(document, toldTo, surroundings);
    if (grain !== undefined) grains.set(document.key, grain);
    if (grain === "payout") toSettle.push({ journal: document, toldTo });
  }
  const windows = payoutWindows(toSettle, surroundings);
  return target.map((document) => {
    const grain = grains.get(document.key);
    const at = occurredAt.get(document.event);
    if (document.type !== "journal" || grain === undefined || at === undefined) return document;
    const { channel, place } = streamOf(transaction);
    const contributing = { channel, place, businessDate: document.businessDate, occurredAt: at };
    const to = grain === "payout" ? windows.get(document.key) : windowOf(grain, contributing);
    return to === undefined ? document : toldTo(document, to, transaction, at);
  });
}

/** Of a day that is open: what its tills moved and an earlier audit let out, as it was posted and told. */
function whatStands(standing: readonly BoundJournal[], { told }: Posted): readonly TargetDocument[] {
  const journals = standing.filter(({ contributions }) => contributions === undefined).map(asTarget);
  return [...journals, ...[...told.values()].map(({ document }) => document)];
}

/** What the ledger should be by these documents and the rules in hand, in its grain; and what belongs to the opening balances. */
export function targetInGrain(
  { view, connection, policy, rules, now }: DecisionInput,
  documents: readonly DocumentItem[],
  posted: Posted,
): { readonly target: Target; readonly issues: Target["problems"]; readonly opening: ReadonlySet<DocumentKey> } {
  const { transaction } = view;
  const { events, issues } = gatherFacts(documents);
  const target = rules.target(events, policy, transaction);
  const opening = openingKeys(target.documents, events, policy, transaction);
  const inGrain = atGrain(target.documents, {
    transaction,
    documents,
    events,
    policy,
    now,
    pins: pinsOf(view, connection, posted),
    posted,
    opening,
  });
  return { target: { ...target, documents: inGrain }, issues, opening };
}

/**
 * Both legs of an intercompany pair are to be found one by one, and what somebody decided is to be seen as what it is. Stock stays as it
 * moved: what comes back takes the cost of its own issue (c38).
 */
function mayBeSummed(journal: JournalDocument, { opening }: GrainSurroundings): boolean {
  // Where the books are in another currency, a journal has rates of its own, and so have the balances that it leaves (c33).
  const isForeign = journal.lines.some(({ functionalAmount }) => functionalAmount !== undefined);
  return journal.pair === undefined && !isForeign && !opening.has(journal.key) && !isDiscretionary(journal);
}

/** An entity that moves to another connection keeps the grain that its journals have: what stands in either ERP is told from what is new. */
function pinsOf({ chains }: DecisionInput["view"], connection: string, { live, told }: Posted): Pins {
  const pins = { live: new Set(live.keys()), toldTo: new Map([...told].map(([key, { document }]) => [key, document.to])) };
  for (const [other, { plans, outcomes }] of chains) {
    if (other === connection) continue;
    const elsewhere = foldPlans(plans, outcomes);
    for (const key of elsewhere.live.keys()) pins.live.add(key);
    for (const [key, { document }] of elsewhere.told) if (!pins.toldTo.has(key)) pins.toldTo.set(key, document.to);
  }
  return pins;
}

/** Undefined: the journal is a document of its own. */
function grainOfJournal(
  journal: JournalDocument,
  toldTo: TransactionId | undefined,
  { transaction, policy, pins }: GrainSurroundings,
): SummaryGrain | undefined {
  if (pins.live.has(journal.key)) return undefined;
  if (toldTo !== undefined) return grainOfWindow(toldTo);
  return electedGrain(journal, streamOf(transaction).channel, policy);
}

function contributionKey({ event, kind, entity, currency }: JournalDocument, transaction: TransactionId): DocumentKey {
  return documentKey(transaction, event, `${kind}-contribution`, entity, currency);
}

function toldTo(journal: JournalDocument, to: TransactionId, transaction: TransactionId, occurredAt: string): ToldDocument {
  const { kind, event, entity, currency, businessDate } = journal;
  const key = contributionKey(journal, transaction);
  const facts = [contributionOf(journal, occurredAt)];
  return { type: "told", key, kind: `${kind}-contribution`, event, entity, currency, businessDate, to, facts };
}

/** A post-void mirrors a ticket on the ticket's own day (c51): the day that has the one has the other. */
const ofItsOwnTill = ["ticket.completed:", "ticket.voided:"];

/**
 * A store day is audited for the tickets of its own tills. What happens to a sale elsewhere (goods that come back in another store, perhaps on
 * a day on which this one is closed) stays a document: nobody would audit that day.
 */
function electedGrain({ entity, businessDate, event }: JournalDocument, channel: string, policy: Policy): SummaryGrain | undefined {
  const grain = electionFor(policy, "postingGrain", { entity, day: businessDate, about: { channel } });
  if (grain === "transaction") return undefined;
  return grain === "store-day" && !ofItsOwnTill.some((name) => event.startsWith(name)) ? undefined : grain;
}

function contributionOf(journal: JournalDocument, occurredAt: string): EventOf<"posting.contributed"> {
  const { key: document, entity, currency, businessDate, lines } = journal;
  const hash = documentHash(journal);
  return {
    name: "posting.contributed",
    schema: 1,
    key: eventKey("posting.contributed", contentHash(document).slice(0, 32)),
    version: hash.slice(0, 16),
    occurredAt,
    document,
    hash,
    entity,
    currency,
    businessDate,
    lines: lines.map(({ role, dimensions, amount }) => ({ role, dimensions, amount })),
  };
}
