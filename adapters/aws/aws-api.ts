import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { Unavailable } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { Http, HttpResponse } from "#ports/http";
import { AwsFailure, fateOf } from "./aws-failure.ts";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AwsApiOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly region: string;
  /** Asked for each request: they expire. */
  readonly credentials: () => AwsCredentials;
  /** Stands for every service's own endpoint, such as http://127.0.0.1:4566 in tests. */
  readonly endpoint?: string;
  readonly timeoutMilliseconds?: number;
  /** Told of every request that failed for another reason than its condition: the answers of ports alone do not say why. */
  readonly onFailure?: (failure: AwsFailure) => void;
}

/** One of a service's JSON operations. */
export interface JsonOperation {
  /** The name in the endpoint, which is the one that is signed: "dynamodb", "sqs", "events", "states", "sync-states", … */
  readonly service: string;
  /** X-Amz-Target, such as "DynamoDB_20120810.PutItem". */
  readonly target: string;
  readonly jsonVersion: "1.0" | "1.1";
  /** The service's name in the signature where it differs from the endpoint's. */
  readonly signedAs?: string;
}

export interface RestRequest {
  /** For failures, such as "S3.PutObject". */
  readonly operation: string;
  readonly service: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Of the service's endpoint, or of `host`; each segment is encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Instead of the service's own host, such as "bucket.s3.us-east-1.amazonaws.com"; not used with an `endpoint`. */
  readonly host?: string;
  readonly answerAs?: "text" | "bytes";
}

/**
 * Signed requests to AWS, each **sent once**: the SDK's own retry after a lost answer would meet the effect of the first try. A service
 * that answers an error, and one that does not answer, throw AwsFailure.
 */
export interface AwsApi {
  /** `input` as JSON; the answer parsed, `{}` when it is empty. */
  call(operation: JsonOperation, input: unknown): Promise<unknown>;
  /** Answers with these statuses are returned, every other one above 299 throws. */
  send(request: RestRequest, expected?: readonly number[]): Promise<HttpResponse>;
}

const defaultTimeoutMilliseconds = 5_000;

/** The SDK takes 65 to 130 ms of every cold start, this 2 to 6 ms; the signing itself is the SDK's own. */
export function createAwsApi(options: AwsApiOptions): AwsApi {
  const { http, clock, region, credentials, endpoint } = options;
  const timeoutMilliseconds = options.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
  const signers = new Map<string, SignatureV4>();

  return {
    async call({ service, target, jsonVersion, signedAs }, input) {
      const headers = { "content-type": `application/x-amz-json-${jsonVersion}`, "x-amz-target": target };
      const request: RestRequest = { operation: target, service, method: "POST", path: "/", headers, body: JSON.stringify(input) };
      const { body } = await sendSigned(request, [], signedAs ?? service);
      return body === "" ? {} : JSON.parse(body);
    },
    send: (request, expected = []) => sendSigned(request, expected, request.service),
  };

  async function sendSigned(request: RestRequest, expected: readonly number[], signedAs: string): Promise<HttpResponse> {
    const answer = await answerTo(request, signedAs);
    if (answer.status < 300 || expected.includes(answer.status)) return answer;
    const code = errorCode(answer);
    throw failed(new AwsFailure(request.operation, code, fateOf(code)));
  }

  async function answerTo(request: RestRequest, signedAs: string): Promise<HttpResponse> {
    const base = new URL(endpoint ?? `https://${request.host ?? `${request.service}.${region}.amazonaws.com`}`);
    const query = request.query ?? {};
    const signed = await signer(signedAs).sign(
      {
        method: request.method,
        protocol: base.protocol,
        hostname: base.hostname,
        ...(base.port === "" ? {} : { port: Number(base.port) }),
        path: request.path,
        query: { ...query },
        headers: { ...request.headers, host: base.host },
        ...(request.body === undefined ? {} : { body: request.body }),
      },
      { signingDate: new Date(clock.now()) },
    );
    const search = new URLSearchParams(query).toString().replaceAll("+", "%20");
    try {
      return await http.send({
        method: request.method,
        url: `${base.origin}${request.path}${search === "" ? "" : `?${search}`}`,
        headers: signed.headers,
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(request.answerAs === undefined ? {} : { answerAs: request.answerAs }),
        timeoutMilliseconds,
      });
    } catch (cause) {
      const never = cause instanceof Unavailable;
      throw failed(new AwsFailure(request.operation, never ? "NoConnection" : "NoAnswer", never ? "not-applied" : "unknown", { cause }));
    }
  }

  function signer(service: string): SignatureV4 {
    let known = signers.get(service);
    if (known === undefined) {
      const isS3 = service === "s3";
      known = new SignatureV4({
        service,
        region,
        credentials: async () => ({ ...credentials() }),
        sha256: Sha256,
        // S3 wants the payload's hash as a header and paths encoded once; every other service wants neither.
        applyChecksum: isS3,
        uriEscapePath: !isS3,
      });
      signers.set(service, known);
    }
    return known;
  }

  function failed(failure: AwsFailure): AwsFailure {
    if (failure.fate !== "condition-failed") options.onFailure?.(failure);
    return failure;
  }
}

/** The credentials that Lambda puts into a function's environment. */
export function environmentCredentials(environment: Readonly<Record<string, string | undefined>>): () => AwsCredentials {
  return () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
    if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) {
      throw new Error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: on Lambda the function's role sets them");
    }
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
    };
  };
}

/** JSON services say "__type": "prefix#Name" or "Name:…", S3 says <Code>Name</Code>; without either the status has to do. */
function errorCode({ status, headers, body, bytes }: HttpResponse): string {
  const text = bytes === undefined ? body : new TextDecoder().decode(bytes);
  const said =
    headers["x-amzn-errortype"] ?? /"(?:__type|code)"\s*:\s*"([^"]+)"/i.exec(text)?.[1] ?? /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
  const name = said?.split(":")[0]?.split("#").at(-1)?.split(".").at(-1)?.trim();
  return name === undefined || name === "" ? `HTTP ${status}` : name;
}

/** SHA-256 and its HMAC in the shape that the signer asks for. */
class Sha256 {
  readonly #secret: string | Uint8Array | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? undefined : bytesOf(secret);
    this.#hash = this.#begin();
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(chunk));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Hash | Hmac {
    return this.#secret === undefined ? createHash("sha256") : createHmac("sha256", this.#secret);
  }
}

function bytesOf(source: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof source === "string") return source;
  return ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
}
