/** A port a function needs, and how: least privilege is granted from it. */
export interface Need {
  readonly port:
    | "lineage-store"
    | "document-store"
    | "document-removal"
    | "references"
    | "work-lists"
    | "event-bus"
    | "queue"
    | "dead-letters"
    | "workflows"
    | "task-callbacks"
    | "erp"
    | "policy-store"
    | "policy-releases"
    | "period-book"
    | "secrets"
    | "api-clients"
    | "rate-limit"
    | "metrics"
    | "clock"
    | "channel"
    | "channel-source"
    | "channel-changes"
    | "pos-format"
    | "inflate"
    | "settlement-source"
    | "settlement-feed"
    | "bank-statement";
  readonly mode: "read" | "write" | "read-write" | "scan" | "erase" | "use";
  /** For queue and workflows: which one. For document-store: "drops", what senders drop; absent: the documents. */
  readonly name?: string;
}

export interface FunctionWiring {
  readonly name: string;
  /** What the function itself is given. */
  readonly needs: readonly Need[];
  /** What its entry on AWS needs beside that: where it puts events that nobody can read, and what binds a port. */
  readonly triggerNeeds?: readonly Need[];
  /** Absent: both hosts have it. */
  readonly onlyOn?: "aws";
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
}

const need = (port: Need["port"], mode: Need["mode"], name?: string): Need => ({ port, mode, ...(name === undefined ? {} : { name }) });

/** Of the triggers that read what others made: stream records, messages, events. */
const unreadable = [need("queue", "write", "unreadable")];

/** Of whatever announces from the record. */
const announcing = [
  need("references", "read-write"),
  need("work-lists", "write"),
  need("event-bus", "write"),
  need("policy-store", "read"),
  need("workflows", "use", "approve-posting"),
  need("workflows", "use", "close-window"),
  need("workflows", "use", "settlement-row-to-suspense"),
  need("workflows", "use", "close-store-day"),
  need("workflows", "use", "return-to-refund"),
  need("workflows", "use", "reconcile-payout"),
];

/** Every function, with the ports that it needs. Its trigger is the route, stream, queue or machine that names it. */
export const functions: readonly FunctionWiring[] = [
  {
    name: "receive-shopify-webhook",
    needs: [
      need("channel", "use"),
      need("secrets", "read"),
      need("document-store", "write"),
      need("lineage-store", "write"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    memoryMegabytes: 512,
    timeoutSeconds: 5,
  },
  {
    name: "receive-shopify-event",
    needs: [
      need("channel", "use"),
      need("document-store", "write"),
      need("lineage-store", "write"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    triggerNeeds: unreadable,
    memoryMegabytes: 512,
    timeoutSeconds: 60,
  },
  {
    name: "show-transaction",
    needs: [
      need("api-clients", "read"),
      need("lineage-store", "read"),
      need("references", "read"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    memoryMegabytes: 512,
    timeoutSeconds: 15,
  },
  {
    name: "receive-events",
    needs: [
      need("api-clients", "read"),
      need("document-store", "write"),
      need("lineage-store", "write"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    memoryMegabytes: 512,
    timeoutSeconds: 15,
  },
  {
    name: "authorize-return",
    needs: [
      need("api-clients", "read"),
      need("lineage-store", "read-write"),
      need("references", "read"),
      need("policy-store", "read"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    memoryMegabytes: 512,
    timeoutSeconds: 15,
  },
  {
    name: "cancel-return-authorization",
    needs: [
      need("api-clients", "read"),
      need("lineage-store", "read-write"),
      need("references", "read"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    memoryMegabytes: 512,
    timeoutSeconds: 15,
  },
  {
    name: "place-purchase-order",
    needs: [need("api-clients", "read"), need("policy-store", "read"), need("erp", "use"), need("clock", "use"), need("metrics", "use")],
    memoryMegabytes: 512,
    // A second below what an HTTP API waits at most: an order that is cut off is taken further when it comes again.
    timeoutSeconds: 28,
  },
  {
    name: "receive-dropped-file",
    needs: [
      need("document-store", "read", "drops"),
      need("workflows", "use", "ingest-pos-file"),
      need("workflows", "use", "unpack-pos-archive"),
      need("workflows", "use", "ingest-settlement-file"),
    ],
    triggerNeeds: unreadable,
    memoryMegabytes: 256,
    timeoutSeconds: 30,
  },
  {
    name: "announce-events",
    needs: announcing,
    triggerNeeds: unreadable,
    memoryMegabytes: 512,
    timeoutSeconds: 30,
  },
  {
    name: "replay-lineage",
    needs: [...announcing, need("lineage-store", "read"), need("lineage-store", "scan"), need("clock", "use")],
    memoryMegabytes: 1024,
    // It begins no page later than ten minutes after its start.
    timeoutSeconds: 900,
  },
  {
    name: "redrive-dead-letters",
    needs: [
      ...announcing,
      need("dead-letters", "use"),
      need("work-lists", "read"),
      need("lineage-store", "read-write"),
      need("lineage-store", "scan"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    // SQS is an adapter of AWS alone: the embedded hub has its dead letters beside its messages.
    onlyOn: "aws",
    memoryMegabytes: 1024,
    timeoutSeconds: 900,
  },
  {
    name: "wake-held",
    needs: [need("work-lists", "read"), need("event-bus", "write"), need("policy-store", "read")],
    memoryMegabytes: 256,
    timeoutSeconds: 60,
  },
  {
    name: "release-policy",
    needs: [
      need("policy-releases", "read-write"),
      need("document-store", "read-write"),
      need("policy-store", "read"),
      need("work-lists", "read"),
      need("event-bus", "write"),
      need("clock", "use"),
    ],
    // The embedded hub has its policies in files, and releases them by looking at them.
    onlyOn: "aws",
    memoryMegabytes: 512,
    timeoutSeconds: 60,
  },
  {
    name: "dispatch-postings",
    needs: [need("workflows", "use", "post-transactions"), need("queue", "write", "posting"), need("clock", "use"), need("metrics", "use")],
    triggerNeeds: unreadable,
    // It waits for its run, and does next to nothing meanwhile: what it waits for is paid by the memory.
    memoryMegabytes: 128,
    // A run of its machine may take 55 s; more than one must fit.
    timeoutSeconds: 120,
  },
  {
    name: "decide-postings",
    needs: [
      need("lineage-store", "read-write"),
      need("references", "read-write"),
      need("document-store", "read-write"),
      need("policy-store", "read"),
      need("rate-limit", "use"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    memoryMegabytes: 1024,
    timeoutSeconds: 25,
  },
  {
    name: "execute-postings",
    needs: [need("lineage-store", "read-write"), need("erp", "use"), need("rate-limit", "use"), need("clock", "use")],
    // Where the ERP of a connection is stands in the policies.
    triggerNeeds: [need("policy-store", "read")],
    memoryMegabytes: 512,
    timeoutSeconds: 25,
  },
  {
    name: "fetch-source-document",
    needs: [
      need("channel-source", "use"),
      need("document-store", "write"),
      need("lineage-store", "read-write"),
      need("queue", "write", "fetch-back"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    triggerNeeds: unreadable,
    memoryMegabytes: 512,
    timeoutSeconds: 120,
  },
  {
    name: "sweep-source",
    needs: [
      need("channel-changes", "use"),
      need("lineage-store", "read-write"),
      need("policy-store", "read"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    memoryMegabytes: 512,
    // It begins no page later than eight minutes after its start.
    timeoutSeconds: 600,
  },
  {
    name: "read-back-erp",
    needs: [
      need("erp", "use"),
      need("lineage-store", "read-write"),
      need("lineage-store", "scan"),
      need("document-store", "read-write"),
      need("policy-store", "read"),
      need("clock", "use"),
    ],
    memoryMegabytes: 1024,
    // It begins no page later than eight minutes after its start.
    timeoutSeconds: 900,
  },
  {
    name: "unpack-pos-file",
    needs: [
      need("inflate", "use"),
      need("document-store", "read", "drops"),
      need("document-store", "read-write"),
      need("lineage-store", "read-write"),
      need("workflows", "use", "ingest-pos-file"),
      need("clock", "use"),
    ],
    memoryMegabytes: 1024,
    timeoutSeconds: 900,
  },
  {
    name: "check-pos-file",
    needs: [
      need("pos-format", "use"),
      need("document-store", "read", "drops"),
      need("document-store", "read-write"),
      need("lineage-store", "read"),
      need("policy-store", "read"),
    ],
    // A whole processor: a run of the check is one stream of bytes through one parser.
    memoryMegabytes: 1769,
    timeoutSeconds: 600,
  },
  {
    name: "ingest-pos-chunk",
    needs: [
      need("pos-format", "use"),
      need("document-store", "read", "drops"),
      need("document-store", "read"),
      need("lineage-store", "write"),
      need("policy-store", "read"),
      need("clock", "use"),
    ],
    memoryMegabytes: 1024,
    timeoutSeconds: 300,
  },
  {
    name: "close-pos-file",
    needs: [need("document-store", "read"), need("lineage-store", "read-write"), need("clock", "use"), need("metrics", "use")],
    memoryMegabytes: 512,
    timeoutSeconds: 60,
  },
  {
    name: "check-settlement-file",
    needs: [
      need("settlement-source", "use"),
      need("bank-statement", "use"),
      need("document-store", "read", "drops"),
      need("document-store", "read-write"),
      need("lineage-store", "read-write"),
      need("policy-store", "read"),
      need("clock", "use"),
    ],
    memoryMegabytes: 1024,
    timeoutSeconds: 600,
  },
  {
    name: "ingest-settlement-chunk",
    needs: [need("document-store", "read"), need("lineage-store", "read-write"), need("policy-store", "read"), need("clock", "use")],
    memoryMegabytes: 1024,
    timeoutSeconds: 300,
  },
  {
    name: "close-settlement-file",
    needs: [need("document-store", "read"), need("lineage-store", "read-write"), need("clock", "use"), need("metrics", "use")],
    memoryMegabytes: 512,
    timeoutSeconds: 60,
  },
  {
    name: "fetch-settlements",
    needs: [
      need("settlement-feed", "use"),
      need("settlement-source", "use"),
      need("bank-statement", "use"),
      need("document-store", "read-write"),
      need("lineage-store", "read-write"),
      need("policy-store", "read"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    memoryMegabytes: 1024,
    // It asks for no page later than eight minutes after its start, be it of days or of one payout.
    timeoutSeconds: 600,
  },
  {
    name: "match-settlements",
    needs: [
      need("lineage-store", "read-write"),
      need("references", "read-write"),
      need("policy-store", "read"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    triggerNeeds: unreadable,
    memoryMegabytes: 512,
    timeoutSeconds: 120,
  },
  {
    name: "ask-approval",
    needs: [need("document-store", "write")],
    memoryMegabytes: 256,
    timeoutSeconds: 30,
  },
  {
    name: "decide-approval",
    needs: [need("lineage-store", "read-write"), need("document-store", "read"), need("task-callbacks", "use"), need("clock", "use")],
    memoryMegabytes: 256,
    timeoutSeconds: 30,
  },
  {
    name: "end-window",
    needs: [need("document-store", "write"), need("lineage-store", "write"), need("clock", "use")],
    memoryMegabytes: 256,
    timeoutSeconds: 30,
  },
  {
    name: "release-settlement-row",
    needs: [need("lineage-store", "read-write"), need("policy-store", "read"), need("clock", "use")],
    memoryMegabytes: 512,
    timeoutSeconds: 30,
  },
  {
    name: "follow-store-day",
    // The exceptions that it opens are the only thing that it writes.
    needs: [need("lineage-store", "read-write"), need("policy-store", "read"), need("clock", "use")],
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
  },
  {
    name: "follow-return",
    needs: [need("lineage-store", "read-write"), need("clock", "use")],
    memoryMegabytes: 512,
    timeoutSeconds: 30,
  },
  {
    name: "follow-payout",
    needs: [need("lineage-store", "read-write"), need("references", "read"), need("policy-store", "read"), need("clock", "use")],
    // A payout may have a hundred thousand rows, and each has a stream of its own.
    memoryMegabytes: 1024,
    timeoutSeconds: 300,
  },
  {
    name: "close-books",
    needs: [
      need("erp", "use"),
      need("document-store", "read-write"),
      need("lineage-store", "read-write"),
      need("lineage-store", "scan"),
      need("policy-store", "read"),
      need("period-book", "use"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    // What binds the period book there.
    triggerNeeds: [need("policy-releases", "read-write")],
    memoryMegabytes: 1024,
    // A period is closed after a look at everything, and its returns are accrued on what the books hold of its sales.
    timeoutSeconds: 900,
  },
  {
    name: "answer-privacy-requests",
    needs: [
      need("lineage-store", "read-write"),
      need("lineage-store", "scan"),
      need("lineage-store", "erase"),
      need("document-store", "read-write"),
      need("document-removal", "use"),
      need("work-lists", "read"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    memoryMegabytes: 1024,
    timeoutSeconds: 900,
  },
  {
    name: "work-exception",
    needs: [
      need("channel", "use"),
      need("channel-source", "use"),
      need("pos-format", "use"),
      need("document-store", "read-write"),
      need("lineage-store", "read-write"),
      need("references", "read"),
      need("work-lists", "read"),
      need("policy-store", "read"),
      need("clock", "use"),
    ],
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
  },
  {
    name: "escalate-exceptions",
    needs: [
      need("lineage-store", "read-write"),
      need("work-lists", "read-write"),
      need("policy-store", "read"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    memoryMegabytes: 512,
    timeoutSeconds: 300,
  },
  {
    name: "measure-lineage",
    needs: [need("lineage-store", "read"), need("policy-store", "read"), need("clock", "use"), need("metrics", "use")],
    // The embedded hub computes the KPIs from its lineage when somebody asks.
    onlyOn: "aws",
    memoryMegabytes: 512,
    timeoutSeconds: 120,
  },
  {
    name: "measure-books",
    needs: [
      need("lineage-store", "read"),
      need("lineage-store", "scan"),
      need("policy-store", "read"),
      need("clock", "use"),
      need("metrics", "use"),
    ],
    onlyOn: "aws",
    // It begins no page later than twelve minutes after its start, and holds what stands open in the clearing accounts.
    memoryMegabytes: 2048,
    timeoutSeconds: 900,
  },
  {
    name: "record-exception",
    needs: [need("lineage-store", "read-write"), need("clock", "use")],
    memoryMegabytes: 256,
    timeoutSeconds: 30,
  },
];

/** All that a function needs on AWS: permissions and environment follow from it. */
export function needsOnAws({ needs, triggerNeeds = [] }: FunctionWiring): readonly Need[] {
  return [...needs, ...triggerNeeds];
}
