import type { BusinessEvent, EventOf } from "#domain/events";
import { type Currency, formatMinorUnits, type MinorUnits } from "#domain/money";
import type { MovedMoney } from "#domain/returns";
import { dimensionsOf } from "../dimensions.ts";
import { JournalLines } from "../journal-lines.ts";
import { addTenderLines } from "./order-tender.ts";
import type { OrderWalk } from "./order-walk.ts";
import { movedBy } from "./paid-abroad.ts";
import { moneyOf } from "./refund-value.ts";

type Refunded = EventOf<"payment.refunded">;
type Refund = EventOf<"refund.issued">;

/** What a payment took in and gave back up to now, in one currency. */
interface Room {
  captured: MinorUnits;
  refunded: MinorUnits;
}

/** The payments of one order: what each took in, and which refund owes which. */
export class PaymentBook {
  /** By payment and currency: in the order's, and in the one that moved where that is another one (c33). */
  readonly #rooms = new Map<string, Map<Currency, Room>>();
  readonly #owed = new Map<string, { readonly refund: Refund; readonly payment: Refund["payments"][number] }>();

  /** Nothing can be given back of a capture that the books leave out. */
  constructor(events: readonly BusinessEvent[], { leftOut, abroad, order }: Pick<OrderWalk, "leftOut" | "abroad" | "order">) {
    for (const event of events) {
      if (event.name === "payment.captured") {
        const { paymentId, amount } = event;
        const moved = abroad.get(paymentId);
        const isOut = leftOut.has(event.key);
        // A refund may name the authorisation instead of its captures.
        for (const name of new Set([paymentId, event.parentPaymentId ?? paymentId])) {
          this.#capture(name, order.currency, isOut ? 0 : amount);
          if (moved !== undefined) this.#capture(name, moved.currency, isOut ? 0 : moved.amount);
        }
      } else if (event.name === "refund.issued") {
        for (const payment of moneyOf(event)) this.#owed.set(payment.paymentId, { refund: event, payment });
      }
    }
  }

  /** The refund that owes this payment. */
  owes(event: Refunded): { readonly refund: Refund; readonly payment: Refund["payments"][number] } | undefined {
    return this.#owed.get(event.paymentId);
  }

  /** Whether the payment that is given back was seen. */
  has(payment: string): boolean {
    return this.#rooms.has(payment);
  }

  /**
   * Counts what goes back of a payment, in every currency in which it is told; or says that it is more than the payment has left, in the currency
   * that moved (the last of `told`) where the payment took that in. Of several such payments each counts for its share of all (0084), which
   * may be more of the order's currency than this one alone counted for; the refund itself has no more of that than the order has left.
   */
  giveBack(payment: string, told: readonly MovedMoney[]): (Room & { readonly currency: Currency }) | undefined {
    const rooms = told.flatMap(({ amount, currency }) => {
      const room = this.#rooms.get(payment)?.get(currency);
      return room === undefined ? [] : [{ room, currency, refunded: room.refunded + amount }];
    });
    const over = rooms.at(-1);
    if (over !== undefined && over.refunded > over.room.captured)
      return { captured: over.room.captured, refunded: over.refunded, currency: over.currency };
    for (const { room, refunded } of rooms) room.refunded = refunded;
    return undefined;
  }

  #capture(payment: string, currency: Currency, amount: MinorUnits): void {
    const rooms = this.#rooms.get(payment) ?? new Map<Currency, Room>();
    this.#rooms.set(payment, rooms);
    const room = rooms.get(currency) ?? { captured: 0, refunded: 0 };
    rooms.set(currency, room);
    room.captured += amount;
  }
}

/** c16–c18, a refund that went out: Dr refund payable, Cr the tender that this refund itself went to. */
export function refundSettlementLedger(walk: OrderWalk, payments: PaymentBook, event: Refunded): void {
  const { draft, order } = walk;
  const { currency } = order;
  const owed = payments.owes(event);
  const parent = event.parentPaymentId;
  if (owed === undefined || (parent !== undefined && !payments.has(parent))) {
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
  const told = [{ amount: event.amount, currency }, ...(moved.currency === currency ? [] : [moved])];
  const over = parent === undefined ? undefined : payments.giveBack(parent, told);
  if (over !== undefined) {
    const text = (amount: MinorUnits) => `${formatMinorUnits(amount, over.currency)} ${over.currency}`;
    // It takes no room from the refunds after it.
    walk.leaveOut(event.key, {
      class: "policy.refund-exceeds-capture",
      code: "payment",
      cause: event.key,
      amount: over.refunded - over.captured,
      currency: over.currency,
      message: `payment ${parent} captured ${text(over.captured)}, its refunds come to ${text(over.refunded)}. Check the payment at the gateway.`,
    });
    return;
  }
  const lines = new JournalLines();
  const payable = dimensionsOf("refund-payable", { gateway: owed.payment.gateway, currency: moved.currency });
  lines.add("refund-payable", payable, moved.amount);
  const tender = addTenderLines(walk, event, { ...moved, amount: -moved.amount }, lines);
  if (tender.kind === "held") draft.hold(event);
  else draft.journal({ ...walk.frame(event), currency: moved.currency }, "refund-settlement", lines, tender.pair);
}
