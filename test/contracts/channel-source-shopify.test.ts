import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createShopifySource } from "#adapters/channels/shopify";
import { createHttp } from "#adapters/http";
import { type ChannelSourceHouse, channelSourceContract, type SourceBehaviour } from "./channel-source-contract.ts";

const shop = "quill.myshopify.com";
const token = "shpat_not-to-be-said";
const fixture = (name: string) => readFileSync(new URL(`../fixtures/shopify/${name}.json`, import.meta.url), "utf8");
const person = '"email":"ada.quill@example.com"';

/** The Admin API of one shop, which answers as it is told. Every answer of trouble names a person, who must not be repeated. */
async function adminApi(answers: Readonly<Record<SourceBehaviour, (response: ServerResponse) => void>>) {
  let behaviour: SourceBehaviour = "whole";
  const seen: { method: string; url: string; token: string | undefined; body: string }[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const given = request.headers["x-shopify-access-token"];
    seen.push({
      method: request.method ?? "",
      url: request.url ?? "",
      token: typeof given === "string" ? given : undefined,
      body: Buffer.concat(parts).toString("utf8"),
    });
    answers[behaviour](response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const http = createHttp();
  const source = createShopifySource({
    http,
    secrets: {
      webhookSecrets: async () => [],
      accessToken: async (asked) => (asked === shop || asked.includes("evil") ? token : undefined),
    },
    origin: () => `http://127.0.0.1:${port}`,
    timeoutMilliseconds: 700,
    bodyBytesMax: 500_000,
  });
  return {
    source,
    seen,
    behave: (next: SourceBehaviour) => void (behaviour = next),
    async close() {
      http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const reply =
  (status: number, body: string, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);

const cutOff = (response: ServerResponse) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "9000" });
  response.write(`{${person}`, () => response.destroy());
};

const silent = () => {};
const huge = (start: string) => reply(200, `${start}${" ".repeat(500_000)}}`);

async function restOrder(): Promise<ChannelSourceHouse> {
  const whole = `{"order":${fixture("order")}}`;
  const api = await adminApi({
    whole: reply(200, whole),
    absent: reply(404, '{"errors":"Not Found"}'),
    refused: reply(401, `{"errors":"Invalid API key or access token","for":{${person}}}`),
    throttled: reply(429, '{"errors":"Exceeded 2 calls per second"}', { "retry-after": "2.0" }),
    failing: reply(502, `<html>${person}</html>`),
    silent,
    "cut-off": cutOff,
    truncated: reply(200, whole.slice(0, -40)),
    "about-another": reply(200, `{"order":{"id":1,${person}}}`),
    huge: huge('{"order":{"id":9007199254740997}'),
  });
  return {
    ...api,
    shop,
    shopWithoutAccess: "other.myshopify.com",
    resource: "order",
    id: "9007199254740997",
    whole: Buffer.from(whole),
    sourceKey: `shopify:${shop}:order:9007199254740997`,
    throttledSeconds: 2,
    secret: token,
    requests: () => api.seen.length,
  };
}

/** Nothing of GraphQL answers with another status than 200 for what it does not have, may not say or is too busy for. */
async function graphqlReturn(): Promise<ChannelSourceHouse> {
  const whole = fixture("return-answer").replaceAll("/Return/945000954", "/Return/9007199254740993");
  const error = (code: string, more = "") => `{"errors":[{"message":${JSON.stringify(person)},"extensions":{"code":"${code}"}}]${more}}`;
  const cost = ',"extensions":{"cost":{"requestedQueryCost":412,"throttleStatus":{"currentlyAvailable":62,"restoreRate":50.0}}}';
  const api = await adminApi({
    whole: reply(200, whole),
    absent: reply(200, '{"data":{"return":null}}'),
    refused: reply(200, error("ACCESS_DENIED")),
    throttled: reply(200, error("THROTTLED", cost)),
    failing: reply(200, error("INTERNAL_SERVER_ERROR")),
    silent,
    "cut-off": cutOff,
    truncated: reply(200, whole.slice(0, -40)),
    "about-another": reply(200, `{"data":{"return":{"id":"gid://shopify/Return/1",${person}}}}`),
    huge: huge('{"data":{"return":{"id":"gid://shopify/Return/9007199254740993"}}'),
  });
  return {
    ...api,
    shop,
    shopWithoutAccess: "other.myshopify.com",
    resource: "return",
    id: "9007199254740993",
    whole: Buffer.from(whole),
    sourceKey: `shopify:${shop}:return:9007199254740993`,
    throttledSeconds: 7,
    secret: token,
    requests: () => api.seen.length,
  };
}

channelSourceContract("Shopify orders over REST", restOrder);
channelSourceContract("Shopify returns over GraphQL", graphqlReturn);

async function shopifyAnswering(answer: (response: ServerResponse) => void) {
  const answers = Object.fromEntries(
    (["whole", "absent", "refused", "throttled", "failing", "silent", "cut-off", "truncated", "about-another", "huge"] as const).map(
      (behaviour) => [behaviour, answer],
    ),
  ) as Record<SourceBehaviour, typeof answer>;
  return adminApi(answers);
}

test("an order is asked by its id of the version whose shapes are known, with the token of the shop", async () => {
  const api = await shopifyAnswering(reply(200, '{"order":{"id":5002}}'));
  await api.source.fetchResource({ shop, resource: "order", id: "5002" });
  expect(api.seen).toEqual([{ method: "GET", url: "/admin/api/2026-07/orders/5002.json", token, body: "" }]);
  await api.close();
});

test.each([
  ["return", "gid://shopify/Return/5002"],
  ["reverse-fulfillment-order", "gid://shopify/ReverseFulfillmentOrder/5002"],
  ["inventory-transfer", "gid://shopify/InventoryTransfer/5002"],
])("a %s is asked over GraphQL by its global id, as a variable", async (resource, id) => {
  const api = await shopifyAnswering(reply(200, '{"data":{"return":null,"reverseFulfillmentOrder":null,"inventoryTransfer":null}}'));
  expect(await api.source.fetchResource({ shop, resource, id: "5002" })).toEqual({ kind: "absent" });
  expect(api.seen[0]).toMatchObject({ method: "POST", url: "/admin/api/2026-07/graphql.json", token });
  expect(JSON.parse(api.seen[0]?.body ?? "")).toEqual({ query: expect.stringMatching(/^query /), variables: { id } });
  await api.close();
});

test.each([
  ["2.0", 2],
  ["0.2", 1],
  ["90000", 900],
  ["soon", 5],
])("Retry-After %s is %d seconds", async (header, seconds) => {
  const api = await shopifyAnswering(reply(429, "", { "retry-after": header }));
  expect(await api.source.fetchResource({ shop, resource: "order", id: "1" })).toEqual({ kind: "wait", seconds });
  await api.close();
});

test("a redirect is not followed: the token stays with the shop's own domain", async () => {
  const api = await shopifyAnswering(reply(301, "", { location: "http://127.0.0.1:9/elsewhere" }));
  await expect(api.source.fetchResource({ shop, resource: "order", id: "1" })).rejects.toThrow("order 1: Shopify answered 301");
  expect(api.seen).toHaveLength(1);
  await api.close();
});

test("a token without the scope is told apart from one that is not accepted", async () => {
  const api = await shopifyAnswering(reply(403, ""));
  expect(await api.source.fetchResource({ shop, resource: "order", id: "1" })).toEqual({
    kind: "refused",
    reason: `the access token of ${shop} may not read order (403): add the scope`,
  });
  await api.close();
});

test("a resource that nobody reads is refused by name, without a request", async () => {
  const api = await shopifyAnswering(reply(200, "{}"));
  for (const resource of ["constructor", "customer"]) {
    expect(await api.source.fetchResource({ shop, resource, id: "1" })).toEqual({
      kind: "refused",
      reason: `${resource} 1 cannot be read from Shopify`,
    });
  }
  expect(api.seen).toEqual([]);
  await api.close();
});
