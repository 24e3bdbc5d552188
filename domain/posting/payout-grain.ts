import { addDays } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import { type EventKey, streamOf, type TransactionId } from "#domain/identity";
import { foldFacts, type JournalDocument } from "#domain/ledger";
import { type Policy, splitDayOf, tenderFor, waitDaysFor } from "#domain/policy";

import { endOfWindow, type PayoutName, partOfPayoutGrain, windowOfDay, windowOfPayout, windowOfUnsettled } from "./windows.ts";

type Payment = EventOf<"payment.captured" | "payment.refunded">;

/** A journal that is summed up with the payout that settles it: where it was told before, if it was. */
export interface ToSettle {
  readonly journal: JournalDocument;
  readonly toldTo: TransactionId | undefined;
}

interface SaleOfPayouts {
  readonly transaction: TransactionId;
  readonly events: readonly BusinessEvent[];
  readonly policy: Policy;
  readonly now: string;
}

/**
 * Where each journal of a sale is told to under the grain of payouts (c35), by its key.
 *
 * - A payment, or what a refund paid back, goes with the payout that settles it.
 * - What else happens to the sale goes with its first payment that is paid out, while that still waits; so the payout's summary has the revenue of
 *   its sales, and advances that were earned meanwhile cancel out in it. A refund goes with the money that it pays back.
 * - What waits for its payout is told to a window of its business day, which posts without the payout a few days after the end of the period: a
 *   period's end leaves nothing unposted. What was posted there stays there.
 * - What no payout settles (cash on delivery, gift cards, manual payments, goods that ship when the payout is long told) goes with its business day.
 */
export function payoutWindows(journals: readonly ToSettle[], sale: SaleOfPayouts): ReadonlyMap<string, TransactionId> {
  const settlements = new Settlements(sale);
  const windows = new Map<string, TransactionId>();
  const byEvent = new Map<EventKey, ToSettle>();
  for (const each of journals) {
    if (settlements.payment(each.journal.event) === undefined) continue;
    byEvent.set(each.journal.event, each);
    windows.set(each.journal.key, windowOfPayment(each, settlements, sale));
  }
  for (const each of journals) {
    if (windows.has(each.journal.key)) continue;
    const leader = settlements.leadersOf(each.journal.event).flatMap((event) => byEvent.get(event) ?? [])[0];
    windows.set(each.journal.key, windowBeside(each, leader, leader && windows.get(leader.journal.key), sale));
  }
  return windows;
}

function windowOfPayment({ journal, toldTo }: ToSettle, settlements: Settlements, sale: SaleOfPayouts): TransactionId {
  const part = toldTo === undefined ? undefined : partOfPayoutGrain(toldTo);
  const payouts = settlements.payoutsOf(journal.event).map(windowOfPayout);
  // A row that is stated again may name another payout; one that is taken back leaves what was told where it is.
  if (toldTo !== undefined && part === "payout") return payouts.includes(toldTo) ? toldTo : (payouts[0] ?? toldTo);
  if (toldTo !== undefined && part === "unsettled" && hasEnded(toldTo, sale)) return toldTo;
  if (!settlements.isPaidOut(journal.event)) return dayWindow(journal, sale);
  return part === "day" ? dayWindow(journal, sale) : (payouts[0] ?? unsettledWindow(journal, sale));
}

/** Of what moves no money itself: beside the payment that leads it. */
function windowBeside(
  { journal, toldTo }: ToSettle,
  leader: ToSettle | undefined,
  leading: TransactionId | undefined,
  sale: SaleOfPayouts,
): TransactionId {
  const part = toldTo === undefined ? undefined : partOfPayoutGrain(toldTo);
  if (toldTo !== undefined && (part === "payout" || (part === "unsettled" && hasEnded(toldTo, sale)))) return toldTo;
  if (leader === undefined || leading === undefined || part === "day") return dayWindow(journal, sale);
  switch (partOfPayoutGrain(leading)) {
    case "payout":
      // The payout was told of its payment before this came: it may be posted, and this is a day's business.
      return part === undefined && leader.toldTo === leading ? dayWindow(journal, sale) : leading;
    case "unsettled":
      return hasEnded(leading, sale) ? dayWindow(journal, sale) : unsettledWindow(journal, sale);
    case "day":
    case undefined:
      return dayWindow(journal, sale);
  }
}

function hasEnded(window: TransactionId, { now }: SaleOfPayouts): boolean {
  const endsAt = endOfWindow(window);
  return endsAt !== undefined && endsAt <= now;
}

function dayWindow({ businessDate }: JournalDocument, { transaction }: SaleOfPayouts): TransactionId {
  return windowOfDay({ ...streamOf(transaction), businessDate });
}

function unsettledWindow({ businessDate, entity }: JournalDocument, { transaction, policy }: SaleOfPayouts): TransactionId {
  const { channel, place } = streamOf(transaction);
  const days = waitDaysFor(policy, "payoutAfterPeriodEnd", { entity, day: businessDate });
  const until = addDays(splitDayOf(policy.entities[entity], businessDate), days);
  return windowOfUnsettled({ channel, place, businessDate }, until);
}

/** The payments of a sale, and which payouts settle them. */
class Settlements {
  readonly #payments = new Map<EventKey, Payment>();
  readonly #payouts = new Map<string, PayoutName[]>();
  readonly #refunds = new Map<EventKey, EventOf<"refund.issued">>();
  readonly #channel: string;
  readonly #policy: Policy;

  constructor({ transaction, events, policy }: SaleOfPayouts) {
    this.#channel = streamOf(transaction).channel;
    this.#policy = policy;
    for (const event of foldFacts(events).events) {
      if (event.name === "payment.captured" || event.name === "payment.refunded") this.#payments.set(event.key, event);
      else if (event.name === "refund.issued") this.#refunds.set(event.key, event);
      else if (event.name === "payment.settled" && event.payoutId !== undefined && event.amount !== 0) {
        const { channel: source, place: account } = streamOf(event.settlement);
        const known = this.#payouts.get(event.paymentId) ?? [];
        this.#payouts.set(event.paymentId, [...known, { source, account, payoutId: event.payoutId }]);
      }
    }
  }

  payment(event: EventKey): Payment | undefined {
    return this.#payments.get(event);
  }

  /** In the order of the rows that settle it. */
  payoutsOf(event: EventKey): readonly PayoutName[] {
    return this.#payouts.get(this.#payments.get(event)?.paymentId ?? "") ?? [];
  }

  /** Whether the money of a payment waits at a gateway whose payouts we are told of. */
  isPaidOut(event: EventKey): boolean {
    const payment = this.#payments.get(event);
    if (payment === undefined) return false;
    const rule = tenderFor(this.#policy, this.#channel, payment.gateway, payment.cardBrand);
    const waitsIn = rule?.dimensions.gateway ?? rule?.dimensions.acquirer ?? payment.gateway;
    const accounts = Object.values(this.#policy.gatewayAccounts ?? {});
    return rule !== undefined && accounts.some(({ clearing }) => clearing.role === rule.role && clearing.gateway === waitsIn);
  }

  /** The payments that something which moves no money goes with, the first of them first. */
  leadersOf(event: EventKey): readonly EventKey[] {
    const refund = this.#refunds.get(event);
    const paidBack = new Set(refund?.payments.map(({ paymentId }) => paymentId));
    return [...this.#payments.values()].flatMap((payment) => {
      const leads = refund === undefined ? payment.name === "payment.captured" : paidBack.has(payment.paymentId);
      return leads && this.isPaidOut(payment.key) ? [payment.key] : [];
    });
  }
}
