import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "#cli";
import { drain, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { policiesFolder } from "../hub/temporary-hub.ts";

const folder = mkdtempSync(join(tmpdir(), "throughline-restore-"));
const backup = join(folder, "backup");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function hub(...words: string[]) {
  let [out, err] = ["", ""];
  const terminal = createTerminal({ columns: 120, write: (part: string) => (out += part) }, { write: (part: string) => (err += part) });
  return { status: await main(words, terminal), out, err };
}

/** A hub with a posted order, stopped and copied. */
beforeAll(async () => {
  const data = join(folder, "data");
  const opened = await openHub({ dataFolder: data, policiesFolder, webhookSecret: "test" });
  for (const delivery of sampleDay())
    if (delivery.kind === "webhook" && /^1001 /.test(delivery.id)) await deliverWebhook(opened, delivery as WebhookDelivery);
  await drain(opened);
  await opened.close();
  cpSync(data, backup, { recursive: true });
}, 60_000);

test("a backup is put into a fresh folder, where everything holds, and what was posted is posted no second time", async () => {
  const data = join(folder, "fresh", "hub");
  mkdirSync(join(folder, "fresh"));
  const { status, out, err } = await hub("restore", backup, "--data", data);
  expect([status, out]).toEqual([0, expect.stringContaining("Everything holds.")]);
  expect(out).toContain("Now bring back what came since the backup: privacy erase, then start");
  expect(err).toContain(`${backup} is in ${data}`);
  expect(readdirSync(join(folder, "fresh"))).toEqual(["hub"]);
  const journals = async (of: string) => JSON.parse((await hub("report", "journals", "--json", "--data", of)).out);
  expect(await journals(data)).toEqual(await journals(join(folder, "data")));
  const again = await openHub({ dataFolder: data, policiesFolder, webhookSecret: "test" });
  for (const delivery of sampleDay())
    if (delivery.kind === "webhook" && /^1001 /.test(delivery.id)) await deliverWebhook(again, delivery as WebhookDelivery);
  await drain(again);
  await again.close();
  expect(await journals(data)).toEqual(await journals(join(folder, "data")));
}, 60_000);

test("nothing is restored over something, from what is no backup, or into the backup itself", async () => {
  const full = join(folder, "full");
  mkdirSync(full);
  writeFileSync(join(full, "note.txt"), "mine");
  expect(await hub("restore", backup, "--data", full)).toMatchObject({
    status: 2,
    err: expect.stringContaining("full is not empty: a backup is restored into a fresh folder"),
  });
  expect(readdirSync(full)).toEqual(["note.txt"]);
  const other = join(folder, "other");
  expect(await hub("restore", full, "--data", other)).toMatchObject({ status: 2, err: expect.stringContaining("it has no hub.sqlite") });
  expect(await hub("restore", backup, "--data", join(backup, "inside"))).toMatchObject({
    status: 2,
    err: expect.stringContaining("lies within the backup"),
  });
  expect(await hub("restore", "--data", other)).toMatchObject({
    status: 2,
    err: expect.stringContaining("restore takes the folder of a backup"),
  });
  expect(existsSync(other)).toBe(false);
});

test("a backup whose database is damaged is refused, and leaves no folder behind", async () => {
  const torn = join(folder, "torn");
  cpSync(backup, torn, { recursive: true });
  truncateSync(join(torn, "hub.sqlite"), 20_000);
  const data = join(folder, "from-torn");
  const { status, err } = await hub("restore", torn, "--data", data);
  expect([status, err]).toEqual([2, expect.stringMatching(/the database of .*torn is damaged \(.+\): take an older backup/)]);
  expect([existsSync(data), existsSync(`${data}.restoring`)]).toEqual([false, false]);
});

test("what a restore left that was cut off is no hub, and the next one begins anew", async () => {
  const data = join(folder, "after-a-cut");
  mkdirSync(`${data}.restoring`);
  writeFileSync(join(`${data}.restoring`, "hub.sqlite"), "half of it");
  expect((await hub("restore", backup, "--data", data)).status).toBe(0);
  expect(existsSync(`${data}.restoring`)).toBe(false);
}, 60_000);
