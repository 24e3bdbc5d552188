import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleDay, shopDomain, type WebhookDelivery } from "#sample";
import { runCli } from "../cli/run-cli.ts";
import { type HubProcess, startHub } from "./hub-process.ts";

const secret = "two-processes";
const folder = mkdtempSync(join(tmpdir(), "throughline-two-"));
const data = join(folder, "data");
let hub: HubProcess;

beforeAll(async () => {
  hub = await startHub(data, secret);
});

afterAll(async () => {
  await hub.kill();
  rmSync(folder, { recursive: true, force: true });
});

const bodies = (order: string) =>
  sampleDay().filter((delivery): delivery is WebhookDelivery => delivery.kind === "webhook" && delivery.id.startsWith(`${order} `));

async function ingest(order: string): Promise<unknown[]> {
  const lines: unknown[] = [];
  for (const { topic, body, id } of bodies(order)) {
    const path = join(folder, `${id.replace(/\W+/g, "-")}.json`);
    writeFileSync(path, body);
    const { stdout } = await runCli(["ingest", `shopify/${topic}`, path, "--shop", shopDomain, "--data", data, "--json"], {
      HUB_SHOPIFY_SECRET: secret,
    });
    lines.push(
      ...stdout
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { status: string }).status),
    );
  }
  return lines;
}

async function stateOfOrder(order: string): Promise<unknown> {
  const { stdout } = await runCli(["lineage", `#${order}`, "--data", data, "--json"]);
  return (JSON.parse(stdout) as { state: string; documents: unknown[] }).state;
}

test("a command writes beside a running hub and waits for its worker", async () => {
  expect(await ingest("1001")).toEqual(["accepted", "accepted", "duplicate", "revised", "accepted"]);
  expect(await stateOfOrder("1001")).toBe("settled");
  const health = (await (await fetch(`${hub.url}/health`)).json()) as Record<string, unknown>;
  expect(health).toEqual({ ok: true, unannounced: false, visibleMessages: 0, hiddenMessages: 0, deadMessages: 0 });
});

test("a folder that a hub was started on is not emptied by a demo", async () => {
  const { status, stderr } = await runCli(["demo", "--data", data]);
  expect([status, stderr]).toEqual([2, expect.stringContaining("holds data that no demo made")]);
});

test("when the worker is killed the next command does its work", async () => {
  await hub.kill();
  await ingest("1004");
  expect(await stateOfOrder("1004")).toBe("settled");
});

test("when the worker is killed while a command waits for it, the command does the work itself", async () => {
  hub = await startHub(data, secret);
  hub.freeze();
  let ended = false;
  const ingested = ingest("1003").finally(() => {
    ended = true;
  });
  await sleep(1_500);
  expect(ended).toBe(false);
  await hub.kill();
  expect(await ingested).toEqual(["accepted", "accepted", "accepted", "accepted", "revised"]);
  expect(await stateOfOrder("1003")).toBe("settled");
});
