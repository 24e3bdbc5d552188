import type { BusinessEvent, EventOf } from "#domain/events";
import { type MinorUnits, sum } from "#domain/money";
import type { Policy } from "#domain/policy";
import { inOrderCurrency, type OrderMoney, type OrderPlace, statesMoneyAlone } from "#domain/returns";
import { TargetDraft } from "../draft.ts";
import { rateMissing } from "../rates.ts";
import { storeReturnLedger } from "../tickets/store-return.ts";
import { captureLedger } from "./capture.ts";
import { codRemittedLedger, writtenOffLedger } from "./collected-by-courier.ts";
import { deliveredLedger, fulfilmentCancelledLedger, fulfilmentLedger } from "./fulfilment.ts";
import { orderProblems } from "./order-problems.ts";
import { sellerOf } from "./order-seller.ts";
import type { OrderSeller } from "./order-value.ts";
import type { OrderVersions } from "./order-versions.ts";
import { OrderWalk } from "./order-walk.ts";
import { refundLedger } from "./refund.ts";
import { PaymentBook, refundSettlementLedger } from "./refund-settlement.ts";
import { moneyOf } from "./refund-value.ts";
import { returnLedger } from "./return.ts";
import { OrderReturns } from "./returned-goods.ts";

/**
 * What the walk through an order looks at, and whether something of it is held while the order is not known: what is agreed about a return, or a
 * delivery that decides nothing, books nothing by itself.
 */
const needsOrder = {
  "payment.captured": true,
  "payment.refunded": true,
  "fulfillment.shipped": true,
  "fulfillment.delivered": false,
  "fulfillment.cancelled": true,
  "refund.issued": true,
  "return.authorized": false,
  "return.received": true,
  "return.rejected": false,
  "return.cancelled": false,
  "return.closed": false,
  "return.taken-back": true,
  "cod.remitted": true,
  "receivable.written-off": true,
} as const satisfies Partial<Record<BusinessEvent["name"], boolean>>;

type Posting = EventOf<keyof typeof needsOrder>;

/** Rows c1–c22, c30, c31 and c49–c52 for one web order: its events in order, each journal the change that the event makes. */
export function orderLedger(
  facts: readonly BusinessEvent[],
  versions: OrderVersions,
  policy: Policy,
  place: string,
  draft: TargetDraft,
): void {
  const order = facts.find((event) => event.name === "order.placed");
  if (order === undefined) {
    for (const event of facts.filter(isPosting)) if (needsOrder[event.name]) holdOrphan(event, "order.placed", draft);
    return;
  }
  const channel = Object.hasOwn(policy.shops, place) ? policy.shops[place]!.channel : "shopify";
  const where = { policy, channel, place, moreAt: (instant: string) => versions.moreAt(instant) };
  const money = inOrderCurrency(order, facts, where);
  const postings = money.events.filter(isPosting);
  // A test order moves neither money nor goods: it is settled without documents.
  if (order.test) return;
  const seller = sellerOf(order, facts, policy, place);
  if ("class" in seller || !mayPost(order, versions, { postings, money }, seller, draft)) {
    if ("class" in seller) draft.problem(seller);
    for (const event of postings) if (needsOrder[event.name]) draft.hold(event);
    return;
  }
  const settled = settledBooks(order, facts, { versions, where, money }, seller, draft);
  walkOrder(order, versions, settled, seller, draft);
}

/** What a walk starts from: what its money counts for, and what is left out, also of what comes later. */
interface Settled {
  readonly money: OrderMoney;
  readonly leftOut: ReadonlySet<string>;
}

/**
 * What a payment in a third currency counts for depends on what the books have left of the order before it, and that on what they leave out; so does
 * what a later payment or refund explains: the order is walked until both agree.
 */
function settledBooks(
  order: EventOf<"order.placed">,
  facts: readonly BusinessEvent[],
  { versions, where, money }: { readonly versions: OrderVersions; readonly where: OrderPlace; readonly money: OrderMoney },
  seller: OrderSeller,
  { transaction }: TargetDraft,
): Settled {
  let settled: Settled = { money, leftOut: new Set() };
  const dependsOnLater = (event: BusinessEvent) => event.name === "cod.remitted" || (isPosting(event) && moneyAlone(event) > 0);
  const looksAhead = money.abroad.size > 0 || money.events.some(dependsOnLater);
  const seen = new Set(["[]"]);
  let takesTurns = false;
  for (let walks = 0; looksAhead; walks += 1) {
    const found = walkOrder(order, versions, settled, seller, new TargetDraft(transaction)).leftOut;
    // Where facts take turns (each is left out while the other is not), neither explains anything: the set grows, and that ends.
    const leftOut: ReadonlySet<string> = takesTurns ? new Set([...settled.leftOut, ...found]) : found;
    if (leftOut.size === settled.leftOut.size && [...leftOut].every((name) => settled.leftOut.has(name))) break;
    // A walk depends on what is left out alone: what was left out before comes again, and all that followed it.
    const names = JSON.stringify([...leftOut].sort());
    takesTurns ||= seen.has(names) || walks === facts.length;
    seen.add(names);
    settled = { money: inOrderCurrency(order, facts, { ...where, leftOut }), leftOut };
  }
  return settled;
}

/** The order's events in order, each journal the change that the event makes. */
function walkOrder(
  order: EventOf<"order.placed">,
  versions: OrderVersions,
  { money, leftOut }: Settled,
  seller: OrderSeller,
  draft: TargetDraft,
): OrderWalk {
  const { events } = money;
  const postings = events.filter(isPosting);
  // What waits for its rate is not in the order's currency yet.
  const givenBack = sum(postings.map((event) => (money.waits.has(event.key) || leftOut.has(event.key) ? 0 : moneyAlone(event))));
  const walk = new OrderWalk(order, { versions, givenBack, returns: new OrderReturns(postings), abroad: money.abroad }, seller, draft);
  const settlements: EventOf<"payment.refunded">[] = [];
  const early = new Map<string, EventOf<"fulfillment.cancelled">>();
  const delivered = new Map<string, EventOf<"fulfillment.delivered">>();
  for (const event of postings) {
    if (event.name === "fulfillment.delivered" && walk.controlPasses !== "delivered") continue;
    // What is left out was never handed over: nothing of it can be undone or delivered.
    if ((event.name === "fulfillment.cancelled" || event.name === "fulfillment.delivered") && walk.leftOut.has(event.fulfillmentId))
      continue;
    if (walk.uncertain && event.name !== "payment.refunded") {
      draft.hold(event);
      if (event.name === "refund.issued") walk.heldRefunds.add(event.key);
      continue;
    }
    switch (event.name) {
      case "payment.captured":
        if (money.waits.has(event.key)) waitForRates(walk, event, money);
        else captureLedger(walk, event);
        break;
      case "fulfillment.shipped": {
        fulfilmentLedger(walk, event);
        if (walk.leftOut.has(event.fulfillmentId)) {
          delivered.delete(event.fulfillmentId);
          early.delete(event.fulfillmentId);
          break;
        }
        const handedOver = delivered.get(event.fulfillmentId);
        if (handedOver !== undefined && walk.uncertain) draft.hold(handedOver);
        else if (handedOver !== undefined) deliveredLedger(walk, handedOver);
        delivered.delete(event.fulfillmentId);
        const cancelled = early.get(event.fulfillmentId);
        if (cancelled !== undefined) fulfilmentCancelledLedger(walk, cancelled);
        early.delete(event.fulfillmentId);
        break;
      }
      case "fulfillment.delivered":
        if (walk.transit.has(event.fulfillmentId)) deliveredLedger(walk, event);
        else delivered.set(event.fulfillmentId, event);
        break;
      case "fulfillment.cancelled":
        // A source may stamp the cancellation before the fulfilment itself: it takes effect when there is something to undo.
        if (walk.fulfilments.has(event.fulfillmentId) || walk.transit.has(event.fulfillmentId)) fulfilmentCancelledLedger(walk, event);
        else early.set(event.fulfillmentId, event);
        break;
      case "refund.issued":
        if (money.waits.has(event.key)) waitForRates(walk, event, money);
        else refundLedger(walk, event);
        break;
      case "return.taken-back":
        storeReturnLedger(walk, event, events);
        break;
      case "cod.remitted":
        codRemittedLedger(walk, event, { facts: events, leftOut });
        break;
      case "receivable.written-off":
        writtenOffLedger(walk, event);
        break;
      case "payment.refunded":
        settlements.push(event);
        break;
      case "return.authorized":
      case "return.received":
      case "return.rejected":
      case "return.cancelled":
      case "return.closed":
        returnLedger(walk, event);
        break;
    }
  }
  for (const event of events) if (event.name === "exchange.arranged") missingReplacement(walk, event);
  // A gateway may stamp the money a moment before the refund that it pays; what it owes is known only after all refunds.
  if (settlements.length > 0) {
    const payments = new PaymentBook(events, walk);
    for (const event of settlements) refundSettlementLedger(walk, payments, event);
  }
  for (const event of [...early.values(), ...delivered.values()]) {
    if (walk.uncertain) draft.hold(event);
    else holdOrphan(event, `fulfillment.shipped of fulfilment ${event.fulfillmentId}`, draft);
  }
  return walk;
}

function isPosting(event: BusinessEvent): event is Posting {
  return event.name === "payment.refunded" ? event.status === "success" : Object.hasOwn(needsOrder, event.name);
}

/** The money of a refund that gives back nothing else. */
function moneyAlone(event: Posting): MinorUnits {
  if (event.name !== "refund.issued") return 0;
  const nothingElse = event.lines.length === 0 && event.shipping.length === 0 && event.duties + event.fees + (event.tips ?? 0) === 0;
  return nothingElse ? sum(moneyOf(event).map((payment) => payment.amount)) : 0;
}

/** Finds what holds the order as a whole. */
function mayPost(
  order: EventOf<"order.placed">,
  versions: OrderVersions,
  { postings, money }: { readonly postings: readonly Posting[]; readonly money: OrderMoney },
  seller: OrderSeller,
  draft: TargetDraft,
): boolean {
  const problems = orderProblems(order, seller);
  const changed = versions.currencyProblem();
  if (changed !== undefined) problems.push(changed);
  for (const event of postings) {
    // Another store's money concerns what that store gave back, and not the order.
    if (event.name === "return.taken-back" || isToldLater(event, order, postings, money)) continue;
    const refunded = money.contradicting.get(event.key);
    if ("currency" in event && event.currency !== undefined && (refunded !== undefined || event.currency !== order.currency)) {
      problems.push({
        class: "money.currency-mismatch",
        code: "order-currency",
        cause: event.key,
        event: event.key,
        currency: event.currency,
        message: `${event.key} is in ${event.currency}, ${refunded === undefined ? `order ${order.orderName} in ${order.currency}` : `its refund in ${refunded}`}. Correct it at the source.`,
      });
    }
  }
  for (const problem of problems) draft.problem(problem);
  return problems.length === 0;
}

/** Money that moved in another currency than the order's, and is waited for or compared where it is booked: it stops nothing else. */
function isToldLater(
  event: Posting,
  { currency }: EventOf<"order.placed">,
  postings: readonly Posting[],
  { waits, abroad }: OrderMoney,
): boolean {
  if (event.name === "payment.captured") return waits.has(event.key);
  if (event.name === "refund.issued") return waits.has(event.key) && (event.currency === currency || statesMoneyAlone(event));
  if (event.name !== "payment.refunded") return false;
  const owing = postings.find(
    (each) => each.name === "refund.issued" && each.payments.some(({ paymentId }) => paymentId === event.paymentId),
  );
  return owing === undefined || waits.has(owing.key) || abroad.get(event.paymentId)?.currency === event.currency;
}

/** c33: what came in or went out in a third currency is worth the rate of its day: until that is on record nobody knows what it counts for. */
function waitForRates(walk: OrderWalk, event: Posting, { waits }: OrderMoney): void {
  for (const question of waits.get(event.key) ?? []) {
    walk.draft.wantRate(question);
    walk.leaveOut(event.key, rateMissing(question, event.key));
  }
}

/**
 * c22: what the customer gets instead is a line of the order's newer version. Until that has arrived the value of the return is owed back in the
 * books, and not kept for the replacement: that is said, and nothing is held.
 */
function missingReplacement({ draft, lines, order }: OrderWalk, event: EventOf<"exchange.arranged">): void {
  const missing = event.lines.find(({ lineId }) => lineId !== undefined && !lines.has(lineId));
  if (missing === undefined) return;
  draft.problem({
    class: "sequence.parent-missing",
    code: "replacement",
    cause: event.key,
    message: `${event.key} replaces goods by line ${missing.lineId}, which order ${order.orderName} does not have yet. It heals when the order's newer version arrives; if overdue, fetch it from the source.`,
  });
}

function holdOrphan(event: Posting, parent: string, draft: TargetDraft): void {
  draft.problem({
    class: "sequence.parent-missing",
    code: event.name,
    cause: event.key,
    event: event.key,
    message: `${event.key} waits for ${parent}, which has not arrived or is quarantined. It heals when it does; if overdue, fetch it from the source.`,
  });
  draft.hold(event);
}
