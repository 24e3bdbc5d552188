import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { targetLedger } from "#domain/ledger";
import { type OrderLife, orderLife } from "./random-orders.ts";
import { transaction } from "./sale-events.ts";
import { policy } from "./sale-policy.ts";

const target = (events: OrderLife["events"]) => targetLedger(events, policy, transaction);

/** Balance of a role over all journals, debit positive; by one dimension if asked. */
function balances(life: OrderLife, dimension?: string): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const document of target(life.events).documents) {
    if (document.type !== "journal") continue;
    for (const line of document.lines) {
      const name = dimension === undefined ? line.role : `${line.role}/${line.dimensions[dimension]}`;
      totals[name] = (totals[name] ?? 0) + line.amount;
    }
  }
  return totals;
}

describe("whatever an order lives through", () => {
  test("nothing sound is held, every journal balances, no line is zero, and role and dimensions occur once", () => {
    fc.assert(
      fc.property(orderLife, (life) => {
        const { documents, problems, heldEvents } = target(life.events);
        expect(problems).toEqual([]);
        expect(heldEvents).toEqual([]);
        expect(new Set(documents.map((document) => document.key)).size).toBe(documents.length);
        for (const document of documents) {
          if (document.type !== "journal") continue;
          expect(document.lines.reduce((total, line) => total + line.amount, 0)).toBe(0);
          expect(document.lines.every((line) => line.amount !== 0)).toBe(true);
          expect(new Set(document.lines.map((line) => line.role + JSON.stringify(line.dimensions))).size).toBe(document.lines.length);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("once all is captured and shipped or given back, nothing is deferred, held in advance, receivable or owed", () => {
    fc.assert(
      fc.property(orderLife, (life) => {
        const totals = balances(life);
        for (const role of ["deferred-revenue", "tax-collected-in-advance", "accounts-receivable", "refund-payable"]) {
          expect([role, totals[role] ?? 0]).toEqual([role, 0]);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("what is left is the stated order less the stated refunds: revenue, tax by jurisdiction, money", () => {
    fc.assert(
      fc.property(orderLife, (life) => {
        const totals = balances(life);
        const revenue = ["sales", "discounts", "sales-returns", "shipping-revenue", "other-revenue"].reduce(
          (sum, role) => sum - (totals[role] ?? 0),
          0,
        );
        const payable = balances(life, "jurisdiction");
        expect({
          net: revenue,
          IL: 0 - (payable["tax-payable/US-IL"] ?? 0),
          VAT: 0 - (payable["tax-payable/GB"] ?? 0),
          MwSt: 0 - (payable["tax-payable/DE"] ?? 0),
          tip: 0 - (totals["tips-payable"] ?? 0),
          duties: 0 - (totals["duties-payable"] ?? 0),
          money: totals["payment-clearing"] ?? 0,
        }).toEqual({
          net: life.left.net,
          IL: life.left.tax.IL,
          VAT: life.left.tax.VAT,
          MwSt: life.left.tax.MwSt,
          tip: life.left.tip,
          duties: life.left.duties,
          money: life.left.captured - life.left.refunded,
        });
      }),
      { numRuns: 400 },
    );
  });

  test("stock: what came back is never more than what left, per issue and in all", () => {
    fc.assert(
      fc.property(orderLife, (life) => {
        const out = new Map<string, number>();
        for (const document of target(life.events).documents) {
          if (document.type !== "stock") continue;
          for (const movement of document.movements) {
            const issue =
              typeof movement.cost === "object" && "document" in movement.cost
                ? `${movement.cost.document}#${movement.cost.movement}`
                : `${document.key}#${movement.id}`;
            out.set(issue, (out.get(issue) ?? 0) - movement.quantityMillionths);
          }
        }
        expect([...out.values()].filter((quantity) => quantity < 0)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("the order of arrival changes nothing, and neither does a second copy", () => {
    fc.assert(
      fc.property(
        orderLife.chain((life) =>
          fc.record({
            life: fc.constant(life),
            arrived: fc.shuffledSubarray(life.events, { minLength: life.events.length }),
            copies: fc.subarray(life.events),
          }),
        ),
        ({ life, arrived, copies }) => {
          expect(target([...copies, ...arrived])).toEqual(target(life.events));
        },
      ),
      { numRuns: 200 },
    );
  });
});
