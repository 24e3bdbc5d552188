import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ApprovalItem } from "#domain/lineage";
import { openApprovals } from "#functions/announce-events";
import { type ListedException, openExceptions } from "#functions/open-exceptions";
import { drain, dropFile, openHub, serve } from "#hub";
import type { Host } from "./host.ts";
import { postWebhook } from "./post-webhook.ts";

const decider = "decide-postings";
const rowsMax = 100;
const looksMax = 20;

/** The hub of one machine, behind its own HTTP server; its worker works whenever a scenario waits for something. */
export async function startEmbeddedHost(policiesFolder: string): Promise<Host> {
  const folder = mkdtempSync(join(tmpdir(), "throughline-embedded-host-"));
  const webhookSecret = "the embedded hub's secret";
  const dataFolder = join(folder, "data");
  const hub = await openHub({ dataFolder, policiesFolder, webhookSecret });
  const server = await serve(hub, { port: 0 });
  const { sandbox } = hub.erps;
  if (sandbox === undefined) throw new Error("the policies name no connection to the hub's own sandbox ERP");
  const handlers = hub.handlers as Map<string, (input: unknown) => Promise<unknown>>;
  const decides = handlers.get(decider);
  if (decides === undefined) throw new Error(`the hub has no ${decider}`);
  let stopped = false;

  return {
    erpFaults: sandbox.faults,
    erp: hub.erps.erp,
    deliver: (delivery) => postWebhook(`${server.url}/webhooks/shopify`, delivery, webhookSecret),
    async drop({ name, bytes }) {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      await dropFile(hub, "pos", path);
    },
    approvals: async () => (await hub.workLists.read(openApprovals, undefined, rowsMax)).entries.map(({ body }) => body as ApprovalItem),
    decide: (decision) => hub.decideApproval(decision),
    exceptions: async () =>
      (await hub.workLists.read(openExceptions, undefined, rowsMax)).entries.map(({ body }) => body as ListedException),
    retry: (retried) => hub.retryException(retried),
    async stopDeciding() {
      stopped = true;
      handlers.set(decider, async () => {
        throw Object.assign(new Error("Rate Exceeded."), { name: "Lambda.TooManyRequestsException" });
      });
    },
    async letDecidingGo() {
      stopped = false;
      handlers.set(decider, decides);
    },
    deadLetters: async () => (await hub.worker.backlog()).deadMessages,
    // The worker brings them to the desk itself.
    redrive: async () => {},
    async eventually(what, look) {
      for (let round = 0; round < looksMax; round += 1) {
        await (stopped ? tryAgainAtOnce() : drain(hub));
        const found = await look();
        if (found !== undefined) return found;
      }
      throw new Error(`the embedded hub came to rest ${looksMax} times without ${what}`);
    },
    async close() {
      await server.close();
      await hub.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  /** A round of the worker, and what failed in it is tried in the next one, instead of after the minutes for which a queue hides it. */
  async function tryAgainAtOnce(): Promise<void> {
    await hub.lease.acquire();
    while (await hub.worker.step());
    await hub.lease.release();
    const database = new DatabaseSync(join(dataFolder, "hub.sqlite"));
    database.exec("UPDATE message SET visible_at = 0");
    database.close();
  }
}
