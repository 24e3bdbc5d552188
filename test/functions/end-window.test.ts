import { expect, test } from "vitest";
import { Invalid, Unavailable } from "#domain/failures";
import type { LineageItem } from "#domain/lineage";
import { createHandler } from "#functions/end-window";
import type { InsertAnswer } from "#ports/lineage-store";
import { memoryHouse } from "./memory-house.ts";

const window = "window:shopify:us.example:2026-11-27T14";

function house(now: string, answer?: InsertAnswer) {
  const { lineage, documents, items } = memoryHouse(answer);
  return { end: createHandler({ lineage, documents, clock: { now: () => now } }), items };
}

test("an hour is over five minutes after its end: what is on its way then is still in time", async () => {
  const early = house("2026-11-27T15:04:59.999Z");
  expect(await early.end({ transaction: window })).toEqual({ outcome: "too-early", endsAt: "2026-11-27T15:05:00.000Z" });
  expect(early.items()).toEqual([]);

  const { end, items } = house("2026-11-27T15:05:00.000Z");
  expect(await end({ transaction: window })).toEqual({ outcome: "ended" });
  expect(items().map(({ transaction, key, ...item }) => [transaction, key.split("#")[1], (item as { events?: unknown }).events])).toEqual([
    [
      window,
      "shopify:us.example:window:2026-11-27T14",
      [
        {
          name: "window.ended",
          schema: 1,
          key: "window.ended:1",
          version: "2026-11-27T15:05:00.000Z",
          occurredAt: "2026-11-27T15:05:00.000Z",
          endsAt: "2026-11-27T15:05:00.000Z",
        },
      ],
    ],
  ]);
});

test("ended again, and later, it is one fact", async () => {
  const { lineage, documents, items } = memoryHouse();
  for (const now of ["2026-11-27T15:05:00.000Z", "2026-11-27T19:00:00.000Z"])
    expect(await createHandler({ lineage, documents, clock: { now: () => now } })({ transaction: window })).toEqual({ outcome: "ended" });
  expect(items().map((item: LineageItem) => item.at)).toEqual(["2026-11-27T15:05:00.000Z"]);
});

test("a payout's window is over when whoever began to wait says so, or now where nobody does", async () => {
  const payout = "window:shopify-payments:sp:payout-PO1";
  const waited = { transaction: payout, endsAt: "2026-11-29T07:00:00.000Z" };
  const versions = (items: readonly LineageItem[]) => items.map((item) => (item.type === "document" ? item.events[0]?.version : undefined));
  expect(await house("2026-11-29T06:59:59.999Z").end(waited)).toEqual({ outcome: "too-early", endsAt: "2026-11-29T07:00:00.000Z" });
  const later = house("2026-11-29T08:00:00.000Z");
  expect(await later.end(waited)).toEqual({ outcome: "ended" });
  expect(versions(later.items())).toEqual(["2026-11-29T07:00:00.000Z"]);
  const byHand = house("2026-11-29T08:00:00.000Z");
  expect(await byHand.end({ transaction: payout })).toEqual({ outcome: "ended" });
  expect(versions(byHand.items())).toEqual(["2026-11-29T08:00:00.000Z"]);
});

test("the end of an hour is that of its name, whatever is said beside it", async () => {
  const early = house("2026-11-27T15:04:59.999Z");
  expect((await early.end({ transaction: window, endsAt: "2026-11-27T14:00:00.000Z" })).outcome).toBe("too-early");
});

test("what may not be on record is to be ended again", async () => {
  await expect(house("2026-11-27T19:00:00.000Z", "unknown").end({ transaction: window })).rejects.toThrow(Unavailable);
});

test.each([
  ["a store day, which a person closes", { transaction: "store-day:pos:0101:2026-11-27" }],
  ["a sale", { transaction: "sale:shopify:us.example:1" }],
  ["an hour that is none", { transaction: "window:shopify:us.example:yesterday" }],
  ["nothing", {}],
])("%s has no end to record", async (_, input) => {
  await expect(house("2026-11-27T19:00:00.000Z").end(input)).rejects.toThrow(Invalid);
});
