import { createHash } from "node:crypto";
import { Invalid, UnknownOutcome } from "#domain/failures";
import type { WorkflowAnswer, Workflows } from "#ports/workflows";
import type { AwsApi, JsonOperation } from "./aws-api.ts";
import { AwsFailure, failureOf } from "./aws-failure.ts";

const startSyncExecution = {
  service: "sync-states",
  target: "AWSStepFunctions.StartSyncExecution",
  jsonVersion: "1.0",
  signedAs: "states",
} as const;
const startExecution: JsonOperation = { service: "states", target: "AWSStepFunctions.StartExecution", jsonVersion: "1.0" };
/** Longer than an Express machine of ours may run, which is 55 s. */
const synchronousTimeoutMilliseconds = 58_000;
const inputBytesMax = 262_144;

/**
 * ports/workflows over Step Functions. `machineArnPrefix` is what stands before a machine's name in its ARN. A request that failed throws
 * Unavailable when the machine certainly did not start, UnknownOutcome otherwise.
 */
export function createStepFunctionsWorkflows(options: {
  readonly api: AwsApi;
  readonly machineArnPrefix: string;
  readonly synchronousTimeoutMilliseconds?: number;
}): Workflows {
  const { api, machineArnPrefix } = options;
  const runToItsEnd: JsonOperation = {
    ...startSyncExecution,
    timeoutMilliseconds: options.synchronousTimeoutMilliseconds ?? synchronousTimeoutMilliseconds,
  };
  return {
    async runSynchronously(machine, input) {
      const request = { stateMachineArn: `${machineArnPrefix}${machine}`, input: inputText(machine, input) };
      let answer: SyncAnswer;
      try {
        answer = (await api.call(runToItsEnd, request)) as SyncAnswer;
      } catch (error) {
        throw failureOf(`the run of ${machine}`, error, "run it again; what it had done stays done");
      }
      return workflowAnswer(machine, answer);
    },

    async start(machine, name, input) {
      const request = {
        stateMachineArn: `${machineArnPrefix}${machine}`,
        name: executionName(name),
        input: inputText(machine, input),
      };
      try {
        await api.call(startExecution, request);
        // Also the answer for the same name and input while that execution runs: the one execution is the one that was asked for.
        return "started";
      } catch (error) {
        if (error instanceof AwsFailure && error.code === "ExecutionAlreadyExists") return "already-started";
        throw failureOf(`the start of ${machine} as ${name}`, error, "start it again under the same name");
      }
    },
  };
}

interface SyncAnswer {
  readonly status?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** The request succeeds also when the execution failed. */
function workflowAnswer(machine: string, { status, output, error, cause = "" }: SyncAnswer): WorkflowAnswer {
  switch (status) {
    case "SUCCEEDED":
      return { status: "succeeded", output: parsed(machine, output) };
    case "FAILED":
      return { status: "failed", error: error ?? "States.Runtime", cause };
    case "TIMED_OUT":
      return { status: "timed-out", error: error ?? "States.Timeout", cause };
    default:
      throw new UnknownOutcome(`${machine} answered the status ${String(status).slice(0, 40)}, which no execution has: run it again`);
  }
}

function parsed(machine: string, output = ""): unknown {
  try {
    return JSON.parse(output);
  } catch {
    // The cause is left out: it quotes the output.
    throw new UnknownOutcome(`${machine} succeeded but its answer holds no JSON output: run it again`);
  }
}

function inputText(machine: string, input: unknown): string {
  const text = JSON.stringify(input) ?? "null";
  const bytes = Buffer.byteLength(text);
  if (bytes > inputBytesMax) throw new Invalid(`the input for ${machine} has ${bytes} bytes, the limit is ${inputBytesMax}: pass pointers`);
  return text;
}

/**
 * A name of 1 to 80 letters, digits, hyphens and underscores (more would be allowed, but only these can be logged) is itself. Any other is
 * made readable and told apart by a hash, always the same one.
 */
function executionName(name: string): string {
  if (/^[0-9A-Za-z_-]{1,80}$/.test(name)) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 32);
  return `${name.replace(/[^0-9A-Za-z_-]+/g, "-").slice(0, 47)}-${hash}`;
}
