import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { Invalid } from "#domain/failures";
import { documentItem } from "#domain/lineage";
import { createHandler } from "#functions/follow-payout";
import { memoryHouse } from "./memory-house.ts";
import { housePolicy } from "./settlement-house.ts";

const transaction = "payout:shopify-payments:us-shop:104";
const at = "2026-12-01T10:00:00.000Z";

const rowOfIt = "settlement-row:shopify-payments:us-shop:R1";

const policy = { ...housePolicy, connections: {} };

function follower() {
  const { lineage, items } = memoryHouse();
  const policies = {
    current: async () => policy,
    reload: async () => policy,
    lastRelease: async () => ({ release: 1, at, everywhereAt: at }),
  };
  const references = { find: async () => [rowOfIt], waiters: async () => [] } as never;
  const rules = { version: 1, target: () => ({ documents: [], problems: [], heldEvents: [] }) };
  const clock = { now: () => "2026-12-01T10:01:00.000Z" };
  const put = async (stream: string, kind: "payout" | "settlement-row", ...events: object[]) => {
    const place = { source: `shopify-payments:us-shop:${kind}`, channel: "shopify-payments", shop: "us-shop", references: [], issues: [] };
    const facts = events.map((event) => ({ schema: 1, version: at, occurredAt: at, ...event }) as BusinessEvent);
    await lineage.insert([documentItem({ ...place, transaction: stream, kind, events: facts }, { hash: "0", bytes: 0 }, at)]);
  };
  return { follow: createHandler({ lineage, references, policies, clock, rules }), items, put };
}

// What it finds of a payout, and what it says of it, is told by whole hubs: test/hub/reconcile-payout.test.ts.
describe("following a payout", () => {
  test("is given up for one that no report has stated yet: the statement begins another look, and nothing is written", async () => {
    const { follow, items } = follower();
    expect(await follow({ transaction, at })).toEqual({ outcome: "superseded", step: "held", rows: 0, open: 0, amount: 0 });
    expect(items()).toEqual([]);
  });

  test.each([
    { says: "a measured difference that was given up is open no longer", difference: 500, step: "wait-for-bank" },
    { says: "a write-off of what nobody measured closes nothing, as nothing is booked for it", difference: undefined, step: "variance" },
  ])("$says", async ({ difference, step }) => {
    const { follow, put } = follower();
    const one = { source: "shopify-payments", account: "us-shop", currency: "USD" };
    const payout = { ...one, id: "104", status: "paid", issuedOn: "2026-11-30", net: 10_000, netFrom: "stated", itemized: true };
    await put(transaction, "payout", { name: "payout.stated", key: "payout.stated:104", payout });
    const [gross, amount] = [10_000, difference ?? 10_000];
    const row = {
      ...one,
      id: "R1",
      type: "charge",
      class: "sale_refund",
      payoutId: "104",
      gross,
      fees: [],
      net: gross,
      references: {},
      occurredAt: at,
    };
    await put(
      rowOfIt,
      "settlement-row",
      { name: "settlement.recorded", key: "settlement.recorded:R1", row },
      { name: "settlement.matched", key: "settlement.matched:R1", outcome: "matched", parts: [], reason: "amount-mismatch", difference },
      { name: "variance.written-off", key: "variance.written-off:R1", amount, currency: "USD", by: "Ana Ruiz", why: "small" },
    );
    expect(await follow({ transaction, at })).toMatchObject({ rows: 1, step });
  });

  test.each([{}, { transaction, at: "yesterday" }, { transaction: "sale:shopify:a:1", at }])("takes no %j", async (input) => {
    const { follow } = follower();
    await expect(follow(input)).rejects.toThrow(Invalid);
    await expect(follow(input)).rejects.toThrow("follow-payout takes {transaction, at}");
  });
});
