import { describe, expect, test } from "vitest";
import { addSeconds } from "#domain/calendar";
import { type DocumentItem, documentItem, type ExceptionItem, type LineageItem, rawBodyOf } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { createHandler } from "#functions/sweep-source";
import type { ChangesAnswer } from "#ports/channel-changes";
import { memoryHouse } from "./memory-house.ts";
import { policy } from "./posting-house.ts";

const shop = "quill.myshopify.com";
const order = (id: string, version: string): LineageItem =>
  documentItem(
    {
      ...{
        transaction: `sale:shopify:${shop}:${id}`,
        kind: "sale",
        source: `shopify:${shop}:order:${id}`,
        channel: "shopify",
        shop,
        version,
      },
      ...{ events: [], references: [], issues: [] },
    },
    rawBodyOf(new TextEncoder().encode("{}")),
    version,
  );
const page = (objects: readonly (readonly [id: string, changedAt: string])[], next?: string): ChangesAnswer => ({
  kind: "page",
  objects: objects.map(([id, changedAt]) => ({ id, changedAt })),
  ...(next === undefined ? {} : { next }),
});

/** A source that gives these answers one after the other, the last one again and again. */
function house(answers: readonly (ChangesAnswer | Error)[], items: readonly LineageItem[] = [], secondsPerPage = 0) {
  const memory = memoryHouse();
  void memory.lineage.insert(items);
  const asked: string[] = [];
  const shops: Policy["shops"] = { [shop]: { channel: "shopify", entity: "E", timeZone: "UTC", channelDimension: "web" } };
  let now = "2026-11-27T12:00:00.000Z";
  const sweep = createHandler({
    changes: [
      {
        ...{ name: "shopify", resource: "order" },
        listChanged: async ({ from, to, cursor }) => {
          now = addSeconds(now, secondsPerPage);
          asked.push(`${from} ${to}${cursor === undefined ? "" : ` behind ${cursor}`}`);
          const answer = answers[Math.min(asked.length, answers.length) - 1] as ChangesAnswer | Error;
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
    ],
    lineage: memory.lineage,
    policies: {
      current: async () => ({ ...policy, shops }),
      reload: async () => policy,
      lastRelease: () => Promise.reject(new Error("not asked")),
    },
    clock: { now: () => now },
    metrics: { record: () => {} },
  });
  const notices = () =>
    memory.items().filter((item): item is DocumentItem => item.type === "document" && item.source.includes(":order-notice:"));
  const open = () => memory.items().filter((item): item is ExceptionItem => item.type === "exception");
  return { sweep, asked, notices, open, items: memory.items, at: (instant: string) => void (now = instant) };
}

const changed = "2026-11-27T10:00:00.000Z";

describe("what a shop never delivered", () => {
  test("is told as a notice of it, which has it read back; what is on record in that version or a later one is left alone", async () => {
    const { sweep, notices } = house(
      [
        page([
          ["1", changed],
          ["2", changed],
          ["3", changed],
        ]),
      ],
      [order("1", changed), order("2", "2026-11-27T09:00:00.000Z")],
    );
    expect(await sweep({})).toMatchObject({ shops: [{ shop, outcome: "swept", listed: 3, missing: 2 }] });
    expect(notices().map(({ transaction, events }) => [transaction, events[0]])).toMatchObject([
      [`sale:shopify:${shop}:2`, { name: "source.changed", resource: "order", id: "2", notBefore: changed, version: `${changed}/sweep` }],
      [`sale:shopify:${shop}:3`, { name: "source.changed", id: "3" }],
    ]);
  });

  test("is told once, however often it is swept before it was read", async () => {
    const { sweep, notices } = house([page([["3", changed]])]);
    await sweep({ from: "2026-11-27" });
    await sweep({ from: "2026-11-27" });
    expect(notices()).toHaveLength(1);
  });
});

test("a sweep goes on where the one before ended, with an overlap, and leaves out what may still be on its way", async () => {
  const { sweep, asked, at } = house([page([], "p2"), page([])]);
  await sweep({});
  at("2026-11-27T13:00:00.000Z");
  await sweep({});
  expect(asked).toEqual([
    "2026-11-25T12:00:00.000Z 2026-11-27T11:50:00.000Z",
    "2026-11-25T12:00:00.000Z 2026-11-27T11:50:00.000Z behind p2",
    "2026-11-27T11:35:00.000Z 2026-11-27T12:50:00.000Z",
  ]);
});

test("a source that asks for patience is gone on with from the last that it listed", async () => {
  const { sweep, asked } = house([page([["3", changed]], "p2"), { kind: "wait", seconds: 4 }, page([])]);
  expect(await sweep({})).toMatchObject({ shops: [{ outcome: "continues", missing: 1 }] });
  await sweep({});
  expect(asked.at(-1)).toBe("2026-11-27T09:45:00.000Z 2026-11-27T11:50:00.000Z");
});

test("no page is begun after eight minutes: the rest is for the next sweep", async () => {
  const { sweep, asked } = house([page([["3", changed]], "p2")], [], 300);
  expect(await sweep({})).toMatchObject({ shops: [{ outcome: "continues", reason: "the time for one sweep was over" }] });
  expect(asked).toHaveLength(2);
});

test("a span by hand is read whole and leaves the sweep's own place alone", async () => {
  const { sweep, asked } = house([page([])]);
  await sweep({ from: "2026-10-01", to: "2026-10-31" });
  await sweep({});
  expect(asked).toEqual(["2026-10-01T00:00:00.000Z 2026-11-01T00:00:00.000Z", "2026-11-25T12:00:00.000Z 2026-11-27T11:50:00.000Z"]);
});

test("a span by hand that could not be read to its end says from where it goes on, and goes on from there", async () => {
  const { sweep, asked } = house([page([["3", changed]], "p2"), { kind: "wait", seconds: 4 }, page([["4", "2026-11-27T10:30:00.000Z"]])]);
  const first = await sweep({ from: "2026-11-01", to: "2026-11-27" });
  expect(first).toMatchObject({ shops: [{ outcome: "continues", missing: 1, goesOnFrom: changed, waitSeconds: 4 }] });
  const rest = await sweep({ shop, from: changed, to: "2026-11-27" });
  expect(rest).toMatchObject({ shops: [{ outcome: "swept", from: changed, missing: 1 }] });
  expect(asked.at(-1)).toBe(`${changed} 2026-11-27T11:50:00.000Z`);
});

test.each([
  [{ kind: "refused", reason: `no access token is configured for ${shop}` } as const, "refused", "transport.access"],
  [new TypeError("a bug"), "failed", "transport.connection"],
])("trouble is at the desk once, and the next sweep reads the same span again and closes it", async (answer, outcome, name) => {
  const { sweep, asked, open, items } = house([answer, answer, page([])]);
  expect(await sweep({})).toMatchObject({ shops: [{ outcome }] });
  await sweep({});
  expect(open()).toMatchObject([{ class: name, code: "order-sweep" }]);
  await sweep({});
  expect(new Set(asked).size).toBe(1);
  expect(items().filter(({ type }) => type === "closure")).toHaveLength(1);
});
