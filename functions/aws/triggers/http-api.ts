import * as z from "zod/mini";
import type { HttpReply, HttpRequest } from "#functions/http-exchange";
import { type FlushedMetrics, flushMetrics } from "../middleware/flush-metrics.ts";
import { type LambdaHandler, lambdaHandler } from "./lambda-handler.ts";

/** The parts of an HTTP API's event, payload format 2.0, that are read. Its header names are in lower case, repeated ones joined. */
const eventSchema = z.object({
  headers: z.record(z.string(), z.string()),
  /** Some that stand for AWS say null where it leaves them out. */
  pathParameters: z.nullish(z.record(z.string(), z.string())),
  body: z.optional(z.string()),
  isBase64Encoded: z.optional(z.boolean()),
});

interface HttpApiReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Metrics of which a sample stands in the invocation's own line. */
interface LoggedMetrics {
  take(): Readonly<Record<string, number | string>> | undefined;
}

/** A route of the HTTP API: a request in, its reply out. */
export function httpApi(
  name: string,
  receive: (request: HttpRequest) => Promise<HttpReply>,
  metrics: FlushedMetrics | LoggedMetrics,
): LambdaHandler<HttpApiReply> {
  const run = async (event: unknown) => {
    const parsed = eventSchema.safeParse(event);
    if (!parsed.success)
      return { answer: reply(400, "this is no request of an HTTP API, payload format 2.0: check the route"), counts: { status: 400 } };
    const { headers, pathParameters, body = "", isBase64Encoded = false } = parsed.data;
    const answer = await receive({
      headers,
      parameters: pathParameters ?? {},
      body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
    });
    const counted = "take" in metrics ? metrics.take() : undefined;
    // Which version failed decides whether a deploy goes on; in every line it would be paid for with every order.
    const failed = answer.status < 500 || answer.upstream ? {} : { version: process.env.AWS_LAMBDA_FUNCTION_VERSION ?? "" };
    const counts = { status: answer.status, ...failed, ...(counted === undefined ? {} : { counted }) };
    return { answer: reply(answer.status, answer.body, answer.headers), counts };
  };
  // What a failed invocation recorded must not be counted in the line of the next one.
  const forget = { onError: () => void ("take" in metrics && metrics.take()) };
  return lambdaHandler(name, run, ["flush" in metrics ? flushMetrics(metrics) : forget]);
}

function reply(statusCode: number, body: string, headers: HttpReply["headers"] = {}): HttpApiReply {
  const again: Record<string, string> = statusCode === 503 ? { "retry-after": "5" } : {};
  return { statusCode, headers: { "content-type": "text/plain; charset=utf-8", ...again, ...headers }, body };
}
