import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { drain, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { findTransactions } from "../../cli/read-lineage.ts";
import { runCli } from "../cli/run-cli.ts";
import { policiesFolder } from "./temporary-hub.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const open = (folder: string) => openHub({ dataFolder: folder, policiesFolder, webhookSecret: "dead" });

/** A hub on a folder of its own whose messages for order 1001 are dead letters, as five failed runs make them. */
async function folderWithDeadLetters(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "throughline-dead-"));
  folders.push(folder);
  const hub = await open(folder);
  for (const delivery of sampleDay())
    if (delivery.kind === "webhook" && delivery.id.startsWith("1001 ")) await deliverWebhook(hub, delivery as WebhookDelivery);
  await hub.lease.acquire();
  // The announcer has run, the dispatcher has not.
  const announce = hub.handlers.get("announce-events") as (input: unknown) => Promise<unknown>;
  await announce({ items: (await hub.lineage.readAfter(0, 100)).map(({ item }) => item) });
  const database = new DatabaseSync(join(folder, "hub.sqlite"));
  database.exec("UPDATE message SET receives = 5, visible_at = 0");
  database.close();
  await hub.worker.step();
  await hub.lease.release();
  await hub.close();
  return folder;
}

async function verified(folder: string): Promise<unknown> {
  const verify = await runCli(["verify", "--json", "--data", folder]);
  return [verify.status, (JSON.parse(verify.stdout) as { ok: boolean }).ok];
}

test("a dead letter is on the desk of its transaction; replay tries it again, posts it and clears the desk", async () => {
  const folder = await folderWithDeadLetters();
  const hub = await open(folder);
  await drain(hub);
  const [view] = await findTransactions(hub, "#1001");
  expect(view?.exceptions.map(({ opened, closed }) => [opened.class, opened.code, closed?.by])).toContainEqual([
    "erp.unavailable",
    "dead-letter",
    "hub",
  ]);
  await hub.close();

  const replay = await runCli(["replay", "--json", "--data", folder]);
  expect([replay.status, replay.stderr]).toEqual([0, expect.stringMatching(/^\d dead letters are tried again\n$/)]);
  expect(await verified(folder)).toEqual([0, true]);
});

test("the dead letters of one transaction are tried again alone, and none is left behind", async () => {
  const folder = await folderWithDeadLetters();
  const hub = await open(folder);
  expect(await hub.worker.redrive(new Set(["sale:shopify:fernwick-vale.myshopify.com:1"]))).toBe(0);
  expect((await hub.worker.backlog()).deadMessages).toBeGreaterThan(0);
  const dead = (await hub.worker.backlog()).deadMessages;
  expect(await hub.worker.redrive(new Set(["sale:shopify:fernwick-vale.myshopify.com:6120000001001"]))).toBe(dead);
  expect(await drain(hub)).toEqual({ kind: "drained" });
  await hub.close();
  expect(await verified(folder)).toEqual([0, true]);
});
