import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drain, type HubServer, serve } from "#hub";
import { bookOpenings } from "../../cli/demo-day.ts";
import { inTransit, inventory, inventoryText } from "../../cli/inventory-report.ts";
import { ledgerReport } from "../../cli/ledger-reports.ts";
import { findTransactions } from "../../cli/read-lineage.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { temporaryHub } from "./temporary-hub.ts";

/* Cards, credit and goods on their way, from the hub's API into the sandbox ERP and out of the reports. */

const shop = "fernwick-vale.myshopify.com";
const at = "2026-11-27T15:00:00.000Z";
let temporary: Awaited<ReturnType<typeof temporaryHub>>;
let server: HubServer;

beforeAll(async () => {
  temporary = await temporaryHub();
  await bookOpenings(temporary.hub, "2026-11-27");
  const cards = {
    secrets: ["cards-secret-0123456789-0123456789"],
    may: ["write-events", "read"],
    channels: [
      { channel: "shopify", places: [shop] },
      { channel: "pos", places: ["0101", "0201"] },
    ],
  };
  writeFileSync(join(temporary.dataFolder, "secrets.json"), JSON.stringify({ shopify: {}, api: { cards } }));
  server = await serve(temporary.hub, { port: 0 });
}, 60_000);
afterAll(async () => {
  await server.close();
  await temporary.remove();
});

const event = (name: string, id: string, fields: object, version = at) => ({
  name,
  schema: 1,
  key: `${name}:${id}`,
  version,
  occurredAt: at,
  ...fields,
});
const document = (resource: string, id: string, events: object[], version = at, place = shop) => ({
  channel: place === shop ? "shopify" : "pos",
  place,
  resource,
  id,
  version,
  events,
});

async function state(...documents: object[]): Promise<void> {
  const response = await fetch(`${server.url}/v1/events`, {
    method: "POST",
    headers: { authorization: "Bearer cards.cards-secret-0123456789-0123456789", "content-type": "application/json" },
    body: JSON.stringify({ documents }),
  });
  const answer = (await response.json()) as { documents: { answer: string }[] };
  expect(answer.documents.map((each) => each.answer)).toEqual(documents.map(() => "accepted"));
  expect(await drain(temporary.hub)).toEqual({ kind: "drained" });
}

/** Every line that stands in the ERP for a transaction: entity, role, and the signed amount. */
async function booked(transaction: string): Promise<string[]> {
  const lines: string[] = [];
  for (const entity of ["US1", "US2", "CA1"]) {
    const { connection } = temporary.hub.policy.entities[entity]!;
    const { journals } = await temporary.hub.erps.erp(connection).journals({ entity, keyPrefix: transaction }, undefined, 100);
    for (const journal of journals) for (const { role, debit, credit } of journal.lines) lines.push(`${entity} ${role} ${debit - credit}`);
  }
  return lines.sort();
}
const open = async (reference: string) =>
  (await findTransactions(temporary.hub, reference)).flatMap(({ exceptions }) =>
    exceptions.filter(({ closed }) => closed === undefined).map(({ opened }) => `${opened.class}/${opened.code}`),
  );

const card = (id: string) => ({ cardId: id, currency: "USD" });
const line = (item: string, pieces: number) => ({ id: item, item, quantityMillionths: pieces * 1_000_000 });
const arrived = (item: string, accepted: number, rejected = 0) => ({
  id: item,
  item,
  acceptedMillionths: accepted * 1_000_000,
  rejectedMillionths: rejected * 1_000_000,
});

describe("gift cards and credit", () => {
  test("a card of the shop, given as goodwill and taken by a store of the sister: both books, one pair", async () => {
    await state(document("gift-card", "9001", [event("gift-card.issued", "9001", { ...card("9001"), amount: 2_000, reason: "goodwill" })]));
    await state(
      document("gift-card", "9001", [event("gift-card.redeemed", "1", { ...card("9001"), entryId: "1", amount: 1_500, takenBy: "0201" })]),
    );
    expect(await booked(`stored-value:shopify:${shop}:gift-card:9001`)).toEqual([
      "US1 due-to -1500",
      "US1 gift-card-liability -2000",
      "US1 gift-card-liability 1500",
      "US1 price-concessions 2000",
      "US2 due-from 1500",
      "US2 payment-clearing -1500",
    ]);
    expect(await open("9001")).toEqual([]);
  });

  test("a use that arrived before its issue waits, and posts when it is stated", async () => {
    await state(
      document("gift-card", "9002", [event("gift-card.redeemed", "7", { ...card("9002"), entryId: "7", amount: 500, takenBy: "0101" })]),
    );
    expect(await open("9002")).toEqual(["sequence.parent-missing/issued"]);
    await state(document("gift-card", "9002", [event("gift-card.issued", "9002", { ...card("9002"), amount: 500, reason: "press" })]));
    expect(await open("9002")).toEqual([]);
    expect(await booked(`stored-value:shopify:${shop}:gift-card:9002`)).toEqual([
      "US1 gift-card-liability -500",
      "US1 gift-card-liability 500",
      "US1 marketing-expense 500",
      "US1 payment-clearing -500",
    ]);
  });

  test("goodwill above what policy lets post by itself waits for its approval", async () => {
    const big = { accountId: "55", entryId: "1", currency: "USD", amount: 6_000, reason: "goodwill" };
    await state(document("store-credit", "55", [event("store-credit.issued", "1", big)]));
    const transaction = `stored-value:shopify:${shop}:store-credit:55`;
    expect(await booked(transaction)).toEqual([]);
    expect(await open(transaction)).toEqual(["policy.approval-needed/concession"]);
  });

  test("a till of the sister sells a card of the group and takes a tip: the card is owed by its issuer, the tip to the staff", async () => {
    const number = "4.2026-11-27.77";
    const ticket = event(
      "ticket.completed",
      number,
      {
        store: "0201",
        register: "4",
        sequence: "77",
        businessDate: "2026-11-27",
        currency: "USD",
        taxesIncluded: false,
        lines: [
          {
            id: "1",
            kind: "sale",
            collects: "gift-card",
            item: "",
            quantityMillionths: 1_000_000,
            gross: 5_000,
            discounts: [],
            taxes: [],
            restock: true,
          },
          {
            id: "2",
            kind: "sale",
            collects: "tip",
            item: "",
            quantityMillionths: 1_000_000,
            gross: 300,
            discounts: [],
            taxes: [],
            restock: true,
          },
        ],
        discounts: [],
        taxes: [],
        tenders: [{ id: "3", type: "Cash", amount: 5_300 }],
        cashRounding: 0,
        rounding: 0,
        stated: {},
      },
      "0",
    );
    await state(document("ticket", number, [ticket], "0", "0201"));
    expect(await booked("sale:pos:0201:4:2026-11-27:77")).toEqual([
      "US1 due-from 5000",
      "US1 gift-card-liability -5000",
      "US2 cash-drawer 5300",
      "US2 due-to -5000",
      "US2 tips-payable -300",
    ]);
  });

  test("the report of stored value counts what was given, and ties to the trial balance", async () => {
    const { rows, ties } = await ledgerReport(temporary.hub, "stored-value", { entity: "US1" }, "place");
    expect(rows).toEqual([
      {
        entity: "US1",
        currency: "USD",
        kind: "gift-card-liability",
        issuer: "US1",
        issued: 7_500,
        redeemed: 2_000,
        lapsed: 0,
        change: 5_500,
      },
    ]);
    expect(ties.map(({ account, reported }) => `${account} ${reported}`)).toContain("2150 -5500");
  });
});

describe("goods between two places", () => {
  const road = { transferId: "71", shipmentId: "81", origin: "71200000001", destination: "71200000002" };
  const stockOf = async (entity: string, location: string, item: string) =>
    (await inventory(temporary.hub, { entity })).find((row) => row.location === location && row.item === item);

  test("leave stock for transit and arrive at what they cost; a short receipt is told, and a closing books the loss", async () => {
    const { hub } = temporary;
    const [before, atStore] = [await stockOf("US1", "dc-columbus", "KIT-GRINDER"), await stockOf("US1", "store-boston", "KIT-GRINDER")];
    await state(document("transfer", "71", [event("transfer.shipped", "81", { ...road, lines: [line("KIT-GRINDER", 10)] })]));
    const [row] = await inTransit(hub, {});
    expect(row).toMatchObject({
      entity: "US1",
      item: "KIT-GRINDER",
      from: "dc-columbus",
      to: "store-boston",
      onHand: "10",
      since: "2026-11-27",
    });
    expect(Number((await stockOf("US1", "dc-columbus", "KIT-GRINDER"))?.onHand)).toBe(Number(before?.onHand) - 10);

    const later = "2026-11-28T15:00:00.000Z";
    await state(
      document("transfer", "71", [event("transfer.received", "81", { ...road, lines: [arrived("KIT-GRINDER", 6, 1)] }, later)], later),
    );
    expect(await open("71")).toEqual(["inventory.short-receipt/transfer"]);
    expect(Number((await stockOf("US1", "store-boston", "KIT-GRINDER"))?.onHand)).toBe(Number(atStore?.onHand ?? 0) + 6);
    const left = await inTransit(hub, {});
    expect(left.map(({ onHand }) => onHand)).toEqual(["3"]);
    expect(inventoryText(left)).toMatch(/In transit[\s\S]*US1 +dc-columbus +store-boston +KIT-GRINDER +3 /);
    expect(left.map(({ overdue }) => overdue)).toEqual([false]);
    const { accounts } = await hub.erps.erp("erp-us").trialBalance("US1", {});
    const inBooks = accounts.find(({ account }) => account === "1430");
    expect(left.map(({ value }) => value)).toEqual([((inBooks!.debit - inBooks!.credit) / 100).toFixed(2)]);

    await state(document("transfer", "71", [event("transfer.closed", "81", { ...road, reason: "lost" }, later)], later));
    expect(await open("71")).toEqual([]);
    expect(await inTransit(hub, {})).toEqual([]);
    const after = (await hub.erps.erp("erp-us").trialBalance("US1", {})).accounts.find(({ account }) => account === "1430");
    expect(after!.debit - after!.credit).toBe(0);
  });

  test("between two entities: stock and what is owed in both books, and nothing of it a sale", async () => {
    const between = { transferId: "72", shipmentId: "82", origin: "71200000001", destination: "71200000003" };
    await state(
      document("transfer", "72", [
        event("transfer.shipped", "82", { ...between, lines: [line("KIT-GRINDER", 4)] }),
        event("transfer.received", "82", { ...between, lines: [arrived("KIT-GRINDER", 4)] }),
      ]),
    );
    const lines = await booked(`transfer:shopify:${shop}:72`);
    const of = (entity: string, role: string) =>
      lines.filter((each) => each.startsWith(`${entity} ${role} `)).reduce((total, each) => total + Number(each.split(" ")[2]), 0);
    expect(of("US1", "due-from")).toBe(of("US2", "inventory"));
    expect(of("US2", "due-to") + of("US2", "inventory")).toBe(0);
    expect(of("US2", "inventory")).toBeGreaterThan(0);
    expect(of("US1", "inventory-in-transit")).toBe(0);
    // At cost plus four percent.
    const cost = -of("US1", "inventory");
    expect(of("US1", "due-from")).toBe(cost + Math.round(cost * 0.04));
    expect(lines.filter((each) => /sales|revenue/.test(each))).toEqual([]);
  });
});

test("everything holds: plans, ERP and books, for cards and transfers as for sales", async () => {
  const { checks } = await verifyHub(temporary.hub, () => {});
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  const { keys } = await temporary.hub.erps.erp("erp-us").documentKeys({ entity: "US1", keyPrefix: "transfer:" }, undefined, 100);
  expect(keys.length).toBeGreaterThan(4);
});
