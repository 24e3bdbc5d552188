import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "#cli";
import { drain, type Hub, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { discountReportAnswer, discountReportText } from "../../cli/promotion-report.ts";
import { type ExceptionRow, findTransactions, rowOf } from "../../cli/read-lineage.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { policiesFolder } from "./temporary-hub.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-promotions-"));
  cpSync(policiesFolder, join(folder, "policies"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const places = () => ({ dataFolder: join(folder, "data"), policiesFolder: join(folder, "policies") });
const open = () => openHub({ ...places(), webhookSecret: "promotions" });

/** The most that TWENTYOFF may take off one order in dollars, and how grave it is when it takes off more. */
function limit(minorUnits: number, severity: "warning" | "error" = "warning"): void {
  const file = join(folder, "policies", "brands", "fernwick-vale.json");
  const brand = JSON.parse(readFileSync(file, "utf8"));
  const rule = brand.promotions.find(({ code }: { code: string }) => code === "TWENTYOFF");
  Object.assign(rule, { transactionMaxMinorUnits: { USD: minorUnits, CAD: minorUnits }, severity });
  writeFileSync(file, JSON.stringify(brand, null, 2));
}

/** Order #1007: TWENTYOFF takes 20.00 off it. */
async function takeOrder(hub: Hub): Promise<void> {
  const deliveries = sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith("1007 "));
  for (const delivery of deliveries) expect((await deliverWebhook(hub, delivery)).status).toBe(200);
  expect(await drain(hub)).toEqual({ kind: "drained" });
}

async function promotionsOf(hub: Hub): Promise<ExceptionRow[]> {
  const [view] = await findTransactions(hub, "#1007");
  return (view?.exceptions ?? []).map(rowOf).filter(({ class: name }) => name.startsWith("promotion."));
}

test("a discount above its rule is booked and told, graded by the rule, and closed by itself when the rule allows it", async () => {
  limit(1_500, "error");
  let hub = await open();
  await takeOrder(hub);
  expect(await promotionsOf(hub)).toMatchObject([
    {
      class: "promotion.over-limit",
      code: "transaction",
      severity: "error",
      owner: "merchandising",
      amount: "5.00",
      currency: "USD",
      state: "open",
    },
  ]);
  const { rows, ties } = await discountReportAnswer(hub, {});
  expect(rows).toMatchObject([{ promotion: "TWENTYOFF", amount: 2_000 }]);
  expect(ties.map(({ difference }) => difference)).toEqual([0]);
  await hub.close();

  limit(2_000);
  hub = await open();
  expect(await drain(hub)).toEqual({ kind: "drained" });
  expect((await promotionsOf(hub)).map(({ state }) => state)).toEqual(["closed"]);
  const text = discountReportText(hub, await discountReportAnswer(hub, {}), 200);
  expect(text).toContain("at most 20.00 an order or ticket, 5,000.00 in all");
  await hub.close();
});

test("what a person took as it is stays closed, however often the order is looked at again, until it is more than that", async () => {
  limit(1_500);
  let hub = await open();
  await takeOrder(hub);
  const [view] = await findTransactions(hub, "#1007");
  const exception = view?.exceptions.find(({ opened }) => opened.class === "promotion.over-limit")?.opened;
  if (view === undefined || exception === undefined) throw new Error("nothing was told");
  const { transaction, key } = exception;
  const closing = { transaction, exception: key, by: "Ann", reason: "A courtesy of the shop." };
  expect(await hub.resolveException(closing)).toEqual({ outcome: "resolved" });
  expect(await drain(hub)).toEqual({ kind: "drained" });
  await hub.close();

  expect(JSON.parse(await replay())).toMatchObject({ posted: 0, reversed: 0, exceptions: 0 });
  hub = await open();
  expect((await promotionsOf(hub)).map(({ state }) => state)).toEqual(["closed"]);
  await hub.close();

  // The rule allows less now: it is 12.00 too much, and not the 5.00 that Ann has seen.
  limit(800);
  expect(await replay()).toContain("announced");
  hub = await open();
  expect((await promotionsOf(hub)).map(({ amount, state }) => `${amount} ${state}`)).toEqual(["5.00 closed", "12.00 open"]);
  await hub.close();
});

async function replay(): Promise<string> {
  let out = "";
  const stdout = { columns: 120, write: (part: string) => (out += part) };
  const words = ["replay", "--json", "--data", places().dataFolder, "--policies", places().policiesFolder];
  expect(await main(words, createTerminal(stdout, { write: () => true }))).toBe(0);
  return out;
}
