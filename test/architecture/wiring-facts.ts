import type * as wired from "#wiring";
import {
  type GrantedPermission,
  grantedPermissions,
  ofType,
  referenceText,
  referredId,
  type StackTemplate,
} from "../../scripts/stack-templates.ts";

/**
 * The wiring as sentences, told once from wiring/, once from the synthesized templates and once from the embedded hub: three tellings of
 * the same thing. What one tells and another does not is a difference, in words.
 */

export type Wiring = Pick<
  typeof wired,
  | "doors"
  | "drops"
  | "environmentOf"
  | "functions"
  | "lineageTable"
  | "machines"
  | "operations"
  | "queues"
  | "routes"
  | "schedules"
  | "streams"
  | "subscriptions"
>;

/** `tellers` name the two sides. */
export function differences(a: readonly string[], b: readonly string[], tellers: readonly [string, string]): string[] {
  const [inA, inB] = [new Set(a), new Set(b)];
  return [
    ...[...inA].filter((fact) => !inB.has(fact)).map((fact) => `${tellers[0]} alone: ${fact}`),
    ...[...inB].filter((fact) => !inA.has(fact)).map((fact) => `${tellers[1]} alone: ${fact}`),
  ].sort();
}

const sorted = (values: Iterable<string>) => [...new Set(values)].sort().join(", ");
const queueNames = (name: string, perConnection: boolean, connections: readonly string[]) =>
  perConnection ? connections.map((connection) => ({ name: `${name}-${connection}`, connection })) : [{ name, connection: undefined }];

// ── wiring/ ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

export function factsOfWiring(wiring: Wiring, connections: readonly string[]): string[] {
  const needsOf = (each: Wiring["functions"][number]) => [...each.needs, ...(each.triggerNeeds ?? [])];
  return [
    ...wiring.functions.map(
      (each) =>
        `function ${each.name}: ${each.memoryMegabytes} MB, ${each.timeoutSeconds} s, told ${sorted(needsOf(each).flatMap(({ port }) => wiring.environmentOf[port]))}`,
    ),
    ...wiring.routes.map(({ method, path, function: name }) => `route ${method} ${path} → ${name}`),
    ...wiring.streams.map(
      ({ function: name, batchItemsMax, of }) =>
        `stream → ${name}, at most ${batchItemsMax}, of ${of === undefined ? JSON.stringify(wiring.lineageTable.streamFilter) : filtersOf(of)}`,
    ),
    ...wiring.queues.flatMap((queue) =>
      queueNames(queue.name, queue.perConnection, connections).flatMap(({ name }) => [
        `queue ${name}: hides ${queue.visibilitySeconds} s, dead after ${queue.receivesMax}`,
        `queue ${name} → ${queue.function}, at most ${queue.windowMessagesMax}`,
      ]),
    ),
    ...subscriptionFacts(wiring, connections),
    ...wiring.machines.map(({ name, type, functions }) => `machine ${name}, ${type}, calls ${sorted(functions)}`),
    ...wiring.doors.flatMap((door) => [
      `queue ${door.name}: hides ${door.visibilitySeconds} s, dead after ${door.receivesMax}`,
      `queue ${door.name} → ${door.function}, at most ${door.batchMessagesMax}`,
      `door ${door.from} → ${door.name}`,
    ]),
    ...wiring.schedules.map(({ name, function: called, everyMinutes }) => `schedule ${name} → ${called}, each ${everyMinutes} minutes`),
    ...wiring.drops.map(({ folder }) => `drop folder ${folder}/`),
    ...permissionFacts(wiring, connections),
  ];
}

/** The patterns of an event source that is told of some items alone, as EventBridge's patterns are written. */
function filtersOf({ types, documentsOf }: NonNullable<Wiring["streams"][number]["of"]>): string {
  const list = (values: readonly string[]) => values.map((each) => `"${each}"`).join(",");
  const prefixes = documentsOf.map((kind) => `{"prefix":"${kind}:"}`).join(",");
  return [
    `{"eventName":["INSERT"],"dynamodb":{"NewImage":{"type":{"S":[${list(types)}]}}}}`,
    `{"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":[${prefixes}]}},"NewImage":{"type":{"S":["document"]}}}}`,
  ].join(" or ");
}

function subscriptionFacts({ queues, subscriptions }: Pick<Wiring, "queues" | "subscriptions">, connections: readonly string[]): string[] {
  return subscriptions.flatMap(({ queue, names }) => {
    const perConnection = queues.find(({ name }) => name === queue)?.perConnection ?? false;
    return queueNames(queue, perConnection, connections).flatMap(({ name, connection }) =>
      names.map((each) => subscriptionFact(each, connection, name)),
    );
  });
}

function subscriptionFact(name: string, connection: string | undefined, queue: string): string {
  return `${name}${connection === undefined ? "" : ` concerning ${connection}`} → ${queue}`;
}

const lineageRows = '{"ForAllValues:StringNotLike":{"dynamodb:LeadingKeys":["?#*"]}}';
const rowsOf = (kind: string) => `{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["${kind}#*"]}}`;
const parameter = "arn:<Partition>:ssm:<Region>:<AccountId>:parameter";

/** What each need means on AWS, said here a second time and by hand: `action resource condition`. */
function permissionsOfNeed(need: { port: string; mode: string; name?: string }, stage: string, connections: readonly string[]): string[] {
  const { port, mode, name = "" } = need;
  const lineageRead = [`dynamodb:GetItem Lineage.Arn ${lineageRows}`, `dynamodb:Query Lineage.Arn ${lineageRows}`];
  const documentsRead = ["s3:GetObject DocumentsBucket.Arn/* ", "s3:ListBucket DocumentsBucket.Arn "];
  switch (`${port} ${mode}`) {
    case "lineage-store read":
      return lineageRead;
    case "lineage-store write":
      return [`dynamodb:PutItem Lineage.Arn ${lineageRows}`];
    case "lineage-store erase":
      return [`dynamodb:UpdateItem Lineage.Arn ${lineageRows}`];
    case "document-removal use":
      return [
        "s3:ListBucketVersions DocumentsBucket.Arn ",
        ...["", "Version"].map((version) => `s3:DeleteObject${version} DocumentsBucket.Arn/sha256/* `),
      ];
    case "lineage-store scan":
      return ["dynamodb:Scan Lineage.Arn "];
    case "dead-letters use":
      return [
        ...connections.map((connection) => `posting-${connection}-dead-letters`),
        ...["fetch-back-dead-letters", "matching-dead-letters", "lineage-stream-dead-letters", "undelivered-events"],
      ].flatMap((queue) =>
        ["DeleteMessage", "ReceiveMessage"].map(
          (action) => `sqs:${action} arn:<Partition>:sqs:<Region>:<AccountId>:throughline-${stage}-${queue} `,
        ),
      );
    case "lineage-store read-write":
      return [...lineageRead, `dynamodb:PutItem Lineage.Arn ${lineageRows}`];
    case "references read":
      return [`dynamodb:Query Lineage.Arn ${rowsOf("R")}`];
    case "api-clients read":
      return [`ssm:GetParametersByPath ${parameter}/throughline/${stage}/api-clients `];
    case "references read-write":
      return ["BatchWriteItem", "PutItem", "Query"].map((action) => `dynamodb:${action} Lineage.Arn ${rowsOf("R")}`);
    case "work-lists read":
      return [`dynamodb:Query Lineage.Arn/index/by-place ${rowsOf("L")}`];
    case "work-lists read-write":
      return [`dynamodb:BatchWriteItem Lineage.Arn ${rowsOf("L")}`, `dynamodb:Query Lineage.Arn/index/by-place ${rowsOf("L")}`];
    case "work-lists write":
      return [`dynamodb:BatchWriteItem Lineage.Arn ${rowsOf("L")}`];
    case "document-store read":
      return name === "drops"
        ? ["s3:GetObject DropsBucket.Arn/* ", "s3:GetObjectVersion DropsBucket.Arn/* ", "s3:ListBucket DropsBucket.Arn "]
        : documentsRead;
    case "document-store write":
      return ["s3:PutObject DocumentsBucket.Arn/* "];
    case "document-store read-write":
      return [...documentsRead, "s3:PutObject DocumentsBucket.Arn/* "];
    case "event-bus write":
      return ["events:PutEvents bus "];
    case "queue write":
      return (name === "posting" ? connections.map((connection) => `${name}-${connection}`) : [name]).map(
        (queue) => `sqs:SendMessage queue ${queue} `,
      );
    case "workflows use":
      return [`states:${name === "post-transactions" ? "StartSyncExecution" : "StartExecution"} machine ${name} `];
    case "erp use":
      return connections.map((connection) => `ssm:GetParameter ${parameter}/throughline/${stage}/connections/${connection}/credentials `);
    case "policy-store read":
      return [`dynamodb:Query Lineage.Arn ${rowsOf("P")}`, ...documentsRead];
    case "policy-releases read-write":
      return [`dynamodb:PutItem Lineage.Arn ${rowsOf("P")}`, `dynamodb:Query Lineage.Arn ${rowsOf("P")}`];
    case "channel-source use":
    case "channel-changes use":
    case "settlement-feed use":
      return [`ssm:GetParameter ${parameter}/throughline/${stage}/sources/* `];
    case "secrets read":
      return [`ssm:GetParametersByPath ${parameter}/throughline/${stage}/shops `];
    case "rate-limit use":
      return ["GetItem", "PutItem"].map((action) => `dynamodb:${action} Lineage.Arn ${rowsOf("E")}`);
    case "task-callbacks use":
      return ["Failure", "Heartbeat", "Success"].map(
        (answer) =>
          `states:SendTask${answer} arn:<Partition>:states:<Region>:<AccountId>:stateMachine:throughline-${stage}-approve-posting `,
      );
    case "metrics use":
    case "clock use":
    case "channel use":
    case "pos-format use":
    case "inflate use":
    case "settlement-source use":
    case "bank-statement use":
    case "period-book use":
      return [];
    default:
      return [`nobody wrote here what ${port} (${mode}) allows`];
  }
}

/** What every function may do, and what an event source makes necessary. */
function permissionFacts(wiring: Wiring, connections: readonly string[]): string[] {
  const own = (name: string) => [
    `logs:CreateLogStream log ${name} `,
    `logs:PutLogEvents log ${name} `,
    "xray:PutTelemetryRecords * ",
    "xray:PutTraceSegments * ",
  ];
  const takes = (queue: string) =>
    ["DeleteMessage", "GetQueueAttributes", "ReceiveMessage"].map((action) => `sqs:${action} queue ${queue} `);
  const bySource = new Map<string, string[]>();
  const add = (name: string, permissions: readonly string[]) => bySource.set(name, [...(bySource.get(name) ?? []), ...permissions]);
  for (const { name, function: consumer, perConnection } of wiring.queues)
    for (const queue of queueNames(name, perConnection, connections)) add(consumer, takes(queue.name));
  for (const { name, function: consumer } of wiring.doors) add(consumer, takes(name));
  // A deploy calls them without waiting.
  for (const { function: name } of [...wiring.operations, ...wiring.schedules]) add(name, ["sqs:SendMessage queue undelivered-events "]);
  for (const { name, function: announcer } of wiring.streams)
    add(announcer, [
      ...["DescribeStream", "GetRecords", "GetShardIterator"].map((action) => `dynamodb:${action} Lineage.StreamArn `),
      "dynamodb:ListStreams * ",
      `sqs:SendMessage queue ${name}-stream-dead-letters `,
    ]);
  const functions = wiring.functions.flatMap((each) => {
    const needs = [...each.needs, ...(each.triggerNeeds ?? [])].flatMap((need) => permissionsOfNeed(need, "test", connections));
    return [...own(each.name), ...needs, ...(bySource.get(each.name) ?? [])].map((permission) => `${each.name} may ${permission}`);
  });
  const machines = wiring.machines.flatMap(({ name, functions: steps }) =>
    [
      ...steps.map((step) => `lambda:InvokeFunction function ${step} `),
      ...vendedLogs.map((action) => `logs:${action} * `),
      ...["GetSamplingRules", "GetSamplingTargets", "PutTelemetryRecords", "PutTraceSegments"].map((action) => `xray:${action} * `),
    ].map((permission) => `machine ${name} may ${permission}`),
  );
  return [...functions, ...machines];
}

const vendedLogs = [
  "CreateLogDelivery",
  "DeleteLogDelivery",
  "DescribeLogGroups",
  "DescribeResourcePolicies",
  "GetLogDelivery",
  "ListLogDeliveries",
  "PutResourcePolicy",
  "UpdateLogDelivery",
];

// ── the embedded hub ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface EmbeddedSubscription {
  readonly queue: string;
  readonly names: readonly string[];
  readonly connection?: string | undefined;
}

/** The part that both hosts subscribe by: which event goes to which queue, and when a message is dead. */
export function factsOfHub(
  subscriptions: readonly EmbeddedSubscription[],
  queues: Readonly<Record<string, { readonly maxReceives: number }>>,
): string[] {
  return [
    ...subscriptions.flatMap(({ queue, names, connection }) => names.map((name) => subscriptionFact(name, connection, queue))),
    ...Object.entries(queues).map(([name, { maxReceives }]) => `queue ${name} dead after ${maxReceives}`),
  ];
}

// ── the templates ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

export function factsOfTemplates(stack: StackTemplate, stacks: readonly StackTemplate[], prefix: string): string[] {
  const names = namesById(stack, prefix);
  const nameOf = (reference: unknown) => names.get(referredId(reference, stacks) ?? "") ?? referenceText(reference, stacks);
  return [
    ...functionFacts(stack, prefix),
    ...routeFacts(stack, stacks, nameOf),
    ...mappingFacts(stack, stacks, nameOf),
    ...queueFacts(stack, names),
    ...ruleFacts(stack, stacks, nameOf),
    ...machineFacts(stack, nameOf, prefix),
    ...grantFacts(stack, stacks, prefix),
  ];
}

/** Logical id → the name of wiring/. */
function namesById(stack: StackTemplate, prefix: string): ReadonlyMap<string, string> {
  const nameProperty: Readonly<Record<string, string>> = {
    "AWS::Lambda::Function": "FunctionName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
    "AWS::Events::EventBus": "Name",
  };
  const found = Object.entries(nameProperty).flatMap(([type, property]) =>
    ofType(stack, type).map(({ id, properties }) => [id, String(properties[property]).replace(prefix, "")] as const),
  );
  const names = new Map(found);
  // Whoever is pointed to an alias calls the function behind it.
  for (const { id, properties } of ofType(stack, "AWS::Lambda::Alias")) names.set(id, names.get(properties.FunctionName.Ref) ?? id);
  return names;
}

function functionFacts(stack: StackTemplate, prefix: string): string[] {
  return ofType(stack, "AWS::Lambda::Function").map(({ properties }) => {
    const told = sorted(Object.keys(properties.Environment?.Variables ?? {}));
    return `function ${String(properties.FunctionName).replace(prefix, "")}: ${properties.MemorySize} MB, ${properties.Timeout} s, told ${told}`;
  });
}

type NameOf = (reference: unknown) => string;

function routeFacts(stack: StackTemplate, stacks: readonly StackTemplate[], nameOf: NameOf): string[] {
  return ofType(stack, "AWS::ApiGatewayV2::Route").map(({ properties }) => {
    const [, [, integration]] = properties.Target["Fn::Join"] as [string, [string, unknown]];
    const found = ofType(stack, "AWS::ApiGatewayV2::Integration").find(({ id }) => id === referredId(integration, stacks));
    return `route ${properties.RouteKey} → ${nameOf(found?.properties.IntegrationUri)}`;
  });
}

function mappingFacts(stack: StackTemplate, stacks: readonly StackTemplate[], nameOf: NameOf): string[] {
  return ofType(stack, "AWS::Lambda::EventSourceMapping").map(({ properties }) => {
    const [source, consumer] = [properties.EventSourceArn, nameOf(properties.FunctionName)];
    if (referenceText(source, stacks) !== "Lineage.StreamArn")
      return `queue ${nameOf(source)} → ${consumer}, at most ${properties.BatchSize}`;
    const patterns = (properties.FilterCriteria?.Filters ?? []).map(({ Pattern }: { Pattern: string }) => Pattern).join(" or ");
    return `stream → ${consumer}, at most ${properties.BatchSize}, of ${patterns}`;
  });
}

function queueFacts(stack: StackTemplate, names: ReadonlyMap<string, string>): string[] {
  return ofType(stack, "AWS::SQS::Queue").flatMap(({ id, properties }) =>
    properties.RedrivePolicy === undefined
      ? []
      : [`queue ${names.get(id)}: hides ${properties.VisibilityTimeout} s, dead after ${properties.RedrivePolicy.maxReceiveCount}`],
  );
}

/** Rules on our bus are subscriptions, all others are doors. */
function ruleFacts(stack: StackTemplate, stacks: readonly StackTemplate[], nameOf: NameOf): string[] {
  return ofType(stack, "AWS::Events::Rule").flatMap(
    ({ properties: { EventBusName, EventPattern: pattern, Name, ScheduleExpression: rate, State, Targets } }) => {
      const facts = (Targets as { Arn: unknown }[])
        .map(({ Arn }) => nameOf(Arn))
        .flatMap((queue): string[] => {
          if (State !== "ENABLED") return [];
          if (rate !== undefined) return [scheduleFact(String(Name), String(rate), queue)];
          if (nameOf(EventBusName) === "events") {
            if (JSON.stringify(pattern.source) !== '["throughline"]') return [];
            const connections: (string | undefined)[] = pattern.detail?.connections ?? [undefined];
            return (pattern["detail-type"] as string[]).flatMap((name) => connections.map((each) => subscriptionFact(name, each, queue)));
          }
          if (JSON.stringify([pattern.source, pattern["detail-type"]]) === '[["aws.s3"],["Object Created"]]') {
            const bucket = referenceText(pattern.detail.bucket.name[0], stacks);
            const folders = (pattern.detail.object.key as { prefix: string }[]).map(({ prefix }) => `drop folder ${prefix}`);
            return bucket === "DropsBucket" ? [`door drops → ${queue}`, ...folders] : [];
          }
          return String(pattern.source).startsWith("aws.partner/shopify.com/") ? [`door shopify-event-source → ${queue}`] : [];
        });
      return facts.length > 0 ? facts : [`a rule that nobody wired: ${JSON.stringify(pattern)}`];
    },
  );
}

/** "rate(1 hour)" and "rate(60 minutes)" are the same. */
function scheduleFact(ruleName: string, rate: string, called: string): string {
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(rate) ?? [];
  const minutes = Number(count) * ({ minute: 1, hour: 60, day: 1440 }[unit] ?? Number.NaN);
  return `schedule ${ruleName.replace(/^throughline-[a-z]+-/, "")} → ${called}, each ${minutes} minutes`;
}

function machineFacts(stack: StackTemplate, nameOf: NameOf, prefix: string): string[] {
  return ofType(stack, "AWS::StepFunctions::StateMachine").map(({ properties }) => {
    const called = sorted(Object.values(properties.DefinitionSubstitutions ?? {}).map(nameOf));
    return `machine ${String(properties.StateMachineName).replace(prefix, "")}, ${properties.StateMachineType ?? "STANDARD"}, calls ${called}`;
  });
}

function grantFacts(stack: StackTemplate, stacks: readonly StackTemplate[], prefix: string): string[] {
  const named = new Map([...namesByText(stack, prefix)]);
  return grantedPermissions(stack, stacks, prefix).map(
    ({ principal, action, resource, condition }: GrantedPermission) =>
      `${principal} may ${action} ${named.get(resource) ?? resource} ${condition}`,
  );
}

/** A reference as text → what it is called in wiring/. */
function namesByText(stack: StackTemplate, prefix: string): readonly (readonly [string, string])[] {
  const texts = (type: string, property: string, what: string, text: (id: string) => string) =>
    ofType(stack, type).map(({ id, properties }) => {
      const name = String(properties[property]).replace(prefix, "").replace("/aws/lambda/", "");
      return [text(id.replace(/[0-9A-F]{8}$/, "")), `${what} ${name}`] as const;
    });
  return [
    ...texts("AWS::SQS::Queue", "QueueName", "queue", (id) => `${id}.Arn`),
    ...texts("AWS::Logs::LogGroup", "LogGroupName", "log", (id) => `${id}.Arn`),
    ...texts("AWS::Lambda::Function", "FunctionName", "function", (id) => `${id}.Arn`),
    ...texts("AWS::StepFunctions::StateMachine", "StateMachineName", "machine", (id) => id),
    ...texts("AWS::Events::EventBus", "Name", "bus", (id) => `${id}.Arn`).map(([text]) => [text, "bus"] as const),
  ];
}
