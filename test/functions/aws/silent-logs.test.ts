import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { functions } from "#wiring";
import type { LambdaHandler } from "../../../functions/aws/triggers/lambda-handler.ts";

/** What nobody says by chance: none of it may be read in a log, whoever was called with it or answered it. */
const canary = {
  name: "Zaphod Beeblebrox",
  email: "zaphod@canary.example",
  address: "42 Betelgeuse Way",
  card: "4000056655665556",
  token: "shpat_0canary0token0",
  secret: "canary-webhook-secret",
};
const said = new RegExp(Object.values(canary).join("|"), "i");

const shop = "fernwick-vale.myshopify.com";
const person = {
  customer: { name: canary.name, email: canary.email, default_address: { address1: canary.address } },
  note: `card ${canary.card}, token ${canary.token}`,
};
const order = JSON.stringify({ id: 6120000001001, name: "#1001", ...person, email: canary.email });

function httpEvent(headers: Readonly<Record<string, string>>, body: string, method = "POST", path = "/webhooks/shopify") {
  const requestContext = { http: { method, path, sourceIp: "192.0.2.1" }, requestId: "r", stage: "$default" };
  return {
    version: "2.0",
    rawPath: path,
    headers,
    pathParameters: { reference: "1001", authorization: "A1" },
    requestContext,
    body,
    isBase64Encoded: false,
  };
}

function signed(body: string, topic: string): unknown {
  const signature = createHmac("sha256", canary.secret).update(body).digest("base64");
  return httpEvent({ "x-shopify-topic": topic, "x-shopify-shop-domain": shop, "x-shopify-hmac-sha256": signature }, body);
}

const queued = (body: string) => ({
  Records: [
    {
      messageId: "m1",
      receiptHandle: "h",
      body,
      attributes: { ApproximateReceiveCount: "1" },
      eventSourceARN: "arn:aws:sqs:us-east-1:1:q-posting-erp-us",
    },
  ],
});
const partner = JSON.stringify({
  ...{ version: "0", id: "e1", source: "aws.partner/shopify.com/1/x", "detail-type": "shopifyWebhook", time: "2026-11-27T10:00:00Z" },
  detail: { metadata: { "X-Shopify-Topic": "orders/create", "X-Shopify-Shop-Domain": shop }, payload: JSON.parse(order) },
});
const looked = JSON.stringify({ shop, transactions: [{ id: `sale:shopify:${shop}:6120000001001`, connections: ["erp-us"] }], ...person });
const image = { pk: { S: "sale:1" }, sk: { S: "D#1" }, type: { S: "document" }, body: { S: order }, raw: { S: order } };

/** Each is given to every function: what one of them reads to the end, the others refuse. */
const events: Readonly<Record<string, unknown>> = {
  "a signed webhook": signed(order, "orders/create"),
  "a signed webhook that is no JSON": signed(`{"email": "${canary.email}", ${canary.name}`, "orders/create"),
  "a signed webhook without its fields": signed(JSON.stringify(person), "orders/create"),
  "a webhook that somebody else signed": httpEvent(
    { "x-shopify-topic": "orders/create", "x-shopify-shop-domain": shop, "x-shopify-hmac-sha256": canary.token },
    order,
  ),
  "a request of a client": httpEvent(
    { authorization: `Bearer ${canary.token}`, "content-type": "application/json" },
    JSON.stringify({ events: [person], ...person }),
    "POST",
    "/v1/events",
  ),
  messages: queued(looked),
  "messages of a partner": queued(partner),
  "messages that nobody can read": queued(`${canary.name} <${canary.email}>`),
  "records of the stream": {
    Records: [
      { eventID: "1", eventName: "INSERT", dynamodb: { SequenceNumber: "1", ApproximateCreationDateTime: 1_764_240_000, NewImage: image } },
    ],
  },
  "a task": {
    transaction: "sale:1",
    exception: "X#data.value#1#0001",
    action: "retry",
    by: "Ana Ruiz",
    reason: "mended",
    drop: "drops/pos/day.xml",
    file: "day.xml",
    receivedAt: "2026-11-27T10:00:00.000Z",
    connection: "erp-us",
    transactions: ["sale:1"],
    ...person,
  },
  nothing: null,
  "a text": `${canary.name}, ${canary.address}`,
};

/** How AWS answers, whatever it is asked. The ones that refuse quote what somebody asked, as services do. */
const answers = {
  "has what was asked for": (operation: string) => {
    if (operation.includes("SSM"))
      return [200, JSON.stringify({ Parameters: [{ Name: "/hub/shopify/x", Value: canary.secret }], Parameter: { Value: canary.secret } })];
    if (operation.includes("DynamoDB")) return [200, JSON.stringify({ Items: [], Count: 0 })];
    return [200, order];
  },
  "refuses, and quotes": () => [400, JSON.stringify({ __type: "ValidationException", message: `${order} ${canary.secret} is not valid` })],
  "answers what nobody can read": () => [200, `<html>${canary.name} ${canary.secret}`],
} as const satisfies Record<string, (operation: string) => readonly [number, string]>;

let server: Server;
let answering: (operation: string) => readonly [number, string];
const handlers = new Map<string, LambdaHandler<unknown>>();

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    const [status, body] = answering(`${request.headers["x-amz-target"] ?? request.url}`);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const set = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: canary.secret,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    LINEAGE_TABLE: "lineage",
    DOCUMENTS_BUCKET: "documents",
    DROPS_BUCKET: "drops",
    EVENT_BUS: "bus",
    QUEUE_URL_PREFIX: "https://sqs.us-east-1.amazonaws.com/1/q-",
    MACHINE_ARN_PREFIX: "arn:aws:states:us-east-1:1:stateMachine:m-",
    SECRETS_PREFIX: "/hub",
    METRICS_NAMESPACE: "throughline",
  };
  for (const [name, value] of Object.entries(set)) vi.stubEnv(name, value);
  for (const { name } of functions) {
    const entry = (await import(`../../../functions/aws/${name}.ts`)) as { readonly handler: LambdaHandler<unknown> };
    handlers.set(name, entry.handler);
  }
}, 120_000);

afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

/** All that a function says while it is called, to whichever stream, and what the platform logs of an error that it ends with. */
async function saidBy(handler: LambdaHandler<unknown>, event: unknown): Promise<string> {
  const written: string[] = [];
  const listening = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((text) => written.push(String(text)) > 0),
  );
  const consoles = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => void written.push(inspect(words, { depth: 9 }))),
  );
  try {
    await handler(event, { awsRequestId: "7d1e", getRemainingTimeInMillis: () => 3_000 });
  } catch (error) {
    written.push(inspect(error, { depth: 6 }));
  } finally {
    for (const spy of [...listening, ...consoles]) spy.mockRestore();
  }
  return written.join("\n");
}

test.each(functions.map(({ name }) => name))("%s says nothing of a person, a body or a secret", { timeout: 60_000 }, async (name) => {
  const handler = handlers.get(name);
  if (handler === undefined) expect.unreachable(`${name} has no entry`);
  for (const [how, answer] of Object.entries(answers))
    for (const [what, event] of Object.entries(events)) {
      answering = answer;
      const log = await saidBy(handler, event);
      expect(log, `${what}, while AWS ${how}`).not.toMatch(said);
      expect(log, "an invocation that is not logged").toContain(`"function":"${name}"`);
    }
});

test("the list of what is given would be found in a log", async () => {
  answering = answers["has what was asked for"];
  const loud: LambdaHandler<unknown> = async (event) => console.error(event);
  const silent: string[] = [];
  for (const [what, event] of Object.entries(events)) if (!said.test(await saidBy(loud, event))) silent.push(what);
  expect(silent).toEqual(["nothing"]);
});
