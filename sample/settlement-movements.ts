import { type DayOptions, dayScenario } from "./day.ts";
import { exactShare, percentageOf } from "./percentage.ts";
import { priceOrder, type WebOrder } from "./web-order.ts";

/** What Shopify Payments did for the shop on the day, cents as the merchant sees them. */
export interface GatewayMovement {
  readonly kind: "charge" | "refund" | "chargeback hold";
  /** As the gateway prints it: "#1001", or the name of a checkout that is none of our orders. */
  readonly order: string;
  /** Wall-clock time of the shop. */
  readonly at: string;
  readonly amount: number;
  readonly fee: number;
}

/** 2.9 % and 30 cents, as contracted. */
const feePer100000 = 2_900;
const feeFixedCents = 30;
const disputeFeeCents = 1_500;
/** The customer of this order says that it was not them. */
const disputedOrder = 1007;
/** Somebody paid for a subscription box, which another system sells through the same gateway account. */
export const foreignCharge = { order: "BOX-4471", at: "13:20", amount: 4_800 } as const;

/** Every movement of the gateway account on the day, in order of time. Refunds cost nothing, and no fee comes back. */
export function gatewayMovements(options: DayOptions): readonly GatewayMovement[] {
  const { orders } = dayScenario(options);
  const disputed = orders.find(({ number }) => number === disputedOrder);
  const charges = orders.flatMap(movementsOf);
  const taken = charges.find(({ order, kind }) => order === `#${disputedOrder}` && kind === "charge")?.amount ?? 0;
  const others: GatewayMovement[] = [
    { ...foreignCharge, kind: "charge", fee: feeOf(foreignCharge.amount) },
    ...(disputed === undefined
      ? []
      : [{ kind: "chargeback hold" as const, order: `#${disputedOrder}`, at: "16:45", amount: -taken, fee: disputeFeeCents }]),
  ];
  return [...charges, ...others].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.order < b.order ? -1 : 1));
}

function movementsOf(order: WebOrder): GatewayMovement[] {
  const priced = priceOrder(order);
  const movements: GatewayMovement[] = [];
  let open = priced.total;
  for (const step of order.steps) {
    if (step.kind === "capture") {
      const amount = step.amount ?? open;
      open -= amount;
      if ((step.gateway ?? order.gateway) === "shopify_payments")
        movements.push({ kind: "charge", order: `#${order.number}`, at: step.at, amount, fee: feeOf(amount) });
    }
    if (step.kind === "refund" && step.status === "success" && (step.gateway ?? order.gateway) === "shopify_payments") {
      let amount = (step.goodwill ?? 0) + (step.shipping === true ? order.shipping + priced.shippingTax : 0);
      for (const { line, pieces } of step.lines) {
        const of = priced.lines[line];
        if (of !== undefined) amount += exactShare(of.net, pieces, of.pieces) + exactShare(of.tax, pieces, of.pieces);
      }
      movements.push({ kind: "refund", order: `#${order.number}`, at: step.at, amount: -amount, fee: 0 });
    }
  }
  return movements;
}

function feeOf(amount: number): number {
  return percentageOf(amount, feePer100000) + feeFixedCents;
}
