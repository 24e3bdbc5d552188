import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { shopifyChannel } from "#adapters/channels/shopify";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { LineageItem } from "#domain/lineage";
import { createHandler, type Dependencies } from "#functions/receive-shopify-webhook";
import type { InsertAnswer } from "#ports/lineage-store";

const order = readFileSync(new URL("../fixtures/shopify/order.json", import.meta.url));
const orderKey = "D#shopify:quill.myshopify.com:order:9007199254740997#";

/** The ports as plain data, with a journal of the effects in the order in which they happened. */
function house(answers: { insert?: InsertAnswer | Error; put?: Error; secrets?: Error } = {}) {
  const effects: string[] = [];
  const items = new Map<string, LineageItem>();
  const stored = new Map<string, Uint8Array>();
  const unused = () => Promise.reject(new Error("not a part of accepting a webhook"));
  const dependencies: Dependencies = {
    channel: shopifyChannel,
    secrets: {
      webhookSecrets: async (shop) => {
        if (answers.secrets) throw answers.secrets;
        return shop === "quill.myshopify.com" ? ["old secret", "new secret"] : [];
      },
      accessToken: unused,
    },
    documents: {
      put: async (address, bytes) => {
        effects.push("put");
        if (answers.put) throw answers.put;
        stored.set(address, bytes);
      },
      get: unused,
      readRange: unused,
      size: unused,
    },
    lineage: {
      insert: async (inserts) =>
        inserts.map((item) => {
          effects.push("insert");
          if (answers.insert instanceof Error) throw answers.insert;
          if (answers.insert !== undefined) return answers.insert;
          if (items.has(item.key)) return "conflict";
          items.set(item.key, item);
          return "inserted";
        }),
      get: unused,
      page: unused,
      removeRawBody: unused,
      transactions: unused,
    },
    clock: { now: () => "2026-11-27T14:03:30.000Z" },
    metrics: { record: (name, value, unit, dimensions) => void effects.push(`${name} ${value} ${unit} ${JSON.stringify(dimensions)}`) },
  };
  return { effects, items, stored, handle: createHandler(dependencies) };
}

const metric = (outcome: string) => `WebhooksReceived 1 count {"channel":"shopify","outcome":"${outcome}"}`;
const sign = (body: Uint8Array, secret = "new secret") => createHmac("sha256", secret).update(body).digest("base64");
const headers = (body: Uint8Array, changes: Record<string, string | undefined> = {}) => ({
  "x-shopify-topic": "orders/create",
  "x-shopify-shop-domain": "quill.myshopify.com",
  "x-shopify-hmac-sha256": sign(body),
  ...changes,
});

describe("receive-shopify-webhook", () => {
  test("a signed order is recorded, and only then answered", async () => {
    const { handle, effects, items } = house();
    const reply = await handle({ headers: headers(order), body: order });
    expect(reply).toEqual({
      status: 200,
      body: "accepted",
      accepted: {
        transaction: "sale:shopify:quill.myshopify.com:9007199254740997",
        key: expect.stringContaining(orderKey),
        answer: "accepted",
      },
    });
    expect(effects).toEqual(["insert", metric("accepted")]);
    expect([...items.values()]).toEqual([
      expect.objectContaining({
        type: "document",
        transaction: "sale:shopify:quill.myshopify.com:9007199254740997",
        key: reply.accepted?.key,
        at: "2026-11-27T14:03:30.000Z",
        raw: expect.objectContaining({ bytes: order.byteLength, inline: order.toString("utf8") }),
      }),
    ]);
  });

  test("the same content is a duplicate, under another topic and secret too", async () => {
    const { handle, items } = house();
    const first = await handle({ headers: headers(order), body: order });
    const second = await handle({
      headers: headers(order, { "x-shopify-topic": "orders/paid", "x-shopify-hmac-sha256": sign(order, "old secret") }),
      body: order,
    });
    expect(second).toEqual({
      status: 200,
      body: "duplicate",
      accepted: { transaction: first.accepted?.transaction, key: first.accepted?.key, answer: "duplicate" },
    });
    expect(items.size).toBe(1);
  });

  test.each([
    ["X-Shopify-Topic", "X-Shopify-Shop-Domain", "X-Shopify-Hmac-Sha256"],
    ["X-SHOPIFY-TOPIC", "X-SHOPIFY-SHOP-DOMAIN", "X-SHOPIFY-HMAC-SHA256"],
    ["shopify-topic", "Shopify-Shop-Domain", "shopify-hmac-sha256"],
  ])("headers are found as %s", async (topic, shop, signature) => {
    const { handle } = house();
    const found = { [topic]: "orders/create", [shop]: "Quill.MyShopify.com", [signature]: sign(order) };
    expect((await handle({ headers: found, body: order })).status).toBe(200);
  });

  test.each([
    ["a wrong signature", { "x-shopify-hmac-sha256": sign(order, "another secret") }],
    ["no signature", { "x-shopify-hmac-sha256": undefined }],
    ["no shop", { "x-shopify-shop-domain": undefined }],
    ["an unknown shop", { "x-shopify-shop-domain": "stranger.myshopify.com" }],
    ["a wrong signature and an unknown topic", { "x-shopify-hmac-sha256": "x", "x-shopify-topic": "orders/edited" }],
  ])("%s gets the same 401 and leaves no trace but a metric", async (_, changes) => {
    const { handle, effects } = house();
    expect(await handle({ headers: headers(order, changes), body: order })).toEqual({
      status: 401,
      body: "the signature is not that of a known shop's secret over this body",
    });
    expect(effects).toEqual([metric("unauthorized")]);
  });

  test("a signature over other bytes of the same JSON is refused: the raw bytes count", async () => {
    const { handle } = house();
    const respaced = Buffer.from(JSON.stringify(JSON.parse(order.toString("utf8"))));
    expect((await handle({ headers: headers(order), body: respaced })).status).toBe(401);
  });

  test("a topic that is not handled is refused by name, after the signature", async () => {
    const { handle, effects } = house();
    expect(await handle({ headers: headers(order, { "x-shopify-topic": "orders/delete" }), body: order })).toEqual({
      status: 404,
      body: expect.stringMatching(
        /^topic "orders\/delete" is not handled: subscribe to orders\/create, orders\/updated, .*, shop\/redact$/,
      ),
    });
    expect((await handle({ headers: headers(order, { "x-shopify-topic": undefined }), body: order })).body).toMatch(/^no topic is named/);
    expect(effects).toEqual([metric("unhandled-topic"), metric("unhandled-topic")]);
  });

  test("two changes of one order that come as its id alone are two notices; a second delivery of one is a duplicate", async () => {
    const { handle, items } = house();
    const stub = Buffer.from('{"id":5002}');
    const deliver = async (more: Record<string, string>) =>
      (await handle({ headers: headers(stub, { "x-shopify-topic": "orders/updated", ...more }), body: stub })).accepted?.answer;
    expect(await deliver({ "X-Shopify-Triggered-At": "2026-11-27T14:00:00Z", "X-Shopify-Event-Id": "e1" })).toBe("accepted");
    expect(await deliver({ "X-Shopify-Triggered-At": "2026-11-27T14:00:00Z", "X-Shopify-Event-Id": "e1" })).toBe("duplicate");
    expect(await deliver({ "X-Shopify-Triggered-At": "2026-11-27T14:00:00Z", "X-Shopify-Event-Id": "e2" })).toBe("accepted");
    // The event's name comes before that of the delivery, which another subscription would change.
    expect(
      await deliver({ "X-Shopify-Triggered-At": "2026-11-27T14:00:00Z", "X-Shopify-Event-Id": "e2", "X-Shopify-Webhook-Id": "w9" }),
    ).toBe("duplicate");
    expect(await deliver({ "Shopify-Webhook-Id": "w1" })).toBe("accepted");
    expect(items.size).toBe(3);
  });

  test.each(["customers/data_request", "customers/redact", "shop/redact"])(
    "%s is taken with a good signature, and 401 without",
    async (topic) => {
      const { handle, items } = house();
      const body = Buffer.from('{"shop_id":954889,"shop_domain":"quill.myshopify.com"}');
      expect(
        (await handle({ headers: headers(body, { "x-shopify-topic": topic, "x-shopify-hmac-sha256": sign(body, "x") }), body })).status,
      ).toBe(401);
      expect((await handle({ headers: headers(body, { "x-shopify-topic": topic }), body })).status).toBe(200);
      expect(items.size).toBe(1);
    },
  );

  test("a signed body that is not JSON gets 400 and is not kept", async () => {
    const { handle, effects } = house();
    const body = Buffer.from("order=1&email=ada.quill@example.com");
    const reply = await handle({ headers: headers(body), body });
    expect(reply).toEqual({ status: 400, body: "the webhook body is not JSON text in UTF-8: send the body as the channel made it" });
    expect(effects).toEqual([metric("unreadable")]);
  });

  test("a body of 1,000,000 bytes is read and one of a byte more gets 413 before anything is looked up", async () => {
    const { handle, effects } = house({ secrets: new Error("must not be asked") });
    const body = Buffer.alloc(1_000_001, 32);
    expect(await handle({ headers: headers(body), body })).toEqual({
      status: 413,
      body: "the body has 1000001 bytes: at most 1000000 are accepted",
    });
    expect(effects).toEqual([metric("too-large")]);
    const largest = Buffer.concat([order, Buffer.alloc(1_000_000 - order.byteLength, 32)]);
    expect((await house().handle({ headers: headers(largest), body: largest })).status).toBe(200);
  });

  test("a large raw body is stored under its content address before the item that points at it is inserted", async () => {
    const { handle, effects, items, stored } = house();
    const body = Buffer.concat([order, Buffer.alloc(65_537, 32)]);
    expect((await handle({ headers: headers(body), body })).status).toBe(200);
    expect(effects).toEqual(["put", "insert", metric("accepted")]);
    const [item] = items.values();
    const raw = item?.type === "document" ? item.raw : undefined;
    expect(raw).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: body.byteLength, address: `sha256/${raw?.hash}` });
    expect(stored.get(`sha256/${raw?.hash}`)).toEqual(body);
  });

  test("a document with issues is kept and answered: delivering it again would not mend it", async () => {
    const { handle, items } = house();
    const body = Buffer.from(order.toString("utf8").replace('"total_tip_received": "3.00"', '"total_tip_received": "4.00"'));
    expect((await handle({ headers: headers(body), body })).status).toBe(200);
    expect([...items.values()]).toMatchObject([{ issues: [{ class: "money.amount-mismatch", code: "order-total" }] }]);
  });

  test.each([
    ["the store did not insert", { insert: "unavailable" as const }, ["insert"]],
    ["nobody knows whether the store inserted", { insert: "unknown" as const }, ["insert"]],
    ["the whole insert failed", { insert: new Unavailable("down") }, ["insert"]],
    ["the whole insert got lost", { insert: new UnknownOutcome("lost") }, ["insert"]],
    ["the secrets could not be read", { secrets: new Unavailable("down") }, []],
  ])("when %s the sender is asked to deliver again", async (_, answers, before) => {
    const { handle, effects } = house(answers);
    expect(await handle({ headers: headers(order), body: order })).toEqual({
      status: 503,
      body: "the webhook could not be recorded: deliver it again",
    });
    expect(effects).toEqual([...before, metric("unavailable")]);
  });

  test("when the large body cannot be stored no item points at it", async () => {
    const { handle, effects } = house({ put: new UnknownOutcome("lost") });
    const body = Buffer.concat([order, Buffer.alloc(65_537, 32)]);
    expect((await handle({ headers: headers(body), body })).status).toBe(503);
    expect(effects).toEqual(["put", metric("unavailable")]);
  });

  test("a fault of our own is not passed off as an answer", async () => {
    const { handle } = house({ insert: new TypeError("a bug") });
    await expect(handle({ headers: headers(order), body: order })).rejects.toThrow("a bug");
  });
});
