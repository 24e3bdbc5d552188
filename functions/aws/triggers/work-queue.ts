import { Invalid } from "#domain/failures";
import type { WorkedMessages } from "#functions/unreadable-message";
import type { Clock } from "#ports/clock";
import type { Queue } from "#ports/queue";
import { queues } from "#wiring";
import { type FlushedMetrics, flushMetrics } from "../middleware/flush-metrics.ts";
import { type Invocation, type LambdaHandler, lambdaHandler } from "./lambda-handler.ts";
import { type BatchAnswer, batchAnswer, type QueueEvent, readQueueEvent } from "./queue-event.ts";
import { sendUnreadable } from "./unreadable.ts";

export interface WorkQueuePorts {
  readonly queue: Queue;
  readonly clock: Clock;
  /** What stands before a queue's name of wiring/ in its name on AWS, such as "throughline-prod-". */
  readonly queueNamePrefix: string;
  readonly metrics: FlushedMetrics;
}

export interface WorkQueueInput {
  /** Its name in wiring/. */
  readonly queue: string;
  readonly messages: readonly { readonly id: string; readonly body: unknown }[];
  /** When the function must have come to its end. */
  readonly deadline: string;
}

/** Left of the function's time, to log and to answer. */
const endMilliseconds = 2_000;

/**
 * A queue of wiring/ whose messages say what to look at. One that nobody can read becomes a dead letter at once, instead of after five
 * deliveries; only when that fails does it come again.
 */
export function workQueue(
  name: string,
  work: (input: WorkQueueInput) => Promise<WorkedMessages>,
  ports: WorkQueuePorts,
): LambdaHandler<BatchAnswer> {
  const { queue, clock, queueNamePrefix, metrics } = ports;
  const run = async (event: unknown, invocation: Invocation) => {
    const read = readQueueEvent(event);
    const input = {
      queue: nameInWiring(name, read.queue, queueNamePrefix),
      messages: read.messages.map(({ id, text }) => ({ id, body: bodyOf(text) })),
    };
    const { failures, unreadable } = await work({ ...input, deadline: deadlineOf(invocation, clock) });
    const sent = await sendUnreadable(queue, name, lettersOf(read, unreadable));
    const unsent = unreadable.filter((_, index) => sent[index] !== "accepted").map(({ id }) => id);
    const failed = [...failures, ...unsent];
    const counts = { queue: input.queue, messages: input.messages.length, failed: failed.length, unreadable: unreadable.length };
    return { answer: batchAnswer(failed), counts };
  };
  return lambdaHandler(name, run, [flushMetrics(metrics)]);
}

/** One of the queues that there are per ERP connection. */
export function connectionWorkQueue(
  name: string,
  work: (input: WorkQueueInput & { readonly connection: string }) => Promise<WorkedMessages>,
  ports: WorkQueuePorts,
): LambdaHandler<BatchAnswer> {
  const prefix = `${wiredQueue(name).name}-`;
  return workQueue(name, (input) => work({ ...input, connection: input.queue.slice(prefix.length) }), ports);
}

function wiredQueue(name: string) {
  const wired = queues.find((each) => each.function === name);
  if (wired === undefined) throw new Invalid(`${name} is fed by no queue of wiring/flows.ts`);
  return wired;
}

function nameInWiring(name: string, queueOnAws: string, prefix: string): string {
  const wired = wiredQueue(name);
  const queue = queueOnAws.startsWith(prefix) ? queueOnAws.slice(prefix.length) : "";
  if (wired.perConnection ? queue.startsWith(`${wired.name}-`) : queue === wired.name) return queue;
  throw new Invalid(`${queueOnAws} is no queue of ${name} in wiring/: check the function's event source and QUEUE_URL_PREFIX`);
}

/** The bus wraps its entries, our own messages are bare. Undefined, which no message may be, for text that is no JSON. */
function bodyOf(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && "detail-type" in body && "detail" in body ? body.detail : body;
  } catch {
    return undefined;
  }
}

function deadlineOf(invocation: Invocation, clock: Clock): string {
  return new Date(Date.parse(clock.now()) + invocation.getRemainingTimeInMillis() - endMilliseconds).toISOString();
}

/** The message's text goes with its letter: it points at transactions, and is kept nowhere else. */
function lettersOf(read: QueueEvent, unreadable: WorkedMessages["unreadable"]) {
  const textOf = new Map(read.messages.map(({ id, text }) => [id, text]));
  return unreadable.map(({ id, class: exceptionClass, reason }) => ({
    class: exceptionClass,
    reason,
    from: { queue: read.queue, message: id },
    content: textOf.get(id) ?? "",
  }));
}
