import { describe, expect, test } from "vitest";
import { shopifyChannel } from "#adapters/channels/shopify";
import { type DocumentItem, documentItem, type ExceptionItem, factsHash, type LineageItem, rawBodyOf } from "#domain/lineage";
import { createHandler } from "#functions/answer-privacy-requests";
import { listedException, openExceptions } from "#functions/open-exceptions";
import { sampleDay, type WebhookDelivery } from "#sample";
import { memoryHouse } from "./memory-house.ts";

const shop = "quill.myshopify.com";
const at = "2026-11-27T12:00:00.000Z";
const bytes = (text: string) => new TextEncoder().encode(text);
const placed = sampleDay().find((each): each is WebhookDelivery => each.kind === "webhook" && each.topic === "orders/create");
const orderBody = (id: number, of = shop, padding = "") =>
  JSON.stringify({
    ...JSON.parse(Buffer.from(placed?.body ?? "").toString("utf8")),
    id,
    email: "someone@example.com",
    note: `${of}${padding}`,
  });

function order(id: number, of = shop, padding = ""): { readonly item: DocumentItem; readonly body: string } {
  const body = orderBody(id, of, padding);
  const parsed = shopifyChannel.parseWebhook({ topic: "orders/create", shop: of, body: bytes(body), receivedAt: at });
  return { item: documentItem(parsed, rawBodyOf(bytes(body)), at), body };
}

function request(topic: string, json: object): LineageItem[] {
  const body = JSON.stringify({ shop_domain: shop, customer: { email: "someone@example.com" }, ...json });
  const parsed = shopifyChannel.parseWebhook({ topic, shop, body: bytes(body), receivedAt: at, triggeredAt: at, eventId: "e1" });
  const [event] = parsed.events;
  const opened: ExceptionItem = {
    ...{ type: "exception", transaction: parsed.transaction, key: "X#privacy.request#abc#0001", at, class: "privacy.request" },
    ...{ code: event?.name === "privacy.requested" ? event.request : "", cause: "c", message: "m", occurrence: 1, dueAt: at },
  };
  return [documentItem(parsed, rawBodyOf(bytes(body)), at), opened];
}

/** A record whose raw bodies can be removed, `dies` after so many removals. */
async function house(items: readonly LineageItem[], dies = Number.POSITIVE_INFINITY) {
  const memory = memoryHouse();
  let left = dies;
  const bodies = new Map<string, LineageItem>();
  await memory.lineage.insert(items);
  const removed: string[] = [];
  const stored = new Map<string, Uint8Array>();
  const live = () => memory.items().map((item) => bodies.get(`${item.transaction} ${item.key}`) ?? item);
  const make = () =>
    createHandler({
      lineage: {
        ...memory.lineage,
        page: async (transaction) => ({
          items: live()
            .filter((item) => item.transaction === transaction)
            .sort((a, b) => (a.key < b.key ? 1 : -1)),
        }),
        transactions: async () => ({ transactions: [...new Set(live().map(({ transaction }) => transaction))] }),
        removeRawBody: async (transaction, key) => {
          if (left-- <= 0) throw new Error("killed");
          const item = live().find((each) => each.transaction === transaction && each.key === key);
          if (item?.type !== "document") return false;
          const { inline: _, ...raw } = item.raw;
          bodies.set(`${transaction} ${key}`, { ...item, raw });
          return true;
        },
      },
      documents: {
        put: async (address, content) => void stored.set(address, content),
        get: async (address) => stored.get(address),
        readRange: async () => undefined,
        size: async (address) => stored.get(address)?.byteLength,
      },
      removal: {
        remove: async (address) => {
          stored.delete(address);
          removed.push(address);
        },
      },
      workLists: {
        put: async () => {},
        remove: async () => {},
        read: async (name) => ({
          entries:
            name === openExceptions ? live().flatMap((item) => (item.type === "exception" ? [listedException({ opened: item })] : [])) : [],
        }),
      },
      clock: { now: () => "2026-11-27T13:00:00.000Z" },
      metrics: { record: () => {} },
    });
  const text = () => JSON.stringify(live());
  return { answer: make(), live, removed, stored, text, heal: () => void (left = Number.POSITIVE_INFINITY) };
}

describe("a request to erase a customer", () => {
  const redact = request("customers/redact", { orders_to_redact: [5001, 5002] });

  test("removes the raw bodies of the orders that it names, and its own; facts and hashes stay as they were", async () => {
    const others = [order(5003).item, order(5001, "other.myshopify.com").item];
    const { answer, live, text } = await house([order(5001).item, order(5002).item, ...others, ...redact]);
    expect(await answer({})).toEqual({ answered: [{ transaction: redact[0]?.transaction, outcome: "erased", bodies: 3 }] });
    const documents = live().filter((item): item is DocumentItem => item.type === "document");
    expect(documents.filter(({ raw }) => raw.inline !== undefined).map(({ transaction }) => transaction)).toEqual([
      "sale:shopify:quill.myshopify.com:5003",
      "sale:shopify:other.myshopify.com:5001",
    ]);
    expect(documents.every((document) => factsHash(document) === document.contentHash)).toBe(true);
    expect(text().match(/someone@example\.com/g)).toHaveLength(2);
    expect(live().at(-1)).toEqual({
      type: "erasure",
      transaction: redact[0]?.transaction,
      key: "X#privacy.request#abc#0001#Z",
      at: "2026-11-27T13:00:00.000Z",
      bodies: 3,
    });
  });

  test("is answered once, and again by whoever asks by its name", async () => {
    const { answer } = await house([order(5001).item, ...redact]);
    await answer({});
    expect(await answer({})).toEqual({ answered: [] });
    expect(await answer({ transaction: redact[0]?.transaction })).toMatchObject({ answered: [{ outcome: "erased", bodies: 0 }] });
  });

  test("that died half-way is not on record, and is finished by the next run", async () => {
    const { answer, heal, text } = await house([order(5001).item, order(5002).item, ...redact], 1);
    await expect(answer({})).rejects.toThrow("killed");
    expect(text()).toContain("orders_to_redact");
    expect(text()).not.toContain('"erasure"');
    heal();
    expect(await answer({})).toMatchObject({ answered: [{ bodies: 2 }] });
    expect(text()).not.toContain("someone@example.com");
  });

  test("removes a large body from the document store", async () => {
    const large = order(5001, shop, "x".repeat(70_000));
    const { answer, removed, stored } = await house([large.item, ...redact]);
    stored.set(large.item.raw.address ?? "", bytes(large.body));
    expect(await answer({})).toMatchObject({ answered: [{ bodies: 2 }] });
    expect([removed, stored.size]).toEqual([[large.item.raw.address], 0]);
  });
});

test("a request to erase a shop removes what every stream of that shop holds, and no other shop's", async () => {
  const { answer, text } = await house([
    ...[order(5001).item, order(5002).item, order(5003, "other.myshopify.com").item],
    ...request("shop/redact", { shop_id: 1 }),
  ]);
  expect(await answer({})).toMatchObject({ answered: [{ outcome: "erased", bodies: 3 }] });
  expect(text().match(/someone@example\.com/g)).toHaveLength(1);
});

describe("a request for a customer's data", () => {
  const asked = request("customers/data_request", { data_request: { id: 9 }, orders_requested: [5001] });
  const { transaction } = asked[0] as LineageItem;

  test("is answered as a file of what is held of the orders asked for", async () => {
    const held = order(5001);
    const { answer, stored } = await house([held.item, order(5002).item, ...asked]);
    const [answered] = (await answer({ transaction })).answered;
    expect(answered).toMatchObject({ transaction, outcome: "exported", documents: 1 });
    const [file] = [...stored.values()].map((content) => JSON.parse(new TextDecoder().decode(content)));
    expect(file).toEqual({
      request: transaction,
      orders: ["sale:shopify:quill.myshopify.com:5001"],
      documents: [{ transaction: held.item.transaction, source: held.item.source, receivedAt: at, body: held.body }],
    });
    expect("address" in answered! && stored.has(answered.address)).toBe(true);
  });

  test("erases nothing, and is no work for the run that nobody asked", async () => {
    const { answer, text } = await house([order(5001).item, ...asked]);
    expect(await answer({})).toEqual({ answered: [] });
    await answer({ transaction });
    expect(text().match(/someone@example\.com/g)).toHaveLength(2);
  });
});

test("what is no request is said to be none", async () => {
  const { answer } = await house([]);
  expect(await answer({ transaction: "privacy:shopify:x:1" })).toEqual({
    answered: [{ transaction: "privacy:shopify:x:1", outcome: "unknown" }],
  });
  await expect(answer({ transaction: "sale:1" })).rejects.toThrow("privacy:<channel>:<shop>:<id>");
});
