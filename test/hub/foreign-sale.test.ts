import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { foldPlans } from "#domain/posting";
import { storyOf } from "#functions/transaction-story";
import { drain, type Hub, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { findTransactions } from "../../cli/read-lineage.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { policiesFolder } from "./temporary-hub.ts";

const folder = mkdtempSync(join(tmpdir(), "throughline-foreign-"));
const policies = join(folder, "policies");
cpSync(policiesFolder, policies, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openHub({ dataFolder: join(folder, "data"), policiesFolder: policies, webhookSecret: "foreign" });

/** The order #1001 of the sample day as it would be in a shop that sells in euros. */
const inEuros = sampleDay()
  .filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith("1001 "))
  .map((delivery) => ({ ...delivery, body: Buffer.from(Buffer.from(delivery.body).toString("utf8").replaceAll('"USD"', '"EUR"')) }));

function publish(...rates: { rate: string; from: string }[]): void {
  const file = join(policies, "global.json");
  const global = JSON.parse(readFileSync(file, "utf8"));
  global.fxRates = rates.map((rate) => ({ of: "EUR", in: "USD", ...rate, why: "Reference rate, for this test." }));
  writeFileSync(file, JSON.stringify(global, null, 2));
}

async function bookedOf(hub: Hub) {
  const [view] = await findTransactions(hub, "#1001");
  if (view === undefined) throw new Error("#1001 is not known");
  const live = [...view.chains.values()].flatMap(({ plans, outcomes }) => [...foldPlans(plans, outcomes).live.values()]);
  const journals = live.flatMap(({ document }) => (document.type === "journal" ? [document] : []));
  const totals = journals.map(({ kind, lines }) => {
    const debits = (of: "amount" | "functionalAmount") => lines.reduce((total, line) => total + Math.max(line[of], 0), 0);
    return `${kind} EUR ${debits("amount")} USD ${debits("functionalAmount")}`;
  });
  const waits = view.exceptions
    .filter(({ opened }) => opened.class === "money.fx-rate-missing")
    .map(({ opened, closed }) => `${opened.cause} ${closed === undefined ? "open" : `closed by ${closed.by}`}`);
  const rates = view.documents
    .flatMap(({ events }) => events)
    .flatMap((event) => (event.name === "rate.fixed" ? [`${event.day} ${event.rate}`] : []));
  return { totals, goods: live.filter(({ document }) => document.type === "stock").length, waits, rates };
}

test("a sale in a currency that nobody has a rate for waits; the rate lets it post, and a later table changes nothing", async () => {
  const first = await open();
  for (const delivery of inEuros) await deliverWebhook(first, delivery);
  expect(await drain(first)).toEqual({ kind: "drained" });
  expect(await bookedOf(first)).toEqual({ totals: [], goods: 1, waits: ["EUR:USD:2026-11-27 open"], rates: [] });
  await first.close();

  publish({ rate: "1.25", from: "2026-11-27" });
  const second = await open();
  expect(await drain(second)).toEqual({ kind: "drained" });
  const posted = await bookedOf(second);
  // 75.95 euros at 1.25 are 94.9375 dollars.
  expect(posted).toEqual({
    totals: ["capture EUR 7595 USD 9494", "revenue EUR 7595 USD 9494"],
    goods: 1,
    waits: ["EUR:USD:2026-11-27 closed by hub"],
    rates: ["2026-11-27 1.25"],
  });
  const [view] = await findTransactions(second, "#1001");
  const capture = storyOf(view!).documents.find(({ kind }) => kind === "capture");
  expect([capture?.currency, capture?.functionalCurrency, capture?.lines.find(({ role }) => role === "payment-clearing")]).toMatchObject([
    "EUR",
    "USD",
    { debit: "75.95", credit: "", inBooks: { debit: "94.94", credit: "" } },
  ]);
  expect((await verifyHub(second, () => {})).checks.filter(({ ok }) => !ok)).toEqual([]);
  await second.close();

  publish({ rate: "1.40", from: "2026-11-27" });
  const third = await open();
  expect(await drain(third)).toEqual({ kind: "drained" });
  expect(await bookedOf(third)).toEqual(posted);
  await third.close();
});
