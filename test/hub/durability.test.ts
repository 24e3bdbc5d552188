import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chainOf } from "#domain/lineage";
import { foldPlans } from "#domain/posting";
import { drain, dropFile, type Hub, openHub } from "#hub";
import { type SampleDelivery, sampleDay } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { trialBalances } from "../../cli/commands/report.ts";
import { allTransactions } from "../../cli/read-lineage.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { type HubProcess, sendWebhook, startHub } from "./hub-process.ts";

const secret = "durability";
const policiesFolder = resolve(import.meta.dirname, "../../policies");
const day = sampleDay().filter((delivery) => delivery.kind === "pos-file" || delivery.signature === "valid");
const folders: string[] = [];

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "throughline-durability-"));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Key and content of every document that stands in an ERP, as the lineage knows it: the same whatever happened on the way. */
async function liveDocuments(hub: Hub): Promise<string[]> {
  const live: string[] = [];
  for await (const view of allTransactions(hub)) {
    for (const connection of view.chains.keys()) {
      const { plans, outcomes } = chainOf(view, connection);
      for (const document of foldPlans(plans, outcomes).live.values()) live.push(`${document.key} ${document.hash}`);
    }
  }
  return live.sort();
}

/** Nobody should have to retry what a dying process had in hand. */
async function gaveUp(hub: Hub): Promise<string[]> {
  const open: string[] = [];
  for await (const { exceptions } of allTransactions(hub))
    for (const { opened, closed } of exceptions)
      if (closed === undefined && opened.code === "dead-letter") open.push(`${opened.transaction}: ${opened.message}`);
  return open;
}

/** Balances per account, without what moving-average cost makes of the order in which stock moved. */
async function balances(hub: Hub): Promise<string[]> {
  const rows = await trialBalances(hub, {});
  return rows
    .flatMap(({ entity, accounts }) => accounts.map(({ account, balance }) => `${entity} ${account} ${balance}`))
    .filter((row) => !/ (1400|1410|5000|5010) /.test(row));
}

let expected: { live: string[]; balances: string[] };

beforeAll(async () => {
  const folder = temporaryFolder();
  const hub = await openHub({ dataFolder: folder, policiesFolder, webhookSecret: secret });
  for (const delivery of day) await deliver(hub, delivery, folder);
  expect(await drain(hub)).toEqual({ kind: "drained" });
  expected = { live: await liveDocuments(hub), balances: await balances(hub) };
  await hub.close();
});

async function deliver(hub: Hub, delivery: SampleDelivery, folder: string): Promise<void> {
  if (delivery.kind === "webhook") {
    await deliverWebhook(hub, delivery);
    return;
  }
  const path = join(folder, delivery.name);
  writeFileSync(path, delivery.bytes);
  await dropFile(hub, "pos", path);
}

/** HUB_KILLS=100 for the figure of docs/reliability.md. */
const killsWanted = Number(process.env.HUB_KILLS ?? 25);

/** Numbers from 0 to below 1, the same ones in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test("a hub that is killed at random moments loses nothing that it answered, and ends in the same ledger", {
  timeout: 900_000,
}, async () => {
  const random = randomNumbers(20_261_127);
  const folder = temporaryFolder();
  let hub: HubProcess = await startHub(folder, secret);
  let kills = 0;
  const untilKill = () => Math.floor(random() * ((2 * day.length) / killsWanted));
  let left = untilKill();
  const deliverDay = async (part: readonly SampleDelivery[]) => {
    for (const delivery of part) {
      if (delivery.kind === "pos-file") {
        // A file appears whole, as a mover of files makes it appear.
        writeFileSync(join(hub.dropFolder, delivery.name), delivery.bytes);
        renameSync(join(hub.dropFolder, delivery.name), join(hub.dropFolder, "pos", delivery.name));
      } else {
        for (let answered = false; !answered; ) {
          // The hub dies while deliveries are on their way, at another moment each time.
          if (kills < killsWanted && left <= 0) {
            const dying = hub;
            const sent = sendWebhook(dying.url, secret, delivery);
            await sleep(random() * 30);
            await dying.kill();
            await sent;
            kills += 1;
            left = untilKill();
            hub = await startHub(folder, secret);
          }
          answered = (await sendWebhook(hub.url, secret, delivery)) === 200;
        }
        left -= 1;
      }
    }
  };
  await deliverDay(day);
  // What was not killed enough is delivered again: redelivery changes nothing either.
  while (kills < killsWanted) await deliverDay(day.filter(({ kind }) => kind === "webhook"));
  for (let look = 0; look < 300; look += 1) {
    const health = (await (await fetch(`${hub.url}/health`)).json()) as {
      unannounced: boolean;
      visibleMessages: number;
      hiddenMessages: number;
    };
    if (!health.unannounced && health.visibleMessages + health.hiddenMessages === 0 && look > 10) break;
    await sleep(100);
  }
  await hub.kill();
  expect(kills).toBe(killsWanted);

  const reopened = await openHub({ dataFolder: folder, policiesFolder, webhookSecret: secret });
  try {
    expect(await drain(reopened)).toEqual({ kind: "drained" });
    expect(await gaveUp(reopened)).toEqual([]);
    expect(await liveDocuments(reopened)).toEqual(expected.live);
    expect(await balances(reopened)).toEqual(expected.balances);
    expect((await verifyHub(reopened, () => {})).checks.filter((check) => !check.ok)).toEqual([]);
  } finally {
    await reopened.close();
  }
});
