import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contentHash } from "#domain/canonical";
import { UnknownOutcome } from "#domain/failures";
import { readTransaction } from "#functions/read-transaction";
import { drain, dropFile, type Hub, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { openRows } from "../../cli/commands/exceptions.ts";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { allJournals } from "../../cli/erp-journals.ts";
import { payouts } from "../../cli/settlement-reports.ts";
import { policiesFolder } from "./temporary-hub.ts";

const header =
  "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency";
const row = (order: string, amount: string, fee: string, net: string) =>
  `2026-11-27 12:00:00 -0500,charge,${order},visa,online,paid,2026-11-30,104,2026-11-29,${amount},${fee},${net},#39001,card,${amount},USD,USD`;
const charge1001 = row("#1001", "75.95", "2.50", "73.45");

const statement = (credit: string) => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-12-01T23:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><CreDtTm>2026-12-01T23:00:00Z</CreDtTm><Acct><Id><Othr><Id>4410020187</Id></Othr></Id><Ccy>USD</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">${credit}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-01</Dt></Dt></Bal>
<Ntry><Amt Ccy="USD">${credit}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt><ValDt><Dt>2026-12-01</Dt></ValDt><AcctSvcrRef>HN1</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="USD">${credit}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RmtInf><Ustrd>SHOPIFY</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>`;

/** A clock that goes on from an instant of the test: what waits a second must see it pass. */
let startsAt = 0;
let startedAt = 0;
function goOnFrom(instant: string): void {
  startsAt = Date.parse(instant);
  startedAt = Date.now();
}
const clock = { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };

const payout = "payout:shopify-payments:shopify-us:104";
let folder: string;
let hub: Hub;
const open = async () => {
  hub = await openHub({ dataFolder: folder, policiesFolder, webhookSecret: "payouts", clock });
};
beforeEach(async () => {
  goOnFrom("2026-11-30T09:00:00.000Z");
  folder = mkdtempSync(join(tmpdir(), "throughline-payouts-"));
  await open();
});
afterEach(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Order #1001 of the sample's day: 75.95 captured by Shopify Payments. */
async function order1001(): Promise<void> {
  for (const delivery of sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith("1001 ")))
    await deliverWebhook(hub, delivery);
  await drain(hub);
}

async function drop(name: string, ...lines: string[]): Promise<void> {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  await dropFile(hub, "settlement", path);
  await drain(hub);
}

/** The hub goes down and is started again at that instant. */
async function restartAt(instant: string): Promise<void> {
  await hub.close();
  goOnFrom(instant);
  await open();
  await drain(hub);
}

const view = () => readTransaction(hub.lineage, payout);

/** What the executions of the payout came to, in the order of the news that began them. */
async function runs(): Promise<unknown[]> {
  const { documents } = await view();
  const news = documents.filter(({ events }) => events.some(({ name }) => name === "payout.stated" || name === "payout.banked"));
  const ats = [...new Set(news.map(({ at }) => at))].sort();
  return Promise.all(
    ats.map(async (at) => {
      const name = contentHash({ transaction: payout, at });
      const execution = await hub.executions.get("reconcile-payout", name);
      const answer = execution?.answer;
      return answer?.status === "succeeded" ? (answer.output as { outcome: string; step: string }).outcome : (answer?.status ?? "running");
    }),
  );
}

/** What is on record of its reconciliation, from the first to the last. */
const said = async () =>
  (await view()).documents
    .flatMap(({ events }) => events)
    .flatMap((event) =>
      event.name === "payout.reconciled" ? [{ at: event.version, says: [event.outcome, event.reason ?? null, event.amount ?? null] }] : [],
    )
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ says }) => says);

const states = async () => (await payouts(hub, {})).map(({ payout: id, state }) => [id, state]);
const desk = async () =>
  (await openRows(hub)).filter((each) => !each.class.startsWith("inventory")).map(({ class: name, code, amount }) => [name, code, amount]);

async function balances(): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  const roles = ["payment-clearing", "card-fees", "bank-in-transit", "bank", "settlement-differences"];
  for await (const journal of allJournals(hub, "erp-us", {})) {
    for (const { role, debit, credit } of journal.lines) if (roles.includes(role)) sums[role] = (sums[role] ?? 0) + debit - credit;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0));
}

test("a payout is followed to its bank line and closed once; the same files again begin nothing", async () => {
  await order1001();
  await drop("export.csv", header, charge1001);
  expect([await runs(), await said(), await states()]).toEqual([["running"], [], [["104", "sent"]]]);
  await drop("statement.xml", statement("73.45"));
  await restartAt("2026-12-01T12:00:00.000Z");
  expect(await said()).toEqual([["reconciled", null, null]]);
  expect(await states()).toEqual([["104", "reconciled"]]);
  await restartAt("2026-12-05T12:00:00.000Z");
  expect((await runs()).sort()).toEqual(["closed", "closed"]);
  const before = await balances();
  await drop("again.csv", header, charge1001);
  await restartAt("2026-12-09T12:00:00.000Z");
  expect([await said(), await balances(), await desk()]).toEqual([
    [["reconciled", null, null]],
    before,
    [["source.duplicate-file", "file", null]],
  ]);
  expect(before).toEqual({ "card-fees": 250, bank: 7345 });
}, 60_000);

test("a payout that the bank does not show in time is brought to the desk, and closed by itself when it does", async () => {
  await order1001();
  await drop("export.csv", header, charge1001);
  await restartAt("2026-12-20T12:00:00.000Z");
  expect(await desk()).toEqual([["money.missing-transaction", "timing", "73.45"]]);
  await drop("statement.xml", statement("73.45"));
  await restartAt("2026-12-21T12:00:00.000Z");
  expect([await desk(), await said(), await states()]).toEqual([
    [],
    [
      ["open", "timing", 7345],
      ["reconciled", null, null],
    ],
    [["104", "reconciled"]],
  ]);
}, 60_000);

/** The exception of the row that settles nothing known. */
async function variance(): Promise<{ transaction: string; exception: string }> {
  const found = (await openRows(hub)).find((each) => each.class === "money.missing-transaction");
  if (found === undefined) throw new Error("no row is open");
  return { transaction: found.transaction, exception: found.id.slice(found.transaction.length + 1) };
}
async function writeOff(by: string) {
  const answer = await hub.resolveException({ ...(await variance()), by, reason: "the order was lost", writeOff: true });
  await drain(hub);
  return answer.outcome;
}

test("a variance above the policy's amount is written off by one person and approved by another, and a late click does nothing", async () => {
  await drop("export.csv", header, charge1001);
  await drop("statement.xml", statement("73.45"));
  await restartAt("2026-12-02T12:00:00.000Z");
  expect([await said(), await desk()]).toEqual([[], [["money.missing-transaction", "missing", "75.95"]]]);
  const { transaction } = await variance();
  expect(await writeOff("Ana Ruiz")).toBe("written-off");
  expect([await desk(), await balances()]).toEqual([
    [["policy.approval-needed", "write-off", "75.95"]],
    { "payment-clearing": -7595, "card-fees": 250, bank: 7345 },
  ]);
  const { asked } = (await readTransaction(hub.lineage, transaction)).approvals[0]!;
  const decide = (answer: "granted" | "refused", by: string) =>
    hub.decideApproval({ transaction, approval: asked.key, answer, by, reason: "agreed" });
  expect(await decide("granted", "ana ruiz")).toEqual({ outcome: "same-person" });
  expect(await decide("granted", "Bo Chen")).toEqual({ outcome: "decided" });
  expect(await decide("refused", "Cy Ode")).toEqual({ outcome: "decided-before", answer: "granted", by: "Bo Chen" });
  await restartAt("2026-12-04T12:00:00.000Z");
  expect([await desk(), await balances(), await said()]).toEqual([
    [],
    { "settlement-differences": -7595, "card-fees": 250, bank: 7345 },
    [["reconciled", null, null]],
  ]);

  // The order comes after all: its payment is what the row settles, and nothing is given up any more.
  await order1001();
  expect([await desk(), await balances(), await states()]).toEqual([[], { "card-fees": 250, bank: 7345 }, [["104", "reconciled"]]]);
}, 60_000);

test("a small one is booked without an approver", async () => {
  await drop("small.csv", header, row("#9001", "5.00", "0.20", "4.80"));
  expect(await writeOff("Ana Ruiz")).toBe("written-off");
  expect([await desk(), await balances()]).toEqual([[], { "settlement-differences": -500, "card-fees": 20, "bank-in-transit": 480 }]);
}, 60_000);

test("a write-off that is refused leaves its row open, which says who refused it; it is proposed again, granted and booked once", async () => {
  await drop("export.csv", header, charge1001);
  await drop("statement.xml", statement("73.45"));
  const { transaction } = await variance();
  const decideOpen = async (answer: "granted" | "refused", reason: string) => {
    const waiting = (await readTransaction(hub.lineage, transaction)).approvals.filter(({ decision }) => decision === undefined);
    expect(waiting).toHaveLength(1);
    await hub.decideApproval({ transaction, approval: waiting[0]!.asked.key, answer, by: "Bo Chen", reason });
    await drain(hub);
  };
  expect([await writeOff("Ana Ruiz"), await desk()]).toEqual(["written-off", [["policy.approval-needed", "write-off", "75.95"]]]);
  await decideOpen("refused", "ask the gateway first");
  await restartAt("2026-12-01T12:00:00.000Z");
  expect([await said(), await desk(), await states()]).toEqual([
    [],
    [["money.missing-transaction", "missing", "75.95"]],
    [["104", "banked"]],
  ]);
  const [row] = (await openRows(hub)).filter((each) => each.class === "money.missing-transaction");
  expect(row).toMatchObject({ transaction, owner: "finance" });
  expect(row!.message).toContain("To write it off was refused by Bo Chen: ask the gateway first.");

  expect([await writeOff("Ana Ruiz"), await desk()]).toEqual(["written-off", [["policy.approval-needed", "write-off", "75.95"]]]);
  await decideOpen("granted", "the gateway has nothing");
  await restartAt("2026-12-03T12:00:00.000Z");
  expect([await desk(), await balances(), await said()]).toEqual([
    [],
    { "settlement-differences": -7595, "card-fees": 250, bank: 7345 },
    [["reconciled", null, null]],
  ]);
}, 60_000);

test("a corrected file opens a closed payout again, and posts nothing twice", async () => {
  await order1001();
  await drop("export.csv", header, charge1001);
  await drop("statement.xml", statement("73.45"));
  await restartAt("2026-12-02T12:00:00.000Z");
  expect([await said(), await states()]).toEqual([[["reconciled", null, null]], [["104", "reconciled"]]]);
  // The gateway states the payout again, with a row more: 4.80 of it are not in the bank.
  await drop("corrected.csv", header, charge1001, row("#9001", "5.00", "0.20", "4.80"));
  await restartAt("2026-12-04T12:00:00.000Z");
  expect([(await said()).slice(1), await states()]).toEqual([[["open", null, null]], [["104", "banked"]]]);
  expect(await balances()).toEqual({ "payment-clearing": -500, "card-fees": 270, bank: 7345, "bank-in-transit": 480 });
}, 60_000);

test("a file and its correction before the bank's line come to one payout, closed when the small row is written off", async () => {
  await order1001();
  await drop("export.csv", header, charge1001);
  await drop("corrected.csv", header, charge1001, row("#9001", "5.00", "0.20", "4.80"));
  await drop("statement.xml", statement("78.25"));
  await restartAt("2026-12-02T12:00:00.000Z");
  expect(await said()).toEqual([]);
  expect(await writeOff("Ana Ruiz")).toBe("written-off");
  await restartAt("2026-12-04T12:00:00.000Z");
  expect([await said(), await balances(), await desk()]).toEqual([
    [["reconciled", null, null]],
    { "card-fees": 270, bank: 7825, "settlement-differences": -500 },
    [],
  ]);
}, 60_000);

test("a look whose answer is lost, before or after it wrote, is repeated after the restart and says everything once", async () => {
  await order1001();
  await drop("export.csv", header, charge1001);
  for (const dies of ["before", "after", "after"] as const) {
    dieOnce(dies);
    await drop("statement.xml", statement("73.45"));
    await restartAt(new Date(Date.parse(clock.now()) + 7_200_000).toISOString());
  }
  await restartAt("2026-12-05T12:00:00.000Z");
  expect([await said(), (await runs()).filter((run) => run !== "closed" && run !== "superseded"), await states()]).toEqual([
    [["reconciled", null, null]],
    [],
    [["104", "reconciled"]],
  ]);
}, 60_000);

/** The next look of this hub dies before it does anything, or when all is done and nobody has heard of it. */
function dieOnce(when: "before" | "after"): void {
  const handlers = hub.handlers as Map<string, (input: never) => Promise<unknown>>;
  const follow = handlers.get("follow-payout")!;
  handlers.set("follow-payout", async (input) => {
    handlers.set("follow-payout", follow);
    if (when === "after") await follow(input);
    throw new UnknownOutcome("the answer was lost");
  });
}
