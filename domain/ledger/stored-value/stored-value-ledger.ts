import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { TransactionId } from "#domain/identity";
import type { MinorUnits } from "#domain/money";
import { electionFor, estimateFor, type Policy, policyOn, unclaimedPropertyFor } from "#domain/policy";
import { cardBelowFace, cardDiscountCollected } from "../collected.ts";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName } from "../documents.ts";
import { type DocumentFrame, TargetDraft } from "../draft.ts";
import { bookOthersStoredValue, type TenderAmount } from "../intercompany.ts";
import { JournalLines } from "../journal-lines.ts";
import { type TenderName, taxedBefore } from "../tender.ts";
import { type TradingPlace, tradingPlace } from "../trading-place.ts";
import { type Issuance, StoredBalance } from "./stored-balance.ts";
import { type StoredValueKind, storedValueLiability } from "./stored-value-issuer.ts";
import { balanceProblem, kindUnknown, noIssue, overRedeemed, placeProblem, takerUnknown } from "./stored-value-problems.ts";

type Issued = EventOf<"gift-card.issued" | "store-credit.issued">;
type Redeemed = EventOf<"gift-card.redeemed" | "store-credit.redeemed">;
type Adjusted = EventOf<"gift-card.adjusted" | "store-credit.adjusted">;
type StoredValueEvent = Issued | Redeemed | Adjusted;

/** What one card or credit comes to after its last event. */
export interface StoredValueStanding {
  /** Whoever owes it. */
  readonly entity: string;
  readonly kind: StoredValueKind;
  readonly currency: string;
  readonly owed: MinorUnits;
  /** Business date of its last movement, YYYY-MM-DD. */
  readonly lastMoved: string;
}

/** One card or credit while its events are walked. */
interface Walk {
  readonly policy: Policy;
  readonly draft: TargetDraft;
  readonly kind: StoredValueKind;
  readonly place: TradingPlace;
  readonly liability: TenderName;
  /** See StoredValueLiability. */
  readonly isOneKind: boolean;
  readonly balance: StoredBalance;
}

/**
 * Rows c12 to c15 for one gift card or one customer's credit: what no sale books. An event that an order or a ticket of ours names moves the
 * balance here and its liability there; what only the card knows of it (that it was given and not sold, what it was sold below its face)
 * is corrected here, so that both together are right whichever came first.
 */
export function storedValueLedger(
  events: readonly BusinessEvent[],
  policy: Policy,
  { channel, place: placeId, kind }: { readonly channel: string; readonly place: string; readonly kind: StoredValueKind },
  draft: TargetDraft,
): void {
  walkStoredValue(events, policy, { channel, place: placeId, kind }, draft);
}

/** What the holder of one card or credit may still claim, and from whom; undefined where its events cannot be booked. */
export function storedValueStanding(
  events: readonly BusinessEvent[],
  policy: Policy,
  of: { readonly channel: string; readonly place: string; readonly kind: StoredValueKind },
  transaction: TransactionId,
): StoredValueStanding | undefined {
  const walk = walkStoredValue(events, policy, of, new TargetDraft(transaction));
  const last = events.filter(isStoredValue).at(-1);
  if (walk === undefined || last === undefined || !walk.balance.known) return undefined;
  return {
    entity: issuerOf(walk),
    kind: of.kind,
    currency: last.currency,
    owed: walk.balance.owed,
    lastMoved: businessDateIn(walk.place.timeZone, last.occurredAt),
  };
}

function walkStoredValue(
  events: readonly BusinessEvent[],
  policy: Policy,
  { channel, place: placeId, kind }: { readonly channel: string; readonly place: string; readonly kind: StoredValueKind },
  draft: TargetDraft,
): Walk | undefined {
  // A card is issued before anything else becomes of it, whatever the clocks of its systems say.
  const own = events.filter(isStoredValue).sort((a, b) => Number(b.name === "gift-card.issued") - Number(a.name === "gift-card.issued"));
  const [first] = own;
  if (first === undefined) return undefined;
  const place = tradingPlace(policy, placeId);
  const mixed = balanceProblem(own);
  if (place === undefined || mixed !== undefined) {
    draft.problem(mixed ?? placeProblem(placeId, first));
    for (const event of own) if (!isNamedBySale(event)) draft.hold(event);
    return undefined;
  }
  const inForce = policyOn(policy, businessDateIn(place.timeZone, first.occurredAt));
  const liability = storedValueLiability(inForce, channel, kind, place.entity);
  if (liability.kind === "held") {
    draft.problem({ ...liability.problem, event: first.key });
    for (const event of own) if (!isNamedBySale(event)) draft.hold(event);
    return undefined;
  }
  const issuer = issuerOf({ policy: inForce, place, liability: liability.line });
  // The share that was expected when the card began holds for its life: a newer estimate is one of newer cards.
  const day = businessDateIn(place.timeZone, first.occurredAt);
  const expected = estimateFor(inForce, "breakage", { entity: issuer, day, about: { kind } });
  const { line, isOneKind } = liability;
  const walk: Walk = { policy: inForce, draft, kind, place, liability: line, isOneKind, balance: new StoredBalance(expected) };
  const isIssued = own.some((event) => event.name === "gift-card.issued" || event.name === "store-credit.issued");
  for (const event of own) {
    switch (event.name) {
      case "gift-card.issued":
      case "store-credit.issued":
        given(walk, event, "issued");
        break;
      case "gift-card.adjusted":
      case "store-credit.adjusted":
        if (!isIssued && !isNamedBySale(event)) hold(walk, event, noIssue(event, kind));
        else if (event.amount >= 0) given(walk, event, "adjusted");
        else takenAway(walk, event);
        break;
      case "gift-card.redeemed":
      case "store-credit.redeemed":
        if (!isIssued && !isNamedBySale(event)) hold(walk, event, noIssue(event, kind));
        else redeemed(walk, event);
        break;
    }
    breakage(walk, event, walk.balance.breakage());
  }
  return walk;
}

/** c15, in the books of whoever owes the card: what counts as never used, in proportion to what was. */
function breakage(walk: Walk, event: StoredValueEvent, amount: MinorUnits): void {
  const { liability, kind, draft } = walk;
  const lines = new JournalLines();
  const owed = owedOf(walk, amount);
  lines.add(liability.role, liability.dimensions, owed);
  lines.add("breakage-income", dimensionsOf("breakage-income", { program: kind }), -owed);
  draft.journal(frameOf(walk, event, issuerOf(walk)), "breakage", lines);
}

/** What an amount of the card stands for in its liability: of a single-purpose voucher without its tax, which was due with its sale (c12). */
function owedOf({ liability }: Pick<Walk, "liability">, amount: MinorUnits): MinorUnits {
  return amount - taxedBefore(liability, amount);
}

/** Whoever owes the card, where it is one of ours. */
function issuerOf({ policy, place, liability }: Pick<Walk, "policy" | "place" | "liability">): string {
  const { issuer = place.entity } = liability.dimensions;
  return Object.hasOwn(policy.entities, issuer) ? issuer : place.entity;
}

function isStoredValue(event: BusinessEvent): event is StoredValueEvent {
  return event.name.startsWith("gift-card.") || event.name.startsWith("store-credit.");
}

/** An order or a ticket of ours, a payment or a refund names it, and its sale books it. */
function isNamedBySale(event: StoredValueEvent): boolean {
  const isPayment = "paymentId" in event && event.paymentId !== undefined;
  const isRefund = "refundId" in event && event.refundId !== undefined;
  return event.orderId !== undefined || event.ticket !== undefined || isPayment || isRefund;
}

function hold({ draft }: Walk, event: StoredValueEvent, problem: ReturnType<typeof noIssue>): void {
  draft.problem(problem);
  draft.hold(event);
}

/**
 * c14: value that nobody paid for. A promotion is no liability: it is a discount when it is used. Of a voucher whose tax is due with its sale
 * nobody paid one: only what is owed without it is given.
 */
function given(walk: Walk, event: Issued | Adjusted, kind: "issued" | "adjusted"): void {
  const { amount } = event;
  if (event.name === "gift-card.issued" && event.soldFor !== undefined && !isNamedBySale(event)) {
    soldElsewhere(walk, event, event.soldFor);
    return;
  }
  const issuance: Issuance = isNamedBySale(event) ? "sold" : issuanceOf(walk, event);
  walk.balance.add(amount, issuance, event.name === "gift-card.issued" && issuance === "sold" ? deferredPrice(walk, event) : undefined);
  if (issuance === "sold" || issuance === "promotion") return;
  const role = issuance === "expense" ? "marketing-expense" : "price-concessions";
  const lines = new JournalLines();
  const owed = owedOf(walk, amount);
  lines.add(role, dimensionsOf(role, { reason: event.reason ?? "goodwill" }), owed);
  book(walk, event, kind, lines, [liabilityLine(walk, -owed)]);
}

/**
 * c12: a card that was sold where we see no sale, such as to a company by invoice. Its price waits in clearing for whoever took the money in; the tax
 * of a single-purpose voucher is due now, on what was paid; what it was sold below its face waits as ever, without the tax that nobody owes.
 */
function soldElsewhere(walk: Walk, event: EventOf<"gift-card.issued">, soldFor: MinorUnits): void {
  const { balance, liability, place, policy } = walk;
  const { amount, currency } = event;
  if (!walk.isOneKind) {
    hold(walk, event, kindUnknown(event, liability));
    return;
  }
  const discount = Math.max(owedOf(walk, amount) - owedOf(walk, soldFor), 0);
  const placedOn = businessDateIn(place.timeZone, event.occurredAt);
  const seller = { policy, entity: place.entity, channel: place.channel, placedOn, onTerms: false };
  balance.add(amount, "sold", deferredPrice(walk, event) === undefined ? undefined : amount - discount);
  const lines = new JournalLines();
  lines.add("payment-clearing", dimensionsOf("payment-clearing", { gateway: walk.kind, currency }), soldFor);
  const below = cardDiscountCollected(seller, place.store);
  lines.add(below.role, below.dimensions, discount);
  book(walk, event, "sold", lines, [{ ...liability, amount: -soldFor }, liabilityLine(walk, -discount)]);
}

/** What the card was sold for, where its discount waits until it is used. */
function deferredPrice({ policy, place }: Walk, event: EventOf<"gift-card.issued">): MinorUnits | undefined {
  const { entity, timeZone, channel } = place;
  const day = businessDateIn(timeZone, event.occurredAt);
  return electionFor(policy, "cardDiscount", { entity, day, about: { channel } }) === "with-use" ? event.soldFor : undefined;
}

function issuanceOf({ policy, kind, place }: Walk, event: Issued | Adjusted): Issuance {
  const day = businessDateIn(place.timeZone, event.occurredAt);
  return electionFor(policy, "storedValueGiven", { entity: place.entity, day, about: { kind, reason: event.reason } });
}

/** c15: a balance that expires, is switched off or corrected. What stays owed by law stays where it is. */
function takenAway(walk: Walk, event: Adjusted): void {
  const { policy, place, kind, balance } = walk;
  const amount = -event.amount;
  const isTooMuch = exceeds(walk, event, amount);
  const day = businessDateIn(place.timeZone, event.occurredAt);
  const lapse = electionFor(policy, "storedValueLapsed", { entity: place.entity, day, about: { kind, reason: event.reason } });
  if (isNamedBySale(event)) {
    // Cashed out or taken back by a sale, liability and discount go down there, as far as it states them.
    correctPromotion(walk, event, balance.take(amount).promotional);
    return;
  }
  if (isTooMuch) {
    walk.draft.hold(event);
    return;
  }
  if (lapse === "liability") {
    unclaimed(walk, event, day, balance.freeze(amount));
    return;
  }
  const { owed: lapsed, discount } = balance.lapse(amount);
  // What was taken in proportion to use before is income already.
  const owed = lapse === "breakage" ? lapsed + balance.breakage() : lapsed;
  releaseDiscount(walk, event, discount);
  const role = lapse === "breakage" ? "breakage-income" : "price-concessions";
  const lines = new JournalLines();
  lines.add(role, dimensionsOf(role, { program: kind, reason: event.reason ?? "goodwill" }), -owedOf(walk, owed));
  book(walk, event, "lapsed", lines, [liabilityLine(walk, owedOf(walk, owed))]);
}

/** c15: what holders can no longer use and the law of a jurisdiction covers is owed to it from now on. */
function unclaimed(walk: Walk, event: Adjusted, day: string, frozen: MinorUnits): void {
  const amount = owedOf(walk, frozen);
  const { policy, liability, kind, draft } = walk;
  const entity = issuerOf(walk);
  const rule = unclaimedPropertyFor(policy, { entity, day, about: { kind } });
  if (rule === undefined) return;
  const lines = new JournalLines();
  lines.add(liability.role, liability.dimensions, amount);
  lines.add("unclaimed-property", dimensionsOf("unclaimed-property", { jurisdiction: rule.jurisdiction }), -amount);
  draft.journal(frameOf(walk, event, entity), "unclaimed", lines);
}

/** c13: the card is used. Where no sale of ours books it, what it paid for waits in clearing for whoever took it. */
function redeemed(walk: Walk, event: Redeemed): void {
  const { balance, policy } = walk;
  const { amount, currency } = event;
  const isTooMuch = exceeds(walk, event, amount);
  if (isNamedBySale(event)) {
    const { discount, promotional } = balance.take(amount);
    correctPromotion(walk, event, promotional);
    releaseDiscount(walk, event, discount);
    return;
  }
  if (isTooMuch) {
    walk.draft.hold(event);
    return;
  }
  const takenBy = event.name === "gift-card.redeemed" ? event.takenBy : undefined;
  const taker = takenBy === undefined ? walk.place : tradingPlace(policy, takenBy);
  if (taker === undefined) {
    hold(walk, event, placeProblem(takenBy ?? "", event));
    return;
  }
  if (!walk.isOneKind) {
    hold(walk, event, kindUnknown(event, walk.liability));
    return;
  }
  if (takenBy === undefined) walk.draft.problem(takerUnknown(event));
  const { discount, promotional } = balance.take(amount);
  const lines = new JournalLines();
  lines.add("payment-clearing", dimensionsOf("payment-clearing", { gateway: walk.kind, currency }), -amount);
  book(walk, event, "redeemed", lines, [{ ...walk.liability, amount }], taker.entity);
  correctPromotion(walk, event, promotional);
  releaseDiscount(walk, event, discount);
}

/** More than is left is told. A sale that books it may know of a card of which nothing else is stated: of that nobody can say what is left. */
function exceeds({ draft, balance }: Walk, event: Redeemed | Adjusted, amount: MinorUnits): boolean {
  if (amount <= balance.left || (isNamedBySale(event) && !balance.known)) return false;
  draft.problem(overRedeemed(event, amount, balance.left));
  return true;
}

/** A promotional card is no liability, and what it pays is a discount: what its use took off the liability is put back. */
function correctPromotion(walk: Walk, event: Redeemed | Adjusted, amount: MinorUnits): void {
  const { liability, place } = walk;
  const lines = new JournalLines();
  const owed = owedOf(walk, amount);
  lines.add("discounts", discountOf(place, "promotional-card"), owed);
  lines.add(liability.role, liability.dimensions, -owed);
  walk.draft.journal(frameOf(walk, event, issuerOf(walk)), "promotion", lines);
}

/** c12: of what a card was sold below its face, the share of its face that is used now. */
function releaseDiscount(walk: Walk, event: Redeemed | Adjusted, amount: MinorUnits): void {
  const lines = new JournalLines();
  lines.add("discounts", discountOf(walk.place, cardBelowFace), amount);
  lines.add("deferred-card-discount", {}, -amount);
  walk.draft.journal(frameOf(walk, event, walk.place.entity), "card-discount", lines);
}

function discountOf({ channel, store }: TradingPlace, promotion: string): LineName["dimensions"] {
  return dimensionsOf("discounts", { channel, store, promotion });
}

/** An amount by which the liability goes down, tax apart. */
function liabilityLine({ liability: { role, dimensions } }: Walk, amount: MinorUnits): TenderAmount {
  return { role, dimensions, amount };
}

/** The entity's own lines against the card: by `values` the liability goes down. Another entity's card has a leg in its books. */
function book(
  walk: Walk,
  event: StoredValueEvent,
  kind: string,
  lines: JournalLines,
  values: readonly TenderAmount[],
  entity = walk.place.entity,
): void {
  const { policy, draft } = walk;
  const frame = frameOf(walk, event, entity);
  const moved = values.filter(({ amount }) => amount !== 0);
  const { pair } = bookOthersStoredValue(draft, { ...frame, policy, seller: entity }, moved, lines);
  draft.journal(frame, kind, lines, pair);
}

function frameOf({ place }: Walk, event: StoredValueEvent, entity: string): DocumentFrame {
  return { event, entity, currency: event.currency, businessDate: businessDateIn(place.timeZone, event.occurredAt) };
}
