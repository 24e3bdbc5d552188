import { describe, expect, test } from "vitest";
import { documentItem, type ParsedDocument, rawBodyOf } from "#domain/lineage";
import { at, fact } from "../../fixtures/posting-case.ts";

const parsed: ParsedDocument = {
  transaction: "sale:shopify:shop.example:1",
  kind: "sale",
  source: "shopify:shop.example:order:1",
  channel: "shopify",
  shop: "shop.example",
  events: fact("a").events,
  references: [{ type: "order", value: "1" }],
  issues: [],
};
const bodyOf = (text: string) => rawBodyOf(new TextEncoder().encode(text));

describe("a document's key", () => {
  const key = (changes: Partial<ParsedDocument> = {}) => documentItem({ ...parsed, ...changes }, bodyOf("{}"), at(0)).key;

  test("is its source and the hash of its facts: copies of one content are one document, whenever and by whichever door they come", () => {
    expect(documentItem(parsed, bodyOf("{ }"), at(99)).key).toBe(key());
    expect(key()).toMatch(/^D#shopify:shop\.example:order:1#[0-9a-f]{64}$/);
  });

  test.each<[string, Partial<ParsedDocument>]>([
    ["events", { events: [] }],
    ["references", { references: [] }],
    ["issues", { issues: [{ class: "data.value", code: "c", cause: "c", message: "m" }] }],
    ["version", { version: "2" }],
  ])("differs with other %s", (_, changes) => {
    expect(key(changes)).not.toBe(key());
  });
});

test("the item carries the version where the channel tells it, and no such member otherwise", () => {
  expect(documentItem({ ...parsed, version: "2" }, bodyOf("{}"), at(0)).version).toBe("2");
  expect(documentItem(parsed, bodyOf("{}"), at(0))).not.toHaveProperty("version");
});

describe("a raw body", () => {
  test("is inline up to 65,536 bytes, with the SHA-256 of its bytes", () => {
    const hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    expect(bodyOf("{}")).toEqual({ hash, bytes: 2, inline: "{}" });
    expect(rawBodyOf(new Uint8Array(65_536).fill(32)).inline).toHaveLength(65_536);
  });

  test("a byte more is kept by its content address", () => {
    const large = rawBodyOf(new Uint8Array(65_537).fill(32));
    expect(large).toEqual({ hash: large.hash, bytes: 65_537, address: `sha256/${large.hash}` });
  });
});
