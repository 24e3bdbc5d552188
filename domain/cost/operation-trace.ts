import * as z from "zod/mini";
import { Invalid } from "#domain/failures";

const count = z.number().check(z.minimum(0));

/** Services that a function waits for, each with its own usual time to answer. */
const services = ["DynamoDB", "EventBridge", "SQS", "Step Functions", "S3", "Systems Manager", "ERP"] as const;
export type Service = (typeof services)[number];

const logged = z.strictObject({ events: count, bytes: count });

const traffic = z.strictObject({
  /** How the orders came, in words. */
  conditions: z.string(),
  orders: count,
  webhooks: z.strictObject({ requests: count, accessLog: logged }),
  functions: z.array(
    z.strictObject({
      name: z.string(),
      calledBy: z.enum(["HTTP API", "stream", "queue", "machine"]),
      memoryMegabytes: count,
      invocations: count,
      /** Measured, on the machine that recorded; of the whole of its invocations. */
      processorMilliseconds: count,
      /** Calls that it waited for one after the other: those that it made at the same time count once. */
      waits: z.partialRecord(z.enum(services), count),
      log: logged,
    }),
  ),
  requests: z.array(
    z.strictObject({
      by: z.string(),
      service: z.enum(services),
      operation: z.string(),
      requests: count,
      writeUnits: count,
      readUnits: count,
      count,
    }),
  ),
  /** What a rule puts into a queue, and what takes batches out of it: requests of 64 KB begun. */
  queues: z.array(z.strictObject({ name: z.string(), sends: count, receives: count, deletes: count })),
  /** Runs of Express machines, and how many functions they called. */
  machines: z.array(z.strictObject({ name: z.string(), runs: count, calls: count })),
});

const schema = z.strictObject({ recordedOn: z.string(), recordedBy: z.string(), steady: traffic, backlog: traffic });

/** What the hub did on AWS for some orders, counted in what AWS bills, in steady traffic and in a backlog. `npm run cost` records it. */
export type OperationTrace = z.infer<typeof schema>;
export type TrafficTrace = OperationTrace["steady"];

/** Throws Invalid with the places that are wrong. */
export function readOperationTrace(json: unknown): OperationTrace {
  return checked(schema, json, "the operation trace");
}

const priceSchema = z.strictObject({
  region: z.string(),
  checked: z.string(),
  /** US dollars. */
  prices: z.strictObject({
    httpApiMillionRequests: count,
    lambdaMillionRequests: count,
    lambdaGigabyteSecond: count,
    eventBridgeMillionEvents: count,
    standardMillionTransitions: count,
    expressMillionRuns: count,
    expressGigabyteSecond: count,
    dynamoDbMillionWriteUnits: count,
    dynamoDbMillionReadUnits: count,
    sqsMillionRequests: count,
    s3MillionPuts: count,
    s3MillionGets: count,
    logGigabyte: count,
  }),
  /** What no price list says and no local double can measure. */
  assumptions: z.strictObject({
    /** Lambda gives a function the share of one processor that its memory is of this. */
    megabytesPerProcessor: count,
    /** Until the answer is there, per call. */
    milliseconds: z.record(z.enum(services), count),
    /** Between a machine and a function that it calls. */
    machineCallMilliseconds: count,
    /** Step Functions bills memory in steps of this, and time in steps of a hundred milliseconds. */
    expressMegabytes: count,
    /** CloudWatch adds this to each event. */
    logEventBytes: count,
  }),
});

export type PriceTable = z.infer<typeof priceSchema>;

/** Throws Invalid with the places that are wrong. */
export function readPriceTable(json: unknown): PriceTable {
  return checked(priceSchema, json, "the price table");
}

function checked<T>(type: z.ZodMiniType<T>, json: unknown, what: string): T {
  const parsed = z.safeParse(type, json);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "the whole"}: ${message}`);
  throw new Invalid(`${what} cannot be read: ${places.join("; ")}`);
}
