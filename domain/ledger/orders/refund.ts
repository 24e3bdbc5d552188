import type { EventOf } from "#domain/events";
import { cumulativeShare, type MinorUnits, sum } from "#domain/money";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName, Worth } from "../documents.ts";
import { JournalLines } from "../journal-lines.ts";
import type { Place } from "../place.ts";
import { recogniseCharges, recogniseLine } from "./fulfilment.ts";
import { addTo } from "./order-balance.ts";
import type { ChargeGroup } from "./order-value.ts";
import type { OrderWalk } from "./order-walk.ts";
import { bookRefundsAbroad, owedForPayment } from "./paid-abroad.ts";
import {
  grossOf,
  type KeptFee,
  minus,
  moneyOf,
  partOf,
  type RefundedAmount,
  type RefundedCharge,
  type RefundedLine,
} from "./refund-value.ts";
import { refundedGoods } from "./restock.ts";
import { bookCouponsBack, bookReturn } from "./return-value.ts";
import { type WeighedRefund, weighedRefund } from "./weighed-refund.ts";

type Refund = EventOf<"refund.issued">;

/** How a refund is booked that a store gave instead of the channel. */
export interface RefundBooking {
  /** Of the journal. */
  readonly kind: string;
  /** Through what its money is owed; absent: refund payable, by gateway. */
  readonly owed?: LineName;
  /** What that is worth in books of another currency: see TargetLine. */
  readonly worth?: Worth;
  readonly pair?: string;
  /** Where its goods are. */
  readonly place?: Place;
}

/**
 * c16–c18, a refund created: what had been handed over is a return at its stated value, what had not leaves the order, and the money is
 * owed until each of its payments succeeds. c19: the goods that come back to stock.
 */
export function refundLedger(walk: OrderWalk, event: Refund, { kind, owed, worth, pair, place }: RefundBooking = { kind: "refund" }): void {
  const weighed = weighedRefund(walk, event, place !== undefined);
  if ("class" in weighed) {
    // What the policies do not know yet is no question of facts: the refund is held as it stands, and what comes after it waits.
    if (weighed.class === "data.unmapped") walk.holdRefund(event, weighed);
    else walk.leaveOut(event.key, weighed);
    return;
  }
  const lines = new JournalLines();
  const { balance } = walk.accounts;
  const kept = sum(weighed.fees.map((fee) => grossOf(fee.amount)));
  balance.worth -= weighed.value;
  balance.kept -= weighed.money + kept - weighed.concession - weighed.rounding;
  walk.moneyLeft -= weighed.money;
  for (const [index, line] of weighed.lines.entries()) bookRefundedLine(walk, line, weighed.accepted[index]!, lines);
  for (const refunded of weighed.charges) {
    const charge = walk.charges.find(({ name }) => name === refunded.group);
    if (charge === undefined) walk.accounts.takeWorth(refunded.amount.collected);
    else bookRefundedCharge(walk, charge, refunded, lines);
  }
  lines.add("rounding", {}, weighed.rounding);
  if (weighed.lines.length > 0 && walk.open === 0 && walk.fulfilments.size > 0) recogniseCharges(walk, lines);
  bookConcession(walk, weighed, lines);
  for (const fee of weighed.fees) bookKeptFee(walk, fee, lines);
  for (const payment of moneyOf(event)) {
    const through = owed === undefined ? owedForPayment(walk, event, payment) : { ...owed, worth };
    lines.add(through.role, through.dimensions, -payment.amount, through.worth);
  }
  walk.accounts.bookChange(lines);
  walk.draft.journal(walk.frame(event), kind, lines, pair);
  if (owed === undefined) bookRefundsAbroad(walk, event);
  refundedGoods(walk, event, weighed.lines, place);
}

function bookRefundedLine(walk: OrderWalk, line: RefundedLine, accepted: RefundedAmount, lines: JournalLines): void {
  const { state } = line;
  const returned = minus(line.fulfilled, accepted);
  walk.accounts.takeWorth(returned.collected);
  walk.accounts.takeWorth(line.unfulfilled.collected);
  bookReturn(walk, returned, lines, state);
  bookCouponsBack(walk, state, line.fulfilledUnits - line.acceptedUnits, lines);
  state.returned += line.fulfilledUnits - line.acceptedUnits;
  for (const amount of [line.fulfilled, line.unfulfilled]) {
    for (const name of state.unsold.keys()) state.refundedValue += amount.collected.get(name) ?? 0;
  }
  if (line.unfulfilledUnits === 0) return;
  // The stated value leaves the line, its discounts with their share of the units that were still to ship.
  const open = state.remaining - state.shipped;
  let discounts = 0;
  for (const portion of state.portions) {
    if (portion.kind !== "discount") continue;
    const share = cumulativeShare(portion.total - portion.recognised, line.unfulfilledUnits, open);
    discounts += share;
    walk.shrinkLine(portion, share);
  }
  for (const portion of state.portions) if (portion.kind === "revenue") walk.shrinkLine(portion, line.unfulfilled.net + discounts);
  shrinkLineCollected(walk, line);
  state.remaining -= line.unfulfilledUnits;
  walk.open -= line.unfulfilledUnits;
  // When nothing of the line is left to ship, what rounding left of it is earned with the units that did.
  if (state.remaining === state.shipped) recogniseLine(walk, state, lines);
}

function shrinkLineCollected(walk: OrderWalk, line: RefundedLine): void {
  for (const [name, amount] of line.unfulfilled.collected) {
    let left = amount;
    const portions = line.state.portions.filter((portion) => portion.kind === "collected" && portion.name === name);
    for (const [index, portion] of portions.entries()) {
      const part = index === portions.length - 1 ? left : Math.min(left, portion.total - portion.recognised);
      walk.shrinkLine(portion, part);
      left -= part;
    }
  }
}

/** What was not earned yet of a charge is given back first; the rest is a return. */
function bookRefundedCharge(walk: OrderWalk, group: ChargeGroup, { amount, rounding }: RefundedCharge, lines: JournalLines): void {
  walk.accounts.takeWorth(amount.collected);
  group.left -= grossOf(amount) + rounding;
  group.leftNet -= amount.net;
  for (const [name, collected] of amount.collected) addTo(group.leftCollected, name, -collected);
  const whole = amount.net === 0 ? grossOf(amount) : amount.net;
  const unearned = Math.max(amount.net === 0 ? unearnedCollected(group) : unearnedNet(group), 0);
  const early = whole > 0 ? partOf(amount, Math.min(unearned, whole), whole) : partOf(amount, 0, 1);
  let left = early.net;
  for (const portion of group.portions) {
    if (portion.kind !== "revenue") continue;
    const part = Math.min(left, Math.max(portion.total - portion.recognised, 0));
    portion.total -= part;
    left -= part;
  }
  for (const [name, collected] of early.collected) {
    const portion = group.portions.find((each) => each.kind === "collected" && each.name === name);
    if (portion !== undefined) portion.total -= collected;
  }
  const earned = minus(amount, early);
  group.returnedNet += earned.net;
  for (const [name, collected] of earned.collected) addTo(group.returnedCollected, name, collected);
  bookReturn(walk, earned, lines);
}

function unearnedNet(group: ChargeGroup): MinorUnits {
  let unearned = 0;
  for (const { kind, total, recognised } of group.portions) {
    if (kind === "revenue") unearned += total - recognised;
    if (kind === "discount") unearned -= total - recognised;
  }
  return unearned;
}

function unearnedCollected(group: ChargeGroup): MinorUnits {
  return sum(group.portions.map(({ kind, total, recognised }) => (kind === "collected" ? total - recognised : 0)));
}

/** Money beyond the value of goods: a price concession, with tax only if the channel states it. */
function bookConcession(walk: OrderWalk, { concession, concessionTax }: WeighedRefund, lines: JournalLines): void {
  lines.add("price-concessions", dimensionsOf("price-concessions", { reason: "goodwill" }), concession - sum([...concessionTax.values()]));
  bookTax(walk, concessionTax, 1, lines);
}

/** c20: the fee is a sale of its own, and its tax is due with it. */
function bookKeptFee(walk: OrderWalk, { reason, amount }: KeptFee, lines: JournalLines): void {
  lines.add("other-revenue", dimensionsOf("other-revenue", { reason }), -amount.net);
  bookTax(walk, amount.collected, -1, lines);
}

function bookTax(walk: OrderWalk, taxes: RefundedAmount["collected"], sign: 1 | -1, lines: JournalLines): void {
  for (const [name, tax] of taxes) {
    const { role, dimensions } = walk.accounts.collected.get(name)!;
    lines.add(role, dimensions, sign * tax);
  }
}
