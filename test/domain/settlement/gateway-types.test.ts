import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { rowClasses, treatmentOf } from "#domain/settlement";
import { skipReason } from "../../skip.ts";

// The list of classes and of the Shopify Payments types known to fall into them, as the design keeps it.
const list = process.env.THROUGHLINE_BALANCE_TYPES ?? path.join(import.meta.dirname, "../../../../shared/design/balance-types.csv");
const present = existsSync(list);
if (!present)
  skipReason("balance types against the shared list", `no file ${path.relative(process.cwd(), list)} (set THROUGHLINE_BALANCE_TYPES)`);

describe.skipIf(!present)("the shared list of balance types", () => {
  const rows = present
    ? readFileSync(list, "utf8")
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => line.split(",") as [string, string])
    : [];

  test("names each class that rows can have, and no other one", () => {
    expect(rows.length).toBe(102);
    expect([...new Set(rows.map(([, rowClass]) => rowClass))].sort()).toEqual([...rowClasses].sort());
  });

  test("gives each of its types the class that rows of that type get", () => {
    expect(rows.map(([type]) => [type, treatmentOf("shopify-payments", type)?.class])).toEqual(rows);
  });
});

describe("how gateways' types are treated", () => {
  test.each([
    ["shopify-payments", "charge", "sale_refund", "charge"],
    ["shopify-payments", "PAYMENT_REFUND", "sale_refund", "refund"],
    ["shopify-payments", "Payout Failure", "payout_movement", "payout-returned"],
    ["shopify-payments", "chargeback_fee", "dispute", "dispute-fee"],
    ["shopify-payments", "Seller Protection Credit", "dispute", "protection"],
    ["shopify-payments", "Import Tax", "tax_duty", "duty"],
    ["shopify-payments", "Tax Adjustment Debit", "tax_duty", "tax"],
    ["shopify-payments", "Reserved Funds", "reserve", undefined],
    ["shopify-payments", "Advance Funding", "financing", undefined],
    ["adyen", "Settled", "sale_refund", "charge"],
    ["adyen", "Refunded", "sale_refund", "refund"],
    ["adyen", "ChargebackReversed", "dispute", "dispute"],
    ["adyen", "Balancetransfer", "payout_movement", "transfer"],
    ["adyen", "MerchantPayout", "payout_movement", "payout"],
    ["adyen", "DepositCorrection", "reserve", undefined],
    ["adyen", "BankInstructionReturned", "payout_movement", "payout-returned"],
    ["stripe", "network_cost", "platform_fee", undefined],
    ["stripe", "payout_reversal", "payout_movement", "payout-returned"],
    ["stripe", "risk_reserved_funds", "reserve", undefined],
    ["paypal", "T0006", "sale_refund", "charge"],
    ["paypal", "T0006 sent", "investigate", undefined],
    ["paypal", "T1107", "sale_refund", "refund"],
    ["paypal", "T0403", "payout_movement", "payout"],
    ["paypal", "T1201", "dispute", "dispute"],
  ] as const)("%s: %s is %s, %s", (source, type, rowClass, nature) => {
    expect(treatmentOf(source, type)).toEqual(nature === undefined ? { class: rowClass } : { class: rowClass, nature });
  });

  test.each([
    ["shopify-payments", "Loyalty Boost"],
    ["adyen", "SomethingNew"],
    ["stripe", "sunshine"],
    ["paypal", "T9900"],
    ["paypal", "T1300"],
    ["nobody", "charge"],
    ["__proto__", "charge"],
    ["shopify-payments", "constructor"],
  ])("%s: %s is not listed, and falls into no class", (source, type) => {
    expect(treatmentOf(source, type)).toBeUndefined();
  });
});

describe("every type that a gateway's reports state, by the class that finance sees it in", () => {
  test.each([
    ["adyen", "sale_refund charge", "Settled SettledReversed SettledBulk SettledInInstallments"],
    ["adyen", "sale_refund refund", "Refunded RefundedReversed RefundedBulk"],
    ["adyen", "dispute dispute", "Chargeback ChargebackReversed SecondChargeback SecondChargebackReversed"],
    ["adyen", "platform_fee", "Fee MiscCosts InvoiceDeduction AuthorisationSchemeFee PaymentCost"],
    ["adyen", "reserve", "DepositCorrection ReserveAdjustment"],
    ["adyen", "payout_movement payout", "MerchantPayout MerchantPayin"],
    ["adyen", "payout_movement payout-returned", "BankInstructionReturned MatchedStatement"],
    ["adyen", "payout_movement transfer", "Balancetransfer"],
    ["adyen", "channel_transfer", "InternalCompanyPayout"],
    ["adyen", "investigate", "ManualCorrected Adjustment"],
    ["stripe", "sale_refund charge", "charge charge_failure partial_capture_reversal payment payment_reversal"],
    ["stripe", "sale_refund refund", "refund refund_failure payment_refund payment_failure_refund"],
    ["stripe", "dispute dispute", "dispute dispute_reversal"],
    ["stripe", "platform_fee", "fee network_cost platform_fee stripe_fee stripe_fx_fee"],
    ["stripe", "tax_duty tax", "tax tax_withholding tax_fee"],
    ["stripe", "payout_movement payout", "payout topup"],
    [
      "stripe",
      "payout_movement payout-returned",
      "payout_reversal topup_reversal payout_cancel payout_failure transfer_cancel transfer_failure",
    ],
    ["stripe", "payout_movement conversion", "currency_conversion"],
    ["stripe", "channel_transfer", "transfer transfer_reversal transfer_refund platform_earning platform_earning_refund"],
    ["stripe", "channel_transfer", "connect_collection_transfer application_fee application_fee_refund"],
    ["stripe", "reserve", "connect_reserved_funds risk_reserved_funds payment_network_reserved_funds payment_network_reserve_hold"],
    ["stripe", "reserve", "payment_network_reserve_release minimum_balance_hold reserve_transaction reserved_funds"],
    ["stripe", "reserve", "payout_minimum_balance_hold payout_minimum_balance_release"],
    ["stripe", "financing", "advance advance_funding anticipation_repayment financing_payout financing_payout_reversal"],
    ["stripe", "financing", "financing_paydown financing_paydown_reversal"],
    ["stripe", "investigate", "other_adjustment contribution unreconciled_customer_funds adjustment"],
    ["paypal", "sale_refund charge", "T0000 T0001 T0009 T0010 T0019"],
    ["paypal", "platform_fee", "T0100 T0101 T0102 T0103 T0104 T0105 T0107 T0108 T0109 T0110 T0111 T0112 T0113 T1108 T1109"],
    ["paypal", "dispute dispute-fee", "T0106 T0114"],
    ["paypal", "payout_movement conversion", "T0200 T0201 T0202"],
    ["paypal", "payout_movement payout", "T0300 T0301 T0302 T0303 T0400 T0401 T0402 T0403 T1700 T1701 T1702"],
    ["paypal", "promo_funding", "T0800 T0806 T0900 T0906 T1117 T1204"],
    ["paypal", "payout_movement payout-returned", "T1101 T1104"],
    ["paypal", "reserve", "T1105 T1500 T1501 T1502 T1503 T2101 T2102 T2103 T2104 T2105 T2106 T2107 T2108 T2111 T2112"],
    ["paypal", "dispute dispute", "T1106 T1110 T1111 T1201 T1202 T1207 T1208"],
    ["paypal", "sale_refund refund", "T1107 T1113"],
    ["paypal", "investigate", "T1100 T1112 T1114 T1115 T1116 T1200 T1203 T1900"],
    ["paypal", "dispute protection", "T1205"],
    ["paypal", "payout_movement transfer", "T2000 T2001"],
    ["paypal", "none", "T0020 T0115 T0203 T0304 T0404 T0807 T0907 T1102 T1103 T1118 T1206 T1504 T1703 T2002 T2109 T2110 T2113"],
  ])("%s: %s", (source, treated, types) => {
    const found = types.split(" ").map((type) => {
      const treatment = treatmentOf(source, type);
      return `${type} ${treatment === undefined ? "none" : [treatment.class, treatment.nature].filter(Boolean).join(" ")}`;
    });
    expect(found).toEqual(types.split(" ").map((type) => `${type} ${treated}`));
  });
});
