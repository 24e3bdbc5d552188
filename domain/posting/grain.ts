import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { type DocumentKey, documentKey, type EventKey, eventKey, streamOf, type TransactionId } from "#domain/identity";
import type { JournalDocument, Target, TargetDocument, ToldDocument } from "#domain/ledger";
import type { DocumentItem } from "#domain/lineage";
import { electionFor, type Policy } from "#domain/policy";
import { isDiscretionary } from "./approvals.ts";
import { windowFacts } from "./contributions.ts";
import type { DecisionInput } from "./decision.ts";
import { documentHash } from "./document-hash.ts";
import type { Posted } from "./fold-plans.ts";
import { gatherFacts } from "./gather-facts.ts";
import { openingKeys } from "./openings.ts";
import type { BoundJournal } from "./plan-steps.ts";
import { asTarget, summaryDocuments } from "./summaries.ts";
import { grainOfWindow, type SummaryGrain, windowOf } from "./windows.ts";

/** What stands around a target when it is cut to the grain in which it is posted. */
interface GrainSurroundings {
  readonly transaction: TransactionId;
  readonly documents: readonly DocumentItem[];
  readonly events: readonly BusinessEvent[];
  readonly policy: Policy;
  readonly posted: Posted;
  /** Documents that belong to the opening balances: recorded where they are, as nothing is sent for them. */
  readonly opening: ReadonlySet<DocumentKey>;
}

/**
 * The target in the grain that policy elects (c35). A sale's journals stay its own, or are told to the store day or window that sums them up;
 * a store day or window has its summaries, and what its tills moved beside tickets:
 * that posts from *audited* alone, and what stands stays as it stands while the day is open again (c27). The grain is pinned: a journal that stands as a document stays one, and what was told stays in
 * its kind of window, whatever policy says by now, so that a change of the grain moves nothing that is posted.
 */
function atGrain(target: readonly TargetDocument[], surroundings: GrainSurroundings): readonly TargetDocument[] {
  const { transaction, documents, posted } = surroundings;
  if (grainOfWindow(transaction) !== undefined) {
    const facts = windowFacts(documents);
    const standing = [...posted.live.values()].flatMap(({ document }) => (document.type === "journal" ? [document] : []));
    const summaries = standing.filter(({ contributions }) => contributions !== undefined);
    const own = facts.closing === undefined ? whatStands(standing, posted) : target;
    return [...own, ...summaryDocuments(transaction, facts, summaries)];
  }
  if (!transaction.startsWith("sale:")) return target;
  const occurredAt = new Map(surroundings.events.map((event) => [event.key, event.occurredAt]));
  return target.map((document) =>
    document.type === "journal" && mayBeSummed(document, surroundings) ? inItsGrain(document, surroundings, occurredAt) : document,
  );
}

/** Of a day that is open: what its tills moved and an earlier audit let out, as it was posted and told. */
function whatStands(standing: readonly BoundJournal[], { told }: Posted): readonly TargetDocument[] {
  const journals = standing.filter(({ contributions }) => contributions === undefined).map(asTarget);
  return [...journals, ...[...told.values()].map(({ document }) => document)];
}

/** What the ledger should be by these documents and the rules in hand, in its grain; and what belongs to the opening balances. */
export function targetInGrain(
  { view: { transaction }, policy, rules }: Pick<DecisionInput, "view" | "policy" | "rules">,
  documents: readonly DocumentItem[],
  posted: Posted,
): { readonly target: Target; readonly issues: Target["problems"]; readonly opening: ReadonlySet<DocumentKey> } {
  const { events, issues } = gatherFacts(documents);
  const target = rules.target(events, policy, transaction);
  const opening = openingKeys(target.documents, events, policy, transaction);
  const inGrain = atGrain(target.documents, { transaction, documents, events, policy, posted, opening });
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

function inItsGrain(
  journal: JournalDocument,
  { transaction, policy, posted }: GrainSurroundings,
  occurredAt: ReadonlyMap<EventKey, string>,
): TargetDocument {
  if (posted.live.has(journal.key)) return journal;
  const { channel, place } = streamOf(transaction);
  const key = documentKey(transaction, journal.event, `${journal.kind}-contribution`, journal.entity, journal.currency);
  const toldBefore = posted.told.get(key);
  const grain = toldBefore === undefined ? electedGrain(journal, channel, policy) : grainOfWindow(toldBefore.document.to);
  const at = occurredAt.get(journal.event);
  if (grain === undefined || at === undefined) return journal;
  const to = windowOf(grain, { channel, place, businessDate: journal.businessDate, occurredAt: at });
  const { kind, event, entity, currency, businessDate } = journal;
  const fact = contributionOf(journal, at);
  return {
    type: "told",
    key,
    kind: `${kind}-contribution`,
    event,
    entity,
    currency,
    businessDate,
    to,
    facts: [fact],
  } satisfies ToldDocument;
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
