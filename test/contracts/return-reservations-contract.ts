import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { type DocumentItem, documentItem, type ReservationEndItem, rawBodyOf, reservationEndKey } from "#domain/lineage";
import { createHandler as authorizeReturn } from "#functions/authorize-return";
import { readTransaction } from "#functions/read-transaction";
import type { LineageStore } from "#ports/lineage-store";
import { captured, order, shipped } from "../domain/ledger/sale-events.ts";
import { rule, withRules } from "../domain/returns/return-house.ts";

const sale = "sale:shopify:demo.example:1";
const secret = "till-secret-0123456789-0123456789";
const unused = () => Promise.reject(new Error("not a part of this"));

/** What every lineage store lets the authorisation of returns promise: units and money of a sale are given once, whoever asks when. */
export function returnReservationsContract(name: string, open: () => Promise<{ store: LineageStore; close(): Promise<void> }>): void {
  describe(`return reservations on ${name}`, () => {
    let store: LineageStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ store, close } = await open());
      await store.insert([
        documentOf("order", order({ A: { quantity: 2, gross: 5_000 } })),
        documentOf("payment", captured("p1", "09:05", 5_000)),
        documentOf("fulfillment", shipped("f1", "10:00", { A: 2 })),
      ]);
    });
    afterEach(() => close());

    /** A process of its own, with its own door and policies in memory. */
    const till = (now = "2026-12-01T18:00:00.000Z", refundsShipping: "never" | "proportionate" = "never") => {
      const handler = authorizeReturn({
        apiClients: {
          find: async () => ({ secrets: [secret], may: ["authorize-returns"], channels: [{ channel: "pos", places: ["7"] }] }),
        },
        lineage: store,
        references: { put: unused, find: async () => [], wait: unused, waiters: unused },
        policies: { current: async () => withRules(rule({ authorizedHours: 24, refundsShipping })), reload: unused, lastRelease: unused },
        clock: { now: () => now },
        metrics: { record: () => {} },
      });
      return async (request: string, pieces: number) => {
        const lines = [{ lineId: "A", quantityMillionths: pieces * 1_000_000, condition: "as-new" }];
        const reply = await handler({
          headers: { authorization: `Bearer till.${secret}`, "content-type": "application/json" },
          body: new TextEncoder().encode(JSON.stringify({ request, sale, channel: "pos", place: "7", lines })),
        });
        const { answer, authorization, state, lines: given, refund } = JSON.parse(reply.body);
        const allowed = (given as { quantityMillionths: number }[] | undefined)?.reduce((sum, each) => sum + each.quantityMillionths, 0);
        return {
          status: reply.status,
          answer,
          authorization,
          state,
          pieces: (allowed ?? 0) / 1_000_000,
          payable: refund?.payable,
          shipping: refund?.shipping,
        };
      };
    };
    const reservations = async () => (await readTransaction(store, sale)).reservations;

    it("of two clients who ask at the same instant for the last goods, one gets them", async () => {
      const answers = await Promise.all([till()("one", 2), till()("two", 2)]);
      expect(answers.map(({ answer, pieces }) => `${answer} ${pieces}`).sort()).toEqual(["authorized 2", "refused 0"]);
      expect((await reservations()).map(({ granted }) => granted.number)).toEqual([1]);
    });

    it("of five who ask for one piece each, two get one, and the money of both is what was paid", async () => {
      const answers = await Promise.all([1, 2, 3, 4, 5].map((number) => till()(`till ${number}`, 1)));
      const given = answers.filter(({ answer }) => answer === "authorized");
      expect(given.map(({ payable }) => payable)).toEqual([2_500, 2_500]);
      expect(new Set(given.map(({ authorization }) => authorization)).size).toBe(2);
      expect(answers.filter(({ answer }) => answer === "refused")).toHaveLength(3);
    });

    it("of two who bring the two pieces at the same instant, shipping is promised to neither twice", async () => {
      await store.insert([
        documentOf("order", { ...order({ A: { quantity: 2, gross: 5_000 } }, { shipping: { gross: 901 } }), version: "2" }),
      ]);
      await store.insert([documentOf("payment", captured("p2", "09:06", 901))]);
      const answers = await Promise.all([till(undefined, "proportionate")("one", 1), till(undefined, "proportionate")("two", 1)]);
      expect(answers.map(({ shipping }) => shipping.net).sort()).toEqual([450, 451]);
      expect((await reservations()).map(({ granted }) => granted.shippingBasis)).toEqual([
        { charged: 901, givenBack: 0, promised: 0 },
        { charged: 901, givenBack: 0, promised: (await reservations())[0]?.granted.grant.refund.shipping?.net },
      ]);
    });

    it("the same request at the same instant, and again, is one reservation with one answer", async () => {
      const [one, two] = await Promise.all([till()("same", 1), till()("same", 1)]);
      expect(two).toEqual(one);
      expect(await till("2026-12-01T20:00:00.000Z")("same", 1)).toEqual(one);
      expect(await reservations()).toHaveLength(1);
      expect((await till()("same", 2)).status).toBe(409);
    });

    it("an overdue reservation is free for others, and what comes for it later has lost", async () => {
      const first = await till()("first", 2);
      expect(await till("2026-12-02T17:59:59.000Z")("second", 2)).toMatchObject({ answer: "refused" });
      expect(await till("2026-12-02T18:00:00.000Z")("second", 2)).toMatchObject({ answer: "authorized", pieces: 2 });
      const [overdue] = await reservations();
      expect(overdue).toMatchObject({ granted: { authorization: first.authorization }, end: { how: "expired", by: "hub" } });
      const late: ReservationEndItem = { ...overdue!.end!, how: "consumed" };
      expect(await store.insert([{ ...late, key: reservationEndKey(overdue!.granted.key) }])).toEqual(["conflict"]);
      expect(await till("2026-12-02T19:00:00.000Z")("first", 2)).toEqual({ ...first, state: "expired" });
    });
  });
}

function documentOf(resource: string, event: BusinessEvent): DocumentItem {
  const parsed = {
    transaction: sale,
    kind: "sale" as const,
    source: `shopify:demo.example:${resource}:${event.key}`,
    channel: "shopify",
    shop: "demo.example",
    events: [event],
    references: [],
    issues: [],
  };
  return documentItem(parsed, rawBodyOf(new TextEncoder().encode("{}")), "2026-11-27T10:00:00.000Z");
}
