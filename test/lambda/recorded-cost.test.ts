import { describe, expect, test } from "vitest";
import type { TrafficTrace } from "#domain/cost";
import { recordedCost } from "../../cli/cost-report.ts";
import { recordTraffic } from "../../scripts/cost/record-traffic.ts";
import { skipReason } from "../skip.ts";

const { report, trace } = recordedCost();

test("a million orders cost at most $20 in steady traffic and $12 in a backlog, and more than the floor", () => {
  expect(report.steady.usdPerMillionOrders).toBeLessThanOrEqual(20);
  expect(report.backlog.usdPerMillionOrders).toBeLessThanOrEqual(12);
  expect([report.floor.usdPerMillionOrders, report.backlog.usdPerMillionOrders > 5.48]).toEqual([5.48, true]);
});

test("the record is of three webhooks an order, and of every function on an order's way", () => {
  for (const { orders, webhooks, functions } of [trace.steady, trace.backlog]) {
    expect(orders).toBeGreaterThanOrEqual(60);
    expect(webhooks.requests).toBe(3 * orders);
    expect(functions.map(({ name }) => name).sort()).toEqual([
      "announce-events",
      "decide-postings",
      "dispatch-postings",
      "execute-postings",
      "measure-lineage",
      "receive-shopify-webhook",
    ]);
  }
});

const recorded = await recordTraffic({ steadySeconds: 2, backlogOrders: 50 });

if ("skipped" in recorded) {
  skipReason("DynamoDB Local", recorded.skipped);
  describe.skip(`what orders ask of AWS today (${recorded.skipped})`, () => {
    test("needs Java and the packaged emulator", () => {});
  });
} else {
  describe("what orders ask of AWS today", () => {
    test("is what the record says of the rows of each order: npm run cost records it anew", () => {
      expect(perOrder(recorded.backlog)).toEqual(perOrder(trace.backlog));
      expect(perOrder(recorded.backlog)).toMatchObject({
        "PutItem lineage by receive-shopify-webhook": 4,
        "PutItem lineage by decide-postings": 1,
        "PutItem lineage by execute-postings": 1,
        "Query lineage by decide-postings": 1,
      });
    });

    test("logs nothing that the record does not have", () => {
      const bytes = ({ functions, orders }: TrafficTrace) =>
        functions.find(({ name }) => name === "receive-shopify-webhook")!.log.bytes / orders;
      expect(Math.abs(bytes(recorded.backlog) - bytes(trace.backlog))).toBeLessThan(20);
    });
  });
}

/** Units of the table per order by request, without what is once per run or batch. */
function perOrder({ requests, orders }: TrafficTrace): Record<string, number> {
  const each = requests.map(({ by, operation, writeUnits, readUnits }) => [
    `${operation} by ${by}`,
    Math.round((writeUnits + readUnits) / orders),
  ]);
  return Object.fromEntries(each.filter(([, units]) => units !== 0));
}
