import type { GatewayTypes } from "./gateway-types.ts";
import { treated } from "./row-classes.ts";

/**
 * Stripe: reporting categories, which the reports and newer API objects state, and below them the older types of balance transactions.
 * Where one word is both (charge, refund, payout, transfer, advance, topup) it means the same.
 */
export const stripeTypes: GatewayTypes = [
  ...treated("sale_refund", "charge", ["charge", "charge_failure", "partial_capture_reversal"]),
  ...treated("sale_refund", "refund", ["refund", "refund_failure"]),
  ...treated("dispute", "dispute", ["dispute", "dispute_reversal"]),
  ...treated("platform_fee", undefined, ["fee", "network_cost", "platform_fee"]),
  ...treated("tax_duty", "tax", ["tax", "tax_withholding"]),
  ...treated("payout_movement", "payout", ["payout", "topup"]),
  ...treated("payout_movement", "payout-returned", ["payout_reversal", "topup_reversal"]),
  ...treated("payout_movement", "conversion", ["currency_conversion"]),
  ...treated("channel_transfer", undefined, [
    "transfer",
    "transfer_reversal",
    "platform_earning",
    "platform_earning_refund",
    "connect_collection_transfer",
  ]),
  ...treated("reserve", undefined, [
    "connect_reserved_funds",
    "risk_reserved_funds",
    "payment_network_reserved_funds",
    "payment_network_reserve_hold",
    "payment_network_reserve_release",
    "minimum_balance_hold",
  ]),
  ...treated("financing", undefined, [
    "advance",
    "advance_funding",
    "anticipation_repayment",
    "financing_payout",
    "financing_payout_reversal",
    "financing_paydown",
    "financing_paydown_reversal",
  ]),
  ...treated("investigate", undefined, ["other_adjustment", "contribution", "unreconciled_customer_funds"]),

  ...treated("sale_refund", "charge", ["payment", "payment_reversal"]),
  ...treated("sale_refund", "refund", ["payment_refund", "payment_failure_refund"]),
  ...treated("platform_fee", undefined, ["stripe_fee", "stripe_fx_fee"]),
  ...treated("tax_duty", "tax", ["tax_fee"]),
  ...treated("payout_movement", "payout-returned", ["payout_cancel", "payout_failure", "transfer_cancel", "transfer_failure"]),
  ...treated("channel_transfer", undefined, ["application_fee", "application_fee_refund", "transfer_refund"]),
  ...treated("reserve", undefined, [
    "reserve_transaction",
    "reserved_funds",
    "payout_minimum_balance_hold",
    "payout_minimum_balance_release",
  ]),
  ...treated("investigate", undefined, ["adjustment"]),
];
