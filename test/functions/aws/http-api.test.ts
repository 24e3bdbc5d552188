import { expect, test } from "vitest";
import { createLineMetrics } from "#adapters/aws";
import type { WebhookReply, WebhookRequest } from "#functions/receive-shopify-webhook";
import { httpApi } from "../../../functions/aws/triggers/http-api.ts";
import { invoke } from "./invoke.ts";

function route(status: WebhookReply["status"] = 200) {
  const received: WebhookRequest[] = [];
  const flushed: number[] = [];
  const handler = httpApi(
    "receive-shopify-webhook",
    async (request) => {
      received.push(request);
      return { status, body: "as the handler says" };
    },
    { flush: () => void flushed.push(received.length) },
  );
  return { handler, received, flushed };
}

/** As API Gateway writes an event of an HTTP API, payload format 2.0, shortened. */
const event = (changes: Record<string, unknown>) => ({
  version: "2.0",
  routeKey: "POST /webhooks/shopify",
  rawPath: "/webhooks/shopify",
  rawQueryString: "",
  headers: { "content-type": "application/json", "x-shopify-topic": "orders/create" },
  requestContext: { http: { method: "POST", path: "/webhooks/shopify" }, requestId: "JKJaXmPLvHcESHA=", stage: "$default" },
  isBase64Encoded: false,
  ...changes,
});

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

test.each([
  ["text", event({ body: '{"id":1,"name":"Zoë"}' }), '{"id":1,"name":"Zoë"}'],
  ["base64", event({ body: "eyJpZCI6MSwibmFtZSI6Ilpvw6sifQ==", isBase64Encoded: true }), '{"id":1,"name":"Zoë"}'],
  ["no body", event({}), ""],
])("the raw bytes of %s reach the handler, with their headers", async (_, given, body) => {
  const { handler, received } = route();
  await invoke(handler, given);
  expect(received.map((request) => [text(request.body), request.headers["x-shopify-topic"]])).toEqual([[body, "orders/create"]]);
});

test("the handler's reply is the route's, and the log counts its status", async () => {
  const { answer, lines } = await invoke(route(401).handler, event({ body: "{}" }));
  expect(answer).toEqual({ statusCode: 401, headers: { "content-type": "text/plain; charset=utf-8" }, body: "as the handler says" });
  expect(lines).toMatchObject([{ outcome: "done", status: 401 }]);
});

test("a reply that asks for another delivery says when", async () => {
  expect((await invoke(route(503).handler, event({ body: "{}" }))).answer?.headers).toMatchObject({ "retry-after": "5" });
});

test("the metrics are written after each invocation", async () => {
  const { handler, flushed } = route();
  await invoke(handler, event({ body: "{}" }));
  await invoke(handler, event({ body: "{}" }));
  expect(flushed).toEqual([1, 2]);
});

test("also after one that fails", async () => {
  const flushed: string[] = [];
  const handler = httpApi("receive-shopify-webhook", () => Promise.reject(new Error("a fault")), {
    flush: () => void flushed.push("flushed"),
  });
  expect((await invoke(handler, event({ body: "{}" }))).error?.message).toBe("a fault");
  expect(flushed).toEqual(["flushed"]);
});

test("a sample that is counted in the line stands in the line of its own invocation alone, and of one that failed in none", async () => {
  const metrics = createLineMetrics();
  const recording = (fails: boolean) => async () => {
    metrics.record("WebhooksReceived", 1, "count", { channel: "shopify", outcome: "accepted" });
    if (fails) throw new Error("a fault");
    return { status: 200, body: "accepted" } as const;
  };
  const line = async (receive: () => Promise<WebhookReply>) =>
    (await invoke(httpApi("receive-shopify-webhook", receive, metrics), event({ body: "{}" }))).lines.map(({ counted }) => counted);
  expect(await line(recording(false))).toEqual([{ WebhooksReceived: 1, channel: "shopify", outcome: "accepted" }]);
  expect(await line(recording(true))).toEqual([undefined]);
  expect(await line(recording(false))).toEqual([{ WebhooksReceived: 1, channel: "shopify", outcome: "accepted" }]);
  expect(await line(async () => ({ status: 200, body: "accepted" }))).toEqual([undefined]);
});

test("an answer of 5xx is told with the version that gave it, and no other answer is", async () => {
  process.env.AWS_LAMBDA_FUNCTION_VERSION = "12";
  const line = async (status: 200 | 404 | 503) => {
    const handler = httpApi("receive-shopify-webhook", async () => ({ status, body: "" }), { flush: () => {} });
    return (await invoke(handler, event({ body: "{}" }))).lines.map(({ status: told, version }) => [told, version]);
  };
  expect(await line(503)).toEqual([[503, "12"]]);
  expect(await line(404)).toEqual([[404, undefined]]);
  expect(await line(200)).toEqual([[200, undefined]]);
  delete process.env.AWS_LAMBDA_FUNCTION_VERSION;
});

test("an answer of 5xx for what is behind the hub names no version: going back to the one before mends no ERP", async () => {
  process.env.AWS_LAMBDA_FUNCTION_VERSION = "12";
  const handler = httpApi("place-purchase-order", async () => ({ status: 503, body: "", upstream: true }), { flush: () => {} });
  const { answer, lines } = await invoke(handler, event({ body: "{}" }));
  expect(answer).toEqual({ statusCode: 503, headers: { "content-type": "text/plain; charset=utf-8", "retry-after": "5" }, body: "" });
  expect(lines.map(({ status, version }) => [status, version])).toEqual([[503, undefined]]);
  delete process.env.AWS_LAMBDA_FUNCTION_VERSION;
});

test.each([[{}], [null], [{ Records: [] }], [{ headers: { a: 1 }, body: "{}" }]])("%j is no request, and reaches nobody", async (given) => {
  const { handler, received } = route();
  expect((await invoke(handler, given)).answer).toMatchObject({
    statusCode: 400,
    body: "this is no request of an HTTP API, payload format 2.0: check the route",
  });
  expect(received).toEqual([]);
});

test("the parts of the path that the route names reach the handler, and its own headers the caller", async () => {
  const parameters: unknown[] = [];
  const handler = httpApi(
    "show-transaction",
    async (request) => {
      parameters.push(request.parameters);
      return { status: 429, body: "{}", headers: { "content-type": "application/problem+json", "retry-after": "1" } };
    },
    { flush: () => {} },
  );
  const { answer } = await invoke(handler, event({ pathParameters: { reference: "#1001" } }));
  await invoke(handler, event({}));
  await invoke(handler, event({ pathParameters: null }));
  expect(parameters).toEqual([{ reference: "#1001" }, {}, {}]);
  expect(answer).toEqual({ statusCode: 429, headers: { "content-type": "application/problem+json", "retry-after": "1" }, body: "{}" });
});
