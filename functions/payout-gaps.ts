import { addSeconds } from "#domain/calendar";
import type { Problem } from "#domain/exceptions";
import { Unavailable } from "#domain/failures";
import { payoutTransaction, sourceTransaction } from "#domain/identity";
import { type ClosureItem, closureKey, type ExceptionItem, type LineageItem, type TransactionView } from "#domain/lineage";
import { gatewayAccountFor, type Policy } from "#domain/policy";
import { reconcileFound } from "#domain/posting";
import { missingNumbersOf, payoutNumber, type SettlementPart, unstatedPayouts } from "#domain/settlement";
import type { SequenceRange } from "#domain/store-day";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import { type BookedAccount, createPayoutBook } from "./payout-book.ts";
import { readInBatches } from "./read-in-batches.ts";
import { readTransaction } from "./read-transaction.ts";

/** Reports of one day come one after the other, and not always in their order: what is missing for so long is missing. */
const settleSeconds = 86_400;
/** Payouts of one account that a look reads: more than a gateway makes in the months that are looked at. */
const unstatedMax = 2_000;

const payoutCode = "payout";
const batchCode = "batch";

/**
 * Payouts that never came, by their id: those that rows name and that their gateway never stated, and those whose number is left out between
 * two that came. Each is one exception of its account, opened once it has had its time and closed when it comes.
 */
export function createPayoutGaps(ports: { readonly lineage: LineageStore; readonly clock: Clock }) {
  const { lineage, clock } = ports;
  const book = createPayoutBook(ports);
  return { unstated, tell, came };

  /**
   * Ids that rows name and that are on record nowhere, and those of them that are at the desk, however long ago anybody named them; `lookedAt`: all
   * that were looked for; `view`: what the desk was told; `askedOn`: the day on which the gateway was last asked for one.
   */
  async function unstated(of: BookedAccount) {
    const { askedOn, unread, ...recorded } = await book.read(of);
    const view = await readTransaction(lineage, gapsOf(of));
    const told = view.exceptions.filter(({ opened, closed }) => opened.code === payoutCode && closed === undefined);
    const heard = [...told.map(({ opened }) => opened.cause).filter((id) => !recorded.stated.has(id)), ...unstatedPayouts(recorded)];
    const named = [...new Set(heard)].slice(0, unstatedMax);
    // Stated long ago, or before there was a book: the payout's own stream says so.
    const streams = new Map(named.map((id) => [payoutTransaction(of.source, of.account, id), id]));
    const ids = await readInBatches(lineage, [...streams.keys()], (view) => (isStated(view) ? undefined : streams.get(view.transaction)));
    return { ids, lookedAt: new Set(named), view, askedOn, unread, book: recorded };
  }

  /**
   * Tells the desk what is missing now, and closes what has come. `open`: how many are at the desk after it, without those that a person closed;
   * `opened`: how many of them it was told now.
   */
  async function tell(of: BookedAccount, policy: Policy): Promise<{ readonly open: number; readonly opened: number }> {
    const now = clock.now();
    const until = addSeconds(now, -settleSeconds);
    const { ids, lookedAt, view, book: recorded } = await unstated(of);
    const overdue = ids.filter((id) => (recorded.named.get(id) ?? "") <= until);
    const mapping = gatewayAccountFor(policy, of.source, of.account)?.csv;
    const numbered = [...recorded.stated].flatMap(([id, at]): Numbered[] => {
      const number = payoutNumber(of.source, id, mapping);
      return number === undefined ? [] : [{ id, number, at }];
    });
    const numbers = new Map<number, string>();
    for (const { number, at } of numbered) {
      const before = numbers.get(number);
      if (before === undefined || at < before) numbers.set(number, at);
    }
    const holes = await withoutOlder(of, numbered, missingNumbersOf(numbers, until));
    const found = [...overdue.map((id) => unstatedProblem(of, id)), ...holes.map((hole) => numberProblem(of, hole))];
    const absent = new Set(ids);
    const hasCome = ({ code, cause }: ExceptionItem) =>
      code === payoutCode
        ? recorded.stated.has(cause) || (lookedAt.has(cause) && !absent.has(cause))
        : code === batchCode && [...numbers.keys()].some((number) => isIn(cause, number));
    const items = reconcileFound(view, found, hasCome, undefined, now);
    await insert(items, of);
    const opened = items.filter(({ type }) => type === "exception").length;
    const standing = view.exceptions.filter(({ closed }) => closed === undefined).length;
    return { opened, open: standing + opened - items.filter(({ type }) => type === "closure").length };
  }

  /**
   * Without those right above a number that was stated long before the book heard of it. Such a payout, stated again, says nothing of the numbers
   * above it: they came before there was a book, or in months that are read no longer.
   */
  async function withoutOlder(
    of: BookedAccount,
    numbered: readonly Numbered[],
    missing: readonly SequenceRange[],
  ): Promise<readonly Hole[]> {
    const came = numbered.map(({ number }) => number).sort((a, b) => a - b);
    const holes = missing.map((range) => ({
      ...range,
      below: came.findLast((number) => number < range.from) ?? range.from,
      above: came.find((number) => number > range.to) ?? range.to,
    }));
    const below = new Set(holes.map((hole) => hole.below));
    const streams = new Map(
      numbered.filter(({ number }) => below.has(number)).map((each) => [payoutTransaction(of.source, of.account, each.id), each]),
    );
    const older = await readInBatches(lineage, [...streams.keys()], (view) => {
      const booked = streams.get(view.transaction);
      return booked !== undefined && isStated(view, addSeconds(booked.at, -settleSeconds)) ? booked.number : undefined;
    });
    return holes.filter((hole) => !older.includes(hole.below));
  }

  /** These parts are on record: what they state is missing no longer. */
  async function came(parts: readonly SettlementPart[], policy: Policy): Promise<void> {
    const payouts = parts.flatMap((part) => (part.kind === "payout" ? [part.payout] : []));
    const accounts = new Map(payouts.map(({ source, account }) => [`${source} ${account}`, { source, account }]));
    for (const of of accounts.values()) {
      const mapping = gatewayAccountFor(policy, of.source, of.account)?.csv;
      const own = payouts.filter(({ source, account }) => source === of.source && account === of.account).map(({ id }) => id);
      const numbers = own.flatMap((id) => payoutNumber(of.source, id, mapping) ?? []);
      const hasCome = ({ code, cause }: ExceptionItem) =>
        code === payoutCode ? own.includes(cause) : code === batchCode && numbers.some((number) => isIn(cause, number));
      const view = await readTransaction(lineage, gapsOf(of));
      const closures = view.exceptions
        .filter(({ opened, closed }) => closed === undefined && hasCome(opened))
        .map(({ opened }): ClosureItem => {
          const { transaction } = view;
          return { type: "closure", transaction, key: closureKey(opened.key), at: clock.now(), by: "hub", reason: "it came" };
        });
      await insert(closures, of);
    }
  }

  async function insert(items: readonly LineageItem[], { account }: BookedAccount): Promise<void> {
    const answers = items.length === 0 ? [] : await lineage.insert(items);
    if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
      throw new Unavailable(`what is missing of ${account} may not be on record: look again`);
  }
}

/** The stream of an account in which its missing payouts are told. */
function gapsOf({ source, account }: BookedAccount): string {
  return sourceTransaction(source, account, "payout-gaps", "all");
}

/** `before`: an instant before which it was. */
function isStated({ documents }: TransactionView, before?: string): boolean {
  const earlier = before === undefined ? documents : documents.filter(({ at }) => at < before);
  return earlier.some(({ events }) => events.some(({ name }) => name === "payout.stated"));
}

function unstatedProblem({ source, account }: BookedAccount, id: string): Problem {
  const what = `${account}: rows name payout ${id}, and ${source} never stated it`;
  const next = "Its money is in no report and no bank line can be found for it. Download the payout there, and drop the file";
  return { class: "source.payout-gap", code: payoutCode, cause: id, message: `${what}. ${next}.` };
}

/** A payout whose gateway counts them, and when it was stated first. */
interface Numbered {
  readonly id: string;
  readonly number: number;
  readonly at: string;
}

/** Numbers that are missing, and the nearest ones around them that came. */
interface Hole extends SequenceRange {
  readonly below: number;
  readonly above: number;
}

function numberProblem({ source, account }: BookedAccount, { from, to, below, above }: Hole): Problem {
  const what = from === to ? `batch ${from}` : `batches ${from} to ${to}`;
  const around = `${below} and ${above} came`;
  const file = source === "adyen" ? ` (settlement_detail_report_batch_${from}.csv${from === to ? "" : " and those that follow"})` : "";
  const message = `${account}: ${what} of ${source} never came, though ${around}. Download its report there${file}, and drop it.`;
  return { class: "source.payout-gap", code: batchCode, cause: from === to ? String(from) : `${from} to ${to}`, message };
}

/** Whether a number is among those of a cause such as "18" or "18 to 411". */
function isIn(cause: string, number: number): boolean {
  const [from = Number.NaN, to = from] = cause.split(" to ").map(Number);
  return from <= number && number <= to;
}
