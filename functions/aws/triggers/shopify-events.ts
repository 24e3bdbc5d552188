import type { EventReceipt } from "#functions/receive-shopify-event";
import type { Queue } from "#ports/queue";
import type { FlushedMetrics } from "../middleware/flush-metrics.ts";
import { eventQueue, type Taken } from "./event-queue.ts";
import type { LambdaHandler } from "./lambda-handler.ts";
import type { BatchAnswer } from "./queue-event.ts";

/** Events of Shopify's partner event source. What cannot be used lies in the document store already: the letter says where. */
export function shopifyEvents(
  name: string,
  receive: (event: { readonly text: string }) => Promise<EventReceipt>,
  queue: Queue,
  metrics: FlushedMetrics,
): LambdaHandler<BatchAnswer> {
  return eventQueue(name, async (text) => takenAs(await receive({ text })), queue, metrics);
}

function takenAs(receipt: EventReceipt): Taken {
  switch (receipt.answer) {
    case "accepted":
    case "duplicate":
      return "taken";
    case "unavailable":
      return "again";
    case "unusable":
      return { class: receipt.class, reason: `${receipt.reason}. The event is kept at ${receipt.address}` };
  }
}
