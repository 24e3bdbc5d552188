import { Aws } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { EventBus } from "aws-cdk-lib/aws-events";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Invalid } from "#domain/failures";
import { lineageTable, lookDeadLetters, type MachineWiring, machines, type Need } from "#wiring";

/** What functions may be let at. Queues and machines are added as they are built, before the functions that need them. */
export interface Reach {
  readonly table: TableV2;
  readonly documents: Bucket;
  readonly drops: Bucket;
  readonly bus: EventBus;
  /** By the name in wiring/: one queue, or one per ERP connection. */
  readonly queues: Map<string, readonly Queue[]>;
  readonly machines: Map<string, { readonly type: MachineWiring["type"]; readonly machine: StateMachine }>;
  /** What stands before a queue's name in its ARN: for dead-letter queues, which belong to whatever fills them. */
  readonly queueArnPrefix: string;
  /** What stands before a machine's name in its ARN: for a machine that is built after a function that answers its tasks. */
  readonly machineArnPrefix: string;
  /** Path of the parameters that hold secrets. */
  readonly secretsPath: string;
  /** ERP connections of the policies. */
  readonly connections: readonly string[];
}

export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, unknown>>;
  /** Why a resource ends in a wildcard, for the reviewer. */
  readonly wildcardReason?: string;
}

type Grant = (reach: Reach, name: string | undefined, functionName: string) => readonly Permission[];
type Mode = Need["mode"];

const nothing: Grant = () => [];

/** The lineage's own rows: partition keys of everything else in the table begin with a capital letter and "#" (adapters/aws). */
const lineageRows = { "ForAllValues:StringNotLike": { "dynamodb:LeadingKeys": ["?#*"] } };

function rowsBelow(...prefixes: readonly string[]): NonNullable<Permission["conditions"]> {
  return { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": prefixes.map((prefix) => `${prefix}*`) } };
}

const referenceRows = rowsBelow("R#");
const listRows = rowsBelow("L#");
const paceRows = rowsBelow("E#");
const releaseRows = rowsBelow("P#");

const lineageRead: Grant = ({ table }) => [
  { actions: ["dynamodb:GetItem", "dynamodb:Query"], resources: [table.tableArn], conditions: lineageRows },
];

/** An insert is a PutItem under a condition: nobody may update or delete what is in the lineage. */
const lineageWrite: Grant = ({ table }) => [{ actions: ["dynamodb:PutItem"], resources: [table.tableArn], conditions: lineageRows }];

const listRead: Grant = ({ table }) => [
  {
    actions: ["dynamodb:Query"],
    resources: lineageTable.localIndexes.map(({ name }) => `${table.tableArn}/index/${name}`),
    conditions: listRows,
  },
];
const listWrite: Grant = ({ table }) => [{ actions: ["dynamodb:BatchWriteItem"], resources: [table.tableArn], conditions: listRows }];

/** Missing is 404 only to who may list; without it S3 says "access denied" for a document that is not there. */
function objectsRead(bucket: Bucket, what: string, actions: readonly string[] = ["s3:GetObject"]): readonly Permission[] {
  return [
    { actions: ["s3:ListBucket"], resources: [bucket.bucketArn] },
    {
      actions: [...actions],
      resources: [bucket.arnForObjects("*")],
      wildcardReason: `${what} are named by their content or by their senders, so their keys are not known before.`,
    },
  ];
}

const documentsRead: Grant = (reach, name) =>
  name === "drops"
    ? objectsRead(reach.drops, "Dropped files", ["s3:GetObject", "s3:GetObjectVersion"])
    : objectsRead(reach.documents, "Documents");

const documentsWrite: Grant = ({ documents }) => [
  {
    actions: ["s3:PutObject"],
    resources: [documents.arnForObjects("*")],
    wildcardReason: "Documents are named by their content, so their keys are not known before.",
  },
];

function parameterArn(path: string): string {
  return `arn:${Aws.PARTITION}:ssm:${Aws.REGION}:${Aws.ACCOUNT_ID}:parameter${path}`;
}

/**
 * What a function may do, from the ports that it needs and how: exact actions on exact resources. A port that is missing here is a type
 * error, a mode that is missing stops the synthesis.
 */
const grants: Readonly<Record<Need["port"], Partial<Record<Mode, Grant>>>> = {
  "lineage-store": {
    read: lineageRead,
    write: lineageWrite,
    // The one change ever made to an item: its raw body is removed.
    erase: ({ table }) => [{ actions: ["dynamodb:UpdateItem"], resources: [table.tableArn], conditions: lineageRows }],
    // A scan names no partition, so that no condition can narrow it.
    scan: ({ table }) => [{ actions: ["dynamodb:Scan"], resources: [table.tableArn] }],
    "read-write": (...asked) => [...lineageRead(...asked), ...lineageWrite(...asked)],
  },
  references: {
    read: ({ table }) => [{ actions: ["dynamodb:Query"], resources: [table.tableArn], conditions: referenceRows }],
    "read-write": ({ table }) => [
      {
        actions: ["dynamodb:Query", "dynamodb:PutItem", "dynamodb:BatchWriteItem"],
        resources: [table.tableArn],
        conditions: referenceRows,
      },
    ],
  },
  "work-lists": {
    read: listRead,
    write: listWrite,
    "read-write": (...asked) => [...listRead(...asked), ...listWrite(...asked)],
  },
  "document-store": {
    read: documentsRead,
    write: documentsWrite,
    "read-write": (...asked) => [...documentsRead(...asked), ...documentsWrite(...asked)],
  },
  "document-removal": {
    use: ({ documents }) => [
      { actions: ["s3:ListBucketVersions"], resources: [documents.bucketArn] },
      {
        actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        resources: [documents.arnForObjects("sha256/*")],
        wildcardReason: "Raw bodies are named by their content, so their keys are not known before.",
      },
    ],
  },
  "event-bus": { write: ({ bus }) => [{ actions: ["events:PutEvents"], resources: [bus.eventBusArn] }] },
  queue: {
    write: ({ queues }, name) => [
      { actions: ["sqs:SendMessage"], resources: named(queues, name, "queue").map(({ queueArn }) => queueArn) },
    ],
  },
  "dead-letters": {
    use: ({ queueArnPrefix, connections }) => [
      {
        actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
        resources: lookDeadLetters(connections).map((name) => `${queueArnPrefix}${name}`),
      },
    ],
  },
  workflows: {
    use: ({ machines }, name) => {
      const { type, machine } = named(machines, name, "machine");
      return [
        { actions: [type === "EXPRESS" ? "states:StartSyncExecution" : "states:StartExecution"], resources: [machine.stateMachineArn] },
      ];
    },
  },
  // A task's token is answered by a function of the machine that waits under it, which therefore is built before the machine.
  "task-callbacks": {
    use: ({ machineArnPrefix }, _name, functionName) => [
      {
        actions: ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"],
        resources: machines.filter(({ functions }) => functions.includes(functionName)).map(({ name }) => `${machineArnPrefix}${name}`),
      },
    ],
  },
  // A parameter per ERP connection of the policies, by its exact name.
  erp: {
    use: ({ secretsPath, connections }) => [
      {
        actions: ["ssm:GetParameter"],
        resources: connections.map((connection) => parameterArn(`${secretsPath}/connections/${connection}/credentials`)),
      },
    ],
  },
  // The last release says where its content lies.
  "policy-store": {
    read: (reach) => [
      { actions: ["dynamodb:Query"], resources: [reach.table.tableArn], conditions: releaseRows },
      ...objectsRead(reach.documents, "Documents"),
    ],
  },
  "policy-releases": {
    "read-write": ({ table }) => [
      { actions: ["dynamodb:Query", "dynamodb:PutItem"], resources: [table.tableArn], conditions: releaseRows },
    ],
  },
  // Reading by path is allowed or refused by the path alone, and gives what is below it.
  secrets: {
    read: ({ secretsPath }) => [{ actions: ["ssm:GetParametersByPath"], resources: [parameterArn(`${secretsPath}/shops`)] }],
  },
  "api-clients": {
    read: ({ secretsPath }) => [{ actions: ["ssm:GetParametersByPath"], resources: [parameterArn(`${secretsPath}/api-clients`)] }],
  },
  "channel-source": {
    use: ({ secretsPath }) => [
      {
        actions: ["ssm:GetParameter"],
        resources: [parameterArn(`${secretsPath}/sources/*`)],
        wildcardReason: "Shops are added by a policy release; the token of each lies below this path alone.",
      },
    ],
  },
  "channel-changes": {
    use: ({ secretsPath }) => [
      {
        actions: ["ssm:GetParameter"],
        resources: [parameterArn(`${secretsPath}/sources/*`)],
        wildcardReason: "Shops are added by a policy release; the token of each lies below this path alone.",
      },
    ],
  },
  "settlement-feed": {
    use: ({ secretsPath }) => [
      {
        actions: ["ssm:GetParameter"],
        resources: [parameterArn(`${secretsPath}/sources/*`)],
        wildcardReason: "Shops are added by a policy release; the token of each lies below this path alone.",
      },
    ],
  },
  "rate-limit": {
    use: ({ table }) => [{ actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [table.tableArn], conditions: paceRows }],
  },
  // Written to the function's own log in the embedded metric format.
  metrics: { use: nothing },
  clock: { use: nothing },
  channel: { use: nothing },
  "pos-format": { use: nothing },
  inflate: { use: nothing },
  "settlement-source": { use: nothing },
  "bank-statement": { use: nothing },
  // What it writes with is needed by name: policy-releases and document-store.
  "period-book": { use: nothing },
};

function named<Value>(known: ReadonlyMap<string, Value>, name: string | undefined, what: string): Value {
  const found = name === undefined ? undefined : known.get(name);
  if (found === undefined)
    throw new Invalid(
      `needs the ${what} ${name ?? "(without a name)"}, which is not built yet: name one in its needs (wiring/functions.ts), and build it first`,
    );
  return found;
}

/** The permissions of one need. Throws Invalid when nothing is written for its mode, or when it names what is not there. */
export function permissionsOf(functionName: string, { port, mode, name }: Need, reach: Reach): readonly Permission[] {
  const grant = grants[port][mode];
  if (grant === undefined)
    throw new Invalid(
      `${functionName} needs ${port} (${mode}), for which no permission is written: known are ${Object.keys(grants[port]).join(", ")}; add it to lib/parts/grants.ts`,
    );
  try {
    return grant(reach, name, functionName);
  } catch (cause) {
    throw cause instanceof Invalid ? new Invalid(`${functionName} ${cause.message}`, { cause }) : cause;
  }
}
