import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drain, type Hub, type HubServer, openHub, serve } from "#hub";
import { bookOpenings } from "../../cli/demo-day.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { policiesFolder, webhookSecret } from "./temporary-hub.ts";

const secret = "market-secret-0123456789-0123456789";
const sale = "sale:marketplace:bazaar-us:B-77";
const startedAt = Date.now();
const startsAt = Date.parse("2026-11-28T16:00:00.000Z");
const clock = { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };

let folder: string;
let hub: Hub;
let server: HubServer;

/** The sample retailer also sells on a marketplace, which remits the tax itself and ships from the distribution centre. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "throughline-channel-"));
  const policies = join(folder, "policies");
  cpSync(policiesFolder, policies, { recursive: true });
  const edit = (file: string, change: (content: ReturnType<typeof JSON.parse>) => void) => {
    const content = JSON.parse(readFileSync(join(policies, file), "utf8"));
    change(content);
    writeFileSync(join(policies, file), JSON.stringify(content));
  };
  edit("brands/fernwick-vale.json", (brand) => {
    brand.shops["bazaar-us"] = {
      channel: "marketplace",
      entity: "US1",
      currency: "USD",
      timeZone: "America/New_York",
      channelDimension: "bazaar",
    };
  });
  edit("global.json", (global) => {
    const why = "The marketplace pays out every week, less its fees.";
    global.tenders.push({ channel: "marketplace", match: "*", role: "payment-clearing", dimensions: { gateway: "bazaar" }, why });
    global.returns[0].channels.push("marketplace");
    const weekend = { code: "WEEKEND", channels: ["marketplace"], from: "2026-01-01", why: "The marketplace's own weekends." };
    global.promotions = [...(global.promotions ?? []), weekend];
  });
  edit("regions/us.json", (region) => region.taxes.push({ channel: "marketplace", shop: "bazaar-us", match: "MA", jurisdiction: "US-MA" }));
  edit("entities/US1.json", (entity) => void (entity.locations["dc-columbus"].ids.marketplace = ["FC-1"]));
  hub = await openHub({ dataFolder: join(folder, "data"), policiesFolder: policies, webhookSecret, clock });
  await bookOpenings(hub, "2026-11-26");
  const places = [{ channel: "marketplace", places: ["bazaar-us"] }];
  const till = { secrets: [secret], may: ["authorize-returns"], channels: [{ channel: "pos", places: ["0101"] }] };
  const market = { secrets: [secret], may: ["read", "write-events"], channels: places };
  writeFileSync(join(folder, "data", "secrets.json"), JSON.stringify({ shopify: {}, api: { market, till } }));
  server = await serve(hub, { port: 0 });
}, 60_000);
afterAll(async () => {
  await server.close();
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: unknown, client = "market") {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${client}.${secret}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json: ReturnType<typeof JSON.parse> = await response.json();
  return { status: response.status, json };
}

const head = (name: string, id: string, at: string) => ({
  name,
  schema: 1,
  key: `${name}:${id}`,
  version: "1",
  occurredAt: at,
  orderId: "B-77",
});
const stated = (resource: string, id: string, event: object, place = "bazaar-us") => ({
  channel: "marketplace",
  place,
  resource,
  id,
  version: "1",
  events: [event],
});
const tax = (amount: number) => [{ code: "MA", amount, channelLiable: true }];

const placed = {
  ...head("order.placed", "B-77", "2026-11-27T15:00:00.000Z"),
  orderName: "B-77",
  currency: "USD",
  presentmentCurrency: "USD",
  taxesIncluded: false,
  test: false,
  gateways: ["bazaar_pay"],
  paymentTerms: false,
  lines: [
    {
      id: "1",
      item: "TAB-MUG-35",
      kind: "goods",
      quantityMillionths: 3_000_000,
      gross: 4_500,
      discounts: [{ amount: 500, promotion: "WEEKEND" }],
      taxes: tax(250),
    },
  ],
  shipping: [{ id: "s", title: "Standard", gross: 600, discounts: [], taxes: [] }],
  totals: { lines: 4_500, discounts: 500, tax: 250, tip: 0, duties: 0, fees: 0, cashRounding: 0, total: 4_850 },
};
const captured = {
  ...head("payment.captured", "pay-1", "2026-11-27T15:00:05.000Z"),
  paymentId: "pay-1",
  gateway: "bazaar_pay",
  amount: 4_850,
  currency: "USD",
};
const shipped = {
  ...head("fulfillment.shipped", "ship-1", "2026-11-27T20:00:00.000Z"),
  fulfillmentId: "ship-1",
  location: "FC-1",
  lines: [{ lineId: "1", item: "TAB-MUG-35", quantityMillionths: 3_000_000 }],
};

test("an order of a marketplace is booked like a web order, returned through the hub and given back, by policy alone", async () => {
  const documents = [stated("order", "B-77", placed), stated("payment", "pay-1", captured), stated("fulfillment", "ship-1", shipped)];
  expect(await call("POST", "/v1/events", { documents })).toMatchObject({
    status: 200,
    json: { documents: [{ transaction: sale }, { transaction: sale }, { transaction: sale }] },
  });
  await drain(hub);
  expect(await booked()).toEqual({
    state: "settled",
    exceptions: [],
    journals: [
      "capture: payment-clearing 48.50, channel-liable-tax -2.50, deferred-revenue -46.00",
      "revenue: deferred-revenue 46.00, discounts 5.00, sales -45.00, shipping-revenue -6.00",
    ],
    goods: ["-3 TAB-MUG-35 dc-columbus"],
  });

  const asked = { request: "0101-9", sale: "B-77", channel: "pos", place: "0101" };
  const lines = [{ item: "TAB-MUG-35", quantityMillionths: 1_000_000, condition: "as-new" }];
  const { json } = await call("POST", "/v1/return-authorizations", { ...asked, lines }, "till");
  expect(json).toMatchObject({
    answer: "authorized",
    refund: {
      net: 1_333,
      taxes: [{ code: "MA", amount: 83, channelLiable: true }],
      payable: 1_416,
      tenders: [{ to: "original-tender", paymentId: "pay-1", tender: "bazaar_pay", amount: 1_416, left: 3_434 }],
    },
  });

  const refund = {
    ...head("refund.issued", "ref-1", "2026-11-28T17:00:00.000Z"),
    refundId: "ref-1",
    authorization: json.authorization,
    currency: "USD",
    lines: [
      {
        id: "r1",
        lineId: "1",
        item: "TAB-MUG-35",
        quantityMillionths: 1_000_000,
        subtotal: 1_333,
        tax: 83,
        taxes: tax(83),
        restock: "return",
        location: "FC-1",
      },
    ],
    shipping: [],
    adjustments: [],
    duties: 0,
    fees: 0,
    payments: [{ paymentId: "pay-2", amount: 1_416, gateway: "bazaar_pay", status: "success" }],
    processedAt: "2026-11-28T17:00:00.000Z",
  };
  const money = {
    ...head("payment.refunded", "pay-2", "2026-11-28T17:00:01.000Z"),
    paymentId: "pay-2",
    parentPaymentId: "pay-1",
    gateway: "bazaar_pay",
    amount: 1_416,
    currency: "USD",
    status: "success",
  };
  await call("POST", "/v1/events", { documents: [stated("refund", "ref-1", refund), stated("payment", "pay-2", money)] });
  await drain(hub);
  const after = await booked();
  expect(after).toMatchObject({ state: "settled", exceptions: [] });
  expect(after.journals.slice(2)).toEqual([
    "refund: channel-liable-tax 0.83, sales-returns 13.33, refund-payable -14.16",
    "refund-settlement: refund-payable 14.16, payment-clearing -14.16",
  ]);
  expect(after.goods).toEqual(["-3 TAB-MUG-35 dc-columbus", "1 TAB-MUG-35 dc-columbus"]);
  const [story] = (await call("GET", `/v1/transactions/${json.authorization}`)).json.transactions;
  expect(story.returns).toMatchObject([
    { authorization: json.authorization, state: "consumed", event: "refund.issued:ref-1", payable: "14.16" },
  ]);
  expect((await verifyHub(hub, () => {})).checks.filter(({ ok }) => !ok)).toEqual([]);
});

test("an order of a shop that no policy describes, and one in another currency than its shop's, are held by name", async () => {
  const market = {
    secrets: [secret],
    may: ["write-events", "read"],
    channels: [{ channel: "marketplace", places: ["bazaar-us", "bazaar-uk"] }],
  };
  writeFileSync(join(folder, "data", "secrets.json"), JSON.stringify({ shopify: {}, api: { market } }));
  const foreign = { ...placed, orderId: "B-78", orderName: "B-78", key: "order.placed:B-78", currency: "EUR", presentmentCurrency: "EUR" };
  const unknown = { ...placed, orderId: "B-79", orderName: "B-79", key: "order.placed:B-79" };
  await call("POST", "/v1/events", { documents: [stated("order", "B-78", foreign), stated("order", "B-79", unknown, "bazaar-uk")] });
  await drain(hub);
  const held = async (of: string) => (await call("GET", `/v1/transactions/${of}`)).json.transactions[0];
  expect(await held("sale:marketplace:bazaar-us:B-78")).toMatchObject({
    state: "held",
    documents: [],
    exceptions: expect.arrayContaining([
      expect.objectContaining({
        class: "money.currency-mismatch",
        code: "shop-currency",
        message: "order B-78 is in EUR, shop bazaar-us sells in USD. Correct it at the source, or the shop in the policies.",
      }),
    ]),
  });
  expect(await held("sale:marketplace:bazaar-uk:B-79")).toMatchObject({
    state: "held",
    documents: [],
    exceptions: [{ class: "data.unmapped", code: "channel" }],
  });
});

/** What the ERP holds of the sale, each journal by its roles. */
async function booked() {
  const [story] = (await call("GET", `/v1/transactions/${sale}`)).json.transactions;
  type Line = { role: string; debit: string; credit: string };
  type Told = { kind: string; answer: string; lines: Line[]; movements: { quantity: string; item: string; location: string }[] };
  const documents = (story.documents as Told[]).filter(({ answer }) => answer === "done");
  const text = ({ role, debit, credit }: Line) => `${role} ${debit || `-${credit}`}`;
  return {
    state: story.state as string,
    exceptions: story.exceptions as unknown[],
    journals: documents.filter(({ lines }) => lines.length > 0).map(({ kind, lines }) => `${kind}: ${lines.map(text).join(", ")}`),
    goods: documents.flatMap(({ movements }) => movements.map(({ quantity, item, location }) => `${quantity} ${item} ${location}`)),
  };
}
