import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTransaction } from "#functions/read-transaction";
import { drain, type Hub, openHub } from "#hub";
import type { ErpJournalLine } from "#ports/erp";
import {
  deliveryIds,
  depositStatements,
  sampleDay,
  sampleTruth,
  settlementFiles,
  settlementTruth,
  storeDayTruth,
  terminalBatches,
} from "#sample";
import { openRows } from "../../cli/commands/exceptions.ts";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { demoClockOf } from "../../cli/demo-clock.ts";
import { allJournals } from "../../cli/erp-journals.ts";
import { allTransactions, findTransactions } from "../../cli/read-lineage.ts";
import { clearing } from "../../cli/settlement-reports.ts";
import { storeDayReports } from "../../cli/store-days-overview.ts";
import { verifyHub } from "../../cli/verify-hub.ts";

const project = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "throughline-demo-"));
const truth = sampleTruth();
const settled = settlementTruth();
const days = storeDayTruth();
let hub: Hub;
let summary: Record<string, unknown>;

beforeAll(async () => {
  const run = spawnSync(process.execPath, ["bin/hub.ts", "demo", "--json", "--data", folder], { cwd: project, encoding: "utf8" });
  expect(run.stderr).toBe("");
  summary = JSON.parse(run.stdout);
  const clock = demoClockOf(folder);
  if (clock === undefined) throw new Error("the demo's folder has no clock of its own");
  hub = await openHub({ dataFolder: folder, policiesFolder: join(project, "policies"), clock });
});

afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});

/** Debits less credits of a role in the ERP's journals of the day, by one dimension. */
async function balances(entity: string, role: string, dimension: string): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  const add = (line: ErpJournalLine) => {
    const name = line.dimensions[dimension] ?? "";
    sums[name] = (sums[name] ?? 0) + line.debit - line.credit;
  };
  for await (const journal of allJournals(hub, hub.policy.entities[entity]?.connection ?? "", { entity })) {
    if (!journal.key.startsWith("opening/")) for (const line of journal.lines) if (line.role === role) add(line);
  }
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0));
}

const total = (amounts: Record<string, number>) => Object.values(amounts).reduce((sum, amount) => sum + amount, 0);
const credits = (amounts: Record<string, number>) => Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, -amount]));

describe("the demo's day, in the ERP", () => {
  test.each(["US1", "US2", "CA1"] as const)("ends in the books that the scenario knows by its own arithmetic: %s", async (entity) => {
    const of = async (role: string) => total(await balances(entity, role, "none"));
    const day = truth.ledger[entity];
    const tills = days.filter((each) => each.entity === entity).map(({ books }) => books);
    const moved = (of: (books: (typeof tills)[number]) => number) => tills.reduce((sum, books) => sum + of(books), 0);
    const clearing = { ...day.clearingByGateway, ...(entity === "US1" ? { shopify_payments: settled.clearing } : {}) };
    const expected = {
      ...day,
      clearingByGateway: clearing,
      cashOverShort: moved((books) => books.cashOverShort),
      pettyExpense: moved((books) => books.pettyExpense),
    };
    expect({
      currency: hub.policy.entities[entity]?.functionalCurrency,
      clearingByGateway: await balances(entity, "payment-clearing", "gateway"),
      clearingByAcquirer: await balances(entity, "acquirer-clearing", "acquirer"),
      drawers: await of("cash-drawer"),
      safes: await of("safe"),
      receivable: await of("accounts-receivable"),
      giftCardsRedeemed: await of("gift-card-liability"),
      discounts: await of("discounts"),
      returns: await of("sales-returns"),
      concessions: await of("price-concessions"),
      cashRounding: await of("cash-rounding"),
      grossSales: 0 - (await of("sales")),
      shipping: 0 - (await of("shipping-revenue")),
      taxPayable: credits(await balances(entity, "tax-payable", "jurisdiction")),
      taxInAdvance: credits(await balances(entity, "tax-collected-in-advance", "jurisdiction")),
      deferredRevenue: 0 - (await of("deferred-revenue")),
      refundPayable: 0 - (await of("refund-payable")),
      tipsPayable: 0 - (await of("tips-payable")),
      dueFromGroup: (await of("due-from")) + (await of("due-to")),
      boughtFromGroup: (await of("intercompany-cogs")) + (await of("intercompany-revenue")),
      takenBackForGroup: (await of("inventory")) + (await of("cogs")),
      cashOverShort: await of("cash-over-short"),
      pettyExpense: await of("petty-expense"),
    }).toEqual({
      ...expected,
      drawers: total(expected.drawers) + moved((books) => books.drawers),
      safes: total(expected.safes) + moved((books) => books.safe),
    });
  });

  test("and the money has arrived as its own truth knows: fees, payouts, bank, and every cent of clearing explained", async () => {
    const of = async (role: string) => total(await balances("US1", role, "none"));
    expect({
      cardFees: await of("card-fees"),
      disputeFees: await of("dispute-fees"),
      disputeReceivable: await of("dispute-receivable"),
      bankInTransit: await of("bank-in-transit"),
      bank: await of("bank"),
      unidentifiedReceipts: await of("unidentified-receipts"),
    }).toEqual({
      cardFees: settled.cardFees,
      disputeFees: settled.disputeFees,
      disputeReceivable: settled.disputeReceivable,
      bankInTransit: settled.bankInTransit,
      bank: settled.bank + (days.find(({ store }) => store === "0101")?.books.bank ?? 0),
      unidentifiedReceipts: settled.unidentifiedReceipts,
    });
    const { balances: accounts } = await clearing(hub, { entity: "US1" });
    const shop = accounts.find(({ gateway }) => gateway === "shopify_payments");
    expect(shop?.items.map(({ waitsFor, amount }) => [waitsFor, amount]).sort()).toEqual([
      ["its payout", settled.open.nextPayout],
      ["its sale", settled.open.unknownSale],
      ["the sale to be posted", settled.open.heldOrder],
    ]);
    expect(shop?.balance).toBe(settled.clearing);
  });

  test("the stores' days stand as the scenario knows: two reconciled, one waiting for its third register", async () => {
    const cents = (text: string | null) => Math.round(Number(text) * 100);
    const reports = await storeDayReports(hub, {});
    expect(
      reports.map(({ store, state, missing, drawers }) => ({
        store,
        state,
        missing: missing.map(({ text }) => text),
        drawers: drawers.map(({ register, expected, counted, overShort }) => [register, cents(expected), cents(counted), cents(overShort)]),
      })),
    ).toEqual(
      days.map(({ store, state, waitsFor, drawers }) => ({
        store,
        state,
        missing: waitsFor === undefined ? [] : [waitsFor],
        drawers: drawers.map(({ register, expected, counted, overShort }) => [register, expected, counted, overShort]),
      })),
    );
    const [boston, , toronto] = reports;
    expect([boston, toronto].map((day) => day?.deposits.map(({ where }) => where))).toEqual([["at the bank"], ["at the bank"]]);
    expect(boston?.waivers.map(({ what, register, numbers }) => [what, register, numbers]).sort()).toEqual([
      ["cards", "2", "117.06 USD"],
      ["sequence", "2", "12"],
      ["sequence", "2", "6"],
    ]);
  });

  test("leaves the stock that was not sold, at every location", async () => {
    const levels = new Map<string, number>();
    for (const [entity, { connection }] of Object.entries(hub.policy.entities)) {
      for (const level of await hub.erps.erp(connection).stock(entity))
        levels.set(`${level.item} ${level.location}`, level.quantityMillionths);
    }
    const expected = truth.onHand.map(({ item, location, pieces }) => [`${item} ${location}`, pieces * 1_000_000]);
    expect(Object.fromEntries(levels)).toEqual(Object.fromEntries(expected));
  });

  test("cost of goods sold is what left the inventory, but for what a sister sold and took back", async () => {
    for (const entity of ["US1", "US2", "CA1"] as const) {
      const cogs = total(await balances(entity, "cogs", "none"));
      const left = truth.ledger[entity].takenBackForGroup - total(await balances(entity, "inventory", "none"));
      expect([entity, cogs > 0, cogs]).toEqual([entity, true, left]);
    }
  });

  test("opens the exceptions that the scenario expects, and beside them only what waits for a quarantined order", async () => {
    const about = new Map<string, string>();
    for (const delivery of sampleDay()) {
      if (delivery.kind !== "pos-file") continue;
      for (const view of await findTransactions(hub, delivery.name)) about.set(delivery.id, view.transaction);
    }
    const rows = await openRows(hub);
    for (const expected of truth.exceptions) {
      const transactions = about.get(expected.about) ?? (await findTransactions(hub, expected.about))[0]?.transaction;
      const found = rows.filter((row) => row.transaction === transactions).map((row) => `${row.class} ${row.code}`);
      expect(found.join(", "), expected.about).toContain(
        expected.code === undefined ? expected.class : `${expected.class} ${expected.code}`,
      );
    }
    expect(rows.map((row) => `${row.class} / ${row.code}`).sort()).toEqual([
      "data.unmapped / item",
      "money.amount-mismatch / order-total",
      "money.amount-mismatch / tenders-pay-total",
      "money.missing-transaction / missing",
      "money.unidentified-receipt / missing",
      "policy.blind-return / blind-limit",
      "sequence.parent-missing / payment.captured",
      "source.control-total / transaction-amount",
      "source.control-total / transaction-count",
      "source.sequence-gap / silent",
      "transport.parse / malformed",
    ]);
  });

  test("a delivery with a bad signature leaves no trace but a metric", async () => {
    expect(await findTransactions(hub, "#9999")).toEqual([]);
    expect((await readTransaction(hub.lineage, "sale:shopify:fernwick-vale.myshopify.com:6120000009999")).documents).toEqual([]);
    const refused = (await hub.metrics.totals({ name: "WebhooksReceived" })).filter(
      ({ dimensions }) => dimensions.outcome === "unauthorized",
    );
    expect(refused.map(({ count }) => count)).toEqual([1]);
  });

  test("the two-part order was handed over from the distribution centre and from the store", async () => {
    const [view] = await findTransactions(hub, "#1002");
    const issues = [...(view?.chains.values() ?? [])]
      .flatMap(({ plans }) => plans.flatMap((plan) => plan.steps))
      .flatMap((step) => {
        if (step.kind !== "post" || step.document.type !== "stock") return [];
        return step.document.movements.map(
          ({ item, location, quantityMillionths }) => `${quantityMillionths / 1_000_000} ${item} ${location}`,
        );
      });
    expect(issues).toEqual(["-1 TEX-THROW-WOOL dc-columbus", "-1 TAB-CARAFE-1 dc-columbus", "-2 LIG-CANDLE-SOY store-boston"]);
  });

  test("the summary counts what is there", async () => {
    let transactions = 0;
    for await (const _ of allTransactions(hub)) transactions += 1;
    const journals = [];
    for (const connection of ["erp-ca", "erp-us"]) for await (const journal of allJournals(hub, connection, {})) journals.push(journal);
    expect(summary).toEqual({
      documents: sampleDay().length + terminalBatches().length + settlementFiles().length + depositStatements().length,
      transactions,
      journals: journals.length,
      debit: summary.credit,
      credit: expect.stringMatching(/^\d+\.\d\d$/),
      exceptions: 11,
      truth: { figures: 60, different: 0 },
      durationMs: expect.any(Number),
    });
  });

  test("every invariant holds", async () => {
    expect((await verifyHub(hub, () => {})).checks.filter((check) => !check.ok)).toEqual([]);
  });

  test("the whole day delivered once more changes nothing", async () => {
    const before = await hub.lineage.readAfter(0, 10_000);
    for (const delivery of sampleDay()) {
      if (delivery.kind !== "webhook" || delivery.id === deliveryIds.forgedWebhook) continue;
      const reply = await deliverWebhook(hub, delivery);
      expect([delivery.id, reply.status, reply.body]).toEqual([delivery.id, 200, "duplicate"]);
    }
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect((await hub.lineage.readAfter(0, 10_000)).length).toBe(before.length);
  });
});
