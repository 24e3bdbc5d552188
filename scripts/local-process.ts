import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";

/** A port of 127.0.0.1 that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no free port was given"))));
    });
  });
}

/** Whether the process answers HTTP at `url`, with any status, before it ends or the time is over. */
export async function answersHttp(url: string, child: ChildProcess, timeoutMilliseconds: number): Promise<boolean> {
  const until = Date.now() + timeoutMilliseconds;
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    try {
      await fetch(url, { signal: AbortSignal.timeout(1_000) });
      return true;
    } catch {
      // Not up yet.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return false;
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}
