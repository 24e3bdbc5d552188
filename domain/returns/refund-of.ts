import { allocate, type MinorUnits, multiplyScaled, parseScaled, sum } from "#domain/money";
import type { ItemCondition, TakenBackRule } from "#domain/policy";
import { takeFrom } from "./payments.ts";
import type { Reservation } from "./reservations.ts";
import { addTaxes, type LineValue, type Sale, type TaxAmount } from "./sale.ts";
import { exchangedGoods } from "./sale-of-ticket.ts";

/** Where a part of the refund goes. */
export type RefundTender =
  | {
      readonly to: "original-tender";
      readonly paymentId: string;
      /** The gateway, or the till's tender type. */
      readonly tender: string;
      readonly cardBrand?: string;
      readonly amount: MinorUnits;
      /** What can be given back of the payment after this. */
      readonly left: MinorUnits;
    }
  | { readonly to: "store-credit"; readonly amount: MinorUnits };

/** Minor units of `currency`. net + taxes + shipping − fees = settlesUnpaid + notCovered + the sum of the tenders. */
export interface ReturnRefund {
  readonly currency: string;
  readonly net: MinorUnits;
  readonly taxes: readonly TaxAmount[];
  /** Given back beside the goods, with its own taxes; absent in what was granted before policy could say so. */
  readonly shipping?: LineValue;
  /** c20: kept of the value. */
  readonly fees: readonly { readonly reason: string; readonly amount: MinorUnits }[];
  /** Not paid yet: the goods settle it, and no money moves. */
  readonly settlesUnpaid: MinorUnits;
  /** Given back before as goodwill or otherwise: no payment has anything left for it. */
  readonly notCovered: MinorUnits;
  readonly payable: MinorUnits;
  /** Where the till is in another currency: what `payable` is there, at the policy's rate of the day (c33). */
  readonly paidOut?: { readonly currency: string; readonly amount: MinorUnits; readonly rate: string };
  readonly tenders: readonly RefundTender[];
}

/** The goods that come back under one rule of policy. */
export interface FeeGroup {
  readonly rule: TakenBackRule;
  readonly parts: readonly { readonly condition: ItemCondition; readonly value: LineValue }[];
}

const rateDecimals = 6;

/**
 * What is given for the goods, what is kept of it, and to which tenders the rest goes. Of each payment no more than is left of it. No fee
 * is kept of `shipping`.
 */
export function refundOf(
  sale: Sale,
  reservations: readonly Reservation[],
  groups: readonly FeeGroup[],
  shipping: LineValue = { net: 0, taxes: [] },
): ReturnRefund {
  const values = groups.flatMap(({ parts }) => parts.map(({ value }) => value));
  const fees = new Map<string, MinorUnits>();
  const amounts = groups.map((group) => ({ rule: group.rule, amount: groupValue(group) }));
  for (const [index, group] of groups.entries()) keepRates(group, amounts[index]!, fees);
  keepOnce(groups, amounts, fees, sale.currency);
  amounts.push(...shippingByRule(groups, valueWithTaxes(shipping)));

  let unpaid = Math.max(sale.unpaid - sum(reservations.map(({ refund }) => refund.settlesUnpaid)), 0);
  let settlesUnpaid = 0;
  for (const part of amounts) {
    const settled = Math.min(part.amount, unpaid);
    part.amount -= settled;
    unpaid -= settled;
    settlesUnpaid += settled;
  }

  const payments = openPayments(sale, reservations);
  const tenders = new Map<string, RefundTender>();
  const give = (tender: RefundTender, amount: MinorUnits) => {
    const name = tender.to === "store-credit" ? tender.to : `${tender.to} ${tender.paymentId}`;
    if (amount > 0) tenders.set(name, { ...tender, amount: (tenders.get(name)?.amount ?? 0) + amount });
  };
  let notCovered = 0;
  // Money goes back to its tender first: store credit may stand for any payment, and takes what the others leave.
  for (const { rule, amount } of [...amounts].sort(
    (a, b) => Number(a.rule.refundTo === "store-credit") - Number(b.rule.refundTo === "store-credit"),
  )) {
    let left = amount;
    for (const payment of inOrder(payments, rule)) {
      const before = payment.refunded;
      left = takeFrom([payment], left);
      const { paymentId, tender, cardBrand } = payment;
      const credit = rule.refundTo === "store-credit" || paymentId === exchangedGoods;
      const brand = cardBrand === undefined ? {} : { cardBrand };
      const rest = payment.captured - payment.refunded;
      const original = { to: "original-tender", paymentId, tender, ...brand, amount: 0, left: rest } as const;
      give(credit ? { to: "store-credit", amount: 0 } : original, payment.refunded - before);
    }
    notCovered += left;
  }
  return {
    currency: sale.currency,
    net: sum(values.map(({ net }) => net)),
    taxes: addTaxes(values),
    shipping,
    fees: [...fees].flatMap(([reason, amount]) => (amount === 0 ? [] : [{ reason, amount }])),
    settlesUnpaid,
    notCovered,
    payable: sum([...tenders.values()].map(({ amount }) => amount)),
    tenders: [...tenders.values()],
  };
}

function groupValue({ parts }: FeeGroup): MinorUnits {
  return sum(parts.map(({ value }) => valueWithTaxes(value)));
}

function valueWithTaxes({ net, taxes }: LineValue): MinorUnits {
  return sum([net, ...taxes.map(({ amount }) => amount)]);
}

/** The shipping goes back as the goods do: where their rules differ in the tender, to each by what its goods are worth. */
function shippingByRule(groups: readonly FeeGroup[], shipping: MinorUnits): { readonly rule: TakenBackRule; amount: MinorUnits }[] {
  const values = groups.map(groupValue);
  const weights = sum(values) === 0 ? groups.map(() => 1) : values;
  const parts = shipping === 0 || groups.length === 0 ? [] : allocate(shipping, weights);
  return parts.map((amount, index) => ({ rule: groups[index]!.rule, amount }));
}

/** A share of what goods in these conditions are worth, tax included. */
function keepRates({ rule, parts }: FeeGroup, rest: { amount: MinorUnits }, fees: Map<string, MinorUnits>): void {
  for (const { reason, rate, conditions } of rule.fees ?? []) {
    if (rate === undefined) continue;
    const about = parts.filter(({ condition }) => conditions === undefined || conditions.includes(condition));
    const share = multiplyScaled(groupValue({ rule, parts: about }), 0, parseScaled(rate, rateDecimals), rateDecimals, 0);
    keep(reason, share, rest, fees);
  }
}

/** An amount of each return: once for a reason, whichever of the goods' rules says most. */
function keepOnce(
  groups: readonly FeeGroup[],
  rests: readonly { amount: MinorUnits }[],
  fees: Map<string, MinorUnits>,
  currency: string,
): void {
  const once = new Map<string, MinorUnits>();
  for (const { rule, parts } of groups) {
    for (const { reason, minorUnits, conditions } of rule.fees ?? []) {
      const about = parts.some(({ condition }) => conditions === undefined || conditions.includes(condition));
      const amount = minorUnits !== undefined && Object.hasOwn(minorUnits, currency) ? minorUnits[currency]! : 0;
      if (about) once.set(reason, Math.max(once.get(reason) ?? 0, amount));
    }
  }
  for (const [reason, amount] of once) {
    let left = amount;
    for (const rest of rests) left -= keep(reason, left, rest, fees);
  }
}

/** A fee is never more than what is left of the value. Gives what is kept. */
function keep(reason: string, amount: MinorUnits, rest: { amount: MinorUnits }, fees: Map<string, MinorUnits>): MinorUnits {
  const kept = Math.min(amount, rest.amount);
  rest.amount -= kept;
  fees.set(reason, (fees.get(reason) ?? 0) + kept);
  return kept;
}

type OpenPayment = Sale["payments"][number] & { refunded: MinorUnits };

/** The payments with what is promised of them to other returns taken off. */
function openPayments(sale: Sale, reservations: readonly Reservation[]): OpenPayment[] {
  const payments = sale.payments.map((payment) => ({ ...payment }));
  for (const tender of reservations.flatMap(({ refund }) => refund.tenders)) {
    const named = payments.filter(({ paymentId }) => tender.to === "original-tender" && paymentId === tender.paymentId);
    takeFrom([...named, ...payments], tender.amount);
  }
  return payments;
}

function inOrder(payments: readonly OpenPayment[], { refundOrder = [] }: TakenBackRule): OpenPayment[] {
  const rank = ({ role }: OpenPayment) => {
    const at = role === undefined ? -1 : refundOrder.indexOf(role);
    return at === -1 ? refundOrder.length : at;
  };
  return [...payments].sort((a, b) => rank(a) - rank(b));
}
