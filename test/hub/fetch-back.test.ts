import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { drain, type Hub, openHub } from "#hub";
import { sampleDay, shopDomain, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { findTransactions } from "../../cli/read-lineage.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { runCli } from "../cli/run-cli.ts";
import { policiesFolder } from "./temporary-hub.ts";

const token = "shpat_for-this-test";
const deliveries = sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith("1001 "));
const order = deliveries.find(({ topic }) => topic === "orders/create");
const orderText = Buffer.from(order?.body ?? "").toString("utf8");
const orderId = /"id":(\d+)/.exec(orderText)?.[1] ?? "";

let answer: (response: ServerResponse) => void;
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers["x-shopify-access-token"] === token ? "with" : "without"} token`);
  answer(response);
});
const found = (text: string) => (response: ServerResponse) =>
  void response.writeHead(200, { "content-type": "application/json" }).end(text);

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => void server.close());
beforeEach(() => {
  asked.length = 0;
  answer = found(`{"order":${orderText}}`);
});

async function withHub<T>(folder: string, use: (hub: Hub) => Promise<T>): Promise<T> {
  const { port } = server.address() as AddressInfo;
  const shopifyOrigin = () => `http://127.0.0.1:${port}`;
  const hub = await openHub({ dataFolder: folder, policiesFolder, webhookSecret: "fetch", shopifyOrigin });
  try {
    return await use(hub);
  } finally {
    await hub.close();
  }
}

function dataFolder(withToken: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), "throughline-fetch-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  if (withToken) giveToken(folder);
  return folder;
}

function giveToken(folder: string): void {
  writeFileSync(join(folder, "secrets.json"), JSON.stringify({ shopify: {}, shopifyAccessTokens: { [shopDomain]: token } }));
}

const stub = { topic: "orders/updated", shop: shopDomain, body: Buffer.from(`{"id":${orderId}}`) };
const journals = async (hub: Hub) =>
  (await findTransactions(hub, "#1001")).flatMap((view) =>
    [...view.chains.values()].flatMap(({ plans }) => plans.flatMap((plan) => plan.steps.map(({ erpKey }) => erpKey.split("/")[1]))),
  );
/** Those of the order's sale; the opening stock was not loaded. */
const exceptionsOf = async (hub: Hub) =>
  (await findTransactions(hub, `sale:shopify:${shopDomain}:${orderId}`))
    .flatMap((view) => view.exceptions)
    .filter(({ opened }) => opened.class !== "inventory.negative")
    .map(({ opened, closed }) => `${opened.class}/${opened.code} ${closed === undefined ? "open" : `closed by ${closed.by}`}`);

describe("an order that came only as a notice", () => {
  test("is read back, posts as if its webhook had come, and its own webhook is a duplicate", async () => {
    const posted = await withHub(dataFolder(false), async (hub) => {
      for (const delivery of deliveries) await deliverWebhook(hub, delivery);
      await drain(hub);
      return journals(hub);
    });
    await withHub(dataFolder(true), async (hub) => {
      for (const delivery of deliveries)
        if (delivery !== order) await deliverWebhook(hub, delivery.topic.startsWith("orders/") ? stub : delivery);
      expect((await deliverWebhook(hub, stub)).status).toBe(200);
      expect(await drain(hub)).toEqual({ kind: "drained" });
      expect(asked.length).toBeGreaterThan(0);
      expect(new Set(asked)).toEqual(new Set([`GET /admin/api/2026-07/orders/${orderId}.json with token`]));
      expect(new Set(await journals(hub))).toEqual(new Set(posted));
      expect((await deliverWebhook(hub, order as WebhookDelivery)).accepted?.answer).toBe("duplicate");
      expect((await verifyHub(hub, () => {})).checks.filter(({ ok }) => !ok)).toEqual([]);
    });
  });
});

describe("a shop without an access token", () => {
  test("works as it did; the notice is an exception that says what to configure, and replay reads it once it is", async () => {
    const folder = dataFolder(false);
    await withHub(folder, async (hub) => {
      for (const delivery of deliveries) await deliverWebhook(hub, delivery);
      await deliverWebhook(hub, stub);
      expect(await drain(hub)).toEqual({ kind: "drained" });
      expect(asked).toEqual([]);
      expect(await journals(hub)).not.toEqual([]);
      expect(await exceptionsOf(hub)).toEqual(["transport.access/refused open"]);
      expect((await hub.worker.backlog()).deadMessages).toBe(0);
    });
    const listed = await runCli(["exceptions", "list", "--class", "transport.access", "--json", "--data", folder]);
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { severity: "error", message: expect.stringContaining(`no access token is configured for ${shopDomain}`) },
    ]);

    giveToken(folder);
    await withHub(folder, async (hub) => {
      const announce = hub.handlers.get("announce-events") as (input: unknown) => Promise<unknown>;
      await announce({ items: (await hub.lineage.readAfter(0, 500)).map(({ item }) => item).filter(({ type }) => type === "document") });
      expect(await drain(hub)).toEqual({ kind: "drained" });
      expect(await exceptionsOf(hub)).toEqual(["transport.access/refused closed by hub"]);
    });
  });
});

test("a source that does not answer leaves a dead letter and an exception that no decision closes; a later answer closes both", async () => {
  const folder = dataFolder(true);
  answer = (response) => void response.writeHead(503).end();
  await withHub(folder, async (hub) => {
    for (const delivery of deliveries) await deliverWebhook(hub, delivery);
    await deliverWebhook(hub, stub);
    await hub.lease.acquire();
    await hub.worker.step();
    await expect.poll(() => asked.length, { timeout: 10_000 }).toBe(1);
    // The failed message is hidden until its next try, whether the reading has ended by now or not.
    await hub.lease.release();
  });
  const database = new DatabaseSync(join(folder, "hub.sqlite"));
  database.exec("UPDATE message SET receives = 5, visible_at = 0 WHERE queue = 'fetch-back'");
  database.close();
  await withHub(folder, async (hub) => {
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await journals(hub)).not.toEqual([]);
    expect(await exceptionsOf(hub)).toEqual(["transport.connection/dead-letter open"]);
    expect((await hub.worker.backlog()).deadMessages).toBe(1);
    answer = found(`{"order":${orderText}}`);
    expect(await hub.worker.redrive()).toBe(1);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await exceptionsOf(hub)).toEqual(["transport.connection/dead-letter closed by hub"]);
  });
});

test("a shop that is silent keeps no posting waiting", async () => {
  let silent: ServerResponse | undefined;
  answer = (response) => void (silent = response);
  await withHub(dataFolder(true), async (hub) => {
    await deliverWebhook(hub, stub);
    await hub.lease.acquire();
    await hub.worker.step();
    await expect.poll(() => asked.length, { timeout: 10_000 }).toBe(1);
    for (const delivery of deliveries) await deliverWebhook(hub, delivery);
    for (let round = 0; round < 20 && (await journals(hub)).length === 0; round += 1) await hub.worker.step();
    expect([await journals(hub), silent?.writableEnded]).toEqual([
      expect.arrayContaining([expect.stringContaining("payment.captured")]),
      false,
    ]);
    if (silent !== undefined) found(`{"order":${orderText}}`)(silent);
    await hub.lease.release();
    expect(await drain(hub)).toEqual({ kind: "drained" });
  });
});

test("a return is followed through the door of its notices: goods back are booked, what comes in exchange is waited for by name", async () => {
  const lineId = /"line_items":\[\{"id":(\d+)/.exec(orderText)?.[1] ?? "";
  await withHub(dataFolder(true), async (hub) => {
    for (const delivery of deliveries) await deliverWebhook(hub, delivery);
    answer = found(
      readFileSync(new URL("../fixtures/shopify/return-answer.json", import.meta.url), "utf8")
        .replaceAll("9007199254740997", orderId)
        .replaceAll("9007199254740999", lineId)
        .replaceAll("Location/300", "Location/71200000001"),
    );
    const body = Buffer.from('{"admin_graphql_api_id":"gid://shopify/Return/945000954"}');
    expect((await deliverWebhook(hub, { topic: "returns/update", shop: shopDomain, body })).status).toBe(200);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(asked).toEqual(["POST /admin/api/2026-07/graphql.json with token"]);
    expect(await exceptionsOf(hub)).toEqual(["sequence.parent-missing/replacement open"]);
    const [sale] = (await findTransactions(hub, "945000954")).filter(({ transaction }) => transaction.startsWith("sale:"));
    expect(sale?.documents.flatMap(({ events }) => events.map(({ name }) => name))).toContain("return.received");
    // The same notice again says nothing new.
    const recorded = sale?.documents.length;
    await deliverWebhook(hub, { topic: "returns/close", shop: shopDomain, body: Buffer.from(`{"id":945000954,"order_id":${orderId}}`) });
    await drain(hub);
    expect(asked).toHaveLength(2);
    const again = (await findTransactions(hub, `sale:shopify:${shopDomain}:${orderId}`))[0];
    expect(again?.documents).toHaveLength((recorded ?? 0) + 1);
    expect((await verifyHub(hub, () => {})).checks.filter(({ ok }) => !ok)).toEqual([]);
  });
});

test("a request to erase a customer is a task on the desk that only a person closes, and names nobody", async () => {
  await withHub(dataFolder(false), async (hub) => {
    const body = Buffer.from(JSON.stringify({ customer: { id: 1, email: "ada.quill@example.com" }, orders_to_redact: [orderId] }));
    expect((await deliverWebhook(hub, { topic: "customers/redact", shop: shopDomain, body, secret: "not ours" })).status).toBe(401);
    const received = await deliverWebhook(hub, { topic: "customers/redact", shop: shopDomain, body });
    expect(await drain(hub)).toEqual({ kind: "drained" });
    const [view] = await findTransactions(hub, received.accepted?.transaction ?? "");
    expect(view?.exceptions.map(({ opened, closed }) => [opened.class, opened.code, closed])).toEqual([
      ["privacy.request", "erase-customer", undefined],
    ]);
    expect(JSON.stringify(view?.exceptions)).not.toContain("ada");
  });
});
