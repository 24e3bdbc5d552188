/** The metrics that functions record: dashboards and reports read these, and a name that is not here is seen by nobody. */
export interface MetricWiring {
  readonly name: string;
  readonly unit: "count" | "milliseconds" | "bytes" | "minor-units";
  /** Few values each, and never personal: every combination is a metric that is paid for. */
  readonly dimensions: readonly string[];
  /** What a person reads from it. */
  readonly title: string;
  /** On AWS nothing records it: there the request that fails inside is AWS's own 5xx. */
  readonly onEmbeddedAlone?: true;
  /** The function that records one sample per invocation and is called for every document: on AWS it is counted in that function's log line. */
  readonly countedInLineOf?: string;
}

export const metrics: readonly MetricWiring[] = [
  {
    name: "WebhooksReceived",
    unit: "count",
    dimensions: ["channel", "outcome"],
    title: "Webhooks by outcome",
    countedInLineOf: "receive-shopify-webhook",
  },
  { name: "EventsReceived", unit: "count", dimensions: ["channel", "outcome"], title: "Partner events by outcome" },
  { name: "ApiRequests", unit: "count", dimensions: ["operation", "status"], title: "Requests of the API by status" },
  { name: "SourceReads", unit: "count", dimensions: ["channel", "resource", "outcome"], title: "Readings of a source by outcome" },
  {
    name: "SourceSweeps",
    unit: "count",
    dimensions: ["channel", "outcome"],
    title: "Searches for what a channel never delivered, by outcome",
  },
  { name: "MissingDocuments", unit: "count", dimensions: ["channel"], title: "Documents that a channel never delivered" },
  { name: "PosFiles", unit: "count", dimensions: ["outcome"], title: "POS files by outcome" },
  { name: "PosTransactions", unit: "count", dimensions: ["became"], title: "POS tickets by what became of them" },
  { name: "SettlementFiles", unit: "count", dimensions: ["outcome"], title: "Settlement reports and bank statements by outcome" },
  { name: "SettlementSweeps", unit: "count", dimensions: ["outcome"], title: "Readings of a gateway's settlements by outcome" },
  { name: "SettlementMatches", unit: "count", dimensions: ["outcome"], title: "Settlement rows and bank lines by what was found" },
  { name: "PostingAnswers", unit: "count", dimensions: ["connection", "answer"], title: "Looks at transactions by answer" },
  { name: "PostingRunFailed", unit: "count", dimensions: ["connection", "error"], title: "Posting runs that failed" },
  { name: "BreakerOpen", unit: "count", dimensions: ["connection"], title: "Batches put off because the breaker is open" },
  { name: "PostingsPutOff", unit: "count", dimensions: ["connection"], title: "Transactions put off for want of time" },
  { name: "OpenExceptions", unit: "count", dimensions: ["owner", "state"], title: "Open exceptions by desk, in time and overdue" },
  { name: "ExceptionsEscalated", unit: "count", dimensions: ["class", "severity"], title: "Exceptions that nobody ended in time" },
  { name: "PersonalDataErased", unit: "count", dimensions: ["request"], title: "Raw bodies removed for privacy" },
  { name: "DeadLetters", unit: "count", dimensions: ["kind", "became"], title: "Dead letters by what became of them" },
  { name: "RequestFaults", unit: "count", dimensions: [], title: "Requests that failed inside", onEmbeddedAlone: true },
];
