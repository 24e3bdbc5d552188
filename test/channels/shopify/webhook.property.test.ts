import fc from "fast-check";
import { expect, test } from "vitest";
import { handledTopics, parseWebhook, verifySignature } from "#adapters/channels/shopify";
import { eventSchema } from "#domain/events";
import { Invalid } from "#domain/failures";
import { documentItem, rawBodyOf } from "#domain/lineage";
import { bodyText, type Fixture } from "./webhook-bodies.ts";

const fixtures: readonly Fixture[] = ["order", "order-cancelled", "order-till", "refund", "fulfillment", "transaction"];
const runs = { numRuns: 1500 };

function read(topic: string, body: string) {
  try {
    return parseWebhook({ topic, shop: "quill.myshopify.com", body, receivedAt: "2026-11-27T15:00:00.000Z" });
  } catch (error) {
    if (error instanceof Invalid) return error.message;
    throw error;
  }
}

/** Whatever comes in: the same answer twice, events that the bus accepts, and content that the lineage can hash. */
function expectLawful(topic: string, body: string) {
  const document = read(topic, body);
  expect(read(topic, body)).toEqual(document);
  if (typeof document === "string") return;
  for (const event of document.events) expect(eventSchema.safeParse(event)).toMatchObject({ success: true });
  expect(document.events.length + document.issues.length + document.references.length).toBeGreaterThan(0);
  const item = documentItem(document, rawBodyOf(new TextEncoder().encode(body)), "2026-01-01T00:00:00.000Z");
  expect(item.contentHash).toMatch(/^[0-9a-f]{64}$/);
}

test("arbitrary JSON under any topic is facts, named issues or Invalid", () => {
  fc.assert(
    fc.property(fc.constantFrom(...handledTopics), fc.json({ maxDepth: 4 }), (topic, body) => expectLawful(topic, body)),
    runs,
  );
});

test("arbitrary text under any topic is Invalid or lawful", () => {
  fc.assert(
    fc.property(fc.constantFrom(...handledTopics), fc.string(), (topic, body) => expectLawful(topic, body)),
    runs,
  );
});

/** Every place of a JSON value, as a path. */
function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const members = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [path, ...members.flatMap((key) => places((value as Record<string | number, unknown>)[key], [...path, key]))];
}

function replaced(value: unknown, path: readonly (string | number)[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    "",
    "0",
    "-0.00",
    "1e5",
    "NaN",
    "999999999999999.99",
    "USD",
    "JPY",
    "XXX",
    "\ud800",
    "__proto__",
    "constructor",
    "+010000-01-01T00:00:00Z",
    "0000-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "cancelled",
    "refund",
    "pending",
    0,
    -1,
    0.1,
    1e300,
    Number.MAX_SAFE_INTEGER,
    true,
    [],
    {},
    [null],
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

test("fixtures with any of their places replaced are facts, named issues or Invalid", () => {
  const parsed = fixtures.map((fixture) => JSON.parse(bodyText(fixture)) as unknown);
  const mutation = fc.record({
    body: fc.constantFrom(...parsed),
    topic: fc.constantFrom(...handledTopics),
    changes: fc.array(fc.tuple(fc.nat(), strange), { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(mutation, ({ body, topic, changes }) => {
      let mutated = body;
      for (const [place, value] of changes) {
        const all = places(mutated);
        mutated = replaced(mutated, all[place % all.length]!, value);
      }
      expectLawful(topic, JSON.stringify(mutated) ?? "");
    }),
    { numRuns: 4000 },
  );
});

test("no header makes the signature check throw, and none but the right one passes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (signature) => {
      expect(verifySignature(new Uint8Array([1, 2, 3]), signature, ["secret"])).toBe(false);
    }),
    runs,
  );
});
