import { utf8ByteLength } from "#domain/canonical";
import { documentKey, type TransactionId } from "#domain/identity";
import type { JournalDocument, SummaryPart, TargetLine } from "#domain/ledger";
import { type Policy, splitDayOf } from "#domain/policy";
import { type Contribution, contributionName, type WindowFacts } from "./contributions.ts";
import type { BoundJournal } from "./plan-steps.ts";
import { partOfPayoutGrain } from "./windows.ts";

/*
 * A summary carries the list of its contributions into its plan, and a plan is one item of the lineage. What one of these limits cuts off
 * goes into the next summary of the same window: a store day of 5,000 tickets is a dozen documents.
 */
const partsPerSummaryMax = 500;
const partsBytesMax = 100_000;
const linesPerSummaryMax = 200;

/** A contribution that enters a summary, or leaves what earlier ones say. */
interface Movement {
  readonly contribution: Contribution;
  readonly sign: SummaryPart["sign"];
}

/**
 * The summaries that a store day or a window should have (c35): those that stand, as they stand, and new ones of what they lack. A
 * contribution that came or changed after the closing is in a supplement, which takes out the content that it replaces. So each content that
 * counts is in exactly one document, and nothing posted is ever reversed for a late ticket. What nets to nothing waits for company.
 */
export function summaryDocuments(
  window: TransactionId,
  facts: WindowFacts,
  standing: readonly BoundJournal[],
  { entities }: Pick<Policy, "entities">,
): JournalDocument[] {
  const restated = standing.map(asTarget);
  const { closing } = facts;
  if (closing === undefined) return restated;
  const taken = new Set(standing.map(({ entity, currency, kind }) => placeOf(entity, currency, numberOf(kind))));
  const added: JournalDocument[] = [];
  // A payout gathers the sales of many days: one summary for each piece of the calendar that its books may close by itself.
  const spansDays = partOfPayoutGrain(window) === "payout";
  const dayOf = ({ entity, businessDate }: Contribution) => (spansDays ? splitDayOf(entities[entity], businessDate) : businessDate);
  for (const { head, businessDate, late, movements } of groupsOf(lackingIn(facts, standing), closing.at, dayOf)) {
    for (const { parts, lines } of chunksOf(movements)) {
      if (lines.length === 0) continue;
      const { entity, currency } = head;
      let number = 1;
      while (taken.has(placeOf(entity, currency, number))) number += 1;
      taken.add(placeOf(entity, currency, number));
      const kind = `${late ? "supplement" : "summary"}-${number}`;
      const key = documentKey(window, closing.event, kind, entity, currency);
      added.push({ type: "journal", key, kind, event: closing.event, entity, currency, businessDate, lines, contributions: parts });
    }
  }
  return [...restated, ...added];
}

/** How often each content is in the summaries that stand: once, or not at all. */
export function summedUp(standing: readonly JournalDocument[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { contributions = [] } of standing) {
    for (const part of contributions) {
      const name = contributionName(part);
      const count = (times.get(name) ?? 0) + part.sign;
      if (count === 0) times.delete(name);
      else times.set(name, count);
    }
  }
  return times;
}

/** Current contributions that no summary has, and contents that a summary has and that count no more. */
function lackingIn({ current, known }: WindowFacts, standing: readonly JournalDocument[]): Movement[] {
  const summed = summedUp(standing);
  const movements: Movement[] = [];
  for (const [name, contribution] of current) if (!summed.has(name)) movements.push({ contribution, sign: 1 });
  for (const name of summed.keys()) {
    if (current.has(name)) continue;
    const contribution = known.get(name);
    if (contribution === undefined) throw new RangeError(`a summary holds ${name}, which is not on record in its window`);
    movements.push({ contribution, sign: -1 });
  }
  return movements;
}

interface Group {
  readonly head: Contribution;
  readonly late: boolean;
  /** The last of its contributions. */
  businessDate: string;
  readonly movements: Movement[];
}

/** One group per books, currency, `dayOf` the contribution, and whether it came in time; the contents of one document adjoin. */
function groupsOf(movements: readonly Movement[], closedAt: string, dayOf: (contribution: Contribution) => string): Group[] {
  const groups = new Map<string, Group>();
  for (const movement of movements) {
    const { contribution, sign } = movement;
    const late = sign < 0 || contribution.toldAt > closedAt;
    const { entity, currency, businessDate } = contribution;
    const name = [entity, currency, dayOf(contribution), late].join("|");
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { head: contribution, late, businessDate, movements: [movement] });
    else {
      group.movements.push(movement);
      if (group.businessDate < businessDate) group.businessDate = businessDate;
    }
  }
  const inOrder = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  for (const group of inOrder) group.movements.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return inOrder;
}

function nameOf({ contribution }: Movement): string {
  return contributionName(contribution);
}

function* chunksOf(movements: readonly Movement[]): Generator<{ readonly parts: SummaryPart[]; readonly lines: TargetLine[] }> {
  let parts: SummaryPart[] = [];
  let bytes = 0;
  let lines = new SummaryLines();
  for (const { contribution, sign } of movements) {
    const part: SummaryPart = { document: contribution.document, hash: contribution.hash, sign };
    const size = utf8ByteLength(JSON.stringify(part));
    if (parts.length > 0 && (parts.length === partsPerSummaryMax || bytes + size > partsBytesMax || lines.size >= linesPerSummaryMax)) {
      yield { parts, lines: lines.list() };
      parts = [];
      bytes = 0;
      lines = new SummaryLines();
    }
    parts.push(part);
    bytes += size;
    for (const line of contribution.lines) lines.add(line, sign);
  }
  if (parts.length > 0) yield { parts, lines: lines.list() };
}

/** Sums by account, role and dimensions. */
class SummaryLines {
  readonly #lines = new Map<string, TargetLine>();

  get size(): number {
    return this.#lines.size;
  }

  add(line: Contribution["lines"][number], sign: SummaryPart["sign"]): void {
    const { role, dimensions, account } = line;
    const name = JSON.stringify([role, account ?? "", Object.entries(dimensions).sort()]);
    const amount = (this.#lines.get(name)?.amount ?? 0) + sign * line.amount;
    this.#lines.set(name, { role, dimensions, amount, ...(account === undefined ? {} : { account }) });
  }

  /** Debits before credits, each by name; what nets to nothing is no line. */
  list(): TargetLine[] {
    return [...this.#lines]
      .filter(([, { amount }]) => amount !== 0)
      .sort(([nameA, a], [nameB, b]) => Number(a.amount < 0) - Number(b.amount < 0) || (nameA < nameB ? -1 : 1))
      .map(([, line]) => line);
  }
}

/** What stands as its own target: a summary is never stated anew, and a day that is open again changes nothing that is posted. */
export function asTarget({ key, kind, event, entity, currency, businessDate, lines, contributions, pair }: BoundJournal): JournalDocument {
  const stated = lines.map(({ role, dimensions, amount, account }) => ({ role, dimensions, amount, account }));
  const rest = { ...(contributions === undefined ? {} : { contributions }), ...(pair === undefined ? {} : { pair }) };
  return { type: "journal", key, kind, event, entity, currency, businessDate, lines: stated, ...rest };
}

function placeOf(entity: string, currency: string, number: number): string {
  return `${entity} ${currency} ${number}`;
}

function numberOf(kind: string): number {
  return Number(/\d+$/.exec(kind)?.[0] ?? 0);
}
