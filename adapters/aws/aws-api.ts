import { Unavailable } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { Http, HttpResponse } from "#ports/http";
import { AwsFailure, fateOf } from "./aws-failure.ts";
import { type AwsCredentials, createSigner, queryText } from "./sign-request.ts";

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
  /** Instead of the API's own, where the service works long before it answers. */
  readonly timeoutMilliseconds?: number;
}

export interface RestRequest {
  /** For failures, such as "S3.PutObject". */
  readonly operation: string;
  readonly service: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Of the service's endpoint, or of the bucket; each segment is encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** S3 only: a bucket has its own host, and is the first segment of the path at an `endpoint`. */
  readonly bucket?: string;
  readonly answerAs?: "text" | "bytes";
  readonly timeoutMilliseconds?: number;
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
  /** Tells of a failure inside an answer that succeeded as a whole, such as one entry of a batch. */
  report(failure: AwsFailure): void;
}

const defaultTimeoutMilliseconds = 5_000;

/** The SDK takes 65 to 130 ms of every cold start, this 2 to 6 ms. */
export function createAwsApi(options: AwsApiOptions): AwsApi {
  const { http, clock, region, credentials, endpoint } = options;
  const timeoutMilliseconds = options.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
  const signer = createSigner(region);

  return {
    async call({ service, target, jsonVersion, signedAs, timeoutMilliseconds: patience }, input) {
      const headers = { "content-type": `application/x-amz-json-${jsonVersion}`, "x-amz-target": target };
      const request: RestRequest = {
        operation: target,
        service,
        method: "POST",
        path: "/",
        headers,
        body: JSON.stringify(input),
        ...(patience === undefined ? {} : { timeoutMilliseconds: patience }),
      };
      const { body } = await sendSigned(request, [], signedAs ?? service);
      if (body === "") return {};
      try {
        return JSON.parse(body);
      } catch {
        // The cause is left out: it quotes the answer, which may hold a secret.
        throw failed(new AwsFailure(target, "UnreadableAnswer", "unknown"));
      }
    },
    send: (request, expected = []) => sendSigned(request, expected, request.service),
    report: (failure) => options.onFailure?.(failure),
  };

  async function sendSigned(request: RestRequest, expected: readonly number[], signedAs: string): Promise<HttpResponse> {
    const answer = await answerTo(request, signedAs);
    if (answer.status < 300 || expected.includes(answer.status)) return answer;
    const code = errorCode(answer);
    throw failed(new AwsFailure(request.operation, code, fateOf(code)));
  }

  async function answerTo(request: RestRequest, signedAs: string): Promise<HttpResponse> {
    const host = `${request.service}.${region}.amazonaws.com`;
    const base = new URL(endpoint ?? `https://${request.bucket === undefined ? host : `${request.bucket}.${host}`}`);
    const path = endpoint === undefined || request.bucket === undefined ? request.path : `/${request.bucket}${request.path}`;
    const query = request.query ?? {};
    const headers = signedHeaders({ ...request, path }, signedAs, base.host);
    const search = queryText(query);
    try {
      return await http.send({
        method: request.method,
        url: `${base.origin}${path}${search === "" ? "" : `?${search}`}`,
        headers,
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(request.answerAs === undefined ? {} : { answerAs: request.answerAs }),
        timeoutMilliseconds: request.timeoutMilliseconds ?? timeoutMilliseconds,
      });
    } catch (cause) {
      const never = cause instanceof Unavailable;
      throw failed(new AwsFailure(request.operation, never ? "NoConnection" : "NoAnswer", never ? "not-applied" : "unknown", { cause }));
    }
  }

  function signedHeaders(request: RestRequest, service: string, host: string): Record<string, string> {
    const { method, path, query = {}, headers = {}, body = "" } = request;
    try {
      return signer.sign({ method, host, path, query, headers, body, service }, credentials(), clock.now());
    } catch (cause) {
      throw failed(new AwsFailure(request.operation, "NotSigned", "not-applied", { cause }));
    }
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
