import * as z from "zod/mini";
import { addDays, addSeconds, millisecondsBetween } from "#domain/calendar";
import { canonicalJson } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { Invalid } from "#domain/failures";
import { eventKey, sourceKey, type TransactionId } from "#domain/identity";
import { writeOffOf } from "#domain/ledger";
import type { TransactionView } from "#domain/lineage";
import { classOfBalanceType, gatewayAccountFor, type Policy } from "#domain/policy";
import { isSettledEverywhere, isWriteOffRefused, type PostingRules } from "#domain/posting";
import {
  bankLineVariance,
  type FollowedPart,
  type PayoutCourse,
  type PayoutStep,
  payoutCourse,
  rowVariance,
  type Variance,
} from "#domain/settlement";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import type { References } from "#ports/references";
import { payoutNews } from "./payout-news.ts";
import { readTransaction } from "./read-transaction.ts";
import { factNamed, factsOf, foundDocument, insertInOrder, matchVersion } from "./record-match.ts";
import { rowsOfPayout } from "./settlement-document.ts";

export interface FollowPayoutDependencies {
  readonly lineage: LineageStore;
  readonly references: References;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly rules: PostingRules;
}

const inputSchema = z.object({
  transaction: z.string().check(z.startsWith("payout:"), z.maxLength(512)),
  /** Instant of the record that began this: what came later begins another look. */
  at: z.iso.datetime(),
});

/**
 * What one look found. "wait": look again at `until`. "closed": everything agrees, and that is on record. "superseded": news of the payout
 * came, and whoever was started by it goes on. "left-open": followed for as long as anybody follows one; what is amiss stays with its owner.
 */
export type FollowedPayoutOutcome = NextLook & {
  readonly step: PayoutStep;
  readonly rows: number;
  readonly open: number;
  /** Minor units of the payout's currency. */
  readonly amount: number;
};

type NextLook = { readonly outcome: "wait"; readonly until: string } | { readonly outcome: "closed" | "superseded" | "left-open" };

const rowsMax = 100_000;
/** Streams that are read at once. */
const readsMax = 25;
/** A look follows the last one after as long as the payout is followed, between these. */
const pauseSecondsMin = 60;
const pauseSecondsMax = 86_400;
/** The rows of a file are taken in one after the other. */
const gatheringSeconds = 3_600;
/** An execution lasts a year. */
const followedDaysMax = 300;

/**
 * One look at a payout: whether its rows are whole, what of them differs, whether all of it is posted, and whether the bank shows it. It
 * decides nothing that their own streams decide; it records in the payout's stream that everything agrees, or what is amiss that no row
 * says, and takes that back when it is so no longer. Looked at again it writes nothing. Throws Invalid for what is no payout, Unavailable
 * when nobody can say whether something was recorded: look again.
 */
export function createHandler(dependencies: FollowPayoutDependencies) {
  const { lineage, references, policies, clock, rules } = dependencies;
  return async function followPayout(input: unknown): Promise<FollowedPayoutOutcome> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("follow-payout takes {transaction, at}: look at reconcile-payout.asl.json");
    const { transaction, at } = parsed.data;
    const policy = await policies.current();
    const now = clock.now();
    const view = await readTransaction(lineage, transaction);
    const facts = factsOf(view);
    const stated = factNamed(facts, "payout.stated");
    // A row may say that a payout came back before its report states it, which begins another look.
    if (stated === undefined) return { outcome: "superseded", step: "held", rows: 0, open: 0, amount: 0 };
    const course = await courseOf(view, facts, stated, policy, now);
    await record(view, facts, stated, course, now, troubleNow(course, stated, view, policy, now));
    const { step, rows, open, amount } = course;
    return { ...next(view, step, at, now), step, rows, open, amount };
  };

  async function courseOf(
    view: TransactionView,
    facts: readonly BusinessEvent[],
    { payout, rows: stated }: EventOf<"payout.stated">,
    policy: Policy,
    now: string,
  ): Promise<PayoutCourse> {
    const { type, value } = rowsOfPayout(payout);
    const named = (await references.find(type, value)).filter((each) => each.startsWith("settlement-row:"));
    if (named.length > rowsMax) throw new Invalid(`${view.transaction} has ${named.length} rows, and at most ${rowsMax} are followed`);
    const banked = facts.filter((event): event is EventOf<"payout.banked"> => event.name === "payout.banked" && event.amount !== 0);
    const rows = await partsOf(named, (row) => {
      const rowFacts = factsOf(row);
      const recorded = factNamed(rowFacts, "settlement.recorded");
      // Stated again in another payout it is none of this one's.
      if (recorded?.row.payoutId !== payout.id || recorded.row.nature === "payout") return undefined;
      return followedRow(row, rowFacts, recorded.row, policy, rules, now);
    });
    const bankLines = await partsOf(
      banked.map(({ bankLine }) => bankLine),
      (line) => followedLine(line, policy, rules, now),
    );
    return payoutCourse({
      payout,
      statedRows: stated?.count,
      rows,
      bankLines,
      banked: banked.reduce((total, { amount }) => total + amount, 0),
      returned: factNamed(facts, "payout.returned")?.amount ?? 0,
      isPosted: isSettledEverywhere(view, policy, rules, now),
    });
  }

  async function partsOf(
    transactions: readonly TransactionId[],
    read: (view: TransactionView) => FollowedPart | undefined,
  ): Promise<FollowedPart[]> {
    const parts: FollowedPart[] = [];
    const distinct = [...new Set(transactions)];
    for (let start = 0; start < distinct.length; start += readsMax) {
      const views = await Promise.all(distinct.slice(start, start + readsMax).map((each) => readTransaction(lineage, each)));
      parts.push(...views.flatMap((view) => read(view) ?? []));
    }
    return parts;
  }

  /** Says in the payout's stream what is news: that everything agrees, what is amiss, or that what was said is so no longer. */
  async function record(
    view: TransactionView,
    facts: readonly BusinessEvent[],
    { payout, occurredAt }: EventOf<"payout.stated">,
    { step, rows, amount }: PayoutCourse,
    lookedAt: string,
    trouble: PayoutCourse["trouble"],
  ): Promise<void> {
    const outcome = step === "closed" ? "reconciled" : "open";
    const amiss = trouble === undefined ? {} : { reason: trouble.reason, amount };
    const says = { outcome, rows: outcome === "reconciled" ? rows : 0, ...amiss } as const;
    const before = factNamed(facts, "payout.reconciled");
    const said = before === undefined ? { outcome: "open", rows: 0 } : sayingOf(before);
    if (canonicalJson(said) === canonicalJson(says)) return;
    const { source, account, id, currency } = payout;
    const event: EventOf<"payout.reconciled"> = {
      name: "payout.reconciled",
      schema: 1,
      key: eventKey("payout.reconciled", id),
      version: matchVersion(lookedAt, says),
      occurredAt,
      payoutId: id,
      currency,
      ...says,
      rows,
    };
    const document = foundDocument(
      {
        transaction: view.transaction,
        kind: "payout",
        source: sourceKey(source, account, "reconciliation", id),
        channel: source,
        shop: account,
        events: [event],
      },
      clock.now(),
    );
    await insertInOrder(lineage, [[document]]);
  }
}

function sayingOf({ outcome, rows, reason, amount }: EventOf<"payout.reconciled">) {
  return {
    outcome,
    rows: outcome === "reconciled" ? rows : 0,
    ...(reason === undefined ? {} : { reason }),
    ...(amount === undefined ? {} : { amount }),
  };
}

function followedRow(
  view: TransactionView,
  facts: readonly BusinessEvent[],
  row: EventOf<"settlement.recorded">["row"],
  policy: Policy,
  rules: PostingRules,
  now: string,
): FollowedPart {
  const rowClass = row.class ?? classOfBalanceType(policy, row.source, row.type);
  const matched = factNamed(facts, "settlement.matched");
  const matches = rowClass === "sale_refund";
  return {
    net: row.net,
    isClassified: rowClass !== undefined || factNamed(facts, "settlement.released") !== undefined,
    isToBeMatched: matches && matched === undefined,
    variance: matches ? openOf(view, facts, rowVariance(row, matched), row.currency) : undefined,
    isPosted: isSettledEverywhere(view, policy, rules, now),
  };
}

function followedLine(view: TransactionView, policy: Policy, rules: PostingRules, now: string): FollowedPart | undefined {
  const facts = factsOf(view);
  const booked = factNamed(facts, "bank-line.booked");
  if (booked === undefined) return undefined;
  const matched = factNamed(facts, "bank-line.matched");
  const { amount, currency } = booked.line;
  return {
    net: amount,
    isClassified: true,
    isToBeMatched: matched === undefined,
    variance: openOf(view, facts, bankLineVariance(booked.line, matched), currency),
    isPosted: isSettledEverywhere(view, policy, rules, now),
  };
}

/** What is open of a variance: nothing once somebody gave it up, unless whoever had to approve that refused. */
function openOf(
  view: TransactionView,
  facts: readonly BusinessEvent[],
  variance: Variance | undefined,
  currency: string,
): FollowedPart["variance"] {
  if (variance === undefined || variance.amount === 0) return undefined;
  const { amount, reason } = variance;
  const givenUp = writeOffOf(facts, variance, currency);
  return givenUp !== undefined && !isWriteOffRefused(view, givenUp.key) ? undefined : { amount, reason };
}

/** What the desk has to know now: rows of a file that is just being taken in, and money that is just on its way, are given their time. */
function troubleNow(
  { trouble }: PayoutCourse,
  { payout }: EventOf<"payout.stated">,
  view: TransactionView,
  policy: Policy,
  now: string,
): PayoutCourse["trouble"] {
  switch (trouble?.from) {
    case undefined:
      return undefined;
    case "rows":
      return now >= addSeconds(lastNews(view), gatheringSeconds) ? trouble : undefined;
    case "bank": {
      const lagDays = gatewayAccountFor(policy, payout.source, payout.account)?.lagDays ?? 0;
      return now.slice(0, 10) > addDays(payout.arrivesOn ?? payout.issuedOn, lagDays) ? trouble : undefined;
    }
  }
}

function next(view: TransactionView, step: PayoutStep, at: string, now: string): NextLook {
  if (step === "closed") return { outcome: "closed" };
  if (lastNews(view) > at) return { outcome: "superseded" };
  const followedSeconds = Math.max(Math.floor(millisecondsBetween(at, now) / 1000), 0);
  if (followedSeconds > followedDaysMax * 86_400) return { outcome: "left-open" };
  return { outcome: "wait", until: addSeconds(now, Math.min(Math.max(followedSeconds, pauseSecondsMin), pauseSecondsMax)) };
}

/** When the payout itself was last heard of. */
function lastNews({ documents }: TransactionView): string {
  return documents.reduce((last, { events, at }) => (at > last && events.some(({ name }) => payoutNews.has(name)) ? at : last), "");
}
