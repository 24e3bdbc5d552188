import { expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import { captured, order, refund, shipped, transaction } from "./sale-events.ts";
import { policy } from "./sale-policy.ts";

/** Amounts by role of each journal, by the fact that it is of; credits negative. */
function journals(...events: readonly BusinessEvent[]): string[] {
  const { documents, problems } = targetLedger(events, policy, transaction);
  expect(problems).toEqual([]);
  return documents.flatMap((document) =>
    document.type === "journal" ? [`${document.event}: ${document.lines.map(({ role, amount }) => `${role} ${amount}`).join(", ")}`] : [],
  );
}

test("shipping that was given back in part before the goods left is earned and taxed for the rest", () => {
  expect(
    journals(
      order({ A: { gross: 5_000 } }, { shipping: { gross: 1_000, tax: 100 } }),
      captured("p1", "09:05", 6_100),
      refund("r1", "10:00", { shipping: { amount: 400, tax: 40 }, money: { m1: 440 } }),
      shipped("f1", "11:00", { A: 1 }),
    ),
  ).toEqual([
    "payment.captured:p1: payment-clearing 6100, deferred-revenue -6000, tax-collected-in-advance -100",
    "refund.issued:r1: deferred-revenue 400, tax-collected-in-advance 40, refund-payable -440",
    "fulfillment.shipped:f1: deferred-revenue 5600, tax-collected-in-advance 60, sales -5000, shipping-revenue -600, tax-payable -60",
  ]);
});

test("shipping that was given back whole is earned never, and goods that were given back are those that did not leave", () => {
  expect(
    journals(
      order(
        { A: { quantity: 2, gross: 10_000, discounts: [{ amount: 1_000 }], tax: 900 }, B: { gross: 100 } },
        { shipping: { gross: 1_000, tax: 100 } },
      ),
      captured("p1", "09:05", 11_100),
      refund("r1", "10:00", { lines: { A: { subtotal: 4_500, tax: 450, restock: "cancel" } }, money: { m1: 4_950 } }),
      refund("r2", "10:30", { shipping: { amount: 1_000, tax: 100 }, money: { m2: 1_100 } }),
      shipped("f1", "11:00", { A: 1, B: 1 }),
      refund("r3", "12:00", { lines: { A: { subtotal: 4_500, tax: 450, restock: "return" } }, money: { m3: 4_950 } }),
    ),
  ).toEqual([
    "payment.captured:p1: payment-clearing 11100, deferred-revenue -10100, tax-collected-in-advance -1000",
    "refund.issued:r1: deferred-revenue 4500, tax-collected-in-advance 450, refund-payable -4950",
    "refund.issued:r2: deferred-revenue 1000, tax-collected-in-advance 100, refund-payable -1100",
    "fulfillment.shipped:f1: deferred-revenue 4600, discounts 500, tax-collected-in-advance 450, sales -5100, tax-payable -450",
    "refund.issued:r3: sales-returns 4500, tax-payable 450, refund-payable -4950",
  ]);
});

test("between two deliveries a refund takes the price, the discount and the tax of its own units off what is still to be earned", () => {
  expect(
    journals(
      order({ A: { quantity: 4, gross: 10_000, discounts: [{ amount: 1_000 }], tax: 900 } }),
      captured("p1", "09:05", 9_900),
      shipped("f1", "10:00", { A: 1 }),
      refund("r1", "11:00", { lines: { A: { quantity: 2, subtotal: 4_500, tax: 450, restock: "cancel" } }, money: { m1: 4_950 } }),
      shipped("f2", "12:00", { A: 1 }),
    ),
  ).toEqual([
    "payment.captured:p1: payment-clearing 9900, deferred-revenue -9000, tax-collected-in-advance -900",
    "fulfillment.shipped:f1: deferred-revenue 2250, discounts 250, tax-collected-in-advance 225, sales -2500, tax-payable -225",
    "refund.issued:r1: deferred-revenue 4500, tax-collected-in-advance 450, refund-payable -4950",
    "fulfillment.shipped:f2: deferred-revenue 2250, discounts 250, tax-collected-in-advance 225, sales -2500, tax-payable -225",
  ]);
});
