import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readPartnerEvent, shopifyChannel } from "#adapters/channels/shopify";
import { Unavailable } from "#domain/failures";
import type { LineageItem } from "#domain/lineage";
import { createHandler } from "#functions/receive-shopify-event";
import { createHandler as receiveWebhook } from "#functions/receive-shopify-webhook";
import type { InsertAnswer } from "#ports/lineage-store";

const order = readFileSync(new URL("../fixtures/shopify/order.json", import.meta.url));
const shop = "quill.myshopify.com";

function house(answers: { insert?: InsertAnswer; put?: Error } = {}) {
  const items = new Map<string, LineageItem>();
  const stored = new Map<string, Uint8Array>();
  const metrics: unknown[] = [];
  const unused = () => Promise.reject(new Error("not a part of accepting an event"));
  const ports = {
    documents: {
      put: async (address: string, bytes: Uint8Array) => {
        if (answers.put) throw answers.put;
        stored.set(address, bytes);
      },
      get: unused,
      readRange: unused,
      size: unused,
    },
    lineage: {
      insert: async (inserts: readonly LineageItem[]) =>
        inserts.map((item): InsertAnswer => {
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
    metrics: { record: (...metric: unknown[]) => void metrics.push(metric) },
  };
  const webhook = receiveWebhook({
    channel: shopifyChannel,
    secrets: { webhookSecrets: async () => ["secret"], accessToken: unused },
    ...ports,
  });
  return { items, stored, metrics, webhook, handle: createHandler({ channel: shopifyChannel, readEvent: readPartnerEvent, ...ports }) };
}

const metadata = (topic: string) => ({
  "Content-Type": "application/json",
  "X-Shopify-Topic": topic,
  "X-Shopify-Shop-Domain": shop,
  "X-Shopify-Hmac-SHA256": "as it would stand on a webhook",
  "X-Shopify-Webhook-Id": "5f1b2c3d",
});

/** As EventBridge writes an event; `detail` is JSON text, so that its numbers stay as they are. */
const envelope = (detail: string, source = "aws.partner/shopify.com/1234567/throughline") =>
  `{"version":"0","id":"8f0c","detail-type":"shopifyWebhook","source":"${source}","account":"123456789012","time":"2026-11-27T14:03:29Z","region":"us-east-1","resources":[],"detail":${detail}}`;
const event = (payload: string, topic = "orders/create") =>
  envelope(`{"payload":${payload},"metadata":${JSON.stringify(metadata(topic))}}`);

describe("an event of Shopify's own event source", () => {
  test("becomes a document of the lineage", async () => {
    const { handle, items, metrics } = house();
    expect(await handle({ text: event(order.toString()) })).toEqual({
      answer: "accepted",
      transaction: "sale:shopify:quill.myshopify.com:9007199254740997",
      key: [...items.keys()][0],
    });
    expect(metrics).toEqual([["EventsReceived", 1, "count", { channel: "shopify", outcome: "accepted" }]]);
  });

  test.each(["event first", "webhook first"])(
    "and the webhook of the same order are one document, its long id to the last digit (%s)",
    async (first) => {
      const { handle, webhook, items } = house();
      const byEvent = async () => (await handle({ text: event(order.toString()) })).answer;
      const byWebhook = async () => {
        const signature = createHmac("sha256", "secret").update(order).digest("base64");
        const headers = { "X-Shopify-Topic": "orders/create", "X-Shopify-Shop-Domain": shop, "X-Shopify-Hmac-Sha256": signature };
        return (await webhook({ headers, body: order })).body;
      };
      const answers = first === "event first" ? [await byEvent(), await byWebhook()] : [await byWebhook(), await byEvent()];
      expect(answers).toEqual(["accepted", "duplicate"]);
      expect([...items.values()].map(({ transaction }) => transaction)).toEqual(["sale:shopify:quill.myshopify.com:9007199254740997"]);
    },
  );

  test("is read with its headers directly in the detail, too, and keeps its long numbers in the raw body", async () => {
    const { handle, items } = house();
    const { "Content-Type": _, ...headers } = metadata("orders/create");
    const detail = `${JSON.stringify(headers).slice(0, -1)},"payload":${order.toString()}}`;
    expect((await handle({ text: envelope(detail) })).answer).toBe("accepted");
    const [item] = [...items.values()];
    expect(item?.type === "document" && item.raw.inline).toContain('"id":9007199254740997,');
  });

  test.each(['{"id":9007199254740997}', '{"id":9007199254740997,"payload_url":"https://storage.example/x?signature=secret"}'])(
    "too large to travel, %s, says that the order changed: it is read back from its source",
    async (payload) => {
      const { handle, items } = house();
      expect((await handle({ text: event(payload) })).answer).toBe("accepted");
      expect([...items.values()]).toMatchObject([
        {
          transaction: "sale:shopify:quill.myshopify.com:9007199254740997",
          events: [{ name: "source.changed", resource: "order", id: "9007199254740997" }],
        },
      ]);
    },
  );

  test.each(["unavailable", "unknown"] as const)("comes again when the lineage answers %s", async (insert) => {
    expect(await house({ insert }).handle({ text: event(order.toString()) })).toEqual({ answer: "unavailable" });
  });
});

describe("an event that never becomes a document is kept, and named with class and reason", () => {
  test.each([
    [
      "data that is denied",
      event(
        '{"topic":"Order","data":null,"errors":[{"message":"Access denied for customer field","path":["order","customer"],"extensions":{"code":"ACCESS_DENIED"}}]}',
      ),
      "transport.access",
      "orders/create of quill.myshopify.com: the app may not read order.customer. Grant it the access scope or the protected customer data of the topic, then have the object delivered again",
    ],
    [
      "an object in the data that is denied",
      event('{"topic":"Order","data":{"order":null},"errors":[{"path":["order"],"extensions":{"code":"ACCESS_DENIED"}}]}'),
      "transport.access",
      "orders/create of quill.myshopify.com: the app may not read order. Grant it the access scope or the protected customer data of the topic, then have the object delivered again",
    ],
    [
      "data that is denied without a path",
      event('{"data":null}'),
      "transport.access",
      "orders/create of quill.myshopify.com: the app may not read its data. Grant it the access scope or the protected customer data of the topic, then have the object delivered again",
    ],
    [
      "text that is no JSON",
      "Jane Doe",
      "transport.parse",
      "the event cannot be read: it is no JSON text: check that the rule hands on the whole event",
    ],
    [
      "an array",
      "[]",
      "transport.parse",
      "the event cannot be read: it is JSON but no object: check that the rule hands on the whole event",
    ],
    [
      "another source",
      envelope("{}", "throughline"),
      "transport.parse",
      "the event cannot be read: its source is not aws.partner/shopify.com/…: check the rule that brings it",
    ],
    [
      "no payload",
      envelope('{"metadata":{}}'),
      "transport.parse",
      "the event cannot be read: its detail has no payload: check that the rule hands on the whole event",
    ],
    [
      "no detail",
      envelope("null"),
      "transport.parse",
      "the event cannot be read: it has no detail: check that the rule hands on the whole event",
    ],
    [
      "no shop",
      envelope('{"payload":{"id":1,"name":"x"},"metadata":{"X-Shopify-Topic":"orders/create"}}'),
      "transport.parse",
      "the event cannot be read: it names no shop or no topic: check the event source",
    ],
  ])("%s", async (_, text, exceptionClass, reason) => {
    const { handle, items, stored } = house();
    const receipt = await handle({ text });
    expect(receipt).toEqual({ answer: "unusable", class: exceptionClass, reason, address: [...stored.keys()][0] });
    expect([...stored.values()].map((bytes) => new TextDecoder().decode(bytes))).toEqual([text]);
    expect(items.size).toBe(0);
  });

  test("a topic that nobody reads is named", async () => {
    expect(await house().handle({ text: event('{"id":1,"title":"a product"}', "products/update") })).toMatchObject({
      answer: "unusable",
      class: "transport.parse",
      reason: expect.stringContaining('the event cannot be read: topic "products/update" is not handled: subscribe to orders/create'),
    });
  });

  test("and comes again when it could not be kept", async () => {
    expect(await house({ put: new Unavailable("the bucket is away") }).handle({ text: "[]" })).toEqual({ answer: "unavailable" });
  });
});
