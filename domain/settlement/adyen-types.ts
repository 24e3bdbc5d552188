import type { GatewayTypes } from "./gateway-types.ts";
import { treated } from "./row-classes.ts";

/**
 * Adyen: the journal types of the Settlement Details Report. A security deposit is a reserve. A wire transfer from the merchant
 * (MatchedStatement) and a payout that the bank sent back stand for the same movement: money that returns from our bank account.
 */
export const adyenTypes: GatewayTypes = [
  ...treated("sale_refund", "charge", ["Settled", "SettledReversed", "SettledBulk", "SettledInInstallments"]),
  ...treated("sale_refund", "refund", ["Refunded", "RefundedReversed", "RefundedBulk"]),
  ...treated("dispute", "dispute", ["Chargeback", "ChargebackReversed", "SecondChargeback", "SecondChargebackReversed"]),
  ...treated("platform_fee", undefined, ["Fee", "MiscCosts", "InvoiceDeduction", "AuthorisationSchemeFee", "PaymentCost"]),
  ...treated("reserve", undefined, ["DepositCorrection", "ReserveAdjustment"]),
  ...treated("payout_movement", "payout", ["MerchantPayout", "MerchantPayin"]),
  ...treated("payout_movement", "payout-returned", ["BankInstructionReturned", "MatchedStatement"]),
  ...treated("payout_movement", "transfer", ["Balancetransfer"]),
  ...treated("channel_transfer", undefined, ["InternalCompanyPayout"]),
  ...treated("investigate", undefined, ["ManualCorrected", "Adjustment"]),
];
