import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Hub, openHub } from "#hub";
import { defaultDate, retailerName, sampleTruth, twoPartOrder } from "#sample";
import { type Command, dayOption, UsageError } from "../command.ts";
import { startDemoClock } from "../demo-clock.ts";
import { playTradingDay } from "../demo-day.ts";
import { demoMarker } from "../demo-marker.ts";
import { demoReport } from "../demo-report.ts";
import { compareWithTruth } from "../demo-truth.ts";
import { allJournals } from "../erp-journals.ts";
import { openRows } from "./exceptions.ts";

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
      const real = Object.entries(hub.policy.connections).find(([, { url }]) => url !== undefined)?.[0];
      if (real !== undefined)
        throw new UsageError(`the demo would post into the ERP of the connection ${real}: use policies whose connections name no url`);
      const { outcomes, batches, desk, left } = await playTradingDay(hub, {
        date,
        dataFolder: input.hub.dataFolder,
        progress: input.terminal.progress,
      });
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
