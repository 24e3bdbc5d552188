import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createAwsApi, createDynamoLineageStore } from "#adapters/aws";
import { createHttp } from "#adapters/http";
import { noteWith } from "./lineage-items.ts";

type Scene = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A store against a server that plays one scene per request, the last one again and again. */
async function storeAgainst(...scenes: readonly Scene[]) {
  return storeThatWaits(150, ...scenes);
}

async function storeThatWaits(timeoutMilliseconds: number, ...scenes: readonly Scene[]) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      requests.push(body);
      const scene = scenes[Math.min(requests.length, scenes.length) - 1]!;
      scene(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const failures: string[] = [];
  const http = createHttp();
  const api = createAwsApi({
    http,
    clock: { now: () => "2026-03-02T10:00:00.000Z" },
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: () => ({ accessKeyId: "a", secretAccessKey: "s" }),
    timeoutMilliseconds,
    onFailure: ({ operation, code }) => failures.push(`${operation.split(".")[1]}: ${code}`),
  });
  const store = createDynamoLineageStore({ api, table: "lineage" });
  onTestFinished(() => {
    http.close();
    server.closeAllConnections();
    server.close();
  });
  return { store, requests, failures, server };
}

function fault(status: number, type: string): Scene {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "as scripted" }));
  };
}

const accepts: Scene = (_request, response) => {
  response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
  response.end("{}");
};
const hangs: Scene = () => {};
const cutsOff: Scene = (request) => void request.socket.destroy();

const item = noteWith("sale:1", "D#a", "");

describe("answers of the DynamoDB lineage store to what can go wrong", () => {
  it.each([
    ["a failed condition", fault(400, "ConditionalCheckFailedException"), "conflict"],
    ["throttling of the table", fault(400, "ProvisionedThroughputExceededException"), "unavailable"],
    ["throttling of the account", fault(400, "ThrottlingException"), "unavailable"],
    ["a refused request", fault(400, "ValidationException"), "unavailable"],
    ["a missing table", fault(400, "ResourceNotFoundException"), "unavailable"],
    ["missing rights", fault(400, "AccessDeniedException"), "unavailable"],
    ["an internal error", fault(500, "InternalServerError"), "unknown"],
    ["a service that is unavailable", fault(503, "ServiceUnavailable"), "unknown"],
    ["an error that it does not know", fault(400, "SomethingNewException"), "unknown"],
    ["no answer in time", hangs, "unknown"],
    ["a connection lost after the request", cutsOff, "unknown"],
  ] as const)("%s", async (_what, scene, answer) => {
    const { store, requests } = await storeAgainst(scene);
    expect(await store.insert([item])).toEqual([answer]);
    // Sent once: a second try after a lost answer would meet its own item and answer "conflict".
    expect(requests).toHaveLength(1);
  });

  it("answers unavailable when nobody listens: nothing was sent", async () => {
    const { store, server } = await storeAgainst(accepts);
    await new Promise((resolve) => server.close(resolve));
    expect(await store.insert([item])).toEqual(["unavailable"]);
  });

  it("answers per item, and tells why, but not of conflicts", async () => {
    const scenes: Record<string, Scene> = {
      "D#a": accepts,
      "D#b": fault(400, "ConditionalCheckFailedException"),
      "D#c": fault(400, "ThrottlingException"),
      "D#d": cutsOff,
    };
    const { store, failures } = await storeAgainst((request, response, body) =>
      scenes[JSON.parse(body).Item.sk.S as string]!(request, response, body),
    );
    const items = ["D#a", "D#b", "D#c", "D#d"].map((key) => noteWith("sale:1", key, ""));
    expect(await store.insert(items)).toEqual(["inserted", "conflict", "unavailable", "unknown"]);
    expect(failures).toHaveLength(2);
    expect(failures).toContain("PutItem: ThrottlingException");
  });

  it("asks for the absence of the very item, with the raw body as an attribute of its own", async () => {
    const { store, requests } = await storeAgainst(accepts);
    await store.insert([item]);
    expect(JSON.parse(requests[0]!)).toEqual({
      TableName: "lineage",
      ConditionExpression: "attribute_not_exists(pk)",
      Item: {
        pk: { S: "sale:1" },
        sk: { S: "D#a" },
        type: { S: "closure" },
        body: { S: '{"type":"closure","transaction":"sale:1","key":"D#a","at":"2026-03-02T15:04:05.000Z","by":"hub","reason":""}' },
      },
    });
  });

  it("keeps at most sixteen requests under way", async () => {
    let underWay = 0;
    let most = 0;
    const { store } = await storeThatWaits(30_000, (request, response, body) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        accepts(request, response, body);
      }, 20);
    });
    const answers = await store.insert(Array.from({ length: 40 }, (_, index) => noteWith("sale:1", `D#${index}`, "")));
    expect(answers).toEqual(Array.from({ length: 40 }, () => "inserted"));
    expect(most).toBeLessThanOrEqual(16);
    expect(most).toBeGreaterThan(4);
  });

  it("reads with strong consistency, downwards, and calls every failed read unavailable", async () => {
    const { store, requests } = await storeAgainst(accepts, accepts, fault(500, "InternalServerError"));
    await store.page("sale:1", "P#", 5);
    await store.get("sale:1", "D#a");
    expect(JSON.parse(requests[0]!)).toMatchObject({
      ConsistentRead: true,
      ScanIndexForward: false,
      KeyConditionExpression: "pk = :t AND sk < :before",
    });
    expect(JSON.parse(requests[1]!)).toMatchObject({ ConsistentRead: true });
    await expect(store.page("sale:1", undefined, 5)).rejects.toMatchObject({ name: "Unavailable" });
    await expect(store.get("sale:1", "D#a")).rejects.toMatchObject({ name: "Unavailable" });
    await expect(store.transactions(undefined, 5)).rejects.toMatchObject({ name: "Unavailable" });
  });

  it("names the outcome of a failed removal of a raw body", async () => {
    const { store } = await storeAgainst(
      fault(400, "ThrottlingException"),
      fault(500, "InternalServerError"),
      fault(400, "ConditionalCheckFailedException"),
    );
    await expect(store.removeRawBody("sale:1", "D#a")).rejects.toMatchObject({ name: "Unavailable" });
    await expect(store.removeRawBody("sale:1", "D#a")).rejects.toMatchObject({ name: "UnknownOutcome" });
    expect(await store.removeRawBody("sale:1", "D#a")).toBe(false);
  });
});
