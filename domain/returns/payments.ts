import type { BusinessEvent } from "#domain/events";
import type { MinorUnits } from "#domain/money";
import { type Policy, tenderFor } from "#domain/policy";
import { givenByTill } from "./given-back.ts";
import type { SalePayment } from "./sale.ts";

interface Capture {
  readonly paymentId: string;
  readonly authorization: string | undefined;
  readonly tender: string;
  readonly cardBrand: string | undefined;
  readonly captured: MinorUnits;
  refunded: MinorUnits;
}

/**
 * The captures of an order and what was refunded of each, pending money included. A refund counts against the payment that it names, be it
 * the capture or its authorisation; one that names none against payments of its own gateway first, then against any: what went out is not
 * there to go out again.
 */
export function orderPayments(facts: readonly BusinessEvent[], policy: Policy, channel: string): readonly SalePayment[] {
  const captures: Capture[] = [];
  for (const event of facts) {
    if (event.name !== "payment.captured") continue;
    const { paymentId, parentPaymentId, gateway, cardBrand, amount } = event;
    captures.push({ paymentId, authorization: parentPaymentId, tender: gateway, cardBrand, captured: amount, refunded: 0 });
  }
  for (const { parent, tender, amount } of refundsOf(facts)) {
    const named = captures.filter(
      ({ paymentId, authorization }) => parent !== undefined && (paymentId === parent || authorization === parent),
    );
    const sameTender = captures.filter((capture) => capture.tender === tender);
    takeFrom([...named, ...sameTender, ...captures], amount);
  }
  return captures.map(({ authorization: _authorization, cardBrand, ...capture }) => ({
    ...capture,
    ...(cardBrand === undefined ? {} : { cardBrand }),
    role: tenderFor(policy, channel, capture.tender, cardBrand)?.role,
  }));
}

/** Counts an amount against payments, each as far as it goes. Gives what none of them explains. */
export function takeFrom(payments: readonly { readonly captured: MinorUnits; refunded: MinorUnits }[], amount: MinorUnits): MinorUnits {
  let left = amount;
  for (const payment of payments) {
    const part = Math.min(left, Math.max(payment.captured - payment.refunded, 0));
    payment.refunded += part;
    left -= part;
  }
  return left;
}

/** Each refund of money once, though the refund and its own payment both tell of it; what failed is none. */
function refundsOf(
  facts: readonly BusinessEvent[],
): readonly { readonly parent: string | undefined; readonly tender: string; readonly amount: MinorUnits }[] {
  const refunds = new Map<string, { parent: string | undefined; tender: string; amount: MinorUnits }>();
  const failed = new Set<string>();
  for (const event of facts) {
    if (event.name === "refund.issued") {
      for (const { paymentId, gateway, amount, status } of event.payments) {
        if (status === "failed") failed.add(paymentId);
        else if (!refunds.has(paymentId)) refunds.set(paymentId, { parent: undefined, tender: gateway, amount });
      }
    }
    // A till gives money back by its own tenders: it counts against any payment of the sale.
    if (event.name === "return.taken-back") refunds.set(event.key, { parent: undefined, tender: "", amount: givenByTill(event) });
    if (event.name === "payment.refunded") {
      const { paymentId, parentPaymentId, gateway, amount, status } = event;
      if (status === "failed") failed.add(paymentId);
      else refunds.set(paymentId, { parent: parentPaymentId, tender: gateway, amount });
    }
  }
  return [...refunds].flatMap(([paymentId, refund]) => (failed.has(paymentId) ? [] : [refund]));
}
