import { addDays, millisecondsBetween } from "#domain/calendar";
import { canonicalJson } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import { Invalid, StalePolicy, Unavailable, UnknownOutcome, UnreadablePolicy } from "#domain/failures";
import { storeDayTransaction, type TransactionId } from "#domain/identity";
import {
  assertStorable,
  documentItem,
  type LineageItem,
  type PlanItem,
  type ReservationEndItem,
  rawBodyOf,
  type TransactionView,
  viewTransaction,
} from "#domain/lineage";
import type { PlaceInLine, TokenRequest } from "#domain/pace";
import { type Policy, takesOneSender } from "#domain/policy";
import {
  type Decision,
  decidePosting,
  drawerDaysBack,
  drawersLeft,
  isSent,
  leaseOf,
  openedDrawers,
  type PostingRules,
  rateFacts,
  stillOpenWith,
  storeDayOf,
  tillBalances,
  waitsForRate,
} from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PolicyStore } from "#ports/policy-store";
import type { RateLimit, TokenAnswer } from "#ports/rate-limit";
import type { References } from "#ports/references";
import { createOriginals } from "./find-originals.ts";
import { readTransaction } from "./read-transaction.ts";
import { consumedEnds } from "./return-reservations.ts";

export interface DecidePostingsDependencies {
  readonly lineage: LineageStore;
  readonly references: References;
  readonly documents: DocumentStore;
  readonly policies: PolicyStore;
  readonly rateLimit: RateLimit;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly rules: PostingRules;
}

/** What travels through the machine `post-transactions`, which only routes it: every field is read and written by the two functions. */
export interface PostingRun {
  readonly connection: string;
  /** To be decided in this round. */
  readonly transactions: readonly TransactionId[];
  readonly transactionCount: number;
  readonly askers: readonly PostingAsker[];
  /** Rounds that are done. */
  readonly round: number;
  /** Given so far. */
  readonly answers: readonly PostingAnswer[];
}

/**
 * On whose behalf a transaction is looked at, and where it stands in the line of those who wait for tokens. One that several messages name may
 * stand there several times, and has an asker for each.
 */
export interface PostingAsker {
  readonly transaction: TransactionId;
  /** Shops have their turns in the line. */
  readonly shop: string;
  readonly place?: PlaceInLine;
}

/** A plan to execute now, by pointer: its number, and the lease under which this execution works. */
export interface PostingWork {
  readonly transaction: TransactionId;
  readonly number: number;
  readonly leaseStartedAt: string;
  readonly takenOver: boolean;
  /** The answer when every step is done without a remark. */
  readonly afterwards: "settled" | "held" | "again";
}

/** The answer for one transaction; `until` is an instant before which looking again is useless, `place` where it stands in the line. */
export interface PostingAnswer {
  readonly transaction: TransactionId;
  readonly answer: "settled" | "held" | "busy";
  readonly until?: string;
  readonly place?: PlaceInLine;
}

export interface DecidedPostings {
  readonly connection: string;
  readonly round: number;
  /** Without the places of those whose tokens were granted. */
  readonly askers: readonly PostingAsker[];
  readonly work: readonly PostingWork[];
  readonly workCount: number;
  readonly answers: readonly PostingAnswer[];
}

/** A run over these transactions from its start; they are asked for by nobody in particular where no asker is named. */
export function postingRun(connection: string, transactions: readonly TransactionId[], askers: readonly PostingAsker[] = []): PostingRun {
  return { connection, transactions, transactionCount: transactions.length, askers, round: 0, answers: [] };
}

/** Steps 4 to 7 of the posting protocol for a batch of transactions: read, decide, insert plan or take-over. */
export function createHandler(dependencies: DecidePostingsDependencies) {
  const { lineage, documents, policies, rateLimit, clock, metrics } = dependencies;
  const findOriginals = createOriginals(dependencies);

  return async function decidePostings(input: PostingRun): Promise<DecidedPostings> {
    const policy = await readable(policies.current());
    const transactions = [...new Set(input.transactions)];
    const decided = await Promise.all(transactions.map((transaction) => decideOne(input.connection, transaction, policy)));
    const askers = askersByTransaction(input.askers);
    const tokens = await askForTokens(input.connection, decided, askers);
    if ([...tokens.values()].some(({ answer }) => answer === "open"))
      metrics.record("BreakerOpen", 1, "count", { connection: input.connection });
    const kept = decided.map((each) => putOff(each, tokens.get(each.transaction)));
    await storeCoveredKeys(kept.map(({ decision }) => decision));
    const { taken, unrecorded } = await insertDecisions(kept);
    const again = new Map([...(await unfinishedLooks(kept)), ...[...unrecorded].map((transaction) => [transaction, undefined] as const)]);
    const work = kept.flatMap(({ transaction, decision }) => workOf(transaction, decision, taken, again));
    const working = new Set(work.map(({ transaction }) => transaction));
    const sending = kept.filter(({ decision }) => stepsOf(decision) > 0);
    if (sending.length > 0 && !sending.some(({ transaction }) => working.has(transaction))) await giveTurn(policy, input.connection);
    const places = placesKept(kept, askers, tokens);
    const given = kept.flatMap(({ transaction, decision }) => answerOf(transaction, decision, taken, again));
    return {
      connection: input.connection,
      round: input.round,
      askers: kept.flatMap(({ transaction }) =>
        (askers.get(transaction) ?? []).slice(0, 1).map(({ shop }) => ({ transaction, shop, ...places.get(transaction) })),
      ),
      work,
      workCount: work.length,
      answers: [
        ...input.answers,
        ...given.map((answer) => (answer.answer === "busy" ? { ...answer, ...places.get(answer.transaction) } : answer)),
      ],
    };
  };

  /**
   * Who of them may send now. Who stands in the line and needs nothing any more gives his place back, and whoever stands there twice all but
   * the first; who has to wait for something else keeps it.
   */
  async function askForTokens(
    connection: string,
    decided: readonly Decided[],
    askers: Askers,
  ): Promise<ReadonlyMap<TransactionId, TokenAnswer>> {
    const asking: TransactionId[] = [];
    const requests: TokenRequest[] = [];
    const givenBack: TokenRequest[] = [];
    for (const { transaction, decision } of decided) {
      const [first, ...others] = askers.get(transaction) ?? [{ transaction, shop: "*" }];
      const { shop, place } = first;
      givenBack.push(...others.flatMap((other) => (other.place === undefined ? [] : [{ documents: 0, shop, place: other.place }])));
      const documents = stepsOf(decision);
      if (documents === 0 && (place === undefined || decision.kind === "busy")) continue;
      asking.push(transaction);
      requests.push({ documents, shop, ...(place === undefined ? {} : { place }) });
    }
    if (requests.length + givenBack.length === 0) return new Map();
    const answers = await answersTo(connection, [...requests, ...givenBack]);
    return new Map(asking.map((transaction, index) => [transaction, answers[index] ?? { answer: "wait" }]));
  }

  /**
   * To give a place back is a favour, and asks a pace of the policies: a policy that cannot be read, or a table that does not answer, must not
   * end a look that sends nothing.
   */
  async function answersTo(connection: string, requests: readonly TokenRequest[]): ReturnType<RateLimit["acquire"]> {
    try {
      return await rateLimit.acquire(connection, requests);
    } catch (error) {
      if (requests.some(({ documents }) => documents > 0)) throw error;
      if (error instanceof Unavailable || error instanceof UnknownOutcome || error instanceof Invalid)
        return requests.map(() => ({ answer: "granted" }));
      throw error;
    }
  }

  /** Nothing is sent in this turn: somebody else was quicker with every plan that would be, and no execution gives the turn back. */
  async function giveTurn(policy: Policy | UnreadablePolicy, connection: string): Promise<void> {
    const settings = policy instanceof UnreadablePolicy ? undefined : policy.connections[connection];
    if (settings !== undefined && takesOneSender(settings)) await rateLimit.release(connection);
  }

  async function decideOne(
    connection: string,
    transaction: TransactionId,
    policy: Policy | UnreadablePolicy,
    isReloaded = false,
  ): Promise<Decided> {
    const { release } = policy;
    if (policy instanceof UnreadablePolicy) {
      const problem: Problem = { class: "data.value", code: "unreadable-policy", cause: connection, message: policy.message };
      return { transaction, release, decision: await holdFor(connection, transaction, problem) };
    }
    try {
      return { transaction, release, decision: await decideWith(connection, transaction, policy) };
    } catch (error) {
      if (!(error instanceof StalePolicy)) return { transaction, release, decision: await cannotDecide(connection, transaction, error) };
      if (!isReloaded) return decideOne(connection, transaction, await readable(policies.reload()), true);
      return { transaction, release, decision: { kind: "busy", reason: error.message, exceptions: [] } };
    }
  }

  /**
   * An answer ends a look, and a look that a release asked for must end under that release: the wake of what is held would be lost to a
   * policy in memory. What is decided is on record by now, the last release is read after it; whoever decided with an older one looks
   * again. So does everybody for as long as somebody may still plan with an older one: this look may not have seen that plan, and ends
   * the message that would finish it.
   */
  async function unfinishedLooks(decided: readonly Decided[]): Promise<readonly (readonly [TransactionId, string | undefined])[]> {
    const ended = decided.filter(({ decision }) => endsTheLook(decision));
    if (ended.length === 0) return [];
    try {
      const { release, everywhereAt } = await policies.lastRelease();
      if (ended.some((each) => each.release < release)) await policies.reload();
      const until = millisecondsBetween(clock.now(), everywhereAt) > 0 ? everywhereAt : undefined;
      return ended.filter((each) => until !== undefined || each.release < release).map(({ transaction }) => [transaction, until] as const);
    } catch (error) {
      if (error instanceof Unavailable) return ended.map(({ transaction }) => [transaction, undefined] as const);
      throw error;
    }
  }

  /** One transaction that the rules cannot digest is brought to the desk and does not stop its neighbours; a failed port stops the batch. */
  async function cannotDecide(connection: string, transaction: TransactionId, error: unknown): Promise<Decision> {
    if (error instanceof Unavailable || error instanceof UnknownOutcome || !(error instanceof Error)) throw error;
    const message = `the posting rules failed on this transaction: ${error.name}: ${error.message}`;
    return holdFor(connection, transaction, { class: "data.value", code: "cannot-decide", cause: connection, message });
  }

  async function holdFor(connection: string, transaction: TransactionId, problem: Problem): Promise<Decision> {
    const view = await readAgain(transaction);
    return { kind: "held", exceptions: stillOpenWith(view, problem, connection, clock.now()) };
  }

  /** A policy that this code cannot read decides nothing: every transaction is held by name, and woken by the next release. */
  async function readable(reading: Promise<Policy>): Promise<Policy | UnreadablePolicy> {
    try {
      return await reading;
    } catch (error) {
      if (error instanceof UnreadablePolicy) return error;
      throw error;
    }
  }

  /** What cannot be read at all is brought to the desk as its first occurrence: the insert is refused when it is there already. */
  async function readAgain(transaction: TransactionId): Promise<TransactionView> {
    try {
      return await readTransaction(lineage, transaction);
    } catch (error) {
      if (error instanceof Unavailable || error instanceof UnknownOutcome) throw error;
      return viewTransaction(transaction, []);
    }
  }

  async function decideWith(connection: string, transaction: TransactionId, policy: Policy): Promise<DecisionWithEnds> {
    const settings = policy.connections[connection];
    if (settings === undefined)
      throw new Invalid(`no ERP connection ${connection} in the policies: known are ${Object.keys(policy.connections).join(", ")}`);
    let view = await readTransaction(lineage, transaction);
    // What is found is a fact like any other: it is read before anything is decided with it.
    const originals = await findOriginals(view, policy);
    if (originals.isNew) view = await readTransaction(lineage, transaction);
    if (await balanceTills(view, policy)) view = await readTransaction(lineage, transaction);
    const coveredKeys = await readCoveredKeys(view.chains.get(connection)?.plans.at(-1));
    const input = {
      view,
      connection,
      policy,
      rules: dependencies.rules,
      lease: leaseOf(settings),
      now: clock.now(),
      coveredKeys,
      found: originals.problems,
    };
    const first = decidePosting(input);
    const fixed = waitsForRate(view, first) && (await fixRates(view, policy));
    if (fixed) view = await readTransaction(lineage, transaction);
    const decided = fixed ? decidePosting({ ...input, view, now: clock.now() }) : first;
    const ends = consumedEnds(view, input.now);
    const decision = ends.length === 0 ? decided : { ...decided, ends };
    // An item that no store takes would fail the insert of the whole batch.
    for (const item of itemsOf(decision)) assertStorable(item.transaction, item.key, JSON.stringify(item));
    return decision;
  }

  /**
   * Records the rates that documents wait for and policy knows. A crash after it costs nothing: they are there when it is looked at again,
   * and to fix one twice is to insert the same item. False: nothing is known that was not on record.
   */
  async function fixRates(view: TransactionView, policy: Policy): Promise<boolean> {
    const known = new Set(view.documents.map((document) => document.key));
    const items = rateFacts(view, policy, dependencies.rules)
      .map((fact) => documentItem(fact, rawBodyOf(new TextEncoder().encode(canonicalJson(fact.events))), clock.now()))
      .filter((item) => !known.has(item.key));
    if (items.length === 0) return false;
    const answers = await lineage.insert(items);
    return answers.some((answer) => answer === "inserted" || answer === "conflict");
  }

  /** Sets what was counted in the drawers of an audited day against what its facts expect. False: nothing has changed since it was. */
  async function balanceTills(view: TransactionView, policy: Policy): Promise<boolean> {
    const items = tillBalances(view, policy, await leftBefore(view, policy)).map((fact) =>
      documentItem(fact, rawBodyOf(new TextEncoder().encode(canonicalJson(fact.events))), clock.now()),
    );
    if (items.length === 0) return false;
    const answers = await lineage.insert(items);
    if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
      throw new Unavailable(`the balances of the drawers of ${view.transaction} were not recorded: look again`);
    return true;
  }

  /** What the drawers whose opening was counted were left with on the last of the days before that knows of them. */
  async function leftBefore(view: TransactionView, policy: Policy): Promise<ReadonlyMap<string, number>> {
    const left = new Map<string, number>();
    const wanted = new Set(openedDrawers(view, policy));
    const day = storeDayOf(view.transaction);
    for (let back = 1; day !== undefined && wanted.size > 0 && back <= drawerDaysBack; back++) {
      const before = await readTransaction(lineage, storeDayTransaction(day.store, addDays(day.businessDate, -back)));
      for (const [drawer, amount] of drawersLeft(before, policy)) if (wanted.delete(drawer)) left.set(drawer, amount);
    }
    return left;
  }

  async function readCoveredKeys(plan: PlanItem | undefined): Promise<readonly string[] | undefined> {
    if (plan?.covers.address === undefined) return undefined;
    const bytes = await documents.get(plan.covers.address);
    if (bytes === undefined)
      throw new Invalid(`the list of covered documents ${plan.covers.address} of ${plan.transaction} is missing from the document store`);
    return JSON.parse(new TextDecoder().decode(bytes)) as readonly string[];
  }

  async function storeCoveredKeys(decisions: readonly Decision[]): Promise<void> {
    for (const decision of decisions) {
      if (decision.kind !== "plan" || decision.plan.covers.address === undefined) continue;
      await documents.put(decision.plan.covers.address, new TextEncoder().encode(JSON.stringify(decision.coveredKeys)));
    }
  }

  /** Inserts exceptions, plans and take-overs. */
  async function insertDecisions(decided: readonly { decision: DecisionWithEnds }[]): Promise<Inserted> {
    const items = decided.flatMap(({ decision }) => itemsOf(decision));
    const answers = items.length === 0 ? [] : await lineage.insert(items);
    const taken = items.filter((_, index) => answers[index] === "inserted").map((item) => `${item.transaction} ${item.key}`);
    // A conflict is as good as an insert for an exception or an approval: it is on record.
    const lost = items.filter((item, index) => isForTheDesk(item) && answers[index] !== "inserted" && answers[index] !== "conflict");
    return { taken: new Set(taken), unrecorded: new Set(lost.map((item) => item.transaction)) };
  }
}

/** A decision, with the return reservations that the facts have ended. */
type DecisionWithEnds = Decision & { readonly ends?: readonly ReservationEndItem[] };

interface Decided {
  readonly transaction: TransactionId;
  /** Of the policy that it was decided with. */
  readonly release: number;
  readonly decision: DecisionWithEnds;
}

interface Inserted {
  /** Transaction and key of the items that are ours. */
  readonly taken: ReadonlySet<string>;
  /** Transactions with an exception that may not be on record: nobody would see why they are held. */
  readonly unrecorded: ReadonlySet<TransactionId>;
}

function itemsOf(decision: DecisionWithEnds): LineageItem[] {
  const work = decision.kind === "plan" ? [decision.plan] : decision.kind === "take-over" ? [decision.item] : [];
  const approvals = "approvals" in decision ? (decision.approvals ?? []) : [];
  return [...decision.exceptions, ...approvals, ...(decision.ends ?? []), ...work];
}

/** What somebody must see: were it lost, the transaction would be held, or units promised, and nobody would know why. */
function isForTheDesk(item: LineageItem): boolean {
  return item.type === "exception" || item.type === "closure" || item.type === "approval" || item.type === "reservation-end";
}

/** Those that the ERP sees: what is only recorded takes none of its tokens, and does not wait for it. */
function stepsOf(decision: Decision): number {
  return decision.kind === "plan" || decision.kind === "take-over" ? decision.plan.steps.filter(isSent).length : 0;
}

/** Whether the transaction is answered without another round: now, or when its plan is executed without a remark. */
function endsTheLook(decision: Decision): boolean {
  switch (decision.kind) {
    case "settled":
    case "held":
      return true;
    case "plan":
      return decision.afterwards !== "again";
    case "take-over":
    case "busy":
      return false;
  }
}

/** By transaction, the one who stands furthest ahead first. */
type Askers = ReadonlyMap<TransactionId, readonly [PostingAsker, ...PostingAsker[]]>;

function askersByTransaction(askers: readonly PostingAsker[]): Askers {
  const found = new Map<TransactionId, [PostingAsker, ...PostingAsker[]]>();
  for (const asker of askers.toSorted(({ place: a }, { place: b }) => {
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    // Marks of a line that was lost say nothing beside those of the one that took its place.
    return b.line - a.line || a.mark - b.mark;
  })) {
    const known = found.get(asker.transaction);
    if (known === undefined) found.set(asker.transaction, [asker]);
    else known.push(asker);
  }
  return found;
}

/** No token or an open breaker: nothing is planned or taken over, but what was found out about exceptions is kept. */
function putOff(each: Decided, tokens: TokenAnswer | undefined): Decided {
  if (tokens === undefined || tokens.answer === "granted") return each;
  const reason = tokens.answer === "open" ? "the connection's breaker is open" : "no rate token";
  const { exceptions } = each.decision;
  return { ...each, decision: { kind: "busy", reason, exceptions, ...(tokens.until === undefined ? {} : { until: tokens.until }) } };
}

/** Where each stands who has to come again: not who was granted, whatever became of it. */
function placesKept(
  decided: readonly Decided[],
  askers: Askers,
  tokens: ReadonlyMap<TransactionId, TokenAnswer>,
): ReadonlyMap<TransactionId, { readonly place?: PlaceInLine }> {
  return new Map(
    decided.map(({ transaction }) => {
      const place = tokens.has(transaction) ? tokens.get(transaction)?.place : askers.get(transaction)?.[0].place;
      return [transaction, place === undefined ? {} : { place }];
    }),
  );
}

function workOf(
  transaction: TransactionId,
  decision: Decision,
  taken: ReadonlySet<string>,
  again: ReadonlyMap<TransactionId, string | undefined>,
): PostingWork[] {
  if (decision.kind === "plan" && taken.has(`${transaction} ${decision.plan.key}`)) {
    const afterwards = again.has(transaction) ? "again" : decision.afterwards;
    return [{ transaction, number: decision.plan.number, leaseStartedAt: decision.plan.at, takenOver: false, afterwards }];
  }
  if (decision.kind === "take-over" && taken.has(`${transaction} ${decision.item.key}`)) {
    return [{ transaction, number: decision.plan.number, leaseStartedAt: decision.item.at, takenOver: true, afterwards: "again" }];
  }
  return [];
}

function answerOf(
  transaction: TransactionId,
  decision: Decision,
  taken: ReadonlySet<string>,
  again: ReadonlyMap<TransactionId, string | undefined>,
): PostingAnswer[] {
  switch (decision.kind) {
    case "settled":
    case "held":
      return [again.has(transaction) ? busy(transaction, again.get(transaction)) : { transaction, answer: decision.kind }];
    case "busy":
      return [busy(transaction, decision.until)];
    case "plan":
    case "take-over": {
      const key = decision.kind === "plan" ? decision.plan.key : decision.item.key;
      // Lost the insert, or nobody knows: whoever holds the plan executes it, and this transaction is looked at again.
      return taken.has(`${transaction} ${key}`) ? [] : [busy(transaction, undefined)];
    }
  }
}

function busy(transaction: TransactionId, until: string | undefined): PostingAnswer {
  return { transaction, answer: "busy", ...(until === undefined ? {} : { until }) };
}
