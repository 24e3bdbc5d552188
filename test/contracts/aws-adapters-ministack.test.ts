import { CreateEventBusCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateStateMachineCommand, DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, describe, expect, it } from "vitest";
import {
  createAwsApi,
  createEventBridgeBus,
  createS3DocumentStore,
  createSqsQueue,
  createSsmSecrets,
  createStepFunctionsWorkflows,
} from "#adapters/aws";
import { createSystemClock } from "#adapters/clock";
import { createHttp } from "#adapters/http";
import { startMiniStack } from "../../scripts/ministack.ts";
import { skipReason } from "../skip.ts";
import { documentStoreContract } from "./document-store-contract.ts";
import { eventBusContract } from "./event-bus-contract.ts";
import { queueContract } from "./queue-contract.ts";
import { secretsContract } from "./secrets-contract.ts";
import { standardMachine, synchronousMachine, workflowsContract } from "./workflows-contract.ts";

const started = await startMiniStack();

if ("skipped" in started) {
  skipReason("MiniStack", started.skipped);
  describe.skip(`the AWS adapters against MiniStack (${started.skipped})`, () => {
    it("needs Python and the packaged emulator", () => {});
  });
} else {
  const { endpoint, region, account } = started;
  const credentials = { accessKeyId: account, secretAccessKey: "local" };
  const client = { endpoint, region, credentials };
  const sqs = new SQSClient(client);
  const events = new EventBridgeClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const machines = new SFNClient({ ...client, disableHostPrefix: true });
  const parameters = new SSMClient(client);
  const http = createHttp();
  const clock = createSystemClock();
  const failures: string[] = [];
  const api = createAwsApi({
    http,
    clock,
    region,
    endpoint,
    credentials: () => credentials,
    timeoutMilliseconds: 20_000,
    onFailure: ({ message }) => failures.push(message),
  });
  let made = 0;
  /** A name of its own for every test: the engine is shared and forgets nothing. */
  const ownName = (what: string) => {
    made += 1;
    return `${what}-${made}`;
  };
  const urlPrefix = `${endpoint}/${account}/`;

  afterAll(async () => {
    for (const each of [sqs, events, s3, machines, parameters, http]) "destroy" in each ? each.destroy() : each.close();
    await started.stop();
  });

  /** Polls until `count` messages came, or none for half a second. */
  async function received(queue: string, count: number): Promise<readonly unknown[]> {
    const bodies: unknown[] = [];
    let quietSince = Date.now();
    while (bodies.length < count && Date.now() - quietSince < 500) {
      const request = { QueueUrl: `${urlPrefix}${queue}`, MaxNumberOfMessages: 10, VisibilityTimeout: 600 };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request));
      bodies.push(...Messages.map(({ Body }) => JSON.parse(Body ?? "")));
      if (Messages.length > 0) quietSince = Date.now();
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return bodies;
  }

  documentStoreContract("S3 in MiniStack", async () => {
    const [documentsBucket, dropsBucket] = [ownName("documents"), ownName("drops")];
    for (const Bucket of [documentsBucket, dropsBucket]) await s3.send(new CreateBucketCommand({ Bucket }));
    return createS3DocumentStore({ api, documentsBucket, dropsBucket });
  });

  it("S3 in MiniStack reads the version of a drop that was written over since", async () => {
    const dropsBucket = ownName("drops");
    await s3.send(new CreateBucketCommand({ Bucket: dropsBucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket: dropsBucket, VersioningConfiguration: { Status: "Enabled" } }));
    const drop = (Body: string) => s3.send(new PutObjectCommand({ Bucket: dropsBucket, Key: "pos/day.xml", Body }));
    const { VersionId: first = "" } = await drop("first");
    await drop("second");
    const store = createS3DocumentStore({ api, documentsBucket: ownName("documents"), dropsBucket });
    const read = async (address: string) => new TextDecoder().decode(await store.get(address));
    expect([await read(`drops@${encodeURIComponent(first)}/pos/day.xml`), await read("drops/pos/day.xml")]).toEqual(["first", "second"]);
    expect(await store.size(`drops@${encodeURIComponent(first)}/pos/day.xml`)).toBe(5);
    expect(await store.get("drops@11111111-1111-1111-1111-111111111111/pos/day.xml")).toBeUndefined();
  });

  eventBusContract("EventBridge in MiniStack, rules to SQS", async (subscriptions) => {
    const bus = ownName("bus");
    await events.send(new CreateEventBusCommand({ Name: bus }));
    for (const { queue, names, connection } of subscriptions) {
      await sqs.send(new CreateQueueCommand({ QueueName: `${bus}-${queue}` }));
      const pattern = {
        source: ["throughline"],
        ...(names === "*" ? {} : { "detail-type": names }),
        ...(connection === undefined ? {} : { detail: { connections: [connection] } }),
      };
      await events.send(new PutRuleCommand({ Name: queue, EventBusName: bus, EventPattern: JSON.stringify(pattern) }));
      const target = { Id: "queue", Arn: `arn:aws:sqs:${region}:${account}:${bus}-${queue}`, InputPath: "$.detail" };
      await events.send(new PutTargetsCommand({ Rule: queue, EventBusName: bus, Targets: [target] }));
    }
    return {
      bus: createEventBridgeBus({ api, bus }),
      // Beside the entry itself its detail says the message group of the queue behind the rule.
      received: async (queue, count) =>
        (await received(`${bus}-${queue}`, count)).map((detail) => {
          const { group, ...entry } = detail as { readonly group: string; readonly shop: string };
          expect(group).toBe(entry.shop);
          return entry;
        }),
    };
  });

  queueContract("SQS in MiniStack", async () => {
    const prefix = ownName("contract");
    for (const name of ["postings", "stock"]) await sqs.send(new CreateQueueCommand({ QueueName: `${prefix}-${name}` }));
    return {
      queue: createSqsQueue({ api, urlPrefix: `${urlPrefix}${prefix}-` }),
      received: (queue, count) => received(`${prefix}-${queue}`, count),
    };
  });

  skipReason(
    "time-out of an Express machine in MiniStack",
    "it lets a machine run on after its TimeoutSeconds; aws-answers.test.ts reads TIMED_OUT",
  );
  workflowsContract(
    "Step Functions in MiniStack",
    async () => {
      const prefix = ownName("stack");
      const arn = (machine: string) => `arn:aws:states:${region}:${account}:stateMachine:${prefix}-${machine}`;
      for (const [name, type, definition] of [
        ["post-transactions", "EXPRESS", synchronousMachine],
        ["ingest-pos-file", "STANDARD", standardMachine],
      ] as const) {
        const roleArn = `arn:aws:iam::${account}:role/machines`;
        await machines.send(
          new CreateStateMachineCommand({ name: `${prefix}-${name}`, type, roleArn, definition: JSON.stringify(definition) }),
        );
      }
      return {
        workflows: createStepFunctionsWorkflows({ api, machineArnPrefix: arn("") }),
        async executions(machine) {
          const { executions = [] } = await machines.send(new ListExecutionsCommand({ stateMachineArn: arn(machine) }));
          const described = executions.map(({ executionArn }) => machines.send(new DescribeExecutionCommand({ executionArn })));
          return (await Promise.all(described)).map(({ input }) => JSON.parse(input ?? ""));
        },
      };
    },
    { engineKnowsTimeouts: false },
  );

  async function storeParameter(Name: string, Value: string): Promise<void> {
    await parameters.send(new PutParameterCommand({ Name, Value, Type: "SecureString" }));
  }

  secretsContract("SSM in MiniStack", async (stored) => {
    const prefix = `/${ownName("throughline")}`;
    for (const [shop, secrets] of Object.entries(stored)) {
      await storeParameter(`${prefix}/shops/${shop}/webhook-secrets`, JSON.stringify(secrets));
    }
    return createSsmSecrets({ api, clock, prefix });
  });

  describe("SSM in MiniStack", () => {
    it("holds the secrets of more shops than a page has", async () => {
      const prefix = `/${ownName("throughline")}`;
      for (let shop = 0; shop < 12; shop++)
        await storeParameter(`${prefix}/shops/shop-${shop}.myshopify.com/webhook-secrets`, `new ${shop}\nold ${shop}\n`);
      const secrets = createSsmSecrets({ api, clock, prefix });
      expect(await secrets.webhookSecrets("shop-0.myshopify.com")).toEqual(["new 0", "old 0"]);
      expect(await secrets.webhookSecrets("shop-11.myshopify.com")).toEqual(["new 11", "old 11"]);
    });

    it("holds what an ERP connection signs in with", async () => {
      const prefix = `/${ownName("throughline")}`;
      await storeParameter(`${prefix}/connections/erp-us/credentials`, '{"token":"t"}');
      const secrets = createSsmSecrets({ api, clock, prefix });
      expect(await secrets.connectionCredentials("erp-us")).toEqual({ token: "t" });
      expect(await secrets.connectionCredentials("erp-ca")).toBeUndefined();
    });
  });

  it("tells of no failure that a contract did not ask for", () => {
    expect(failures).toEqual(["AmazonSSM.GetParameter failed: ParameterNotFound"]);
  });
}
