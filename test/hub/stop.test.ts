import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Unavailable } from "#domain/failures";
import { type Hub, runWorker } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { findTransactions, stateOf } from "../../cli/read-lineage.ts";
import { runCli } from "../cli/run-cli.ts";
import { temporaryHub } from "./temporary-hub.ts";

const order = sampleDay().filter((delivery): delivery is WebhookDelivery => delivery.kind === "webhook" && delivery.id.startsWith("1001 "));

test("a lease that cannot be asked for in passing does not end the worker's life", async () => {
  const { hub, remove } = await temporaryHub();
  try {
    let failures = 3;
    const acquire = async () => {
      if (failures-- > 0) throw new Unavailable("the database is locked");
      return hub.lease.acquire();
    };
    const shaky: Hub = { ...hub, lease: { ...hub.lease, acquire } };
    const stop = new AbortController();
    const errors: string[] = [];
    const working = runWorker(shaky, stop.signal, (error) => errors.push((error as Error).message));
    for (const delivery of order) await deliverWebhook(hub, delivery);
    for (let look = 0; look < 100; look += 1) {
      const [view] = await findTransactions(hub, "#1001");
      if (view !== undefined && view.chains.size > 0 && stateOf(view) === "settled") break;
      await sleep(50);
    }
    stop.abort();
    await working;
    const [view] = await findTransactions(hub, "#1001");
    expect([errors, view === undefined ? "unknown" : stateOf(view), view?.chains.size]).toEqual([
      ["the database is locked", "the database is locked", "the database is locked"],
      "settled",
      1,
    ]);
    expect(await hub.lease.holder()).toBeUndefined();
  } finally {
    await remove();
  }
});

describe("a hub that is told to stop", () => {
  test.each([
    ["when nothing is to be done", () => {}],
    ["when its data folder is gone", (folder: string) => rmSync(folder, { recursive: true, force: true })],
  ])("ends %s", async (_, before) => {
    const folder = mkdtempSync(join(tmpdir(), "throughline-stop-"));
    const child = spawn(process.execPath, ["bin/hub.ts", "start", "--json", "--port", "0", "--data", folder], {
      cwd: resolve(import.meta.dirname, "../.."),
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      await once(child.stdout, "data");
      before(folder);
      await sleep(1_500);
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      expect(await Promise.race([ended.then(() => "ended"), sleep(8_000, "runs on")])).toBe("ended");
    } finally {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test("a hub whose port is taken says so and ends, instead of staying without listening", { timeout: 20_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "throughline-port-"));
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  try {
    const run = await Promise.race([runCli(["start", "--port", String(port), "--data", folder]), sleep(10_000, "runs on")]);
    expect(run).toEqual({
      status: 2,
      stdout: "",
      stderr: `port ${port} is taken by another process: give --port N, or 0 for any free one\nSee npm run -s hub -- --help\n`,
    });
  } finally {
    other.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
