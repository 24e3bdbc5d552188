import type { DayOptions } from "./day.ts";
import { sampleSettlement, unidentifiedCents } from "./settlement-files.ts";
import { foreignCharge, type GatewayMovement } from "./settlement-movements.ts";
import { sampleTruth } from "./truth.ts";
import { mismatchedOrder } from "./web-scenarios.ts";

/** What the settlement files do to the books of US1, cents, debit positive, and why its clearing account is not zero after them. */
export interface SettlementTruth {
  readonly cardFees: number;
  readonly disputeFees: number;
  readonly disputeReceivable: number;
  readonly bankInTransit: number;
  /** What came into the bank. */
  readonly bank: number;
  readonly unidentifiedReceipts: number;
  /** The balance of clearing Shopify Payments after the day and its settlement. */
  readonly clearing: number;
  /** What that balance is made of, by what it waits for. */
  readonly open: {
    /** Charged and not paid out yet, less fees. */
    readonly nextPayout: number;
    /** Paid out for a sale that is none of ours. */
    readonly unknownSale: number;
    /** Paid out for the order that is quarantined, whose capture is not booked. */
    readonly heldOrder: number;
  };
}

/** By addition over what the gateway did: no row, match or journal is looked at. */
export function settlementTruth(options: DayOptions = {}): SettlementTruth {
  const { payouts, pending } = sampleSettlement(options);
  const all = [...payouts.flatMap(({ movements }) => movements), ...pending];
  const disputes = all.filter(({ kind }) => kind === "chargeback hold");
  const fees = sumOf(all, ({ fee }) => fee);
  const disputeFees = sumOf(disputes, ({ fee }) => fee);
  const withheld = sumOf(disputes, ({ amount }) => amount);
  const paidOut = payouts.reduce((total, { net }) => total + net, 0);
  const before = sampleTruth(options).ledger.US1.clearingByGateway.shopify_payments ?? 0;
  const heldOrder = sumOf(
    all.filter(({ order, kind }) => order === `#${mismatchedOrder}` && kind !== "chargeback hold"),
    ({ amount }) => amount,
  );
  return {
    cardFees: fees - disputeFees,
    disputeFees,
    disputeReceivable: -withheld,
    bankInTransit: payouts[1]?.net ?? 0,
    bank: (payouts[0]?.net ?? 0) + unidentifiedCents,
    unidentifiedReceipts: -unidentifiedCents,
    clearing: before - fees + withheld - paidOut,
    open: {
      nextPayout: sumOf(pending, ({ amount, fee }) => amount - fee),
      unknownSale: -foreignCharge.amount,
      heldOrder: -heldOrder,
    },
  };
}

function sumOf(movements: readonly GatewayMovement[], of: (movement: GatewayMovement) => number): number {
  return movements.reduce((total, movement) => total + of(movement), 0);
}
