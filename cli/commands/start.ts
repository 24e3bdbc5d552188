import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openHub, runWorker, serve, takeDrops } from "#hub";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
import { demoMarker } from "../demo-marker.ts";

const defaultPort = 8787;
const dropIntervalMilliseconds = 500;

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
    const hub = await openHub(input.hub);
    // From now on the folder may hold business: no demo may empty it any more.
    rmSync(join(input.hub.dataFolder, demoMarker), { force: true });
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
    const fault = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    const onFault = (error: unknown) => input.terminal.note(`a delivery was not recorded and will come again: ${fault(error)}`);
    const server = await serve(hub, host === undefined ? { port, onFault } : { port, host, onFault });
    const dropFolder = resolve(join(input.hub.dataFolder, "drops"));
    mkdirSync(join(dropFolder, "pos"), { recursive: true });
    // The secrets file exists before the first webhook, so that the shop can be set up with it.
    for (const shop of Object.keys(hub.policy.shops)) await hub.secrets.webhookSecrets(shop);
    if (input.json) input.terminal.print(JSON.stringify({ url: server.url, dropFolder }));
    else {
      input.terminal.print(`webhooks     ${server.url}/webhooks/shopify`);
      input.terminal.print(`POS files    ${join(dropFolder, "pos")}`);
      input.terminal.print(`secrets      ${resolve(join(input.hub.dataFolder, "secrets.json"))}`);
      input.terminal.print("Stop with Ctrl-C; what was accepted is on disk.");
    }
    const onError = (error: unknown) => input.terminal.note(`a round of work failed and is tried again: ${fault(error)}`);
    try {
      await Promise.all([runWorker(hub, stop.signal, onError), watchDrops()]);
      return 0;
    } finally {
      stop.abort();
      await server.close();
      await hub.close();
    }

    async function watchDrops(): Promise<void> {
      const seen = new Map<string, string>();
      while (!stop.signal.aborted) {
        try {
          await takeDrops(hub, dropFolder, seen, onError);
        } catch (error) {
          onError(error);
        }
        await sleep(dropIntervalMilliseconds, undefined, { signal: stop.signal }).catch(() => {});
      }
    }
  },
};

function portOf(input: CommandInput): number {
  const text = textOption(input, "port");
  const port = text === undefined ? defaultPort : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port takes 0 to 65535 (0: any free one), not ${JSON.stringify(text)}`);
  return port;
}
