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

const folder = mkdtempSync(join(tmpdir(), "throughline-dead-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openHub({ dataFolder: folder, policiesFolder, webhookSecret: "dead" });

test("a dead letter is on the desk of its transaction; replay tries it again, posts it and clears the desk", async () => {
  const first = await open();
  for (const delivery of sampleDay())
    if (delivery.kind === "webhook" && delivery.id.startsWith("1001 ")) await deliverWebhook(first, delivery as WebhookDelivery);
  await first.lease.acquire();
  // The announcer has run, the dispatcher has not: its messages are made dead, as five failed runs do.
  const announce = first.handlers.get("announce-events") as (input: unknown) => Promise<unknown>;
  await announce({ items: (await first.lineage.readAfter(0, 100)).map(({ item }) => item) });
  const database = new DatabaseSync(join(folder, "hub.sqlite"));
  database.exec("UPDATE message SET receives = 5, visible_at = 0");
  database.close();
  await first.worker.step();
  await first.lease.release();
  await first.close();

  const second = await open();
  await drain(second);
  const [view] = await findTransactions(second, "#1001");
  expect(view?.exceptions.map(({ opened, closed }) => [opened.class, opened.code, closed?.by])).toContainEqual([
    "erp.unavailable",
    "dead-letter",
    "hub",
  ]);
  await second.close();

  const replay = await runCli(["replay", "--json", "--data", folder]);
  expect([replay.status, replay.stderr]).toEqual([0, expect.stringMatching(/^\d dead letters are tried again\n$/)]);
  const verify = await runCli(["verify", "--json", "--data", folder]);
  expect([verify.status, (JSON.parse(verify.stdout) as { ok: boolean }).ok]).toEqual([0, true]);
});
