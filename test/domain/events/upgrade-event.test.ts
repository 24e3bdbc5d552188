import { describe, expect, test } from "vitest";
import { createUpgrade, eventNames, upgradeEvent } from "#domain/events";
import { readEvents } from "#domain/lineage";
import { gatherFacts } from "../../../domain/posting/gather-facts.ts";
import { fact } from "../../fixtures/posting-case.ts";

type Parcel = { name: string; schema: number; key: string; carrier?: string; weightGrams?: number; grams?: number };

/** Schema 2 renamed the weight; schema 3 made the carrier a must. */
const upgrade = createUpgrade<Parcel>({ "parcel.sent": 3 }, {
  "parcel.sent": [
    ({ grams, ...rest }: Parcel) => ({ ...rest, schema: 2, weightGrams: grams ?? 0 }),
    (parcel: Parcel) => ({ ...parcel, schema: 3, carrier: parcel.carrier ?? "unknown" }),
  ],
} as Parameters<typeof createUpgrade>[1]);

describe("a stored event of an older schema", () => {
  test("takes every step up to the current one", () => {
    const stored = { name: "parcel.sent", schema: 1, key: "parcel.sent:1", grams: 300 };
    expect(upgrade(stored)).toEqual({
      kind: "readable",
      event: { name: "parcel.sent", schema: 3, key: "parcel.sent:1", weightGrams: 300, carrier: "unknown" },
    });
    expect(stored).toEqual({ name: "parcel.sent", schema: 1, key: "parcel.sent:1", grams: 300 });
  });

  test("takes only the steps that are left", () => {
    const stored = { name: "parcel.sent", schema: 2, key: "parcel.sent:1", weightGrams: 5, carrier: "north" };
    expect(upgrade(stored)).toEqual({ kind: "readable", event: { ...stored, schema: 3 } });
  });
});

describe("an event that this release cannot read", () => {
  test.each([
    ["a newer schema", { name: "parcel.sent", schema: 4, key: "k" }, 3],
    ["schema 0", { name: "parcel.sent", schema: 0, key: "k" }, 3],
    ["half a schema", { name: "parcel.sent", schema: 1.5, key: "k" }, 3],
    ["an unknown name", { name: "parcel.lost", schema: 1, key: "k" }, 0],
    ["a name of every object", { name: "constructor", schema: 1, key: "k" }, 0],
  ])("%s is named, never read", (_, stored, current) => {
    expect(upgrade(stored)).toEqual({ kind: "unreadable", name: stored.name, schema: stored.schema, current });
  });

  test("a schema without all of its upgrades is no release", () => {
    expect(() => createUpgrade({ "parcel.sent": 3 }, { "parcel.sent": [(stored) => stored] })).toThrow(
      "parcel.sent is at schema 3 and has 1 upgrades: it needs 2",
    );
  });
});

test("every event of the catalogue is readable at schema 1, and none beyond its own", () => {
  for (const name of eventNames) {
    expect(upgradeEvent({ name, schema: 1, key: `${name}:1` }).kind).toBe("readable");
    expect(upgradeEvent({ name, schema: 99, key: `${name}:1` }).kind).toBe("unreadable");
  }
});

test("a recorded document with one newer event gives no facts, and says what to do", () => {
  const sound = fact("a");
  const newer = fact("b", { events: [...fact("b").events, { ...fact("b").events[0]!, schema: 2 as 1 }] });
  const problem = {
    class: "data.value",
    code: "event-schema",
    cause: `${newer.source} ${newer.events[0]?.name} 2`,
    message: `${newer.source} holds ${newer.events[0]?.name} of schema 2, and this release reads up to 1. Run the release that recorded it, or a newer one; nothing of the document is used until then.`,
  };
  expect(readEvents(newer)).toEqual({ events: [], problems: [problem] });
  expect(gatherFacts([sound, newer])).toEqual({ events: sound.events, issues: [problem] });
});
