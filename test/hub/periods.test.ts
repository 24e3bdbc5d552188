import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "#cli";
import { chainOf } from "#domain/lineage";
import { drain, type Hub, openHub } from "#hub";
import type { Clock } from "#ports/clock";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { findTransactions } from "../../cli/read-lineage.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { policiesFolder } from "./temporary-hub.ts";

let folder = "";
let now = "";
const clock: Clock = { now: () => now };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-periods-"));
  cpSync(policiesFolder, join(folder, "policies"), { recursive: true });
  now = "2026-11-28T15:00:00.000Z";
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openHub({ dataFolder: join(folder, "data"), policiesFolder: join(folder, "policies"), webhookSecret: "periods", clock });

/** Changes the policies of US1, the entity of the web shop. */
function changeEntity(change: (entity: { periods: object[]; cutOver?: object }) => void): void {
  const file = join(folder, "policies", "entities", "US1.json");
  const entity = JSON.parse(readFileSync(file, "utf8"));
  change(entity);
  writeFileSync(file, JSON.stringify(entity, null, 2));
}

const closeNovember = (from: string) =>
  changeEntity(({ periods }) => periods.push({ period: "2026-11", state: "closed", from, why: "November is closed." }));

/** Order #1001: a kettle for 64.00, paid and shipped on 27 November. */
const kettle = () => sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith("1001 "));

/** The shop corrects the order afterwards: it was another item, of another class. */
function correction(): WebhookDelivery {
  const paid = kettle().find((delivery) => delivery.topic === "orders/paid") as WebhookDelivery;
  const body = JSON.parse(new TextDecoder().decode(paid.body));
  body.updated_at = "2026-12-06T09:00:00-05:00";
  for (const line of body.line_items) line.sku = "LIG-LAMP-DESK";
  return { ...paid, body: new TextEncoder().encode(JSON.stringify(body)) };
}

async function take(hub: Hub, deliveries: readonly WebhookDelivery[]): Promise<void> {
  for (const delivery of deliveries) expect((await deliverWebhook(hub, delivery)).status).toBe(200);
  expect(await drain(hub)).toEqual({ kind: "drained" });
}

/** What was planned, in one line each, and the open exceptions but for those about stock, which this folder opened without. */
async function storyOf(hub: Hub) {
  const [view] = await findTransactions(hub, "#1001");
  if (view === undefined) throw new Error("#1001 is not known");
  const steps = chainOf(view, "erp-us").plans.flatMap((plan) => plan.steps);
  return {
    sent: steps.map((step) => {
      const name = step.key.split("/")[2];
      if (step.kind === "tell") return `tell ${name}`;
      if (step.kind === "reverse") return `reverse ${name} on ${step.postingDate}`;
      return `${step.kind} ${name} of ${step.document?.businessDate} on ${step.document?.postingDate}`;
    }),
    open: view.exceptions
      .filter(({ opened, closed }) => closed === undefined && opened.class !== "inventory.negative")
      .map(({ opened }) => `${opened.class} ${opened.code}`),
  };
}

/** What replay does: every recorded fact is looked at again. */
async function announceAgain(hub: Hub): Promise<void> {
  const announce = hub.handlers.get("announce-events") as (input: { items: readonly unknown[] }) => Promise<unknown>;
  const items = (await hub.lineage.readAfter(0, 500)).map(({ item }) => item).filter(({ type }) => type === "document");
  expect(items.length).toBeGreaterThan(0);
  await announce({ items });
  expect(await drain(hub)).toEqual({ kind: "drained" });
}

/** By posting date: what the ERP's journals of US1 come to on sales, by month. */
async function salesByMonth(hub: Hub): Promise<Record<string, number>> {
  const months: Record<string, number> = {};
  const { journals } = await hub.erps.erp("erp-us").journals({ entity: "US1" }, undefined, 500);
  for (const journal of journals) {
    for (const line of journal.lines) {
      if (line.role === "sales")
        months[journal.postingDate.slice(0, 7)] = (months[journal.postingDate.slice(0, 7)] ?? 0) + line.credit - line.debit;
    }
  }
  return months;
}

const posted = [
  "post capture of 2026-11-27 on 2026-11-27",
  "post revenue of 2026-11-27 on 2026-11-27",
  "post issue of 2026-11-27 on 2026-11-27",
];

test("an order that is corrected after its month was closed is reversed and posted anew in the next one, and November stays as it was reported", async () => {
  const first = await open();
  await take(first, kettle());
  expect(await storyOf(first)).toEqual({ sent: posted, open: [] });
  expect(await salesByMonth(first)).toEqual({ "2026-11": 6400 });
  await first.close();

  closeNovember("2026-12-04");
  now = "2026-12-05T15:00:00.000Z";
  const second = await open();
  expect(await drain(second)).toEqual({ kind: "drained" });
  await announceAgain(second);
  // The close alone moves nothing, and looking at everything again finds nothing.
  expect(await storyOf(second)).toEqual({ sent: posted, open: [] });

  now = "2026-12-06T15:00:00.000Z";
  await take(second, [correction()]);
  const { sent, open: exceptions } = await storyOf(second);
  expect(sent.slice(posted.length)).toEqual(["reverse revenue on 2026-12-01", "post revenue of 2026-11-27 on 2026-12-01"]);
  expect(exceptions).toEqual(["period.late-event post", "period.late-event reverse"]);
  const { journals } = await second.erps.erp("erp-us").journals({ entity: "US1", from: "2026-12-01" }, undefined, 500);
  const original = /\/fulfillment.shipped:\d+\/revenue\/US1\/USD@1$/;
  expect(journals).toMatchObject([
    { businessDate: "2026-11-27", postingDate: "2026-12-01", reverses: expect.stringMatching(/\d+$/) },
    { businessDate: "2026-11-27", postingDate: "2026-12-01" },
  ]);
  const reversed = (await second.erps.erp("erp-us").journals({ entity: "US1" }, undefined, 500)).journals.find(({ key }) =>
    original.test(key),
  );
  expect([journals[0]?.key, journals[1]?.key]).toEqual([`${reversed?.key}/reversal`, reversed?.key.replace(/@1$/, "@2")]);
  expect(await salesByMonth(second)).toEqual({ "2026-11": 6400, "2026-12": 0 });
  expect(await verifyHub(second, () => {})).toMatchObject({ ok: true });
  const [closed, before] = second.policies.releases().map(({ version }) => version);
  await second.close();

  let out = "";
  const words = [
    "report",
    "journals",
    "--transaction",
    "#1001",
    "--json",
    "--data",
    join(folder, "data"),
    "--policies",
    join(folder, "policies"),
  ];
  expect(await main(words, createTerminal({ write: (part) => (out += part) }, { write: () => {} }))).toBe(0);
  const rows = JSON.parse(out) as { key: string; policyVersion: string }[];
  // Each was bound by the policies of its own plan: the reversal by those that closed the month, and not by its document's.
  expect(rows.map(({ key, policyVersion }) => `${key.split("/").slice(2).join("/")} ${policyVersion}`)).toEqual([
    `capture/US1/USD@1 ${before}`,
    `revenue/US1/USD@1 ${before}`,
    `revenue/US1/USD@1/reversal ${closed}`,
    `revenue/US1/USD@2 ${closed}`,
  ]);
});

test("the sandbox ERP closes what the policies close, and takes what they open again", async () => {
  closeNovember("2026-11-27");
  const hub = await open();
  await take(hub, kettle());
  expect((await storyOf(hub)).sent).toEqual(posted.map((each) => each.replace("on 2026-11-27", "on 2026-12-01")));
  const periods = async () => {
    const answer = await fetch(`${hub.erps.sandbox?.url}/v1/companies/FVC/periods`);
    return ((await answer.json()) as { periods: { id: string; from: string; state: string }[] }).periods.map(
      ({ id, from, state }) => `${id} from ${from} ${state}`,
    );
  };
  const found = await periods();
  expect([found[0], found[1], found.at(-2), found.at(-1)]).toEqual([
    "earlier from 2000-01-01 closed",
    "2025-12 from 2025-12-01 closed",
    "2026-11 from 2026-11-01 closed",
    "open from 2026-12-01 open",
  ]);
  changeEntity((entity) => entity.periods.push({ period: "2026-11", state: "open", from: "2026-11-28", why: "The auditor asks for it." }));
  now = "2026-11-28T15:01:00.000Z";
  expect(await drain(hub)).toEqual({ kind: "drained" });
  expect((await periods()).at(-2)).toBe("2026-11 from 2026-11-01 open");
  await hub.close();
});

test("what waits for a period posts by itself on the day on which the policies open it", async () => {
  changeEntity(({ periods }) => {
    periods.push({ period: "2026-11", state: "future", from: "2026-01-01", why: "Not opened yet." });
    periods.push({ period: "2026-11", state: "open", from: "2026-11-30", why: "Opened late." });
  });
  const hub = await open();
  await take(hub, kettle());
  expect(await storyOf(hub)).toEqual({ sent: [], open: ["period.closed future", "period.closed future", "period.closed future"] });
  now = "2026-11-30T04:30:00.000Z";
  expect(await drain(hub)).toEqual({ kind: "drained" });
  expect((await storyOf(hub)).sent).toEqual([]);
  // Midnight in New York.
  now = "2026-11-30T05:00:00.000Z";
  expect(await drain(hub)).toEqual({ kind: "drained" });
  expect(await storyOf(hub)).toEqual({ sent: posted, open: [] });
  await hub.close();
});

test("a shop that is cut over after the capture posts the shipment alone, against the balance that the ERP opened with", async () => {
  changeEntity((entity) => {
    entity.cutOver = { shopify: { at: "2026-11-27T12:00:00.000Z", why: "The hub posts from noon on." } };
  });
  const hub = await open();
  await take(hub, kettle());
  expect((await storyOf(hub)).sent).toEqual([posted[0]?.replace("post", "opening"), ...posted.slice(1)]);
  const { journals } = await hub.erps.erp("erp-us").journals({ entity: "US1" }, undefined, 500);
  // The issue has no value without opening stock, so that no journal stands for it.
  expect(journals.map(({ memo }) => memo.split(" ")[0])).toEqual(["revenue"]);
  expect(await verifyHub(hub, () => {})).toMatchObject({ ok: true });
  await hub.close();
});
