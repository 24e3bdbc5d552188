import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { median } from "./median.ts";

const secret = "bench";

interface Lines {
  readonly child: ChildProcess;
  /** The next line of JSON that the process prints. */
  next(): Promise<Record<string, unknown>>;
}

/**
 * Webhooks per second: the floor, what the hub accepts, and what it carries all the way to settled; the client is a process of its own.
 * Each round measures the floor next to the figures that it is compared with; the medians count.
 */
export async function benchWebhooks(sizes: { readonly accept: number; readonly settle: number; readonly rounds: number }) {
  const rounds: { floor: number; accept: number; settled: number }[] = [];
  for (let round = 0; round < sizes.rounds; round += 1) {
    const folder = mkdtempSync(join(tmpdir(), "throughline-bench-"));
    try {
      const floor = await acceptRate(["bench/floor-server.ts", join(folder, "floor.sqlite")], sizes.accept);
      const accept = await acceptRate(["bench/hub-server.ts", join(folder, "accept"), secret, "accept"], sizes.accept);
      const settled = await settledRate(join(folder, "settle"), sizes.settle);
      rounds.push({ floor, accept, settled });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return {
    floor: median(rounds.map(({ floor }) => floor)),
    accept: median(rounds.map(({ accept }) => accept)),
    settled: median(rounds.map(({ settled }) => settled)),
    acceptRatio: median(rounds.map(({ floor, accept }) => accept / floor)),
    settledRatio: median(rounds.map(({ floor, settled }) => settled / floor)),
  };
}

async function acceptRate(words: readonly string[], copies: number): Promise<number> {
  const server = start(words);
  const { url } = await server.next();
  const answer = await send(String(url), copies);
  server.child.kill("SIGKILL");
  return answer.requests / answer.seconds;
}

/**
 * From the first request to the moment when nothing is left to do. Throws unless every transaction is settled then: a figure for work that
 * was held or lost would be worth nothing.
 */
async function settledRate(dataFolder: string, copies: number): Promise<number> {
  const server = start(["bench/hub-server.ts", dataFolder, secret, "settle"]);
  const { url } = await server.next();
  const answer = await send(String(url), copies);
  server.child.stdin?.write("drain\n");
  const drained = await server.next();
  const seconds = (performance.now() - answer.startedAt) / 1000;
  const { states } = (await server.next()) as { states: Record<string, number> };
  server.child.kill("SIGKILL");
  if (drained.drained !== true || Object.keys(states).join() !== "settled")
    throw new Error(`not everything is settled: ${JSON.stringify(states)}`);
  return answer.requests / seconds;
}

async function send(url: string, copies: number): Promise<{ seconds: number; requests: number; startedAt: number }> {
  const client = start(["bench/webhook-client.ts", url, String(copies), secret]);
  await client.next();
  const startedAt = performance.now();
  client.child.stdin?.write("go\n");
  const answer = (await client.next()) as { seconds: number; requests: number; statuses: Record<string, number> };
  if (answer.statuses["200"] !== answer.requests)
    throw new Error(`the server did not accept every webhook: ${JSON.stringify(answer.statuses)}`);
  return { ...answer, startedAt };
}

function start(words: readonly string[]): Lines {
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  const reader = createInterface({ input: child.stdout! });
  const lines: string[] = [];
  reader.on("line", (line) => {
    lines.push(line);
    child.emit("json-line");
  });
  return {
    child,
    async next() {
      while (lines.length === 0) await once(child, "json-line");
      return JSON.parse(lines.shift()!) as Record<string, unknown>;
    },
  };
}
