import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { formatQuantity } from "#domain/inventory";
import { cumulativeShare, formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import { weighRefund } from "#domain/returns";
import { addTo } from "./order-balance.ts";
import { netOf } from "./order-portions.ts";
import type { OrderWalk } from "./order-walk.ts";
import {
  agreedFees,
  grossOf,
  type KeptFee,
  keptFees,
  moneyOf,
  onlyTax,
  type RefundedAmount,
  type RefundedCharge,
  type RefundedLine,
  type RefundTrouble,
  refundedCharges,
  refundedLines,
  takeAccepted,
} from "./refund-value.ts";

type Refund = EventOf<"refund.issued">;

/** A refund whose lines, charges, fees and money explain each other. Amounts in minor units of the order's currency. */
export interface WeighedRefund {
  readonly lines: readonly RefundedLine[];
  /** By line: what the receipts of its goods have reversed already (c19). */
  readonly accepted: readonly RefundedAmount[];
  readonly charges: readonly RefundedCharge[];
  readonly fees: readonly KeptFee[];
  /** What lines and charges come to, less what their receipts have reversed. */
  readonly value: MinorUnits;
  /** What is given beyond the charges as their parts are rounded up. */
  readonly rounding: MinorUnits;
  readonly money: MinorUnits;
  /** Given beyond the value, tax of it included. */
  readonly concession: MinorUnits;
  readonly concessionTax: RefundedAmount["collected"];
}

/**
 * The refund against the order as it stands, or the problem with it: what it gives back has to be worth its money (c16 to c18, c20).
 * `bringsGoods`: a store took its goods in with it. Takes what receipts have reversed, and agreed fees, off the order's returns; a refund with
 * a problem changes nothing of the order.
 */
export function weighedRefund(walk: OrderWalk, event: Refund, bringsGoods: boolean): WeighedRefund | Problem {
  const undo = [walk.accounts.mark(), walk.returns.mark()];
  const weighed = weigh(walk, event, bringsGoods);
  if ("class" in weighed) for (const each of undo) each();
  return weighed;
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
      case "charge-again":
        return found({
          class: "policy.over-return",
          code: trouble.what,
          amount: trouble.amount,
          message: `${event.key} gives back ${text(trouble.amount)} more than is left of the ${trouble.what} of order ${orderName}. Check its earlier refunds.`,
        });
      case "duties-differ":
        return found({
          class: "money.amount-mismatch",
          code: "refund-duties",
          amount: trouble.stated - trouble.within,
          message: `${event.key} states duties of ${text(trouble.stated)}, and the prices of its lines include ${text(trouble.within)}. Correct it at the source.`,
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
  const charges = refundedCharges(walk, event, lines);
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
  const rounded = sum(charges.map((charge) => charge.rounding));
  const accepted = lines.map((line) => takeAccepted(walk, line));
  const reversed = sum(accepted.map(grossOf));
  // The money is weighed as if the goods had come back with it, whichever came first.
  const left = walk.accounts.balance.worth + reversed - walk.accounts.balance.kept;
  const unpaid = Math.max(left, 0);
  const feesOf = (kept: readonly KeptFee[]) => sum(kept.map(({ amount }) => grossOf(amount)));
  // Of what is taken off a debt nobody gets the cent that its parts are rounded up by, but in money.
  const roundingWith = (kept: readonly KeptFee[]) => {
    const worth = value - feesOf(kept);
    if (worth > unpaid) return rounded;
    // What ends the debt and is rounded up beyond it: the cent goes out only with money.
    if (worth + rounded > unpaid) return money === 0 ? 0 : Math.min(rounded, money - (worth - unpaid));
    return Math.min(rounded, Math.max(money - worth, 0));
  };
  const weighWith = (kept: readonly KeptFee[]) =>
    weighRefund({
      value: value + roundingWith(kept),
      money,
      fees: feesOf(kept),
      unpaid,
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
  const rounding = roundingWith(fees);
  return { lines, accepted, charges, fees, value: value - reversed, rounding, money, concession, concessionTax: concessionTax.tax };
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
