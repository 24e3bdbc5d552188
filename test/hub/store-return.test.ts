import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { IntercompanyPairs } from "#domain/posting";
import { storyOf } from "#functions/transaction-story";
import { drain, dropFile, type Hub, serve } from "#hub";
import { openRows } from "../../cli/commands/exceptions.ts";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { bookOpenings } from "../../cli/demo-day.ts";
import { ledgerLines } from "../../cli/ledger-reports.ts";
import { allTransactions, findTransactions } from "../../cli/read-lineage.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { type PoslogDialect, poslogFile } from "../../sample/poslog-files.ts";
import { SeededChoice } from "../../sample/seeded-choice.ts";
import type { Ticket } from "../../sample/ticket.ts";
import { playWebOrder } from "../../sample/web-deliveries.ts";
import type { WebOrder } from "../../sample/web-order.ts";
import { arrivals } from "../golden/arrivals.ts";
import { temporaryHub } from "./temporary-hub.ts";

const date = "2026-11-27";
const boston: PoslogDialect = { version: "6.0", change: "nested", controlTotals: true };
/** Another vendor's till: an older dialect, in which the tax stands in the ticket and not in its lines. */
const austin: PoslogDialect = { version: "2.2", change: "negative-tender", controlTotals: false };

/** US1 sells; its distribution centre ships two mugs, the Austin store of US2 the throw. */
const order: WebOrder = {
  number: 1904,
  at: "08:00",
  to: "boston",
  lines: [
    { sku: "TAB-MUG-35", pieces: 2 },
    { sku: "TEX-THROW-WOOL", pieces: 1 },
  ],
  shipping: 0,
  gateway: "shopify_payments",
  steps: [
    { kind: "capture", at: "08:00" },
    { kind: "ship", at: "09:00", from: "dc-columbus", lines: [[0, 2]] },
    { kind: "ship", at: "09:30", from: "store-austin", lines: [[1, 1]] },
  ],
};
const webhooks = playWebOrder(order, date, new SeededChoice(1)).map(({ delivery }) => delivery);

const back = (store: string, sequence: number, lines: Ticket["lines"], name: string, more: Partial<Ticket> = {}): Ticket => ({
  store,
  register: store === "0201" ? "3" : "9",
  sequence,
  time: "17:30",
  lines,
  tenders: [{ type: "CreditDebit", brand: "Visa" }],
  returnOf: { name },
  ...more,
});
/** The throw, which US2 sent, comes back to Boston, a third store: 129.00 and 8.06 of tax. */
const throwBack = (name: string) =>
  back("0101", 1, [{ kind: "return", sku: "TEX-THROW-WOOL", pieces: 1, restock: true, originalTax: 806 }], name);
/** One of the mugs, which US1 sent, comes back to the Austin store of US2: 12.99 and 0.81 of tax. */
const mugBack = (name: string, sequence = 1) =>
  back("0201", sequence, [{ kind: "return", sku: "TAB-MUG-35", pieces: 1, restock: true, originalTax: 81 }], name);

/** The day of the sale, from which time goes on. */
const startedAt = Date.now();
const clock = { now: () => new Date(Date.parse("2026-11-27T23:40:00.000Z") + Date.now() - startedAt).toISOString() };

let hub: Hub;
let dataFolder: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ hub, dataFolder, remove } = await temporaryHub(clock));
  await bookOpenings(hub, date);
});
afterEach(async () => {
  await remove();
});

async function sell(): Promise<void> {
  for (const delivery of webhooks) await deliverWebhook(hub, delivery);
}

async function ring(ticket: Ticket, dialect: PoslogDialect): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "throughline-till-"));
  const path = join(folder, `${ticket.store}-${ticket.sequence}.xml`);
  writeFileSync(path, poslogFile({ tickets: [ticket], tills: [] }, date, dialect, String(ticket.sequence)));
  await dropFile(hub, "pos", path);
  rmSync(folder, { recursive: true });
}

/** Debits positive, by entity, role and what tells its lines apart here; what comes to nothing is left out. */
async function balances(): Promise<Record<string, string>> {
  const sums = new Map<string, number>();
  for (const { entity, role, debit, credit, transaction } of await ledgerLines(hub, {}))
    if (transaction !== undefined) sums.set(`${entity} ${role}`, (sums.get(`${entity} ${role}`) ?? 0) + debit - credit);
  return Object.fromEntries(
    [...sums]
      .filter(([, amount]) => amount !== 0)
      .map(([name, amount]) => [name, (amount / 100).toFixed(2)])
      .sort(),
  );
}

const onHand = async (entity: string, item: string) =>
  Object.fromEntries(
    (await hub.erps.erp("erp-us").stock(entity))
      .filter((row) => row.item === item)
      .map((row) => [row.location, row.quantityMillionths / 1_000_000]),
  );
const problems = async () =>
  (await openRows(hub))
    .filter(({ class: name }) => name !== "inventory.negative")
    .map((row) => `${row.class}/${row.code} ${row.transaction}`);
const failedChecks = async () => (await verifyHub(hub, () => {})).checks.filter(({ ok }) => !ok);

/** By hand from c3, c4, c8, c16, c19, c30 and c31. US2 asks its cost of 54.60 and six percent for the throw; a mug costs 4.05. */
const ledger = {
  // Gave back 137.06 in Boston.
  "US1 acquirer-clearing": "-137.06",
  // Two mugs out, one of them sold on to US2 at cost; the throw came in at what it had cost US1.
  "US1 cogs": "-53.83",
  "US1 due-from": "4.05",
  // For the throw, and for the 13.80 that Austin gave back.
  "US1 due-to": "-71.68",
  "US1 intercompany-cogs": "57.88",
  "US1 inventory": "49.78",
  "US1 payment-clearing": "164.66",
  "US1 sales": "-154.98",
  "US1 sales-returns": "141.99",
  // Massachusetts, of the mug that the customer kept.
  "US1 tax-payable": "-0.81",
  "US2 acquirer-clearing": "-13.80",
  "US2 cogs": "54.60",
  "US2 due-from": "71.68",
  "US2 due-to": "-4.05",
  "US2 intercompany-revenue": "-57.88",
  "US2 inventory": "-50.55",
};

const orderId = String(/"id":(\d+)/.exec(new TextDecoder().decode(webhooks[0]!.body))?.[1]);

describe("bought online, sent by two entities, brought back to stores", () => {
  test("revenue, tax, refund, stock and intercompany are right in every entity, and everyone reads one lineage", async () => {
    const before = [await onHand("US1", "TEX-THROW-WOOL"), await onHand("US2", "TAB-MUG-35")];
    await sell();
    await ring(throwBack("#1904"), boston);
    await ring(mugBack("#1904"), austin);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await problems()).toEqual([]);
    expect(await balances()).toEqual(ledger);
    expect([(await onHand("US1", "TEX-THROW-WOOL"))["store-boston"], (await onHand("US2", "TAB-MUG-35"))["store-austin"]]).toEqual([
      (before[0]?.["store-boston"] ?? 0) + 1,
      (before[1]?.["store-austin"] ?? 0) + 1,
    ]);
    expect(await failedChecks()).toEqual([]);
    const [sale] = (await findTransactions(hub, "#1904")).map((view) => storyOf(view, []));
    const [ticket] = (await findTransactions(hub, "sale:pos:0201:3:2026-11-27:1")).map((view) => storyOf(view, []));
    expect(sale?.events.filter(({ toldBy }) => toldBy !== undefined).map(({ name, toldBy }) => `${name} by ${toldBy}`)).toEqual([
      "return.taken-back by sale:pos:0101:9:2026-11-27:1",
      "return.taken-back by sale:pos:0201:3:2026-11-27:1",
    ]);
    expect(ticket?.told.map(({ to, facts, answer }) => [to, facts.map(({ name }) => name), answer])).toEqual([
      [sale?.transaction, ["return.taken-back"], "done"],
      ["store-day:pos:0201:2026-11-27", ["ticket.tallied"], "done"],
    ]);
  }, 60_000);

  test.each([
    [
      "the tills' files came first",
      async () => {
        await ring(mugBack("#1904"), austin);
        await ring(throwBack("#1904"), boston);
        await drain(hub);
        await sell();
      },
    ],
    [
      "the goods were sent after they came back",
      async () => {
        for (const delivery of webhooks.slice(0, 2)) await deliverWebhook(hub, delivery);
        await ring(throwBack("#1904"), boston);
        await drain(hub);
        await ring(mugBack("#1904"), austin);
        for (const delivery of [...webhooks.slice(2)].reverse()) await deliverWebhook(hub, delivery);
      },
    ],
    [
      "everything came twice, and by another name of the order",
      async () => {
        await sell();
        await ring(throwBack(orderId), boston);
        await drain(hub);
        await ring(mugBack(orderId), austin);
        await sell();
        await ring(mugBack(orderId), austin);
      },
    ],
  ])(
    "the same ledger when %s",
    async (_, arrive) => {
      await arrive();
      expect(await drain(hub)).toEqual({ kind: "drained" });
      expect(await balances()).toEqual(ledger);
      expect((await problems()).filter((row) => !row.startsWith("source.duplicate-file"))).toEqual([]);
      expect(await failedChecks()).toEqual([]);
    },
    60_000,
  );
});

test("webhooks and tills' files in any order, some of them twice, with postings in between, end in the same ledger", async () => {
  const facts = [
    ...webhooks.map((delivery) => () => deliverWebhook(hub, delivery)),
    () => ring(throwBack("#1904"), boston),
    () => ring(mugBack("#1904"), austin),
  ];
  for (const arrived of arrivals(facts, { permutationsMax: 0, samples: 4, seed: "store-return" })) {
    for (const [index, arrive] of arrived.entries()) {
      await arrive();
      if (index % 2 === 1) await drain(hub);
    }
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await balances()).toEqual(ledger);
    expect((await problems()).filter((row) => !row.startsWith("source.duplicate-file"))).toEqual([]);
    await remove();
    ({ hub, dataFolder, remove } = await temporaryHub(clock));
    await bookOpenings(hub, date);
  }
}, 120_000);

describe("a return that was authorised before it happened", () => {
  test("names the sale by its authorisation: the reservation ends with it, and its rules were decided then", async () => {
    const till = {
      secrets: ["till-secret-0123456789-0123456789-01"],
      may: ["read", "authorize-returns"],
      channels: [{ channel: "pos", places: ["0201"] }],
    };
    writeFileSync(join(dataFolder, "secrets.json"), JSON.stringify({ shopify: {}, api: { till } }));
    await sell();
    await drain(hub);
    const server = await serve(hub, { port: 0 });
    const answer = await fetch(`${server.url}/v1/return-authorizations`, {
      method: "POST",
      headers: { authorization: `Bearer till.${till.secrets[0]}`, "content-type": "application/json" },
      body: JSON.stringify({
        request: "0201-1",
        sale: "#1904",
        channel: "pos",
        place: "0201",
        lines: [{ item: "TAB-MUG-35", quantityMillionths: 1_000_000, condition: "as-new" }],
      }),
    });
    const granted = (await answer.json()) as {
      readonly answer: string;
      readonly authorization: string;
      readonly refund: { readonly payable: number };
    };
    await server.close();
    expect([granted.answer, granted.refund.payable]).toEqual(["authorized", 1_380]);
    await drain(hub);
    await ring(mugBack(granted.authorization), austin);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    const [sale] = await findTransactions(hub, "#1904");
    expect(sale?.reservations.map(({ granted: item, end }) => [item.authorization, end?.how, end?.lines])).toEqual([
      [granted.authorization, "consumed", [{ lineId: expect.any(String), quantityMillionths: 1_000_000 }]],
    ]);
    expect(await problems()).toEqual([]);
    expect((await balances())["US2 due-from"]).toBe("71.68");
    expect(await failedChecks()).toEqual([]);
  }, 60_000);
});

describe("the two legs lie in two streams", () => {
  test("one is in flight while the sale has not heard of the other, and none once it has", async () => {
    const inFlight = async () => {
      const pairs = new IntercompanyPairs();
      for await (const view of allTransactions(hub)) pairs.note(view);
      return pairs.inFlight();
    };
    await sell();
    await ring(mugBack("#1904"), austin);
    await drain(hub);
    expect(await inFlight()).toEqual([]);
    const [ticket] = await findTransactions(hub, "sale:pos:0201:3:2026-11-27:1");
    const alone = new IntercompanyPairs();
    alone.note(ticket!);
    expect(alone.inFlight()).toMatchObject([
      { pair: expect.stringMatching(/^sale:pos:0201:3:2026-11-27:1\/return\.taken-back:[0-9a-f]{32}$/), posted: "US2", missing: "US1" },
    ]);
  }, 60_000);
});

describe("what policy catches", () => {
  const sale = `sale:shopify:fernwick-vale.myshopify.com:${orderId}`;

  test("more than was sold: the money is out and booked, the sale gives nothing back for it, and says so", async () => {
    await sell();
    for (const sequence of [1, 2, 3]) await ring(mugBack("#1904", sequence), austin);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await problems()).toEqual([`policy.over-return/store-return ${sale}`]);
    const { "US2 due-from": owed, "US1 due-to": owes, "US1 sales-returns": returned } = await balances();
    // 57.88 for the throw; three times 13.80 went out, twice it is owed.
    expect([owed, owes, returned]).toEqual(["99.28", "-85.48", "25.98"]);
  }, 60_000);

  test("a refund of the same item online, after the store gave its money back", async () => {
    const refunded = playWebOrder(
      {
        ...order,
        steps: [
          ...order.steps,
          {
            kind: "refund",
            at: "19:00",
            lines: [{ line: 1, pieces: 1, restock: "return", to: "dc-columbus" }],
            status: "success",
            note: "asked for twice",
          },
        ],
      },
      date,
      new SeededChoice(1),
    );
    await ring(throwBack("#1904"), boston);
    for (const { delivery } of refunded) await deliverWebhook(hub, delivery);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await problems()).toEqual([`policy.over-return/quantity ${sale}`]);
  }, 60_000);

  test("a return that nobody finds a sale for, above what that may give back", async () => {
    await ring(throwBack("#7777"), boston);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await problems()).toEqual(["policy.blind-return/blind-limit sale:pos:0101:9:2026-11-27:1"]);
    expect(await balances()).toEqual({
      "US1 acquirer-clearing": "-137.06",
      "US1 cogs": "-54.60",
      "US1 inventory": "54.60",
      "US1 sales-returns": "129.00",
      "US1 tax-payable": "8.06",
    });
  }, 60_000);

  test("cash for what was paid by card", async () => {
    await sell();
    await ring({ ...throwBack("#1904"), tenders: [{ type: "Cash" }] }, boston);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    expect(await problems()).toEqual([`policy.return-terms/tender ${sale}`]);
  }, 60_000);
});

describe("bought in a store, brought back to a store of another entity", () => {
  const sold: Ticket = {
    store: "0101",
    register: "9",
    sequence: 7,
    time: "10:00",
    lines: [{ kind: "sale", sku: "TAB-MUG-35", pieces: 3 }],
    tenders: [{ type: "CreditDebit", brand: "Visa" }],
  };
  /** Three mugs for 38.97 and 2.44 of tax: one of them is worth 12.99 and 0.81. */
  const expected = {
    "US1 acquirer-clearing": "41.41",
    "US1 cogs": "8.10",
    "US1 due-from": "4.05",
    "US1 due-to": "-13.80",
    "US1 inventory": "-12.15",
    "US1 sales": "-38.97",
    "US1 sales-returns": "12.99",
    "US1 tax-payable": "-1.63",
    "US2 acquirer-clearing": "-13.80",
    "US2 due-from": "13.80",
    "US2 due-to": "-4.05",
    "US2 inventory": "4.05",
  };

  test.each([
    ["the receipt", "0101-9-0007-20261127"],
    ["the ticket's number, as its barcode says it", "0101.9.2026-11-27.7"],
  ])(
    "by %s",
    async (_, name) => {
      await ring(mugBack(name), austin);
      await drain(hub);
      await ring(sold, boston);
      expect(await drain(hub)).toEqual({ kind: "drained" });
      expect(await problems()).toEqual([]);
      expect(await balances()).toEqual(expected);
      expect(await failedChecks()).toEqual([]);
    },
    60_000,
  );
});
