import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contentHash } from "#domain/canonical";
import { drain, type Hub, openHub, serve } from "#hub";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { findTransactions } from "../../cli/read-lineage.ts";
import { SeededChoice } from "../../sample/seeded-choice.ts";
import { playWebOrder } from "../../sample/web-deliveries.ts";
import type { WebOrder, WebStep } from "../../sample/web-order.ts";
import { policiesFolder } from "./temporary-hub.ts";

const shop = "fernwick-vale.myshopify.com";
const service = {
  secrets: ["service-secret-0123456789-0123456789"],
  may: ["write-events", "authorize-returns"],
  channels: [{ channel: "shopify", places: [shop] }],
};

/** A clock that goes on from an instant of the test: what waits a second must see it pass. */
let startsAt = 0;
let startedAt = 0;
function goOnFrom(instant: string): void {
  startsAt = Date.parse(instant);
  startedAt = Date.now();
}
const clock = { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };

let folder: string;
let hub: Hub;
const open = async () => {
  hub = await openHub({ dataFolder: folder, policiesFolder, webhookSecret: "returns", clock });
};
beforeEach(async () => {
  goOnFrom("2026-11-27T15:00:00.000Z");
  folder = mkdtempSync(join(tmpdir(), "throughline-returns-"));
  writeFileSync(join(folder, "secrets.json"), JSON.stringify({ shopify: {}, api: { service } }));
  await open();
  await deliver([]);
});
afterEach(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Two mugs, paid and sent in the morning; then what the steps say. */
async function deliver(steps: readonly WebStep[]): Promise<void> {
  const order: WebOrder = {
    number: 1904,
    at: "08:00",
    to: "boston",
    lines: [{ sku: "TAB-MUG-35", pieces: 2 }],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [{ kind: "capture", at: "08:00" }, { kind: "ship", at: "09:00", from: "dc-columbus" }, ...steps],
  };
  for (const { delivery } of playWebOrder(order, "2026-11-27", new SeededChoice(1))) await deliverWebhook(hub, delivery);
  await drain(hub);
}

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const server = await serve(hub, { port: 0 });
  try {
    const answer = await fetch(`${server.url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer service.${service.secrets[0]}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  } finally {
    await server.close();
  }
}

/** Customer service agrees that one mug may be sent back: for a week, says the sample's policy. */
async function authorize(): Promise<Record<string, unknown>> {
  const lines = [{ item: "TAB-MUG-35", quantityMillionths: 1_000_000, condition: "as-new" }];
  const answer = await post("/v1/return-authorizations", { request: "s-1", sale: "#1904", channel: "shopify", place: shop, lines });
  await drain(hub);
  return answer;
}

/** The hub goes down and is started again at that instant. */
async function restartAt(instant: string): Promise<void> {
  await hub.close();
  goOnFrom(instant);
  await open();
}

async function view() {
  const [sale] = await findTransactions(hub, "#1904");
  if (sale === undefined) throw new Error("#1904 is not known");
  return sale;
}
const ends = async () => (await view()).reservations.map(({ end }) => end?.how ?? "open");
const overdue = async () =>
  (await view()).exceptions
    .filter(({ opened }) => opened.class === "policy.refund-overdue")
    .map(({ opened, closed }) => [opened.cause, opened.amount, closed === undefined ? "open" : `closed by ${closed.by}`]);
const ended = async () => (await findExecution())?.answer ?? "running";

/** The one execution that follows the return of the sale. */
async function findExecution() {
  const name = contentHash({ transaction: (await view()).transaction, reservation: "V#000001" });
  return hub.executions.get("return-to-refund", name);
}

async function workUntil(condition: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 200 && !(await condition()); round += 1) {
    await drain(hub);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  expect(await condition()).toBe(true);
}

test("a return that nobody made expires on record, without anybody asking, also when the hub was down at the time", async () => {
  expect(await authorize()).toMatchObject({ answer: "authorized", expiresAt: expect.stringMatching(/^2026-12-04T15:00:/) });
  await restartAt("2026-12-04T14:59:00.000Z");
  await drain(hub);
  expect([await ends(), await ended()]).toEqual([["open"], "running"]);
  await restartAt("2026-12-05T09:00:00.000Z");
  await workUntil(async () => (await ended()) !== "running");
  expect([await ends(), await ended()]).toEqual([["expired"], { status: "succeeded", output: { outcome: "expired" } }]);
}, 60_000);

test("a refund that is pending for too long is brought to the desk, and closed by the hub when its money is out", async () => {
  await authorize();
  const lines = [{ line: 0, pieces: 1, restock: "return", to: "dc-columbus" }] as const;
  await deliver([{ kind: "refund", at: "19:00", lines, status: "pending", note: "back" }]);
  expect([await ends(), await overdue()]).toEqual([["consumed"], []]);

  // A week after, the reservation would have expired; the refund has a week more.
  await restartAt("2026-12-04T16:00:00.000Z");
  await drain(hub);
  expect([await ended(), await overdue()]).toEqual(["running", []]);
  await restartAt("2026-12-12T09:00:00.000Z");
  await workUntil(async () => (await ended()) !== "running");
  expect(await ended()).toEqual({ status: "succeeded", output: { outcome: "refund-overdue" } });
  // 12.99 and 0.81 of tax.
  expect(await overdue()).toEqual([["V#000001", 1_380, "open"]]);

  const refund = (await view()).documents.flatMap(({ events }) => events).find((event) => event.name === "refund.issued");
  if (refund?.name !== "refund.issued") throw new Error("the refund is not on record");
  const { paymentId, amount, gateway } = refund.payments[0]!;
  const payment = {
    name: "payment.refunded",
    schema: 1,
    key: `payment.refunded:${paymentId}`,
    version: "2026-12-12T08:00:00.000Z",
    occurredAt: "2026-12-12T08:00:00.000Z",
    orderId: refund.orderId,
    paymentId,
    gateway,
    manual: false,
    amount,
    currency: "USD",
    refundId: refund.refundId,
    status: "success",
  };
  const document = { channel: "shopify", place: shop, resource: "payment", id: paymentId, version: payment.version, events: [payment] };
  expect(await post("/v1/events", { documents: [document] })).toMatchObject({ documents: [{ answer: "accepted" }] });
  await drain(hub);
  expect(await overdue()).toEqual([["V#000001", 1_380, "closed by hub"]]);
}, 60_000);

test("a refund that is paid with the return ends the workflow, and a second start does nothing", async () => {
  await authorize();
  const lines = [{ line: 0, pieces: 1, restock: "return", to: "dc-columbus" }] as const;
  await deliver([{ kind: "refund", at: "19:00", lines, status: "success", note: "back" }]);
  await restartAt("2026-12-05T09:00:00.000Z");
  await workUntil(async () => (await ended()) !== "running");
  expect(await ended()).toEqual({ status: "succeeded", output: { outcome: "refunded" } });
  const { name, input } = (await findExecution())!;
  expect(await hub.workflows.start("return-to-refund", name, input)).toBe("already-started");
  await restartAt("2026-12-31T09:00:00.000Z");
  await drain(hub);
  expect([await ends(), await overdue()]).toEqual([["consumed"], []]);
}, 60_000);
