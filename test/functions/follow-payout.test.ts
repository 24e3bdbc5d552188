import { describe, expect, test } from "vitest";
import { Invalid } from "#domain/failures";
import { createHandler } from "#functions/follow-payout";
import { memoryHouse } from "./memory-house.ts";
import { housePolicy } from "./settlement-house.ts";

const transaction = "payout:shopify-payments:us-shop:104";
const at = "2026-12-01T10:00:00.000Z";

function follower() {
  const { lineage, items } = memoryHouse();
  const policies = {
    current: async () => housePolicy,
    reload: async () => housePolicy,
    lastRelease: async () => ({ release: 1, at, everywhereAt: at }),
  };
  const references = { find: async () => [], waiters: async () => [] } as never;
  const rules = { version: 1, target: () => ({ documents: [], problems: [], heldEvents: [] }) };
  const clock = { now: () => "2026-12-01T10:01:00.000Z" };
  return { follow: createHandler({ lineage, references, policies, clock, rules }), items };
}

// What it finds of a payout, and what it says of it, is told by whole hubs: test/hub/reconcile-payout.test.ts.
describe("following a payout", () => {
  test("is given up for one that no report has stated yet: the statement begins another look, and nothing is written", async () => {
    const { follow, items } = follower();
    expect(await follow({ transaction, at })).toEqual({ outcome: "superseded", step: "held", rows: 0, open: 0, amount: 0 });
    expect(items()).toEqual([]);
  });

  test.each([{}, { transaction, at: "yesterday" }, { transaction: "sale:shopify:a:1", at }])("takes no %j", async (input) => {
    const { follow } = follower();
    await expect(follow(input)).rejects.toThrow(Invalid);
    await expect(follow(input)).rejects.toThrow("follow-payout takes {transaction, at}");
  });
});
