import type { BusName } from "#ports/event-bus";

export interface RouteWiring {
  readonly method: "POST" | "GET";
  /** A part in braces, such as `{reference}`, is a parameter: one part of the path, whatever it is. */
  readonly path: string;
  readonly function: string;
  /** "channel": signs what it delivers. "client": calls the API with a secret of its own, and is throttled for itself. */
  readonly caller: "channel" | "client";
}

export interface StreamWiring {
  readonly name: string;
  readonly function: string;
  readonly batchItemsMax: number;
  /** Waiting this long gathers a batch: one entry on the bus then points at many transactions. Only on AWS; the embedded hub waits for nobody. */
  readonly windowSeconds: number;
  /** What of it the function is told, on AWS by the event source's own filter; absent: all that is inserted. */
  readonly of?: {
    /** Types of items. */
    readonly types: readonly string[];
    /** Kinds of streams, of which it is told documents too. */
    readonly documentsOf: readonly string[];
  };
  /** The embedded hub computes the KPIs when somebody asks. */
  readonly onAwsAlone?: true;
}

export interface QueueWiring {
  /** One queue per ERP connection is called `<name>-<connection>`. */
  readonly name: string;
  readonly perConnection: boolean;
  readonly function: string;
  /** That the embedded hub takes at once; it waits for nobody. */
  readonly batchMessagesMax: number;
  /** Waiting this long gathers a batch: one run of the function then does the work of many. Only on AWS. */
  readonly windowSeconds: number;
  /** The window ends when so many are there. */
  readonly windowMessagesMax: number;
  /** At least six times the function's time-out, and the window. */
  readonly visibilitySeconds: number;
  /** Then the message is a dead letter: its transactions are brought to the desk. */
  readonly receivesMax: number;
  /** Who did not answer when a message is dead: an ERP, the source of a channel, or the hub's own record. */
  readonly waitsFor: "erp" | "source" | "record";
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
  /** Files that appear here are told to `function`, which starts `machine` on them. */
  readonly folder: string;
  readonly function: string;
  readonly machine: string;
  /** The machine that takes archives apart, and starts `machine` on what was in them; absent: none are expected. */
  readonly archives?: string;
}

/**
 * A door that only AWS has: events of a bus, each kept in a queue of the door's name until its function has taken it. The embedded hub
 * has its folders and HTTP instead, and the same functions behind them.
 */
export interface DoorWiring {
  readonly name: string;
  /** "drops": the bucket's "Object Created" events. "shopify-event-source": Shopify's partner event source, when the stage has one. */
  readonly from: "drops" | "shopify-event-source";
  readonly function: string;
  readonly batchMessagesMax: number;
  /** At least six times the function's time-out. */
  readonly visibilitySeconds: number;
  /** Then the message is a dead letter. */
  readonly receivesMax: number;
}

export const routes: readonly RouteWiring[] = [
  { method: "POST", path: "/webhooks/shopify", function: "receive-shopify-webhook", caller: "channel" },
  { method: "GET", path: "/v1/transactions/{reference}", function: "show-transaction", caller: "client" },
  { method: "POST", path: "/v1/events", function: "receive-events", caller: "client" },
  { method: "POST", path: "/v1/return-authorizations", function: "authorize-return", caller: "client" },
  {
    method: "POST",
    path: "/v1/return-authorizations/{authorization}/cancellation",
    function: "cancel-return-authorization",
    caller: "client",
  },
  { method: "POST", path: "/v1/purchase-orders", function: "place-purchase-order", caller: "client" },
];

/** What is inserted into the lineage, in order. */
export const streams: readonly StreamWiring[] = [
  // Waiting lets one entry on the bus point at many transactions.
  { name: "lineage", function: "announce-events", batchItemsMax: 500, windowSeconds: 5 },
  {
    name: "kpi",
    function: "measure-lineage",
    batchItemsMax: 1000,
    windowSeconds: 60,
    of: { types: ["outcome", "closure"], documentsOf: ["stock", "store-day"] },
    onAwsAlone: true,
  },
];

export const queues: readonly QueueWiring[] = [
  {
    name: "posting",
    perConnection: true,
    function: "dispatch-postings",
    batchMessagesMax: 10,
    windowSeconds: 10,
    // The four shards of a stream announce up to three names of an order's events each, twice in ten seconds: one run for all of them.
    windowMessagesMax: 25,
    visibilitySeconds: 730,
    receivesMax: 5,
    waitsFor: "erp",
  },
  {
    name: "fetch-back",
    perConnection: false,
    function: "fetch-source-document",
    batchMessagesMax: 10,
    windowSeconds: 10,
    windowMessagesMax: 10,
    visibilitySeconds: 730,
    receivesMax: 5,
    waitsFor: "source",
  },
  {
    name: "matching",
    perConnection: false,
    function: "match-settlements",
    // Each message names up to a hundred rows, and each of them some ten reads.
    batchMessagesMax: 1,
    windowSeconds: 10,
    windowMessagesMax: 1,
    visibilitySeconds: 730,
    receivesMax: 5,
    waitsFor: "record",
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
      "loyalty.earned",
      "loyalty.redeemed",
      "loyalty.expired",
      "transfer.shipped",
      "transfer.received",
      "transfer.closed",
      "privacy.requested",
      "ticket.completed",
      "ticket.voided",
      "account.moved",
      "receivable.written-off",
      "cod.remitted",
      "till.moved",
      "till.counted",
      "till.balanced",
      "card-batch.stated",
      "stock.received",
      "stock.returned-to-vendor",
      "stock.counted",
      "stock.adjusted",
      "original.found",
      "return.taken-back",
      "file.received",
      "posting.contributed",
      "sequences.seen",
      "ticket.tallied",
      "store-day.waived",
      "store-day.audited",
      "store-day.reopened",
      "store-day.reconciled",
      "window.ended",
      "period-sales.stated",
      "settlement-file.received",
      "settlement.recorded",
      "settlement.matched",
      "settlement.released",
      "payment.settled",
      "payout.stated",
      "payout.returned",
      "payout.reconciled",
      "variance.written-off",
      "bank-line.booked",
      "bank-line.identified",
      "bank-line.matched",
      "document.quarantined",
      "fact.withdrawn",
      "reference.found",
      "policy.released",
      "approval.decided",
      "exception.resolved",
      "exception.retried",
    ],
  },
  { name: "fetch-back", queue: "fetch-back", names: ["source.changed", "exception.retried"] },
  // What is looked for, and every reason to look again: a name that was waited for, an account that policy knows now.
  {
    name: "matching",
    queue: "matching",
    names: ["settlement.recorded", "bank-line.booked", "reference.found", "policy.released", "exception.retried"],
  },
];

export const machines: readonly MachineWiring[] = [
  { name: "post-transactions", type: "EXPRESS", functions: ["decide-postings", "execute-postings"] },
  { name: "unpack-pos-archive", type: "STANDARD", functions: ["unpack-pos-file", "record-exception"] },
  { name: "ingest-pos-file", type: "STANDARD", functions: ["check-pos-file", "ingest-pos-chunk", "close-pos-file", "record-exception"] },
  {
    name: "ingest-settlement-file",
    type: "STANDARD",
    functions: ["check-settlement-file", "ingest-settlement-chunk", "close-settlement-file", "record-exception"],
  },
  { name: "approve-posting", type: "STANDARD", functions: ["ask-approval", "decide-approval"] },
  { name: "close-window", type: "STANDARD", functions: ["end-window", "record-exception"] },
  { name: "reconcile-payout", type: "STANDARD", functions: ["follow-payout", "record-exception"] },
  { name: "settlement-row-to-suspense", type: "STANDARD", functions: ["release-settlement-row", "record-exception"] },
  { name: "close-store-day", type: "STANDARD", functions: ["follow-store-day", "record-exception"] },
  { name: "return-to-refund", type: "STANDARD", functions: ["follow-return", "record-exception"] },
];

export const drops: readonly DropWiring[] = [
  { name: "pos", folder: "pos", function: "receive-dropped-file", machine: "ingest-pos-file", archives: "unpack-pos-archive" },
  { name: "settlement", folder: "settlement", function: "receive-dropped-file", machine: "ingest-settlement-file" },
];

export const doors: readonly DoorWiring[] = [
  {
    name: "dropped-files",
    from: "drops",
    function: "receive-dropped-file",
    batchMessagesMax: 10,
    visibilitySeconds: 180,
    receivesMax: 5,
  },
  {
    name: "shopify-events",
    from: "shopify-event-source",
    function: "receive-shopify-event",
    batchMessagesMax: 10,
    visibilitySeconds: 360,
    receivesMax: 5,
  },
];

/**
 * The queue for what a stream, a queue or a door brings and nobody can read: with class and reason, at once, so that its neighbours go on.
 * No function takes from it; an alarm watches it.
 */
export const unreadableQueue = "unreadable";

/** Where rules of the bus put what they could not deliver, and calls that nobody waits for what they could not do. */
export const undeliveredQueue = "undelivered-events";

/** The dead letters of a queue, and of a stream. */
export function deadLettersOf(queue: string): string {
  return `${queue}-dead-letters`;
}

export function streamDeadLetters(stream: string): string {
  return deadLettersOf(`${stream}-stream`);
}

/** Streams whose dead letters stand for something that was not announced; of the others only measurements are lost. */
export function announced(): readonly StreamWiring[] {
  return streams.filter(({ onAwsAlone }) => onAwsAlone !== true);
}

/** The dead-letter queues of looks, which `redrive-dead-letters` empties. */
export function lookDeadLetters(connections: readonly string[]): string[] {
  const worked = queues.flatMap(({ name, perConnection }) =>
    perConnection ? connections.map((each) => connectionQueue(name, each)) : [name],
  );
  return [...worked.map(deadLettersOf), ...announced().map(({ name }) => streamDeadLetters(name)), undeliveredQueue];
}

export interface ScheduleWiring {
  readonly name: string;
  readonly function: string;
  readonly everyMinutes: number;
  /** The embedded hub has no such queues, as its worker brings dead letters to the desk; and it computes the KPIs when somebody asks. */
  readonly onAwsAlone?: true;
}

/** What is done again and again without anybody asking: on AWS by a rule, in the embedded hub while it runs. */
export const schedules: readonly ScheduleWiring[] = [
  { name: "settlement-sweep", function: "fetch-settlements", everyMinutes: 60 },
  { name: "source-sweep", function: "sweep-source", everyMinutes: 60 },
  // Reads each ERP once a day; what one call could not finish, or an ERP did not answer, the next one does.
  { name: "erp-read-back", function: "read-back-erp", everyMinutes: 60 },
  { name: "exception-escalation", function: "escalate-exceptions", everyMinutes: 15 },
  { name: "privacy-requests", function: "answer-privacy-requests", everyMinutes: 60 },
  { name: "dead-letter-redrive", function: "redrive-dead-letters", everyMinutes: 5, onAwsAlone: true },
  { name: "books-measurement", function: "measure-books", everyMinutes: 1440, onAwsAlone: true },
];

/** Functions that people and pipelines call by name. */
export const operations: readonly { readonly function: string }[] = [
  { function: "release-policy" },
  { function: "close-books" },
  { function: "work-exception" },
  { function: "replay-lineage" },
];

/** Called after each policy release. */
export const onPolicyRelease = { function: "wake-held" } as const;

/** The queue of a connection. */
export function connectionQueue(queue: string, connection: string): string {
  return `${queue}-${connection}`;
}
