import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTransaction } from "#functions/read-transaction";
import { drain, type HubServer, openHub, serve } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { allTransactions } from "../../cli/read-lineage.ts";
import { settableClock } from "../contracts/settable-clock.ts";
import { sendWebhook } from "./hub-process.ts";
import { policiesFolder, temporaryHub, webhookSecret } from "./temporary-hub.ts";

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

  test("a length that is stated too large is refused before the body comes, one that is stated too small ends the body there", async () => {
    const before = await rows();
    const headers = Object.entries(signed(first.body))
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("");
    const head = (length: number) => `POST /webhooks/shopify HTTP/1.1\r\nhost: x\r\n${headers}content-length: ${length}\r\n\r\n`;
    expect(await raw(head(1_000_001))).toMatch(/^HTTP\/1\.1 413 /);
    expect(await raw(`${head(10)}${new TextDecoder().decode(first.body)}`)).toMatch(/^HTTP\/1\.1 40[01] /);
    expect(await rows()).toBe(before);
  });

  test("headers of more than 16 KB are refused before a body is read, and fewer are not", async () => {
    const before = await rows();
    const withHeader = (length: number) =>
      `POST /webhooks/shopify HTTP/1.1\r\nhost: x\r\nx-note: ${"x".repeat(length)}\r\ncontent-length: 2\r\n\r\n{}`;
    expect(await raw(withHeader(16_384))).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw(withHeader(16_000))).toMatch(/^HTTP\/1\.1 401 /);
    expect(await rows()).toBe(before);
  });

  test("exactly the limit is read: the signature decides, not the size", async () => {
    expect((await post(new Uint8Array(1_000_000).fill(0x20), { ...signed(first.body) }))[0]).toBe(401);
  });

  test("a topic that is not handled is refused by name", async () => {
    const [status, words] = await post(first.body, signed(first.body, { "x-shopify-topic": "carts/create" }));
    expect([status, words]).toEqual([404, expect.stringMatching(/^topic "carts\/create" is not handled: subscribe to orders\/create, /)]);
  });

  test("another path and another method are told what is served", async () => {
    expect(await post(first.body, {}, "/webhooks/square")).toEqual([
      404,
      "nothing is served at this path: try POST /webhooks/shopify, GET /v1/transactions/{reference}, POST /v1/events, POST /v1/return-authorizations, POST /v1/return-authorizations/{authorization}/cancellation, POST /v1/purchase-orders or GET /health",
    ]);
    const get = await fetch(`${server.url}/webhooks/shopify`);
    expect([get.status, get.headers.get("allow"), await get.text()]).toEqual([405, "POST", "this path takes POST"]);
    const put = await fetch(`${server.url}/health`, { method: "PUT" });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET"]);
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

test("health says so while documents cannot be written, and says so no longer once they can", async () => {
  const clock = settableClock();
  const { hub, dataFolder, remove } = await temporaryHub(clock);
  const door = await serve(hub, { port: 0 });
  const health = async () => {
    const response = await fetch(`${door.url}/health`);
    const body = (await response.json()) as { readonly fault?: string };
    return [response.status, response.headers.get("retry-after"), body.fault];
  };
  const documents = join(dataFolder, "documents");
  try {
    expect(await health()).toEqual([200, null, undefined]);
    // A file where the folder was: nobody can write below it, root neither.
    rmSync(documents, { recursive: true });
    writeFileSync(documents, "");
    clock.advance(0.999);
    expect(await health(), "the answer of this second").toEqual([200, null, undefined]);
    clock.advance(0.001);
    expect(await health()).toEqual([503, "5", expect.stringMatching(/^probe\/\S+ was not stored \(E\w+\): look at the disk/)]);
    rmSync(documents);
    clock.advance(1);
    expect(await health()).toEqual([200, null, undefined]);
  } finally {
    await door.close();
    await remove();
  }
});

test("while a secret is rotated, what either signs is taken, and what neither signs is not", async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "throughline-rotation-"));
  writeFileSync(join(dataFolder, "secrets.json"), JSON.stringify({ shopify: { [first.shop]: ["the new one", "the old one"] } }), {
    mode: 0o600,
  });
  const hub = await openHub({ dataFolder, policiesFolder });
  const door = await serve(hub, { port: 0 });
  try {
    const answers = [];
    for (const secret of ["the old one", "the new one", "the one before"]) answers.push(await sendWebhook(door.url, secret, first));
    expect(answers).toEqual([200, 200, 401]);
  } finally {
    await door.close();
    await hub.close();
    rmSync(dataFolder, { recursive: true });
  }
});

test("a body that names a line twice, or has lists where texts belong, is quarantined or refused and crashes nothing", async () => {
  const order = JSON.parse(new TextDecoder().decode(first.body)) as { line_items: object[] };
  const twisted: [string, unknown][] = [
    ["a line twice", { ...order, id: 6120000066661, line_items: [...order.line_items, ...order.line_items] }],
    ["no lines", { ...order, id: 6120000066662, line_items: null }],
    ["lists for texts", { ...order, id: 6120000066663, name: ["#1"], currency: ["USD"], total_price: { amount: 1 } }],
    ["an id that is none", { ...order, id: { value: 1 } }],
    ["depth", JSON.parse(`${"[".repeat(2_000)}${"]".repeat(2_000)}`)],
    ["a key of every object", { ...order, id: 6120000066664, __proto__: { polluted: true }, constructor: 1, toString: 2 }],
  ];
  for (const [name, value] of twisted) {
    const body = new TextEncoder().encode(JSON.stringify(value));
    const [status] = await post(body, signed(body));
    expect([name, [200, 400].includes(status)]).toEqual([name, true]);
  }
  expect(await drain(temporary.hub)).toEqual({ kind: "drained" });
  const twice = await readTransaction(temporary.hub.lineage, `sale:shopify:${first.shop}:6120000066661`);
  expect(twice.exceptions.map(({ opened }) => opened.class)).toContain("money.amount-mismatch");
  for await (const view of allTransactions(temporary.hub))
    expect(view.exceptions.filter(({ opened }) => opened.code === "cannot-decide").map(({ opened }) => opened.message)).toEqual([]);
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

/** What comes back for these bytes, up to the first answer. */
function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.on("error", reject);
    socket.once("data", (answer) => {
      socket.destroy();
      resolve(answer.toString("latin1"));
    });
    socket.write(request);
  });
}

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
