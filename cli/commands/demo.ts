import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSandboxErpAdministration } from "#adapters/erps/sandbox";
import { createHttp } from "#adapters/http";
import { drain, dropFile, type Hub, openHub } from "#hub";
import {
  defaultDate,
  depositStatements,
  loadOpening,
  retailerName,
  type SampleDelivery,
  sampleDay,
  sampleOpening,
  sampleTruth,
  settlementFiles,
  storeDayDesk,
  storeDayReconciliations,
  twoPartOrder,
} from "#sample";
import { type Command, type CommandInput, dayOption, UsageError } from "../command.ts";
import { startDemoClock } from "../demo-clock.ts";
import { stateTerminalBatches, workAtDesk } from "../demo-desk.ts";
import { demoMarker } from "../demo-marker.ts";
import { demoReport } from "../demo-report.ts";
import { compareWithTruth } from "../demo-truth.ts";
import { allJournals } from "../erp-journals.ts";
import { openRows } from "./exceptions.ts";
import { deliverWebhook } from "./ingest.ts";

/** Folder of the files that the sample's stores, gateway and bank send. */
const sentByOthers = "sent-by-others";
const openedBefore = "2026-01-01";

export const demo: Command = {
  name: "demo",
  summary: "Plays a trading day of a sample retailer on a fresh data folder, then the reports.",
  usage: ["demo [--date DAY]"],
  examples: ["demo", "demo --json", "demo --data /tmp/demo --date 2026-11-27"],
  argumentsMax: 0,
  options: { date: { type: "string" } },
  async run(input) {
    const date = dayOption(input, "date") ?? defaultDate;
    emptyFolder(input.hub.dataFolder, date);
    const started = performance.now();
    const hub = await openHub({ ...input.hub, clock: startDemoClock(input.hub.dataFolder, date) });
    try {
      await bookOpenings(hub, date);
      const outcomes = await playDay(hub, input, sampleDay({ date }));
      const progress = { progress: ({ messages }: { messages: number }) => input.terminal.progress(`posting: ${messages} messages left`) };
      await drain(hub, progress);
      const batches = await stateTerminalBatches(hub, date);
      const desk = await workAtDesk(hub, date, storeDayDesk);
      for (const file of [...settlementFiles({ date }), ...depositStatements({ date })])
        outcomes.push(await dropSampleFile(hub, "settlement", file, join(input.hub.dataFolder, sentByOthers)));
      await drain(hub, progress);
      desk.push(...(await workAtDesk(hub, date, storeDayReconciliations)));
      const left = await drain(hub, progress);
      const durationMs = Math.round(performance.now() - started);
      const figures = await compareWithTruth(hub, date);
      const different = figures.filter(({ books, truth }) => books !== truth);
      const truth = { figures: figures.length, different: different.length };
      const summary = { ...(await summarise(hub, outcomes.length + batches, durationMs)), truth };
      if (input.json) input.terminal.print(JSON.stringify(summary));
      else
        input.terminal.print(
          await demoReport(hub, {
            date,
            retailer: retailerName,
            outcomes,
            desk,
            figures,
            truth: sampleTruth({ date }),
            lineageOf: `#${twoPartOrder}`,
            summary,
            left,
            columns: input.terminal.columns,
          }),
        );
      return left.kind === "drained" && different.length === 0 ? 0 : 1;
    } finally {
      await hub.close();
    }
  },
};

/** What the hub answered to one delivery. */
export interface DeliveryOutcome {
  readonly id: string;
  readonly what: string;
  readonly answer: string;
  readonly transaction?: string;
}

function emptyFolder(folder: string, date: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    if (!existsSync(join(folder, demoMarker))) {
      throw new UsageError(`${folder} holds data that no demo made: give --data DIR with an empty folder`);
    }
    rmSync(folder, { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, demoMarker), `${JSON.stringify({ date })}\n`);
}

/** What the sample retailer brings into the day, booked in the hub's own sandbox ERP. */
export async function bookOpenings(hub: Hub, date: string): Promise<void> {
  const http = createHttp();
  const url = hub.erps.sandbox?.url;
  if (url === undefined) throw new UsageError("the demo needs the embedded sandbox ERP: use policies whose connections name no url");
  const administration = createSandboxErpAdministration({ http, url, requestTimeoutSeconds: 10 });
  const day = date < openedBefore ? date : openedBefore;
  for (const opening of sampleOpening) {
    const entity = hub.policy.entities[opening.entity];
    if (entity === undefined) throw new UsageError(`the demo needs the sample retailer's policies: entity ${opening.entity} is missing`);
    await administration.putAccounts(
      entity.erpCompany,
      opening.accounts.map(({ account, name }) => ({ number: account, name })),
    );
    await loadOpening(hub.erps.erp(entity.connection), opening, day);
  }
  http.close();
}

/** Deliveries one after the other, as they arrive; the hub works in between, as it would. */
async function playDay(hub: Hub, input: CommandInput, deliveries: readonly SampleDelivery[]): Promise<DeliveryOutcome[]> {
  const outcomes: DeliveryOutcome[] = [];
  await hub.lease.acquire();
  const inbox = join(input.hub.dataFolder, sentByOthers);
  mkdirSync(inbox, { recursive: true });
  for (const delivery of deliveries) {
    outcomes.push(await deliver(hub, delivery, inbox));
    if (outcomes.length % 5 === 0) await hub.worker.step();
    if (outcomes.length % 50 === 0) await hub.lease.acquire();
    input.terminal.progress(progressBar(outcomes.length, deliveries.length, delivery.id));
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

/** The contract of `demo --json`. */
async function summarise(hub: Hub, documents: number, durationMs: number) {
  let journals = 0;
  for (const connection of Object.keys(hub.policy.connections)) for await (const _ of allJournals(hub, connection, {})) journals += 1;
  let debit = 0;
  let credit = 0;
  for (const [entity, { connection }] of Object.entries(hub.policy.entities)) {
    const { accounts } = await hub.erps.erp(connection).trialBalance(entity, {});
    for (const account of accounts) {
      debit += account.debit;
      credit += account.credit;
    }
  }
  let transactions = 0;
  let after: string | undefined;
  do {
    const page = await hub.lineage.transactions(after, 1000);
    transactions += page.transactions.length;
    after = page.next;
  } while (after !== undefined);
  const exceptions = (await openRows(hub)).length;
  // A checksum over entities, unconverted: whole minor units of two-decimal currencies.
  const decimal = (minorUnits: number) => `${Math.trunc(minorUnits / 100)}.${String(minorUnits % 100).padStart(2, "0")}`;
  return { documents, transactions, journals, debit: decimal(debit), credit: decimal(credit), exceptions, durationMs };
}

export type DemoSummary = Awaited<ReturnType<typeof summarise>> & {
  /** Figures of the books beside those of the sample's own ledger of truth. */
  readonly truth: { readonly figures: number; readonly different: number };
};
