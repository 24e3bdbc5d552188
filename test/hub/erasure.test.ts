import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { drain, endOldDrops, type Hub, openHub, takeDrops } from "#hub";
import { type PosFileDelivery, sampleDay, type WebhookDelivery } from "#sample";
import { verifyHub } from "../../cli/verify-hub.ts";
import { policiesFolder } from "./temporary-hub.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const secret = "erasure";
const day = sampleDay();
const webhooks = day.filter((each): each is WebhookDelivery => each.kind === "webhook" && each.topic === "orders/create");
const first = webhooks.find(({ id }) => id.startsWith("1001 ")) as WebhookDelivery;
const second = webhooks.find(({ id }) => id.startsWith("1002 ")) as WebhookDelivery;
const file = day.find((each): each is PosFileDelivery => each.kind === "pos-file" && each.name.includes("0301")) as PosFileDelivery;

/** What nobody says by chance. */
const canary = { small: "zaphod-small@canary.example", large: "zaphod-large@canary.example", ticket: "Zaphod Canary of Betelgeuse" };

async function send(hub: Hub, topic: string, content: object): Promise<unknown> {
  const body = Buffer.from(JSON.stringify(content));
  const signature = createHmac("sha256", secret).update(body).digest("base64");
  const headers = { "x-shopify-topic": topic, "x-shopify-shop-domain": first.shop, "x-shopify-hmac-sha256": signature };
  return (await hub.receiveWebhook({ headers, body })).status;
}

const orderOf = (delivery: WebhookDelivery) => JSON.parse(Buffer.from(delivery.body).toString("utf8")) as { id: number };

/** Every file below the folder that has the text in it, whatever the file is. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(folder, path)).isFile() && readFileSync(join(folder, path)).includes(text))
    .sort();
}

test("after an erasure no byte of the data folder says who the customer was, and the ledger still verifies", async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "throughline-erasure-"));
  folders.push(dataFolder);
  const hub = await openHub({ dataFolder, policiesFolder, webhookSecret: secret });
  try {
    const [small, large] = [orderOf(first), orderOf(second)];
    expect(await send(hub, "orders/create", { ...small, email: canary.small })).toBe(200);
    expect(await send(hub, "orders/create", { ...large, email: canary.large, note: "x".repeat(70_000) })).toBe(200);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(filesWith(dataFolder, canary.small)).not.toEqual([]);
    expect(filesWith(dataFolder, canary.large)).toEqual([expect.stringMatching(/^documents\/sha256\//)]);

    const asked = { shop_domain: first.shop, customer: { id: 7, email: canary.small }, orders_to_redact: [small.id, large.id] };
    expect(await send(hub, "customers/redact", asked)).toBe(200);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    const erase = hub.handlers.get("answer-privacy-requests") as (input: unknown) => Promise<{ answered: unknown[] }>;
    expect((await erase({})).answered).toMatchObject([{ outcome: "erased", bodies: 3 }]);
    expect([filesWith(dataFolder, canary.small), filesWith(dataFolder, canary.large)]).toEqual([[], []]);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect((await verifyHub(hub, () => {})).checks.filter((check) => !check.ok)).toEqual([]);
  } finally {
    await hub.close();
  }
  expect([filesWith(dataFolder, canary.small), filesWith(dataFolder, canary.large)]).toEqual([[], []]);
});

test("a file that was dropped is gone after 23 days, wherever it lay, and what was read from it still verifies", async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "throughline-erasure-"));
  folders.push(dataFolder);
  let daysLater = 0;
  const clock = { now: () => new Date(Date.now() + daysLater * 86_400_000).toISOString() };
  const hub = await openHub({ dataFolder, policiesFolder, webhookSecret: secret, clock });
  const dropFolder = join(dataFolder, "drops");
  try {
    mkdirSync(join(dropFolder, "pos"), { recursive: true });
    const text = Buffer.from(file.bytes).toString("utf8");
    writeFileSync(join(dropFolder, "pos", file.name), `${text}<!-- ${canary.ticket} -->`);
    const seen = new Map<string, string>();
    for (const _ of [1, 2]) await takeDrops(hub, dropFolder, seen, (error) => expect.unreachable(String(error)));
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(filesWith(dataFolder, canary.ticket)).toEqual([
      expect.stringMatching(/^documents\/drops\/pos\//),
      expect.stringMatching(/^drops\/pos\/taken\//),
    ]);
    daysLater = 22;
    expect(await endOldDrops(hub, dropFolder)).toBe(0);
    daysLater = 24;
    expect(await endOldDrops(hub, dropFolder)).toBe(2);
    expect(filesWith(dataFolder, canary.ticket)).toEqual([]);
    expect(await endOldDrops(hub, dropFolder)).toBe(0);
    const { checks } = await verifyHub(hub, () => {});
    expect(checks.filter((check) => !check.ok)).toEqual([]);
    expect(checks.find(({ name }) => name === "facts hash to their key")?.checked).toBeGreaterThan(15);
  } finally {
    await hub.close();
  }
});
