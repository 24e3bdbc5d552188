import { type ApiClient, type ApiPermission, bearerCredentials, secretFits } from "#domain/access";
import { millisecondsBetween } from "#domain/calendar";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import { type BucketRate, fullBucket, type TokenBucket, takeTokens } from "#domain/pace";
import type { ApiClients } from "#ports/api-clients";
import type { Clock } from "#ports/clock";
import type { Metrics } from "#ports/metrics";
import type { HttpReply, HttpRequest } from "./http-exchange.ts";

const epoch = "1970-01-01T00:00:00.000Z";

export interface ApiDoorPorts {
  readonly apiClients: ApiClients;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export interface ApiOperation {
  readonly name: string;
  /** What the client must be registered for. */
  readonly permission: ApiPermission;
  /** Of each client, per process: what a route of AWS takes of all clients together is the stack's. */
  readonly rate: BucketRate;
  /** Of the JSON body; absent: the operation takes none. */
  readonly bodyBytesMax?: number;
}

export interface ApiCall {
  /** The name that the client is registered under. */
  readonly name: string;
  readonly client: ApiClient;
  readonly parameters: Readonly<Record<string, string>>;
  /** The body's JSON; undefined where the operation takes none. */
  readonly json: unknown;
}

/** What is wrong, in the form of RFC 9457 (application/problem+json). */
export interface ApiProblem {
  readonly title: string;
  readonly status: number;
  /** What, which and what next. */
  readonly detail: string;
}

/**
 * The way into every operation of the API: who calls (401), what it may (403), how often (429), and a body that can be read (413, 415,
 * 400). The handler is asked after that alone. A store that cannot answer is 503: the same request is made again, and counts once.
 */
export function createApiDoor(
  { apiClients, clock, metrics }: ApiDoorPorts,
  operation: ApiOperation,
  answer: (call: ApiCall) => Promise<HttpReply>,
): (request: HttpRequest) => Promise<HttpReply> {
  const buckets = new Map<string, TokenBucket>();

  return async (request) => {
    const reply = await replyTo(request);
    metrics.record("ApiRequests", 1, "count", { operation: operation.name, status: String(reply.status) });
    return reply;
  };

  async function replyTo({ headers, parameters = {}, body }: HttpRequest): Promise<HttpReply> {
    try {
      const plain = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      const credentials = bearerCredentials(plain.get("authorization"));
      if (credentials === undefined) return unauthorized;
      const client = await apiClients.find(credentials.client);
      if (!secretFits(client, credentials.secret)) return unauthorized;
      if (!client.may.includes(operation.permission)) return forbidden(operation.permission);
      if (!admitted(credentials.client)) return tooMany;
      const read = readBody(operation, plain, body);
      return "reply" in read ? read.reply : await answer({ name: credentials.client, client, parameters, json: read.json });
    } catch (error) {
      if (error instanceof Unavailable || error instanceof UnknownOutcome) return unavailable;
      throw error;
    }
  }

  /** Only registered clients have a bucket, so that there are few. */
  function admitted(client: string): boolean {
    const now = millisecondsBetween(epoch, clock.now());
    const left = takeTokens(buckets.get(client) ?? fullBucket(operation.rate, now), operation.rate, 1, now);
    if (left !== undefined) buckets.set(client, left);
    return left !== undefined;
  }
}

function readBody(
  { bodyBytesMax }: ApiOperation,
  headers: ReadonlyMap<string, string | undefined>,
  body: Uint8Array,
): { readonly json: unknown } | { readonly reply: HttpReply } {
  if (bodyBytesMax === undefined) return { json: undefined };
  if (body.byteLength > bodyBytesMax) return { reply: bodyTooLarge(bodyBytesMax) };
  const encoding = headers.get("content-encoding");
  if (!/^application\/json *(;|$)/i.test(headers.get("content-type") ?? "") || (encoding !== undefined && encoding !== "identity"))
    return { reply: unsupported };
  try {
    return { json: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) };
  } catch {
    // The parser's own message would quote the body.
    return { reply: noJson };
  }
}

export function jsonReply(status: number, value: unknown): HttpReply {
  return { status, body: JSON.stringify(value), headers: { "content-type": "application/json", "cache-control": "no-store" } };
}

export function problemReply(status: number, title: string, detail: string, headers: Readonly<Record<string, string>> = {}): HttpReply {
  const problem: ApiProblem = { title, status, detail };
  return {
    status,
    body: JSON.stringify(problem),
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  };
}

export function bodyTooLarge(bytesMax: number): HttpReply {
  return problemReply(413, "Body too large", `at most ${bytesMax} bytes are accepted: send it in parts`);
}

/** The same words for an unknown client and a wrong secret: a stranger learns nothing. */
const unauthorized = problemReply(
  401,
  "Not authenticated",
  "send Authorization: Bearer <client>.<secret> with the secret of a registered client",
  { "www-authenticate": "Bearer" },
);
const tooMany = problemReply(429, "Too many requests", "this client calls faster than it may: wait a second, then call again", {
  "retry-after": "1",
});
const unavailable = problemReply(503, "Not available", "a store did not answer, and nothing may be taken for done: send the same again", {
  "retry-after": "5",
});
const unsupported = problemReply(415, "Unsupported media type", "send plain application/json in UTF-8");
const noJson = problemReply(400, "No JSON", "the body is no JSON in UTF-8: compare what was sent with docs/openapi.json");

function forbidden(permission: ApiPermission): HttpReply {
  return problemReply(403, "Not permitted", `this client is not registered for "${permission}"`);
}
