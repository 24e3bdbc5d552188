import type { LambdaHandler } from "../../../functions/aws/triggers/lambda-handler.ts";

export interface Invoked<Answer> {
  readonly answer?: Answer;
  readonly error?: Error;
  /** What the invocation wrote, parsed, with its duration as "some". */
  readonly lines: readonly Record<string, unknown>[];
}

/** Invokes a handler as Lambda would, and keeps what it writes to the log. */
export async function invoke<Answer>(
  handler: LambdaHandler<Answer>,
  event: unknown,
  remainingMilliseconds = 30_000,
): Promise<Invoked<Answer>> {
  const written: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => written.push(text) > 0) as typeof process.stdout.write;
  try {
    const invocation = { awsRequestId: "7d1e", getRemainingTimeInMillis: () => remainingMilliseconds };
    const outcome = await handler(event, invocation).then(
      (answer) => ({ answer }),
      (error: Error) => ({ error }),
    );
    return { ...outcome, lines: written.map(lineOf) };
  } finally {
    process.stdout.write = write;
  }
}

function lineOf(text: string): Record<string, unknown> {
  if (!text.endsWith("\n")) throw new Error(`the log has a line without an end: ${text}`);
  const line = JSON.parse(text) as Record<string, unknown>;
  if (typeof line.durationMilliseconds === "number") line.durationMilliseconds = "some";
  return line;
}
