import { createHmac } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HttpReply, HttpRequest } from "#functions/http-exchange";
import type { DroppedFile } from "#functions/receive-dropped-file";
import type { EventReceipt } from "#functions/receive-shopify-event";
import { drain, dropFile } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { doors, drops, routes } from "#wiring";
import { verifyHub } from "../../cli/verify-hub.ts";
import { droppedFiles } from "../../functions/aws/triggers/dropped-files.ts";
import { shopifyEvents } from "../../functions/aws/triggers/shopify-events.ts";
import { registration } from "../../scripts/api-docs.ts";
import { apiExamples } from "../../scripts/api-examples.ts";
import { seededRandom } from "../fixtures/seeded-random.ts";
import { invoke } from "../functions/aws/invoke.ts";
import { queueEvent, sentLetters } from "../functions/aws/sent-letters.ts";
import { temporaryHub, webhookSecret } from "./temporary-hub.ts";

/** So many that none of them is told to be slower. */
const clients = Array.from({ length: 64 }, (_, index) => `till-${index + 1}`);

let temporary: Awaited<ReturnType<typeof temporaryHub>>;
beforeAll(async () => {
  temporary = await temporaryHub();
  const content = { shopify: {}, api: Object.fromEntries(clients.map((client) => [client, registration])) };
  writeFileSync(join(temporary.dataFolder, "secrets.json"), JSON.stringify(content), { mode: 0o600 });
});
afterAll(() => temporary.remove());

const webhooks = sampleDay({ plain: false }).filter((each): each is WebhookDelivery => each.kind === "webhook");
const shop = webhooks[0]?.shop ?? "";

/** A JSON value, one place of which is anything. */
const twisted = (values: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.tuple(fc.constantFrom(...values), fc.nat(), fc.jsonValue({ maxDepth: 2 })).map(([value, at, by]) => {
    const places = placesOf(value);
    return replaced(value, places[at % places.length] ?? [], by);
  });

type Path = readonly (string | number)[];

function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => placesOf(member, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const anyBody = (values: readonly unknown[]): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { arbitrary: twisted(values.length === 0 ? [{}] : values).map((value) => bytesOf(JSON.stringify(value))), weight: 4 },
    { arbitrary: fc.json().map(bytesOf), weight: 1 },
    { arbitrary: fc.uint8Array({ maxLength: 200 }), weight: 1 },
  );
const anyHeader = fc.oneof(fc.string(), fc.constantFrom("", "*", "application/json; charset=x", "Bearer .", "Bearer a.b"));
const topics = [...new Set(webhooks.map(({ topic }) => topic)), "customers/redact", "returns/request"];

/** Whoever may come in at a route, and whoever may not, with anything. */
const requestsOf: Readonly<Record<string, fc.Arbitrary<HttpRequest>>> = {
  "POST /webhooks/shopify": fc
    .tuple(
      fc.constantFrom(...topics),
      anyBody(webhooks.map(({ body }) => JSON.parse(new TextDecoder().decode(body)))),
      fc.option(anyHeader, { freq: 8 }),
    )
    .map(([topic, body, strange]) => ({
      headers: {
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": shop,
        "x-shopify-hmac-sha256": strange ?? createHmac("sha256", webhookSecret).update(body).digest("base64"),
      },
      body,
    })),
  "GET /v1/transactions/{reference}": callOf("GET", "/v1/transactions/{reference}", "reference"),
  "POST /v1/events": callOf("POST", "/v1/events"),
  "POST /v1/return-authorizations": callOf("POST", "/v1/return-authorizations"),
  "POST /v1/return-authorizations/{authorization}/cancellation": callOf(
    "POST",
    "/v1/return-authorizations/{authorization}/cancellation",
    "authorization",
  ),
  "POST /v1/purchase-orders": callOf("POST", "/v1/purchase-orders"),
};

function callOf(method: string, path: string, parameter?: string): fc.Arbitrary<HttpRequest> {
  const known = apiExamples.filter((each) => each.method === method && new RegExp(`^${path.replace(/\{.*\}/, "[^/]+")}$`).test(each.path));
  return fc
    .tuple(
      anyBody(known.flatMap(({ body }) => (body === undefined ? [] : [body]))),
      fc.string(),
      fc.option(anyHeader, { freq: 8 }),
      fc.constantFrom(...clients),
    )
    .map(([body, value, strange, client]) => ({
      headers: { authorization: strange ?? `Bearer ${client}.${registration.secrets[0]}`, "content-type": "application/json" },
      ...(parameter === undefined ? {} : { parameters: { [parameter]: value } }),
      body,
    }));
}

/** What a sender may be told; 5xx would be a fault of ours, and 429 and 503 are for senders who did nothing wrong. */
const lawful = new Set([200, 400, 401, 403, 404, 409, 413, 415, 422]);
const runs = { numRuns: 150 };

test("what is thrown at goes through every door of wiring/", () => {
  expect(Object.keys(requestsOf)).toEqual(routes.map(({ method, path }) => `${method} ${path}`));
  expect(Object.keys(fixturesOf)).toEqual(drops.map(({ name }) => name));
  expect(Object.keys(eventsOf)).toEqual(doors.map(({ name }) => name));
});

test.each(routes)(
  "$method $path answers anything with what is wrong, and falls over nothing",
  { timeout: 60_000 },
  async ({ method, path, function: name }) => {
    const handler = temporary.hub.handlers.get(name) as (request: HttpRequest) => Promise<HttpReply>;
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(requestsOf[`${method} ${path}`] ?? fc.constant({ headers: {}, body: new Uint8Array() }), async (request) => {
        const { status, body } = await handler(request);
        statuses.add(status);
        expect([status, lawful.has(status)], body).toEqual([status, true]);
        expect(body.length).toBeLessThan(100_000);
      }),
      runs,
    );
    expect(statuses.size).toBeGreaterThan(1);
  },
);

const fixtures = resolve(import.meta.dirname, "../fixtures");
const filesIn = (...folders: readonly string[]) =>
  folders.flatMap((folder) =>
    readdirSync(join(fixtures, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(?:expected|mapping)\.json$|^mapping\.json$/.test(entry.name))
      .map((entry) => ({ name: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) })),
  );
/** Files of every format that a drop takes. */
const fixturesOf: Readonly<Record<string, readonly { readonly name: string; readonly bytes: Uint8Array }[]>> = {
  pos: filesIn("poslog", "sap-posdm", "square-items", "pos-tables"),
  settlement: filesIn("settlements", "banks"),
};

test.each(drops)(
  "a damaged file of any format in the folder $folder is taken in or held by name",
  { timeout: 120_000 },
  async ({ name, machine }) => {
    const { hub, dataFolder } = temporary;
    const { damaged } = seededRandom(name.length);
    const folder = join(dataFolder, `thrown-${name}`);
    mkdirSync(folder);
    const given =
      fixturesOf[name]?.flatMap(({ name: file, bytes }) => [1, 2].map((turn) => ({ file: `${turn}-${file}`, bytes: damaged(bytes) }))) ??
      [];
    expect(given.length).toBeGreaterThan(20);
    const executions: string[] = [];
    for (const { file, bytes } of given) {
      writeFileSync(join(folder, file), bytes);
      executions.push((await dropFile(hub, name, join(folder, file))).execution);
    }
    expect(await drain(hub)).toMatchObject({ kind: expect.stringMatching(/^(?:drained|left)$/) });
    const database = new DatabaseSync(join(dataFolder, "hub.sqlite"), { readOnly: true });
    const status = database.prepare("SELECT status FROM execution WHERE machine = ? AND name = ?");
    const ended = Object.groupBy(executions, (execution) => String(status.get(machine, execution)?.status));
    database.close();
    expect(Object.keys(ended)).toEqual(["succeeded"]);
  },
);

/** What arrives at a door that only AWS has. */
const eventsOf: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "dropped-files": fc.oneof(
    twisted([
      {
        time: "2026-11-27T22:15:00Z",
        detail: { bucket: { name: "drops" }, object: { key: "pos/a.xml", size: 5, etag: "b1", "version-id": "1", sequencer: "0" } },
      },
    ]).map((value) => JSON.stringify(value)),
    fc.string(),
  ),
  "shopify-events": fc.oneof(
    twisted(
      webhooks.slice(0, 20).map(({ topic, body }) => ({
        "detail-type": "shopifyWebhook",
        detail: {
          metadata: { "X-Shopify-Topic": topic, "X-Shopify-Shop-Domain": shop },
          payload: JSON.parse(new TextDecoder().decode(body)),
        },
      })),
    ).map((value) => JSON.stringify(value)),
    fc.string(),
  ),
};

test.each(doors)(
  "an event of any content at the door $name is taken, or a letter with its reason; it is not brought again for ever",
  { timeout: 60_000 },
  async ({ name, function: wired }) => {
    const { queue, letters } = sentLetters();
    const { hub } = temporary;
    const taken: DroppedFile[] = [];
    const handler =
      name === "dropped-files"
        ? droppedFiles(wired, async (file) => taken.push(file), queue)
        : shopifyEvents(wired, hub.handlers.get(wired) as (event: { readonly text: string }) => Promise<EventReceipt>, queue, {
            flush() {},
          });
    let given = 0;
    await fc.assert(
      fc.asyncProperty(eventsOf[name] ?? fc.constant(""), async (text) => {
        given += 1;
        expect((await invoke(handler, queueEvent(name, text))).answer).toEqual({ batchItemFailures: [] });
      }),
      runs,
    );
    expect(given).toBeGreaterThanOrEqual(150);
    expect(letters.length).toBeGreaterThan(10);
  },
);

test("after all of it the hub has posted what was sound, holds the rest by name, and verifies", { timeout: 120_000 }, async () => {
  const { hub } = temporary;
  expect(await drain(hub)).toMatchObject({ kind: expect.stringMatching(/^(?:drained|left)$/) });
  expect((await hub.worker.backlog()).deadMessages).toBe(0);
  const { checks } = await verifyHub(hub, () => {});
  expect(checks.filter((check) => !check.ok)).toEqual([]);
  expect(checks.find(({ name }) => name === "facts hash to their key")?.checked).toBeGreaterThan(50);
});
