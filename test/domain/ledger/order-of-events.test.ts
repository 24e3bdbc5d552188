import { expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import { goldenPolicy } from "../../golden/golden-policy.ts";
import { ledgerText } from "./ledger-text.ts";
import { captured, order, shipped } from "./sale-events.ts";

/* What waits for something keeps what stands for it, so its end depends on what had arrived: told here as one target, and not as a scenario. */

const later = (event: BusinessEvent): BusinessEvent => ({ ...event, occurredAt: event.occurredAt.replace("-27T", "-28T") });
const ledger = (text: TemplateStringsArray) => text[0]!.replaceAll("\n    ", "\n").trim();

test("revenue waits for the rate of its advance, though the rate of its own day is on record: nobody knows at what the advance came", () => {
  const rate: BusinessEvent = {
    name: "rate.fixed",
    schema: 1,
    key: "rate.fixed:CHF-USD-2026-11-28",
    version: "000000001",
    occurredAt: "2026-11-28T00:00:00.000Z",
    from: "CHF",
    to: "USD",
    day: "2026-11-28",
    rate: "1.15",
    publishedOn: "2026-11-28",
    source: "a bank",
  };
  const sale = [order({ L1: { gross: 10_000 } }, { currency: "CHF" }), captured("P1", "10:00", 10_000, { currency: "CHF" })];
  const target = targetLedger([...sale, later(shipped("F1", "12:00", { L1: 1 })), rate], goldenPolicy, "sale:shopify:us.example:1");
  expect(ledgerText(target)).toBe(ledger`
    fulfillment.shipped:F1 → issue
      L1: -1 SHIRT (apparel) dc at average
    ! money.fx-rate-missing/CHF:USD CHF:USD:2026-11-27
    held payment.captured:P1
    held fulfillment.shipped:F1
  `);
  expect(target.ratesWanted).toEqual([{ from: "CHF", to: "USD", day: "2026-11-27" }]);
});

test("what is on the way counts as shipped: a second parcel with the only shirt waits for a newer order", () => {
  const sale = [order({ L1: { gross: 10_000 } }), shipped("F1", "11:00", { L1: 1 }, "350"), shipped("F2", "12:00", { L1: 1 }, "350")];
  expect(ledgerText(targetLedger(sale, goldenPolicy, "sale:shopify:late.example:1"))).toBe(ledger`
    fulfillment.shipped:F1 → issue
      L1: -1 SHIRT (apparel) late-dc at average
    ! sequence.parent-missing/over-fulfilment fulfillment.shipped:F2
  `);
});
