import { millisecondsBetween } from "#domain/calendar";
import type { BusinessEvent } from "#domain/events";
import { chainOf, type DocumentItem, type OutcomeItem, type PlanItem, type TransactionView } from "#domain/lineage";
import { isSent } from "#domain/posting";
import { staffDiscount, unnamedDiscount } from "#domain/reports";
import { channelOf } from "./channel-of.ts";
import type { KpiSample } from "./kpi-sample.ts";

/** A document that an ERP has taken for the first time under its key. */
type FirstPosting = Extract<PlanItem["steps"][number], { kind: "post" }>;

/**
 * What one answered plan says: nothing where the plan has no answer yet, or nothing of it went to an ERP. A re-posting is no news of its
 * event, so that a policy release or a correction measures nothing twice.
 */
export function postingSamples(view: TransactionView, connection: string, number: number): readonly KpiSample[] {
  const { plans, outcomes } = chainOf(view, connection);
  const plan = plans.find((each) => each.number === number);
  const outcome = outcomes.get(number);
  if (plan === undefined || outcome === undefined) return [];
  const done = stepsDone(plan, outcome);
  if (done.length === 0) return [];
  const earlier = plans.filter((each) => each.number < number);
  const postedBefore = earlier.flatMap((each) => stepsDone(each, outcomes.get(each.number))).filter(isPost);
  const keys = new Set(postedBefore.map(({ key }) => key));
  const first = done.filter(isPost).filter(({ key }) => !keys.has(key));
  const since = earlier.map((each) => outcomes.get(each.number)?.at ?? "").at(-1) ?? "";
  const sales = view.transaction.startsWith("sale:") ? [...latencies(view, first, outcome), ...returns(view, first, outcome)] : [];
  return [...byHand(view, since, outcome), ...sales, ...promotions(view, first, postedBefore)];
}

function stepsDone(plan: PlanItem, outcome: OutcomeItem | undefined) {
  return plan.steps.filter(isSent).filter((step) => outcome?.results[plan.steps.indexOf(step)]?.kind === "done");
}

function isPost(step: PlanItem["steps"][number]): step is FirstPosting {
  return step.kind === "post";
}

/** The key of the event that caused a document. */
function causeOf({ key }: FirstPosting): string {
  return key.split("/")[1] ?? "";
}

function latencies({ documents }: TransactionView, first: readonly FirstPosting[], { at }: OutcomeItem): KpiSample[] {
  return [...new Set(first.map(causeOf))].flatMap((cause): KpiSample[] => {
    const recorded = documents.filter(({ told, events }) => told === undefined && events.some(({ key }) => key === cause));
    const [start] = recorded.sort((a, b) => (a.at < b.at ? -1 : 1));
    return start === undefined ? [] : [duration("OrderToPosting", start.at, at, { channel: start.channel })];
  });
}

function returns({ documents }: TransactionView, first: readonly FirstPosting[], { at }: OutcomeItem): KpiSample[] {
  return [...new Set(first.map(causeOf))].flatMap((cause): KpiSample[] => {
    const found = documents
      .flatMap(({ channel, events }) => events.map((event) => ({ channel, event })))
      .find(({ event }) => event.key === cause);
    if (found === undefined) return [];
    const { channel, event } = found;
    if (event.name === "return.taken-back") return [duration("ReturnReconciliation", event.occurredAt, at, { channel })];
    // A refund without goods that come back is no return.
    if (event.name !== "refund.issued" || event.lines.every(({ restock }) => restock === "cancel")) return [];
    const words = [event, ...returnFacts(documents, event.returnId)].map(({ occurredAt }) => occurredAt).sort();
    return [duration("ReturnReconciliation", words[0] ?? event.occurredAt, at, { channel })];
  });
}

/** What the source said of one return before its refund. */
function returnFacts(documents: readonly DocumentItem[], returnId: string | undefined): BusinessEvent[] {
  if (returnId === undefined) return [];
  return documents.flatMap(({ events }) =>
    events.filter((event) => event.name.startsWith("return.") && "returnId" in event && event.returnId === returnId),
  );
}

function byHand(view: TransactionView, since: string, { at: until }: OutcomeItem): KpiSample[] {
  const dimensions = { channel: channelOf(view.transaction) };
  const acts = [
    ...view.documents.flatMap(({ at, edited }) => (edited === undefined ? [] : [at])),
    ...view.approvals.flatMap(({ decision }) => (decision === undefined || decision.by === "hub" ? [] : [decision.at])),
    ...view.exceptions.flatMap(({ closed }) => (closed === undefined || closed.by === "hub" ? [] : [closed.at])),
    ...view.exceptions.flatMap(({ retries = [] }) => retries.map(({ at }) => at)),
  ];
  const touched = acts.some((at) => at > since && at <= until);
  return [
    { metric: "PostingsAnswered", value: 1, dimensions },
    { metric: "PostingsWithPerson", value: touched ? 1 : 0, dimensions },
  ];
}

function promotions(view: TransactionView, first: readonly FirstPosting[], before: readonly FirstPosting[]): KpiSample[] {
  const known = new Set(before.flatMap(promotionsIn));
  const dimensions = { channel: channelOf(view.transaction) };
  const used = [...new Set(first.flatMap(promotionsIn))].filter((promotion) => !known.has(promotion));
  return used.flatMap((promotion): KpiSample[] => {
    const excepted = view.exceptions.some(({ opened }) => opened.class.startsWith("promotion.") && opened.cause.endsWith(` ${promotion}`));
    return [
      { metric: "PromotionsUsed", value: 1, dimensions },
      { metric: "PromotionsExcepted", value: excepted ? 1 : 0, dimensions },
    ];
  });
}

function promotionsIn({ document }: FirstPosting): string[] {
  if (document.type !== "journal") return [];
  const named = document.lines.flatMap(({ role, dimensions }) => (role === "discounts" ? (dimensions.promotion ?? unnamedDiscount) : []));
  return named.filter((promotion) => promotion !== staffDiscount && promotion !== unnamedDiscount);
}

function duration(
  metric: "OrderToPosting" | "ReturnReconciliation",
  from: string,
  to: string,
  dimensions: KpiSample["dimensions"],
): KpiSample {
  // Two hosts' clocks differ a little, and a source's may be ahead of ours.
  return { metric, value: Math.max(millisecondsBetween(from, to), 0), dimensions };
}
