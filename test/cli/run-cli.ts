import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `bin/hub.ts` as a person would; stdout and stderr apart. */
export async function runCli(words: readonly string[], environment: Record<string, string> = {}): Promise<CliRun> {
  const child = spawn(process.execPath, ["bin/hub.ts", ...words], {
    cwd: resolve(import.meta.dirname, "../.."),
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout, stderr };
}
