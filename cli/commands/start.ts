import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { webhookSubscriptions } from "#adapters/channels/shopify";
import { endOldDrops, type Hub, type HubServer, openHub, runSchedules, runWorker, serve, shopifyShops, takeDrops } from "#hub";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
import { demoMarker } from "../demo-marker.ts";
import { showFileProgress } from "../file-progress.ts";
import { draftNote } from "../policy-source.ts";

const defaultPort = 8787;
const dropIntervalMilliseconds = 500;
const subscriptionsFile = "shopify-webhooks.toml";
const endDropsIntervalMilliseconds = 3_600_000;

export const start: Command = {
  name: "start",
  summary: "Serves webhooks, watches the drop folders and posts, until it is stopped.",
  usage: ["start [--port N] [--host ADDRESS]"],
  examples: ["start", "start --port 8080 --data /var/lib/throughline", "start --json   # prints {url, dropFolder} when ready"],
  argumentsMax: 0,
  options: { port: { type: "string" }, host: { type: "string" } },
  async run(input) {
    const port = portOf(input);
    const host = textOption(input, "host");
    const hub = await openHub({ ...input.hub, fileProgress: showFileProgress(input.terminal) });
    try {
      const note = draftNote(hub);
      if (note !== undefined) input.terminal.note(note);
      const onFault = (error: unknown) => input.terminal.note(`a delivery was not recorded and will come again: ${faultText(error)}`);
      const server = await listen(hub, host === undefined ? { port, onFault } : { port, host, onFault });
      try {
        await work(hub, input, server.url);
      } finally {
        await server.close();
      }
      return 0;
    } finally {
      // Also after a fault: whatever still listens would keep a process alive that does no work.
      await hub.close();
    }
  },
};

async function listen(hub: Hub, address: Parameters<typeof serve>[1]): Promise<HubServer> {
  try {
    return await serve(hub, address);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw new UsageError(`port ${address.port} is taken by another process: give --port N, or 0 for any free one`);
    if (code === "EACCES") throw new UsageError(`port ${address.port} needs rights that this process has not: give --port N above 1023`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new UsageError(`${address.host ?? "the host"} is no address of this machine: give --host ADDRESS`);
    throw error;
  }
}

/** Until a signal says stop. */
async function work(hub: Hub, input: CommandInput, url: string): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  // From now on the folder may hold business: no demo may empty it any more.
  rmSync(join(input.hub.dataFolder, demoMarker), { force: true });
  const dropFolder = resolve(join(input.hub.dataFolder, "drops"));
  mkdirSync(join(dropFolder, "pos"), { recursive: true });
  // The secrets file exists before the first webhook, so that the shop can be set up with it.
  for (const shop of shopifyShops(hub.policy)) await hub.secrets.webhookSecrets(shop);
  // Shopify reaches the hub at another address than this machine does: the one of whatever forwards to it, over HTTPS.
  writeFileSync(join(input.hub.dataFolder, subscriptionsFile), webhookSubscriptions("https://<your host>/webhooks/shopify"));
  announce(input, url, dropFolder);
  const onError = toldOnce((text) => input.terminal.note(`a round of work failed and is tried again: ${text}`));
  await Promise.all([
    endDrops(hub, dropFolder, stop.signal, onError),
    runWorker(hub, stop.signal, onError),
    watchDrops(hub, dropFolder, stop.signal, onError),
    runSchedules(hub, stop.signal, onError),
  ]);
}

/** Tells of a fault that comes with every round once a minute: a full disk must not fill the log as well. */
function toldOnce(tell: (text: string) => void): (error: unknown) => void {
  const toldAt = new Map<string, number>();
  return (error) => {
    const text = faultText(error);
    const now = performance.now();
    if (now - (toldAt.get(text) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
    if (toldAt.size >= 100) toldAt.clear();
    toldAt.set(text, now);
    tell(text);
  };
}

function faultText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function announce({ json, terminal, hub }: CommandInput, url: string, dropFolder: string): void {
  if (json) terminal.print(JSON.stringify({ url, dropFolder }));
  else {
    terminal.print(`webhooks     ${url}/webhooks/shopify`);
    terminal.print(`POS files    ${join(dropFolder, "pos")}`);
    terminal.print(`secrets      ${resolve(join(hub.dataFolder, "secrets.json"))}`);
    terminal.print(`Shopify      ${resolve(join(hub.dataFolder, subscriptionsFile))} has what to paste into the app's shopify.app.toml`);
    terminal.print("Stop with Ctrl-C; what was accepted is on disk.");
  }
}

async function watchDrops(hub: Hub, dropFolder: string, signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
  const seen = new Map<string, string>();
  while (!signal.aborted) {
    try {
      await takeDrops(hub, dropFolder, seen, onError);
    } catch (error) {
      onError(error);
    }
    await sleep(dropIntervalMilliseconds, undefined, { signal }).catch(() => {});
  }
}

async function endDrops(hub: Hub, dropFolder: string, signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      await endOldDrops(hub, dropFolder);
    } catch (error) {
      onError(error);
    }
    await sleep(endDropsIntervalMilliseconds, undefined, { signal }).catch(() => {});
  }
}

function portOf(input: CommandInput): number {
  const text = textOption(input, "port");
  const port = text === undefined ? defaultPort : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port takes 0 to 65535 (0: any free one), not ${JSON.stringify(text)}`);
  return port;
}
