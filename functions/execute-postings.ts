import { millisecondsBetween } from "#domain/calendar";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import { type OutcomeItem, outcomeKey, type PlanItem, planKey } from "#domain/lineage";
import { isSent, maySend, type SentStep, type StepResult, toldItem, unsentNumbers } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { Erp, StepAnswer } from "#ports/erp";
import type { LineageStore } from "#ports/lineage-store";
import type { RateLimit } from "#ports/rate-limit";
import type { DecidedPostings, PostingAnswer, PostingRun, PostingWork } from "./decide-postings.ts";

export interface ExecutePostingsDependencies {
  readonly lineage: LineageStore;
  readonly rateLimit: RateLimit;
  readonly clock: Clock;
  /** The ERP behind a connection; Invalid for an unknown one. */
  readonly erp: (connection: string) => Erp | Promise<Erp>;
}

/** A run decides and executes at most this many times; what wants another look then is answered busy. */
const roundsMax = 3;

const warningsPerStepMax = 4;
const warningCharactersMax = 200;
const messageCharactersMax = 500;

interface Group {
  readonly plan: PlanItem;
  /** Index of the group's first step in the plan. */
  readonly first: number;
  readonly steps: readonly SentStep[];
}

/**
 * Steps 8 and 9 of the posting protocol: sends the stored steps of plans that this execution holds, and records an outcome once every step
 * of a plan has a definitive answer. Anything less leaves no outcome: the plan is taken over when its lease is out.
 */
export function createHandler(dependencies: ExecutePostingsDependencies) {
  const { lineage, rateLimit, clock } = dependencies;

  return async function executePostings(decided: DecidedPostings): Promise<PostingRun> {
    const { connection, work } = decided;
    const erp = await dependencies.erp(connection);
    const plans = await Promise.all(work.map((item) => readPlan(connection, item)));
    const answers = new Map<PlanItem, StepAnswer[]>(plans.map((plan) => [plan, openingAnswers(plan)]));
    await tellOthers(plans, answers);
    const leaseOf = new Map(plans.map((plan, index) => [plan, work[index] as PostingWork]));

    let groups = plans.flatMap(groupsOf);
    if (erp.capabilities.idempotency === "look-up") groups = await withoutPresent(erp, groups, leaseOf, answers);
    for (const call of callsOf(groups, erp.capabilities.maxStepsPerCall)) {
      const sendable = call.filter(({ plan }) => maySend(plan.lease, leaseOf.get(plan)?.leaseStartedAt ?? plan.at, clock.now()));
      if (sendable.length === 0) continue;
      const given = await erp.submit(sendable.map((group) => group.steps));
      for (const [index, group] of sendable.entries()) keep(answers, group, given[index] ?? []);
      const answered = given.flat();
      await rateLimit.report(connection, health(answered), patience(answered));
    }
    const hasTurn = plans.some(({ steps }) => steps.some(isSent));
    if (erp.capabilities.sendersMax === 1 && hasTurn) await giveTurn(connection, plans, leaseOf, answers);
    return record(decided, plans, answers);
  };

  /**
   * The next sender may go. Not while nobody can say whether the ERP is still at work, and not after the lease, when it may be the turn of
   * another: then the turn ends by itself. Nor where nothing was to be sent: for that no turn was taken, and the one that runs is another's.
   */
  async function giveTurn(
    connection: string,
    plans: readonly PlanItem[],
    leaseOf: ReadonlyMap<PlanItem, PostingWork>,
    answers: ReadonlyMap<PlanItem, StepAnswer[]>,
  ): Promise<void> {
    const now = clock.now();
    const startedAt = (plan: PlanItem) => leaseOf.get(plan)?.leaseStartedAt ?? plan.at;
    const isOwn = plans.every((plan) => millisecondsBetween(startedAt(plan), now) < plan.lease.leaseSeconds * 1_000);
    const isOver = [...answers.values()].flat().every(({ kind }) => kind !== "unknown");
    if (isOwn && isOver) await rateLimit.release(connection);
  }

  async function readPlan(connection: string, { transaction, number }: PostingWork): Promise<PlanItem> {
    const item = await lineage.get(transaction, planKey(connection, number));
    if (item?.type !== "plan") throw new Invalid(`no plan ${number} of ${transaction} for ${connection}`);
    return item;
  }

  /**
   * Records what the plans tell other streams. It needs no lease: whoever repeats a step inserts the same item, and one that comes too late
   * finds it there. What is not certain to be on record stays without an answer, and its plan is taken over.
   */
  async function tellOthers(plans: readonly PlanItem[], answers: ReadonlyMap<PlanItem, StepAnswer[]>): Promise<void> {
    const at = clock.now();
    const tellings = plans.flatMap((plan) =>
      plan.steps.flatMap((step, index) => (step.kind === "tell" ? [{ plan, index, item: toldItem(plan, step, at) }] : [])),
    );
    if (tellings.length === 0) return;
    const inserted = await lineage.insert(tellings.map(({ item }) => item));
    tellings.forEach(({ plan, index }, position) => {
      const answer = inserted[position];
      const given = answers.get(plan);
      if (given !== undefined && (answer === "inserted" || answer === "conflict"))
        given[index] = { kind: "done", number: unsentNumbers.tell };
    });
  }

  /** What an ERP without native idempotency already holds is not sent again: its first answer counts. Only needed after a take-over. */
  async function withoutPresent(
    erp: Erp,
    groups: readonly Group[],
    leaseOf: ReadonlyMap<PlanItem, PostingWork>,
    answers: Map<PlanItem, StepAnswer[]>,
  ): Promise<Group[]> {
    const asked = groups.filter(({ plan }) => leaseOf.get(plan)?.takenOver === true);
    if (asked.length === 0) return [...groups];
    const held = await findHeld(
      erp,
      asked.flatMap((group) => group.steps.map((step) => step.erpKey)),
    );
    // An ERP that cannot be asked cannot be sent to either: these plans stay without answers, and are asked again after the next lease.
    if (held === undefined) return groups.filter((group) => !asked.includes(group));
    const found = new Map(asked.flatMap((group) => group.steps.map((step) => step.erpKey)).map((key, index) => [key, held[index]]));
    const left: Group[] = [];
    for (const group of groups) {
      const known = asked.includes(group) ? group.steps.map((step) => found.get(step.erpKey)) : [];
      const stopped = known.findIndex((result) => result?.kind !== "done");
      const taken = stopped < 0 ? known.length : stopped;
      keep(answers, group, known.slice(0, taken) as StepResult[]);
      const refused = known[taken];
      const rest = { ...group, first: group.first + taken, steps: group.steps.slice(taken) };
      // What comes after a step that was refused was never sent, and must not be: it would stand beside what it replaces.
      if (refused !== undefined) keep(answers, rest, [refused, ...rest.steps.slice(1).map((): StepResult => ({ kind: "skipped" }))]);
      else if (rest.steps.length > 0) left.push(rest);
    }
    return left;
  }

  async function record(
    { connection, askers, work, round, answers: given }: DecidedPostings,
    plans: readonly PlanItem[],
    answers: ReadonlyMap<PlanItem, StepAnswer[]>,
  ): Promise<PostingRun> {
    const at = clock.now();
    const outcomes = plans.map((plan) => outcomeOf(plan, answers.get(plan) ?? [], at));
    const items = outcomes.filter((outcome) => outcome !== undefined);
    const inserted = new Map((items.length === 0 ? [] : await lineage.insert(items)).map((answer, index) => [items[index], answer]));
    const again: string[] = [];
    const found: PostingAnswer[] = [];
    work.forEach(({ transaction, afterwards }, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined || inserted.get(outcome) !== "inserted") found.push({ transaction, answer: "busy" });
      else if (afterwards !== "again" && !outcome.results.some(isRemarkable)) found.push({ transaction, answer: afterwards });
      else if (round + 1 < roundsMax) again.push(transaction);
      else found.push({ transaction, answer: "busy" });
    });
    const left = askers.filter(({ transaction }) => again.includes(transaction));
    return {
      connection,
      transactions: again,
      transactionCount: again.length,
      askers: left,
      round: round + 1,
      answers: [...given, ...found],
    };

    function outcomeOf(plan: PlanItem, results: readonly StepAnswer[], at: string): OutcomeItem | undefined {
      const definitive = plan.steps.map((_, index) => results[index]);
      if (!definitive.every(isDefinitive)) return undefined;
      const key = outcomeKey(connection, plan.number);
      const bounded = definitive.map(withinBounds);
      return { type: "outcome", transaction: plan.transaction, key, at, connection, number: plan.number, results: bounded };
    }
  }
}

async function findHeld(erp: Erp, keys: readonly string[]): Promise<readonly (StepResult | undefined)[] | undefined> {
  try {
    return await erp.find(keys);
  } catch (error) {
    if (error instanceof Unavailable || error instanceof UnknownOutcome) return undefined;
    throw error;
  }
}

/** What happened before the cut-over is done as soon as it is on record. */
function openingAnswers(plan: PlanItem): StepAnswer[] {
  const answers: StepAnswer[] = [];
  plan.steps.forEach((step, index) => {
    if (step.kind === "opening") answers[index] = { kind: "done", number: unsentNumbers.opening };
  });
  return answers;
}

/** Adjoining steps of one document key: a reversal and its re-post. What is not sent is in none. */
function groupsOf(plan: PlanItem): Group[] {
  const groups: { plan: PlanItem; first: number; steps: SentStep[] }[] = [];
  plan.steps.forEach((step, index) => {
    if (!isSent(step)) return;
    const open = groups.at(-1);
    if (open?.steps[0]?.key === step.key) open.steps.push(step);
    else groups.push({ plan, first: index, steps: [step] });
  });
  return groups;
}

function callsOf(groups: readonly Group[], stepsMax: number): Group[][] {
  const calls: Group[][] = [];
  let steps = 0;
  for (const group of groups) {
    if (calls.length === 0 || steps + group.steps.length > stepsMax) {
      calls.push([]);
      steps = 0;
    }
    calls.at(-1)?.push(group);
    steps += group.steps.length;
  }
  return calls;
}

function keep(answers: Map<PlanItem, StepAnswer[]>, group: Group, given: readonly StepAnswer[]): void {
  const kept = answers.get(group.plan);
  given.forEach((answer, index) => {
    if (kept !== undefined) kept[group.first + index] = answer;
  });
}

/** What the ERP says to people, cut so that the answers of a whole plan fit into one lineage item. */
function withinBounds(result: StepResult): StepResult {
  switch (result.kind) {
    case "done":
      if (result.warnings === undefined) return result;
      return { ...result, warnings: result.warnings.slice(0, warningsPerStepMax).map((warning) => warning.slice(0, warningCharactersMax)) };
    case "refused":
      return { ...result, code: result.code.slice(0, 100), message: result.message.slice(0, messageCharactersMax) };
    case "skipped":
      return result;
  }
}

function isDefinitive(answer: StepAnswer | undefined): answer is StepResult {
  return answer !== undefined && answer.kind !== "unavailable" && answer.kind !== "unknown";
}

/** Needs another look: a refusal opens an exception, a warning too. */
function isRemarkable(result: StepResult): boolean {
  return result.kind !== "done" || (result.warnings?.length ?? 0) > 0;
}

function health(answers: readonly StepAnswer[]): "answered" | "throttled" | "failed" {
  if (answers.some(isDefinitive)) return "answered";
  return answers.some((answer) => answer.kind === "unavailable" && answer.throttled === true) ? "throttled" : "failed";
}

/** The longest that any of them asked for. */
function patience(answers: readonly StepAnswer[]): number | undefined {
  const asked = answers.flatMap((answer) => (answer.kind === "unavailable" ? (answer.retryAfterSeconds ?? []) : []));
  return asked.length === 0 ? undefined : Math.max(...asked);
}
