import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Json, ofType, referenceText, type StackTemplate } from "../../scripts/stack-templates.ts";
import { policiesFolder, prefix, type Synthesized, synthesize } from "../../scripts/synthesized-stacks.ts";
import { hopsWithoutDeadLetters, logsWithoutEnd, openQueues, wildcardActions } from "./template-rules.ts";

let synthesized: Synthesized;
let stack: StackTemplate;
beforeAll(() => {
  synthesized = synthesize();
  stack = synthesized.integration;
});

function altered(change: (resources: Record<string, Json>) => void): StackTemplate {
  const resources = structuredClone(stack.resources) as Record<string, Json>;
  change(resources);
  return { ...stack, resources };
}

function idOf(type: string, is: (properties: Json) => boolean = () => true): string {
  const found = ofType(stack, type).find(({ properties }) => is(properties));
  if (found === undefined) throw new Error(`no ${type} as asked for`);
  return found.id;
}

const mappingOf = (queue: string) =>
  ofType(stack, "AWS::Lambda::EventSourceMapping").find(({ properties }) =>
    referenceText(properties.EventSourceArn, synthesized.stacks).startsWith(queue),
  )?.properties;

describe("nothing is lost between two steps", () => {
  test("every hop that nobody waits for has a dead-letter queue behind it", () => {
    expect(hopsWithoutDeadLetters(stack)).toEqual([]);
  });

  test("a hop without one would be seen: a rule, a queue, a stream, a function that a rule invokes", () => {
    const rule = idOf("AWS::Events::Rule");
    const queue = idOf("AWS::SQS::Queue", ({ QueueName }) => QueueName === `${prefix}posting-erp-us`);
    const stream = idOf("AWS::Lambda::EventSourceMapping", ({ StartingPosition }) => StartingPosition !== undefined);
    const permission = idOf("AWS::Lambda::Permission");
    const reported = hopsWithoutDeadLetters(
      altered((resources) => {
        delete resources[rule].Properties.Targets[0].DeadLetterConfig;
        delete resources[queue].Properties.RedrivePolicy;
        delete resources[stream].Properties.DestinationConfig;
        resources[permission].Properties.Principal = "events.amazonaws.com";
      }),
    );
    const consumer = idOf("AWS::Lambda::EventSourceMapping", ({ EventSourceArn }) => EventSourceArn["Fn::GetAtt"]?.[0] === queue);
    expect(reported).toEqual([rule, stream, permission, consumer].sort());
  });

  test("every queue keeps what it has for 14 days", () => {
    for (const { properties } of ofType(stack, "AWS::SQS::Queue")) expect(properties.MessageRetentionPeriod).toBe(1_209_600);
  });

  test("the stream is read in halves after a failure, a bounded number of times, and what fails for good is told", () => {
    const { properties } = ofType(stack, "AWS::Lambda::EventSourceMapping").find(
      ({ properties: { StartingPosition } }) => StartingPosition === "TRIM_HORIZON",
    ) as { properties: Json };
    expect(properties).toMatchObject({
      BatchSize: 500,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumBatchingWindowInSeconds: 5,
      MaximumRecordAgeInSeconds: 43_200,
      MaximumRetryAttempts: 20,
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"type":{"S":[{"exists":true}]}}}}' }] },
    });
    expect(referenceText(properties.DestinationConfig.OnFailure.Destination, synthesized.stacks)).toBe(
      "LineageLineageDeadLettersQueue.Arn",
    );
  });
});

describe("one ERP's trouble is its own", () => {
  test("each connection has a queue that is drained in batches of a whole window, two at once, message by message", () => {
    for (const queue of ["PostingQueuepostingerpus", "PostingQueuepostingerpca"])
      expect(mappingOf(queue)).toMatchObject({
        BatchSize: 25,
        Enabled: true,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        MaximumBatchingWindowInSeconds: 10,
        ScalingConfig: { MaximumConcurrency: 2 },
      });
  });

  test("a connection is paused, or made broader, by the stage's settings, and the others are left alone", () => {
    const changed = synthesize({
      connections: { "erp-us": { paused: true, batchesAtOnce: 2 }, "erp-ca": { paused: false, batchesAtOnce: 15 } },
    }).integration;
    const mappings = Object.fromEntries(
      ofType(changed, "AWS::Lambda::EventSourceMapping").map(({ properties }) => [
        referenceText(properties.EventSourceArn, [changed, synthesized.data]).replace(/Queue\.Arn$/, ""),
        properties,
      ]),
    );
    expect(mappings.PostingQueuepostingerpus).toMatchObject({ Enabled: false });
    expect(mappings.PostingQueuepostingerpca).toMatchObject({
      Enabled: true,
      ScalingConfig: { MaximumConcurrency: 15 },
    });
  });

  test("a queue hides its messages for six time-outs of its function and the window that gathers a batch", () => {
    const sources = ofType(stack, "AWS::Lambda::EventSourceMapping").filter(({ properties }) => properties.ScalingConfig !== undefined);
    expect(sources.length).toBeGreaterThan(3);
    for (const { properties } of sources) {
      const queue = stack.resources[properties.EventSourceArn["Fn::GetAtt"][0]]?.Properties as Json;
      const consumer = stack.resources[properties.FunctionName.Ref]?.Properties as Json;
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * consumer.Timeout + properties.MaximumBatchingWindowInSeconds);
    }
  });

  test("every rule of this account may put what it could not deliver to the undelivered, and nobody else", () => {
    const rules = ofType(stack, "AWS::Events::Rule");
    const [target] = new Set(rules.map(({ properties }) => properties.Targets[0].DeadLetterConfig.Arn["Fn::GetAtt"][0]));
    expect(stack.resources[target]?.Properties?.QueueName).toBe("throughline-test-undelivered-events");
    const policy = ofType(stack, "AWS::SQS::QueuePolicy").find(({ properties }) => properties.Queues[0].Ref === target);
    const allowed = policy?.properties.PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === "Allow");
    expect(allowed).toMatchObject([
      { Sid: "RulesOfThisAccount", Action: "sqs:SendMessage", Principal: { Service: "events.amazonaws.com" } },
    ]);
    expect(referenceText(allowed[0].Condition.ArnLike["aws:SourceArn"], synthesized.stacks)).toMatch(/:rule\/\*$/);
  });

  test("the bus keeps what was announced for a replay, as long as the profile says", () => {
    const archived = ofType(stack, "AWS::Events::Archive").map(({ properties: { EventPattern, RetentionDays } }) => [
      EventPattern,
      RetentionDays,
    ]);
    expect(archived).toEqual([[{ source: ["throughline"] }, 14]]);
  });

  test("a bus entry comes to the queue without its envelope, in the group of its shop", () => {
    const rule = ofType(stack, "AWS::Events::Rule").find(
      ({ properties }) => properties.EventPattern?.detail?.connections?.[0] === "erp-us",
    )?.properties;
    expect(rule?.EventPattern.source).toEqual(["throughline"]);
    expect(rule?.Targets[0]).toMatchObject({ InputPath: "$.detail", SqsParameters: { MessageGroupId: "$.detail.group" } });
  });
});

describe("nobody may more than needed", () => {
  test("no action has a wildcard", () => {
    expect(wildcardActions(stack)).toEqual([]);
    const policy = idOf("AWS::IAM::Policy");
    const opened = altered((resources) => {
      resources[policy].Properties.PolicyDocument.Statement[0].Action = "dynamodb:*";
    });
    expect(wildcardActions(opened)).toEqual([policy]);
  });

  test("no role has a managed policy", () => {
    expect(ofType(stack, "AWS::IAM::Role").filter(({ properties }) => properties.ManagedPolicyArns !== undefined)).toEqual([]);
  });

  test("queues are encrypted and take nothing without TLS", () => {
    expect(openQueues(stack)).toEqual([]);
    const queue = idOf("AWS::SQS::Queue");
    expect(openQueues(altered((resources) => delete resources[queue].Properties.SqsManagedSseEnabled))).toEqual([queue]);
  });

  test("the API calls the receiver from its own route, and is throttled", () => {
    const [permission] = ofType(stack, "AWS::Lambda::Permission");
    expect(referenceText(permission?.properties.SourceArn, synthesized.stacks)).toMatch(/\/\*\/\*\/webhooks\/shopify$/);
    const [stage] = ofType(stack, "AWS::ApiGatewayV2::Stage");
    expect(stage?.properties.DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 400, ThrottlingRateLimit: 200 });
  });

  test("each route of the API has a throttle of its own, set when the route is there", () => {
    const [stage] = ofType(stack, "AWS::ApiGatewayV2::Stage");
    const throttle = { ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 };
    expect(stage?.properties.RouteSettings).toEqual({
      "GET /v1/transactions/{reference}": throttle,
      "POST /v1/events": throttle,
      "POST /v1/purchase-orders": throttle,
      "POST /v1/return-authorizations": throttle,
      "POST /v1/return-authorizations/{authorization}/cancellation": throttle,
    });
    const clients = ofType(stack, "AWS::ApiGatewayV2::Route").filter(({ properties }) => / \/v1\//.test(properties.RouteKey));
    const { DependsOn: dependencies = [] } = synthesized.integration.resources[stage?.id ?? ""] as {
      readonly DependsOn?: readonly string[];
    };
    expect(clients.map(({ id }) => dependencies.includes(id))).toEqual([true, true, true, true, true]);
  });
});

describe("what runs can be looked into", () => {
  test("every log ends, and nothing writes to a log that would not", () => {
    expect(logsWithoutEnd(stack)).toEqual([]);
    const group = idOf("AWS::Logs::LogGroup");
    expect(logsWithoutEnd(altered((resources) => delete resources[group].Properties.RetentionInDays))).toEqual([group]);
    const one = idOf("AWS::Lambda::Function");
    expect(logsWithoutEnd(altered((resources) => delete resources[one].Properties.LoggingConfig))).toEqual([one]);
  });

  test("every function is Node 24 on arm64, traced, and logs JSON", () => {
    const functions = ofType(stack, "AWS::Lambda::Function");
    expect(functions.length).toBeGreaterThan(10);
    for (const { properties } of functions)
      expect(properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        TracingConfig: { Mode: "Active" },
        LoggingConfig: { LogFormat: "JSON" },
      });
  });

  test("machines are logged without the data that runs through them", () => {
    const machines = ofType(stack, "AWS::StepFunctions::StateMachine");
    expect(machines.map(({ properties }) => [properties.StateMachineType, properties.LoggingConfiguration.Level]).sort()).toEqual([
      ["EXPRESS", "ERROR"],
      ["STANDARD", "ALL"],
      ["STANDARD", "ALL"],
      ["STANDARD", "ALL"],
      ["STANDARD", "ALL"],
      ["STANDARD", "ALL"],
      ["STANDARD", "ALL"],
      ["STANDARD", "ALL"],
      ["STANDARD", "ALL"],
      ["STANDARD", "ALL"],
    ]);
    for (const { properties } of machines) {
      expect(properties.LoggingConfiguration.IncludeExecutionData).toBe(false);
      expect(properties.TracingConfiguration).toEqual({ Enabled: true });
    }
  });

  test("the access log holds no header, no query and no body", () => {
    const [stage] = ofType(stack, "AWS::ApiGatewayV2::Stage");
    const format: string = stage?.properties.AccessLogSettings.Format;
    expect(Object.keys(JSON.parse(format))).toEqual(["id", "ip", "route", "status", "milliseconds", "error"]);
  });
});

test("keeps what holds messages and events under the ids that it was first deployed with", () => {
  const stateful = ["AWS::SQS::Queue", "AWS::Events::EventBus", "AWS::Events::Archive"];
  expect(stateful.flatMap((type) => ofType(stack, type).map(({ id }) => id)).sort()).toEqual([
    "EventBackboneArchiveF581637A",
    "EventBackboneBus30F21FDE",
    "EventBackboneUndeliveredQueue9BF9768D",
    "ExceptionsUnreadableQueue4C07333E",
    "LineageKpiDeadLettersQueue667985FD",
    "LineageLineageDeadLettersQueueDEE6582D",
    "PosIngestionDoordroppedfilesQueue66FDF67F",
    "PosIngestionDoordroppedfilesQueueDeadLettersQueueC31E02A8",
    "PostingQueuepostingerpcaQueue7C1C60FA",
    "PostingQueuepostingerpcaQueueDeadLettersQueue21339E56",
    "PostingQueuepostingerpusQueue0DF0F633",
    "PostingQueuepostingerpusQueueDeadLettersQueueD3B3C918",
    "SettlementQueuematchingQueueAEA89FA5",
    "SettlementQueuematchingQueueDeadLettersQueueBEEA8C28",
    "ShopifyIngestionDoorshopifyeventsQueue98D07850",
    "ShopifyIngestionDoorshopifyeventsQueueDeadLettersQueue3266CF75",
    "ShopifyIngestionPartnerBus431C5669",
    "ShopifyIngestionQueuefetchbackQueue2D1D2B29",
    "ShopifyIngestionQueuefetchbackQueueDeadLettersQueue92EFF8F9",
  ]);
});

test("a deploy puts its policies in force when they are others than before, after the rules that announce it are there", () => {
  const [release] = ofType(stack, "Custom::PolicyRelease");
  expect(referenceText(release?.properties.ServiceToken, synthesized.stacks)).toBe("PoliciesReleasePolicyFunction.Arn");
  expect(release?.properties).toMatchObject({ ServiceTimeout: "300", Version: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(release?.properties.Resolved).toMatch(/^[0-9a-f]{64}$/);
  const { DependsOn } = stack.resources[release?.id ?? ""] as Json;
  expect(DependsOn).toEqual(
    expect.arrayContaining(
      ofType(stack, "AWS::Events::Rule")
        .filter(({ id }) => id.startsWith("Posting"))
        .map(({ id }) => id),
    ),
  );
  const [invocation] = ofType(stack, "AWS::Lambda::EventInvokeConfig");
  expect(referenceText(invocation?.properties.FunctionName, synthesized.stacks)).toBe("PoliciesReleasePolicyFunction");
  expect(referenceText(invocation?.properties.DestinationConfig.OnFailure.Destination, synthesized.stacks)).toBe(
    "EventBackboneUndeliveredQueue.Arn",
  );
});

test("Shopify's event source is there when the stage names it, and only then", () => {
  const [partner] = ofType(stack, "AWS::Events::EventBus").filter(({ properties }) => properties.EventSourceName !== undefined);
  expect(partner?.properties).toMatchObject({
    EventSourceName: "aws.partner/shopify.com/1234567/orders",
    Name: "aws.partner/shopify.com/1234567/orders",
  });
  const without = synthesize({ shopifyEventSource: undefined }).integration;
  expect(ofType(without, "AWS::Events::EventBus").map(({ properties }) => properties.Name)).toEqual([`${prefix}events`]);
  expect(ofType(without, "AWS::Lambda::Function").map(({ properties }) => properties.FunctionName)).not.toContain(
    `${prefix}receive-shopify-event`,
  );
});

test("a deploy ends with what the operator pastes into Shopify, where its secret goes, and where tills drop their files", () => {
  const { ShopifyWebhookAddress, ShopifyWebhooks, ShopifyWebhookSecret } = stack.outputs;
  expect(JSON.stringify(ShopifyWebhookAddress?.Value)).toMatch(/"\/webhooks\/shopify"/);
  // One text around the address, which is known after the deploy.
  const parts = (ShopifyWebhooks as Json).Value["Fn::Join"][1].map((part: unknown) => (typeof part === "string" ? part : "<endpoint>"));
  expect(parts.join("")).toMatch(
    /^\[webhooks\]\napi_version = "20\d\d-\d\d"\n\n\[\[webhooks\.subscriptions\]\]\nuri = "<endpoint>\/webhooks\/shopify"\n/,
  );
  expect(parts.join("")).toContain('  "orders/updated",\n');
  expect(ShopifyWebhookSecret?.Value).toContain("--name /throughline/test/shops/<shop>.myshopify.com/webhook-secrets");
  expect(JSON.stringify(synthesized.data.outputs.DropsBucket?.Value)).toContain("Drops");
});

test.each(["lite", "peak"] as const)("twenty-five ERP connections still fit into one stack, in %s", (profile) => {
  const folder = mkdtempSync(join(tmpdir(), "policies-"));
  cpSync(policiesFolder, folder, { recursive: true });
  const file = join(folder, "regions/us.json");
  const region = JSON.parse(readFileSync(file, "utf8"));
  for (let number = 3; number <= 25; number++) region.connections[`erp-${number}`] = region.connections["erp-us"];
  writeFileSync(file, JSON.stringify(region));
  const large = synthesize({ profile }, folder).integration;
  rmSync(folder, { recursive: true });
  expect(ofType(large, "AWS::Lambda::EventSourceMapping").length).toBeGreaterThan(25);
  expect(Object.keys(large.resources).length).toBeLessThanOrEqual(500);
  expect(large.bytes).toBeLessThanOrEqual(1_000_000);
  // Of SQS, for the policy of a queue.
  const statements = ofType(large, "AWS::SQS::QueuePolicy").map(({ properties }) => properties.PolicyDocument.Statement.length);
  expect(Math.max(...statements)).toBeLessThanOrEqual(20);
});
