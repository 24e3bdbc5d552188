import { expect, test } from "vitest";
import { costReport, type OperationTrace, readOperationTrace, readPriceTable, type TrafficTrace } from "#domain/cost";

const prices = readPriceTable({
  region: "us-east-1",
  checked: "2026-11",
  prices: {
    httpApiMillionRequests: 1,
    lambdaMillionRequests: 0.2,
    lambdaGigabyteSecond: 0.00001,
    eventBridgeMillionEvents: 1,
    standardMillionTransitions: 25,
    expressMillionRuns: 1,
    expressGigabyteSecond: 0.00002,
    dynamoDbMillionWriteUnits: 0.5,
    dynamoDbMillionReadUnits: 0.25,
    sqsMillionRequests: 0.4,
    s3MillionPuts: 5,
    s3MillionGets: 0.4,
    logGigabyte: 0.5,
  },
  assumptions: {
    megabytesPerProcessor: 2048,
    milliseconds: { DynamoDB: 5, EventBridge: 10, SQS: 10, "Step Functions": 20, S3: 30, "Systems Manager": 20, ERP: 500 },
    machineCallMilliseconds: 10,
    expressMegabytes: 128,
    logEventBytes: 26,
  },
});

const nothing: TrafficTrace = {
  conditions: "none",
  orders: 10,
  webhooks: { requests: 30, accessLog: { events: 0, bytes: 0 } },
  functions: [],
  requests: [],
  queues: [],
  machines: [],
};

function traced(steady: Partial<TrafficTrace>): OperationTrace {
  return { recordedOn: "2026-11-27", recordedBy: "a test", steady: { ...nothing, ...steady }, backlog: nothing };
}

test("the floor is a request, a function and a write unit per webhook", () => {
  expect(costReport(traced({}), prices).floor).toEqual({
    usdPerMillionOrders: 5.1,
    lines: [
      { service: "API Gateway", operation: "requests", perOrder: 3, usdPerMillionOrders: 3 },
      { service: "DynamoDB", operation: "write units", perOrder: 3, usdPerMillionOrders: 1.5 },
      { service: "Lambda", operation: "requests", perOrder: 3, usdPerMillionOrders: 0.6 },
    ],
  });
});

test("what was asked is billed by service: units of the table, events, messages, objects; parameters are free", () => {
  const asked = { requests: 10, writeUnits: 0, readUnits: 0, count: 0 };
  const { lines } = costReport(
    traced({
      webhooks: { requests: 0, accessLog: { events: 0, bytes: 0 } },
      requests: [
        { ...asked, by: "receive", service: "DynamoDB", operation: "PutItem lineage", writeUnits: 40 },
        { ...asked, by: "decide", service: "DynamoDB", operation: "Query lineage", readUnits: 20 },
        { ...asked, by: "announce", service: "EventBridge", operation: "PutEvents", count: 15 },
        { ...asked, by: "dispatch", service: "SQS", operation: "SendMessageBatch", count: 10 },
        { ...asked, by: "receive", service: "S3", operation: "PUT", count: 1 },
        { ...asked, by: "decide", service: "S3", operation: "GET", count: 10 },
        { ...asked, by: "receive", service: "Systems Manager", operation: "GetParametersByPath", count: 10 },
      ],
      queues: [{ name: "posting", sends: 8, receives: 1, deletes: 1 }],
    }),
    prices,
  ).steady;
  expect(lines).toEqual([
    { service: "DynamoDB", operation: "write units, PutItem lineage by receive", perOrder: 4, usdPerMillionOrders: 2 },
    { service: "EventBridge", operation: "events, PutEvents by announce", perOrder: 1.5, usdPerMillionOrders: 1.5 },
    { service: "DynamoDB", operation: "read units, Query lineage by decide", perOrder: 2, usdPerMillionOrders: 0.5 },
    { service: "S3", operation: "requests, PUT by receive", perOrder: 0.1, usdPerMillionOrders: 0.5 },
    { service: "SQS", operation: "requests, SendMessageBatch by dispatch", perOrder: 1, usdPerMillionOrders: 0.4 },
    { service: "S3", operation: "requests, GET by decide", perOrder: 1, usdPerMillionOrders: 0.4 },
    { service: "SQS", operation: "requests, queue posting", perOrder: 1, usdPerMillionOrders: 0.4 },
  ]);
});

test("time: the processor at its share, what is waited for, rounding up; who starts a run waits for all that it calls", () => {
  const called = { memoryMegabytes: 1024, log: { events: 0, bytes: 0 } };
  const { lines } = costReport(
    traced({
      functions: [
        // 2 × 100 ms of processor, 20 × 5 ms of DynamoDB, 10 × 1 ms: 310 ms of 1 GB.
        { ...called, name: "decide", calledBy: "machine", invocations: 10, processorMilliseconds: 100, waits: { DynamoDB: 20 } },
        // 10 × 20 ms, the run's 310 + 10 × 10 ms, 10 × 1 ms: 620 ms of 1 GB.
        { ...called, name: "dispatch", calledBy: "queue", invocations: 10, processorMilliseconds: 0, waits: { "Step Functions": 10 } },
      ],
      machines: [{ name: "post", runs: 10, calls: 10 }],
    }),
    prices,
  ).steady;
  expect(lines.filter(({ operation }) => operation.startsWith("GB-seconds") || operation.startsWith("Express"))).toEqual([
    { service: "Step Functions", operation: "Express runs", perOrder: 1, usdPerMillionOrders: 1 },
    { service: "Lambda", operation: "GB-seconds, dispatch", perOrder: 0.062, usdPerMillionOrders: 0.62 },
    // (410 + 10 × 100) ms of 128 MB.
    { service: "Step Functions", operation: "Express GB-seconds", perOrder: 0.017625, usdPerMillionOrders: 0.3525 },
    { service: "Lambda", operation: "GB-seconds, decide", perOrder: 0.031, usdPerMillionOrders: 0.31 },
  ]);
});

test("a log is billed with what CloudWatch adds to each event", () => {
  const { lines } = costReport(traced({ webhooks: { requests: 0, accessLog: { events: 30, bytes: 39_220 } } }), prices).steady;
  expect(lines).toEqual([
    { service: "CloudWatch Logs", operation: "bytes, the HTTP API's access log", perOrder: 4000, usdPerMillionOrders: 2 },
  ]);
});

test("a trace or a price table that is none says where it is wrong", () => {
  expect(() => readOperationTrace({ ...traced({}), backlog: { ...nothing, orders: -1 } })).toThrow(
    /^the operation trace cannot be read: backlog\.orders: /,
  );
  expect(() => readPriceTable({ ...prices, prices: { ...prices.prices, logGigabyte: "0.5" } })).toThrow(
    /^the price table cannot be read: prices\.logGigabyte: /,
  );
});
