import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { formatQuantity } from "#domain/inventory";
import { cumulativeShare, formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import { weighRefund } from "#domain/returns";
import { dimensionsOf } from "./dimensions.ts";
import type { LineName } from "./documents.ts";
import { recogniseCharges, recogniseLine } from "./fulfilment.ts";
import { JournalLines } from "./journal-lines.ts";
import { addTo } from "./order-balance.ts";
import { netOf } from "./order-portions.ts";
import type { ChargeGroup } from "./order-value.ts";
import type { OrderWalk } from "./order-walk.ts";
import type { Place } from "./place.ts";
import {
  agreedFees,
  grossOf,
  type KeptFee,
  keptFees,
  minus,
  onlyTax,
  partOf,
  type RefundedAmount,
  type RefundedCharge,
  type RefundedLine,
  type RefundTrouble,
  refundedCharges,
  refundedLines,
  takeAccepted,
} from "./refund-value.ts";
import { refundedGoods } from "./restock.ts";
import { bookReturn } from "./return-value.ts";

type Refund = EventOf<"refund.issued">;

interface WeighedRefund {
  readonly lines: readonly RefundedLine[];
  /** By line: what the receipts of its goods have reversed already (c19). */
  readonly accepted: readonly RefundedAmount[];
  readonly charges: readonly RefundedCharge[];
  readonly fees: readonly KeptFee[];
  /** What lines and charges come to, less what their receipts have reversed. */
  readonly value: MinorUnits;
  readonly money: MinorUnits;
  /** Given beyond the value, tax of it included. */
  readonly concession: MinorUnits;
  readonly concessionTax: RefundedAmount["collected"];
}

/** How a refund is booked that a store gave instead of the channel. */
export interface RefundBooking {
  /** Of the journal. */
  readonly kind: string;
  /** Through what its money is owed; absent: refund payable, by gateway. */
  readonly owed?: LineName;
  readonly pair?: string;
  /** Where its goods are. */
  readonly place?: Place;
}

/**
 * c16–c18, a refund created: what had been handed over is a return at its stated value, what had not leaves the order, and the money is
 * owed until each of its payments succeeds. c19: the goods that come back to stock.
 */
export function refundLedger(walk: OrderWalk, event: Refund, { kind, owed, pair, place }: RefundBooking = { kind: "refund" }): void {
  const weighed = weigh(walk, event, place !== undefined);
  if ("class" in weighed) {
    walk.draft.problem(weighed);
    walk.draft.hold(event);
    walk.heldRefunds.add(event.key);
    walk.uncertain = true;
    return;
  }
  const lines = new JournalLines();
  const { balance } = walk.accounts;
  const kept = sum(weighed.fees.map((fee) => grossOf(fee.amount)));
  balance.worth -= weighed.value;
  balance.kept -= weighed.money + kept - weighed.concession;
  walk.moneyLeft -= weighed.money;
  for (const [index, line] of weighed.lines.entries()) bookRefundedLine(walk, line, weighed.accepted[index]!, lines);
  for (const { group, amount } of weighed.charges)
    bookRefundedCharge(walk, walk.charges.find((each) => each.name === group)!, amount, lines);
  if (weighed.lines.length > 0 && walk.open === 0 && walk.fulfilments.size > 0) recogniseCharges(walk, lines);
  bookConcession(walk, weighed, lines);
  for (const fee of weighed.fees) bookKeptFee(walk, fee, lines);
  for (const { gateway, amount } of moneyOf(event)) {
    const payable = { role: "refund-payable", dimensions: dimensionsOf("refund-payable", { gateway, currency: walk.order.currency }) };
    lines.add((owed ?? payable).role, (owed ?? payable).dimensions, -amount);
  }
  walk.accounts.bookChange(lines);
  walk.draft.journal(walk.frame(event), kind, lines, pair);
  refundedGoods(walk, event, weighed.lines, place);
}

/** Pending money is owed as much as money that went out; what failed is neither. */
export function moneyOf(event: Refund): Refund["payments"] {
  return event.payments.filter((payment) => payment.status !== "failed");
}

function bookRefundedLine(walk: OrderWalk, line: RefundedLine, accepted: RefundedAmount, lines: JournalLines): void {
  const { state } = line;
  const returned = minus(line.fulfilled, accepted);
  walk.accounts.takeWorth(returned.collected);
  walk.accounts.takeWorth(line.unfulfilled.collected);
  bookReturn(walk, returned, lines);
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
function bookRefundedCharge(walk: OrderWalk, group: ChargeGroup, amount: RefundedAmount, lines: JournalLines): void {
  walk.accounts.takeWorth(amount.collected);
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

function weigh(walk: OrderWalk, event: Refund, bringsGoods: boolean): WeighedRefund | Problem {
  const { currency, orderName } = walk.order;
  const found = (problem: Pick<Problem, "class" | "code" | "message" | "amount">): Problem => ({
    ...problem,
    cause: event.key,
    event: event.key,
    currency,
  });
  const text = (amount: MinorUnits) => `${formatMinorUnits(amount, currency)} ${currency}`;
  const troubled = (trouble: RefundTrouble): Problem => {
    switch (trouble.kind) {
      case "unknown-line":
        return found({
          class: "sequence.parent-missing",
          code: "order-line",
          message: `${event.key} gives back line ${trouble.lineId}, which order ${orderName} does not have. It heals when the order's newer version arrives; if overdue, fetch it from the source.`,
        });
      case "over-return":
        return found({
          class: "policy.over-return",
          code: "quantity",
          message: `${event.key} gives back ${formatQuantity(trouble.excessMillionths)} more of line ${trouble.lineId} than order ${orderName} sold and has not taken back. Check its earlier returns.`,
        });
      case "no-quantity":
        return found({
          class: "money.amount-mismatch",
          code: "refund-quantity",
          amount: trouble.amount,
          message: `${event.key} gives back ${text(trouble.amount)} for none of line ${trouble.lineId}. Correct it at the source.`,
        });
      case "not-charged":
        return found({
          class: "money.amount-mismatch",
          code: `refund-${trouble.what}`,
          amount: trouble.amount,
          message: `${event.key} gives back ${trouble.what} of ${text(trouble.amount)}, and order ${orderName} charged none. Correct it at the source.`,
        });
      case "tax-unplaced":
        return found({
          class: "data.unmapped",
          code: "tax",
          amount: trouble.amount,
          message: `${event.key} gives back tax of ${text(trouble.amount)} and no jurisdiction of order ${orderName} fits it. Map the tax, or correct the refund at the source.`,
        });
    }
  };
  const lines = refundedLines(walk, event, bringsGoods);
  if ("kind" in lines) return troubled(lines);
  const charges = refundedCharges(walk, event);
  if ("kind" in charges) return troubled(charges);
  const statedFees = keptFees(walk, event);
  if ("kind" in statedFees) return troubled(statedFees);
  const money = sum(moneyOf(event).map((payment) => payment.amount));
  if (money > walk.moneyLeft) {
    return found({
      class: "policy.refund-exceeds-capture",
      code: "order",
      amount: money - walk.moneyLeft,
      message: `${event.key} gives back ${text(money)}, of order ${orderName} only ${text(walk.moneyLeft)} was captured and not yet refunded. Check the payments at the gateway.`,
    });
  }
  const value = sum([
    ...lines.flatMap((line) => [grossOf(line.fulfilled), grossOf(line.unfulfilled)]),
    ...charges.map(({ amount }) => grossOf(amount)),
  ]);
  const accepted = lines.map((line) => takeAccepted(walk, line));
  const reversed = sum(accepted.map(grossOf));
  // The money is weighed as if the goods had come back with it, whichever came first.
  const left = walk.accounts.balance.worth + reversed - walk.accounts.balance.kept;
  const weighWith = (kept: readonly KeptFee[]) =>
    weighRefund({
      value,
      money,
      fees: sum(kept.map(({ amount }) => grossOf(amount))),
      unpaid: Math.max(left, 0),
      overpaid: Math.max(-left, 0),
      amountOnly: event.lines.length === 0 && charges.length === 0,
      moneyLater: event.payments.length === 0,
      discrepancyStated: event.adjustments.some((adjustment) => adjustment.kind === "refund_discrepancy"),
    });
  const asStated = weighWith(statedFees);
  const agreed = asStated.kind === "mismatch" && event.returnFees === undefined ? agreedFees(walk, event, asStated.difference) : undefined;
  const fees = agreed ?? statedFees;
  const weighed = agreed === undefined ? asStated : weighWith(agreed);
  const mismatch = (difference: MinorUnits, what: string): Problem =>
    found({
      class: "money.amount-mismatch",
      code: "refund",
      amount: difference,
      message: `${event.key}: ${what} by ${text(difference)}. If a fee was kept, have the source state it as a return fee; otherwise correct the refund there.`,
    });
  if (weighed.kind === "mismatch") return mismatch(weighed.difference, "the value of lines and charges differs from the money given back");
  const misvalued = lines.map(misvaluation).find((amount) => amount !== 0);
  if (misvalued !== undefined) return mismatch(misvalued, "the units that leave the order are stated below or above their price");
  const concessionTax = concessionTaxOf(walk, event, weighed.concession);
  if ("kind" in concessionTax) return troubled(concessionTax);
  const { concession } = weighed;
  return { lines, accepted, charges, fees, value: value - reversed, money, concession, concessionTax: concessionTax.tax };
}

/**
 * By how much the units that leave the order are stated off their part of what the line still has to earn, in net or in anything
 * collected with it; it would stay in the order's accounts for good. Rounding, at most one minor unit per unit in each figure, is none.
 */
function misvaluation({ state, unfulfilled, unfulfilledUnits }: RefundedLine): MinorUnits {
  if (unfulfilledUnits === 0) return 0;
  let net = 0;
  const collected = new Map([...unfulfilled.collected.keys()].map((name) => [name, 0]));
  for (const portion of state.portions) {
    const left = { portion, amount: portion.total - portion.recognised };
    net += netOf(left);
    if (portion.kind === "collected") addTo(collected, portion.name, left.amount);
  }
  const open = state.remaining - state.shipped;
  const off = (left: MinorUnits, stated: MinorUnits) => cumulativeShare(left, unfulfilledUnits, open) - stated;
  const differences = [off(net, unfulfilled.net), ...[...collected].map(([name, left]) => off(left, unfulfilled.collected.get(name) ?? 0))];
  const rounding = Math.ceil(state.line.quantityMillionths / 1_000_000);
  return differences.find((amount) => Math.abs(amount) > rounding) ?? 0;
}

/** The tax that the channel states within money given beyond the value. */
function concessionTaxOf(
  walk: OrderWalk,
  event: Refund,
  concession: MinorUnits,
): { readonly tax: RefundedAmount["collected"] } | RefundTrouble {
  const discrepancies = event.adjustments.filter((adjustment) => adjustment.kind === "refund_discrepancy");
  const tax = Math.abs(sum(discrepancies.map((adjustment) => adjustment.tax)));
  if (concession === 0 || tax === 0) return { tax: new Map() };
  const name = onlyTax(walk);
  if (name === undefined || tax > concession) return { kind: "tax-unplaced", amount: tax };
  return { tax: new Map([[name, tax]]) };
}
