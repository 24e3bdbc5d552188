import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCursors, createWorkerLease, openDatabase } from "#adapters/embedded";
import { Invalid, Unavailable } from "#domain/failures";
import { sampleDay, type WebhookDelivery } from "#sample";
import { migrations } from "../../adapters/embedded/schema.ts";
import { runCli } from "../cli/run-cli.ts";
import { type HubProcess, sendWebhook, startHub } from "./hub-process.ts";

/** What the next version of the hub knows. */
const next = [...migrations, "CREATE TABLE upgraded (since INTEGER)"];
const shop = "fernwick-vale.myshopify.com";
const [order, other] = sampleDay().filter(
  (each): each is WebhookDelivery => each.kind === "webhook" && each.topic === "orders/create" && each.signature !== "forged",
);

const clock = { now: () => new Date().toISOString() };

let folder: string;
let file: string;
let hub: HubProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-upgrade-"));
  file = join(folder, "hub.sqlite");
});
afterEach(async () => {
  await hub?.kill();
  hub = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A hub that works: it says where it listens before it has the lease. */
async function workingHub(): Promise<HubProcess> {
  hub = await startHub(folder, "upgrade");
  const database = openDatabase(file);
  const lease = createWorkerLease({ database, clock, name: "worker", owner: "nobody", leaseSeconds: 5 });
  while ((await lease.holder()) === undefined) await sleep(50);
  database.close();
  return hub;
}

/** Stops a hub where it holds no lock on the database: with one, whoever migrates would only be told that it is locked. */
async function freezeBetweenWrites({ freeze, thaw }: HubProcess): Promise<void> {
  const database = openDatabase(file, { busyTimeoutMilliseconds: 0 });
  for (;;) {
    freeze();
    await sleep(20);
    try {
      database.connection.exec("BEGIN IMMEDIATE; ROLLBACK");
      break;
    } catch (error) {
      if (!String(error).includes("locked")) throw error;
      thaw();
      await sleep(5);
    }
  }
  database.close();
}

/** What a worker of the present version leaves that was killed: its lease for another hour. */
async function leftBy(processId: number, host?: string): Promise<void> {
  const database = openDatabase(file);
  const at = host === undefined ? {} : { host };
  await createWorkerLease({ database, clock, name: "worker", owner: "killed", leaseSeconds: 3_600, processId, ...at }).acquire();
  database.close();
}

function upgraded(silenceMilliseconds?: number): number {
  const startedAt = performance.now();
  const database = openDatabase(file, { migrations: next, ...(silenceMilliseconds === undefined ? {} : { silenceMilliseconds }) });
  expect(database.connection.prepare("SELECT count(*) AS rows FROM upgraded").get()).toEqual({ rows: 0 });
  database.close();
  return performance.now() - startedAt;
}

describe("a data folder of an older version", () => {
  test("is not migrated under a worker: process, folder and what to do are named, and the worker goes on", {
    timeout: 60_000,
  }, async () => {
    const { url, processId, kill } = await workingHub();
    expect(() => upgraded()).toThrow(
      new RegExp(
        `^${file} has the form of an older version of the hub \\(schema version ${migrations.length}\\), and process ${processId} on \\S+ works on it: stop that hub, copy the data folder, then run this again; nothing was changed$`,
      ),
    );
    expect(() => upgraded()).toThrow(Invalid);
    expect(await sendWebhook(url, "upgrade", { topic: order!.topic, shop, body: order!.body })).toBe(200);
    // Looking at a folder of the same version beside its worker is as it was.
    expect((await runCli(["exceptions", "list", "--data", folder])).status).toBe(0);
    await kill();
    expect(upgraded()).toBeLessThan(3_000);
    const older = await runCli(["exceptions", "list", "--data", folder]);
    expect([older.status, older.stderr.trim()]).toEqual([
      2,
      `${file} has schema version ${next.length}, this program knows ${migrations.length}: start the newer version of the hub`,
    ]);
  });

  test("that was migrated while its worker was frozen takes nothing from it when it goes on", { timeout: 60_000 }, async () => {
    const worker = await workingHub();
    const { url, thaw } = worker;
    expect(await sendWebhook(url, "upgrade", { topic: order!.topic, shop, body: order!.body })).toBe(200);
    await freezeBetweenWrites(worker);
    expect(upgraded(300)).toBeGreaterThan(300);
    const database = openDatabase(file, { migrations: next });
    const count = () => database.connection.prepare("SELECT count(*) AS rows, max(seq) AS last FROM lineage").get();
    const before = count();
    thaw();
    expect(await sendWebhook(url, "upgrade", { topic: other!.topic, shop, body: other!.body })).toBe(503);
    const health = await fetch(`${url}/health`);
    expect([health.status, await health.text()]).toEqual([
      503,
      expect.stringContaining(`has brought the data folder to schema version ${next.length}`),
    ]);
    expect(count()).toEqual(before);
    database.close();
  });

  test("is migrated at once where the worker's process is gone, or had the id of this one", async () => {
    await leftBy(2 ** 22 + 1);
    expect(upgraded()).toBeLessThan(3_000);
    rmSync(file);
    await leftBy(process.pid);
    expect(upgraded()).toBeLessThan(3_000);
  });

  test("is migrated after a while where a process has the worker's id, or it ran on another host, and nobody renews the lease", async () => {
    await leftBy(process.ppid);
    expect(upgraded(200)).toBeGreaterThan(200);
    rmSync(file);
    await leftBy(process.pid, "another-host");
    expect(upgraded(200)).toBeGreaterThan(200);
  });

  test("that another process migrates in between takes no write of the older form, and can still be read", async () => {
    const older = openDatabase(file);
    const cursors = createCursors(older);
    await cursors.set("a", 1);
    upgraded();
    await expect(cursors.set("a", 2)).rejects.toThrow(Unavailable);
    await expect(cursors.set("a", 2)).rejects.toThrow("stop this one and start that; nothing was written");
    expect(await cursors.get("a")).toBe(1);
    older.close();
  });
});
