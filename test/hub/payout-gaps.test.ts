import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FetchedAccount } from "#functions/fetch-settlements";
import { drain, dropFile, type Hub, openHub } from "#hub";
import type { Terminal } from "../../cli/command.ts";
import { openRows } from "../../cli/commands/exceptions.ts";
import { fetchCommand } from "../../cli/commands/fetch.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { policiesFolder } from "./temporary-hub.ts";

const header =
  "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC),Scheme Fees (NC),Interchange (NC),Batch Number";
/** A batch of one fee, which the merchant paid in. */
const batch = (number: number) =>
  [
    header,
    `ExampleCo,ExampleShop,,,,2026-11-0${number % 10} 10:00:00,CET,Fee,fee-${number},,,,,USD,10.00,,,,,,${number}`,
    `ExampleCo,ExampleShop,,,,2026-11-0${number % 10} 11:00:00,CET,MerchantPayin,,,,,,USD,,10.00,,,,,${number}`,
  ].join("\n");

/** Two charges at Shopify, of payouts 104 and 103; the list of the days has 104 alone. */
const usd = (amount: string) => ({ amount, currencyCode: "USD" });
const gid = (kind: string, id: string) => `gid://shopify/ShopifyPayments${kind}/${id}`;
const transaction = (id: string, payout: string) => ({
  ...{ id: gid("BalanceTransaction", id), type: "CHARGE", test: false, transactionDate: "2026-11-29T10:00:00Z" },
  ...{ amount: usd("10.00"), fee: usd("0.50"), net: usd("9.50"), associatedPayout: { id: gid("Payout", payout) } },
});
const payout = (id: string) => ({
  ...{ id: gid("Payout", id), legacyResourceId: id, status: "PAID", issuedAt: "2026-11-30T00:00:00Z", net: usd("9.50") },
});
const listed = (field: string, nodes: readonly unknown[]) => ({
  shopifyPaymentsAccount: { [field]: { nodes, pageInfo: { hasNextPage: false, endCursor: null } } },
});

let knows103 = false;
const asked: string[] = [];
const shopify = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { query, variables } = JSON.parse(Buffer.concat(parts).toString());
  asked.push(variables.id ?? variables.filter);
  const rows = [transaction("71", "104"), transaction("72", "103")];
  const data = query.includes("node(id")
    ? { node: knows103 && variables.id === gid("Payout", "103") ? payout("103") : null }
    : query.includes("balanceTransactions")
      ? listed("balanceTransactions", variables.filter === "payments_transfer_id:103" ? rows.slice(1) : rows)
      : listed("payouts", [payout("104")]);
  response.end(JSON.stringify({ data }));
});

let startsAt = 0;
let startedAt = 0;
const clock = { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };

const shopifyOrigin = () => `http://127.0.0.1:${(shopify.address() as AddressInfo).port}`;

let folder: string;
let hub: Hub;
beforeEach(async () => {
  knows103 = false;
  asked.length = 0;
  folder = mkdtempSync(join(tmpdir(), "throughline-payout-gaps-"));
  await new Promise<void>((resolve) => shopify.listen(0, "127.0.0.1", resolve));
  const policies = join(folder, "policies");
  cpSync(policiesFolder, policies, { recursive: true });
  const file = join(policies, "entities", "US1.json");
  const layer = JSON.parse(readFileSync(file, "utf8"));
  layer.gatewayAccounts["shopify-us"].readBy = "api";
  layer.gatewayAccounts["adyen-us"] = {
    ...layer.gatewayAccounts["paypal-us"],
    ...{ name: "Adyen of the web shop", source: "adyen", shop: undefined },
  };
  writeFileSync(file, JSON.stringify(layer));
  writeFileSync(
    join(folder, "secrets.json"),
    JSON.stringify({ shopify: {}, shopifyAccessTokens: { "fernwick-vale.myshopify.com": "shpat_payouts" } }),
    { mode: 0o600 },
  );
  await openAt("2026-12-01T09:00:00.000Z");
});
afterEach(async () => {
  await hub.close();
  startsAt = 0;
  shopify.closeAllConnections();
  await new Promise((resolve) => shopify.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** What rests until an hour goes on in a hub that is opened after it. */
async function openAt(instant: string): Promise<void> {
  if (startsAt > 0) await hub.close();
  [startsAt, startedAt] = [Date.parse(instant), Date.now()];
  const policies = join(folder, "policies");
  hub = await openHub({ dataFolder: folder, policiesFolder: policies, webhookSecret: "payouts", clock, shopifyOrigin });
}

async function sweep(): Promise<FetchedAccount | undefined> {
  const fetch = hub.handlers.get("fetch-settlements") as (input: unknown) => Promise<{ readonly accounts: readonly FetchedAccount[] }>;
  const { accounts } = await fetch({});
  await drain(hub);
  return accounts.find(({ account }) => account === "shopify-us");
}
/** What the sweep says of an account whose files are dropped. */
async function lookAt(wanted: string): Promise<FetchedAccount | undefined> {
  const fetch = hub.handlers.get("fetch-settlements") as (input: unknown) => Promise<{ readonly accounts: readonly FetchedAccount[] }>;
  const { accounts } = await fetch({});
  await drain(hub);
  return accounts.find(({ account }) => account === wanted);
}
async function drop(name: string, text: string): Promise<void> {
  const path = join(folder, name);
  writeFileSync(path, `${text}\n`);
  await dropFile(hub, "settlement", path);
  expect(await drain(hub)).toEqual({ kind: "drained" });
}
const gaps = async () =>
  (await openRows(hub))
    .filter((each) => each.class === "source.payout-gap")
    .map(({ code, owner, message }) => `${owner} ${code}: ${message}`);
const isVerified = async () => expect((await verifyHub(hub, () => {})).checks.filter(({ ok }) => !ok)).toEqual([]);

describe("settlement batches 17 and 19 came, and 18 did not", () => {
  test("operations is asked for the file of batch 18 by its number after a day, once, and no longer when it comes", async () => {
    await drop("adyen-us_17.csv", batch(17));
    await drop("adyen-us_19.csv", batch(19));
    await sweep();
    expect(await gaps()).toEqual([]);
    await openAt("2026-12-02T09:05:00.000Z");
    await sweep();
    await sweep();
    expect((await gaps()).filter((each) => each.includes("batch"))).toEqual([
      "operations batch: adyen-us: batch 18 of adyen never came, though 17 and 19 came. Download its report there (settlement_detail_report_batch_18.csv), and drop it.",
    ]);
    await drop("adyen-us_18.csv", batch(18));
    expect((await gaps()).filter((each) => each.includes("batch"))).toEqual([]);
    await sweep();
    expect((await gaps()).filter((each) => each.includes("batch"))).toEqual([]);
    await isVerified();
  });
});

describe("a hole in the numbers", () => {
  test("names the nearest batches that came, for each number of it", async () => {
    await drop("adyen-us_17.csv", batch(17));
    await drop("adyen-us_21.csv", batch(21));
    await openAt("2026-12-02T09:05:00.000Z");
    expect(await lookAt("adyen-us")).toEqual({ account: "adyen-us", outcome: "by-files", pages: 0, recorded: 0, revised: 0, missing: 3 });
    expect((await gaps()).map((each) => each.split(". ")[0]).sort()).toEqual([
      "operations batch: adyen-us: batch 18 of adyen never came, though 17 and 21 came",
      "operations batch: adyen-us: batch 19 of adyen never came, though 17 and 21 came",
      "operations batch: adyen-us: batch 20 of adyen never came, though 17 and 21 came",
    ]);
  });

  test("is none above an old batch that is stated again, months after the book heard of it first", async () => {
    await drop("adyen-us_61.csv", batch(61));
    await openAt("2027-09-01T09:00:00.000Z");
    await drop("adyen-us_101.csv", batch(101));
    await drop("adyen-us_103.csv", batch(103));
    await drop("adyen-us_61-corrected.csv", batch(61).replaceAll("10.00", "12.00"));
    await openAt("2027-09-02T09:05:00.000Z");
    expect(await lookAt("adyen-us")).toMatchObject({ missing: 1 });
    expect((await gaps()).map((each) => each.split(". ")[0])).toEqual([
      "operations batch: adyen-us: batch 102 of adyen never came, though 101 and 103 came",
    ]);
  });
});

test("fetch settlements takes a shop that no gateway account is of for a slip, and shows accounts whose files are dropped", async () => {
  const run = async (options: Record<string, string>) => {
    const printed: string[] = [];
    const terminal = { print: (line: string) => printed.push(line), columns: 200 } as unknown as Terminal;
    const at = { dataFolder: folder, policiesFolder: join(folder, "policies"), webhookSecret: "payouts", clock };
    const status = await fetchCommand.run({ hub: { ...at, shopifyOrigin }, json: true, arguments: ["settlements"], terminal, options });
    return { status, accounts: printed.map((line) => JSON.parse(line)) };
  };
  await expect(run({ shop: "nobody.myshopify.com" })).rejects.toThrow(
    "there is no gateway account of nobody.myshopify.com: add it to gatewayAccounts of the policies",
  );
  const { status, accounts } = await run({});
  expect(status).toBe(0);
  expect(accounts).toContainEqual({ account: "adyen-us", outcome: "by-files", pages: 0, recorded: 0, revised: 0, missing: 0 });
  // No account of it has an API: it was refused before anything was looked at.
  const file = join(folder, "policies", "entities", "US1.json");
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace('"readBy": "api"', '"readBy": "files"').replace('"readBy":"api"', '"readBy":"files"'),
  );
  expect((await run({})).accounts.map(({ outcome }) => outcome)).not.toContain("read");
});

describe("a row names payout 103, which the list of the days does not have", () => {
  test("it is asked for by its id in the same sweep, and taken in", async () => {
    knows103 = true;
    expect(await sweep()).toMatchObject({ outcome: "read", pages: 2, recorded: 4, missing: 0 });
    expect(asked).toEqual([
      "processed_at:>=2026-11-01",
      "issued_at:>=2026-11-01",
      "payments_transfer_id:103",
      "gid://shopify/ShopifyPaymentsPayout/103",
    ]);
    expect(await sweep()).toMatchObject({ outcome: "read", recorded: 0, missing: 0 });
    expect(asked).toHaveLength(6);
    expect(await gaps()).toEqual([]);
    await isVerified();
  });

  test("where Shopify does not know it, it is asked for once a day, is at the desk after one, and leaves it when it comes", async () => {
    expect(await sweep()).toMatchObject({ outcome: "read", recorded: 3, missing: 0 });
    await sweep();
    expect(asked.filter((each) => each.includes("103"))).toHaveLength(2);
    await openAt("2026-12-02T09:05:00.000Z");
    expect(await sweep()).toMatchObject({ outcome: "read", missing: 1 });
    await sweep();
    expect(asked.filter((each) => each.includes("103"))).toHaveLength(4);
    expect(await gaps()).toEqual([
      "operations payout: shopify-us: rows name payout 103, and shopify-payments never stated it. Its money is in no report and no bank line can be found for it. Download the payout there, and drop the file.",
    ]);
    knows103 = true;
    await openAt("2026-12-03T09:05:00.000Z");
    expect(await sweep()).toMatchObject({ outcome: "read", recorded: 1, missing: 0 });
    expect(await gaps()).toEqual([]);
    await isVerified();
  });
});
