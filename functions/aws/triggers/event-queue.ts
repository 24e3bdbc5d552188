import type { Queue } from "#ports/queue";
import { type FlushedMetrics, flushMetrics } from "../middleware/flush-metrics.ts";
import { loggedError, writeLogLine } from "../middleware/log-line.ts";
import { type LambdaHandler, lambdaHandler } from "./lambda-handler.ts";
import { type BatchAnswer, batchAnswer, readQueueEvent } from "./queue-event.ts";
import { sendUnreadable, type UnreadableLetter } from "./unreadable.ts";

/** "again": it comes again. A letter: it never becomes anything as it is. */
export type Taken = "taken" | "again" | Omit<UnreadableLetter, "from">;

/**
 * A door of wiring/: each message is one event of a bus, as text, so that long numbers keep their last digit. Events stand alone: what
 * becomes of one is no matter of its neighbours.
 */
export function eventQueue(
  name: string,
  take: (text: string) => Promise<Taken>,
  queue: Queue,
  metrics?: FlushedMetrics,
): LambdaHandler<BatchAnswer> {
  const run = async (event: unknown) => {
    const read = readQueueEvent(event);
    const taken = await Promise.all(read.messages.map(({ text }) => alone(name, take, text)));
    const failed = read.messages.flatMap(({ id }, index) => (taken[index] === "again" ? [id] : []));
    const unreadable = read.messages.flatMap(({ id }, index) => {
      const became = taken[index];
      return typeof became === "object" ? [{ ...became, from: { queue: read.queue, message: id } }] : [];
    });
    const sent = await sendUnreadable(queue, name, unreadable);
    const unsent = unreadable.filter((_, index) => sent[index] !== "accepted").map(({ from }) => from.message);
    return {
      answer: batchAnswer([...failed, ...unsent]),
      counts: { messages: read.messages.length, failed: failed.length + unsent.length, unreadable: unreadable.length },
    };
  };
  return lambdaHandler(name, run, metrics === undefined ? [] : [flushMetrics(metrics)]);
}

/** A fault over one event is that event's: it comes again, and in the end lies with the dead letters alone. */
async function alone(name: string, take: (text: string) => Promise<Taken>, text: string): Promise<Taken> {
  try {
    return await take(text);
  } catch (error) {
    writeLogLine({ level: "ERROR", function: name, outcome: "event failed", error: loggedError(error) });
    return "again";
  }
}
