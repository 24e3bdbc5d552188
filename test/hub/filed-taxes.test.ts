import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { drain, type Hub, openHub } from "#hub";
import type { Clock } from "#ports/clock";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { taxReportAnswer, taxReportJson, taxReportText } from "../../cli/filed-tax-report.ts";
import { policiesFolder } from "./temporary-hub.ts";

let folder = "";
let now = "";
const clock: Clock = { now: () => now };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-filed-"));
  cpSync(policiesFolder, join(folder, "policies"), { recursive: true });
  now = "2026-11-28T15:00:00.000Z";
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openHub({ dataFolder: join(folder, "data"), policiesFolder: join(folder, "policies"), webhookSecret: "filed", clock });

/** US1 files its return of Massachusetts for November on 5 December. */
function fileNovember(): void {
  const file = join(folder, "policies", "entities", "US1.json");
  const entity = JSON.parse(readFileSync(file, "utf8"));
  entity.taxFilings = [{ jurisdiction: "US-MA", filedThrough: "2026-11-30", from: "2026-12-05", why: "Filed for November." }];
  writeFileSync(file, JSON.stringify(entity, null, 2));
}

/** Orders of 27 November with 4.00 of tax in Massachusetts each: #1001 is paid and shipped, #1005 shipped and paid on delivery. */
const order = (name: string) =>
  sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith(`${name} `));

async function take(hub: Hub, deliveries: readonly WebhookDelivery[]): Promise<void> {
  for (const delivery of deliveries) expect((await deliverWebhook(hub, delivery)).status).toBe(200);
  expect(await drain(hub)).toEqual({ kind: "drained" });
}

/** The shop corrects #1001 afterwards: it was another item, of another class, with the same tax. */
function correction(): WebhookDelivery {
  const paid = order("1001").find((delivery) => delivery.topic === "orders/paid") as WebhookDelivery;
  const body = JSON.parse(new TextDecoder().decode(paid.body));
  body.updated_at = "2026-12-06T09:00:00-05:00";
  for (const line of body.line_items) line.sku = "LIG-LAMP-DESK";
  return { ...paid, body: new TextEncoder().encode(JSON.stringify(body)) };
}

const decimal = z.string().regex(/^-?\d+\.\d\d$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const head = { entity: z.string(), currency: z.string(), jurisdiction: z.string() };
const figures = { collected: decimal, refunded: decimal, payable: decimal, filed: decimal, toFile: decimal };
const shape = z.strictObject({
  rows: z.array(z.strictObject({ ...head, ...figures, inAdvance: decimal, channelRemitted: decimal })),
  ties: z.array(z.looseObject({ account: z.string(), difference: decimal })),
  returns: z.array(
    z.strictObject({
      ...head,
      from: day.nullable(),
      through: day.nullable(),
      filedOn: day.nullable(),
      declared: decimal,
      amendments: decimal,
    }),
  ),
  amendments: z.array(
    z.strictObject({
      ...head,
      originalDate: day,
      taxDate: day,
      postingDate: day,
      amount: decimal,
      document: z.string(),
      erpKey: z.string(),
    }),
  ),
});
const report = async (hub: Hub, days: { from?: string; to?: string } = {}) =>
  shape.parse(taxReportJson(await taxReportAnswer(hub, { entity: "US1", ...days }, () => {})));

test("what was filed stands beside what fell due; what comes later about filed days is declared later, and listed for amendment", async () => {
  let hub = await open();
  await take(hub, order("1001"));
  expect(await report(hub)).toMatchObject({
    rows: [{ jurisdiction: "US-MA", collected: "4.00", refunded: "0.00", payable: "4.00", filed: "0.00", toFile: "4.00" }],
    returns: [{ from: null, through: null, filedOn: null, declared: "4.00", amendments: "0.00" }],
    amendments: [],
  });
  await hub.close();

  fileNovember();
  now = "2026-12-06T15:00:00.000Z";
  hub = await open();
  expect((await report(hub)).rows).toMatchObject([{ payable: "4.00", filed: "4.00", toFile: "0.00" }]);
  // #1005 was sold in November, and arrives when November is filed; #1001 is corrected.
  await take(hub, [...order("1005"), correction()]);
  const { rows, ties, returns, amendments } = await report(hub);
  expect(rows).toMatchObject([{ jurisdiction: "US-MA", payable: "8.00", filed: "4.00", toFile: "4.00" }]);
  expect(ties.map(({ difference }) => difference)).toEqual(ties.map(() => "0.00"));
  expect(returns).toEqual([
    {
      entity: "US1",
      currency: "USD",
      jurisdiction: "US-MA",
      from: null,
      through: "2026-11-30",
      filedOn: "2026-12-05",
      declared: "4.00",
      amendments: "4.00",
    },
    {
      entity: "US1",
      currency: "USD",
      jurisdiction: "US-MA",
      from: "2026-12-01",
      through: null,
      filedOn: null,
      declared: "4.00",
      amendments: "0.00",
    },
  ]);
  const summary = amendments.map(({ erpKey, amount, originalDate, taxDate }) => {
    const name = erpKey.includes("6120000001005") ? "#1005" : "#1001";
    return `${name}${erpKey.endsWith("/reversal") ? " taken back" : ""} ${amount}: ${originalDate} → ${taxDate}`;
  });
  expect(summary.sort()).toEqual([
    "#1001 4.00: 2026-11-27 → 2026-12-01",
    "#1001 taken back -4.00: 2026-11-27 → 2026-12-01",
    "#1005 4.00: 2026-11-27 → 2026-12-01",
  ]);

  const text = taxReportText(hub, await taxReportAnswer(hub, { entity: "US1" }, () => {}), 140);
  expect(text).toContain("Returns, by the day for which a tax is declared");
  expect(text).toContain("To be amended: changes of filed days, declared in a later return");
  expect(text).not.toContain("stands in no plan of the hub");
  await hub.close();
});

test("days narrow what was posted, and ties; returns and amendments are told whole", async () => {
  fileNovember();
  now = "2026-12-06T15:00:00.000Z";
  const hub = await open();
  await take(hub, order("1001"));
  const november = await report(hub, { from: "2026-11-27", to: "2026-11-27" });
  expect(november.rows).toMatchObject([{ payable: "4.00", filed: "0.00", toFile: "4.00" }]);
  const december = await report(hub, { from: "2026-12-01" });
  expect([december.rows, december.returns]).toEqual([[], november.returns]);
  expect(december.amendments).toHaveLength(1);
  await hub.close();
});
