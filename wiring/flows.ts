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
  /** Who did not answer when a message is dead: an ERP, or the source of a channel. */
  readonly waitsFor: "erp" | "source";
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
  {
    name: "posting",
    perConnection: true,
    function: "dispatch-postings",
    batchMessagesMax: 10,
    visibilitySeconds: 360,
    receivesMax: 5,
    waitsFor: "erp",
  },
  {
    name: "fetch-back",
    perConnection: false,
    function: "fetch-source-document",
    batchMessagesMax: 10,
    visibilitySeconds: 720,
    receivesMax: 5,
    waitsFor: "source",
  },
];

/** Every event that can change a target, and what else makes a transaction worth a look. */
export const subscriptions: readonly SubscriptionWiring[] = [
  {
    name: "posting",
    queue: "posting",
    names: [
      "order.placed",
      "order.edited",
      "order.cancelled",
      "payment.authorized",
      "payment.captured",
      "payment.voided",
      "payment.failed",
      "payment.refunded",
      "fulfillment.shipped",
      "fulfillment.delivered",
      "fulfillment.cancelled",
      "return.requested",
      "return.authorized",
      "return.received",
      "return.rejected",
      "return.cancelled",
      "return.closed",
      "exchange.arranged",
      "refund.issued",
      "dispute.opened",
      "dispute.updated",
      "dispute.closed",
      "gift-card.issued",
      "gift-card.redeemed",
      "gift-card.adjusted",
      "store-credit.issued",
      "store-credit.redeemed",
      "store-credit.adjusted",
      "transfer.shipped",
      "transfer.received",
      "privacy.requested",
      "ticket.completed",
      "file.received",
      "document.quarantined",
      "reference.found",
      "policy.released",
    ],
  },
  { name: "fetch-back", queue: "fetch-back", names: ["source.changed"] },
];

export const machines: readonly MachineWiring[] = [
  { name: "post-transactions", type: "EXPRESS", functions: ["decide-postings", "execute-postings"] },
  { name: "ingest-pos-file", type: "STANDARD", functions: ["check-pos-file", "ingest-pos-chunk", "close-pos-file", "record-exception"] },
];

export const drops: readonly DropWiring[] = [{ name: "pos", folder: "pos", machine: "ingest-pos-file" }];

/** Called after each policy release. */
export const onPolicyRelease = { function: "wake-held" } as const;

/** The queue of a connection. */
export function connectionQueue(queue: string, connection: string): string {
  return `${queue}-${connection}`;
}
