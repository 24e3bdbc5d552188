import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from "@aws-sdk/client-sfn";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import {
  createAwsApi,
  createEventBridgeBus,
  createS3DocumentStore,
  createSqsQueue,
  createSsmSecrets,
  createStepFunctionsCallbacks,
  createStepFunctionsWorkflows,
} from "#adapters/aws";
import type { HttpRequest } from "#ports/http";
import { settableClock } from "../contracts/settable-clock.ts";

/** What decides how AWS understands a request. */
interface Wire {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const headersThatMatter = ["x-amz-target", "content-type", "range", "if-none-match", "x-amz-content-sha256"];

function headersOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  // The hash of the body stands in the signature; only S3 wants it as a header too.
  if (lower["x-amz-target"] !== undefined) delete lower["x-amz-content-sha256"];
  return Object.fromEntries(headersThatMatter.flatMap((name) => (lower[name] === undefined ? [] : [[name, lower[name]]])));
}

function bodyOf(body: unknown): unknown {
  const text = typeof body === "string" ? body : body instanceof Uint8Array ? new TextDecoder().decode(body) : "";
  return text.startsWith("{") ? JSON.parse(text) : text;
}

/** The one request that the adapter sends, answered with `{}`. */
async function ours(use: (api: ReturnType<typeof createAwsApi>) => Promise<unknown>): Promise<Wire> {
  const sent: HttpRequest[] = [];
  const api = createAwsApi({
    http: {
      async send(request) {
        sent.push(request);
        return { status: 200, headers: { "content-length": "5" }, body: "{}", bytes: new Uint8Array() };
      },
    },
    clock: settableClock(),
    region: "eu-west-1",
    credentials: () => ({ accessKeyId: "a", secretAccessKey: "s" }),
  });
  await use(api).catch(() => {});
  expect(sent).toHaveLength(1);
  const { method, url, headers, body } = sent[0]!;
  const { host, pathname } = new URL(url);
  return { method, host, path: pathname, headers: headersOf(headers), body: bodyOf(body) };
}

interface SdkRequest {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const clientOptions = { region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "s" }, maxAttempts: 1 };

/** The request that the SDK's client makes of a command; it is never sent. */
async function theirs(send: (requestHandler: { handle(request: SdkRequest): Promise<never> }) => Promise<unknown>): Promise<Wire> {
  let made: SdkRequest | undefined;
  const requestHandler = {
    async handle(request: SdkRequest): Promise<never> {
      made = request;
      throw new Error("not sent");
    },
  };
  await send(requestHandler).catch(() => {});
  if (made === undefined) throw new Error("the SDK made no request");
  return { method: made.method, host: made.hostname, path: made.path, headers: headersOf(made.headers), body: bodyOf(made.body) };
}

const entry = {
  name: "payment.captured",
  shop: "maple.example",
  connections: ["north"],
  transactions: [{ id: "sale:1", connections: ["north"] }],
} as const;
const content = new TextEncoder().encode("hello");
const contentKey = "sha256/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
const oddName = "drops/pos/store 101/it's (a) day!*+&=é.xml";
const oddKey = "pos/store 101/it's (a) day!*+&=é.xml";
const arnPrefix = "arn:aws:states:eu-west-1:111122223333:stateMachine:";

describe("the requests of the AWS adapters are those that the SDK makes", () => {
  it("PutEvents", async () => {
    const sdk = await theirs((requestHandler) =>
      new EventBridgeClient({ ...clientOptions, requestHandler }).send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: "hub",
              Source: "throughline",
              DetailType: "payment.captured",
              Detail: JSON.stringify({ ...entry, group: "maple.example" }),
            },
          ],
        }),
      ),
    );
    expect(await ours((api) => createEventBridgeBus({ api, bus: "hub" }).publish([entry]))).toEqual(sdk);
  });

  it("SendMessageBatch", async () => {
    const sdk = await theirs((requestHandler) =>
      // The adapter's answer is read by entry, not by the MD5 of bodies that the SDK checks.
      new SQSClient({ ...clientOptions, requestHandler, md5: false }).send(
        new SendMessageBatchCommand({
          QueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/posting-erp-us",
          Entries: [
            { Id: "0", MessageBody: '{"shop":"maple.example"}', DelaySeconds: 30, MessageGroupId: "maple.example" },
            { Id: "1", MessageBody: '"two"', DelaySeconds: 0, MessageGroupId: "*" },
          ],
        }),
      ),
    );
    const urlPrefix = "https://sqs.eu-west-1.amazonaws.com/111122223333/";
    const own = await ours((api) =>
      createSqsQueue({ api, urlPrefix }).send("posting-erp-us", [
        { body: { shop: "maple.example" }, delaySeconds: 30, group: "maple.example" },
        { body: "two", delaySeconds: 0, group: "*" },
      ]),
    );
    expect(own).toEqual(sdk);
  });

  it("StartSyncExecution, at its own endpoint", async () => {
    const sdk = await theirs((requestHandler) =>
      new SFNClient({ ...clientOptions, requestHandler }).send(
        new StartSyncExecutionCommand({ stateMachineArn: `${arnPrefix}post-transactions`, input: '{"round":0}' }),
      ),
    );
    expect(sdk.host).toBe("sync-states.eu-west-1.amazonaws.com");
    const own = await ours((api) =>
      createStepFunctionsWorkflows({ api, machineArnPrefix: arnPrefix }).runSynchronously("post-transactions", { round: 0 }),
    );
    expect(own).toEqual(sdk);
  });

  it("StartExecution", async () => {
    const sdk = await theirs((requestHandler) =>
      new SFNClient({ ...clientOptions, requestHandler }).send(
        new StartExecutionCommand({ stateMachineArn: `${arnPrefix}ingest-pos-file`, name: "file-a_1", input: '{"drop":"drops/pos/a"}' }),
      ),
    );
    const own = await ours((api) =>
      createStepFunctionsWorkflows({ api, machineArnPrefix: arnPrefix }).start("ingest-pos-file", "file-a_1", { drop: "drops/pos/a" }),
    );
    expect(own).toEqual(sdk);
  });

  it("SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat", async () => {
    const sdk = (command: (client: SFNClient) => Promise<unknown>) =>
      theirs((requestHandler) => command(new SFNClient({ ...clientOptions, requestHandler })));
    const callbacks = (api: ReturnType<typeof createAwsApi>) => createStepFunctionsCallbacks({ api });
    expect(await ours((api) => callbacks(api).completeTask("token", { granted: true }))).toEqual(
      await sdk((client) => client.send(new SendTaskSuccessCommand({ taskToken: "token", output: '{"granted":true}' }))),
    );
    expect(await ours((api) => callbacks(api).failTask("token", "Refused", "by the controller"))).toEqual(
      await sdk((client) => client.send(new SendTaskFailureCommand({ taskToken: "token", error: "Refused", cause: "by the controller" }))),
    );
    expect(await ours((api) => callbacks(api).heartbeatTask("token"))).toEqual(
      await sdk((client) => client.send(new SendTaskHeartbeatCommand({ taskToken: "token" }))),
    );
  });

  it("GetParametersByPath", async () => {
    const sdk = await theirs((requestHandler) =>
      new SSMClient({ ...clientOptions, requestHandler }).send(
        new GetParametersByPathCommand({ Path: "/throughline/shops", Recursive: true, WithDecryption: true, MaxResults: 10 }),
      ),
    );
    const secrets = (api: ReturnType<typeof createAwsApi>) => createSsmSecrets({ api, clock: settableClock(), prefix: "/throughline" });
    expect(await ours((api) => secrets(api).webhookSecrets("maple.myshopify.com"))).toEqual(sdk);
  });

  it("GetParameter", async () => {
    const sdk = await theirs((requestHandler) =>
      new SSMClient({ ...clientOptions, requestHandler }).send(
        new GetParameterCommand({ Name: "/throughline/connections/erp-us/credentials", WithDecryption: true }),
      ),
    );
    const secrets = (api: ReturnType<typeof createAwsApi>) => createSsmSecrets({ api, clock: settableClock(), prefix: "/throughline" });
    expect(await ours((api) => secrets(api).connectionCredentials("erp-us"))).toEqual(sdk);
  });

  describe("S3", () => {
    const store = (api: ReturnType<typeof createAwsApi>) =>
      createS3DocumentStore({ api, documentsBucket: "hub-documents", dropsBucket: "hub-drops" });
    const s3 = (requestHandler: { handle(request: SdkRequest): Promise<never> }) =>
      new S3Client({ ...clientOptions, requestHandler, requestChecksumCalculation: "WHEN_REQUIRED" });

    /** The SDK repeats the command's name in the query and the media type that S3 assumes anyway. */
    async function sdkS3(send: Parameters<typeof theirs>[0]): Promise<Wire> {
      const wire = await theirs(send);
      const { "content-type": mediaType, ...headers } = wire.headers;
      expect([undefined, "application/octet-stream"]).toContain(mediaType);
      return { ...wire, headers };
    }

    it("PutObject of a content, only where there is none", async () => {
      const sdk = await sdkS3((handler) =>
        s3(handler).send(new PutObjectCommand({ Bucket: "hub-documents", Key: contentKey, Body: content, IfNoneMatch: "*" })),
      );
      expect(await ours((api) => store(api).put(contentKey, content))).toEqual(sdk);
    });

    it("PutObject under a sender's name with every character that one side might encode differently", async () => {
      const sdk = await sdkS3((handler) => s3(handler).send(new PutObjectCommand({ Bucket: "hub-drops", Key: oddKey, Body: content })));
      expect(await ours((api) => store(api).put(oddName, content))).toEqual(sdk);
    });

    it("GetObject, whole and a range", async () => {
      const whole = await sdkS3((handler) => s3(handler).send(new GetObjectCommand({ Bucket: "hub-drops", Key: oddKey })));
      expect(await ours((api) => store(api).get(oddName))).toEqual(whole);
      const range = await sdkS3((handler) =>
        s3(handler).send(new GetObjectCommand({ Bucket: "hub-documents", Key: contentKey, Range: "bytes=2-3" })),
      );
      expect(await ours((api) => store(api).readRange(contentKey, 2, 4))).toEqual(range);
    });

    it("HeadObject", async () => {
      const sdk = await sdkS3((handler) => s3(handler).send(new HeadObjectCommand({ Bucket: "hub-documents", Key: contentKey })));
      expect(await ours((api) => store(api).size(contentKey))).toEqual(sdk);
    });
  });
});
