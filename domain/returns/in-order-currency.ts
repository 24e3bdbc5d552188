import { businessDateIn } from "#domain/calendar";
import { type BusinessEvent, type EventOf, type RateQuestion, rateName, ratesIn } from "#domain/events";
import type { EventKey } from "#domain/identity";
import { allocate, atRate, type Currency, cumulativeShare, type MinorUnits, sum } from "#domain/money";
import { type Policy, sellingEntity, toleranceOf } from "#domain/policy";
import { givenByTill, keptIn, valueGivenBackIn } from "./given-back.ts";
import { countedAsStated, currencyOf, statesMoneyAlone } from "./paid-currency.ts";

type Order = EventOf<"order.placed">;
type Refund = EventOf<"refund.issued">;

/** Money as it moved, in minor units of its currency. */
export interface MovedMoney {
  readonly amount: MinorUnits;
  readonly currency: Currency;
}

export interface OrderMoney {
  /** The facts, with the money of the order's payments and refunds in its currency. */
  readonly events: readonly BusinessEvent[];
  /** By payment: what came in, or went out with a refund, in a currency that the channel states in no other, and is told at a rate of ours. */
  readonly abroad: ReadonlyMap<string, MovedMoney>;
  /** By payment or refund: the rates without which nobody knows what its money counts for. It stays as it is stated. */
  readonly waits: ReadonlyMap<EventKey, readonly RateQuestion[]>;
  /** Payments of such refunds that say themselves that other money went out: in which currency their refund has it. */
  readonly contradicting: ReadonlyMap<EventKey, Currency>;
}

/** Where an order was placed, and what is known of it beside its facts. */
export interface OrderPlace {
  readonly policy: Policy;
  readonly channel: string;
  readonly place: string;
  /** By how much the order came to more at an instant than it does now. */
  readonly moreAt?: (instant: string) => MinorUnits;
  /** Keys of payments, refunds and returns that the books leave out: they pay nothing, and give nothing back. */
  readonly leftOut?: ReadonlySet<string>;
}

/**
 * c33: the money of an order in its own currency: as the channel states it (`countedAsStated`), and what came in or went out in a third currency
 * at the recorded rate of its day. As long as that comes to what the order still owes, within the tolerance `foreignPayment`, or to what the refund
 * is worth, within `foreignReturn`, it counts for exactly that, and the rest is exchange; beyond it, for what it is at the rate. What goes back of
 * payments in that currency is taken at what they counted for, not at the rate of its own day. Told once, facts
 * are told for good: telling them again changes nothing.
 */
export function inOrderCurrency(
  order: Order,
  facts: readonly BusinessEvent[],
  { policy, channel, place, moreAt = () => 0, leftOut = new Set() }: OrderPlace,
): OrderMoney {
  const stated = countedAsStated(order, facts);
  const abroad = new Map<string, MovedMoney>();
  const waits = new Map<EventKey, RateQuestion[]>();
  const contradicting = new Map<EventKey, Currency>();
  const seller = sellingEntity(policy, channel, place, order);
  const isAbroad = (event: BusinessEvent) =>
    event.name === "payment.captured"
      ? event.currency !== order.currency
      : event.name === "refund.issued" && foreignPayments(event, order).length > 0;
  if (seller.kind === "unknown" || !stated.some(isAbroad)) return { events: stated, abroad, waits, contradicting };
  const { entity, shop } = seller;
  const dayOf = (event: BusinessEvent) => businessDateIn(shop.timeZone, event.occurredAt);
  const rates = ratesIn(facts);
  const counted = new Map<string, MinorUnits>();
  /** By third currency: what its payments took in and counted for, and what of that went back. */
  const taken = new Map<Currency, { readonly amount: MinorUnits; readonly counted: MinorUnits; readonly back: MinorUnits }>();
  // What the payments have left to give back, and what the order still owes, as the books have it.
  let left: MinorUnits = 0;
  let owed = order.totals.total;
  const capture = (amount: MinorUnits) => {
    left += amount;
    owed -= amount;
  };
  const giveBack = (event: Refund | EventOf<"return.taken-back">, money: MinorUnits) => {
    left -= money;
    // What goes back without its money was not paid, and is not owed any more.
    owed -= Math.max(valueGivenBackIn(event, order) - keptIn(event, order.taxesIncluded) - money, 0);
  };
  const told = stated.map((event): BusinessEvent => {
    if (event.name === "payment.captured" && event.currency !== order.currency) return capturedAbroad(event);
    if (leftOut.has(event.key)) return event.name === "refund.issued" ? refunded(event) : event;
    if (event.name === "payment.captured") capture(event.amount);
    // What a till gave back of the order is not left for its refunds either.
    if (event.name === "return.taken-back" && event.currency === order.currency) giveBack(event, givenByTill(event));
    return event.name === "refund.issued" ? refunded(event) : event;
  });

  function capturedAbroad(event: EventOf<"payment.captured">): BusinessEvent {
    const { amount, currency: from, paymentId } = event;
    const day = dayOf(event);
    const question = { from, to: order.currency, day };
    const rate = rates.get(rateName(question));
    if (rate === undefined) {
      waits.set(event.key, [question]);
      return event;
    }
    const atDay = atRate(amount, { from, to: order.currency, rate });
    const isExchange = isWithin("foreignPayment", day);
    const worth = nearest(atDay, [owed, owed + moreAt(event.occurredAt)], isExchange);
    abroad.set(paymentId, { amount, currency: from });
    if (!leftOut.has(event.key)) {
      capture(worth);
      const { amount: before = 0, counted: countedBefore = 0, back = 0 } = taken.get(from) ?? {};
      taken.set(from, { amount: before + amount, counted: countedBefore + worth, back });
    }
    return { ...event, amount: worth, currency: order.currency };
  }

  function refunded(event: Refund): BusinessEvent {
    const day = dayOf(event);
    const foreign = foreignPayments(event, order);
    const wanted = foreign.map(({ currency: from }): RateQuestion => ({ from, to: order.currency, day }));
    const missing = [...new Map(wanted.filter((each) => !rates.has(rateName(each))).map((each) => [rateName(each), each])).values()];
    if (missing.length > 0) {
      waits.set(event.key, missing);
      return event;
    }
    const own = sum(
      event.payments.map((payment) => (isOut(payment) && currencyOf(payment, event) === order.currency ? payment.amount : 0)),
    );
    const back = new Map<Currency, MinorUnits>();
    const atDay = foreign.map(({ amount, currency: from }, index) => {
      const paid = taken.get(from) ?? { amount: 0, counted: 0, back: 0 };
      const before = paid.back + (back.get(from) ?? 0);
      back.set(from, (back.get(from) ?? 0) + amount);
      // What goes back of such payments counts for its share of what they counted for, whatever the rate has become since.
      const within = Math.min(amount, Math.max(paid.amount - before, 0));
      const share =
        within === 0 ? 0 : cumulativeShare(paid.counted, before + within, paid.amount) - cumulativeShare(paid.counted, before, paid.amount);
      const beyond = amount - within;
      return share + (beyond === 0 ? 0 : atRate(beyond, { from, to: order.currency, rate: rates.get(rateName(wanted[index]!))! }));
    });
    const worth = nearest(
      sum(atDay),
      worthsOf(event, order, facts, left).map((each) => each - own),
      isWithin("foreignReturn", day),
    );
    if (!leftOut.has(event.key)) {
      giveBack(event, own + worth);
      for (const [from, amount] of back) {
        const paid = taken.get(from);
        if (paid !== undefined) taken.set(from, { ...paid, back: paid.back + amount });
      }
    }
    const parts = worth === sum(atDay) ? atDay : allocate(worth, atDay);
    for (const [index, { paymentId, amount, currency }] of foreign.entries()) {
      abroad.set(paymentId, { amount, currency });
      counted.set(paymentId, parts[index]!);
    }
    const payments = event.payments.map((payment) => {
      const amount = counted.get(payment.paymentId);
      if (amount === undefined) return payment;
      const { currency: _, ...rest } = payment;
      return { ...rest, amount };
    });
    return { ...event, currency: statesMoneyAlone(event) ? order.currency : event.currency, payments };
  }

  function isWithin(tolerance: "foreignPayment" | "foreignReturn", day: string) {
    return (given: MinorUnits, worth: MinorUnits) =>
      Math.abs(given - worth) <= toleranceOf(policy, tolerance, { entity, day, about: { channel: shop.channelDimension } }, worth);
  }

  // What a payment says of itself is what its refund says of it; where it is not, the ledger names the difference.
  const events = told.map((event): BusinessEvent => {
    const moved = event.name === "payment.refunded" ? abroad.get(event.paymentId) : undefined;
    if (event.name === "payment.refunded" && moved !== undefined && moved.currency !== event.currency)
      contradicting.set(event.key, moved.currency);
    if (event.name !== "payment.refunded" || moved?.currency !== event.currency || moved.amount !== event.amount) return event;
    return { ...event, amount: counted.get(event.paymentId)!, currency: order.currency };
  });
  return { events, abroad, waits, contradicting };
}

function isOut({ status }: Refund["payments"][number]): boolean {
  return status !== "failed";
}

/** What the refund gave back in another currency than the order's. */
function foreignPayments(event: Refund, { currency }: Order): readonly (MovedMoney & { readonly paymentId: string })[] {
  return event.payments.flatMap((payment) => {
    const moved = currencyOf(payment, event);
    return moved === currency || !isOut(payment) ? [] : [{ paymentId: payment.paymentId, amount: payment.amount, currency: moved }];
  });
}

/**
 * What the money of a refund may come to: the value of what it gives back less the fees that are kept, as it states them or as the return has agreed
 * them, with the discrepancy that it states, or what is left of the payments where that is less; of money alone, all that is left of them.
 */
function worthsOf(event: Refund, order: Order, facts: readonly BusinessEvent[], left: MinorUnits): readonly MinorUnits[] {
  if (statesMoneyAlone(event)) return [left];
  const value = valueGivenBackIn(event, order) - keptIn(event, order.taxesIncluded);
  const agreed = facts.flatMap((fact) => (fact.name === "return.authorized" && fact.returnId === event.returnId ? fact.fees : []));
  const discrepancy = sum(event.adjustments.map(({ kind, amount }) => (kind === "refund_discrepancy" ? amount : 0)));
  const worths = [value, value - sum(agreed.map(({ amount }) => amount)), value - discrepancy];
  // Of goods that were not paid in full there is no more to give back than what was paid.
  return [...new Set(worths.flatMap((worth) => [worth, Math.min(worth, left)]))];
}

/** The worth that what was paid comes closest to, where it comes close enough to one; else what was paid. */
function nearest(
  given: MinorUnits,
  worths: readonly MinorUnits[],
  isExchange: (given: MinorUnits, worth: MinorUnits) => boolean,
): MinorUnits {
  const close = worths.filter((worth) => given > 0 && worth > 0 && isExchange(given, worth));
  const [first] = close.sort((a, b) => Math.abs(given - a) - Math.abs(given - b) || a - b);
  return first ?? given;
}
