import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { Invalid, Unavailable } from "#domain/failures";
import { documentItem } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/follow-store-day";
import type { InsertAnswer } from "#ports/lineage-store";
import { memoryHouse } from "./memory-house.ts";
import { policy } from "./posting-house.ts";

const store = { entity: "E", location: "loop", name: "Loop", timeZone: "America/Chicago", currency: "USD", registers: ["1"] };
const known: Policy = { ...policy, stores: { "0001": store } };
const transaction = "store-day:pos:0001:2026-11-27";
const envelope = { schema: 1, version: "0", occurredAt: "2026-11-27T20:00:00.000Z", store: "0001", businessDate: "2026-11-27" } as const;

const seen = (ranges: EventOf<"sequences.seen">["ranges"]): BusinessEvent => ({
  ...envelope,
  name: "sequences.seen",
  key: "sequences.seen:f.0.1",
  register: "1",
  file: "f",
  ranges,
});
const audited: BusinessEvent = { ...envelope, name: "store-day.audited", key: "store-day.audited:1", by: "Dana", reason: "counted" };

async function house(events: readonly BusinessEvent[], answer?: InsertAnswer) {
  const { lineage, items } = memoryHouse(answer);
  const facts = memoryHouse();
  const parsed = { transaction, kind: "store-day", channel: "pos", shop: "0001", references: [], issues: [] } as const;
  const inserts = events.map((event) =>
    documentItem({ ...parsed, source: `pos:0001:fact:${event.key}`, events: [event] }, { hash: "0", bytes: 0 }, event.occurredAt),
  );
  await facts.lineage.insert(inserts);
  // What the day holds is read from one place and written to another, so that an answer concerns the exceptions alone.
  const page: typeof lineage.page = async (...given) => {
    const [before, after] = [await facts.lineage.page(...given), await lineage.page(...given)];
    return { items: [...after.items, ...before.items] };
  };
  let now = "2026-11-27T22:00:00.000Z";
  const policies = {
    current: async () => known,
    reload: async () => known,
    lastRelease: async () => ({ release: 1, at: now, everywhereAt: now }),
  };
  const follow = createHandler({ lineage: { ...lineage, page }, policies, clock: { now: () => now }, rules: postingRules });
  return {
    look: (at: string) => {
      now = at;
      return follow({ transaction });
    },
    follow,
    desk: () => items().flatMap((item) => (item.type === "exception" ? [[item.class, item.code, item.dueAt]] : [])),
  };
}

describe("the time of a store day", () => {
  test("nothing is missing as long as its files may still come: six hours after the store's midnight", async () => {
    const { look, desk } = await house([
      seen([
        { from: 1, to: 4 },
        { from: 6, to: 9 },
      ]),
    ]);
    expect(await look("2026-11-27T22:00:00.000Z")).toEqual({ outcome: "wait", until: "2026-11-28T12:00:00.000Z", state: "received" });
    expect(desk()).toEqual([]);
    expect(await look("2026-11-28T12:00:00.000Z")).toEqual({ outcome: "wait", until: "2026-11-30T06:00:00.000Z", state: "received" });
    expect(desk()).toEqual([["source.sequence-gap", "register", "2026-11-28T20:00:00.000Z"]]);
    await look("2026-11-28T12:00:01.000Z");
    expect(desk(), "told once").toHaveLength(1);
  });

  test("a day that nobody audits is at the desk when that is due", async () => {
    const { look, desk } = await house([seen([{ from: 1, to: 4 }])]);
    expect(await look("2026-11-30T05:59:59.000Z")).toEqual({ outcome: "wait", until: "2026-11-30T06:00:00.000Z", state: "totalled" });
    expect(await look("2026-11-30T06:00:00.000Z")).toEqual({ outcome: "overdue", state: "totalled" });
    expect(desk()).toEqual([["source.day-open", "not-audited", "2026-12-01T06:00:00.000Z"]]);
  });

  test("one that is audited and has nothing left to post is over", async () => {
    const { look, desk } = await house([seen([{ from: 1, to: 4 }]), audited]);
    expect(await look("2026-11-28T13:00:00.000Z")).toEqual({ outcome: "posted", state: "posted" });
    expect(desk()).toEqual([]);
  });

  test("a register of the policies that says nothing is missed", async () => {
    const other = { ...seen([{ from: 1, to: 4 }]), register: "2" } as BusinessEvent;
    const { look, desk } = await house([other]);
    await look("2026-11-28T12:00:00.000Z");
    expect(desk()).toEqual([["source.sequence-gap", "silent", "2026-11-28T20:00:00.000Z"]]);
  });

  test("what may not be at the desk is to be looked at again; what is no store day is refused", async () => {
    const { look, follow } = await house([seen([{ from: 1, to: 4 }])], "unknown");
    await expect(look("2026-11-30T06:00:00.000Z")).rejects.toThrow(Unavailable);
    await expect(follow({ transaction: "sale:pos:1" })).rejects.toThrow(Invalid);
  });
});
