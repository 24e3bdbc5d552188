import type { MiddlewareObj } from "@middy/core";
import { loggedError, withoutQuotes, writeLogLine } from "./log-line.ts";

/** The answer to AWS, and what of the invocation is worth a number in the log. */
export interface Counted<Answer> {
  readonly answer: Answer;
  readonly counts: Readonly<Record<string, number | string | Readonly<Record<string, number | string>>>>;
}

/**
 * One line per invocation: which function, how long, how it ended, how many. Never the event or the answer: they carry what customers
 * bought. A failure is logged with its name, message and frames and then goes on to the platform, which writes of it by the request's id;
 * of an invocation that went well it writes nothing, and the trace finds it.
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
      write({ level: "INFO", function: name }, { outcome: "done", ...counts });
      request.response = answer;
    },
    onError(request) {
      const head = { level: "ERROR", function: name, requestId: request.context.awsRequestId };
      write(head, { outcome: "failed", error: loggedError(request.error) });
      request.error = withoutQuotes(request.error);
    },
  };

  function write(head: Readonly<Record<string, unknown>>, ending: Readonly<Record<string, unknown>>): void {
    const durationMilliseconds = Math.round((performance.now() - startedAt) * 10) / 10;
    // Of "Root=…;Parent=…;Sampled=…" what all functions on the way of a request have in common.
    const traceId = process.env._X_AMZN_TRACE_ID?.replace(/Root=|;.*/g, "");
    const start = coldStart ? { coldStart } : {};
    writeLogLine({ ...head, traceId, ...start, durationMilliseconds, ...ending });
    coldStart = false;
  }
}
