/** What AWS bills for one request of these adapters, in its own units. */
export interface BilledRequest {
  readonly service: "DynamoDB" | "EventBridge" | "SQS" | "Step Functions" | "S3" | "Systems Manager";
  /** The operation, of the table with the kind of rows: "PutItem lineage". */
  readonly operation: string;
  /** Of the table, as DynamoDB itself reports them. */
  readonly writeUnits: number;
  readonly readUnits: number;
  /** What else is billed: events or messages by 64 KB begun, objects put or read, executions started. */
  readonly count: number;
}

const chunkBytes = 65_536;
const tableWrites = new Set(["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"]);
/** Of a read that finds nothing: the service bills it, DynamoDB Local says 0. */
const readUnitsMin = { consistent: 1, recent: 0.5 };

/**
 * Reads a request and its answer as they are on the wire: `operation` is X-Amz-Target, or "S3 GET" and the like; `answer` of DynamoDB must
 * have been asked for with ReturnConsumedCapacity. Throws for a request that no adapter is known to make.
 */
export function billedRequest(operation: string, input: unknown, answer: unknown): BilledRequest {
  const [prefix = "", name = ""] = operation.split(/[. ]/);
  const nothing = { writeUnits: 0, readUnits: 0, count: 0 };
  if (prefix.startsWith("DynamoDB_")) return tableRequest(name, input as TableInput, answer as TableAnswer);
  switch (operation) {
    case "AWSEvents.PutEvents":
      return { ...nothing, service: "EventBridge", operation: name, count: sum((input as EventsInput).Entries.map(chunksOfEvent)) };
    case "AmazonSQS.SendMessageBatch":
      return { ...nothing, service: "SQS", operation: name, count: chunks(bytesOf(JSON.stringify((input as MessagesInput).Entries))) };
    case "AWSStepFunctions.StartSyncExecution":
    case "AWSStepFunctions.StartExecution":
      return { ...nothing, service: "Step Functions", operation: name, count: 1 };
    case "AmazonSSM.GetParametersByPath":
      return { ...nothing, service: "Systems Manager", operation: name, count: 1 };
    case "S3 GET":
    case "S3 HEAD":
    case "S3 PUT":
      return { ...nothing, service: "S3", operation: name, count: 1 };
    default:
      throw new Error(`nobody knows what AWS bills for ${operation}: say it in adapters/aws/billed-requests.ts`);
  }
}

interface TableInput {
  readonly Item?: PartitionKey;
  readonly Key?: PartitionKey;
  readonly KeyConditionExpression?: string;
  readonly ConsistentRead?: boolean;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
  readonly RequestItems?: Readonly<Record<string, readonly BatchEntry[]>>;
}
interface PartitionKey {
  readonly pk?: { readonly S?: string };
}
interface BatchEntry {
  readonly PutRequest?: { readonly Item: PartitionKey };
  readonly DeleteRequest?: { readonly Key: PartitionKey };
}
interface TableAnswer {
  readonly ConsumedCapacity?: Capacity | readonly Capacity[];
}
interface Capacity {
  readonly CapacityUnits: number;
}
interface EventsInput {
  readonly Entries: readonly { readonly Source: string; readonly DetailType: string; readonly Detail: string }[];
}
interface MessagesInput {
  readonly Entries: readonly unknown[];
}

function tableRequest(name: string, input: TableInput, { ConsumedCapacity }: TableAnswer): BilledRequest {
  if (ConsumedCapacity === undefined) throw new Error(`${name} was answered without its consumed capacity: ask for it`);
  const units = sum([ConsumedCapacity].flat().map((each) => (each as Capacity).CapacityUnits));
  const isWrite = tableWrites.has(name);
  return {
    service: "DynamoDB",
    operation: `${name} ${rowsOf(partitionOf(input))}`,
    writeUnits: isWrite ? units : 0,
    readUnits: isWrite ? 0 : Math.max(units, readUnitsMin[input.ConsistentRead === false ? "recent" : "consistent"]),
    count: 0,
  };
}

/** The partition key that a request is about; of a batch the first, as all of one batch are of one kind. */
function partitionOf({ Item, Key, KeyConditionExpression, ExpressionAttributeValues, RequestItems }: TableInput): string {
  const first = Object.values(RequestItems ?? {})[0]?.[0];
  const placeholder = /^pk = (:\w+)/.exec(KeyConditionExpression ?? "")?.[1] ?? "";
  const asked = ExpressionAttributeValues?.[placeholder]?.S;
  return Item?.pk?.S ?? Key?.pk?.S ?? first?.PutRequest?.Item.pk?.S ?? first?.DeleteRequest?.Key.pk?.S ?? asked ?? "";
}

/** The kinds of rows of dynamo-keys.ts. */
function rowsOf(partition: string): string {
  const kinds: Readonly<Record<string, string>> = { R: "references", L: "lists", E: "pace", P: "policies" };
  return kinds[/^([A-Z])#/.exec(partition)?.[1] ?? ""] ?? "lineage";
}

function chunksOfEvent({ Source, DetailType, Detail }: EventsInput["Entries"][number]): number {
  return chunks(bytesOf(Source) + bytesOf(DetailType) + bytesOf(Detail));
}

/** Each 64 KB begun counts as one. */
export function chunks(bytes: number): number {
  return Math.max(Math.ceil(bytes / chunkBytes), 1);
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
