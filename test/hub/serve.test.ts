import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTransaction } from "#functions/read-transaction";
import { type HubServer, serve } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { temporaryHub, webhookSecret } from "./temporary-hub.ts";

const first = sampleDay().find((delivery): delivery is WebhookDelivery => delivery.kind === "webhook") as WebhookDelivery;
let temporary: Awaited<ReturnType<typeof temporaryHub>>;
let server: HubServer;

beforeAll(async () => {
  temporary = await temporaryHub();
  server = await serve(temporary.hub, { port: 0 });
});

afterAll(async () => {
  await server.close();
  await temporary.remove();
});

function signed(body: Uint8Array, headers: Record<string, string> = {}): Record<string, string> {
  return {
    "x-shopify-topic": first.topic,
    "x-shopify-shop-domain": first.shop,
    "x-shopify-hmac-sha256": createHmac("sha256", webhookSecret).update(body).digest("base64"),
    ...headers,
  };
}

async function post(body: Uint8Array, headers: Record<string, string>, path = "/webhooks/shopify"): Promise<[number, string]> {
  const response = await fetch(`${server.url}${path}`, { method: "POST", headers, body: body.slice() });
  return [response.status, await response.text()];
}

async function rows(): Promise<number> {
  return (await temporary.hub.lineage.readAfter(0, 10_000)).length;
}

describe("the webhook door", () => {
  test("takes a signed webhook once, and knows it the second time, whatever the casing of its headers", async () => {
    expect(await post(first.body, signed(first.body))).toEqual([200, "accepted"]);
    const upper = Object.fromEntries(Object.entries(signed(first.body)).map(([name, value]) => [name.toUpperCase(), value]));
    expect(await post(first.body, upper)).toEqual([200, "duplicate"]);
    const withoutX = Object.fromEntries(Object.entries(signed(first.body)).map(([name, value]) => [name.slice(2), value]));
    expect(await post(first.body, withoutX)).toEqual([200, "duplicate"]);
  });

  test("a bad signature, an unknown shop and no signature get 401 and leave nothing but the metric", async () => {
    const before = await rows();
    const words = "the signature is not that of a known shop's secret over this body";
    expect(await post(first.body, { ...signed(first.body), "x-shopify-hmac-sha256": "bm90IGl0" })).toEqual([401, words]);
    expect(await post(first.body, signed(first.body, { "x-shopify-shop-domain": "stranger.myshopify.com" }))).toEqual([401, words]);
    expect(await post(first.body, { "x-shopify-topic": first.topic, "x-shopify-shop-domain": first.shop })).toEqual([401, words]);
    expect(await rows()).toBe(before);
    const refused = (await temporary.hub.metrics.totals({ name: "WebhooksReceived" })).find(
      ({ dimensions }) => dimensions.outcome === "unauthorized",
    );
    expect(refused?.count).toBe(3);
  });

  test("a body that is no JSON gets 400, and one over the limit 413, with and without a stated length", async () => {
    const before = await rows();
    const text = new TextEncoder().encode("<order/>");
    expect((await post(text, signed(text)))[0]).toBe(400);
    const large = new Uint8Array(1_000_001).fill(0x20);
    expect(await post(large, signed(large))).toEqual([413, "the body is larger than 1000000 bytes"]);
    expect(await chunked(large, signed(large))).toBe(413);
    expect(await rows()).toBe(before);
  });

  test("a topic that is not handled is refused by name", async () => {
    const [status, words] = await post(first.body, signed(first.body, { "x-shopify-topic": "carts/create" }));
    expect([status, words]).toEqual([404, expect.stringMatching(/^topic "carts\/create" is not handled: subscribe to orders\/create, /)]);
  });

  test("another path and another method are told what is served", async () => {
    expect(await post(first.body, {}, "/webhooks/square")).toEqual([
      404,
      "nothing is served at this path: try POST /webhooks/shopify or GET /health",
    ]);
    expect((await fetch(`${server.url}/webhooks/shopify`)).status).toBe(405);
  });

  test("a sender that stops in the middle hurts nobody else", async () => {
    const { hostname, port } = new URL(server.url);
    const half = connect(Number(port), hostname);
    half.write(`POST /webhooks/shopify HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{"id":`);
    expect(await post(first.body, signed(first.body))).toEqual([200, "duplicate"]);
    half.destroy();
    expect(await post(first.body, signed(first.body))).toEqual([200, "duplicate"]);
  });

  test("a large raw body lies in the document store, and the lineage keeps its hash and address", async () => {
    const order = JSON.parse(new TextDecoder().decode(first.body)) as Record<string, unknown>;
    const body = new TextEncoder().encode(JSON.stringify({ ...order, id: 6120000077777, name: "#7777", note: "x".repeat(70_000) }));
    expect(await post(body, signed(body))).toEqual([200, "accepted"]);
    const [document] = (await readTransaction(temporary.hub.lineage, `sale:shopify:${first.shop}:6120000077777`)).documents;
    expect(document?.raw).toEqual({
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      bytes: body.byteLength,
      address: `sha256/${document?.raw.hash}`,
    });
    expect(await temporary.hub.documents.get(document?.raw.address ?? "")).toEqual(body);
  });

  test("health tells what is still to be done", async () => {
    const response = await fetch(`${server.url}/health`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { ok: true, unannounced: true, visibleMessages: 0, hiddenMessages: 0, deadMessages: 0 },
    ]);
  });
});

test("facts hold no personal data, and the raw body can be removed without breaking the hash of the facts", async () => {
  const [document] = (await readTransaction(temporary.hub.lineage, `sale:shopify:${first.shop}:6120000001001`)).documents;
  const raw = document?.raw.inline ?? "";
  const email = /"email":"([^"]+)"/.exec(raw)?.[1] ?? "none";
  expect(raw).toContain(email);
  expect(JSON.stringify({ ...document, raw: undefined })).not.toContain(email);
  expect(await temporary.hub.lineage.removeRawBody(document?.transaction ?? "", document?.key ?? "")).toBe(true);
  const [after] = (await readTransaction(temporary.hub.lineage, document?.transaction ?? "")).documents;
  expect(after?.raw).toEqual({ hash: document?.raw.hash, bytes: document?.raw.bytes });
  expect({ ...after, raw: undefined }).toEqual({ ...document, raw: undefined });
});

/** Without content-length: the size shows only as it arrives. */
function chunked(body: Uint8Array, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      `${server.url}/webhooks/shopify`,
      { method: "POST", headers: { ...headers, "transfer-encoding": "chunked" } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    // The server may close before the last bytes are sent: its answer is what counts.
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "EPIPE" || error.code === "ECONNRESET" ? undefined : reject(error),
    );
    for (let at = 0; at < body.byteLength; at += 100_000) outgoing.write(body.subarray(at, at + 100_000));
    outgoing.end();
  });
}
