import type { BusinessEvent, EventOf } from "#domain/events";
import { formatMinorUnits, type MinorUnits } from "#domain/money";
import { dimensionsOf } from "../dimensions.ts";
import { JournalLines } from "../journal-lines.ts";
import { addTenderLines } from "./order-tender.ts";
import type { OrderWalk } from "./order-walk.ts";
import { movedBy } from "./refund-abroad.ts";
import { moneyOf } from "./refund-value.ts";

type Refunded = EventOf<"payment.refunded">;
type Refund = EventOf<"refund.issued">;

/** The payments of one order: what each took in, and which refund owes which. */
export class PaymentBook {
  readonly #captured = new Map<string, MinorUnits>();
  readonly #owed = new Map<string, { readonly refund: Refund; readonly payment: Refund["payments"][number] }>();
  readonly #refunded = new Map<string, MinorUnits>();

  /** `leftOut`: captures that are not in the books: nothing can be given back of them there. */
  constructor(events: readonly BusinessEvent[], leftOut: ReadonlySet<string>) {
    for (const event of events) {
      if (event.name === "payment.captured") {
        const amount = leftOut.has(event.key) ? 0 : event.amount;
        this.#addCapture(event.paymentId, amount);
        // A refund may name the authorisation instead of its captures.
        if (event.parentPaymentId !== undefined) this.#addCapture(event.parentPaymentId, amount);
      } else if (event.name === "refund.issued") {
        for (const payment of moneyOf(event)) this.#owed.set(payment.paymentId, { refund: event, payment });
      }
    }
  }

  /** The refund that owes this payment. */
  owes(event: Refunded): { readonly refund: Refund; readonly payment: Refund["payments"][number] } | undefined {
    return this.#owed.get(event.paymentId);
  }

  /** What the payment that is given back took in; undefined when it was not seen. */
  capturedBy(payment: string): MinorUnits | undefined {
    return this.#captured.get(payment);
  }

  /** All that was refunded of a payment up to now. */
  refundedOf(payment: string): MinorUnits {
    return this.#refunded.get(payment) ?? 0;
  }

  /** Counts a refund against its payment. */
  refund(payment: string, amount: MinorUnits): void {
    this.#refunded.set(payment, this.refundedOf(payment) + amount);
  }

  #addCapture(payment: string, amount: MinorUnits): void {
    this.#captured.set(payment, (this.#captured.get(payment) ?? 0) + amount);
  }
}

/** c16–c18, a refund that went out: Dr refund payable, Cr the tender that this refund itself went to. */
export function refundSettlementLedger(walk: OrderWalk, payments: PaymentBook, event: Refunded): void {
  const { draft, order } = walk;
  const { currency } = order;
  const owed = payments.owes(event);
  const parent = event.parentPaymentId;
  const captured = parent === undefined ? undefined : payments.capturedBy(parent);
  if (owed === undefined || (parent !== undefined && captured === undefined)) {
    const missing = owed === undefined ? "the refund that it pays" : `payment ${parent}, which it gives back`;
    draft.problem({
      class: "sequence.parent-missing",
      code: owed === undefined ? "refund" : "payment",
      cause: event.key,
      event: event.key,
      message: `${event.key} waits for ${missing}, which has not arrived. It heals when it does; if overdue, fetch it from the source.`,
    });
    draft.hold(event);
    return;
  }
  if (walk.leftOut.has(owed.refund.key)) return;
  if (walk.heldRefunds.has(owed.refund.key)) {
    draft.hold(event);
    return;
  }
  // Where it is compared in the currency that moved, that is what both of them state.
  const moved = movedBy(walk, owed.payment);
  const isAsOwed = event.currency === currency && owed.payment.amount === event.amount;
  if (!isAsOwed) {
    const difference = (event.currency === currency ? owed.payment.amount : moved.amount) - event.amount;
    walk.leaveOut(event.key, {
      class: "money.amount-mismatch",
      code: "refund-payment",
      cause: event.key,
      amount: difference,
      currency: event.currency,
      message: `${event.key} differs by ${formatMinorUnits(difference, event.currency)} ${event.currency} from what ${owed.refund.key} owes. Correct it at the source.`,
    });
    return;
  }
  const refunded = parent === undefined ? 0 : payments.refundedOf(parent) + event.amount;
  if (captured !== undefined && refunded > captured) {
    // It takes no room from the refunds after it.
    walk.leaveOut(event.key, {
      class: "policy.refund-exceeds-capture",
      code: "payment",
      cause: event.key,
      amount: refunded - captured,
      currency,
      message: `payment ${parent} captured ${formatMinorUnits(captured, currency)} ${currency}, its refunds come to ${formatMinorUnits(refunded, currency)} ${currency}. Check the payment at the gateway.`,
    });
    return;
  }
  if (parent !== undefined) payments.refund(parent, event.amount);
  const lines = new JournalLines();
  const payable = dimensionsOf("refund-payable", { gateway: owed.payment.gateway, currency: moved.currency });
  lines.add("refund-payable", payable, moved.amount);
  const tender = addTenderLines(walk, event, { ...moved, amount: -moved.amount }, lines);
  if (tender.kind === "held") draft.hold(event);
  else draft.journal({ ...walk.frame(event), currency: moved.currency }, "refund-settlement", lines, tender.pair);
}
