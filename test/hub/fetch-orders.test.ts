import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHub } from "#hub";
import { sampleDay, shopDomain, type WebhookDelivery } from "#sample";
import type { Terminal } from "../../cli/command.ts";
import { openRows } from "../../cli/commands/exceptions.ts";
import { fetchCommand } from "../../cli/commands/fetch.ts";
import { findTransactions } from "../../cli/read-lineage.ts";
import { policiesFolder } from "./temporary-hub.ts";

const orders = new Map(
  sampleDay()
    .filter((each): each is WebhookDelivery => each.kind === "webhook" && each.topic === "orders/create" && /^100[12] /.test(each.id))
    .map(({ id, body }) => {
      const text = Buffer.from(body).toString("utf8");
      return [id.slice(0, 4), { id: /"id":(\d+)/.exec(text)?.[1] ?? "", text }] as const;
    }),
);
const [first, second] = [orders.get("1001")!, orders.get("1002")!];
/** An order that nobody can read: it states its id and version, and nothing else. */
const bad = { id: "6120000009999", text: '{"id":6120000009999,"updated_at":"2026-11-21T12:00:00Z"}' };

const listed: string[] = [];
let throttles = 1;
const shopify = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  if (request.method === "GET") {
    const found = [first, second, bad].find(({ id }) => request.url?.endsWith(`/orders/${id}.json`));
    if (found === undefined) response.writeHead(404).end("{}");
    else response.writeHead(200, { "content-type": "application/json" }).end(`{"order":${found.text}}`);
    return;
  }
  const { query, variables } = JSON.parse(Buffer.concat(parts).toString());
  if (!query.includes("orders(")) {
    response.end('{"data":{}}');
    return;
  }
  const { after } = variables;
  listed.push(`${variables.query.slice(0, 40)}${after === undefined ? "" : ` after ${after}`}`);
  if (after !== undefined && throttles > 0) {
    throttles -= 1;
    response.writeHead(429, { "retry-after": "1" }).end();
    return;
  }
  const node = ({ id }: { readonly id: string }, day: number) => ({
    id: `gid://shopify/Order/${id}`,
    updatedAt: `2026-11-${day}T12:00:00Z`,
  });
  const nodes = after === undefined && throttles > 0 ? [node(first, 20)] : [node(bad, 21), node(second, 22)];
  const pageInfo = throttles > 0 ? { hasNextPage: true, endCursor: "c1" } : { hasNextPage: false, endCursor: null };
  response.end(JSON.stringify({ data: { orders: { nodes, pageInfo } } }));
});

let folder: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => shopify.listen(0, "127.0.0.1", resolve));
  folder = mkdtempSync(join(tmpdir(), "throughline-fetch-orders-"));
  writeFileSync(join(folder, "secrets.json"), JSON.stringify({ shopify: {}, shopifyAccessTokens: { [shopDomain]: "shpat_orders" } }));
});
afterAll(() => {
  shopify.close();
  rmSync(folder, { recursive: true, force: true });
});

const options = () => ({
  ...{ dataFolder: folder, policiesFolder, webhookSecret: "fetch" },
  shopifyOrigin: () => `http://127.0.0.1:${(shopify.address() as AddressInfo).port}`,
});

async function fetchOrders() {
  const [printed, noted]: [string[], string[]] = [[], []];
  const terminal = { print: (line: string) => printed.push(line), note: (line: string) => noted.push(line) } as unknown as Terminal;
  const status = await fetchCommand.run({
    ...{ hub: options(), json: false, arguments: ["orders"], terminal },
    options: { shop: shopDomain, from: "2026-11-01", to: "2026-11-26" },
  });
  return { status, printed, noted };
}

test("fetch orders goes on behind a throttle and past an order that cannot be read, and reads nothing twice", {
  timeout: 60_000,
}, async () => {
  expect(await fetchOrders()).toEqual({
    status: 0,
    printed: [`${shopDomain}  2026-11-01T00:00 to 2026-11-27T00:00 UTC: 3 orders changed, 3 had not come and are read back. swept`],
    noted: [`${shopDomain}: read up to 2026-11-20T12:00:00.000Z, the source asked for 1 s of patience; going on`],
  });
  expect(listed).toEqual([
    "updated_at:>='2026-11-01T00:00:00.000Z' ",
    "updated_at:>='2026-11-01T00:00:00.000Z'  after c1",
    "updated_at:>='2026-11-20T12:00:00.000Z' ",
  ]);
  const hub = await openHub(options());
  try {
    for (const { id } of [first, second]) {
      const [view] = await findTransactions(hub, `sale:shopify:${shopDomain}:${id}`);
      expect(view?.documents.flatMap(({ events }) => events.map(({ name }) => name))).toContain("order.placed");
    }
    const held = (await openRows(hub)).filter(({ transaction }) => transaction.endsWith(bad.id));
    expect(new Set(held.map((each) => each.class))).toEqual(new Set(["data.missing"]));
  } finally {
    await hub.close();
  }
  // The same span again: all of it is on record.
  expect(await fetchOrders()).toMatchObject({
    status: 0,
    printed: [expect.stringContaining("2 orders changed, 0 had not come")],
    noted: [],
  });
});
