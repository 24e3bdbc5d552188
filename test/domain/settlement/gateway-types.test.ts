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
