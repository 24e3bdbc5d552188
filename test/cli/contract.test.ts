import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { openHub } from "#hub";
import { type PosFileDelivery, sampleDay, sampleSettlement, settlementTruth, shopDomain, type WebhookDelivery } from "#sample";
import { consolidatedJson, ratesText, translatedTrialBalance } from "../../cli/consolidated-report.ts";
import { commands } from "../../cli/main.ts";
import { type CliRun, runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "throughline-cli-"));
const data = join(folder, "data");
const hub = (...words: string[]): Promise<CliRun> => runCli([...words, "--data", data]);

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  expect((await hub("demo", "--json")).status).toBe(0);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The shapes of the contract, written down here from its document and not taken from the code.
const decimal = z.string().regex(/^-?\d+(\.\d{1,3})?$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const exceptionRow = z.strictObject({
  id: z.string(),
  class: z.string(),
  code: z.string(),
  severity: z.enum(["info", "warning", "error", "critical"]),
  owner: z.string(),
  dueAt: z.iso.datetime(),
  transaction: z.string(),
  document: z.string().nullable(),
  amount: decimal.nullable(),
  currency: z.string().nullable(),
  message: z.string().min(10),
  action: z.string().min(10),
  state: z.enum(["open", "closed"]),
  cause: z.string().min(1),
  settledBy: z.enum(["person", "approval", "hub"]),
  retry: z.enum(["by-itself", "on-news", "on-retry", "never"]),
  escalated: z.int(),
  closed: z.strictObject({ by: z.string(), at: z.iso.datetime(), reason: z.string() }).nullable(),
  trail: z.array(z.strictObject({ at: z.iso.datetime(), what: z.string(), by: z.string(), detail: z.string() })).optional(),
});
const trialBalance = z.strictObject({
  entity: z.string(),
  currency: z.string(),
  accounts: z.array(
    z.strictObject({
      account: z.string(),
      roles: z.array(z.string()),
      name: z.string(),
      debit: decimal,
      credit: decimal,
      balance: decimal,
    }),
  ),
  debit: decimal,
  credit: decimal,
});
const journal = z.strictObject({
  erpDocument: z.string(),
  key: z.string(),
  revision: z.int(),
  reverses: z.string().optional(),
  transaction: z.string().nullable(),
  entity: z.string(),
  businessDate: day,
  postingDate: day,
  currency: z.string(),
  lines: z.array(
    z.strictObject({
      account: z.string(),
      role: z.string(),
      debit: decimal,
      credit: decimal,
      functionalDebit: decimal,
      functionalCredit: decimal,
      dimensions: z.record(z.string(), z.string()),
    }),
  ),
  events: z.array(z.string()),
  policyVersion: z.string().nullable(),
});
const inventory = z.strictObject({
  entity: z.string(),
  item: z.string(),
  location: z.string(),
  onHand: decimal,
  value: decimal,
  movements: z.int(),
});
const ingestLine = z.strictObject({
  file: z.string(),
  document: z.string().nullable(),
  status: z.enum(["accepted", "duplicate", "revised", "quarantined", "rejected"]),
  events: z.array(z.string()),
  transactions: z.array(z.string()),
  exceptions: z.array(z.string()),
  reason: z.string().optional(),
});
const story = z.looseObject({
  transaction: z.string(),
  kind: z.enum(["sale", "file", "payout", "settlement-row", "bank-line"]),
  references: z.array(z.strictObject({ type: z.string(), value: z.string() })),
  events: z.array(z.looseObject({ name: z.string(), key: z.string(), occurredAt: z.iso.datetime() })),
  documents: z.array(z.looseObject({ key: z.string(), erpDocument: z.string().nullable() })),
  settlements: z.array(
    z.strictObject({
      settlement: z.string(),
      payment: z.string(),
      payout: z.string().nullable(),
      amount: decimal,
      fee: decimal,
      currency: z.string(),
      matchedBy: z.string(),
      confidence: z.int(),
    }),
  ),
  exceptions: z.array(exceptionRow),
  state: z.enum(["settled", "held", "posting", "waiting"]),
});

async function json<Schema extends z.ZodType>(schema: Schema, ...words: string[]): Promise<z.infer<Schema>> {
  const { status, stdout, stderr } = await hub(...words, "--json");
  expect([status, stderr]).toEqual([0, ""]);
  return schema.parse(JSON.parse(stdout));
}

const webhook = (id: string) => sampleDay().find((delivery): delivery is WebhookDelivery => delivery.id === id) as WebhookDelivery;

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("what --json gives", () => {
  test("report trial-balance: every entity ties, to the cent", async () => {
    const rows = await json(z.array(trialBalance), "report", "trial-balance");
    expect(rows.map(({ entity, currency }) => `${entity} ${currency}`)).toEqual(["CA1 CAD", "US1 USD", "US2 USD"]);
    for (const { debit, credit } of rows) expect(debit).toBe(credit);
    expect((await json(z.array(trialBalance), "report", "trial-balance", "--entity", "CA1")).length).toBe(1);
  });

  test("report trial-balance --consolidated: the group per currency, with nothing left of what its entities owe each other", async () => {
    const row = z.strictObject({
      account: z.string(),
      byEntity: z.record(z.string(), decimal),
      eliminated: decimal,
      consolidated: decimal,
    });
    const pair = z.strictObject({ entities: z.array(z.string()), balances: decimal, trade: decimal });
    const group = z.strictObject({
      currency: z.string(),
      entities: z.array(z.string()),
      accounts: z.array(row),
      pairs: z.array(pair),
      notEliminated: z.array(z.string()),
      eliminationDifference: decimal,
    });
    const groups = await json(z.array(group), "report", "trial-balance", "--consolidated");
    expect(groups.map(({ currency, entities }) => [currency, ...entities])).toEqual([
      ["CAD", "CA1"],
      ["USD", "US1", "US2"],
    ]);
    for (const { eliminationDifference } of groups) expect(eliminationDifference).toBe("0.00");
    const { status, stderr } = await hub("report", "trial-balance", "--consolidated", "--entity", "US1");
    expect([status, stderr.includes("leave out --entity")]).toEqual([2, true]);
    const translated = await hub("report", "trial-balance", "--consolidated", "--in", "USD", "--to", "2026-11-30", "--json");
    expect([translated.status, translated.stdout.trim()]).toEqual([1, "[]"]);
    expect(translated.stderr).toContain("  CAD, closing of 2026-11-30");
  });

  test("report trial-balance --consolidated --in: the whole group of the demo in dollars, and nothing of what it owes and sells itself", async () => {
    const opened = await openHub({ dataFolder: data, policiesFolder: "policies" });
    try {
      const rate = (of: string, from: string, value: string) => ({ of, in: "USD", rate: value, from, why: "test" });
      const fxRates = [rate("CAD", "2026-01-01", "0.74"), rate("CAD", "2026-11-25", "0.7"), rate("CAD", "2026-11-28", "0.72")];
      const policy = { ...opened.policy, fxRates };
      const { group: found, rates, missing } = await translatedTrialBalance({ ...opened, policy }, { to: "2026-11-28" }, "USD");
      expect(missing).toEqual([]);
      // November has four days with a rate, one of them at the newer: (3 × 0.7 + 0.72) / 4.
      expect(ratesText(rates, "USD").split("\n")).toEqual([
        "1 CAD = 0.705 USD, average rate of 2026-11",
        "1 CAD = 0.72 USD, closing rate of 2026-11-28",
        "1 CAD = 0.74 USD, historical rate of 2026-01-01",
      ]);
      const { accounts, pairs, notEliminated, eliminationDifference } = consolidatedJson(found!);
      // Worked out by hand from the books of CA1: balances × 0.72, income × 0.705, equity × 0.74, and what is left.
      expect(accounts.flatMap(({ account, byEntity }) => (byEntity.CA1 === undefined ? [] : [`${account} ${byEntity.CA1}`]))).toEqual([
        "1010 26460.00",
        "1020 1792.80",
        "1050 360.00",
        "1060 147.06",
        "1240 1246.76",
        "1400 6713.96",
        "2110 0.00",
        "2250 -350.10",
        "3000 -35743.85",
        "3900 932.87",
        "4000 -2659.22",
        "4100 8.45",
        "4200 14.06",
        "5000 1076.92",
        "6200 0.25",
        "6210 0.04",
      ]);
      const within = accounts.filter(({ eliminated }) => eliminated !== "0.00");
      expect(within.map(({ account, eliminated, consolidated }) => [account, eliminated, consolidated])).toEqual([
        ["1350", "-153.00", "0.00"],
        ["2350", "153.00", "0.00"],
        ["4900", "135.15", "0.00"],
        ["5900", "-135.15", "0.00"],
      ]);
      expect([pairs, notEliminated, eliminationDifference]).toEqual([
        [{ entities: ["US1", "US2"], balances: "0.00", trade: "0.00" }],
        [],
        "0.00",
      ]);
      const consolidated = new Map(accounts.map((each) => [each.account, each.consolidated]));
      expect(["1010", "3000", "3900", "4000", "4010", "5000"].map((account) => consolidated.get(account))).toEqual([
        "253060.00",
        "-345839.45",
        "932.87",
        "-11410.74",
        "-6397.76",
        "6986.35",
      ]);
      expect(accounts.reduce((cents, each) => cents + Math.round(Number(each.consolidated) * 100), 0)).toBe(0);
    } finally {
      await opened.close();
    }
  });

  test("report journals: filtered by transaction, each with the facts and the policy behind it", async () => {
    const rows = await json(z.array(journal), "report", "journals", "--transaction", "#1001");
    expect(rows.map(({ events, transaction }) => [transaction, ...events])).toEqual([
      [`sale:shopify:${shopDomain}:6120000001001`, "payment.captured:7280000010010"],
      [`sale:shopify:${shopDomain}:6120000001001`, "fulfillment.shipped:5550000010010"],
      [`sale:shopify:${shopDomain}:6120000001001`, "fulfillment.shipped:5550000010010"],
    ]);
    for (const { policyVersion } of rows) expect(policyVersion).toMatch(/^[0-9a-f]{64}$/);
    expect(await json(z.array(journal), "report", "journals", "--date", "2025-01-01")).toEqual([]);
  });

  test("report cost: what a million orders cost on AWS, line by line, beside the floor", async () => {
    const line = z.strictObject({ service: z.string(), operation: z.string(), perOrder: z.number(), usdPerMillionOrders: z.number() });
    const cost = z.strictObject({ usdPerMillionOrders: z.number(), lines: z.array(line).min(3) });
    const report = await json(z.strictObject({ steady: cost, backlog: cost, floor: cost }), "report", "cost");
    for (const { usdPerMillionOrders, lines } of Object.values(report)) {
      const together = lines.reduce((sum, each) => sum + each.usdPerMillionOrders, 0);
      expect(together).toBeCloseTo(usdPerMillionOrders, 1);
    }
    const { stdout } = await hub("report", "cost");
    expect(stdout).toMatch(/steady: \$\d+\.\d\d per million orders/);
    expect(stdout).toMatch(/requests, measure-lineage +0\.\d+ /);
    expect(stdout).toMatch(/bytes, receive-shopify-webhook +\d{3}[ .]/);
    expect(stdout).toMatch(/prices of us-east-1, checked 2026-11: cost\/prices\.json/);
  });

  test("report intercompany: every pair of the day has both its legs", async () => {
    expect(await json(z.array(z.never()), "report", "intercompany")).toEqual([]);
    expect((await hub("report", "intercompany")).stdout).toContain("Nothing to report.");
    expect((await hub("report", "intercompany", "--date", "2026-11-27")).status).toBe(2);
  });

  test("report inventory", async () => {
    const rows = await json(z.array(inventory), "report", "inventory", "--entity", "CA1");
    expect(rows.length).toBe(25);
  });

  test("report clearing: what each gateway's account is made of, to the cent, and how it ties to the trial balance", async () => {
    const question = z.strictObject({ reason: z.string(), owner: z.string(), dueAt: z.string() });
    const item = z.strictObject({
      kind: z.enum(["sale", "row", "payout", "other"]),
      transaction: z.string().nullable(),
      reference: z.string(),
      amount: decimal,
      since: day,
      ageDays: z.int(),
      waitsFor: z.string(),
      open: question.optional(),
    });
    const account = z.strictObject({
      entity: z.string(),
      gateway: z.string(),
      currency: z.string(),
      balance: decimal,
      items: z.array(item),
    });
    const tie = z.strictObject({
      entity: z.string(),
      currency: z.string(),
      account: z.string(),
      reported: decimal,
      ledger: decimal,
      difference: decimal,
    });
    const { rows, ties } = await json(
      z.strictObject({ rows: z.array(account), ties: z.array(tie) }),
      "report",
      "clearing",
      "--entity",
      "US1",
    );
    const cents = (text: string) => Math.round(Number(text) * 100);
    for (const { balance, items } of rows) expect(items.reduce((sum, { amount }) => sum + cents(amount), 0)).toBe(cents(balance));
    expect(ties.map(({ difference }) => difference).filter((difference) => difference !== "0.00")).toEqual([]);
    const shop = rows.find(({ gateway }) => gateway === "shopify_payments");
    const { clearing, open } = settlementTruth();
    expect([cents(shop?.balance ?? ""), shop?.items.map(({ amount, waitsFor }) => `${cents(amount)} ${waitsFor}`).sort()]).toEqual([
      clearing,
      [`${open.heldOrder} the sale to be posted`, `${open.unknownSale} its sale`, `${open.nextPayout} its payout`].sort(),
    ]);
  });

  test("report payouts: each with its rows", async () => {
    const question = z.strictObject({ reason: z.string(), owner: z.string(), dueAt: z.string() });
    const row = z.strictObject({
      type: z.string(),
      class: z.string().nullable(),
      amount: decimal,
      fee: decimal,
      net: decimal,
      transaction: z.string().optional(),
      state: z.enum(["matched", "unmatched", "posted", "held"]),
      open: question.optional(),
    });
    const payout = z.strictObject({
      payout: z.string(),
      source: z.string(),
      account: z.string(),
      issuedOn: day,
      currency: z.string(),
      itemized: z.boolean(),
      stated: decimal,
      matched: decimal,
      variance: decimal,
      banked: decimal,
      state: z.enum(["scheduled", "sent", "banked", "reconciled", "returned", "cancelled"]),
      open: question.optional(),
      rows: z.array(row),
    });
    const [first, second] = sampleSettlement().payouts.map(({ net }) => (net / 100).toFixed(2));
    const rows = await json(z.array(payout), "report", "payouts");
    expect(rows.map(({ payout: id, stated, variance, banked, state }) => [id, stated, variance, banked, state])).toEqual([
      ["90210000001", first, "0.00", first, "banked"],
      ["90210000002", second, "0.00", "0.00", "sent"],
    ]);
    const dispute = rows[1]?.rows.find(({ class: name }) => name === "dispute");
    expect(dispute).toEqual({
      type: "chargeback hold",
      class: "dispute",
      amount: "-107.28",
      fee: "15.00",
      net: "-122.28",
      state: "posted",
    });
    expect(await json(z.array(payout), "report", "payouts", "--date", "2026-12-01")).toEqual([rows[1]]);
  });

  test("report store-day: every day with its state, its drawers and what it waits for; one day in full by store and date", async () => {
    const days = await json(
      z.array(z.looseObject({ store: z.string(), state: z.string(), drawers: z.array(z.looseObject({ overShort: decimal.nullable() })) })),
      "report",
      "store-day",
    );
    expect(days.map(({ store, state }) => [store, state])).toEqual([
      ["0101", "reconciled"],
      ["0201", "received"],
      ["0301", "reconciled"],
    ]);
    const { stdout } = await hub("report", "store-day", "--date", "2026-11-27");
    expect(stdout).toMatch(/0101 .* reconciled .* \+1\.50/);
    expect(stdout).toMatch(/0201 .* received .* register 3 says nothing on this day/);
    expect(await json(z.unknown(), "report", "store-day", "--store", "0201", "--date", "2026-11-27")).toEqual(days[1]);
    expect((await hub("report", "store-day", "--store", "0201", "--date", "2026-11-26")).stdout).toContain("2026-11-26: received");
    expect(await json(z.array(z.unknown()), "report", "store-day", "--date", "2026-11-26")).toEqual([]);
  });

  test("erp order: each order of a file once, with the ERP's number or why not; erp orders: what the ERP holds", async () => {
    const file = join(folder, "orders.json");
    const line = { item: "LINEN-THROW", quantity: "40", unitCost: "21.50" };
    const order = {
      number: "PO-300",
      entity: "US1",
      vendor: "linen-mill",
      location: "dc-columbus",
      currency: "USD",
      orderedOn: "2026-11-27",
      lines: [line],
    };
    writeFileSync(file, JSON.stringify([order, { ...order, number: "PO-301", lines: [line, line] }]));
    const placed = await hub("erp", "order", file, "--json");
    expect([placed.status, JSON.parse(placed.stdout)]).toEqual([
      1,
      {
        ok: false,
        orders: [
          { number: "PO-300", entity: "US1", state: "done", erpNumber: "PO-300" },
          { number: "PO-301", entity: "US1", state: "refused", code: "invalid-order", message: expect.stringContaining("PO-301") },
        ],
      },
    ]);
    const held = await hub("erp", "orders", "US1", "PO-300", "PO-999", "--json");
    const { lines: _, ...head } = order;
    expect([held.status, JSON.parse(held.stdout)]).toEqual([
      1,
      { orders: [{ ...head, erpNumber: "PO-300", open: true, lines: [{ ...line, received: "0" }] }, null] },
    ]);
    writeFileSync(file, JSON.stringify([{ ...order, lines: [{ ...line, quantity: 40 }] }]));
    expect(await hub("erp", "order", file)).toMatchObject({ status: 2, stderr: expect.stringContaining("0.lines.0.quantity") });
    expect(await hub("erp", "orders", "NOWHERE", "PO-300")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no entity NOWHERE"),
    });
  });

  test("report certificate: every side of a day beside the others, the same hash for the same facts", async () => {
    const side = z.strictObject({ count: z.int(), amount: decimal });
    const certificate = z.strictObject({
      date: day,
      hash: z.string().regex(/^[0-9a-f]{64}$/),
      complete: z.boolean(),
      transaction: z.string(),
      issuedAt: z.iso.datetime(),
      isNew: z.boolean(),
      earlier: z.array(z.strictObject({ hash: z.string(), issuedAt: z.iso.datetime() })),
      rows: z.array(
        z.strictObject({
          kind: z.enum(["channel-day", "store-day", "payout"]),
          name: z.string(),
          currency: z.string(),
          means: z.string(),
          source: side,
          lineage: side,
          erp: side,
          bank: side.nullable(),
          differences: z.array(
            z.strictObject({
              between: z.enum(["source and lineage", "lineage and ERP", "ERP and bank"]),
              reason: z.string(),
              count: z.int(),
              amount: decimal,
              transactions: z.array(z.string()),
            }),
          ),
        }),
      ),
    });
    const ask = async (date: string) => {
      const { status, stdout } = await hub("report", "certificate", "--date", date, "--json");
      return { status, answer: certificate.parse(JSON.parse(stdout)) };
    };
    const payouts = sampleSettlement().payouts.map(({ id, issuedOn, net }) => ({ id: String(id), issuedOn, net: (net / 100).toFixed(2) }));
    for (const { id, issuedOn, net } of payouts) {
      const { answer } = await ask(issuedOn);
      const row = answer.rows.find(({ kind, name }) => kind === "payout" && name.endsWith(` ${id}`));
      expect([row?.source.amount, row?.lineage.amount, row?.erp.amount]).toEqual([net, net, net]);
      expect((await ask(issuedOn)).answer).toEqual({ ...answer, isNew: false });
    }
    const { status, answer } = await ask("2026-11-27");
    expect([status, answer.complete]).toEqual([1, false]);
    const { open } = settlementTruth();
    const cards = answer.rows.find(({ means }) => means === "payment-clearing shopify_payments");
    // Its row has settled it, and the sale itself is held: it stands in clearing with the other sign.
    const held = { between: "source and lineage", amount: (-open.heldOrder / 100).toFixed(2) };
    expect(cards?.differences[0]).toMatchObject(held);
  });

  test("report kpi: every KPI with what it means; one without data says what it needs, and never 0 or 100 %", async () => {
    const numbers = z.record(z.string(), z.union([z.number(), decimal, z.null()]));
    const over = z.array(z.strictObject({ dimensions: z.record(z.string(), z.string()), count: z.number(), values: numbers }));
    const kpi = z.strictObject({
      id: z.string(),
      title: z.string(),
      meaning: z.string(),
      formula: z.string(),
      unit: z.enum(["milliseconds", "percent", "amount", "messages"]),
      target: z.string().nullable(),
      state: z.enum(["met", "missed", "no target", "no data yet"]),
      needs: z.string().optional(),
      over,
    });
    const answer = z.strictObject({ from: day.nullable(), to: day.nullable(), kpis: z.array(kpi) });
    const { kpis } = await json(answer, "report", "kpi");
    const found = (id: string) => kpis.find((each) => each.id === id);
    expect(kpis.map(({ id }) => id)).toEqual([
      ...["order-to-posting", "return-reconciliation", "manual-intervention", "inventory-accuracy", "financial-close"],
      ...["promotion-exceptions", "integration-recovery", "open-exceptions", "backlog", "clearing-age", "completeness"],
    ]);
    expect(found("inventory-accuracy")).toMatchObject({
      state: "no data yet",
      needs: "no data yet: needs a stock count (stock.counted) whose lines state what was expected",
      over: [],
    });
    expect(found("order-to-posting")).toMatchObject({ state: "met", target: "p95 at most 5 min" });
    expect(found("completeness")?.over[0]).toMatchObject({ dimensions: {}, count: 198, values: { part: 194 } });
    expect(found("open-exceptions")?.over[0]?.count).toBe(11);
    expect(found("backlog")?.over).toMatchObject([
      { dimensions: { connection: "erp-ca" }, count: 0 },
      { dimensions: { connection: "erp-us" }, count: 0 },
    ]);
    // The day was recorded on its next morning; open exceptions are as they stand now.
    const before = await json(answer, "report", "kpi", "--date", "2026-11-27");
    expect([before.from, before.to, before.kpis.find(({ id }) => id === "order-to-posting")?.state]).toEqual([
      "2026-11-27",
      "2026-11-27",
      "no data yet",
    ]);
    const since = await json(answer, "report", "kpi", "--since", "2026-11-28");
    expect(since.kpis.find(({ id }) => id === "order-to-posting")?.over).toEqual(found("order-to-posting")?.over);
    expect((await hub("report", "kpi")).stdout).toContain("no data yet: needs a stock count");
    expect((await hub("report", "kpi", "--date", "2026-11-27", "--since", "2026-11-27")).status).toBe(2);
  });

  test("ingest settlement: a line per row, payout and file; again it is a duplicate", async () => {
    const header =
      "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency";
    const line = "2026-11-29 12:00:00 -0500,charge,#7777,visa,online,paid,2026-12-02,777,2026-12-01,10.00,0.59,9.41,#1,card,10.00,USD,USD";
    const path = write("late.csv", `${header}\n${line}\n`);
    const first = (await hub("ingest", "settlement", path, "--json")).stdout
      .trim()
      .split("\n")
      .map((each) => ingestLine.parse(JSON.parse(each)));
    expect(first.map(({ status, events, exceptions }) => [status, events, exceptions.length])).toEqual([
      ["accepted", ["settlement.recorded"], 1],
      ["accepted", ["payout.stated"], 0],
      ["accepted", ["settlement-file.received"], 0],
    ]);
    const again = (await hub("ingest", "settlement", path, "--json")).stdout
      .trim()
      .split("\n")
      .map((each) => ingestLine.parse(JSON.parse(each)));
    expect(again.map(({ status }) => status)).toEqual(["duplicate", "duplicate", "duplicate"]);
    const { status, stderr } = await hub("ingest", "settlement", path, "--source", "mt940");
    expect([status, stderr.includes("late.csv is shopify-payments-csv, not mt940")]).toEqual([2, true]);
  });

  test("report sales, margin, tax, discounts, stored-value: rows, and how each ties to the trial balance", async () => {
    const tie = z.strictObject({
      entity: z.string(),
      currency: z.string(),
      account: z.string(),
      reported: decimal,
      ledger: decimal,
      difference: decimal,
    });
    const head = { entity: z.string(), currency: z.string() };
    const answer = <Shape extends z.core.$ZodLooseShape>(row: Shape) =>
      z.strictObject({ rows: z.array(z.strictObject({ ...head, ...row })).min(1), ties: z.array(tie).min(1) });

    const figures = { gross: decimal, discounts: decimal, returns: decimal, concessions: decimal, net: decimal, shipping: decimal };
    const sales = await json(answer({ place: z.string(), transactions: z.int(), ...figures }), "report", "sales");
    expect(sales.rows.map(({ entity, place }) => `${entity} ${place}`)).toEqual([
      "CA1 store 0301",
      "US1 channel web",
      "US1 store 0101",
      "US2 store 0201",
    ]);
    const cost = { revenue: decimal, costOfGoods: decimal, freight: decimal, intercompany: decimal, margin: decimal };
    const marginRow = { of: z.string(), transactions: z.int(), ...cost, marginBasisPoints: z.int().optional() };
    const margin = await json(answer(marginRow), "report", "margin", "--entity", "US2");
    const byOrder = await json(answer(marginRow), "report", "margin", "--by", "order", "--entity", "US2");
    // The web order is one that US2's store ships for US1: it earns the transfer price.
    expect(margin.rows.map(({ of }) => of)).toEqual(["channel web", "store 0201"]);
    expect(byOrder.rows).toHaveLength(margin.rows.reduce((total, { transactions }) => total + transactions, 0));
    const due = { collected: decimal, refunded: decimal, payable: decimal, filed: decimal, toFile: decimal };
    const taxRow = { jurisdiction: z.string(), ...due, inAdvance: decimal, channelRemitted: decimal };
    const filings = { returns: z.array(z.looseObject({ declared: decimal })).min(1), amendments: z.array(z.never()) };
    const tax = await json(answer(taxRow).extend(filings), "report", "tax");
    // Nothing is filed yet: what the ERP holds as payable is what the hub's plans have to declare, to the cent.
    for (const { payable, filed, toFile } of tax.rows) expect([filed, toFile]).toEqual(["0.00", payable]);
    const limit = z.record(z.string(), z.int()).nullable();
    const rule = z.strictObject({
      ...{ code: z.string(), channels: z.array(z.string()).nullable(), from: day, to: day.nullable(), percentMax: decimal.nullable() },
      ...{ lineMaxMinorUnits: limit, transactionMaxMinorUnits: limit, totalMaxMinorUnits: limit, why: z.string() },
    });
    const given = { promotion: z.string(), transactions: z.int(), amount: decimal };
    const discountAnswer = answer({ place: z.string(), ...given }).extend({
      promotions: z.array(z.strictObject({ ...head, ...given, left: decimal.nullable(), rule: rule.nullable() })),
    });
    const discounts = await json(discountAnswer, "report", "discounts", "--date", "2026-11-27");
    expect(discounts.promotions.map(({ left }) => left)).toEqual(discounts.promotions.map(() => null));
    const { promotions } = await json(discountAnswer, "report", "discounts", "--entity", "US1");
    expect(promotions.map(({ promotion, amount, left, rule: by }) => `${promotion} ${amount}, ${left} left, ${by?.code}`)).toEqual([
      "Black Friday 15 % 11.08, null left, Black Friday 15 %",
      "DISPLAY-PIECE 22.35, null left, DISPLAY-PIECE",
      "TWENTYOFF 20.00, 4980.00 left, TWENTYOFF",
      "WELCOME10 81.00, null left, WELCOME10",
    ]);
    // Every account that these draw on is theirs alone, so the ERP's own totals must be theirs too.
    for (const { ties } of [sales, margin, byOrder, tax, discounts])
      expect(ties.filter(({ difference }) => difference !== "0.00")).toEqual([]);
    // The opening balance of the gift cards stands on the same account and is no movement.
    const storedValue = { kind: z.string(), issuer: z.string(), issued: decimal, redeemed: decimal, lapsed: decimal, change: decimal };
    const cards = await json(answer(storedValue), "report", "stored-value");
    expect(cards.ties).toContainEqual(expect.objectContaining({ entity: "US1", account: "2150", difference: "-6400.00" }));
  });

  test("report kpi: clearing balances by age come to those of report clearing", async () => {
    const sums = new Map<string, number>();
    const add = (account: string, amount: string) => sums.set(account, (sums.get(account) ?? 0) + Math.round(Number(amount) * 100));
    const { stdout } = await hub("report", "clearing", "--json");
    for (const { entity, gateway, currency, balance } of JSON.parse(stdout).rows) add(`${entity} ${gateway} ${currency}`, balance);
    expect(sums.size).toBeGreaterThan(5);
    const kpi = JSON.parse((await hub("report", "kpi", "--json")).stdout);
    for (const { dimensions, values } of kpi.kpis.find(({ id }: { id: string }) => id === "clearing-age").over)
      add(`${dimensions.entity} ${dimensions.gateway} ${dimensions.currency}`, String(-values.amount));
    expect([...sums].filter(([, left]) => left !== 0)).toEqual([]);
  });

  test("report returns: by what is known of their sale, blind ones apart, tied to the trial balance", async () => {
    const answer = z.strictObject({
      rows: z.array(
        z.strictObject({
          entity: z.string(),
          place: z.string(),
          kind: z.enum(["same-place", "elsewhere", "blind", "blind-outside-rule", "over-return-refused", "unexplained"]),
          returns: z.int(),
          given: z.record(z.string(), decimal),
          booked: decimal.nullable(),
          currency: z.string().nullable(),
        }),
      ),
      ties: z.array(z.looseObject({ entity: z.string(), account: z.string(), difference: decimal })),
    });
    const text = ({ rows }: z.infer<typeof answer>) =>
      rows.map(
        ({ entity, place, kind, returns, given, booked }) => `${entity} ${place} ${kind}: ${returns}, ${JSON.stringify(given)}, ${booked}`,
      );
    const all = await json(answer, "report", "returns");
    expect(text(all)).toEqual([
      'CA1 store 0301 same-place: 1, {"CAD":"22.54"}, 19.95',
      'US1 channel web same-place: 3, {"USD":"178.96"}, 167.85',
      'US1 store 0101 elsewhere: 1, {"USD":"243.31"}, 229.00',
      'US1 store 0101 same-place: 1, {"USD":"68.00"}, 64.00',
      'US1 store 0201 elsewhere: 1, {"USD":"13.80"}, 12.99',
      'US2 store 0201 blind: 1, {"USD":"28.15"}, 26.00',
      'US2 store 0201 blind-outside-rule: 1, {"USD":"90.93"}, 84.00',
    ]);
    expect(all.ties.map(({ entity, difference }) => [entity, difference])).toEqual([
      ["CA1", "0.00"],
      ["US1", "0.00"],
      ["US2", "0.00"],
    ]);
    expect(text(await json(answer, "report", "returns", "--entity", "US2"))).toEqual(text(all).slice(-2));
    expect(text(await json(answer, "report", "returns", "--to", "2026-11-26"))).toEqual([]);
  });

  test("exceptions, by owner and in all", async () => {
    const rows = await json(z.array(exceptionRow), "exceptions");
    // Those of the day; what other tests of this file take in stands beside them.
    expect(rows.map((row) => `${row.class}/${row.code}`)).toEqual(
      expect.arrayContaining([
        "data.unmapped/item",
        "money.amount-mismatch/order-total",
        "money.amount-mismatch/tenders-pay-total",
        "money.missing-transaction/missing",
        "money.unidentified-receipt/missing",
        "policy.blind-return/blind-limit",
        "sequence.parent-missing/payment.captured",
        "source.control-total/transaction-amount",
        "source.control-total/transaction-count",
        "source.duplicate-file/file",
        "transport.parse/malformed",
      ]),
    );
    const finance = await json(z.array(exceptionRow), "exceptions", "list", "--owner", "finance");
    expect(finance.map(({ owner }) => owner)).toEqual(finance.map(() => "finance"));
    expect((await json(z.array(exceptionRow), "exceptions", "show", rows[0]?.id ?? ""))[0]?.id).toBe(rows[0]?.id);
  });

  test("exceptions resolve: one closure counts, the next is told who was first, and what heals by itself is refused with what to do", async () => {
    const rows = await json(z.array(exceptionRow), "exceptions");
    const answer = z.array(
      z.strictObject({
        id: z.string(),
        transaction: z.string(),
        class: z.string(),
        code: z.string(),
        outcome: z.enum(["resolved", "resolved-before", "needs-approval", "heals", "unknown"]),
        message: z.string().min(10),
      }),
    );
    const idOf = (name: string) => rows.find((row) => row.class === name)?.id ?? "";
    const resolve = async (id: string, actor: string) => {
      const run = await hub("exceptions", "resolve", id, "--actor", actor, "--reason", "asked the store", "--json");
      return { status: run.status, answers: answer.parse(JSON.parse(run.stdout)) };
    };
    const blind = idOf("policy.blind-return");
    expect(await resolve(blind, "Ana Ruiz")).toMatchObject({ status: 0, answers: [{ id: blind, outcome: "resolved" }] });
    expect(await resolve(blind, "Bo Li")).toMatchObject({
      status: 1,
      answers: [{ outcome: "resolved-before", message: expect.stringContaining("Ana Ruiz closed it") }],
    });
    expect(await resolve(idOf("data.unmapped"), "Ana Ruiz")).toMatchObject({
      status: 1,
      answers: [{ outcome: "heals", message: expect.stringContaining("Add the mapping to the policy files") }],
    });
    expect((await json(z.array(exceptionRow), "exceptions")).map(({ id }) => id)).toEqual(
      rows.map(({ id }) => id).filter((id) => id !== blind),
    );
    const [shown] = await json(z.array(exceptionRow), "exceptions", "show", blind);
    expect(shown).toMatchObject({ state: "closed", closed: { by: "Ana Ruiz", reason: "asked the store" } });
    const told = (await hub("lineage", blind.split("/X#")[0] ?? "")).stdout;
    expect(told).toMatch(/closed by Ana Ruiz at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: asked the store/);
  }, 180_000);

  test.each([
    [["--reason", "seen"], "needs --actor NAME and --reason TEXT"],
    [["--actor", "Ana Ruiz"], "needs --actor NAME and --reason TEXT"],
    [["--actor", "Hub", "--reason", "seen"], "--actor names a person"],
    [["--actor", "Ana Ruiz", "--reason", "seen"], "there is no exception"],
  ])("exceptions resolve with %j is bad usage that says what is wanted", async (words, says) => {
    const { status, stdout, stderr } = await hub("exceptions", "resolve", "sale:1/X#data.value#0#0001", ...words);
    expect([status, stdout, stderr.includes(says)]).toEqual([2, "", true]);
  });

  test.each([
    ["an order name", "#1002", "6120000001002"],
    ["an order id", "6120000001002", "6120000001002"],
    ["a payment", "7280000010021", "6120000001002"],
    ["a fulfilment", "5550000010021", "6120000001002"],
    ["a refund", "9310000010110", "6120000001011"],
    ["an order id above 2^53", "9007199254740997", "9007199254740997"],
  ])("lineage by %s finds the order", async (_, reference, order) => {
    expect((await json(story, "lineage", reference)).transaction).toBe(`sale:shopify:${shopDomain}:${order}`);
  });

  test("lineage by receipt and by the ERP's number finds the same ticket", async () => {
    const ticket = await json(story, "lineage", "0101-1-0001-20261127");
    const number = ticket.documents[0]?.erpDocument ?? "";
    expect((await json(story, "lineage", number)).transaction).toBe(ticket.transaction);
    expect(ticket.transaction).toBe("sale:pos:0101:1:2026-11-27:1");
  });

  test("replay on a healthy hub announces everything and changes nothing", async () => {
    const shape = z.strictObject({ announced: z.int(), posted: z.int(), reversed: z.int(), exceptions: z.int() });
    const outcome = await json(shape, "replay");
    expect(outcome.announced).toBeGreaterThan(300);
    expect({ ...outcome, announced: 0 }).toEqual({ announced: 0, posted: 0, reversed: 0, exceptions: 0 });
  });

  test("simulate says what failed, and what it took", async () => {
    const result = await json(
      z.strictObject({
        seeds: z.literal(2),
        failed: z.array(z.strictObject({ seed: z.int(), invariant: z.string(), detail: z.string() })).length(0),
        steps: z.int().min(1000),
        faults: z.int().min(1),
        faultsByKind: z.record(z.string(), z.int().min(1)),
      }),
      "simulate",
      "--seeds",
      "2",
      "--seed",
      "11",
    );
    expect(Object.values(result.faultsByKind).reduce((sum, times) => sum + times, 0)).toBe(result.faults);
  });

  test("verify says which checks it made", async () => {
    const check = z.strictObject({ name: z.string(), ok: z.literal(true), checked: z.int().positive(), failures: z.array(z.string()) });
    const result = await json(z.strictObject({ ok: z.literal(true), checks: z.array(check) }), "verify");
    expect(result.checks.length).toBeGreaterThan(10);
  });
});

describe("ingest", () => {
  const lines = (run: CliRun) =>
    run.stdout
      .trim()
      .split("\n")
      .map((line) => ingestLine.parse(JSON.parse(line)));
  const order = (changes: object) =>
    JSON.stringify({ ...JSON.parse(new TextDecoder().decode(webhook("1001 orders/create 1").body)), ...changes });
  const ingest = (topic: string, ...files: string[]) => hub("ingest", topic, ...files, "--shop", shopDomain, "--json");

  test("a new order is accepted, the same again is a duplicate, another content at a later version revises it", async () => {
    const first = write("first.json", order({ id: 6120000088881, name: "#8881" }));
    const later = write("later.json", order({ id: 6120000088881, name: "#8881", updated_at: "2026-12-01T10:00:00-05:00" }));
    expect(lines(await ingest("shopify/orders/create", first))).toMatchObject([
      { file: "first.json", status: "accepted", events: ["order.placed"], exceptions: [] },
    ]);
    expect(lines(await ingest("shopify/orders/create", first))).toMatchObject([{ status: "duplicate" }]);
    expect(lines(await ingest("shopify/orders/paid", later))).toMatchObject([{ status: "revised" }]);
  });

  test("figures that do not add up are quarantined, with the id of the exception that says what to do", async () => {
    const [line] = lines(
      await ingest(
        "shopify/orders/create",
        write("off.json", order({ id: 6120000088882, name: "#8882", total_price: "1.00", total_price_set: undefined })),
      ),
    );
    expect(line).toMatchObject({ status: "quarantined", transactions: [`sale:shopify:${shopDomain}:6120000088882`] });
    const rows = await json(z.array(exceptionRow), "exceptions", "show", line?.exceptions[0] ?? "");
    expect(rows).toMatchObject([{ class: "money.amount-mismatch", code: "order-total", state: "open", retry: "on-news" }]);
  });

  test("a quarantined document is saved, corrected and posts; who and why stay on the trail, and both are kept", async () => {
    const [line] = lines(
      await ingest(
        "shopify/orders/create",
        write("wrong.json", order({ id: 6120000088885, name: "#8885", total_price: "1.00", total_price_set: undefined })),
      ),
    );
    const id = line?.exceptions[0] ?? "";
    const saved = join(folder, "saved.json");
    expect((await runCli(["exceptions", "edit", id, "--save", saved, "--json", "--data", data])).status).toBe(0);
    expect(statSync(saved).mode & 0o777).toBe(0o600);
    expect((await runCli(["exceptions", "edit", id, "--save", saved, "--data", data])).status).toBe(2);
    const by = ["--actor", "Ana Ruiz", "--reason", "the shop confirmed the total"];
    const edit = async (file: string) => {
      const run = await runCli(["exceptions", "edit", id, "--from", file, ...by, "--json", "--data", data]);
      return [run.status, (JSON.parse(run.stdout) as { outcome: string }[])[0]?.outcome];
    };
    expect(await edit(saved)).toEqual([1, "unchanged"]);
    const right = write("right.json", order({ id: 6120000088885, name: "#8885" }));
    expect(await edit(right)).toEqual([0, "edited"]);
    expect(await edit(right)).toEqual([1, "closed"]);
    const [row] = await json(z.array(exceptionRow), "exceptions", "show", id);
    expect(row?.trail?.map(({ what, by: who }) => `${what} by ${who}`)).toEqual(["opened by hub", "edited by Ana Ruiz", "closed by hub"]);
    expect((await runCli(["exceptions", "edit", id, "--from", right, "--data", data])).status).toBe(2);
  });

  test("retry looks once more and may be pressed twice; it needs no name, and the trail has one", async () => {
    const [line] = lines(
      await ingest(
        "shopify/orders/create",
        write("again.json", order({ id: 6120000088886, name: "#8886", total_price: "1.00", total_price_set: undefined })),
      ),
    );
    const id = line?.exceptions[0] ?? "";
    for (const _ of [1, 2]) {
      const run = await runCli(["exceptions", "retry", id, "--json", "--data", data]);
      expect([run.status, JSON.parse(run.stdout)]).toMatchObject([0, [{ id, outcome: "retried" }]]);
    }
    const [row] = await json(z.array(exceptionRow), "exceptions", "show", id);
    expect([row?.state, row?.trail?.map(({ what }) => what)]).toEqual(["open", ["opened", "retried", "retried"]]);
  });

  test("all of a class are retried at once; pressed again, what is in hand is not sent again", async () => {
    const bulk = async (...words: string[]) => {
      const run = await runCli(["exceptions", "retry", "--class", "money.amount-mismatch", "--json", "--data", data, ...words]);
      return [run.status, JSON.parse(run.stdout) as { matching: number; retried: number; inHand: number; transactions: string[] }] as const;
    };
    const open = (await json(z.array(exceptionRow), "exceptions", "list", "--class", "money.amount-mismatch")).length;
    expect(open).toBeGreaterThan(0);
    expect(await bulk("--older-than", "1d")).toMatchObject([0, { outcome: "retried-all", matching: 0, retried: 0 }]);
    const [status, first] = await bulk();
    expect([status, first.matching, first.retried + first.inHand]).toEqual([0, open, open]);
    expect(await bulk()).toMatchObject([0, { matching: open, retried: 0, inHand: open, left: 0, transactions: [] }]);
    const text = await runCli(["exceptions", "retry", "--class", "money.amount-mismatch", "--data", data]);
    expect(text.stdout).toBe(
      `0 of ${open} open exceptions were sent once more\n    ${open} were sent within the last ten minutes and not again\n`,
    );
  });

  test("a body that is no JSON is rejected, one per line of a .jsonl file is taken, and the exit status tells", async () => {
    const file = write(
      "bodies.jsonl",
      `${order({ id: 6120000088883, name: "#8883" })}\nnot json\n${order({ id: 6120000088884, name: "#8884" })}\n`,
    );
    const run = await ingest("shopify/orders/create", file);
    expect(lines(run).map(({ status }) => status)).toEqual(["accepted", "rejected", "accepted"]);
    expect(run.status).toBe(1);
  });

  test("a POS file gives a line per ticket and one of its own; again, all are duplicates", async () => {
    const delivery = sampleDay({ date: "2026-11-26" }).find(
      (each): each is PosFileDelivery => each.kind === "pos-file" && each.name.includes("0301"),
    );
    const path = write("POSLOG_0301_20261126.xml", delivery?.bytes ?? "");
    const run = await hub("ingest", "pos", path, "--json");
    const taken = lines(run);
    expect(run.status).toBe(0);
    expect([taken.length > 15, new Set(taken.slice(0, -1).map(({ status }) => status)), taken.at(-1)?.events]).toEqual([
      true,
      new Set(["accepted"]),
      ["file.received"],
    ]);
    expect(new Set(lines(await hub("ingest", "pos", path, "--json")).map(({ status }) => status))).toEqual(new Set(["duplicate"]));
  });

  test("--no-drain returns at once; the next command posts what was left", async () => {
    const body = write("left.json", order({ id: 6120000088885, name: "#8885" }));
    expect((await hub("ingest", "shopify/orders/create", body, "--shop", shopDomain, "--no-drain", "--json")).status).toBe(0);
    expect((await hub("replay", "--json")).status).toBe(0);
    expect((await json(story, "lineage", "#8885")).state).toBe("settled");
  });
});

describe("exit statuses", () => {
  test.each([
    [
      ["nonsense"],
      'no command "nonsense": there are demo, start, ingest, fetch, lineage, report, exceptions, store-day, window, period, policy, erp, privacy, replay, restore, verify, simulate',
    ],
    [["report", "profit"], "trial-balance, journals, inventory, sales, margin, tax, discounts, returns, stored-value, intercompany"],
    [["report", "margin", "--by", "colour"], '--by is place, channel or order, not "colour"'],
    [["report", "sales", "--by", "order"], "report sales does not take --by: it takes --entity, --date, --from, --to"],
    [["report", "trial-balance", "--entity", "XX"], "no entity XX: known are CA1, US1, US2"],
    [["report", "journals", "--date", "27.11.2026"], "--date takes a day such as 2026-11-27"],
    [["ingest", "shopify/orders/create", "missing.json", "--shop", "fernwick-vale.myshopify.com"], "missing.json"],
    [["ingest", "fax", "x"], "shopify/<topic>, pos or settlement"],
    [["lineage"], "lineage takes"],
    [["lineage", "#1001", "#1002"], 'lineage does not take "#1002"'],
    [["report", "inventory", "--date", "2026-11-27"], "report inventory does not take --date: it takes --entity"],
    [["report", "journals", "--date", "2026-11-27", "--from", "2026-11-01"], "--date is one day: give it, or --from and --to"],
    [["report", "journals", "--from", "2026-02-30"], "--from takes a day such as 2026-11-27"],
    [["exceptions", "approve"], "exceptions approve needs --actor NAME and --reason TEXT"],
    [["exceptions", "list", "--owner", "nobody"], "no owner nobody: known are"],
    [["exceptions", "retry", "--older-than", "2h"], "exceptions retry of many takes --class or --connection"],
    [["exceptions", "retry", "#1042", "--class", "erp.rejected"], "exceptions retry takes either an id or reference, or --class"],
    [["exceptions", "retry", "--class", "policy.restatement"], "nothing is sent while policy.restatement is open"],
    [["exceptions", "retry", "--class", "erp.rejected", "--older-than", "soon"], "--older-than takes minutes, hours or days such as 90m"],
    [["exceptions", "retry", "--class", "erp.rejected", "--limit", "0"], "--limit takes 1 to 10000"],
    [["exceptions", "list", "--limit", "5"], "--limit is of exceptions retry"],
    [["exceptions", "list", "--class", "luck"], "no class luck: known are"],
    [["ingest", "pos", "."], ". cannot be read: it is no file"],
    [["ingest", "pos", "package.json", "--format", "csv"], '--format has poslog, sap-posdm, square-items, not "csv"'],
    [["ingest", "shopify/carts/create", "package.json"], 'Shopify topic "carts/create" is not handled: known are orders/create'],
    [["verify", "--policies", "nowhere"], "no policies in nowhere: give --policies DIR"],
    [["verify", "--loud"], "--loud"],
    [["simulate", "--seeds", "none"], '--seeds takes a whole number from 1 to 1000000, not "none"'],
    [["start", "--port", "many"], "--port takes 0 to 65535"],
  ])("%j is bad usage (2) and says what is allowed", async (words, says) => {
    const { status, stdout, stderr } = await hub(...words);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(says);
  });

  test("an unknown shop is bad usage and names the known ones", async () => {
    const { status, stderr } = await hub("ingest", "shopify/orders/create", write("x.json", "{}"), "--shop", "stranger.myshopify.com");
    expect([status, stderr]).toEqual([2, expect.stringContaining("known are fernwick-vale.myshopify.com")]);
  });

  test("nothing under a reference is 1", async () => {
    expect((await hub("lineage", "#0")).status).toBe(1);
  });

  test("the demo does not empty a folder that it did not make", async () => {
    const foreign = join(folder, "foreign");
    mkdirSync(foreign);
    writeFileSync(join(foreign, "books.txt"), "mine");
    expect(await runCli(["demo", "--data", foreign])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("holds data that no demo made"),
    });
  });
});

test.each(commands.map(({ name }) => name))("%s --help shows examples", async (name) => {
  const { status, stdout } = await runCli([name, "--help"]);
  expect([status, stdout]).toEqual([0, expect.stringMatching(/Examples:\n {2}npm run -s hub -- /)]);
});
