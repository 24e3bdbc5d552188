import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createHttp } from "#adapters/http";
import { createShopifyPaymentsFeed, shopifyPaymentsJson } from "#adapters/settlements/shopify-payments";
import { type FeedBehaviour, settlementFeedContract } from "./settlement-feed-contract.ts";

const shop = "quill.myshopify.com";
const token = "shpat_not-to-be-said";
const person = '"email":"ada.quill@example.com"';
const eur = (amount: string) => ({ amount, currencyCode: "EUR" });
const transaction = (id: string) => ({
  id: `gid://shopify/ShopifyPaymentsBalanceTransaction/${id}`,
  type: "CHARGE",
  test: false,
  transactionDate: "2026-11-02T10:00:00Z",
  amount: eur("10.0"),
  fee: eur("0.5"),
  net: eur("9.5"),
  associatedOrder: null,
  associatedPayout: { id: "gid://shopify/ShopifyPaymentsPayout/9100000000000000001" },
});
const payout = {
  id: "gid://shopify/ShopifyPaymentsPayout/9100000000000000001",
  legacyResourceId: "9100000000000000001",
  status: "PAID",
  issuedAt: "2026-11-05T00:00:00Z",
  net: eur("28.5"),
};
const rows = ["7000000000000000001", "7000000000000000002", "7000000000000000003"];

interface Asked {
  readonly url: string;
  readonly token: unknown;
  readonly query: string;
  readonly variables: { readonly filter?: string; readonly after?: string; readonly id?: string };
}

/** The Admin API of one shop, which answers as it is told: two pages of transactions, one of payouts. */
async function open() {
  let behaviour: FeedBehaviour = "whole";
  const asked: Asked[] = [];
  const account = (field: string, nodes: readonly unknown[], endCursor: string | null) =>
    JSON.stringify({ data: { shopifyPaymentsAccount: { [field]: { nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } } } } });
  const whole = ({ query, variables }: Asked) => {
    if (query.includes("node(id")) return JSON.stringify({ data: { node: variables.id === payout.id ? payout : null } });
    if (variables.filter?.startsWith("payments_transfer_id:") === true) {
      const own = variables.filter === "payments_transfer_id:9100000000000000001" ? rows.slice(1) : [];
      return account("balanceTransactions", own.map(transaction), null);
    }
    if (query.includes("balanceTransactions")) {
      return variables.after === "c1"
        ? account("balanceTransactions", rows.slice(2).map(transaction), null)
        : account("balanceTransactions", rows.slice(0, 2).map(transaction), "c1");
    }
    return account("payouts", [payout], null);
  };
  const answer: Record<FeedBehaviour, (response: ServerResponse, request: Asked) => void> = {
    whole: (response, request) => void response.end(whole(request)),
    refused: (response) => void response.writeHead(401).end(`{${person}}`),
    denied: (response) =>
      void response.end(`{"errors":[{"message":"${person.replaceAll('"', "'")}","extensions":{"code":"ACCESS_DENIED"}}]}`),
    throttled: (response) =>
      void response.end(
        '{"errors":[{"extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":400,"throttleStatus":{"currentlyAvailable":100,"restoreRate":100}}}}',
      ),
    failing: (response) => void response.writeHead(503).end(`{${person}}`),
    silent: () => {},
    truncated: (response, request) => void response.end(`{${person},${whole(request).slice(1, -40)}`),
    "about-another": (response) => void response.end(`{"data":{"shop":{${person}}}}`),
    huge: (response) => void response.end(`{"data":"${"x".repeat(60_000)}"}`),
  };
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const seen: Asked = {
      url: request.url ?? "",
      token: request.headers["x-shopify-access-token"],
      ...JSON.parse(Buffer.concat(parts).toString()),
    };
    asked.push(seen);
    answer[behaviour](response, seen);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const http = createHttp();
  const feed = createShopifyPaymentsFeed({
    http,
    secrets: { webhookSecrets: async () => [], accessToken: async (of) => (of === "empty.myshopify.com" ? undefined : token) },
    origin: () => `http://127.0.0.1:${port}`,
    timeoutMilliseconds: 700,
    bodyBytesMax: 50_000,
  });
  return {
    feed,
    source: shopifyPaymentsJson,
    shop,
    shopWithoutAccess: "empty.myshopify.com",
    rows,
    payouts: ["9100000000000000001"],
    rowsOfPayout: rows.slice(1),
    throttledSeconds: 3,
    secret: token,
    asked,
    behave: (next: FeedBehaviour) => void (behaviour = next),
    requests: () => asked.length,
    async close() {
      http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

settlementFeedContract("shopify-payments", open);

test("Shopify is asked for rows, then for payouts, from the day on and after the last cursor, with the token of the shop", async () => {
  const { feed, asked, close } = await open();
  const cursors: (string | undefined)[] = [];
  let cursor: string | undefined;
  do {
    const answer = await feed.fetchPage({ shop, since: "2026-11-01", ...(cursor === undefined ? {} : { cursor }) });
    cursor = answer.kind === "page" ? answer.next : undefined;
    cursors.push(cursor);
  } while (cursor !== undefined);
  await close();
  expect(cursors).toEqual(["transactions c1", "payouts", undefined]);
  expect(asked.map(({ url, token: sent, variables }) => [url, sent, variables])).toEqual([
    ["/admin/api/2026-07/graphql.json", token, { filter: "processed_at:>=2026-11-01" }],
    ["/admin/api/2026-07/graphql.json", token, { filter: "processed_at:>=2026-11-01", after: "c1" }],
    ["/admin/api/2026-07/graphql.json", token, { filter: "issued_at:>=2026-11-01" }],
  ]);
});

test("a shop without Shopify Payments is refused by name", async () => {
  const feed = createShopifyPaymentsFeed({
    http: {
      send: async () => ({
        status: 200,
        headers: {},
        body: "",
        bytes: new TextEncoder().encode('{"data":{"shopifyPaymentsAccount":null}}'),
      }),
    },
    secrets: { webhookSecrets: async () => [], accessToken: async () => token },
  });
  expect(await feed.fetchPage({ shop, since: "2026-11-01" })).toEqual({
    kind: "refused",
    reason: "quill.myshopify.com has no Shopify Payments account, or its token may not read it",
  });
});

test("a page that was read before is the same document, whatever Shopify says of the cost of the query", async () => {
  const data = { shopifyPaymentsAccount: { payouts: { nodes: [payout], pageInfo: { hasNextPage: false, endCursor: null } } } };
  let currentlyAvailable = 2000;
  const feed = createShopifyPaymentsFeed({
    http: {
      send: async () => {
        currentlyAvailable -= 52;
        const cost = { requestedQueryCost: 52, throttleStatus: { maximumAvailable: 2000, currentlyAvailable, restoreRate: 100 } };
        const bytes = new TextEncoder().encode(JSON.stringify({ data, extensions: { cost } }));
        return { status: 200, headers: {}, body: "", bytes };
      },
    },
    secrets: { webhookSecrets: async () => [], accessToken: async () => token },
  });
  const read = async () => {
    const answer = await feed.fetchPage({ shop, since: "2026-11-01", cursor: "payouts" });
    return answer.kind === "page" ? new TextDecoder().decode(answer.body) : answer.kind;
  };
  const first = await read();
  expect(JSON.parse(first)).toEqual({ data });
  expect(await read()).toBe(first);
});
