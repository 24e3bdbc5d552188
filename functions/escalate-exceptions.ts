import { type Escalation, type EscalationRule, escalationsAt, exceptionClasses } from "#domain/exceptions";
import { Unavailable } from "#domain/failures";
import { openExceptionSample } from "#domain/kpi";
import { type EscalationItem, type ExceptionState, escalationKey } from "#domain/lineage";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PolicyStore } from "#ports/policy-store";
import type { WorkLists } from "#ports/work-lists";
import { exceptionId, type ListedException, listedException, openExceptions } from "./open-exceptions.ts";
import { publishSamples } from "./publish-samples.ts";
import { readTransaction } from "./read-transaction.ts";

export interface EscalateExceptionsDependencies {
  readonly lineage: LineageStore;
  readonly workLists: WorkLists;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export interface EscalatedExceptions {
  readonly open: number;
  readonly overdue: number;
  /** Steps that were recorded by this run. */
  readonly escalated: number;
}

const entriesPerRead = 500;
/** Of one run; what is left is found by the next one, a quarter of an hour later. */
const readsMax = 2_000;

/**
 * Looks through the list of open exceptions for those that are overdue: each step that the policies say goes on record once, is announced
 * from there, and is seen on the list. The list is a projection: an entry whose exception was closed meanwhile is taken from it here, so that
 * an escalation that crossed a closure leaves nothing behind. Throws Unavailable when a store did not answer: the next run goes on.
 */
export function createHandler(dependencies: EscalateExceptionsDependencies) {
  const { lineage, workLists, policies, clock, metrics } = dependencies;

  return async function escalateExceptions(): Promise<EscalatedExceptions> {
    const { escalations } = await policies.current();
    const now = clock.now();
    const counts = new Map<string, number>();
    let [overdue, escalated, reads] = [0, 0, 0];
    for await (const { body } of entries()) {
      publishSamples(metrics, [openExceptionSample(body, now)]);
      const isLate = body.dueAt <= now;
      const { owner, state } = { owner: body.owner ?? exceptionClasses[body.class].owner, state: isLate ? "overdue" : "in-time" };
      counts.set(`${owner} ${state}`, (counts.get(`${owner} ${state}`) ?? 0) + 1);
      if (!isLate) continue;
      overdue += 1;
      const reached = escalationsAt(body, now, escalations).length;
      if (reached <= (body.escalation?.step ?? 0) || reads >= readsMax) continue;
      reads += 1;
      escalated += await escalate(body, now, escalations);
    }
    for (const [place, count] of counts) {
      const [owner = "", state = ""] = place.split(" ");
      metrics.record("OpenExceptions", count, "count", { owner, state });
    }
    return { open: [...counts.values()].reduce((sum, count) => sum + count, 0), overdue, escalated };
  };

  async function* entries(): AsyncGenerator<{ readonly body: ListedException }> {
    let after: string | undefined;
    do {
      const page = await workLists.read(openExceptions, after, entriesPerRead);
      for (const { body } of page.entries) yield { body: body as ListedException };
      after = page.next;
    } while (after !== undefined);
  }

  /** Answers how many steps are new. */
  async function escalate(
    { transaction, key }: ListedException,
    now: string,
    rules: readonly EscalationRule[] | undefined,
  ): Promise<number> {
    const { exceptions } = await readTransaction(lineage, transaction);
    const state = exceptions.find(({ opened }) => opened.key === key);
    if (state === undefined || state.closed !== undefined) {
      await workLists.remove(openExceptions, [exceptionId(transaction, key)]);
      return 0;
    }
    const recorded = state.escalations ?? [];
    // As it was opened: the list has it as grave as it has become.
    const items = escalationsAt(state.opened, now, rules)
      .slice(recorded.length)
      .map((step) => itemOf(state, step, now));
    const answers = items.length === 0 ? [] : await lineage.insert(items);
    if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
      throw new Unavailable(`the escalation of ${key} of ${transaction} may not be on record: the next run escalates it`);
    await workLists.put(openExceptions, [listedException({ ...state, escalations: [...recorded, ...items] })]);
    for (const { class: name, severity } of items) metrics.record("ExceptionsEscalated", 1, "count", { class: name, severity });
    return answers.filter((answer) => answer === "inserted").length;
  }
}

function itemOf({ opened }: ExceptionState, { step, owner, severity }: Escalation, at: string): EscalationItem {
  const { transaction, key, class: name } = opened;
  return { type: "escalation", transaction, key: escalationKey(key, step), at, step, class: name, owner, severity };
}
