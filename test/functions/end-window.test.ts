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
