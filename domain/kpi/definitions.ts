/** A unit as samples carry it; durations are shown in whatever people read best. */
export type KpiUnit = "count" | "milliseconds" | "minor-units";

export interface KpiMetric {
  /** As CloudWatch knows it. */
  readonly name: KpiMetricName;
  readonly unit: KpiUnit;
}

export type KpiStatistic = "p50" | "p95" | "p99" | "max";

/**
 * What a KPI is made of. "duration": the distribution of one metric. "share": how many of all, in percent. "open": what stands open at each
 * look, each with its age. "amount": what stands in an account at each look. "queues": what waits in the posting queues.
 */
export type KpiFigure =
  | { readonly kind: "duration"; readonly metric: KpiMetricName; readonly statistics: readonly KpiStatistic[] }
  | { readonly kind: "share"; readonly part: KpiMetricName; readonly whole: KpiMetricName }
  | { readonly kind: "open"; readonly metric: KpiMetricName }
  | { readonly kind: "amount"; readonly metric: KpiMetricName }
  | { readonly kind: "queues" };

/** What is good enough, of the figure over all dimensions: a statistic of a duration in milliseconds, a share in percent. */
export type KpiTarget =
  | { readonly statistic: KpiStatistic; readonly atMost: number }
  | { readonly statistic: "percent"; readonly atMost: number }
  | { readonly statistic: "percent"; readonly atLeast: number };

/** When a person is called; worse than the target, so that nobody is called for what the morning's look shows. */
export interface KpiAlarm {
  /** Of a duration, milliseconds. */
  readonly statistic: KpiStatistic;
  readonly above: number;
  /** Samples are gathered over so long, and it must be so in as many of them in a row. */
  readonly minutes: number;
  readonly times: number;
  /** What to do, for whoever is called. */
  readonly what: string;
  /** Page and heading below docs/. */
  readonly page: string;
}

export interface KpiDefinition {
  readonly id: string;
  readonly title: string;
  /** What it says, for whoever decides by it. */
  readonly meaning: string;
  /** How it follows from the lineage. */
  readonly formula: string;
  readonly figure: KpiFigure;
  /** Few values each and never personal: every combination is a metric that is paid for. */
  readonly dimensions: readonly string[];
  /** When the AWS host publishes it: as the fact is recorded, at each look at the desk, once a day, or by SQS itself. */
  readonly measured: "as it happens" | "every quarter of an hour" | "once a day" | "by the queues";
  readonly target?: KpiTarget;
  readonly dashboards: readonly ("executive" | "operations")[];
  readonly alarm?: KpiAlarm;
  /** What there has to be before it says anything. */
  readonly needs: string;
}

const minute = 60_000;
const hour = 60 * minute;

/** Every metric that a KPI is made of. */
export const kpiMetrics = {
  StockLinesCounted: "count",
  StockLinesAccurate: "count",
  OrderToPosting: "milliseconds",
  ReturnReconciliation: "milliseconds",
  PostingsAnswered: "count",
  PostingsWithPerson: "count",
  FinancialClose: "milliseconds",
  PromotionsUsed: "count",
  PromotionsExcepted: "count",
  IntegrationRecovery: "milliseconds",
  OpenExceptionAge: "milliseconds",
  ClearingOpen: "minor-units",
  TransactionsRecorded: "count",
  TransactionsAtRest: "count",
} as const satisfies Record<string, KpiUnit>;

export type KpiMetricName = keyof typeof kpiMetrics;

/**
 * The KPIs: the one place that says what they are. The functions publish their metrics, the stacks make dashboards and alarms of them, and
 * `report kpi` computes the same figures from the lineage of the embedded hub.
 */
export const kpis: readonly KpiDefinition[] = [
  {
    id: "order-to-posting",
    title: "Order to posting",
    meaning:
      "How long the books lag behind what happened: from the hub's recording an order, payment, shipment, refund or ticket to its being in the ERP.",
    formula:
      "For each event of a sale whose document is answered by the ERP for the first time: the outcome's instant less that of the first document with the event.",
    figure: { kind: "duration", metric: "OrderToPosting", statistics: ["p50", "p95", "p99"] },
    dimensions: ["channel"],
    measured: "as it happens",
    target: { statistic: "p95", atMost: 5 * minute },
    dashboards: ["executive", "operations"],
    alarm: {
      statistic: "p95",
      above: 30 * minute,
      minutes: 15,
      times: 2,
      what: "Postings lag by half an hour: look at the backlog per ERP connection, at the ERP's health and at the desk.",
      page: "operations.md#postings-lag",
    },
    needs: "an order or ticket that the ERP has answered",
  },
  {
    id: "return-reconciliation",
    title: "Return reconciliation cycle time",
    meaning: "How long a return keeps the books open: from its first word at the source to its refund's being in the ERP.",
    formula:
      "For each refund or goods taken back that the ERP answers for the first time: the outcome's instant less the first instant at which a fact of the same return happened.",
    figure: { kind: "duration", metric: "ReturnReconciliation", statistics: ["p50", "p95", "p99"] },
    dimensions: ["channel"],
    measured: "as it happens",
    target: { statistic: "p95", atMost: 14 * 24 * hour },
    dashboards: ["executive"],
    needs: "a return whose refund the ERP has answered",
  },
  {
    id: "manual-intervention",
    title: "Postings that needed a person",
    meaning:
      "How much of the work people still do: the share of postings before which somebody approved, corrected, retried or closed something.",
    formula:
      "Of the plans that the ERP answered: those between whose outcome and the outcome before a named person decided an approval, corrected a document, or retried or closed an exception of the transaction.",
    figure: { kind: "share", part: "PostingsWithPerson", whole: "PostingsAnswered" },
    dimensions: ["channel"],
    measured: "as it happens",
    target: { statistic: "percent", atMost: 2 },
    dashboards: ["executive", "operations"],
    needs: "a plan that the ERP has answered",
  },
  {
    id: "inventory-accuracy",
    title: "Inventory accuracy",
    meaning: "How often the shelf holds what the books say: the share of counted lines without a difference.",
    formula: "Of the lines of stock.counted that state what the books expected: those whose count is the expectation.",
    figure: { kind: "share", part: "StockLinesAccurate", whole: "StockLinesCounted" },
    dimensions: ["channel", "location"],
    measured: "as it happens",
    target: { statistic: "percent", atLeast: 98 },
    dashboards: ["executive"],
    needs: "a stock count (stock.counted) whose lines state what was expected",
  },
  {
    id: "financial-close",
    title: "Financial close duration",
    meaning:
      "How long a day or a period stays open after it is over: until a store's day is audited, until it is reconciled, and until a person closes the period.",
    formula:
      "For each store-day.audited and store-day.reconciled: its instant on record less the midnight after the business day where the store is. For each period that a named person closed: the instant at which the closing came into force less the midnight after the period's last day where the entity is.",
    figure: { kind: "duration", metric: "FinancialClose", statistics: ["p50", "p95", "max"] },
    dimensions: ["span"],
    measured: "as it happens",
    target: { statistic: "p95", atMost: 36 * hour },
    dashboards: ["executive"],
    needs: "a store day that was audited, or a period that a person closed",
  },
  {
    id: "promotion-exceptions",
    title: "Promotion exception rate",
    meaning: "How often a discount is given that no rule allows: unknown, out of its time, above its limit, or in the wrong channel.",
    formula:
      "Of the promotions that an order or ticket brings into the books for the first time: those for which it has a promotion.* exception.",
    figure: { kind: "share", part: "PromotionsExcepted", whole: "PromotionsUsed" },
    dimensions: ["channel"],
    measured: "as it happens",
    target: { statistic: "percent", atMost: 1 },
    dashboards: ["executive"],
    needs: "an order or ticket with a named promotion that the ERP has answered",
  },
  {
    id: "integration-recovery",
    title: "Integration failure recovery time",
    meaning: "How long a failing system keeps something waiting: from the desk's first knowing of it to its being over.",
    formula:
      "For each closed exception of the classes transport.* , erp.unavailable and erp.unknown-outcome: the closure's instant less the opening's.",
    figure: { kind: "duration", metric: "IntegrationRecovery", statistics: ["p50", "p95", "max"] },
    dimensions: ["class"],
    measured: "as it happens",
    target: { statistic: "p95", atMost: hour },
    dashboards: ["executive", "operations"],
    needs: "a failure of an ERP, a source or a transport that is over",
  },
  {
    id: "open-exceptions",
    title: "Open exceptions",
    meaning: "How much the desks have before them, and since when.",
    formula: "For each exception without a closure: now less its opening's instant, by class and by whoever owns it after its escalations.",
    figure: { kind: "open", metric: "OpenExceptionAge" },
    dimensions: ["class", "owner"],
    measured: "every quarter of an hour",
    dashboards: ["executive", "operations"],
    needs: "an exception that is open",
  },
  {
    id: "backlog",
    title: "Backlog and drain estimate",
    meaning: "How much waits to be posted, and when it will be done at today's pace.",
    formula:
      "Messages that wait in the posting queues; divided by what was acknowledged per minute (embedded: plans answered per minute in the last hour).",
    figure: { kind: "queues" },
    dimensions: ["connection"],
    measured: "by the queues",
    dashboards: ["operations"],
    needs: "queues",
  },
  {
    id: "clearing-age",
    title: "Clearing balances by age",
    meaning: "How much of our money others still hold, and since when: what stands open in the clearing accounts.",
    formula:
      "The open parts of each clearing account as report clearing has them, from the documents that stand posted and the settlement rows on record, summed by how many days they have been open.",
    figure: { kind: "amount", metric: "ClearingOpen" },
    dimensions: ["entity", "gateway", "currency", "age"],
    measured: "once a day",
    dashboards: ["executive"],
    needs: "a sale that waits for its settlement, or a settlement that waits for its sale",
  },
  {
    id: "completeness",
    title: "Completeness",
    meaning: "Whether all that came in has come to its end: the share of transactions with nothing left to post, to decide or to wait for.",
    formula:
      "Of the transactions of which a document was recorded: those at which a look now would find nothing to post, to reverse or to hold.",
    figure: { kind: "share", part: "TransactionsAtRest", whole: "TransactionsRecorded" },
    dimensions: ["channel"],
    measured: "once a day",
    target: { statistic: "percent", atLeast: 99.5 },
    dashboards: ["executive", "operations"],
    needs: "a transaction on record",
  },
];

/** The metrics of a KPI's figure, none where queues tell it. */
export function metricsOf({ figure }: KpiDefinition): readonly KpiMetric[] {
  const named = (...names: readonly KpiMetricName[]): KpiMetric[] => names.map((name) => ({ name, unit: kpiMetrics[name] }));
  switch (figure.kind) {
    case "duration":
    case "open":
    case "amount":
      return named(figure.metric);
    case "share":
      return named(figure.part, figure.whole);
    case "queues":
      return [];
  }
}

/** Metrics that an alarm watches are published over all dimensions too: an alarm of CloudWatch watches one metric. */
export const watchedInAll: ReadonlySet<KpiMetricName> = new Set(
  kpis.flatMap((kpi) => (kpi.alarm === undefined ? [] : metricsOf(kpi).map(({ name }) => name))),
);
