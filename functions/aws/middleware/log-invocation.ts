import type { MiddlewareObj, Request } from "@middy/core";
import { loggedError, withoutQuotes, writeLogLine } from "./log-line.ts";

/** The answer to AWS, and what of the invocation is worth a number in the log. */
export interface Counted<Answer> {
  readonly answer: Answer;
  readonly counts: Readonly<Record<string, number | string>>;
}

/**
 * One line per invocation: which function, how long, how it ended, how many. Never the event or the answer: they carry what customers
 * bought. A failure is logged with its name, message and frames and then goes on to the platform.
 */
export function logInvocation(name: string): MiddlewareObj {
  let coldStart = true;
  let startedAt = 0;
  return {
    before() {
      startedAt = performance.now();
    },
    after(request) {
      const { answer, counts } = request.response as Counted<unknown>;
      write("INFO", request, { outcome: "done", ...counts });
      request.response = answer;
    },
    onError(request) {
      write("ERROR", request, { outcome: "failed", error: loggedError(request.error) });
      request.error = withoutQuotes(request.error);
    },
  };

  function write(level: "INFO" | "ERROR", { context }: Request, ending: Readonly<Record<string, unknown>>): void {
    const durationMilliseconds = Math.round((performance.now() - startedAt) * 10) / 10;
    // Of "Root=…;Parent=…;Sampled=…" what all functions on the way of a request have in common.
    const traceId = process.env._X_AMZN_TRACE_ID?.replace(/Root=|;.*/g, "");
    const start = coldStart ? { coldStart } : {};
    writeLogLine({ level, function: name, requestId: context.awsRequestId, traceId, ...start, durationMilliseconds, ...ending });
    coldStart = false;
  }
}
