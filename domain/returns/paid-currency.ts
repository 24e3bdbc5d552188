import type { BusinessEvent, EventOf } from "#domain/events";
import { cumulativeShare, type MinorUnits } from "#domain/money";

type Refund = EventOf<"refund.issued">;
type Payment = EventOf<"payment.captured" | "payment.refunded">;

/**
 * c33: the payments of an order in its own currency. What a channel states in that currency is what the order is paid with. Where it states a
 * payment in the customer's currency alone, it counts for its share of the order's total, which is stated in both: cumulatively, so that the
 * last payment takes the cent; and what is paid back for its share of the payment that it gives back. A payment in a third currency is left
 * as it is: the channel does not say what it counts for (see `inOrderCurrency`).
 */
export function countedAsStated(order: EventOf<"order.placed">, events: readonly BusinessEvent[]): readonly BusinessEvent[] {
  if (order.presentment === undefined || !events.some((event) => isElsewhere(event, order))) return events;
  const { total, inOrderCurrency: whole } = order.presentment;
  const money = new CustomerMoney(total, whole);
  const counted = new Map<string, Payment>();
  // Refunds are told by what they give back, whichever of the two is stated first.
  const inTurn = [...events.filter(({ name }) => name === "payment.captured"), ...events.filter(({ name }) => name === "payment.refunded")];
  for (const event of inTurn) {
    if ((event.name !== "payment.captured" && event.name !== "payment.refunded") || !isElsewhere(event, order)) continue;
    const amount = event.name === "payment.captured" ? money.capture(event) : money.refund(event);
    counted.set(event.key, { ...event, amount, currency: order.currency, foreign: { currency: event.currency, amount: event.amount } });
  }
  const byPayment = new Map([...counted.values()].map((payment) => [payment.paymentId, payment.amount]));
  return events.map((event) => {
    if (event.name !== "refund.issued" || !isElsewhere(event, order)) return counted.get(event.key) ?? event;
    const payments = event.payments.map((payment) => {
      if (currencyOf(payment, event) !== order.presentmentCurrency) return payment;
      const { currency: _, ...rest } = payment;
      return { ...rest, amount: byPayment.get(payment.paymentId) ?? money.valueOf(payment.amount) };
    });
    // A refund that gives back nothing but money states no other currency than its payments'.
    return { ...event, currency: statesMoneyAlone(event) ? order.currency : event.currency, payments };
  });
}

function isElsewhere(event: BusinessEvent, { currency, presentmentCurrency }: EventOf<"order.placed">): boolean {
  if (currency === presentmentCurrency) return false;
  if (event.name === "refund.issued") return event.payments.some((payment) => currencyOf(payment, event) === presentmentCurrency);
  if (event.name !== "payment.captured" && event.name !== "payment.refunded") return false;
  return event.currency === presentmentCurrency;
}

export function currencyOf(payment: Refund["payments"][number], refund: Refund): string {
  return payment.currency ?? refund.currency;
}

export function statesMoneyAlone({ lines, shipping, adjustments, duties, fees, tips = 0 }: Refund): boolean {
  return lines.length + shipping.length + adjustments.length === 0 && duties === 0 && fees === 0 && tips === 0;
}

/** What the customer paid and got back in their own currency, and what it counts for. */
class CustomerMoney {
  readonly #total: MinorUnits;
  readonly #whole: MinorUnits;
  #captured: MinorUnits = 0;
  readonly #captures = new Map<string, { amount: MinorUnits; counted: MinorUnits; refunded: MinorUnits }>();

  constructor(total: MinorUnits, whole: MinorUnits) {
    this.#total = total;
    this.#whole = whole;
  }

  /** The stated rate, also beyond the total that it was stated for. */
  valueOf(amount: MinorUnits): MinorUnits {
    const times = Math.floor(amount / this.#total);
    return times * this.#whole + cumulativeShare(this.#whole, amount - times * this.#total, this.#total);
  }

  capture({ paymentId, parentPaymentId, amount }: Payment): MinorUnits {
    const before = this.valueOf(this.#captured);
    this.#captured += amount;
    const counted = this.valueOf(this.#captured) - before;
    const capture = { amount, counted, refunded: 0 };
    this.#captures.set(paymentId, capture);
    // A refund may name the authorisation instead of its capture.
    if (parentPaymentId !== undefined && !this.#captures.has(parentPaymentId)) this.#captures.set(parentPaymentId, capture);
    return counted;
  }

  refund({ parentPaymentId, amount, ...event }: Payment): MinorUnits {
    const capture = this.#captures.get(parentPaymentId ?? "");
    const isOut = event.name === "payment.refunded" && event.status !== "failed";
    // More than the payment took in is found by the order's own rules.
    if (capture === undefined || !isOut || capture.refunded + amount > capture.amount) return this.valueOf(amount);
    const before = cumulativeShare(capture.counted, capture.refunded, capture.amount);
    capture.refunded += amount;
    return cumulativeShare(capture.counted, capture.refunded, capture.amount) - before;
  }
}
