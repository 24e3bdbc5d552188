import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contentHash } from "#domain/canonical";
import { readTransaction } from "#functions/read-transaction";
import { drain, dropFile, type Hub, openHub } from "#hub";
import { openRows } from "../../cli/commands/exceptions.ts";
import { allJournals } from "../../cli/erp-journals.ts";
import { policiesFolder, webhookSecret } from "./temporary-hub.ts";

let startsAt = 0;
let startedAt = 0;
const clock = { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };

let folder: string;
let policies: string;
let hub: Hub;

/** The hub is started, or started again, at that instant, and does what there is to do. */
async function startAt(instant: string): Promise<void> {
  startsAt = Date.parse(instant);
  startedAt = Date.now();
  hub = await openHub({ dataFolder: folder, policiesFolder: policies, webhookSecret, clock });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "throughline-unlisted-"));
  policies = join(folder, "policies");
  cpSync(policiesFolder, policies, { recursive: true });
  await startAt("2026-11-30T15:00:00.000Z");
});
afterEach(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

async function suspense(): Promise<number> {
  let cents = 0;
  for await (const journal of allJournals(hub, "erp-us", {}))
    for (const { role, debit, credit } of journal.lines) if (role === "settlement-suspense") cents += debit - credit;
  return cents;
}

test("a row of an unlisted type goes to suspense at the end of its period, also when the hub was down at the time; classed, it leaves it by approval", async () => {
  const path = join(folder, "export.csv");
  writeFileSync(
    path,
    `Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency
2026-11-27 12:00:00 -0500,moon levy,,,,pending,,,,-3.00,0.00,-3.00,,,,,USD
`,
  );
  await dropFile(hub, "settlement", path);
  await drain(hub);
  const [row] = (await hub.lineage.transactions(undefined, 1_000)).transactions.filter((each) => each.startsWith("settlement-row:"));
  const release = async () => (await hub.executions.get("settlement-row-to-suspense", contentHash({ transaction: row })))?.answer;
  const open = async () => (await openRows(hub)).map((each) => `${each.class} / ${each.code}`);
  expect([await release(), await suspense(), await open()]).toEqual([undefined, 0, ["money.unclassified-balance-type / held"]]);

  await hub.close();
  await startAt("2026-12-01T08:00:00.000Z");
  for (let round = 0; round < 200 && (await release()) === undefined; round += 1) {
    await drain(hub);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await drain(hub);
  expect(await release()).toMatchObject({ status: "succeeded" });
  expect([await suspense(), await open()]).toEqual([300, ["money.unclassified-balance-type / suspense"]]);

  // The group says what such rows are: what is booked is booked otherwise, once a second person has agreed.
  await hub.close();
  const file = join(policies, "global.json");
  const rule = {
    source: "shopify-payments",
    type: "moon levy",
    class: "platform_fee",
    why: "Shopify wrote on 2 December 2026 that it is a monthly fee.",
  };
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), balanceTypes: [rule] }));
  await startAt("2026-12-02T08:00:00.000Z");
  await drain(hub);
  expect([await suspense(), await open()]).toEqual([300, ["policy.restatement / replace"]]);
  const { asked } = (await readTransaction(hub.lineage, row!)).approvals[0]!;
  const said = { transaction: row!, approval: asked.key, answer: "granted" as const, by: "Ana Ruiz", reason: "seen their letter" };
  expect(await hub.decideApproval(said)).toEqual({ outcome: "decided" });
  await drain(hub);
  expect([await suspense(), await open()]).toEqual([0, []]);
}, 60_000);
