import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Unavailable } from "#domain/failures";
import { drain, type Hub, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { openRows } from "../../cli/commands/exceptions.ts";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { findTransactions, stateOf } from "../../cli/read-lineage.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { type SettableClock, settableClock } from "../contracts/settable-clock.ts";
import { policiesFolder, webhookSecret } from "./temporary-hub.ts";

const order = sampleDay().filter((delivery): delivery is WebhookDelivery => delivery.kind === "webhook" && delivery.id.startsWith("1004 "));
const shipment = order.filter(({ topic }) => topic === "fulfillments/create");
const rest = order.filter(({ topic }) => topic !== "fulfillments/create");

let dataFolder: string;
let clock: SettableClock;
let hub: Hub;

beforeEach(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), "throughline-failing-"));
  clock = settableClock();
  hub = await open();
});

afterEach(async () => {
  await hub.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

/** Two items are shipped, and there is no opening stock here. */
const emptyWarehouse = ["inventory.negative / stock", "inventory.negative / stock"];

const open = () => openHub({ dataFolder, policiesFolder, webhookSecret, clock });
const handlers = () => hub.handlers as Map<string, (input: never) => Promise<unknown>>;

/** Works until nothing is visible, and again when every delay is over. */
async function work(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    while (await hub.worker.step());
    clock.advance(1_000);
  }
}

/** Decisions fail with what nobody foresaw, until their messages are given up. */
async function giveUp(): Promise<void> {
  const decide = handlers().get("decide-postings");
  handlers().set("decide-postings", async () => {
    throw new RangeError("a fault in the rules");
  });
  await work(8);
  if (decide !== undefined) handlers().set("decide-postings", decide);
}

const desk = async () => (await openRows(hub)).map((row) => `${row.class} / ${row.code}`);
const failedChecks = async () => (await verifyHub(hub, () => {})).checks.filter((check) => !check.ok).map((check) => check.name);

async function state(): Promise<string> {
  const [view] = await findTransactions(hub, "#1004");
  return view === undefined ? "unknown" : stateOf(view);
}

describe("postings that fail again and again", () => {
  test("come to the desk once per transaction and ERP connection, and verify says so", async () => {
    for (const delivery of rest) await deliverWebhook(hub, delivery);
    await giveUp();
    // A sale of this shop may move something in the books behind either connection, and neither could be asked.
    expect(await desk()).toEqual(["erp.unavailable / dead-letter", "erp.unavailable / dead-letter"]);
    const [view] = await findTransactions(hub, "#1004");
    expect(view?.exceptions.map(({ opened }) => opened.connection).sort()).toEqual(["erp-ca", "erp-us"]);
    expect(await failedChecks()).toEqual(["no dead letters"]);
  });

  test("are not brought to the desk again by the next worker, when a later webhook has settled the order", async () => {
    for (const delivery of rest) await deliverWebhook(hub, delivery);
    await giveUp();
    for (const delivery of shipment) await deliverWebhook(hub, delivery);
    await work(1);
    expect([await state(), await desk()]).toEqual(["settled", emptyWarehouse]);
    await hub.close();
    hub = await open();
    await work(2);
    expect(await desk()).toEqual(emptyWarehouse);
  });
});

describe("a drain", () => {
  test("goes on when rounds fail in passing", async () => {
    for (const delivery of order) await deliverWebhook(hub, delivery);
    const announce = handlers().get("announce-events") as (input: never) => Promise<unknown>;
    let failures = 3;
    handlers().set("announce-events", async (input: never) => {
      if (failures-- > 0) throw new Unavailable("the bus is away for a moment");
      return announce(input);
    });
    expect([await drain(hub), await state()]).toEqual([{ kind: "drained" }, "settled"]);
  });

  test("gives up with the error when every round fails", async () => {
    for (const delivery of order) await deliverWebhook(hub, delivery);
    handlers().set("announce-events", async () => {
      throw new Unavailable("the bus is away for good");
    });
    await expect(drain(hub)).rejects.toThrow("the bus is away for good");
    expect(await hub.lease.holder()).toBeUndefined();
  });
});
