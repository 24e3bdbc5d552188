import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { runWorker } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { findTransactions } from "../../cli/read-lineage.ts";
import { temporaryHub } from "./temporary-hub.ts";

test("a database that somebody keeps locked for a while stops nothing for good", { timeout: 60_000 }, async () => {
  const { hub, dataFolder, remove } = await temporaryHub();
  const stop = new AbortController();
  const faults: string[] = [];
  const working = runWorker(hub, stop.signal, (error) => faults.push((error as Error).name));
  const other = new DatabaseSync(join(dataFolder, "hub.sqlite"));
  other.exec("BEGIN IMMEDIATE");
  // Longer than the hub waits for a lock.
  for (let waited = 0; faults.length === 0 && waited < 200; waited += 1) await sleep(100);
  other.exec("ROLLBACK");
  other.close();
  expect(new Set(faults)).toEqual(new Set(["Unavailable"]));
  for (const delivery of sampleDay())
    if (delivery.kind === "webhook" && delivery.id.startsWith("1001 ")) await deliverWebhook(hub, delivery as WebhookDelivery);
  let posted = 0;
  for (let waited = 0; posted === 0 && waited < 200; waited += 1) {
    await sleep(50);
    posted = (await findTransactions(hub, "#1001"))[0]?.chains.size ?? 0;
  }
  expect(posted).toBe(1);
  stop.abort();
  await working;
  await remove();
});
