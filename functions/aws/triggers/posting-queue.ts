import { Invalid } from "#domain/failures";
import type { DispatchedPostings, DispatchPostingsInput } from "#functions/dispatch-postings";
import type { Clock } from "#ports/clock";
import type { Queue } from "#ports/queue";
import { queues } from "#wiring";
import { type FlushedMetrics, flushMetrics } from "../middleware/flush-metrics.ts";
import { type Invocation, type LambdaHandler, lambdaHandler } from "./lambda-handler.ts";
import { type BatchAnswer, batchAnswer, readQueueEvent } from "./queue-event.ts";
import { sendUnreadable } from "./unreadable.ts";

export interface PostingQueuePorts {
  readonly queue: Queue;
  readonly clock: Clock;
  /** What stands before a queue's name of wiring/ in its name on AWS, such as "throughline-prod-". */
  readonly queueNamePrefix: string;
  readonly metrics: FlushedMetrics;
}

/** Left of the function's time, to log and to answer. */
const endMilliseconds = 2_000;

/**
 * The queue of one ERP connection. A message that nobody can read becomes a dead letter at once, instead of after five deliveries with all
 * its neighbours; only when that fails does it come again.
 */
export function postingQueue(
  name: string,
  dispatch: (input: DispatchPostingsInput) => Promise<DispatchedPostings>,
  { queue, clock, queueNamePrefix, metrics }: PostingQueuePorts,
): LambdaHandler<BatchAnswer> {
  const run = async (event: unknown, invocation: Invocation) => {
    const read = readQueueEvent(event);
    const wired = connectionOf(name, read.queue, queueNamePrefix);
    const messages = read.messages.map(({ id, text }) => ({ id, body: bodyOf(text) }));
    const { failures, unreadable } = await dispatch({ ...wired, messages, deadline: deadlineOf(invocation, clock) });
    const textOf = new Map(read.messages.map(({ id, text }) => [id, text]));
    const letters = unreadable.map(({ id, class: exceptionClass, reason }) => ({
      class: exceptionClass,
      reason,
      from: { queue: wired.queue, message: id },
      content: textOf.get(id) ?? "",
    }));
    const sent = await sendUnreadable(queue, name, letters);
    const unsent = unreadable.filter((_, index) => sent[index] !== "accepted").map(({ id }) => id);
    return {
      answer: batchAnswer([...failures, ...unsent]),
      counts: {
        connection: wired.connection,
        messages: messages.length,
        failed: failures.length + unsent.length,
        unreadable: unreadable.length,
      },
    };
  };
  return lambdaHandler(name, run, [flushMetrics(metrics)]);
}

/** The queue of wiring/ and the ERP connection that it is for. */
function connectionOf(name: string, queueOnAws: string, prefix: string): { readonly queue: string; readonly connection: string } {
  const queue = queueOnAws.startsWith(prefix) ? queueOnAws.slice(prefix.length) : queueOnAws;
  const wired = queues.find((each) => each.perConnection && each.function === name && queue.startsWith(`${each.name}-`));
  if (wired === undefined) throw new Invalid(`${queueOnAws} is no queue of ${name} in wiring/: check the function's event source`);
  return { queue, connection: queue.slice(wired.name.length + 1) };
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
