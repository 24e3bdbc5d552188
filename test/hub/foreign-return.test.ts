import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { IntercompanyPairs } from "#domain/posting";
import { drain, dropFile, type Hub, openHub } from "#hub";
import { openRows } from "../../cli/commands/exceptions.ts";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { bookOpenings } from "../../cli/demo-day.ts";
import { ledgerLines } from "../../cli/ledger-reports.ts";
import { allTransactions } from "../../cli/read-lineage.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { type PoslogDialect, poslogFile } from "../../sample/poslog-files.ts";
import { SeededChoice } from "../../sample/seeded-choice.ts";
import type { Ticket } from "../../sample/ticket.ts";
import { playWebOrder } from "../../sample/web-deliveries.ts";
import type { WebOrder } from "../../sample/web-order.ts";
import { arrivals } from "../golden/arrivals.ts";
import { policiesFolder } from "./temporary-hub.ts";

const date = "2026-11-27";
const toronto: PoslogDialect = { version: "6.0", change: "nested", controlTotals: true };

/** US1 sells two mugs for dollars: 25.98 and 1.62 of tax, shipped from its distribution centre, where one costs 4.05. */
const order: WebOrder = {
  number: 1905,
  at: "08:00",
  to: "boston",
  lines: [{ sku: "TAB-MUG-35", pieces: 2 }],
  shipping: 0,
  gateway: "shopify_payments",
  steps: [
    { kind: "capture", at: "08:00" },
    { kind: "ship", at: "09:00", from: "dc-columbus", lines: [[0, 2]] },
  ],
};
const webhooks = playWebOrder(order, date, new SeededChoice(2)).map(({ delivery }) => delivery);

/** Toronto takes one of them back and gives 16.99 and 2.21 of tax in Canadian dollars. */
const mugBack: Ticket = {
  store: "0301",
  register: "1",
  sequence: 900,
  time: "17:30",
  lines: [{ kind: "return", sku: "TAB-MUG-35", pieces: 1, restock: true, originalTax: 221 }],
  tenders: [{ type: "CreditDebit", brand: "Visa" }],
  returnOf: { name: "#1905" },
};

/** A Canadian dollar is 0.72 US dollars that day, and a US dollar 1.39 Canadian ones. */
const rates = [
  { of: "CAD", in: "USD", rate: "0.72", from: date, why: "Reference rate, for this test." },
  { of: "USD", in: "CAD", rate: "1.39", from: date, why: "Reference rate, for this test." },
];

/**
 * By hand from c3, c4, c8, c16, c19, c31 and c33, in the currency of each entity's books. 19.20 Canadian dollars are 13.82 US dollars: 0.02 more than the
 * 13.80 that the mug was sold for, so exchange. CA1 owes the 4.05 that the mug cost US1, which are 5.63 in its books.
 */
const ledger = {
  "CA1 acquirer-clearing": "-19.20",
  "CA1 due-from": "19.20",
  "CA1 due-to": "-5.63",
  "CA1 inventory": "5.63",
  "US1 cogs": "4.05",
  "US1 due-from": "4.05",
  "US1 due-to": "-13.82",
  "US1 fx-realised": "0.02",
  "US1 inventory": "-8.10",
  "US1 payment-clearing": "27.60",
  "US1 sales": "-25.98",
  "US1 sales-returns": "12.99",
  "US1 tax-payable": "-0.81",
};
/** The same by the accounts that the policies give those roles, as both trial balances change by it. */
const trialBalances = {
  CA1: { "1240": "-19.20", "1350": "19.20", "1400": "5.63", "2350": "-5.63" },
  US1: {
    "1210": "27.60",
    "1350": "4.05",
    "1410": "-8.10",
    "2210": "-0.81",
    "2350": "-13.82",
    "4010": "-25.98",
    "4200": "12.99",
    "5000": "4.05",
    "7000": "0.02",
  },
};

const startedAt = Date.now();
const clock = { now: () => new Date(Date.parse("2026-11-27T23:40:00.000Z") + Date.now() - startedAt).toISOString() };

let folder = "";
let hub: Hub;

async function begin(fxRates: typeof rates | undefined): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), "throughline-foreign-return-"));
  cpSync(policiesFolder, join(folder, "policies"), { recursive: true });
  if (fxRates !== undefined) publish();
  hub = await openHub(options());
  await bookOpenings(hub, date);
}
const options = () => ({ dataFolder: join(folder, "data"), policiesFolder: join(folder, "policies"), webhookSecret: "return", clock });
async function end(): Promise<void> {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
}
afterEach(end);

function publish(): void {
  const file = join(folder, "policies", "global.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), fxRates: rates }, null, 2));
}

async function ring(): Promise<void> {
  const path = join(folder, "0301-900.xml");
  writeFileSync(path, poslogFile({ tickets: [mugBack], tills: [] }, date, toronto, "900"));
  await dropFile(hub, "pos", path);
}

/** Debits positive, in the currency of the books; what comes to nothing is left out. */
async function balances(): Promise<Record<string, string>> {
  const sums = new Map<string, number>();
  for (const { entity, role, debit, credit, transaction } of await ledgerLines(hub, {}))
    if (transaction !== undefined) sums.set(`${entity} ${role}`, (sums.get(`${entity} ${role}`) ?? 0) + debit - credit);
  return amountsOf(sums);
}

async function trialBalanceOf(entity: string): Promise<Map<string, number>> {
  const { accounts } = await hub.erps.erp(hub.policy.entities[entity]!.connection).trialBalance(entity, {});
  return new Map(accounts.map(({ account, debit, credit }) => [account, debit - credit]));
}

/** By how much the trial balance of an entity has changed. */
async function changeOf(entity: string, before: ReadonlyMap<string, number>): Promise<Record<string, string>> {
  const after = await trialBalanceOf(entity);
  return amountsOf(new Map([...after].map(([account, amount]) => [account, amount - (before.get(account) ?? 0)])));
}

function amountsOf(sums: ReadonlyMap<string, number>): Record<string, string> {
  return Object.fromEntries(
    [...sums]
      .filter(([, amount]) => amount !== 0)
      .map(([name, amount]) => [name, (amount / 100).toFixed(2)])
      .sort(),
  );
}

/** Works on until nothing is left: one ERP waits some seconds for the cost that the other one tells, by the clock of this test and not by the wall's. */
async function drained(): Promise<boolean> {
  for (let tries = 0; tries < 60; tries += 1) {
    if ((await drain(hub)).kind === "drained") return true;
    await sleep(250);
  }
  return false;
}

const problems = async () => (await openRows(hub)).map((row) => `${row.class}/${row.code} ${row.transaction}`);

test("bought online for dollars and brought back to a Canadian store: two entities' trial balances have it, in every order of arrival", async () => {
  const facts = [...webhooks.map((delivery) => () => deliverWebhook(hub, delivery)), ring];
  const orders = [facts, ...arrivals(facts, { permutationsMax: 0, samples: 3, seed: "foreign-return" })];
  for (const [number, arrived] of orders.entries()) {
    if (number > 0) await end();
    await begin(rates);
    const before = { US1: await trialBalanceOf("US1"), CA1: await trialBalanceOf("CA1") };
    for (const [index, arrive] of arrived.entries()) {
      await arrive();
      if (index % 2 === 1) await drain(hub);
    }
    expect(await drained()).toBe(true);
    expect(await balances()).toEqual(ledger);
    expect({ CA1: await changeOf("CA1", before.CA1), US1: await changeOf("US1", before.US1) }).toEqual(trialBalances);
    expect((await problems()).filter((row) => !row.startsWith("source.duplicate-file"))).toEqual([]);
  }
  expect((await verifyHub(hub, () => {})).checks.filter(({ ok }) => !ok)).toEqual([]);
  const pairs = new IntercompanyPairs();
  for await (const view of allTransactions(hub)) pairs.note(view);
  expect(pairs.inFlight()).toEqual([]);
}, 120_000);

test("without a rate the return waits by name and the till's ticket stands; the rate that somebody publishes lets it post", async () => {
  await begin(undefined);
  for (const delivery of webhooks) await deliverWebhook(hub, delivery);
  await ring();
  expect(await drained()).toBe(true);
  const [sale] = (await problems()).filter((row) => row.startsWith("money.fx-rate-missing/CAD:USD"));
  expect(sale).toMatch(/^money\.fx-rate-missing\/CAD:USD sale:shopify:/);
  const { "CA1 acquirer-clearing": paid, "US1 sales-returns": back } = await balances();
  expect([paid, back]).toEqual(["-19.20", undefined]);
  await hub.close();
  publish();
  hub = await openHub(options());
  expect(await drained()).toBe(true);
  expect(await balances()).toEqual(ledger);
  expect(await problems()).toEqual([]);
}, 60_000);
