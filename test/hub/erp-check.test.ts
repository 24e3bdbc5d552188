import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { main } from "#cli";
import type { BoundJournal } from "#domain/posting";
import { drain, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { policiesFolder } from "./temporary-hub.ts";

const folder = mkdtempSync(join(tmpdir(), "throughline-erp-check-"));
const policies = join(folder, "policies");
const data = join(folder, "data");
cpSync(policiesFolder, policies, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(words: string[]): Promise<{ status: number; out: string }> {
  let out = "";
  const terminal = createTerminal({ write: (part) => (out += part) }, { write: () => {} });
  const status = await main(words, terminal);
  return { status, out };
}

async function check(
  folders = { data, policies },
): Promise<{ status: number; ok: boolean; findings: { kind: string; value: string; advice: string; exception?: string }[] }> {
  const { status, out } = await run(["erp", "check", "--json", "--data", folders.data, "--policies", folders.policies]);
  return { status, ...JSON.parse(out) };
}

const open = () => openHub({ dataFolder: data, policiesFolder: policies, webhookSecret: "check" });

/** What an accountant books as opening, without the tax of the order that was paid and not shipped. Minor units. */
function opening(amount: number): BoundJournal {
  const base = { kind: "opening", event: "opening", entity: "US1", currency: "USD", functionalCurrency: "USD" };
  const line = (role: string, account: string, minorUnits: number) => ({
    role,
    account,
    dimensions: {},
    amount: minorUnits,
    functionalAmount: minorUnits,
  });
  return {
    ...base,
    type: "journal",
    key: "opening/US1/orders",
    businessDate: "2026-11-26",
    postingDate: "2026-11-26",
    policyVersion: "",
    lines: [
      line("payment-clearing", "1210", amount + 500),
      line("deferred-revenue", "2100", -amount),
      // Owed to a customer whose order the hub was never told of.
      line("refund-payable", "2110", -500),
    ],
  };
}

test("the opening balances of orders from before the cut-over are compared with the ERP's, account by account", async () => {
  const file = join(policies, "entities", "US1.json");
  const entity = JSON.parse(readFileSync(file, "utf8"));
  entity.cutOver = { shopify: { at: "2026-11-27T12:00:00.000Z", why: "The hub posts from noon on." } };
  writeFileSync(file, JSON.stringify(entity));
  const hub = await open();
  // Order #1001 is paid before the cut-over: 64.00 and 7.95 of shipping without tax, 4.00 of tax; it is shipped after it.
  for (const delivery of sampleDay()) {
    if (delivery.kind === "webhook" && delivery.id.startsWith("1001 ")) await deliverWebhook(hub, delivery as WebhookDelivery);
  }
  expect(await drain(hub)).toEqual({ kind: "drained" });
  await hub.close();

  const before = await check();
  expect([before.status, before.ok]).toEqual([1, false]);
  expect(before.findings.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
    "opening-balance US1: account 2100 (deferred-revenue) on 2026-11-27: -71.95 USD by the documents before the cut-over, 0.00 USD in the ERP",
    "opening-balance US1: account 2270 (tax-collected-in-advance) on 2026-11-27: -4.00 USD by the documents before the cut-over, 0.00 USD in the ERP",
  ]);

  const books = await open();
  const document = opening(7_195);
  await books.erps.erp("erp-us").submit([[{ kind: "post", key: document.key, erpKey: document.key, hash: document.key, document }]]);
  await books.close();
  expect((await check()).findings.map(({ value }) => value)).toEqual([
    "US1: account 2110 (refund-payable) on 2026-11-27: 0.00 USD by the documents before the cut-over, -5.00 USD in the ERP",
    "US1: account 2270 (tax-collected-in-advance) on 2026-11-27: -4.00 USD by the documents before the cut-over, 0.00 USD in the ERP",
  ]);
});

test("what people did to documents in the ERP, and to the accounts that the hub keeps, is found, and closed once it is mended", async () => {
  const drifted = mkdtempSync(join(tmpdir(), "throughline-drift-"));
  const hub = await openHub({ dataFolder: drifted, policiesFolder, webhookSecret: "check" });
  for (const delivery of sampleDay()) {
    if (delivery.kind === "webhook" && delivery.id.startsWith("1001 ")) await deliverWebhook(hub, delivery as WebhookDelivery);
  }
  expect(await drain(hub)).toEqual({ kind: "drained" });
  const byHand = { ...opening(0), key: "M-1" };
  await hub.erps.erp("erp-us").submit([[{ kind: "post", key: "M-1", erpKey: "M-1", hash: "M-1", document: byHand }]]);
  await hub.close();
  const found = async () =>
    (await check({ data: drifted, policies: policiesFolder })).findings.map(
      ({ kind, value }) => `${kind} ${value.replace(/ \(sale:\S+\)/, "")}`,
    );
  const inErp = (statement: string) => {
    const database = new DatabaseSync(join(drifted, "sandbox-erp.sqlite"));
    database.exec(statement);
    database.close();
  };
  const manual =
    "manual-journal journal FVC-000004 of US1 on 2026-11-26 was not posted by the hub, and changes what it keeps: account 1210 5.00 USD; account 2110 -5.00 USD (debit positive). A reconciling item: close this when it is right, or reverse it in the ERP";
  expect(await found()).toEqual([manual]);

  inErp("UPDATE lines SET functional = functional + 1, amount = amount + 1 WHERE document = 1 AND account = '1210'");
  inErp("INSERT INTO records VALUES ('FVC', 'parties', 'MILL', 'Mill', 1)");
  expect(await found()).toEqual([
    expect.stringMatching(/^changed FVC-000001 of US1 was changed in the ERP: account 1210 75\.95 is 75\.96 USD\. /),
    manual,
  ]);
  const [changed] = (await check({ data: drifted, policies: policiesFolder })).findings;
  // The name that `exceptions show` and `exceptions resolve` take.
  expect(changed?.exception).toMatch(/^sale:shopify:\S+\/X#erp\.drift#\w+#0001$/);
  inErp("UPDATE lines SET functional = functional - 1, amount = amount - 1 WHERE document = 1 AND account = '1210'");
  expect(await found()).toEqual([manual]);
  const { out } = await run(["erp", "changes", "--json", "--data", drifted, "--policies", policiesFolder]);
  expect(JSON.parse(out).changes).toEqual([{ at: expect.any(String), entity: "US1", kind: "party", code: "MILL", is: "Mill" }]);
  rmSync(drifted, { recursive: true });
});

test("erp says which words it takes", async () => {
  let err = "";
  const terminal = createTerminal({ write: () => {} }, { write: (part) => (err += part) });
  expect(await main(["erp", "sync", "--data", data, "--policies", policies], terminal)).toBe(2);
  expect(err).toContain('erp has check, changes, order, orders, not "sync"');
});
