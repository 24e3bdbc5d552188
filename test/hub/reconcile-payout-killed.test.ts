import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTransaction } from "#functions/read-transaction";
import { drain, type Hub, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { openRows } from "../../cli/commands/exceptions.ts";
import { allJournals } from "../../cli/erp-journals.ts";
import { payouts } from "../../cli/settlement-reports.ts";
import { type HubProcess, sendWebhook, startHub } from "./hub-process.ts";
import { policiesFolder } from "./temporary-hub.ts";

const secret = "payouts";
const payout = "payout:shopify-payments:shopify-us:104";

const report = [
  "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency",
  "2026-11-27 12:00:00 -0500,charge,#1001,visa,online,paid,2026-11-30,104,2026-11-29,75.95,2.50,73.45,#39001,card,75.95,USD,USD",
  "",
].join("\n");

const amount = '<Amt Ccy="USD">73.45</Amt><CdtDbtInd>CRDT</CdtDbtInd>';
const day = "<Dt><Dt>2026-12-01</Dt></Dt>";
const statement = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-12-01T23:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><CreDtTm>2026-12-01T23:00:00Z</CreDtTm><Acct><Id><Othr><Id>4410020187</Id></Othr></Id><Ccy>USD</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>${day}</Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>${amount}${day}</Bal>
<Ntry>${amount}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt><ValDt><Dt>2026-12-01</Dt></ValDt><AcctSvcrRef>HN1</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>${amount}<RmtInf><Ustrd>SHOPIFY</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-payout-killed-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** How many events the newest execution of the payout's workflow has by now, as another process sees them; each file begins one. */
function eventsOf(execution: number): number {
  const database = new DatabaseSync(join(folder, "hub.sqlite"), { readOnly: true });
  try {
    const counts = database
      .prepare(
        "SELECT count(v.id) AS n FROM execution e LEFT JOIN execution_event v ON v.machine = e.machine AND v.name = e.name WHERE e.machine = 'reconcile-payout' GROUP BY e.name ORDER BY e.started_at",
      )
      .all();
    return Number(counts[execution]?.n ?? 0);
  } finally {
    database.close();
  }
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let look = 0; look < 3_000; look += 1) {
    if (isSo()) return;
    await sleep(5);
  }
  throw new Error(`in 15 seconds it did not come to ${what}`);
}

/** A file appears whole, as a mover of files makes it appear. */
function drop(hub: HubProcess, name: string, text: string): void {
  writeFileSync(join(hub.dropFolder, name), text);
  renameSync(join(hub.dropFolder, name), join(hub.dropFolder, "settlement", name));
}

test("a payout is followed to its bank line although the hub is killed between the states of its workflow", {
  timeout: 120_000,
}, async () => {
  const kills: number[] = [];
  let hub = await startHub(folder, secret);
  for (const delivery of sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith("1001 ")))
    expect(await sendWebhook(hub.url, secret, delivery)).toBe(200);
  for (const [execution, [name, text]] of (
    [
      ["export.csv", report],
      ["statement.xml", statement],
    ] as const
  ).entries()) {
    drop(hub, name, text);
    for (const more of [1, 2, 4]) {
      await until(() => eventsOf(execution) >= more, `${more} events of the workflow after ${name}`);
      await hub.kill();
      kills.push(eventsOf(execution));
      hub = await startHub(folder, secret);
    }
  }
  await hub.kill();
  // Between them are at least three places of each workflow.
  expect(kills.length).toBe(6);

  // What waits for its next look finds some days gone.
  const startedAt = Date.now();
  const startsAt = Math.max(startedAt, Date.parse("2026-12-02T12:00:00.000Z")) + 3 * 86_400_000;
  const clock = { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };
  const later = await openHub({ dataFolder: folder, policiesFolder, webhookSecret: secret, clock });
  try {
    await drain(later);
    expect((await payouts(later, {})).map(({ payout: id, state }) => [id, state])).toEqual([["104", "reconciled"]]);
    expect(await saidOf(later)).toEqual(["reconciled"]);
    expect(await balances(later)).toEqual({ "card-fees": 250, bank: 7345 });
    expect((await openRows(later)).map((each) => each.class).filter((each) => each.startsWith("money."))).toEqual([]);
  } finally {
    await later.close();
  }
});

async function saidOf(hub: Hub): Promise<readonly string[]> {
  const { documents } = await readTransaction(hub.lineage, payout);
  return documents.flatMap(({ events }) => events.flatMap((event) => (event.name === "payout.reconciled" ? [event.outcome] : [])));
}

async function balances(hub: Hub): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  const roles = ["payment-clearing", "card-fees", "bank-in-transit", "bank", "settlement-differences"];
  for await (const journal of allJournals(hub, "erp-us", {})) {
    for (const { role, debit, credit } of journal.lines) if (roles.includes(role)) sums[role] = (sums[role] ?? 0) + debit - credit;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}
