import { describe, expect, test } from "vitest";
import { shopifyChannel } from "#adapters/channels/shopify";
import { posFormats } from "#adapters/pos-formats";
import { findableByTender } from "#domain/intake";
import { documentItem, type ExceptionItem, exceptionKey, type LineageItem, type ParsedDocument, rawBodyOf } from "#domain/lineage";
import { createHandler } from "#functions/edit-document";
import { posReadSettings } from "#functions/pos-read-settings";
import { sampleDay, type WebhookDelivery } from "#sample";
import { memoryHouse } from "./memory-house.ts";
import { policy } from "./posting-house.ts";

const placed = sampleDay().find((each): each is WebhookDelivery => each.kind === "webhook" && each.topic === "orders/create");
const order = JSON.parse(Buffer.from(placed?.body ?? "").toString("utf8")) as Record<string, unknown>;
const shop = placed?.shop ?? "";
const at = "2026-11-27T12:00:00.000Z";
const text = (changes: Record<string, unknown>) => JSON.stringify({ ...order, ...changes });
const bytes = (body: string) => new TextEncoder().encode(body);
const read = (body: string, topic = "orders/create") => shopifyChannel.parseWebhook({ topic, shop, body: bytes(body), receivedAt: at });

function exceptionOf({ transaction, issues }: ParsedDocument): ExceptionItem {
  const [issue] = issues;
  if (issue === undefined) throw new Error("nothing is wrong with it");
  const key = exceptionKey(issue.class, "abc", 1);
  return { ...issue, type: "exception", transaction, key, at, occurrence: 1, dueAt: at };
}

/** A desk with one document that was kept and not believed. */
function desk(parsed: ParsedDocument, body: string, more: readonly LineageItem[] = []) {
  const house = memoryHouse();
  const document = documentItem(parsed, rawBodyOf(bytes(body)), at);
  const exception = exceptionOf(parsed);
  void house.lineage.insert([document, exception, ...more]);
  const policies = { current: async () => policy, reload: async () => policy, lastRelease: () => Promise.reject(new Error("not asked")) };
  const handler = createHandler({
    ...{ channels: [shopifyChannel], sources: [], formats: posFormats },
    ...{ documents: house.documents, lineage: house.lineage, policies, clock: { now: () => "2026-11-27T13:00:00.000Z" } },
  });
  const edit = (corrected: string) =>
    handler({ transaction: parsed.transaction, exception: exception.key, body: corrected, by: "Ana Ruiz", reason: "the shop said so" });
  return { edit, document, exception, added: () => house.items().slice(2 + more.length), handler };
}

const wrong = text({ total_price: "1.00", total_price_set: undefined });
const isOld = { updated_at: "2026-01-01T00:00:00Z" };

describe("a document of Shopify that was kept and not believed", () => {
  test("is corrected by a document beside it, which says whose word it is; the original is kept", async () => {
    const { edit, added, document } = desk(read(wrong), wrong);
    expect(await edit(text({}))).toEqual({ outcome: "edited", transaction: document.transaction, document: added()[0]?.key });
    expect(added()).toMatchObject([
      {
        type: "document",
        source: document.source,
        at: "2026-11-27T13:00:00.000Z",
        issues: [],
        edited: { from: document.key, by: "Ana Ruiz", reason: "the shop said so" },
        raw: { inline: text({}) },
      },
    ]);
    expect(await edit(text({}))).toMatchObject({ outcome: "edited-before" });
    expect(added()).toHaveLength(1);
  });

  test.each([
    ["the same again", wrong, { outcome: "unchanged" }],
    ["another order", text({ id: 17 }), { outcome: "another-document" }],
    ["an older version", text(isOld), { outcome: "older" }],
    ["no JSON", "{", { outcome: "unreadable", message: expect.stringContaining("not JSON") }],
    [
      "what is still wrong",
      text({ total_price: "2.00", total_price_set: undefined }),
      { outcome: "still-wrong", issues: [expect.objectContaining({ class: "money.amount-mismatch", code: "order-total" })] },
    ],
  ])("is not replaced by %s", async (_, corrected, answer) => {
    const { edit, added } = desk(read(wrong), wrong);
    expect([await edit(corrected), added()]).toEqual([answer, []]);
  });

  test("whose bytes were removed cannot be corrected: nobody knows which gate it came by", async () => {
    const parsed = read(wrong);
    const { inline: _, ...raw } = rawBodyOf(bytes(wrong));
    const house = memoryHouse();
    await house.lineage.insert([{ ...documentItem(parsed, raw, at) }, exceptionOf(parsed)]);
    const policies = { current: async () => policy, reload: async () => policy, lastRelease: () => Promise.reject(new Error("not asked")) };
    const handler = createHandler({
      ...{ channels: [shopifyChannel], sources: [], formats: [], documents: house.documents, lineage: house.lineage },
      ...{ policies, clock: { now: () => at } },
    });
    const asked = { transaction: parsed.transaction, exception: exceptionOf(parsed).key, body: text({}), by: "Ana Ruiz", reason: "r" };
    expect(await handler(asked)).toEqual({ outcome: "original-removed" });
  });

  test("one without identity is given one: it becomes a document of its order, and its exception is closed under the same name", async () => {
    const nameless = text({ id: undefined });
    const { edit, added, document, exception } = desk(read(nameless), nameless);
    expect(await edit(text({}))).toMatchObject({ outcome: "edited", transaction: read(text({})).transaction });
    expect(added()).toMatchObject([
      { type: "document", edited: { from: `${document.transaction}/${document.key}` } },
      { type: "closure", transaction: document.transaction, key: `${exception.key}#C`, by: "Ana Ruiz" },
    ]);
  });
});

test("a ticket of a till goes through the reader of its format", async () => {
  const ticket = (total: string) =>
    `<Transaction><RetailStoreID>0101</RetailStoreID><WorkstationID>1</WorkstationID><SequenceNumber>7</SequenceNumber><BusinessDayDate>2026-11-27</BusinessDayDate><BeginDateTime>2026-11-27T10:00:00-05:00</BeginDateTime><CurrencyCode>USD</CurrencyCode><RetailTransaction><LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>MUG</ItemID><ExtendedAmount>10.00</ExtendedAmount><Quantity>1</Quantity></Sale></LineItem><LineItem><SequenceNumber>2</SequenceNumber><Tender TenderType="Cash"><Amount>${total}</Amount></Tender></LineItem><Total TotalType="TransactionGrandAmount">10.00</Total></RetailTransaction></Transaction>`;
  const parsed = (body: string): ParsedDocument => {
    const found: ParsedDocument[] = [];
    const [poslog] = posFormats;
    const reader = poslog?.open(
      { ...posReadSettings(policy), fragment: true },
      { transaction: ({ document }) => void (document !== undefined && found.push(document)) },
    );
    reader?.push(bytes(body), 0);
    reader?.end();
    return findableByTender(found[0] as ParsedDocument);
  };
  const short = parsed(ticket("9.00"));
  expect(short.issues.map(({ class: name }) => name)).toContain("money.amount-mismatch");
  const { edit, document } = desk(short, ticket("9.00"));
  expect(await edit(ticket("10.00"))).toMatchObject({ outcome: "edited", transaction: document.transaction });
  expect(await edit(ticket("8.00"))).toMatchObject({ outcome: "still-wrong" });
});

test("an input that names no person is none", async () => {
  const { handler } = desk(read(wrong), wrong);
  await expect(handler({ transaction: "sale:1", exception: "X#", body: "{}", by: "hub", reason: "x" })).rejects.toMatchObject({
    name: "Invalid",
  });
});
