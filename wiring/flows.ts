import type { BusName } from "#ports/event-bus";

export interface RouteWiring {
  readonly method: "POST" | "GET";
  readonly path: string;
  readonly function: string;
}

export interface StreamWiring {
  readonly name: string;
  readonly function: string;
  readonly batchItemsMax: number;
}

export interface QueueWiring {
  /** One queue per ERP connection is called `<name>-<connection>`. */
  readonly name: string;
  readonly perConnection: boolean;
  readonly function: string;
  readonly batchMessagesMax: number;
  /** At least six times the function's time-out. */
  readonly visibilitySeconds: number;
  /** Then the message is a dead letter, and its transactions are brought to the desk. */
  readonly receivesMax: number;
}

export interface SubscriptionWiring {
  readonly name: string;
  readonly queue: string;
  readonly names: readonly BusName[];
}

export interface MachineWiring {
  readonly name: string;
  readonly type: "EXPRESS" | "STANDARD";
  /** The functions that its file calls. */
  readonly functions: readonly string[];
}

export interface DropWiring {
  readonly name: string;
  /** Files that appear here start `machine`. */
  readonly folder: string;
  readonly machine: string;
}

export const routes: readonly RouteWiring[] = [{ method: "POST", path: "/webhooks/shopify", function: "receive-shopify-webhook" }];

/** What is inserted into the lineage, in order. */
export const streams: readonly StreamWiring[] = [{ name: "lineage", function: "announce-events", batchItemsMax: 500 }];

export const queues: readonly QueueWiring[] = [
  { name: "posting", perConnection: true, function: "dispatch-postings", batchMessagesMax: 10, visibilitySeconds: 360, receivesMax: 5 },
];

/** Every event that can change a target, and what else makes a transaction worth a look. */
export const subscriptions: readonly SubscriptionWiring[] = [
  {
    name: "posting",
    queue: "posting",
    names: [
      "order.placed",
      "order.cancelled",
      "payment.authorized",
      "payment.captured",
      "payment.voided",
      "payment.failed",
      "payment.refunded",
      "fulfillment.shipped",
      "fulfillment.cancelled",
      "refund.issued",
      "ticket.completed",
      "file.received",
      "document.quarantined",
      "reference.found",
      "policy.released",
      "approval.decided",
    ],
  },
];

export const machines: readonly MachineWiring[] = [
  { name: "post-transactions", type: "EXPRESS", functions: ["decide-postings", "execute-postings"] },
  { name: "ingest-pos-file", type: "STANDARD", functions: ["check-pos-file", "ingest-pos-chunk", "close-pos-file", "record-exception"] },
  { name: "approve-posting", type: "STANDARD", functions: ["ask-approval", "decide-approval"] },
];

export const drops: readonly DropWiring[] = [{ name: "pos", folder: "pos", machine: "ingest-pos-file" }];

/** Called after each policy release. */
export const onPolicyRelease = { function: "wake-held" } as const;

/** The queue of a connection. */
export function connectionQueue(queue: string, connection: string): string {
  return `${queue}-${connection}`;
}
