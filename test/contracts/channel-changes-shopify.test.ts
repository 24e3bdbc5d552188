import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createShopifyChanges } from "#adapters/channels/shopify";
import { createHttp } from "#adapters/http";

const shop = "quill.myshopify.com";
const seen: { readonly url: string; readonly token: string; readonly body: string }[] = [];
let answer: (response: ServerResponse) => void;
const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  seen.push({
    url: request.url ?? "",
    token: String(request.headers["x-shopify-access-token"]),
    body: Buffer.concat(parts).toString("utf8"),
  });
  answer(response);
});
const http = createHttp();
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  http.close();
  server.close();
});
beforeEach(() => void (seen.length = 0));

const changes = () =>
  createShopifyChanges({
    http,
    secrets: { webhookSecrets: async () => [], accessToken: async (asked) => (asked === shop ? "shpat_secret" : undefined) },
    origin: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    timeoutMilliseconds: 700,
  });
const reply =
  (status: number, body: string, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end(body);
const span = { shop, from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T00:00:00.000Z" };
const orders = (nodes: string, pageInfo: string) => reply(200, `{"data":{"orders":{"nodes":${nodes},"pageInfo":${pageInfo}}}}`);

test("a page has ids and times of change, and where the next one begins; the token goes to the shop alone", async () => {
  answer = orders('[{"id":"gid://shopify/Order/5002","updatedAt":"2026-11-01T10:00:00Z"}]', '{"hasNextPage":true,"endCursor":"c1"}');
  expect(await changes().listChanged(span)).toEqual({
    kind: "page",
    objects: [{ id: "5002", changedAt: "2026-11-01T10:00:00.000Z" }],
    next: "c1",
  });
  answer = orders("[]", '{"hasNextPage":false,"endCursor":null}');
  expect(await changes().listChanged({ ...span, cursor: "c1" })).toEqual({ kind: "page", objects: [] });
  expect(seen.map(({ url, token }) => [url, token])).toEqual(Array(2).fill(["/admin/api/2026-07/graphql.json", "shpat_secret"]));
  expect(JSON.parse(seen[1]?.body ?? "").variables).toEqual({
    query: "updated_at:>='2026-11-01T00:00:00.000Z' AND updated_at:<'2026-11-02T00:00:00.000Z'",
    after: "c1",
  });
});

test.each([
  [reply(429, "", { "retry-after": "2.0" }), { kind: "wait", seconds: 2 }],
  [
    reply(
      200,
      '{"errors":[{"extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":110,"throttleStatus":{"currentlyAvailable":10,"restoreRate":50}}}}',
    ),
    { kind: "wait", seconds: 2 },
  ],
  [reply(401, ""), { kind: "refused", reason: `Shopify does not accept the access token of ${shop} (401)` }],
  [
    reply(200, '{"errors":[{"extensions":{"code":"ACCESS_DENIED"}}]}'),
    { kind: "refused", reason: `the access token of ${shop} may not read orders (ACCESS_DENIED): add the scope` },
  ],
])("patience and refusal are answers", async (scene, expected) => {
  answer = scene;
  expect(await changes().listChanged(span)).toEqual(expected);
});

test.each([
  ["an error of the server", reply(503, "")],
  ["half of an answer", reply(200, '{"data":{"orders":')],
  ["an answer that lists nothing", reply(200, '{"data":{}}')],
  ["an order without its time", orders('[{"id":"gid://shopify/Order/1"}]', '{"hasNextPage":false}')],
  ["a page that does not say where the next one begins", orders("[]", '{"hasNextPage":true}')],
  ["a connection that was cut", (response: ServerResponse) => void response.destroy()],
])("%s is no answer, and says no secret", async (_, scene) => {
  answer = scene;
  const failure = await changes()
    .listChanged(span)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: "Unavailable" });
  expect(String(failure)).not.toContain("shpat_secret");
});

test("no token is sent for a shop that has none", async () => {
  expect(await changes().listChanged({ ...span, shop: "other.myshopify.com" })).toMatchObject({ kind: "refused" });
  expect(seen).toEqual([]);
});
