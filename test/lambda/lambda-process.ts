import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { environmentOf, functions, needsOnAws } from "#wiring";
import type { Bundle } from "../../scripts/bundle-functions.ts";

export interface InvocationRequest {
  readonly id: string;
  readonly event: unknown;
  readonly remainingMilliseconds: number;
  readonly traceId: string;
}

export interface InvocationAnswer {
  readonly id: string;
  readonly answer?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
  readonly processorMilliseconds?: number;
}

export interface LambdaProcess {
  /** Rejects with an error of the function's own name. */
  invoke(event: unknown): Promise<unknown>;
  /** What the function wrote to its log so far. */
  log(): string;
  /** Of the processor, for all invocations so far. */
  processorMilliseconds(): number;
  stop(): void;
}

/** Values of every variable that wiring/environment.ts knows; a function is given those of its needs alone. */
export type Environment = Readonly<Record<string, string>>;

const traceId = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1";

/** Starts a bundle as Lambda would: in a process of its own, with nothing in its environment but what its needs promise. */
export async function startLambda(bundle: Bundle, all: Environment, endpoint: string): Promise<LambdaProcess> {
  const wired = functions.find(({ name }) => name === bundle.name);
  if (wired === undefined) throw new Error(`no function ${bundle.name} in wiring/`);
  const promised = Object.fromEntries(needsOnAws(wired).flatMap(({ port }) => environmentOf[port].map((name) => [name, all[name] ?? ""])));
  const env = {
    ...promised,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL: endpoint,
  };
  const child = fork(join(import.meta.dirname, "lambda-runtime.ts"), [bundle.file], { env, silent: true, execArgv: [] });
  let log = "";
  child.stdout?.on("data", (data: Buffer) => (log += data.toString("utf8")));
  child.stderr?.on("data", (data: Buffer) => (log += data.toString("utf8")));
  const waiting = new Map<string, (answer: InvocationAnswer) => void>();
  child.on("message", (message: InvocationAnswer) => waiting.get(message.id)?.(message));
  await ready(child, waiting, () => log);
  let processorTime = 0;
  return {
    async invoke(event) {
      const request: InvocationRequest = {
        id: randomUUID(),
        event,
        remainingMilliseconds: wired.timeoutSeconds * 1000,
        traceId,
      };
      const {
        answer,
        error,
        processorMilliseconds = 0,
      } = await new Promise<InvocationAnswer>((resolve) => {
        waiting.set(request.id, resolve);
        child.send(request);
      });
      processorTime += processorMilliseconds;
      if (error === undefined) return answer;
      const failure = new Error(error.message);
      failure.name = error.name;
      throw failure;
    },
    log: () => log,
    processorMilliseconds: () => processorTime,
    stop: () => void child.kill(),
  };
}

function ready(child: ChildProcess, waiting: Map<string, (answer: InvocationAnswer) => void>, log: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.set("ready", () => resolve());
    child.once("exit", (code) => reject(new Error(`the function ended with ${code} at its cold start: ${log()}`)));
  });
}
