import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTransaction } from "#functions/read-transaction";
import { storyOf } from "#functions/transaction-story";
import { drain, dropFile, type Hub, takeDrops } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { openRows } from "../../cli/commands/exceptions.ts";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { allJournals } from "../../cli/erp-journals.ts";
import { clearing, payouts } from "../../cli/settlement-reports.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { temporaryHub } from "./temporary-hub.ts";

const header =
  "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency";
const row = (type: string, order: string, amount: string, fee: string, net: string, payout = "paid,2026-11-30,104") =>
  `2026-11-27 12:00:00 -0500,${type},${order},visa,online,${payout},2026-11-29,${amount},${fee},${net},#39001,card,${amount},USD,USD`;
const charge1001 = row("charge", "#1001", "75.95", "2.50", "73.45");

const statement = (account: string, credit: string, text: string) => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-12-01T23:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><CreDtTm>2026-12-01T23:00:00Z</CreDtTm><Acct><Id><Othr><Id>${account}</Id></Othr></Id><Ccy>USD</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">${credit}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-01</Dt></Dt></Bal>
<Ntry><Amt Ccy="USD">${credit}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt><ValDt><Dt>2026-12-01</Dt></ValDt><AcctSvcrRef>HN1</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="USD">${credit}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Jane Roe</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>
`;

let temporary: Awaited<ReturnType<typeof temporaryHub>>;
let hub: Hub;

beforeEach(async () => {
  temporary = await temporaryHub();
  hub = temporary.hub;
});
afterEach(() => temporary.remove());

const call = (name: string, input: unknown) => (hub.handlers.get(name) as (input: unknown) => Promise<never>)(input);

/** Order #1001 of the sample's day: 75.95 captured by Shopify Payments. */
async function order1001(): Promise<void> {
  for (const delivery of sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith("1001 "))) {
    await deliverWebhook(hub, delivery);
  }
  await drain(hub);
}

function written(name: string, ...lines: string[]): string {
  const path = join(temporary.dataFolder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

async function drop(name: string, ...lines: string[]): Promise<string> {
  const { hash } = await dropFile(hub, "settlement", written(name, ...lines));
  expect(await drain(hub)).toEqual({ kind: "drained" });
  return hash;
}

const roles = ["payment-clearing", "card-fees", "bank-in-transit", "bank", "unidentified-receipts"];

/** Debit less credit in cents of the roles that settlements move, as the ERP holds them; what is 0 is left out. */
async function balances(): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for await (const journal of allJournals(hub, "erp-us", {})) {
    for (const { role, debit, credit } of journal.lines) if (roles.includes(role)) sums[role] = (sums[role] ?? 0) + debit - credit;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0));
}

/** Without stock that has never been received here. */
const exceptions = async () =>
  (await openRows(hub)).filter((each) => !each.class.startsWith("inventory")).map((each) => `${each.class} / ${each.code}`);

async function journalCount(): Promise<number> {
  let count = 0;
  for await (const _ of allJournals(hub, "erp-us", {})) count += 1;
  return count;
}

describe("a Shopify Payments export and the bank's statement", () => {
  test("carry an order to the bank line: clearing and bank in transit come back to zero, and one story tells it", async () => {
    await order1001();
    await drop("export.csv", header, charge1001);
    expect(await balances()).toEqual({ "card-fees": 250, "bank-in-transit": 7345 });
    await drop("statement.xml", statement("4410020187", "73.45", "SHOPIFY"));
    expect(await balances()).toEqual({ "card-fees": 250, bank: 7345 });
    expect(await exceptions()).toEqual([]);
    const story = storyOf(await readTransaction(hub.lineage, "sale:shopify:fernwick-vale.myshopify.com:6120000001001"), []);
    expect(story.settlements).toMatchObject([
      {
        payment: "7280000010010",
        payout: "104",
        amount: "75.95",
        fee: "2.50",
        currency: "USD",
        matchedBy: "order-and-amount",
        confidence: 90,
      },
    ]);
    expect(
      (await payouts(hub, {})).map(({ payout, stated, matched, variance, banked, state }) => ({
        payout,
        stated,
        matched,
        variance,
        banked,
        state,
      })),
      // "reconciled" from the first look after everything is posted: test/hub/reconcile-payout.test.ts.
    ).toEqual([
      { payout: "104", stated: 7345, matched: 7345, variance: 0, banked: 7345, state: expect.stringMatching(/^(?:banked|reconciled)$/) },
    ]);
    const { balances: open, ties } = await clearing(hub, {});
    expect([open, ties.map(({ difference }) => difference)]).toEqual([[], [0]]);
    expect((await verifyHub(hub, () => {})).checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  test("in the other direction: bank line, then payout, then order; each heals when its other side comes", async () => {
    await drop("statement.xml", statement("4410020187", "73.45", "SHOPIFY"));
    expect(await balances()).toEqual({ bank: 7345, "unidentified-receipts": -7345 });
    expect(await exceptions()).toEqual(["money.unidentified-receipt / missing"]);
    await drop("export.csv", header, charge1001);
    expect(await balances()).toEqual({ bank: 7345, "card-fees": 250, "payment-clearing": -7595 });
    expect(await exceptions()).toEqual(["money.missing-transaction / missing"]);
    await order1001();
    expect(await balances()).toEqual({ bank: 7345, "card-fees": 250 });
    expect(await exceptions()).toEqual([]);
  });

  test("say nothing of people in the record", async () => {
    await drop("statement.xml", statement("4410020187", "73.45", "Refund for Jane Roe 2231"));
    const page = await hub.lineage.transactions(undefined, 10);
    const items = await Promise.all(page.transactions.map((transaction) => readTransaction(hub.lineage, transaction)));
    expect(JSON.stringify(items.map(({ documents }) => documents))).not.toContain("JANE");
    expect(JSON.stringify(items.map(({ documents }) => documents))).not.toContain("Roe");
  });
});

describe("the same report again", () => {
  test("under another name is a duplicate and moves nothing", async () => {
    await order1001();
    await drop("export.csv", header, charge1001);
    const before = await journalCount();
    const hash = await drop("export (1).csv", header, charge1001);
    expect(await journalCount()).toBe(before);
    const { documents } = await readTransaction(hub.lineage, `file:settlement:${hash}`);
    expect(documents.flatMap(({ issues }) => issues.map((issue) => issue.class))).toEqual(["source.duplicate-file"]);
  });

  test("with more columns and the row of another day is no second fee", async () => {
    await order1001();
    await drop("export.csv", header, row("charge", "#1001", "75.95", "2.50", "73.45", "pending,,"));
    expect(await balances()).toEqual({ "payment-clearing": 7345, "card-fees": 250 });
    await drop("export-2.csv", `${header},VAT`, `${charge1001},0.00`);
    expect(await balances()).toEqual({ "bank-in-transit": 7345, "card-fees": 250 });
  });

  test("corrected: the payout that was held whole, and named, posts once its rows add up", async () => {
    await order1001();
    const hash = await drop("export.csv", header, row("charge", "#1001", "75.95", "2.50", "70.00"));
    expect(await balances()).toEqual({ "payment-clearing": 7595 });
    const { documents } = await readTransaction(hub.lineage, `file:settlement:${hash}`);
    expect(documents.flatMap(({ events, issues }) => [...events, ...issues.map((issue) => issue.class)])).toEqual([
      expect.stringMatching(/^(?:money|source|data)\./),
    ]);
    await drop("export-corrected.csv", header, charge1001);
    expect(await balances()).toEqual({ "bank-in-transit": 7345, "card-fees": 250 });
  });
});

describe("a report that cannot be taken in", () => {
  test.each([
    ["of another kind", "a,b,c", "1,2,3"],
    ["cut off in the middle of a row", header, charge1001, charge1001.slice(0, 60)],
    ["without its amount column", header.replace(",Amount,", ",Betrag,"), charge1001],
    ["in an unknown currency", header, charge1001.replaceAll("USD", "XXD")],
    ["in binary", "\u0000\u0001\u0002PK\u0003\u0004"],
  ])("%s is held whole and named, and nothing of it posts", async (_, ...lines) => {
    const hash = await drop("export.csv", ...lines);
    expect(await journalCount()).toBe(0);
    const view = await readTransaction(hub.lineage, `file:settlement:${hash}`);
    expect(view.documents.flatMap(({ events }) => events)).toEqual([]);
    expect(view.exceptions.filter(({ closed }) => closed === undefined).length).toBeGreaterThan(0);
    expect((await hub.lineage.transactions(undefined, 10)).transactions).toEqual([`file:settlement:${hash}`]);
  });

  test("because a run over it failed is named to the desk; dropped again it is taken in and closes that", async () => {
    const handlers = hub.handlers as Map<string, (input: never) => Promise<unknown>>;
    const ingest = handlers.get("ingest-settlement-chunk")!;
    handlers.set("ingest-settlement-chunk", async () => {
      throw new RangeError("the disk is full");
    });
    await drop("export.csv", header, charge1001);
    expect(await exceptions()).toEqual(["transport.parse / not-taken-in"]);
    handlers.set("ingest-settlement-chunk", ingest);
    await drop("export.csv", header, charge1001);
    expect(await exceptions()).toEqual(["money.missing-transaction / missing"]);
    expect(await balances()).toEqual({ "payment-clearing": -7595, "card-fees": 250, "bank-in-transit": 7345 });
  });

  test("to its end, because of a crash after some rows: the next run takes in the rest, and nothing twice", async () => {
    const { execution } = await dropFile(hub, "settlement", written("export.csv", header, charge1001));
    const started = await hub.executions.get("ingest-settlement-file", execution);
    const checked: { manifest: string; drop: string; receivedAt: string } = await call("check-settlement-file", started?.input);
    await call("ingest-settlement-chunk", { drop: checked.drop, manifest: checked.manifest, chunk: 0, receivedAt: checked.receivedAt });
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await balances()).toEqual({ "payment-clearing": -7595, "card-fees": 250, "bank-in-transit": 7345 });
    const { transactions } = await hub.lineage.transactions(undefined, 10);
    expect(transactions.map((transaction) => transaction.split(":", 1)[0])).toEqual([
      "file",
      "payout",
      "settlement-row",
      "source",
      "source",
    ]);
  });
});

test("files of a drop folder are taken in by it", async () => {
  const folder = join(temporary.dataFolder, "drops");
  mkdirSync(join(folder, "settlement"), { recursive: true });
  writeFileSync(join(folder, "settlement", "export.csv"), `${header}\n${charge1001}\n`);
  const seen = new Map<string, string>();
  const fail = (error: unknown) => {
    throw error;
  };
  await takeDrops(hub, folder, seen, fail);
  expect(await takeDrops(hub, folder, seen, fail)).toBe(1);
  await drain(hub);
  expect(await balances()).toEqual({ "payment-clearing": -7595, "card-fees": 250, "bank-in-transit": 7345 });
});
