import { addSeconds } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { EventKey } from "#domain/identity";
import { type MinorUnits, sum } from "#domain/money";
import { standardRefundWithinHours } from "#domain/policy";
import { keptIn, valueGivenBackIn } from "./given-back.ts";
import type { ReturnGrant } from "./grant.ts";

/** One authorised return of a sale with its end, if it has one. */
export interface FollowedReturn {
  readonly key: string;
  readonly authorization: string;
  readonly at: string;
  readonly expiresAt: string;
  /** Absent: `standardRefundWithinHours`. */
  readonly refundWithinHours?: number;
  readonly grant: ReturnGrant;
  readonly end?: {
    readonly how: "consumed" | "cancelled" | "expired";
    readonly event?: EventKey;
    readonly lines?: readonly { readonly lineId: string; readonly quantityMillionths: number }[];
  };
}

/**
 * - open: nothing has ended it; `until` is the next instant at which there may be something to do.
 * - ended: nothing follows any more; "refunded" when the goods came back and their money is out, "withdrawn" when the fact that told of
 *   them was taken back.
 * - refund-due: the goods came back; by `dueAt` their money is to be out.
 * - refund-overdue: from `dueAt` on, and still not out.
 */
export type ReturnCourse =
  | { readonly kind: "open"; readonly until: string }
  | { readonly kind: "ended"; readonly how: "cancelled" | "expired" | "refunded" | "withdrawn" }
  | { readonly kind: "refund-due" | "refund-overdue"; readonly dueAt: string; readonly backAt: string };

const hourSeconds = 3_600;

/**
 * How far each authorised return of a sale has come at the instant `now`, by key: a pure function of the sale's folded facts, in order, and
 * of all its reservations together, as the units of one refund pay for one return.
 */
export function coursesOf(
  returns: readonly FollowedReturn[],
  facts: readonly BusinessEvent[],
  now: string,
): ReadonlyMap<string, ReturnCourse> {
  const happenedAt = new Map(facts.map(({ key, occurredAt }) => [key, occurredAt]));
  const settled = settledReturns(returns, facts);
  return new Map(returns.map((each) => [each.key, courseOf(each)]));

  function courseOf({ key, end, expiresAt, refundWithinHours = standardRefundWithinHours }: FollowedReturn): ReturnCourse {
    const seconds = refundWithinHours * hourSeconds;
    // Goods that come back right after this look have their refund due no sooner than that.
    if (end === undefined) return { kind: "open", until: earlier(expiresAt, addSeconds(now, seconds)) };
    if (end.how !== "consumed") return { kind: "ended", how: end.how };
    if (settled.has(key)) return { kind: "ended", how: "refunded" };
    const backAt = happenedAt.get(end.event ?? "");
    if (backAt === undefined) return { kind: "ended", how: "withdrawn" };
    const dueAt = addSeconds(backAt, seconds);
    return { kind: now < dueAt ? "refund-due" : "refund-overdue", dueAt, backAt };
  }
}

function earlier(one: string, other: string): string {
  return one < other ? one : other;
}

type Refund = EventOf<"refund.issued">;

/** The keys of the returns that came back and whose money is out. */
function settledReturns(returns: readonly FollowedReturn[], facts: readonly BusinessEvent[]): ReadonlySet<string> {
  const settled = new Set<string>();
  const byKey = new Map(facts.map((event) => [event.key, event]));
  const refunds = facts.filter((event) => event.name === "refund.issued");
  const consumed = returns.filter(({ end }) => end?.how === "consumed");
  const direct = new Map(consumed.flatMap(({ key, end }) => (end?.event === undefined ? [] : [[end.event, key]])));
  const known = new Map(consumed.map(({ key, authorization }) => [authorization, key]));
  const byReturn = new Map<string, string>();
  for (const { key, end } of consumed) {
    const event = byKey.get(end?.event ?? "");
    if (event !== undefined && "returnId" in event && event.returnId !== undefined) byReturn.set(event.returnId, key);
  }
  /** The return that a refund says it pays for. */
  const ownerOf = ({ key, authorization, returnId }: Refund): string | undefined =>
    direct.get(key) ?? (authorization === undefined ? undefined : (known.get(authorization) ?? "")) ?? byReturn.get(returnId ?? "");
  const used = new Map<string, number>();

  for (const { key, at, grant, end } of consumed) {
    const cause = byKey.get(end?.event ?? "");
    // A till gives the value back with the goods: its ticket says so.
    if (cause?.name === "return.taken-back" || grant.refund.payable === 0) {
      settled.add(key);
      continue;
    }
    const own = refunds.filter((refund) => ownerOf(refund) === key);
    const unnamed = refunds.filter((refund) => ownerOf(refund) === undefined && refund.occurredAt >= at);
    const paying = coveringRefunds(end?.lines ?? [], own, unnamed, used);
    if (paying !== undefined && moneyIsOut(paying, unnamed, facts)) settled.add(key);
  }
  return settled;
}

/**
 * The refunds whose units answer for those that came back: the return's own ones first, then those that name none, each unit of them for one
 * return. Undefined while units are not refunded.
 */
function coveringRefunds(
  back: NonNullable<NonNullable<FollowedReturn["end"]>["lines"]>,
  own: readonly Refund[],
  unnamed: readonly Refund[],
  used: Map<string, number>,
): readonly Refund[] | undefined {
  const paying = new Set(own);
  // A refund of this return that names no lines is one for all of it.
  const whole = own.some(({ lines }) => lines.length === 0);
  for (const { lineId, quantityMillionths } of back) {
    let open = quantityMillionths;
    for (const refund of [...own, ...unnamed]) {
      const name = `${refund.key} ${lineId}`;
      const units = sum(refund.lines.filter((line) => line.lineId === lineId).map((line) => line.quantityMillionths));
      const taken = Math.min(open, units - (used.get(name) ?? 0));
      if (taken <= 0) continue;
      used.set(name, (used.get(name) ?? 0) + taken);
      open -= taken;
      paying.add(refund);
    }
    if (open > 0 && !whole) return undefined;
  }
  return paying.size === 0 ? undefined : [...paying];
}

/**
 * Whether the money of these refunds went out: none of it is pending, and what failed was paid in another way. A refund that names no money
 * is paid by one that names no goods, or by an exchange. How much it had to be is the ledger's question.
 */
function moneyIsOut(paying: readonly Refund[], unnamed: readonly Refund[], facts: readonly BusinessEvent[]): boolean {
  const payments = paymentsOf(paying, facts);
  if (payments.length === 0) {
    const exchanged = facts.some(
      (event) => event.name === "exchange.arranged" && paying.some(({ returnId }) => returnId === event.returnId),
    );
    const later = unnamed.filter(({ lines }) => lines.length === 0);
    return exchanged || paymentsOf(later, facts).some(({ status }) => status === "success");
  }
  if (payments.some(({ status }) => status === "pending")) return false;
  if (payments.every(({ status }) => status === "success")) return true;
  const order = facts.find((event) => event.name === "order.placed") ?? { taxesIncluded: false };
  const owed = sum(paying.map((refund) => valueGivenBackIn(refund, order) - keptIn(refund, order.taxesIncluded)));
  const paid = sum(payments.filter(({ status }) => status === "success").map(({ amount }) => amount));
  return paid > 0 && paid >= owed;
}

interface RefundPayment {
  readonly amount: MinorUnits;
  readonly status: "pending" | "success" | "failed";
}

/** Each payment once, though the refund and the payment itself both tell of it: what the payment says counts. */
function paymentsOf(refunds: readonly Refund[], facts: readonly BusinessEvent[]): readonly RefundPayment[] {
  const found = new Map<string, RefundPayment>();
  const ids = new Set(refunds.map(({ refundId }) => refundId));
  for (const { payments } of refunds) for (const { paymentId, amount, status } of payments) found.set(paymentId, { amount, status });
  for (const event of facts) {
    if (event.name !== "payment.refunded") continue;
    const { paymentId, refundId, amount, status } = event;
    if (found.has(paymentId) || (refundId !== undefined && ids.has(refundId))) found.set(paymentId, { amount, status });
  }
  return [...found.values()];
}
