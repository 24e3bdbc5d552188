import { millisecondsBetween } from "#domain/calendar";
import { exceptionClasses } from "#domain/exceptions";
import type { ExceptionState, TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { isSettledEverywhere, type PostingRules } from "#domain/posting";
import type { ClearingBalance } from "#domain/reports";
import { channelOf } from "./channel-of.ts";
import type { KpiSample } from "./kpi-sample.ts";

/** The age of an open exception, by its class and by whose desk it is on after its escalations. Nothing for a closed one. */
export function openExceptionSamples({ opened, closed, escalations = [] }: ExceptionState, now: string): readonly KpiSample[] {
  if (closed !== undefined) return [];
  return [openExceptionSample({ class: opened.class, at: opened.at, owner: escalations.at(-1)?.owner }, now)];
}

/** The same of an entry of the desk's list; `owner` absent: that of the class. */
export function openExceptionSample(
  open: { readonly class: ExceptionState["opened"]["class"]; readonly at: string; readonly owner?: string | undefined },
  now: string,
): KpiSample {
  const owner = open.owner ?? exceptionClasses[open.class].owner;
  return {
    metric: "OpenExceptionAge",
    value: Math.max(millisecondsBetween(open.at, now), 0),
    dimensions: { class: open.class, owner },
  };
}

/** Names of the ages with their last day; what is older is "over 30 days". */
const ages = [
  ["0 to 2 days", 2],
  ["3 to 7 days", 7],
  ["8 to 30 days", 30],
] as const;

/** What stands open in each clearing account, by how long it has been open; minor units, positive where the gateway still has it for us. */
export function clearingSamples(balances: readonly ClearingBalance[]): readonly KpiSample[] {
  return balances.flatMap(({ entity, gateway, currency, items }) => {
    const amounts = new Map<string, number>();
    for (const { amount, ageDays } of items) {
      const age = ages.find(([, lastDay]) => ageDays <= lastDay)?.[0] ?? "over 30 days";
      amounts.set(age, (amounts.get(age) ?? 0) + amount);
    }
    return [...amounts].map(
      ([age, value]): KpiSample => ({ metric: "ClearingOpen", value, dimensions: { entity, gateway, currency, age } }),
    );
  });
}

/**
 * Whether a transaction has come to its end, of those of which a document was recorded in the window (`from` inclusive, `before` exclusive).
 * What is told by other streams alone comes to its end with them.
 */
export function completenessSamples(
  view: TransactionView,
  policy: Policy,
  rules: PostingRules,
  { from, before, now }: { readonly from: string; readonly before: string; readonly now: string },
): readonly KpiSample[] {
  if (isOwnNote(view)) return [];
  const isAsked = view.documents.some(({ at, told }) => told === undefined && at >= from && at < before);
  if (!isAsked) return [];
  const dimensions = { channel: channelOf(view.transaction) };
  const isHeld = view.exceptions.some(({ opened, closed }) => closed === undefined && exceptionClasses[opened.class].blocks !== "nothing");
  const atRest = !isHeld && isSettledEverywhere(view, policy, rules, now);
  return [
    { metric: "TransactionsRecorded", value: 1, dimensions },
    { metric: "TransactionsAtRest", value: atRest ? 1 : 0, dimensions },
  ];
}

/** A certificate is the hub's own word, and how far it has read a source says nothing that could come to an end: both came from nowhere. */
function isOwnNote({ transaction, documents }: TransactionView): boolean {
  if (transaction.startsWith("certificate:")) return true;
  return transaction.startsWith("source:") && documents.every(({ events, issues }) => events.length + issues.length === 0);
}
