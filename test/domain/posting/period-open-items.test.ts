import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { documentItem, rawBodyOf, type TransactionView, viewTransaction } from "#domain/lineage";
import { periodOpenItems, postingRules } from "#domain/posting";
import { goldenPolicy } from "../../golden/golden-policy.ts";
import { readScenarios } from "../../golden/scenario.ts";
import { eventsOf, transactionOf } from "../../golden/scenario-events.ts";
import { SmallHub } from "../../golden/small-hub.ts";

const now = "2026-12-02T12:00:00.000Z";
const around = { policy: goldenPolicy, rules: postingRules, now };
const open = (view: TransactionView, entity: string, to = "2026-11-30") =>
  periodOpenItems(view, { entity, to }, around).map(({ kind, day, text }) => `${kind} ${day} ${text}`);

function viewAfter(name: string, connections?: readonly string[]): TransactionView {
  const scenario = readScenarios().find((each) => each.name === name)!;
  const hub = new SmallHub(transactionOf(scenario), connections);
  for (const event of eventsOf(scenario)) hub.arrive(event);
  return hub.view;
}

describe("of a sale that a sister ships for us", () => {
  test("nothing is open once both ERPs have answered", () => {
    const view = viewAfter("sister-ships");
    expect([open(view, "us"), open(view, "two")]).toEqual([[], []]);
  });

  test("what our ERP has not taken is open in our books, and not in the sister's", () => {
    const view = viewAfter("sister-ships", ["erp-two"]);
    expect(open(view, "us")).toEqual([
      "unposted 2026-11-27 capture of payment.captured:P1 is to be posted",
      "unposted 2026-11-27 revenue of fulfillment.shipped:F1 is to be posted",
      "unposted 2026-11-27 intercompany of fulfillment.shipped:F1 is to be posted",
    ]);
    expect(open(view, "two")).toEqual([]);
  });

  test("what is of a later day than the period is none of it", () => {
    expect(open(viewAfter("sister-ships", ["erp-two"]), "us", "2026-10-31")).toEqual([]);
  });

  test("entities that have no part in it are not kept from closing by it", () => {
    expect(open(viewAfter("sister-ships", ["erp-two"]), "gb")).toEqual([]);
  });
});

test("what is held is open by its exception, for the seller whose place it is", () => {
  const view = viewAfter("captured-more-than-the-order");
  const [item, ...others] = open(view, "us");
  expect(item).toMatch(/^exception 2026-11-27 money\.amount-mismatch\//);
  expect([others, open(view, "gb")]).toEqual([[], []]);
});

const stated = (transaction: string, place: string, event: BusinessEvent): TransactionView => {
  const parsed = {
    transaction,
    kind: "store-day" as const,
    source: `pos:${place}:x:1`,
    channel: "pos",
    shop: place,
    events: [event],
    references: [],
    issues: [],
  };
  return viewTransaction(transaction, [documentItem(parsed, rawBodyOf(new TextEncoder().encode("{}")), "2026-11-28T05:00:00.000Z")]);
};
const counted: BusinessEvent = {
  name: "till.counted",
  schema: 1,
  key: "till.counted:1",
  version: "1",
  occurredAt: "2026-11-28T04:00:00.000Z",
  store: "0001",
  register: "1",
  businessDate: "2026-11-27",
  sequence: "40",
  tenders: [{ tender: "Cash", currency: "USD", counted: 10_000 }],
};

test("a store day that nobody has audited is open for the store's own entity alone", () => {
  const view = stated("store-day:pos:0001:2026-11-27", "0001", counted);
  expect(open(view, "us")).toEqual(["store-day 2026-11-27 store 0001 is totalled: see report store-day, and audit it"]);
  expect([open(view, "two"), open(view, "us", "2026-11-26")]).toEqual([[], []]);
});
