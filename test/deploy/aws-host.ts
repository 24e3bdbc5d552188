import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, ListQueuesCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { type AwsApi, createAwsApi, createDynamoWorkLists } from "#adapters/aws";
import { createSystemClock } from "#adapters/clock";
import { createHttp } from "#adapters/http";
import { loadPolicy } from "#adapters/policy-files";
import type { ApprovalItem } from "#domain/lineage";
import { openApprovals } from "#functions/announce-events";
import { type ListedException, openExceptions } from "#functions/open-exceptions";
import { shopDomain } from "#sample";
import { connectionQueue, deadLettersOf, undeliveredQueue, unreadableQueue } from "#wiring";
import { connectErps } from "../../hub/sandbox-erps.ts";
import type { MiniStack } from "../../scripts/ministack.ts";
import { deployStacks } from "./deploy-stacks.ts";
import { deploySubscriber } from "./deploy-subscriber.ts";
import type { Host } from "./host.ts";
import { policiesWithErpAt } from "./policies.ts";
import { postWebhook } from "./post-webhook.ts";

const stage = "dev";
const prefix = `throughline-${stage}-`;
const webhookSecret = "the deployed stack's secret";
const rowsMax = 100;
/** While deciding is stopped, instead of the queue's own twelve minutes: a run is over by then. */
const hiddenSeconds = 5;
const waitMilliseconds = 60_000;
const lookMilliseconds = 250;

export interface AwsHost extends Host {
  /** Deploys the example of a subscriber to the same stage, hands its stream this record, and answers the files that its bucket holds then. */
  subscribe(record: string): Promise<readonly { readonly key: string; readonly text: string }[]>;
  /** By queue that no function takes from (dead letters, unreadable, undelivered): how many messages lie there, where there are any. */
  letters(): Promise<Readonly<Record<string, number>>>;
}

/** The stacks, deployed to an empty emulator by the CDK's own command line, in front of a sandbox ERP on loopback. */
export async function startAwsHost(emulator: MiniStack, policiesFolder: string): Promise<AwsHost> {
  const folder = mkdtempSync(join(tmpdir(), "throughline-aws-host-"));
  const http = createHttp();
  const clock = createSystemClock();
  const policy = loadPolicy(policiesFolder).build(1);
  const erps = await connectErps({ policy, dataFolder: folder, http, clock, credentials: async () => undefined });
  const { sandbox } = erps;
  if (sandbox === undefined) throw new Error("the policies name no connection to a sandbox ERP");
  const policies = policiesWithErpAt(policiesFolder, sandbox.url, join(folder, "policies"));
  const credentials = { accessKeyId: emulator.account, secretAccessKey: "local" };
  const client = { endpoint: emulator.endpoint, region: emulator.region, credentials };
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const sqs = new SQSClient(client);
  const ssm = new SSMClient(client);
  await ssm.send(
    new PutParameterCommand({
      Name: `/throughline/${stage}/shops/${shopDomain}/webhook-secrets`,
      Value: JSON.stringify([webhookSecret]),
      Type: "SecureString",
    }),
  );
  const outputs = await deployStacks({ emulator, stage, policies, folder });
  const api = createAwsApi({ http, clock, ...client, credentials: () => credentials, timeoutMilliseconds: 60_000 });
  const workLists = createDynamoWorkLists({ api, table: outputs.table });
  const postingQueues = Object.keys(policy.connections).map((connection) => connectionQueue("posting", connection));

  return {
    erpFaults: sandbox.faults,
    erp: erps.erp,
    deliver: (delivery) => postWebhook(outputs.webhooks, delivery, webhookSecret),
    async drop({ name, bytes }) {
      await s3.send(new PutObjectCommand({ Bucket: outputs.drops, Key: `pos/${name}`, Body: bytes }));
    },
    approvals: async () => (await workLists.read(openApprovals, undefined, rowsMax)).entries.map(({ body }) => body as ApprovalItem),
    decide: (decision) => invoke(api, "decide-approval", decision),
    exceptions: async () => (await workLists.read(openExceptions, undefined, rowsMax)).entries.map(({ body }) => body as ListedException),
    retry: (retried) => invoke(api, "work-exception", { action: "retry", ...retried }),
    async stopDeciding() {
      for (const queue of postingQueues) await setVisibility(queue, hiddenSeconds);
      await throttle("PUT", JSON.stringify({ ReservedConcurrentExecutions: 0 }));
    },
    async letDecidingGo() {
      await throttle("DELETE");
      for (const queue of postingQueues) await setVisibility(queue, 730);
    },
    deadLetters: (connection) => depthOf(urlOf(deadLettersOf(connectionQueue("posting", connection)))),
    async letters() {
      const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
      const found: Record<string, number> = {};
      for (const url of QueueUrls) {
        const name = url.slice(url.lastIndexOf(prefix) + prefix.length);
        if (![unreadableQueue, undeliveredQueue].includes(name) && !name.endsWith(deadLettersOf(""))) continue;
        const depth = await depthOf(url);
        if (depth > 0) found[name] = depth;
      }
      return found;
    },
    async subscribe(record) {
      const stack = await deploySubscriber(emulator, stage);
      const called = (service: string, target: string, input: object) => api.call({ service, target, jsonVersion: "1.1" }, input);
      const { DeliveryStreamNames } = (await called("firehose", "Firehose_20150804.ListDeliveryStreams", {})) as {
        DeliveryStreamNames: readonly string[];
      };
      const [DeliveryStreamName] = DeliveryStreamNames;
      const Data = Buffer.from(record).toString("base64");
      await called("firehose", "Firehose_20150804.PutRecord", { DeliveryStreamName, Record: { Data } });
      const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
      const Bucket = Buckets.find(({ Name }) => Name?.startsWith(stack))?.Name;
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      return Promise.all(
        Contents.map(async ({ Key = "" }) => {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
          return { key: Key, text: (await Body?.transformToString()) ?? "" };
        }),
      );
    },
    redrive: async () => void (await invoke(api, "redrive-dead-letters", {})),
    async eventually(what, look) {
      const until = Date.now() + waitMilliseconds;
      while (Date.now() < until) {
        const found = await look();
        if (found !== undefined) return found;
        await sleepFor(lookMilliseconds);
      }
      throw new Error(`the deployed stack did not come to ${what} within ${waitMilliseconds / 1_000} s`);
    },
    async close() {
      for (const each of [s3, sqs, ssm]) each.destroy();
      await erps.close();
      http.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  function urlOf(queue: string): string {
    return `${emulator.endpoint}/${emulator.account}/${prefix}${queue}`;
  }

  async function depthOf(QueueUrl: string): Promise<number> {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }));
    return Number(Attributes?.ApproximateNumberOfMessages);
  }

  async function setVisibility(queue: string, seconds: number): Promise<void> {
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: urlOf(queue), Attributes: { VisibilityTimeout: String(seconds) } }));
  }

  /** Lambda's own stop button: a function without concurrency is answered TooManyRequestsException. */
  async function throttle(method: "PUT" | "DELETE", body?: string): Promise<void> {
    const path = `/2017-10-31/functions/${prefix}decide-postings/concurrency`;
    await api.send({
      operation: "Lambda.PutFunctionConcurrency",
      service: "lambda",
      method,
      path,
      ...(body === undefined ? {} : { body }),
    });
  }
}

/** As `aws lambda invoke` does; the function's own error is thrown. */
async function invoke(api: AwsApi, name: string, event: object): Promise<unknown> {
  const path = `/2015-03-31/functions/${prefix}${name}/invocations`;
  const body = JSON.stringify(event);
  const answer = await api.send({ operation: "Lambda.Invoke", service: "lambda", method: "POST", path, body });
  if (answer.headers["x-amz-function-error"] !== undefined) throw new Error(`${name} failed: ${answer.body}`);
  return answer.body === "" ? undefined : JSON.parse(answer.body);
}
