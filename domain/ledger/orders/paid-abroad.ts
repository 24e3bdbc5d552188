import type { EventOf } from "#domain/events";
import type { Currency } from "#domain/money";
import type { MovedMoney } from "#domain/returns";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName, Worth } from "../documents.ts";
import { JournalLines } from "../journal-lines.ts";
import { addTenderLines } from "./order-tender.ts";
import type { OrderWalk } from "./order-walk.ts";
import { moneyOf } from "./refund-value.ts";

type Capture = EventOf<"payment.captured">;
type Refund = EventOf<"refund.issued">;
type Payment = Refund["payments"][number];

/**
 * c33, c3: money that came in in a third currency. The order is paid, in its own currency, out of `currency-conversion`; a journal in the
 * currency that came in has it at its tender. A journal in the currency of the books says what the two are worth, and of two foreign ones
 * that of the order.
 */
export function bookCaptureAbroad(walk: OrderWalk, event: Capture, moved: MovedMoney, lines: JournalLines): "booked" | "held" {
  const frame = walk.frame(event);
  const { businessDate: day } = frame;
  const { gateway, amount } = event;
  const { currency } = walk.order;
  const isFunctional = moved.currency === functionalOf(walk);
  const own = conversion(gateway, currency);
  lines.add(own.role, own.dimensions, amount, isFunctional ? { ...moved, day } : { amount, currency, day });
  const paid = new JournalLines();
  const other = conversion(gateway, moved.currency);
  paid.add(other.role, other.dimensions, -moved.amount, isFunctional ? undefined : { amount: -amount, currency, day });
  const tender = addTenderLines(walk, event, moved, paid);
  if (tender.kind === "held") return "held";
  walk.draft.journal(frame, "capture", lines);
  walk.draft.journal({ ...frame, currency: moved.currency }, "capture-paid", paid, tender.pair);
  return "booked";
}

/** Through what a refund owes one of its payments. */
export interface OwedFor extends LineName {
  readonly worth?: Worth;
}

/**
 * c33: money in a third currency is owed by a journal of its own (`bookRefundsAbroad`), and what the order gives back for it waits in
 * `currency-conversion` between the two. A journal in the currency of the books says what the two are worth, and of two foreign ones that
 * of the order.
 */
export function owedForPayment(walk: OrderWalk, event: Refund, { paymentId, gateway, amount }: Payment): OwedFor {
  const { currency } = walk.order;
  const moved = walk.abroad.get(paymentId);
  if (moved === undefined) return { role: "refund-payable", dimensions: dimensionsOf("refund-payable", { gateway, currency }) };
  const { businessDate: day } = walk.frame(event);
  const worth: Worth =
    moved.currency === functionalOf(walk) ? { ...moved, amount: -moved.amount, day } : { amount: -amount, currency, day };
  return { ...conversion(gateway, currency), worth };
}

/** What a refund owes in other currencies than the order's, in each by a journal of its own. */
export function bookRefundsAbroad(walk: OrderWalk, event: Refund): void {
  const frame = walk.frame(event);
  const { businessDate: day } = frame;
  const journals = new Map<Currency, JournalLines>();
  for (const { paymentId, gateway, amount } of moneyOf(event)) {
    const moved = walk.abroad.get(paymentId);
    if (moved === undefined) continue;
    const { currency } = moved;
    const lines = journals.get(currency) ?? new JournalLines();
    journals.set(currency, lines);
    const worth = currency === functionalOf(walk) ? undefined : { amount, currency: walk.order.currency, day };
    const { role, dimensions } = conversion(gateway, currency);
    lines.add(role, dimensions, moved.amount, worth);
    lines.add("refund-payable", dimensionsOf("refund-payable", { gateway, currency }), -moved.amount);
  }
  for (const [currency, lines] of journals) walk.draft.journal({ ...frame, currency }, "refund-paid", lines);
}

/** What a payment of a refund moved: see `OrderWalk.abroad`. */
export function movedBy(walk: OrderWalk, { paymentId, amount }: { readonly paymentId: string; readonly amount: number }): MovedMoney {
  return walk.abroad.get(paymentId) ?? { amount, currency: walk.order.currency };
}

function functionalOf({ policy, entity }: OrderWalk): Currency | undefined {
  return policy.entities[entity]?.functionalCurrency;
}

function conversion(gateway: string, currency: Currency): LineName {
  return { role: "currency-conversion", dimensions: dimensionsOf("currency-conversion", { gateway, currency }) };
}
