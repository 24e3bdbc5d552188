import type { DocumentKey } from "#domain/identity";
import { type ClosureItem, closureKey, documentItem, type ExceptionItem, type TransactionView } from "#domain/lineage";
import type { MinorUnits } from "#domain/money";
import { type Policy, postingDayFor } from "#domain/policy";
import { type BookedDocument, bookedOf, booksUnder, postedBooks } from "./books-of.ts";
import { decidePosting } from "./decide-posting.ts";
import type { Decision, PostingRules } from "./decision.ts";
import { leaseOf } from "./lease.ts";
import { rateFacts } from "./rate-facts.ts";

/** What a draft of the policies makes of one document that stands in the books, or would. */
export interface DocumentEffect {
  readonly document: DocumentKey;
  readonly entity: string;
  readonly currency: string;
  /** "account": the same content in other accounts. */
  readonly kind: "post" | "replace" | "reverse" | "account";
  /**
   * What a release would make of it: posted by itself; left to somebody's approval; left as it is, as accounts of posted documents are never
   * changed; or held back by something else.
   */
  readonly outcome: "posts" | "restatement" | "stays" | "held";
  /** The day on which it would be posted or corrected, or stands where that is not to be; its own day where no period takes it. */
  readonly day: string;
  /** By account, debit positive: as posted, and under the draft. */
  readonly accounts: readonly { readonly account: string; readonly posted: MinorUnits; readonly draft: MinorUnits }[];
  /** False where the cost of its goods is not known before the ERP tells it: then `accounts` lacks them. */
  readonly priced: boolean;
}

/** What a draft makes of one transaction, beyond what the policies in force are about to do anyway. */
export interface PolicyEffect {
  /** The books of the transaction as they stand. */
  readonly posted: readonly PostedDocument[];
  readonly documents: readonly DocumentEffect[];
  readonly opened: readonly ExceptionItem[];
  readonly closed: readonly ExceptionItem[];
  /** Connections for which nothing could be decided now, as a plan of theirs is being executed. */
  readonly undecided: readonly string[];
}

export type PostedDocument = BookedDocument & { /** Its posting date. */ readonly day: string };

export interface PolicyEffectInput {
  readonly view: TransactionView;
  readonly before: Policy;
  readonly after: Policy;
  readonly rules: PostingRules;
  readonly now: string;
  /** By connection, of a last plan that names its facts by address. */
  readonly coveredKeys: ReadonlyMap<string, readonly string[]>;
}

/**
 * The effect of a release before it is made: the same decisions as after it, on the same facts, and nothing is written. Where both policies
 * want the same of a document, the draft has no effect on it.
 */
export function policyEffect(input: PolicyEffectInput): PolicyEffect {
  const { view, before, after, rules, now } = input;
  const posted = postedBooks(view);
  const [known, drafted] = [withRates(input, before), withRates(input, after)];
  const was = booksUnder(known, before, rules, posted, now);
  const is = booksUnder(drafted, after, rules, posted, now);
  const [old, fresh] = [decisions({ ...input, view: known }, before), decisions({ ...input, view: drafted }, after)];
  const oldItems = new Set(old.items.map(({ key }) => key));
  const items = fresh.items.filter(({ key }) => !oldItems.has(key));
  const opened = items.filter((item): item is ExceptionItem => item.type === "exception");
  const closures = new Set(items.flatMap((item) => (item.type === "closure" ? [item.key] : [])));
  const restated = new Set(opened.flatMap((item) => (item.class === "policy.restatement" ? [item.document] : [])));
  const standing = new Map<DocumentKey, PostedDocument>();
  for (const [key, live] of posted) standing.set(key, { ...bookedOf(live), day: live.document.postingDate });
  const documents = [...new Set([...posted.keys(), ...was.keys(), ...is.keys()])].flatMap((key): DocumentEffect[] => {
    const change = changeOf(standing.get(key), was.get(key), is.get(key), after, now);
    if (change === undefined) return [];
    const outcome = change.kind === "account" ? "stays" : restated.has(key) ? "restatement" : fresh.planned.has(key) ? "posts" : "held";
    return [{ ...change, outcome }];
  });
  return {
    posted: [...standing.values()],
    documents,
    opened,
    closed: view.exceptions.flatMap(({ opened: exception }) => (closures.has(closureKey(exception.key)) ? [exception] : [])),
    undecided: fresh.undecided,
  };
}

/** The transaction with the rates that its next look would record in it first (c33). */
function withRates({ view, rules, now }: PolicyEffectInput, policy: Policy): TransactionView {
  const fixed = rateFacts(view, policy, rules).map((fact) => documentItem(fact, unwritten, now));
  return fixed.length === 0 ? view : { ...view, documents: [...view.documents, ...fixed] };
}

/** Of a fact that is only supposed: no target reads the raw body. */
const unwritten = { hash: "", bytes: 0 };

function changeOf(
  posted: PostedDocument | undefined,
  before: BookedDocument | undefined,
  after: BookedDocument | undefined,
  policy: Policy,
  now: string,
): Omit<DocumentEffect, "outcome"> | undefined {
  const one = after ?? posted;
  if (one === undefined || isSame(before, after)) return undefined;
  const { key, entity, functionalCurrency, businessDate } = one;
  const kind = posted === undefined ? "post" : after === undefined ? "reverse" : after.hash === posted.hash ? "account" : "replace";
  const amounts = [posted?.amounts, after?.amounts];
  const names = [...new Set(amounts.flatMap((each) => [...(each?.keys() ?? [])]))].sort();
  return {
    document: key,
    entity,
    currency: functionalCurrency,
    kind,
    day: kind === "account" ? (posted?.day ?? businessDate) : dayOf(entity, posted?.day ?? businessDate, policy, now),
    accounts: names
      .map((account) => ({ account, posted: posted?.amounts?.get(account) ?? 0, draft: after?.amounts?.get(account) ?? 0 }))
      .filter((line) => line.posted !== line.draft),
    priced: (posted === undefined || posted.amounts !== undefined) && (after === undefined || after.amounts !== undefined),
  };
}

/** True when both policies want the same document in the same accounts, or neither wants it. */
function isSame(before: BookedDocument | undefined, after: BookedDocument | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return before.hash === after.hash && accountsOf(before) === accountsOf(after);
}

function accountsOf({ bound }: BookedDocument): string {
  if (bound === undefined) return "";
  const accounts =
    bound.type === "journal"
      ? bound.lines.map(({ account }) => account)
      : bound.movements.flatMap(({ inventoryAccount, counterAccount }) => [inventoryAccount, counterAccount]);
  return accounts.join(" ");
}

/** A correction is posted on the day of what it corrects, while that is open. */
function dayOf(entity: string, ownDay: string, policy: Policy, now: string): string {
  const books = policy.entities[entity];
  const found = books && postingDayFor(books, ownDay, now);
  return found?.kind === "day" ? found.day : ownDay;
}

/** What every connection's next look would open and close. */
function decisions({ view, rules, now, coveredKeys }: PolicyEffectInput, policy: Policy) {
  // Several connections find what concerns the transaction as such.
  const items = new Map<string, ExceptionItem | ClosureItem>();
  const planned = new Set<DocumentKey>();
  const undecided: string[] = [];
  for (const [connection, settings] of Object.entries(policy.connections).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const lease = leaseOf(settings);
    const decision = decidePosting({ view, connection, policy, rules, lease, now, coveredKeys: coveredKeys.get(connection) });
    if (isUndecided(decision)) undecided.push(connection);
    for (const item of decision.exceptions) items.set(item.key, item);
    if (decision.kind === "plan") for (const { key } of decision.plan.steps) planned.add(key);
  }
  return { items: [...items.values()], planned, undecided };
}

function isUndecided(decision: Decision): boolean {
  switch (decision.kind) {
    case "busy":
    case "take-over":
      return true;
    case "settled":
    case "held":
    case "plan":
      return false;
  }
}
