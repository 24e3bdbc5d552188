import { createHash } from "node:crypto";
import { DynamoDBClient, PutItemCommand, type PutItemCommandInput } from "@aws-sdk/client-dynamodb";
import { describe, expect, it, vi } from "vitest";
import { type AwsApiOptions, type AwsCredentials, AwsFailure, createAwsApi, environmentCredentials } from "#adapters/aws";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { HttpRequest, HttpResponse } from "#ports/http";

const now = "2026-03-02T10:00:00.000Z";
const credentials: AwsCredentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const putItem = { service: "dynamodb", target: "DynamoDB_20120810.PutItem", jsonVersion: "1.0" } as const;

/** An API over an HTTP port that keeps what it was given to send and answers as told. */
function house(answer: Partial<HttpResponse> | Error = {}, options: Partial<AwsApiOptions> = {}) {
  const sent: HttpRequest[] = [];
  const failures: AwsFailure[] = [];
  const http = {
    async send(request: HttpRequest): Promise<HttpResponse> {
      sent.push(request);
      if (answer instanceof Error) throw answer;
      return { status: 200, headers: {}, body: "", ...answer };
    },
  };
  const api = createAwsApi({
    http,
    clock: { now: () => now },
    region: "us-east-1",
    credentials: () => credentials,
    onFailure: (failure) => failures.push(failure),
    ...options,
  });
  return { api, sent, failures };
}

/** The headers of a PutItem as the SDK signs them at `now`, without those that say who it is and how often it tried. */
async function signedBySdk(given: AwsCredentials, input: PutItemCommandInput): Promise<Record<string, string>> {
  vi.useFakeTimers({ now: new Date(now), toFake: ["Date"] });
  const client = new DynamoDBClient({ region: "us-east-1", credentials: given });
  let signed: Record<string, string> | undefined;
  const plain = new Set(["host", "content-type", "x-amz-target"]);
  const onlyWhatWeSend = (next: (args: object) => Promise<unknown>) => async (args: { request: { headers: Record<string, string> } }) => {
    args.request.headers = Object.fromEntries(Object.entries(args.request.headers).filter(([header]) => plain.has(header)));
    return next(args);
  };
  const place = { name: "onlyWhatWeSend", relation: "before", toMiddleware: "httpSigningMiddleware" } as const;
  client.middlewareStack.addRelativeTo(onlyWhatWeSend as never, place);
  client.middlewareStack.add(
    () => async (args) => {
      signed = (args.request as { headers: Record<string, string> }).headers;
      throw new Error("signed, not sent");
    },
    { name: "sendNothing", step: "finalizeRequest", priority: "low" },
  );
  try {
    await expect(client.send(new PutItemCommand(input))).rejects.toThrow("signed, not sent");
  } finally {
    client.destroy();
    vi.useRealTimers();
  }
  return signed ?? {};
}

async function failureOf(promise: Promise<unknown>): Promise<AwsFailure> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AwsFailure)) throw new Error(`not an AwsFailure: ${String(error)}`);
  return error;
}

describe("signatures of requests to AWS", () => {
  it.each<[string, AwsCredentials]>([
    ["keys of a user", credentials],
    ["keys of a role's session", { ...credentials, sessionToken: "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22" }],
  ])("equals the SDK's signature of the same request, with %s", async (_what, given) => {
    const input = { TableName: "lineage", Item: { pk: { S: "sale:1 — Zoë 東京" }, sk: { S: "D#a" } } };
    const bySdk = await signedBySdk(given, input);
    const body = JSON.stringify(input);
    const { api, sent } = house({}, { credentials: () => given });
    await api.send({
      operation: "DynamoDB.PutItem",
      service: "dynamodb",
      method: "POST",
      path: "/",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.PutItem",
        // The SDK states the hash to every service, where only S3 asks for it.
        "x-amz-content-sha256": createHash("sha256").update(body).digest("hex"),
      },
      body,
    });
    expect(bySdk.authorization).toMatch(/Signature=[0-9a-f]{64}$/);
    expect(bySdk["x-amz-security-token"]).toBe(given.sessionToken);
    expect(sent[0]?.headers).toEqual(bySdk);
  });

  it("asks for the credentials anew for each request: those of a role expire", async () => {
    const keys = ["AKIDFIRST", "AKIDSECOND"];
    const { api, sent } = house({}, { credentials: () => ({ ...credentials, accessKeyId: keys.shift() ?? "none" }) });
    await api.call(putItem, {});
    await api.call(putItem, {});
    expect(sent.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? "")?.[1])).toEqual(["AKIDFIRST", "AKIDSECOND"]);
  });

  it("signs with the service's own name where the endpoint has another", async () => {
    const { api, sent } = house();
    await api.call({ service: "sync-states", signedAs: "states", target: "AWSStepFunctions.StartSyncExecution", jsonVersion: "1.0" }, {});
    expect(sent[0]?.url).toBe("https://sync-states.us-east-1.amazonaws.com/");
    expect(sent[0]?.headers.authorization).toContain("/20260302/us-east-1/states/aws4_request");
  });
});

describe("addresses of requests to AWS", () => {
  it("takes the service's own endpoint of the region, and another one when told", async () => {
    const own = house();
    await own.api.call(putItem, {});
    expect(own.sent[0]?.url).toBe("https://dynamodb.us-east-1.amazonaws.com/");
    const other = house({}, { endpoint: "http://127.0.0.1:4566" });
    await other.api.call(putItem, {});
    await other.api.send({ operation: "S3.GetObject", service: "s3", method: "GET", bucket: "b", path: "/k" });
    expect(other.sent.map(({ url, headers }) => [url, headers.host])).toEqual([
      ["http://127.0.0.1:4566/", "127.0.0.1:4566"],
      ["http://127.0.0.1:4566/b/k", "127.0.0.1:4566"],
    ]);
  });

  it("passes on the body, the time-out and how the answer is wanted", async () => {
    const { api, sent } = house({ body: "", bytes: new Uint8Array([1]) }, { timeoutMilliseconds: 1_234 });
    const request = { operation: "S3.PutObject", service: "s3", method: "PUT", path: "/k", body: "text", answerAs: "bytes" } as const;
    expect((await api.send(request)).bytes).toEqual(new Uint8Array([1]));
    expect(sent[0]).toMatchObject({ method: "PUT", body: "text", answerAs: "bytes", timeoutMilliseconds: 1_234 });
  });
});

describe("answers of AWS", () => {
  it("gives JSON parsed, and an empty answer as an empty object", async () => {
    expect(await house({ body: '{"Item":{"pk":{"S":"a"}}}' }).api.call(putItem, {})).toEqual({ Item: { pk: { S: "a" } } });
    expect(await house({ body: "" }).api.call(putItem, {})).toEqual({});
  });

  it.each([
    ["a status that was asked for", 404, [404], true],
    ["another status", 404, [304], false],
    ["a redirect, which has to be followed by nobody", 301, [], false],
  ] as const)("%s", async (_what, status, expected, returned) => {
    const { api } = house({ status });
    const answer = api.send({ operation: "S3.GetObject", service: "s3", method: "GET", path: "/k" }, expected);
    if (returned) expect((await answer).status).toBe(status);
    else expect((await failureOf(answer)).code).toBe(`HTTP ${status}`);
  });

  it.each([
    [
      "__type with a namespace",
      400,
      {},
      '{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}',
      "ThrottlingException",
      "not-applied",
    ],
    ["__type alone", 400, {}, '{"__type":"ValidationException","message":"no"}', "ValidationException", "not-applied"],
    ["code instead of __type", 400, {}, '{"code":"AccessDeniedException"}', "AccessDeniedException", "not-applied"],
    [
      "a header with an address",
      400,
      { "x-amzn-errortype": "ResourceNotFoundException:http://internal/" },
      "{}",
      "ResourceNotFoundException",
      "not-applied",
    ],
    ["XML", 503, {}, "<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>m</Message></Error>", "SlowDown", "not-applied"],
    ["SQS in JSON", 400, {}, '{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}', "QueueDoesNotExist", "not-applied"],
    [
      "a failed condition of DynamoDB",
      400,
      {},
      '{"__type":"x#ConditionalCheckFailedException"}',
      "ConditionalCheckFailedException",
      "condition-failed",
    ],
    ["a failed condition of S3", 412, {}, "<Error><Code>PreconditionFailed</Code></Error>", "PreconditionFailed", "condition-failed"],
    ["an internal error", 500, {}, '{"__type":"x#InternalServerError"}', "InternalServerError", "unknown"],
    ["a service that is unavailable", 503, {}, '{"__type":"x#ServiceUnavailable"}', "ServiceUnavailable", "unknown"],
    ["an error that nobody knows", 400, {}, '{"__type":"x#SomethingNewException"}', "SomethingNewException", "unknown"],
    ["no word at all", 502, {}, "<html>Bad gateway</html>", "HTTP 502", "unknown"],
  ] as const)("reads the error of %s", async (_what, status, headers, body, code, fate) => {
    const { api, sent } = house({ status, headers, body });
    expect(await failureOf(api.call(putItem, {}))).toMatchObject({ operation: "DynamoDB_20120810.PutItem", code, fate });
    // A second try after a lost answer would meet the effect of the first.
    expect(sent).toHaveLength(1);
  });

  it("reads the error of an answer that was wanted in bytes", async () => {
    const bytes = new TextEncoder().encode("<Error><Code>AccessDenied</Code></Error>");
    const { api } = house({ status: 403, bytes });
    const answer = api.send({ operation: "S3.GetObject", service: "s3", method: "GET", path: "/k", answerAs: "bytes" });
    expect(await failureOf(answer)).toMatchObject({ code: "AccessDenied", fate: "not-applied" });
  });

  it.each([
    ["a connection that never stood", new Unavailable("POST: ECONNREFUSED"), "NoConnection", "not-applied"],
    ["a connection that was lost", new UnknownOutcome("POST: ECONNRESET"), "NoAnswer", "unknown"],
    ["a failure of another kind", new TypeError("no such protocol"), "NoAnswer", "unknown"],
  ] as const)("names %s", async (_what, error, code, fate) => {
    const { api, sent } = house(error);
    expect(await failureOf(api.call(putItem, {}))).toMatchObject({ code, fate, cause: error });
    expect(sent).toHaveLength(1);
  });

  it("calls an answer that is cut off unknown: the request was carried out", async () => {
    const { api } = house({ body: '{"Attributes":{"pk":' });
    expect(await failureOf(api.call(putItem, {}))).toMatchObject({ code: "UnreadableAnswer", fate: "unknown" });
  });

  it("sends nothing without credentials, and says so", async () => {
    const { api, sent } = house({}, { credentials: environmentCredentials({ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE" }) });
    const failure = await failureOf(api.call(putItem, {}));
    expect(failure).toMatchObject({ code: "NotSigned", fate: "not-applied" });
    expect(String((failure.cause as Error).message)).toBe(
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: on Lambda the function's role sets them",
    );
    expect(sent).toEqual([]);
  });

  it("tells of every failure but a failed condition, which is an answer", async () => {
    const throttled = house({ status: 400, body: '{"__type":"x#ThrottlingException"}' });
    await failureOf(throttled.api.call(putItem, {}));
    expect(throttled.failures.map(({ code }) => code)).toEqual(["ThrottlingException"]);
    const refused = house({ status: 400, body: '{"__type":"x#ConditionalCheckFailedException"}' });
    await failureOf(refused.api.call(putItem, {}));
    expect(refused.failures).toEqual([]);
  });

  it("has neither keys nor content in what a failure says", async () => {
    const body = '{"__type":"x#ValidationException","message":"Zoe Example <zoe@example.com> AKIDEXAMPLE"}';
    const { api } = house({ status: 400, body }, { credentials: () => ({ ...credentials, sessionToken: "session-token" }) });
    const failure = await failureOf(api.call(putItem, { Item: { pk: { S: "zoe@example.com" } } }));
    expect(failure.message).toBe("DynamoDB_20120810.PutItem failed: ValidationException");
    expect(JSON.stringify({ ...failure })).toBe(
      '{"name":"AwsFailure","operation":"DynamoDB_20120810.PutItem","code":"ValidationException","fate":"not-applied"}',
    );
  });
});

describe("credentials from the environment", () => {
  it("takes the keys and the session's token that Lambda sets", () => {
    const environment: Record<string, string> = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s", AWS_SESSION_TOKEN: "t" };
    const read = environmentCredentials(environment);
    expect(read()).toEqual({ accessKeyId: "a", secretAccessKey: "s", sessionToken: "t" });
    environment.AWS_SESSION_TOKEN = "later";
    expect(read().sessionToken).toBe("later");
    expect(environmentCredentials({ AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s" })()).toEqual({
      accessKeyId: "a",
      secretAccessKey: "s",
    });
  });
});
