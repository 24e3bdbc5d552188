import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { drain, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { sendWebhook } from "./hub-process.ts";

const project = resolve(import.meta.dirname, "../..");
const policiesFolder = join(project, "policies");
const secret = "unwritable";
const webhooks = sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.signature === "valid");
const folders: string[] = [];

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "throughline-unwritable-"));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** No file of the process may grow above this, as on a disk that is full then. It needs no rights, and works wherever there is a shell. */
const fileKilobytesMax = 1_200;

function startOnSmallDisk(folder: string): ChildProcess {
  const command = `trap '' XFSZ; ulimit -f ${fileKilobytesMax}; exec "$0" bin/hub.ts start --json --port 0 --data "$1"`;
  return spawn("bash", ["-c", command, process.execPath, folder], {
    cwd: project,
    env: { ...process.env, HUB_SHOPIFY_SECRET: secret },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test("a disk that is full refuses what it cannot keep, says so, and has all that it answered", { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  const child = startOnSmallDisk(folder);
  let faults = "";
  child.stderr?.on("data", (data: Buffer) => (faults += data.toString("utf8")));
  const [line] = (await once(createInterface({ input: child.stdout! }), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };
  expect((await fetch(`${url}/health`)).status).toBe(200);
  const answers = new Map<WebhookDelivery, number | undefined>();
  for (const webhook of webhooks) answers.set(webhook, await sendWebhook(url, secret, webhook));
  // It looks once a second at most: what it found before the disk was full it may say again.
  const health = async () => {
    const answer = await fetch(`${url}/health`);
    return [answer.status, await answer.json()];
  };
  await expect.poll(health, { timeout: 15_000, interval: 300 }).toEqual([
    503,
    {
      ok: false,
      fault: expect.stringMatching(/the disk of the data folder is full, read-only or broken/),
      whatToDo: expect.stringMatching(/^Nothing is taken in: free the disk of the data folder/),
    },
  ]);
  child.kill("SIGKILL");
  await once(child, "exit");
  const taken = webhooks.filter((webhook) => answers.get(webhook) === 200);
  expect(new Set(answers.values())).toEqual(new Set([200, 503]));
  expect(faults).toMatch(/the disk of the data folder is full, read-only or broken/);

  // There is room again: what was answered is on record, what was refused is taken when it comes again.
  const hub = await openHub({ dataFolder: folder, policiesFolder, webhookSecret: secret });
  try {
    for (const webhook of webhooks) {
      const { body } = await deliverWebhook(hub, webhook);
      if (taken.includes(webhook)) expect(body, webhook.id).toBe("duplicate");
      else expect(["accepted", "duplicate"], webhook.id).toContain(body);
    }
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect((await verifyHub(hub, () => {})).checks.filter((check) => !check.ok)).toEqual([]);
  } finally {
    await hub.close();
  }
});

test.each(["start", "verify", "report trial-balance"])("a folder that cannot be written ends %s with what to do", async (command) => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o555);
  const isRoot = process.getuid?.() === 0;
  // Root may write everywhere; nobody may not.
  const child = spawn(process.execPath, ["bin/hub.ts", ...command.split(" "), "--data", join(folder, "hub")], {
    cwd: project,
    stdio: ["ignore", "ignore", "pipe"],
    ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
  });
  let said = "";
  child.stderr?.on("data", (data: Buffer) => (said += data.toString("utf8")));
  const [status] = (await once(child, "exit")) as [number];
  expect(said).toMatch(
    /^the data folder \S+\/hub cannot be written \(EACCES: .*\): free its disk, or let this process write there, then start again/,
  );
  expect(status).toBe(2);
});
