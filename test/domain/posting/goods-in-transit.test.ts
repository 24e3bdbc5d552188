import { expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { goodsInTransit } from "#domain/posting";
import { SmallHub } from "../../golden/small-hub.ts";

/* Over the retailer of the golden scenarios: a shirt costs 40.00, a mug 5.00; two sells at cost plus ten percent from the gate. */

const head = (name: string, id: string, version = "1") => ({
  schema: 1 as const,
  key: `${name}:${id}`,
  version,
  occurredAt: "2026-11-27T15:00:00.000Z",
});
const road = (shipmentId: string, origin: string, destination: string) => ({ transferId: "1", shipmentId, origin, destination });

const shipped = (id: string, from: string, to: string, goods: Readonly<Record<string, number>>): BusinessEvent => ({
  name: "transfer.shipped",
  ...head("transfer.shipped", id),
  ...road(id, from, to),
  lines: Object.entries(goods).map(([item, pieces]) => ({ id: item, item, quantityMillionths: pieces * 1_000_000 })),
});
const received = (id: string, from: string, to: string, goods: Readonly<Record<string, readonly [number, number]>>): BusinessEvent => ({
  name: "transfer.received",
  ...head("transfer.received", id),
  ...road(id, from, to),
  lines: Object.entries(goods).map(([item, [accepted, rejected]]) => ({
    id: item,
    item,
    acceptedMillionths: accepted * 1_000_000,
    rejectedMillionths: rejected * 1_000_000,
  })),
});
const closed = (id: string): BusinessEvent => ({ name: "transfer.closed", ...head("transfer.closed", id), ...road(id, "100", "110") });

function after(...events: readonly BusinessEvent[]) {
  const hub = new SmallHub("transfer:shopify:us.example:1");
  for (const event of events) hub.arrive(event);
  return goodsInTransit(hub.view).map(({ entity, from, to, item, quantityMillionths, value, since }) => [
    `${entity} ${from} ${to}`,
    `${quantityMillionths / 1_000_000} ${item}`,
    value,
    since,
  ]);
}

test("what left and has not come is on the way, at what it cost", () => {
  expect(after(shipped("S1", "100", "110", { SHIRT: 10, MUG: 4 }))).toEqual([
    ["us dc loop", "10 SHIRT", 40_000, "2026-11-27"],
    ["us dc loop", "4 MUG", 2_000, "2026-11-27"],
  ]);
});

test("what arrived, sound or damaged, is not", () => {
  expect(after(shipped("S1", "100", "110", { SHIRT: 10, MUG: 4 }), received("S1", "100", "110", { SHIRT: [6, 1], MUG: [4, 0] }))).toEqual([
    ["us dc loop", "3 SHIRT", 12_000, "2026-11-27"],
  ]);
});

test("nothing of a shipment that arrived with more, or that is closed, is", () => {
  expect(after(shipped("S1", "100", "110", { SHIRT: 2 }), received("S1", "100", "110", { SHIRT: [3, 0] }))).toEqual([]);
  expect(after(shipped("S1", "100", "110", { SHIRT: 2 }), closed("S1"))).toEqual([]);
});

test("each shipment counts for itself", () => {
  expect(after(shipped("S1", "100", "110", { SHIRT: 2 }), shipped("S2", "100", "110", { SHIRT: 1 }), closed("S1"))).toEqual([
    ["us dc loop", "1 SHIRT", 4_000, "2026-11-27"],
  ]);
});

test("goods that were sold from the gate are on the way in the buyer's books, at what it owes for them", () => {
  expect(after(shipped("S1", "200", "100", { MUG: 10, SHIRT: 1 }), received("S1", "200", "100", { MUG: [4, 0] }))).toEqual([
    ["us mesa dc", "6 MUG", 3_300, "2026-11-27"],
    ["us mesa dc", "1 SHIRT", 4_400, "2026-11-27"],
  ]);
});

test("what is held is not on the way: it is where it was", () => {
  expect(after(shipped("S1", "100", "999", { SHIRT: 2 }))).toEqual([]);
});

test("a sale has nothing on the way between our places", () => {
  expect(goodsInTransit(new SmallHub("sale:shopify:us.example:1").view)).toEqual([]);
});
