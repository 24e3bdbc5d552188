import type { OperationTrace, PriceTable, Service, TrafficTrace } from "./operation-trace.ts";

export interface CostLine {
  readonly service: string;
  readonly operation: string;
  /** In the unit that the operation names. */
  readonly perOrder: number;
  readonly usdPerMillionOrders: number;
}

/** The lines together are the whole. The dearest comes first. */
export interface OrderCost {
  readonly usdPerMillionOrders: number;
  readonly lines: readonly CostLine[];
}

export interface CostReport {
  readonly steady: OrderCost;
  readonly backlog: OrderCost;
  /** What cannot be undercut: a request, a function that takes no time, and one write unit per webhook. */
  readonly floor: OrderCost;
}

/** What a million orders cost: the operations of the trace, at these prices. Nothing is looked up. */
export function costReport(trace: OperationTrace, table: PriceTable): CostReport {
  return { steady: orderCost(trace.steady, table), backlog: orderCost(trace.backlog, table), floor: floorOf(trace.steady, table) };
}

const million = 1_000_000;
const bytesPerGigabyte = 1_000_000_000;
const megabytesPerGigabyte = 1024;
/** AWS rounds the time of each invocation up to the millisecond, and that of each Express run up to a hundred. */
const roundingMilliseconds = { invocation: 1, expressRun: 100 };

type Item = Omit<CostLine, "usdPerMillionOrders"> & { readonly usd: number };

function orderCost(traffic: TrafficTrace, table: PriceTable): OrderCost {
  const items = [...webhookItems(traffic, table), ...functionItems(traffic, table), ...requestItems(traffic, table)];
  return totalled([...items, ...queueItems(traffic, table), ...machineItems(traffic, table)], traffic.orders);
}

function floorOf({ orders, webhooks }: TrafficTrace, { prices }: PriceTable): OrderCost {
  const each = (service: string, operation: string, usdPerMillion: number): Item => ({
    service,
    operation,
    perOrder: webhooks.requests,
    usd: (webhooks.requests * usdPerMillion) / million,
  });
  const items = [
    each("API Gateway", "requests", prices.httpApiMillionRequests),
    each("Lambda", "requests", prices.lambdaMillionRequests),
    each("DynamoDB", "write units", prices.dynamoDbMillionWriteUnits),
  ];
  return totalled(items, orders);
}

/** `perOrder` and `usd` of the items are of all orders. */
function totalled(items: readonly Item[], orders: number): OrderCost {
  const lines = items
    .filter(({ perOrder }) => perOrder > 0)
    .map(({ service, operation, perOrder, usd }) => ({
      service,
      operation,
      perOrder: rounded(perOrder / orders, 6),
      usdPerMillionOrders: rounded((usd / orders) * million, 4),
    }))
    .sort((one, other) => other.usdPerMillionOrders - one.usdPerMillionOrders);
  const total = items.reduce((sum, { usd }) => sum + usd, 0);
  return { usdPerMillionOrders: rounded((total / orders) * million, 2), lines };
}

function webhookItems({ webhooks }: TrafficTrace, table: PriceTable): Item[] {
  const { requests, accessLog } = webhooks;
  const usd = (requests * table.prices.httpApiMillionRequests) / million;
  return [
    { service: "API Gateway", operation: "requests", perOrder: requests, usd },
    logItem("the HTTP API's access log", accessLog, table),
  ];
}

function functionItems(traffic: TrafficTrace, table: PriceTable): Item[] {
  const { prices } = table;
  return traffic.functions.flatMap((each): Item[] => {
    const { name, invocations, memoryMegabytes, log } = each;
    const gigabyteSeconds = (millisecondsOf(each, traffic, table) / 1000) * (memoryMegabytes / megabytesPerGigabyte);
    return [
      {
        service: "Lambda",
        operation: `requests, ${name}`,
        perOrder: invocations,
        usd: (invocations * prices.lambdaMillionRequests) / million,
      },
      {
        service: "Lambda",
        operation: `GB-seconds, ${name}`,
        perOrder: gigabyteSeconds,
        usd: gigabyteSeconds * prices.lambdaGigabyteSecond,
      },
      logItem(name, log, table),
    ];
  });
}

/** Of all its invocations: the processor's time at its share of one, what it waited for, and the rounding. */
function millisecondsOf(
  { memoryMegabytes, invocations, processorMilliseconds, waits }: TrafficTrace["functions"][number],
  traffic: TrafficTrace,
  table: PriceTable,
): number {
  const { megabytesPerProcessor, milliseconds } = table.assumptions;
  const slower = Math.max(megabytesPerProcessor / memoryMegabytes, 1);
  const waited = Object.entries(waits).reduce((sum, [service, calls]) => sum + calls * milliseconds[service as Service], 0);
  // Who starts a synchronous run waits until it has ended.
  const runs = waits["Step Functions"] === undefined ? 0 : runMilliseconds(traffic, table);
  return processorMilliseconds * slower + waited + runs + invocations * roundingMilliseconds.invocation;
}

/** Of all runs together. */
function runMilliseconds(traffic: TrafficTrace, table: PriceTable): number {
  const called = traffic.functions.filter(({ calledBy }) => calledBy === "machine");
  const calls = traffic.machines.reduce((sum, machine) => sum + machine.calls, 0);
  return called.reduce((sum, each) => sum + millisecondsOf(each, traffic, table), calls * table.assumptions.machineCallMilliseconds);
}

function requestItems({ requests }: TrafficTrace, { prices }: PriceTable): Item[] {
  return requests.flatMap((request) => itemsOf(request, prices));
}

function itemsOf(request: TrafficTrace["requests"][number], prices: PriceTable["prices"]): Item[] {
  const { by, service, operation, writeUnits, readUnits, count } = request;
  const item = (what: string, amount: number, usdPerMillion: number): Item => ({
    service,
    operation: `${what}, ${operation} by ${by}`,
    perOrder: amount,
    usd: (amount * usdPerMillion) / million,
  });
  switch (service) {
    case "DynamoDB":
      return [
        item("write units", writeUnits, prices.dynamoDbMillionWriteUnits),
        item("read units", readUnits, prices.dynamoDbMillionReadUnits),
      ];
    case "EventBridge":
      return [item("events", count, prices.eventBridgeMillionEvents)];
    case "SQS":
      return [item("requests", count, prices.sqsMillionRequests)];
    case "S3":
      return [item("requests", count, operation === "PUT" ? prices.s3MillionPuts : prices.s3MillionGets)];
    // Runs are billed by machine, parameters are free, and the ERP sends its own bill.
    case "Step Functions":
    case "Systems Manager":
    case "ERP":
      return [];
  }
}

function queueItems({ queues }: TrafficTrace, { prices }: PriceTable): Item[] {
  return queues.map(({ name, sends, receives, deletes }) => {
    const requests = sends + receives + deletes;
    return {
      service: "SQS",
      operation: `requests, queue ${name}`,
      perOrder: requests,
      usd: (requests * prices.sqsMillionRequests) / million,
    };
  });
}

function machineItems(traffic: TrafficTrace, table: PriceTable): Item[] {
  const { prices, assumptions } = table;
  const runs = traffic.machines.reduce((sum, machine) => sum + machine.runs, 0);
  const milliseconds = runMilliseconds(traffic, table) + runs * roundingMilliseconds.expressRun;
  const gigabyteSeconds = (milliseconds / 1000) * (assumptions.expressMegabytes / megabytesPerGigabyte);
  return [
    { service: "Step Functions", operation: "Express runs", perOrder: runs, usd: (runs * prices.expressMillionRuns) / million },
    {
      service: "Step Functions",
      operation: "Express GB-seconds",
      perOrder: gigabyteSeconds,
      usd: gigabyteSeconds * prices.expressGigabyteSecond,
    },
  ];
}

function logItem(name: string, { events, bytes }: { readonly events: number; readonly bytes: number }, table: PriceTable): Item {
  const all = bytes + events * table.assumptions.logEventBytes;
  return {
    service: "CloudWatch Logs",
    operation: `bytes, ${name}`,
    perOrder: all,
    usd: (all / bytesPerGigabyte) * table.prices.logGigabyte,
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
