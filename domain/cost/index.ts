export type { OperationTrace, PriceTable, Service, TrafficTrace } from "./operation-trace.ts";
export { readOperationTrace, readPriceTable } from "./operation-trace.ts";
export type { CostLine, CostReport, OrderCost } from "./order-cost.ts";
export { costReport } from "./order-cost.ts";
