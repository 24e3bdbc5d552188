import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSandboxErpAdministration } from "#adapters/erps/sandbox";
import { createHttp } from "#adapters/http";
import { type DrainAnswer, drain, dropFile, type Hub } from "#hub";
import {
  depositStatements,
  loadOpening,
  type SampleDelivery,
  sampleDay,
  sampleOpening,
  settlementFiles,
  storeDayDesk,
  storeDayReconciliations,
} from "#sample";
import { UsageError } from "./command.ts";
import { deliverWebhook } from "./commands/ingest.ts";
import { type DeskOutcome, stateTerminalBatches, workAtDesk } from "./demo-desk.ts";

/** Folder of the files that the sample's stores, gateway and bank send. */
const sentByOthers = "sent-by-others";
const openedBefore = "2026-01-01";

/** What the hub answered to one delivery. */
export interface DeliveryOutcome {
  readonly id: string;
  readonly what: string;
  readonly answer: string;
  readonly transaction?: string;
}

export interface TradingDayOptions {
  readonly date: string;
  readonly dataFolder: string;
  /** Is told in words how far the day has come. */
  readonly progress: (text: string) => void;
  /** What arrives between two rounds of the hub's worker; 5 when absent. */
  readonly deliveriesPerRound?: number;
}

export interface PlayedDay {
  readonly outcomes: readonly DeliveryOutcome[];
  /** Card totals that the terminals stated. */
  readonly batches: number;
  readonly desk: readonly DeskOutcome[];
  readonly left: DrainAnswer;
}

/** Plays the sample retailer's day in whatever ERPs the policies name: deliveries, the desk on the next morning, and the money that arrives. */
export async function playTradingDay(hub: Hub, options: TradingDayOptions): Promise<PlayedDay> {
  const { date, dataFolder, progress } = options;
  await bookOpenings(hub, date);
  const outcomes = await deliverDay(hub, options);
  const told = { progress: ({ messages }: { messages: number }) => progress(`posting: ${messages} messages left`) };
  await drain(hub, told);
  const batches = await stateTerminalBatches(hub, date);
  const desk = await workAtDesk(hub, date, storeDayDesk);
  for (const file of [...settlementFiles({ date }), ...depositStatements({ date })])
    outcomes.push(await dropSampleFile(hub, "settlement", file, join(dataFolder, sentByOthers)));
  await drain(hub, told);
  desk.push(...(await workAtDesk(hub, date, storeDayReconciliations)));
  return { outcomes, batches, desk, left: await drain(hub, told) };
}

/**
 * What the sample retailer brings into the day, booked in the ERP of each entity. The hub's own sandbox gets the accounts for it; an ERP of
 * one's own has them.
 */
export async function bookOpenings(hub: Hub, date: string): Promise<void> {
  const http = createHttp();
  const url = hub.erps.sandbox?.url;
  const administration = url === undefined ? undefined : createSandboxErpAdministration({ http, url, requestTimeoutSeconds: 10 });
  const day = date < openedBefore ? date : openedBefore;
  for (const opening of sampleOpening) {
    const entity = hub.policy.entities[opening.entity];
    if (entity === undefined) throw new UsageError(`the demo needs the sample retailer's policies: entity ${opening.entity} is missing`);
    await administration?.putAccounts(
      entity.erpCompany,
      opening.accounts.map(({ account, name }) => ({ number: account, name })),
    );
    await loadOpening(hub.erps.erp(entity.connection), opening, day);
  }
  http.close();
}

/** Deliveries one after the other, as they arrive; the hub works in between, as it would. */
async function deliverDay(hub: Hub, { date, dataFolder, progress, deliveriesPerRound = 5 }: TradingDayOptions): Promise<DeliveryOutcome[]> {
  const deliveries = sampleDay({ date });
  const outcomes: DeliveryOutcome[] = [];
  await hub.lease.acquire();
  const inbox = join(dataFolder, sentByOthers);
  mkdirSync(inbox, { recursive: true });
  for (const delivery of deliveries) {
    outcomes.push(await deliver(hub, delivery, inbox));
    if (outcomes.length % deliveriesPerRound === 0) await hub.worker.step();
    if (outcomes.length % 50 === 0) await hub.lease.acquire();
    progress(progressBar(outcomes.length, deliveries.length, delivery.id));
  }
  return outcomes;
}

async function deliver(hub: Hub, delivery: SampleDelivery, inbox: string): Promise<DeliveryOutcome> {
  if (delivery.kind === "pos-file") return dropSampleFile(hub, "pos", delivery, inbox);
  const { topic, shop, body } = delivery;
  const forged = delivery.signature === "forged" ? { secret: "not the shop's secret" } : {};
  const { status, body: words, accepted } = await deliverWebhook(hub, { topic, shop, body, ...forged });
  return {
    id: delivery.id,
    what: topic,
    answer: `${status} ${words}`,
    ...(accepted === undefined ? {} : { transaction: accepted.transaction }),
  };
}

async function dropSampleFile(
  hub: Hub,
  channel: "pos" | "settlement",
  { id, name, bytes }: { readonly id: string; readonly name: string; readonly bytes: Uint8Array },
  folder: string,
): Promise<DeliveryOutcome> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const dropped = await dropFile(hub, channel, path);
  return { id, what: name, answer: "dropped", transaction: `file:${channel}:${dropped.hash}` };
}

function progressBar(done: number, all: number, what: string): string {
  const width = 30;
  const filled = Math.round((done / all) * width);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)} ${String(done).padStart(4)} of ${all}  ${what}`;
}
