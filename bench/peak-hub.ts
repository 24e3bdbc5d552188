// A peak at a hub whose ERP takes so many documents a second and no more, in a process of its own so that its peak memory is its own. Webhooks of
// `copies` sample days come evenly within so many seconds, and the worker posts all the while; ends when nothing is left to do.
// Usage: node bench/peak-hub.ts DATA-FOLDER COPIES SECONDS DOCUMENTS-PER-SECOND. Prints one line of JSON.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TransactionView } from "#domain/lineage";
import { isSent } from "#domain/posting";
import type { WebhookReply } from "#functions/receive-shopify-webhook";
import { type Hub, openHub } from "#hub";
import { allTransactions, stateOf } from "../cli/read-lineage.ts";
import { thisMachine } from "../hub/surroundings.ts";
import { preparedWebhooks, sampleWebhooks } from "./webhook-bodies.ts";

const [dataFolder = "", ...numbers] = process.argv.slice(2);
const [copies = 1, seconds = 1, documentsPerSecond = 1] = numbers.map(Number);
const secret = "bench";
/** As long as on AWS where the policies say nothing: what ten seconds bring. */
const burstDocuments = 10 * documentsPerSecond;

const machine = thisMachine();
const hub = await openHub({
  dataFolder,
  policiesFolder: join(import.meta.dirname, "../policies"),
  webhookSecret: secret,
  surroundings: { ...machine, pace: { ...machine.pace, documentsPerSecond, burstDocuments } },
});
const { webhooks, backlogMax, elapsedSeconds } = await playPeak(hub);
// Read before the books are looked through, which is no part of the peak.
const peakBytes = process.resourceUsage().maxRSS * 1024;
const { documents, waits, states } = await lookThrough(hub);
await hub.close();
console.log(
  JSON.stringify({
    webhooks,
    documents,
    allowedDocuments: burstDocuments + documentsPerSecond * elapsedSeconds,
    backlogMax,
    elapsedSeconds,
    p50Seconds: quantile(waits, 0.5),
    p99Seconds: quantile(waits, 0.99),
    peakBytes,
    states,
  }),
);

async function playPeak({ receiveWebhook, worker, lease }: Hub) {
  const webhooks = copies * preparedWebhooks(1, secret).length;
  const coming = sampleWebhooks(copies, secret);
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  let sent = 0;
  let backlogMax = 0;
  let looked = 0;
  await lease.acquire();
  for (;;) {
    const due = Math.min(webhooks, Math.ceil((elapsed() / seconds) * webhooks));
    const answers: Promise<WebhookReply>[] = [];
    for (; sent < due; sent += 1) answers.push(receiveWebhook(coming.next().value!));
    for (const { status } of await Promise.all(answers)) if (status !== 200) throw new Error(`a webhook was answered ${status}`);
    const busy = await worker.step();
    if (elapsed() - looked >= 0.5) {
      looked = elapsed();
      await lease.acquire();
      const { unannounced, visibleMessages, hiddenMessages } = await worker.backlog();
      backlogMax = Math.max(backlogMax, visibleMessages + hiddenMessages);
      if (sent === webhooks && !unannounced && visibleMessages + hiddenMessages === 0)
        return { webhooks, backlogMax, elapsedSeconds: looked };
    }
    await (busy ? new Promise((resolve) => setImmediate(resolve)) : sleep(5));
  }
}

/** What was sent to the busiest ERP connection, how long each plan's news waited for its answer, and how the transactions ended. */
async function lookThrough(opened: Hub) {
  const documents: Record<string, number> = {};
  const states: Record<string, number> = {};
  const waits: number[] = [];
  for await (const view of allTransactions(opened)) {
    states[stateOf(view)] = (states[stateOf(view)] ?? 0) + 1;
    for (const [connection, { plans }] of view.chains)
      documents[connection] = (documents[connection] ?? 0) + plans.flatMap(({ steps }) => steps).filter(isSent).length;
    waits.push(...waitsOf(view));
  }
  return { documents: Math.max(0, ...Object.values(documents)), states, waits: waits.sort((a, b) => a - b) };
}

/** Seconds from the first fact that a plan was the first to cover to its answer. */
function waitsOf({ chains, documents }: TransactionView): number[] {
  const cameAt = new Map(documents.map(({ key, at }) => [key, Date.parse(at)]));
  return [...chains.values()].flatMap(({ plans, outcomes }) => {
    const known = new Set<string>();
    return plans.flatMap(({ number, covers }) => {
      const news = ("keys" in covers ? (covers.keys ?? []) : []).filter((key) => !known.has(key));
      for (const key of news) known.add(key);
      const answeredAt = outcomes.get(number)?.at;
      const first = Math.min(...news.map((key) => cameAt.get(key) ?? Number.POSITIVE_INFINITY));
      return answeredAt === undefined || first === Number.POSITIVE_INFINITY ? [] : [(Date.parse(answeredAt) - first) / 1000];
    });
  });
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
