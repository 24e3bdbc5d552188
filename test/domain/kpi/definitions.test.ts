import { expect, test } from "vitest";
import { type KpiDefinition, kpis, metricsOf, watchedInAll } from "../../../domain/kpi/definitions.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** What is measured, by what it is told apart, how often, where it is shown, and what is good enough. */
const table: readonly Omit<KpiDefinition, "title" | "meaning" | "formula" | "needs" | "alarm">[] = [
  {
    id: "order-to-posting",
    figure: { kind: "duration", metric: "OrderToPosting", statistics: ["p50", "p95", "p99"] },
    dimensions: ["channel"],
    measured: "as it happens",
    target: { statistic: "p95", atMost: 5 * minute },
    dashboards: ["executive", "operations"],
  },
  {
    id: "return-reconciliation",
    figure: { kind: "duration", metric: "ReturnReconciliation", statistics: ["p50", "p95", "p99"] },
    dimensions: ["channel"],
    measured: "as it happens",
    target: { statistic: "p95", atMost: 14 * day },
    dashboards: ["executive"],
  },
  {
    id: "manual-intervention",
    figure: { kind: "share", part: "PostingsWithPerson", whole: "PostingsAnswered" },
    dimensions: ["channel"],
    measured: "as it happens",
    target: { statistic: "percent", atMost: 2 },
    dashboards: ["executive", "operations"],
  },
  {
    id: "inventory-accuracy",
    figure: { kind: "share", part: "StockLinesAccurate", whole: "StockLinesCounted" },
    dimensions: ["channel", "location"],
    measured: "as it happens",
    target: { statistic: "percent", atLeast: 98 },
    dashboards: ["executive"],
  },
  {
    id: "financial-close",
    figure: { kind: "duration", metric: "FinancialClose", statistics: ["p50", "p95", "max"] },
    dimensions: ["span"],
    measured: "as it happens",
    target: { statistic: "p95", atMost: 36 * hour },
    dashboards: ["executive"],
  },
  {
    id: "promotion-exceptions",
    figure: { kind: "share", part: "PromotionsExcepted", whole: "PromotionsUsed" },
    dimensions: ["channel"],
    measured: "as it happens",
    target: { statistic: "percent", atMost: 1 },
    dashboards: ["executive"],
  },
  {
    id: "integration-recovery",
    figure: { kind: "duration", metric: "IntegrationRecovery", statistics: ["p50", "p95", "max"] },
    dimensions: ["class"],
    measured: "as it happens",
    target: { statistic: "p95", atMost: hour },
    dashboards: ["executive", "operations"],
  },
  {
    id: "open-exceptions",
    figure: { kind: "open", metric: "OpenExceptionAge" },
    dimensions: ["class", "owner"],
    measured: "every quarter of an hour",
    dashboards: ["executive", "operations"],
  },
  { id: "backlog", figure: { kind: "queues" }, dimensions: ["connection"], measured: "by the queues", dashboards: ["operations"] },
  {
    id: "clearing-age",
    figure: { kind: "amount", metric: "ClearingOpen" },
    dimensions: ["entity", "gateway", "currency", "age"],
    measured: "once a day",
    dashboards: ["executive"],
  },
  {
    id: "completeness",
    figure: { kind: "share", part: "TransactionsAtRest", whole: "TransactionsRecorded" },
    dimensions: ["channel"],
    measured: "once a day",
    target: { statistic: "percent", atLeast: 99.5 },
    dashboards: ["executive", "operations"],
  },
];

test("each KPI is made of these metrics, by these dimensions, against this target", () => {
  expect(
    kpis.map(({ id, figure, dimensions, measured, target, dashboards }) => ({
      id,
      figure,
      dimensions,
      measured,
      ...(target === undefined ? {} : { target }),
      dashboards,
    })),
  ).toEqual(table);
});

test("a person is called for postings that lag by half an hour, twice in a row, and for nothing else", () => {
  expect(kpis.flatMap(({ id, alarm }) => (alarm === undefined ? [] : [{ id, alarm }]))).toEqual([
    {
      id: "order-to-posting",
      alarm: {
        statistic: "p95",
        above: 30 * minute,
        minutes: 15,
        times: 2,
        what: "Postings lag by half an hour: look at the backlog per ERP connection, at the ERP's health and at the desk.",
        page: "operations.md#postings-lag",
      },
    },
  ]);
  expect([...watchedInAll]).toEqual(["OrderToPosting"]);
});

test("titles are what the dashboards and the report call them", () => {
  expect(kpis.map(({ title }) => title)).toEqual([
    "Order to posting",
    "Return reconciliation cycle time",
    "Postings that needed a person",
    "Inventory accuracy",
    "Financial close duration",
    "Promotion exception rate",
    "Integration failure recovery time",
    "Open exceptions",
    "Backlog and drain estimate",
    "Clearing balances by age",
    "Completeness",
  ]);
});

test("what there has to be before a KPI says anything", () => {
  expect(Object.fromEntries(kpis.map(({ id, needs }) => [id, needs]))).toEqual({
    "order-to-posting": "an order or ticket that the ERP has answered",
    "return-reconciliation": "a return whose refund the ERP has answered",
    "manual-intervention": "a plan that the ERP has answered",
    "inventory-accuracy": "a stock count (stock.counted) whose lines state what was expected",
    "financial-close": "a store day that was audited, or a period that a person closed",
    "promotion-exceptions": "an order or ticket with a named promotion that the ERP has answered",
    "integration-recovery": "a failure of an ERP, a source or a transport that is over",
    "open-exceptions": "an exception that is open",
    backlog: "queues",
    "clearing-age": "a sale that waits for its settlement, or a settlement that waits for its sale",
    completeness: "a transaction on record",
  });
});

test("metrics carry their unit, and queues have none", () => {
  expect(Object.fromEntries(kpis.map((kpi) => [kpi.id, metricsOf(kpi).map(({ name, unit }) => `${name} ${unit}`)]))).toEqual({
    "order-to-posting": ["OrderToPosting milliseconds"],
    "return-reconciliation": ["ReturnReconciliation milliseconds"],
    "manual-intervention": ["PostingsWithPerson count", "PostingsAnswered count"],
    "inventory-accuracy": ["StockLinesAccurate count", "StockLinesCounted count"],
    "financial-close": ["FinancialClose milliseconds"],
    "promotion-exceptions": ["PromotionsExcepted count", "PromotionsUsed count"],
    "integration-recovery": ["IntegrationRecovery milliseconds"],
    "open-exceptions": ["OpenExceptionAge milliseconds"],
    backlog: [],
    "clearing-age": ["ClearingOpen minor-units"],
    completeness: ["TransactionsAtRest count", "TransactionsRecorded count"],
  });
});
