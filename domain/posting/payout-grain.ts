import { addDays } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import { type EventKey, streamOf, type TransactionId } from "#domain/identity";
import { foldFacts, type JournalDocument } from "#domain/ledger";
import { accountsPayingOut, type Policy, splitDayOf, waitDaysFor } from "#domain/policy";
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
    const leading = leader === undefined ? undefined : { ...leader, window: windows.get(leader.journal.key)! };
    windows.set(each.journal.key, windowBeside(each, leading, settlements.isPromised(each.journal.event), sale));
  }
  return windows;
}

function windowOfPayment({ journal, toldTo }: ToSettle, settlements: Settlements, sale: SaleOfPayouts): TransactionId {
  const part = toldTo === undefined ? undefined : partOfPayoutGrain(toldTo);
  const payouts = settlements.payoutsOf(journal.event).map(windowOfPayout);
  // A row that is stated again may name another payout; one that is taken back leaves what was told where it is.
  if (toldTo !== undefined && part === "payout") return payouts.includes(toldTo) ? toldTo : (payouts[0] ?? toldTo);
  if (toldTo !== undefined && part === "unsettled" && hasEnded(toldTo, sale)) return toldTo;
  // What waits already goes on waiting, whatever policy says of its gateway by now.
  if (part === "day" || (part === undefined && !settlements.isPaidOut(journal.event))) return dayWindow(journal, sale);
  return payouts[0] ?? unsettledWindow(journal, toldTo, sale);
}

/** Of what moves no money itself: beside the payment that leads it. */
function windowBeside(
  { journal, toldTo }: ToSettle,
  leader: (ToSettle & { readonly window: TransactionId }) | undefined,
  isPromised: boolean,
  sale: SaleOfPayouts,
): TransactionId {
  const part = toldTo === undefined ? undefined : partOfPayoutGrain(toldTo);
  if (toldTo !== undefined && (part === "payout" || (part === "unsettled" && hasEnded(toldTo, sale)))) return toldTo;
  if (part === "day") return dayWindow(journal, sale);
  if (leader === undefined) return isPromised || part === "unsettled" ? unsettledWindow(journal, toldTo, sale) : dayWindow(journal, sale);
  switch (partOfPayoutGrain(leader.window)) {
    case "payout":
      // The payout was told of its payment before this came: it may be posted, and this is a day's business.
      return part === undefined && leader.toldTo === leader.window ? dayWindow(journal, sale) : leader.window;
    case "unsettled":
      return hasEnded(leader.window, sale) ? dayWindow(journal, sale) : unsettledWindow(journal, toldTo, sale);
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

/** The window that it waits in already, as long as it is of the same business day: for how long it waits is asked once. */
function unsettledWindow(
  { businessDate, entity }: JournalDocument,
  toldTo: TransactionId | undefined,
  { transaction, policy }: SaleOfPayouts,
): TransactionId {
  if (toldTo?.includes(`:unsettled-${businessDate}-`)) return toldTo;
  const { channel, place } = streamOf(transaction);
  const days = waitDaysFor(policy, "payoutAfterPeriodEnd", { entity, day: businessDate });
  const until = addDays(splitDayOf(policy.entities[entity], businessDate), days);
  return windowOfUnsettled({ channel, place, businessDate }, until);
}

/** The payments of a sale, and which payouts settle them. */
class Settlements {
  readonly #payments = new Map<EventKey, Payment>();
  readonly #authorized: EventOf<"payment.authorized">[] = [];
  /** Authorisations that were captured or voided. */
  readonly #ended = new Set<string | undefined>();
  readonly #payouts = new Map<string, PayoutName[]>();
  readonly #refunds = new Map<EventKey, EventOf<"refund.issued">>();
  readonly #channel: string;
  readonly #policy: Policy;

  constructor({ transaction, events, policy }: SaleOfPayouts) {
    this.#channel = streamOf(transaction).channel;
    this.#policy = policy;
    for (const event of foldFacts(events).events) {
      // A refund that is pending or failed has moved nothing.
      const moved = event.name === "payment.captured" || (event.name === "payment.refunded" && event.status === "success");
      if (event.name === "payment.captured" || event.name === "payment.voided") this.#ended.add(event.parentPaymentId);
      if (moved) this.#payments.set(event.key, event);
      else if (event.name === "payment.authorized") this.#authorized.push(event);
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
    return payment !== undefined && this.#paysOut(payment);
  }

  /**
   * Whether money is on its way that would lead: authorised and not captured or voided yet, or owed by a refund and not paid back yet. If it never comes,
   * what waits for it posts with what waits for payouts.
   */
  isPromised(event: EventKey): boolean {
    const refund = this.#refunds.get(event);
    const moved = [...this.#payments.values()];
    const promised =
      refund === undefined
        ? this.#authorized.filter(({ paymentId }) => !this.#ended.has(paymentId))
        : refund.payments.filter(({ paymentId, status }) => status !== "failed" && !moved.some((each) => each.paymentId === paymentId));
    return promised.some((payment) => this.#paysOut(payment));
  }

  #paysOut(payment: { readonly gateway: string; readonly cardBrand?: string | undefined }): boolean {
    return accountsPayingOut(this.#policy, this.#channel, payment).length > 0;
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
