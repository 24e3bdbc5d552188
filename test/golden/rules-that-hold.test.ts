import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import type { PlanStep } from "#domain/posting";
import { orderLife } from "../domain/ledger/random-orders.ts";
import { captured, order, refund, refunded, shipped } from "../domain/ledger/sale-events.ts";
import { goldenPolicy } from "./golden-policy.ts";
import { liveDocuments } from "./ledger-of.ts";
import { bookedLines, SmallHub } from "./small-hub.ts";

/*
 * The eight rules that hold always, each over lives of orders nobody thought of: any lines, discounts, taxes, charges, captures, shipments,
 * cancellations and returns (these to a store of a sister entity), arriving in any order with copies.
 */

const transaction = "sale:shopify:us.example:1";
const runs = { numRuns: 60 };

const arrivedLife = orderLife.chain((life) =>
  fc.record({
    life: fc.constant(life),
    arrived: fc.shuffledSubarray(life.events, { minLength: life.events.length }),
    copies: fc.subarray(life.events),
  }),
);

function hubAfter(events: readonly BusinessEvent[]): SmallHub {
  const hub = new SmallHub(transaction);
  for (const event of events) hub.arrive(event);
  return hub;
}

const target = (events: readonly BusinessEvent[]) => targetLedger(events, goldenPolicy, transaction);
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
const posts = (steps: readonly PlanStep[]) => steps.flatMap((step) => (step.kind === "post" ? [step] : []));

/** The same life in euros, on up to four days of which each has its rate: the hours of the morning, noon, afternoon and evening. */
function inEuros(event: BusinessEvent, days: readonly string[]): BusinessEvent {
  const told = JSON.parse(JSON.stringify(event).replaceAll('"USD"', '"EUR"')) as BusinessEvent;
  const day = days[Math.floor(Number(event.occurredAt.slice(11, 13)) / 6)] ?? "30";
  return { ...told, occurredAt: `2026-11-${day}${event.occurredAt.slice(10)}` };
}

describe("the rules that hold always", () => {
  test("1: every journal balances in whole minor units, transaction and functional, in one currency and one entity", () => {
    fc.assert(
      fc.property(arrivedLife, ({ arrived }) => {
        for (const { document } of posts(hubAfter(arrived).steps)) {
          if (document.type !== "journal") continue;
          expect(sum(document.lines.map((line) => line.amount))).toBe(0);
          expect(sum(document.lines.map((line) => line.functionalAmount))).toBe(0);
          expect(document.lines.every((line) => Number.isSafeInteger(line.amount) && line.amount !== 0)).toBe(true);
          expect(goldenPolicy.entities[document.entity]?.functionalCurrency).toBe(document.functionalCurrency);
        }
      }),
      runs,
    );
  });

  test("1, in books of another currency: journals balance in both, and a balance that is gone in the one is gone in the other", () => {
    let foreign = 0;
    fc.assert(
      fc.property(arrivedLife, fc.array(fc.constantFrom("27", "28", "29", "30"), { minLength: 4, maxLength: 4 }), ({ arrived }, days) => {
        const hub = hubAfter(arrived.map((event) => inEuros(event, [...days].sort())));
        for (const { document } of posts(hub.steps)) {
          if (document.type !== "journal" || document.functionalCurrency === document.currency) continue;
          foreign += 1;
          expect(sum(document.lines.map((line) => line.amount))).toBe(0);
          expect(sum(document.lines.map((line) => line.functionalAmount))).toBe(0);
        }
        const balances = new Map<string, number[]>();
        for (const { document } of liveDocuments(hub.view)) {
          if (document.type !== "journal" || document.currency !== "EUR") continue;
          for (const { role, dimensions, amount, functionalAmount } of document.lines) {
            const name = `${role} ${JSON.stringify(dimensions)}`;
            const [own = 0, inBooks = 0] = balances.get(name) ?? [];
            balances.set(name, [own + amount, inBooks + functionalAmount]);
          }
        }
        const released = /^(deferred-revenue|tax-collected-in-advance|tax-payable|accounts-receivable|refund-payable) /;
        const left = [...balances].filter(([name, [own, inBooks]]) => released.test(name) && own === 0 && inBooks !== 0);
        expect(left).toEqual([]);
      }),
      runs,
    );
    expect(foreign).toBeGreaterThan(100);
  });

  test("2: channel amounts are preserved: an order whose figures do not add up is held with the difference named, and nothing of it is booked", () => {
    fc.assert(
      fc.property(orderLife, fc.integer({ min: -500, max: 500 }), ({ events }, off) => {
        fc.pre(off !== 0);
        const [placed, ...rest] = events as [EventOf<"order.placed">, ...BusinessEvent[]];
        const { documents, problems } = target([{ ...placed, totals: { ...placed.totals, total: placed.totals.total + off } }, ...rest]);
        expect(documents).toEqual([]);
        expect(problems).toContainEqual(expect.objectContaining({ class: "money.amount-mismatch", code: "order-total", amount: off }));
      }),
      runs,
    );
  });

  test("3: a difference is never absorbed: money kept back of a refund without a reason is an exception over exactly that amount", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50_000 }), fc.integer({ min: 1, max: 50_000 }), (value, off) => {
        fc.pre(off < value);
        const sale = [order({ L1: { gross: value } }), captured("P1", "10:00", value), shipped("F1", "11:00", { L1: 1 })];
        const { documents, problems } = target([
          ...sale,
          refund("R1", "12:00", { lines: { L1: { subtotal: value, restock: "none" } }, money: { T1: value - off } }),
        ]);
        expect(problems.map(({ class: name, code, amount }) => [name, code, amount])).toEqual([["money.amount-mismatch", "refund", off]]);
        expect(documents.some((document) => document.event === "refund.issued:R1")).toBe(false);
      }),
      runs,
    );
  });

  test("4: clearing holds what was captured less what was refunded, to the cent: settlement rows explain the rest", () => {
    fc.assert(
      fc.property(arrivedLife, ({ life, arrived }) => {
        const lines = liveDocuments(hubAfter(arrived).view).flatMap(({ document }) => bookedLines(document));
        const clearing = sum(lines.filter(({ name }) => name.includes(" payment-clearing ")).map(({ amount }) => amount));
        expect(clearing).toBe(life.left.captured - life.left.refunded);
      }),
      runs,
    );
  });

  test("5: a correction is a reversal with its re-post beside it, linked: nothing is edited, and nothing stands twice", () => {
    fc.assert(
      fc.property(arrivedLife, ({ arrived, copies }) => {
        const standing = new Map<string, string>();
        const hub = new SmallHub(transaction);
        const told = [...arrived, ...copies];
        for (const [arrival, event] of told.entries()) {
          const done = hub.steps.length;
          hub.arrive(event);
          const steps = hub.steps.slice(done);
          // What is to stand by what is known now: a fact that is still to come may leave no room for a refund, and that one is left out until then.
          const keys = new Set(
            steps.some(({ kind }) => kind === "reverse") ? target(told.slice(0, arrival + 1)).documents.map(({ key }) => key) : [],
          );
          for (const [index, step] of steps.entries()) {
            if (step.kind === "reverse") {
              if (keys.has(step.key)) expect(steps[index + 1]?.key).toBe(step.key);
              expect(standing.get(step.key)).toBe(step.reverses);
              expect(step.erpKey).toBe(`${step.reverses}/reversal`);
              standing.delete(step.key);
              continue;
            }
            expect(standing.has(step.key)).toBe(false);
            standing.set(step.key, step.erpKey);
          }
        }
        expect([...standing.keys()].sort()).toEqual(
          target(arrived)
            .documents.map(({ key }) => key)
            .sort(),
        );
      }),
      runs,
    );
  });

  test("6: every document names its fact, and its plan the contents that it covers and the policy that it was made with", () => {
    fc.assert(
      fc.property(arrivedLife, ({ arrived }) => {
        const { view } = hubAfter(arrived);
        const contents = new Map(view.documents.map((document) => [document.key, document]));
        for (const { plans } of view.chains.values()) {
          for (const plan of plans) {
            const covered = new Set((plan.covers.keys ?? []).flatMap((key) => contents.get(key)?.events.map((event) => event.key) ?? []));
            for (const { document } of posts(plan.steps)) {
              expect(covered.has(document.event)).toBe(true);
              expect(document.policyVersion).toBe("golden");
            }
          }
        }
      }),
      runs,
    );
  });

  test("7: refunds never exceed what their payment captured, and no more comes back than was sold, whatever is claimed again", () => {
    fc.assert(
      fc.property(orderLife, fc.nat(), ({ events }, which) => {
        const refunds = events.filter((event) => event.name === "refund.issued");
        const again = refunds[which % Math.max(refunds.length, 1)];
        const claimed =
          again === undefined ? [] : [{ ...again, key: "refund.issued:again", refundId: "again", occurredAt: "2026-11-27T23:00:00.000Z" }];
        const { documents } = target([...events, ...claimed]);
        const out = new Map<string, number>();
        for (const document of documents) {
          if (document.type !== "stock") continue;
          for (const { item, quantityMillionths } of document.movements) out.set(item, (out.get(item) ?? 0) - quantityMillionths);
        }
        expect([...out.values()].filter((quantity) => quantity < 0)).toEqual([]);
      }),
      runs,
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 }), (amounts) => {
        const owed = amounts.flatMap((amount, index) => [
          refund(`R${index}`, "12:00", { money: { [`T${index}`]: amount } }),
          refunded(`T${index}`, "12:01", amount, { parent: "P1" }),
        ]);
        const { documents } = target([order({ L1: { gross: 200 } }), captured("P1", "10:00", 150), captured("P2", "10:01", 50), ...owed]);
        const settled = documents.flatMap((document) =>
          document.kind === "refund-settlement" && document.type === "journal" ? document.lines : [],
        );
        const given = 0 - sum(settled.filter((line) => line.role === "payment-clearing").map((line) => line.amount));
        expect(given).toBeLessThanOrEqual(150);
      }),
      runs,
    );
  });

  test("8: intercompany eliminates to zero, for everything that comes back to a sister's store", () => {
    let crossed = 0;
    fc.assert(
      fc.property(arrivedLife, ({ arrived }) => {
        const lines = liveDocuments(hubAfter(arrived).view).flatMap(({ document }) => bookedLines(document));
        const of = (...roles: string[]) =>
          sum(lines.filter(({ name }) => roles.includes(name.split(" ")[2] ?? "")).map(({ amount }) => amount));
        expect({ balances: of("due-from", "due-to"), trade: of("intercompany-revenue", "intercompany-cogs") }).toEqual({
          balances: 0,
          trade: 0,
        });
        if (lines.some(({ name }) => name.includes(" due-from "))) crossed += 1;
      }),
      runs,
    );
    expect(crossed).toBeGreaterThan(0);
  });
});
