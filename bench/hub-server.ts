// The hub behind its HTTP door. Usage: node bench/hub-server.ts DATA SECRET accept|settle
// In "settle" the worker runs too; after a line of input it prints {"drained": true} once nothing is left to do, and then how many
// transactions stand in which state.
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { openHub, serve } from "#hub";
import { allTransactions, stateOf } from "../cli/read-lineage.ts";

const [dataFolder = "", webhookSecret = "", mode = "accept"] = process.argv.slice(2);
const hub = await openHub({ dataFolder, policiesFolder: "policies", webhookSecret });
const server = await serve(hub, { port: 0 });
console.log(JSON.stringify({ url: `${server.url}/webhooks/shopify` }));
if (mode === "settle") {
  let draining = false;
  void once(process.stdin, "data").then(() => {
    draining = true;
  });
  for (;;) {
    await hub.lease.acquire();
    for (let round = 0; round < 100; round += 1) {
      const busy = await hub.worker.step();
      if (busy) await new Promise((resolve) => setImmediate(resolve));
      else if (draining && (await nothingLeft())) await finish();
      else await sleep(2);
    }
  }
}

async function nothingLeft(): Promise<boolean> {
  const { unannounced, visibleMessages, hiddenMessages } = await hub.worker.backlog();
  return !unannounced && visibleMessages + hiddenMessages === 0;
}

async function finish(): Promise<never> {
  console.log(JSON.stringify({ drained: true }));
  const states: Record<string, number> = {};
  for await (const view of allTransactions(hub)) states[stateOf(view)] = (states[stateOf(view)] ?? 0) + 1;
  console.log(JSON.stringify({ states }));
  return new Promise(() => {});
}
