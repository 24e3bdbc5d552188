import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import type { ElectionRule, Policy } from "#domain/policy";
import { ledger, ledgerText } from "./ledger-text.ts";
import { captured, order, refund, transaction } from "./sale-events.ts";
import { policy } from "./sale-policy.ts";

/** Moves an event of 27 November to another day. */
const onDay = <Event extends BusinessEvent>(day: string, event: Event): Event => ({
  ...event,
  occurredAt: event.occurredAt.replace("2026-11-27", day),
});
const target = (by: Policy, ...events: BusinessEvent[]) => ledgerText(targetLedger(events, by, transaction));

describe("an election with dates: Illinois taxes become due at capture for orders placed from 1 December on", () => {
  const capture: ElectionRule = {
    election: "taxPoint",
    when: { jurisdiction: "US-IL" },
    value: "capture",
    from: "2026-12-01",
    why: "A new law.",
    layer: 1,
  };
  const changed: Policy = { ...policy, elections: [...policy.elections, capture] };
  const goods = order({ L1: { gross: 10000, tax: 1000 } });
  const before = ledger`
    payment.captured:P1 → capture
      Dr payment-clearing{gateway:shopify_payments,currency:USD} 110.00
        Cr deferred-revenue{channel:web,currency:USD} 100.00
        Cr tax-collected-in-advance{jurisdiction:US-IL} 10.00
  `;

  test("an order of the day before waits with its tax for the goods, as it did", () => {
    expect(target(changed, onDay("2026-11-30", goods), onDay("2026-11-30", captured("P1", "10:00", 11000)))).toBe(before);
  });

  test("so does an order of the day before that is paid after the change: one order follows one rule", () => {
    expect(target(changed, onDay("2026-11-30", goods), onDay("2026-12-03", captured("P1", "10:00", 11000)))).toBe(before);
  });

  test("an order of the day itself owes the tax with the money", () => {
    expect(target(changed, onDay("2026-12-01", goods), onDay("2026-12-01", captured("P1", "10:00", 11000)))).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 110.00
          Cr deferred-revenue{channel:web,currency:USD} 100.00
          Cr tax-payable{jurisdiction:US-IL} 10.00
    `);
  });

  test("the day is that of the shop's calendar: 05:59 UTC on the first is still November in Chicago", () => {
    const late = { ...goods, occurredAt: "2026-12-01T05:59:00.000Z" };
    expect(target(changed, late, onDay("2026-12-01", captured("P1", "10:00", 11000)))).toBe(before);
  });
});

test("a tender that is kept elsewhere from a day on moves no sale of the days before, not even its later refund", () => {
  const [rule, ...others] = policy.tenders;
  const moved = {
    ...policy,
    tenders: [{ ...rule!, to: "2026-11-30" }, { ...rule!, role: "accounts-receivable", from: "2026-12-01" }, ...others],
  };
  const sale = [order({ L1: { gross: 10000 } }), captured("P1", "10:00", 10000)];
  const rolesOf = (day: string) =>
    targetLedger(
      [...sale.map((event) => onDay(day, event)), onDay("2026-12-05", refund("R1", "10:00", { money: { P1: 4000 } }))],
      moved,
      transaction,
    ).documents[0];
  expect(rolesOf("2026-11-30")).toMatchObject({ lines: [{ role: "payment-clearing" }, {}] });
  expect(rolesOf("2026-12-01")).toMatchObject({ lines: [{ role: "accounts-receivable" }, {}] });
});
