import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { formatQuantity } from "#domain/inventory";
import { cumulativeShare, formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import { weighRefund } from "#domain/returns";
import { dimensionsOf } from "./dimensions.ts";
import { recogniseLine, recogniseShipping } from "./fulfilment.ts";
import { JournalLines } from "./journal-lines.ts";
import { addTo } from "./order-balance.ts";
import { netOf } from "./order-portions.ts";
import type { OrderWalk } from "./order-walk.ts";
import {
  grossOf,
  minus,
  onlyJurisdiction,
  partOf,
  type RefundedAmount,
  type RefundedLine,
  type RefundTrouble,
  refundedLines,
  refundedShipping,
} from "./refund-value.ts";
import { restockLedger } from "./restock.ts";

type Refund = EventOf<"refund.issued">;

interface WeighedRefund {
  readonly lines: readonly RefundedLine[];
  readonly shipping: RefundedAmount;
  readonly money: MinorUnits;
  /** Given beyond the value, tax of it included. */
  readonly concession: MinorUnits;
  readonly concessionTax: RefundedAmount["tax"];
}

/**
 * c16–c18, a refund created: what had been handed over is a return at its stated value, what had not leaves the order, and the money is
 * owed until each of its payments succeeds. c19: the goods that come back to stock.
 */
export function refundLedger(walk: OrderWalk, event: Refund): void {
  const weighed = weigh(walk, event);
  if ("class" in weighed) {
    walk.draft.problem(weighed);
    walk.draft.hold(event);
    walk.heldRefunds.add(event.key);
    walk.uncertain = true;
    return;
  }
  const lines = new JournalLines();
  const { balance } = walk.accounts;
  const value = sum(weighed.lines.flatMap((line) => [grossOf(line.fulfilled), grossOf(line.unfulfilled)])) + grossOf(weighed.shipping);
  balance.worth -= value;
  balance.kept -= weighed.money - weighed.concession;
  walk.moneyLeft -= weighed.money;
  for (const line of weighed.lines) bookRefundedLine(walk, line, lines);
  bookRefundedShipping(walk, weighed.shipping, lines);
  if (weighed.lines.length > 0 && walk.open === 0 && walk.fulfilments.size > 0) recogniseShipping(walk, lines);
  bookConcession(weighed, lines);
  for (const { gateway, amount } of moneyOf(event)) {
    lines.add("refund-payable", dimensionsOf("refund-payable", { gateway, currency: walk.order.currency }), -amount);
  }
  walk.accounts.bookChange(lines);
  walk.draft.journal(walk.frame(event), "refund", lines);
  restockLedger(walk, event, weighed.lines);
}

/** Pending money is owed as much as money that went out; what failed is neither. */
export function moneyOf(event: Refund): Refund["payments"] {
  return event.payments.filter((payment) => payment.status !== "failed");
}

function bookRefundedLine(walk: OrderWalk, line: RefundedLine, lines: JournalLines): void {
  const { state } = line;
  takeWorthTax(walk, line.fulfilled.tax);
  takeWorthTax(walk, line.unfulfilled.tax);
  bookReturn(walk, line.fulfilled, lines);
  state.returned += line.fulfilledUnits;
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
  shrinkLineTax(walk, line);
  state.remaining -= line.unfulfilledUnits;
  walk.open -= line.unfulfilledUnits;
  // When nothing of the line is left to ship, what rounding left of it is earned with the units that did.
  if (state.remaining === state.shipped) recogniseLine(walk, state, lines);
}

function shrinkLineTax(walk: OrderWalk, line: RefundedLine): void {
  for (const [jurisdiction, amount] of line.unfulfilled.tax) {
    let left = amount;
    const portions = line.state.portions.filter((portion) => portion.kind === "tax" && portion.jurisdiction === jurisdiction);
    for (const [index, portion] of portions.entries()) {
      const part = index === portions.length - 1 ? left : Math.min(left, portion.total - portion.recognised);
      walk.shrinkLine(portion, part);
      left -= part;
    }
  }
}

/** Dr sales returns and tax for what had been handed over. */
function bookReturn(walk: OrderWalk, amount: RefundedAmount, lines: JournalLines): void {
  const { balance } = walk.accounts;
  lines.add("sales-returns", dimensionsOf("sales-returns", { channel: walk.shop.channelDimension }), amount.net);
  balance.recognised -= amount.net;
  for (const [jurisdiction, tax] of amount.tax) addTo(balance.fulfilledTax, jurisdiction, -tax);
}

/** Shipping that was not earned yet is given back first; the rest is a return. */
function bookRefundedShipping(walk: OrderWalk, amount: RefundedAmount, lines: JournalLines): void {
  takeWorthTax(walk, amount.tax);
  const unearned = Math.max(unearnedShipping(walk), 0);
  const early = amount.net > 0 ? partOf(amount, Math.min(unearned, amount.net), amount.net) : partOf(amount, 0, 1);
  let left = early.net;
  for (const portion of walk.shipping) {
    if (portion.kind !== "revenue") continue;
    const part = Math.min(left, Math.max(portion.total - portion.recognised, 0));
    portion.total -= part;
    left -= part;
  }
  for (const [jurisdiction, tax] of early.tax) {
    const portion = walk.shipping.find((each) => each.kind === "tax" && each.jurisdiction === jurisdiction);
    if (portion !== undefined) portion.total -= tax;
  }
  const earned = minus(amount, early);
  walk.returnedShipping += earned.net;
  for (const [jurisdiction, tax] of earned.tax) addTo(walk.returnedShippingTax, jurisdiction, tax);
  bookReturn(walk, earned, lines);
}

function unearnedShipping(walk: OrderWalk): MinorUnits {
  let unearned = 0;
  for (const { kind, total, recognised } of walk.shipping) {
    if (kind === "revenue") unearned += total - recognised;
    if (kind === "discount") unearned -= total - recognised;
  }
  return unearned;
}

function takeWorthTax(walk: OrderWalk, tax: RefundedAmount["tax"]): void {
  for (const [jurisdiction, amount] of tax) addTo(walk.accounts.balance.worthTax, jurisdiction, -amount);
}

/** Money beyond the value of goods: a price concession, with tax only if the channel states it. */
function bookConcession({ concession, concessionTax }: WeighedRefund, lines: JournalLines): void {
  lines.add("price-concessions", dimensionsOf("price-concessions", { reason: "goodwill" }), concession - sum([...concessionTax.values()]));
  for (const [jurisdiction, tax] of concessionTax) lines.add("tax-payable", dimensionsOf("tax-payable", { jurisdiction }), tax);
}

function weigh(walk: OrderWalk, event: Refund): WeighedRefund | Problem {
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
      case "tax-unplaced":
        return found({
          class: "data.unmapped",
          code: "tax",
          amount: trouble.amount,
          message: `${event.key} gives back tax of ${text(trouble.amount)} and no jurisdiction of order ${orderName} fits it. Map the tax, or correct the refund at the source.`,
        });
    }
  };
  for (const [code, amount] of [
    ["duties", event.duties],
    ["fees", event.fees],
  ] as const) {
    if (amount !== 0) {
      return found({
        class: "data.unmapped",
        code,
        amount,
        message: `${event.key} gives back ${code} of ${text(amount)}, and no posting rule covers that yet. The refund is held; book it by hand or wait for the rule.`,
      });
    }
  }
  const lines = refundedLines(walk, event);
  if ("kind" in lines) return troubled(lines);
  const shipping = refundedShipping(walk, event);
  if ("kind" in shipping) return troubled(shipping);
  const money = sum(moneyOf(event).map((payment) => payment.amount));
  if (money > walk.moneyLeft) {
    return found({
      class: "policy.refund-exceeds-capture",
      code: "order",
      amount: money - walk.moneyLeft,
      message: `${event.key} gives back ${text(money)}, of order ${orderName} only ${text(walk.moneyLeft)} was captured and not yet refunded. Check the payments at the gateway.`,
    });
  }
  const { balance } = walk.accounts;
  const weighed = weighRefund({
    value: sum(lines.flatMap((line) => [grossOf(line.fulfilled), grossOf(line.unfulfilled)])) + grossOf(shipping),
    money,
    unpaid: balance.worth - balance.kept,
    amountOnly: event.lines.length === 0 && event.shipping.length === 0,
    discrepancyStated: event.adjustments.some((adjustment) => adjustment.kind === "refund_discrepancy"),
  });
  const mismatch = (difference: MinorUnits, what: string): Problem =>
    found({
      class: "money.amount-mismatch",
      code: "refund",
      amount: difference,
      message: `${event.key}: ${what} by ${text(difference)}. If a fee was kept, book it by hand; otherwise correct the refund at the source.`,
    });
  if (weighed.kind === "mismatch") return mismatch(weighed.difference, "the value of lines and shipping differs from the money given back");
  const misvalued = lines.map(misvaluation).find((amount) => amount !== 0);
  if (misvalued !== undefined) return mismatch(misvalued, "the units that leave the order are stated below or above their price");
  const concessionTax = concessionTaxOf(walk, event, weighed.concession);
  if ("kind" in concessionTax) return troubled(concessionTax);
  return { lines, shipping, money, concession: weighed.concession, concessionTax: concessionTax.tax };
}

/**
 * By how much the units that leave the order are stated off their part of what the line still has to earn, in net or in the tax of a
 * jurisdiction; it would stay in the order's accounts for good. Rounding, at most one minor unit per unit in each figure, is none.
 */
function misvaluation({ state, unfulfilled, unfulfilledUnits }: RefundedLine): MinorUnits {
  if (unfulfilledUnits === 0) return 0;
  let net = 0;
  const tax = new Map([...unfulfilled.tax.keys()].map((jurisdiction) => [jurisdiction, 0]));
  for (const portion of state.portions) {
    const left = { portion, amount: portion.total - portion.recognised };
    net += netOf(left);
    if (portion.kind === "tax") addTo(tax, portion.jurisdiction, left.amount);
  }
  const open = state.remaining - state.shipped;
  const off = (left: MinorUnits, stated: MinorUnits) => cumulativeShare(left, unfulfilledUnits, open) - stated;
  const differences = [
    off(net, unfulfilled.net),
    ...[...tax].map(([jurisdiction, left]) => off(left, unfulfilled.tax.get(jurisdiction) ?? 0)),
  ];
  const rounding = Math.ceil(state.line.quantityMillionths / 1_000_000);
  return differences.find((amount) => Math.abs(amount) > rounding) ?? 0;
}

/** The tax that the channel states within money given beyond the value. */
function concessionTaxOf(walk: OrderWalk, event: Refund, concession: MinorUnits): { readonly tax: RefundedAmount["tax"] } | RefundTrouble {
  const discrepancies = event.adjustments.filter((adjustment) => adjustment.kind === "refund_discrepancy");
  const tax = Math.abs(sum(discrepancies.map((adjustment) => adjustment.tax)));
  if (concession === 0 || tax === 0) return { tax: new Map() };
  const jurisdiction = onlyJurisdiction(walk);
  if (jurisdiction === undefined || tax > concession) return { kind: "tax-unplaced", amount: tax };
  return { tax: new Map([[jurisdiction, tax]]) };
}
