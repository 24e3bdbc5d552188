import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drain, type HubServer, serve } from "#hub";
import { apiDocs, openApi, registration } from "../../scripts/api-docs.ts";
import { apiExamples } from "../../scripts/api-examples.ts";
import { eventExamples } from "../../scripts/event-examples.ts";
import { temporaryHub } from "./temporary-hub.ts";

/** The day of the examples, from which time goes on: a return is asked for within its window. */
const startedAt = Date.now();
const startsAt = Date.parse("2026-11-27T15:10:00.000Z");
const clock = { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };

let temporary: Awaited<ReturnType<typeof temporaryHub>>;
let server: HubServer;
beforeAll(async () => {
  temporary = await temporaryHub(clock);
  const market = {
    secrets: ["market-secret-0123456789-0123456789"],
    may: ["write-events", "read"],
    channels: [{ channel: "market", places: ["north"] }],
  };
  writeFileSync(join(temporary.dataFolder, "secrets.json"), JSON.stringify({ shopify: {}, api: { till: registration, market } }));
  server = await serve(temporary.hub, { port: 0 });
});
afterAll(async () => {
  await server.close();
  await temporary.remove();
});

const till = `Bearer till.${registration.secrets[0]}`;
const market = "Bearer market.market-secret-0123456789-0123456789";

async function call(method: string, path: string, body?: unknown, authorization = till): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text };
}

const committed = (name: string) => readFileSync(resolve(import.meta.dirname, "../../docs", name), "utf8");

test("docs/api.md and docs/openapi.json are what the handlers say (npm run docs writes them)", () => {
  expect(committed("api.md")).toBe(apiDocs());
  expect(committed("openapi.json")).toBe(openApi());
});

test("every reference inside of docs/openapi.json leads to a schema that is there", () => {
  const { components } = JSON.parse(openApi()) as { components: { schemas: Record<string, unknown> } };
  const referred = [...openApi().matchAll(/"#\/components\/schemas\/([A-Za-z]+)"/g)].map(([, name = ""]) => name);
  expect(referred.length).toBeGreaterThan(20);
  expect(referred.filter((name) => !Object.hasOwn(components.schemas, name))).toEqual([]);
});

describe("the calls that docs/api.md shows", () => {
  test("are answered as it says, in their order", async () => {
    for (const { method, path, body, status, answer } of apiExamples) {
      // What is stated or reserved is found by its other names once it is announced.
      if (!path.endsWith("/events")) await drain(temporary.hub);
      expect(await call(method, path, body), `${method} ${path}`).toMatchObject({ status, json: answer });
    }
  });

  test("the ticket that came by the API is in the ERP's books", async () => {
    const { json } = await call("GET", "/v1/transactions/sale:pos:0101:2:2026-11-27:4711");
    const [story] = (
      json as { transactions: { documents: { answer: string; lines: { role: string; debit: string; credit: string }[] }[] }[] }
    ).transactions;
    const lines = story?.documents.flatMap((document) =>
      document.lines.map(({ role, debit, credit }) => `${role} ${debit || `-${credit}`}`),
    );
    expect(story?.documents.every(({ answer }) => answer === "done")).toBe(true);
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/^[a-z-]+ 42\.50$/), expect.stringMatching(/^[a-z-]+ -40\.00$/)]));
  });
});

test("an order of a channel without posting rules is recorded, held by name and posted nowhere", async () => {
  const placed = eventExamples["order.placed"];
  const captured = eventExamples["payment.captured"];
  const order = { channel: "market", place: "north", resource: "order", id: "5002", version: placed.version, events: [placed] };
  const payment = { ...order, resource: "payment", id: "8102", version: captured.version, events: [captured] };
  expect(await call("POST", "/v1/events", { documents: [order, payment] }, market)).toMatchObject({
    status: 200,
    json: { documents: [{ answer: "accepted" }, { answer: "accepted" }] },
  });
  await drain(temporary.hub);
  expect(await call("GET", "/v1/transactions/sale:market:north:5002", undefined, market)).toMatchObject({
    status: 200,
    json: {
      transactions: [
        {
          state: "held",
          documents: [],
          events: [{ key: "order.placed:5002" }, { key: "payment.captured:8102" }],
          exceptions: [{ class: "data.unmapped", code: "channel", state: "open" }],
        },
      ],
    },
  });
});

describe("the paths of the API", () => {
  test.each([
    ["POST", "/v1/transactions/x", 405],
    ["GET", "/v1/events", 405],
    ["GET", "/v1/transactions", 404],
    ["GET", "/v1/transactions/", 404],
    ["GET", "/v1/transactions/a/b", 404],
    ["GET", "/v1/transactions/%", 404],
    ["GET", "/v2/transactions/x", 404],
  ])("%s %s is %i", async (method, path, status) => {
    expect((await call(method, path)).status).toBe(status);
  });

  test("a body above the bound is a problem in JSON", async () => {
    const answer = await call("POST", "/v1/events", { documents: ["x".repeat(1_000_000)] });
    expect(answer).toMatchObject({ status: 413, json: { title: "Body too large" } });
  });
});
