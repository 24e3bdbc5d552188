import { type RetryRule, retryRules } from "#domain/exceptions";
import type { ApprovalState, ExceptionItem, ExceptionState, TransactionView } from "#domain/lineage";
import { formatMinorUnits, parseMinorUnits, sum } from "#domain/money";
import { settledBy } from "#domain/posting";
import { isOfUnknownPayout } from "#functions/identify-bank-line";
import { type ExceptionRow, rowOf } from "#functions/transaction-story";
import { grouped, wrap } from "./table.ts";

/** One row of the desk, for the people of the house: who closed it and why is none of a client's business. */
export interface DeskRow extends ExceptionRow {
  /** What it comes from, without the transaction: rows of one class, code and cause are one matter. */
  readonly cause: string;
  /** Who ends it: a person (`exceptions resolve`), an approval (`exceptions approve|reject`), or the hub, when its cause is gone. */
  readonly settledBy: ReturnType<typeof settledBy>;
  /** What sends it again while it is open. */
  readonly retry: RetryRule;
  /** Steps of escalation so far; 0: it is with the desk of its class. */
  readonly escalated: number;
  readonly closed: { readonly by: string; readonly at: string; readonly reason: string } | null;
}

export function deskRow(state: ExceptionState, approvals: readonly ApprovalState[]): DeskRow {
  const { opened, closed, escalations = [] } = state;
  return {
    ...rowOf(state),
    retry: retryRules[opened.class],
    escalated: escalations.at(-1)?.step ?? 0,
    cause: causeOf(opened),
    settledBy: settledBy(opened, approvals),
    closed: closed === undefined ? null : { by: closed.by, at: closed.at, reason: closed.reason },
  };
}

/** What was done about an exception, by whom and why, in the order of time. */
export interface TrailStep {
  readonly at: string;
  readonly what: "opened" | "escalated" | "retried" | "edited" | "named" | "erased" | "closed";
  /** A person, or "hub". */
  readonly by: string;
  readonly detail: string;
}

/** The audit trail of an exception; corrections are those of the document that it was found in. */
export function trailOf(
  { opened, closed, erased, escalations = [], retries = [] }: ExceptionState,
  { documents }: TransactionView,
): TrailStep[] {
  const broken = documents.filter(({ issues }) =>
    issues.some((issue) => issue.class === opened.class && issue.code === opened.code && issue.cause === opened.cause),
  );
  const edits = documents.flatMap(({ at, key, edited }): TrailStep[] =>
    edited !== undefined && broken.some((document) => document.key === edited.from)
      ? [{ at, what: "edited", by: edited.by, detail: `${edited.reason} (${key})` }]
      : [],
  );
  const steps: TrailStep[] = [
    { at: opened.at, what: "opened", by: "hub", detail: `due ${minuteText(opened.dueAt)}` },
    ...escalations.map(({ at, step, owner, severity }): TrailStep => {
      return { at, what: "escalated", by: "hub", detail: `step ${step}: to ${owner}, ${severity}` };
    }),
    ...retries.map(({ at, by, reason }): TrailStep => ({ at, what: "retried", by, detail: reason })),
    ...edits,
    ...namings(opened, documents),
    ...(erased === undefined ? [] : [{ at: erased.at, what: "erased" as const, by: "hub", detail: `${erased.bodies} raw bodies removed` }]),
    ...(closed === undefined ? [] : [{ at: closed.at, what: "closed" as const, by: closed.by, detail: closed.reason }]),
  ];
  return steps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Which payouts people said that a bank line shows, and what of it they took back. */
function namings(opened: ExceptionItem, documents: TransactionView["documents"]): TrailStep[] {
  if (!isOfUnknownPayout(opened)) return [];
  return documents.flatMap(({ at, events }) =>
    events.flatMap((event): TrailStep[] =>
      event.name === "bank-line.identified"
        ? [{ at, what: "named", by: event.by, detail: `${event.payoutId ?? "none"}: ${event.why}` }]
        : [],
    ),
  );
}

/**
 * "order.placed:1 SUMMER" is SUMMER on every sale: what names the transaction, its document or its fact, and which attempt it was, is left
 * out. A cause that says nothing else is told by its message.
 */
function causeOf({ cause, transaction, event, document, message }: ExceptionItem): string {
  const own = [document, event, transaction].filter((name) => name !== undefined);
  const shared = own.reduce((text, name) => text.replaceAll(name, ""), cause);
  const words = shared.split(" ").filter((word) => word !== "" && !/^[/@]/.test(word));
  return words.length === 0 ? message : words.join(" ");
}

const idsShownMax = 50;

/**
 * The desk for people: severity, name and due time, then what it is about, what to do and how it ends, within `columns`. One cause stands
 * once, with the ids of its exceptions, each on a line of its own to be copied: an unmapped store is one matter and not thirty.
 */
export function exceptionsText(rows: readonly DeskRow[], columns: number): string {
  return causesOf(rows)
    .flatMap((cause) => [...matterText(cause, columns), ""])
    .join("\n")
    .trimEnd();
}

function matterText(matter: readonly [DeskRow, ...DeskRow[]], columns: number): string[] {
  const [row, ...others] = matter;
  const indented = (text: string, first: string) => wrap(text, columns - 4).map((line, index) => `${index === 0 ? first : "    "}${line}`);
  const alike = others.every(({ message }) => message === row.message);
  const amounts = totals(matter);
  const count = others.length === 0 ? "" : `  ${matter.length} of them`;
  const shown = matter.slice(0, idsShownMax);
  return [
    `${row.severity.toUpperCase().padEnd(8)}  ${row.class} / ${row.code}${count}${amounts === "" ? "" : `  ${amounts}`}`,
    `    ${row.owner}, due ${minuteText(row.dueAt)}${row.escalated === 0 ? "" : `, overdue: escalated ${row.escalated === 1 ? "once" : `${row.escalated} times`}`}`,
    ...indented(alike ? row.message : `${row.message} And the like for the others.`, "    "),
    ...indented(row.action, "  → "),
    ...indented(howItEnds[row.settledBy], "    "),
    ...shown.map(({ id }) => `    ${id}`),
    ...(matter.length === shown.length
      ? []
      : [`    and ${matter.length - shown.length} more of ${matter.length}: see --class ${row.class} --json`]),
  ];
}

export const howItEnds: Readonly<Record<DeskRow["settledBy"], string>> = {
  person: "A person closes it: exceptions resolve ID --actor NAME --reason TEXT",
  approval: "A decision closes it: exceptions approve|reject ID --actor NAME --reason TEXT",
  hub: "The hub closes it when its cause is gone.",
};

export const howRetried: Readonly<Record<RetryRule, string>> = {
  "by-itself": "The hub sends it again by itself; exceptions retry ID saves the wait.",
  "on-news": "When something is new: a corrected version, or the policies. exceptions retry ID looks once more.",
  "on-retry": "When a person says so: exceptions retry ID --actor NAME --reason TEXT",
  never: "There is nothing to send.",
};

/** What a matter amounts to, by currency. */
function totals(rows: readonly DeskRow[]): string {
  const amounts = new Map<string, number>();
  for (const { amount, currency } of rows)
    if (amount !== null && currency !== null) amounts.set(currency, sum([amounts.get(currency) ?? 0, parseMinorUnits(amount, currency)]));
  return [...amounts].map(([currency, total]) => `${grouped(formatMinorUnits(total, currency))} ${currency}`).join(", ");
}

/** Rows of one class, code and cause stand together, where the first of them stood. */
function causesOf(rows: readonly DeskRow[]): [DeskRow, ...DeskRow[]][] {
  const causes = new Map<string, [DeskRow, ...DeskRow[]]>();
  for (const row of rows) {
    const cause = JSON.stringify([row.class, row.code, row.severity, row.settledBy, row.cause]);
    const known = causes.get(cause);
    if (known === undefined) causes.set(cause, [row]);
    else known.push(row);
  }
  return [...causes.values()];
}

/** "2026-11-27T17:42:07.123Z" for people. */
export function minuteText(instant: string): string {
  return `${instant.slice(0, 16).replace("T", " ")} UTC`;
}
