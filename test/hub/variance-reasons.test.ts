import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { drain, dropFile, type Hub, openHub } from "#hub";
import { sampleDay, type WebhookDelivery } from "#sample";
import { openRows } from "../../cli/commands/exceptions.ts";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { clearing, payouts } from "../../cli/settlement-reports.ts";
import { policiesFolder, webhookSecret } from "./temporary-hub.ts";

let startsAt = 0;
let startedAt = 0;
const clock = { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };

let folder: string;
let hub: Hub;
async function openAt(instant: string): Promise<void> {
  startsAt = Date.parse(instant);
  startedAt = Date.now();
  hub = await openHub({ dataFolder: folder, policiesFolder, webhookSecret, clock });
  await drain(hub);
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "throughline-variances-"));
  await openAt("2026-12-01T09:00:00.000Z");
});
afterEach(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Orders of the sample's day, with what Shopify Payments captured of them. */
async function sold(...orders: string[]): Promise<void> {
  for (const delivery of sampleDay()) {
    const isMeant = orders.some((order) => delivery.kind === "webhook" && delivery.id.startsWith(`${order} `));
    if (isMeant) await deliverWebhook(hub, delivery as WebhookDelivery);
  }
  await drain(hub);
}

async function drop(name: string, text: string): Promise<void> {
  const path = join(folder, name);
  writeFileSync(path, text);
  await dropFile(hub, "settlement", path);
  await drain(hub);
}

interface Row {
  readonly order?: string;
  readonly gross: string;
  readonly fee?: string;
  readonly net?: string;
  readonly currency?: string;
  readonly payout?: string;
}

/** A page of the gateway's API: what each row states, by its id. */
function stated(rows: Readonly<Record<string, Row>>): string {
  const nodes = Object.entries(rows).map(([id, { order, gross, fee = "0.00", net = gross, currency = "USD", payout }]) => {
    const money = (amount: string) => ({ amount, currencyCode: currency });
    return {
      id: `gid://shopify/ShopifyPaymentsBalanceTransaction/${id}`,
      type: "CHARGE",
      test: false,
      transactionDate: "2026-11-27T20:00:00Z",
      amount: money(gross),
      fee: money(fee),
      net: money(net),
      associatedOrder: order === undefined ? null : { id: `gid://shopify/Order/612000000${order}`, name: `#${order}` },
      associatedPayout: payout === undefined ? null : { id: `gid://shopify/ShopifyPaymentsPayout/${payout}` },
    };
  });
  const balanceTransactions = { nodes, pageInfo: { hasNextPage: false, endCursor: null } };
  return `${JSON.stringify({ data: { shopifyPaymentsAccount: { balanceTransactions } } })}\n`;
}

const payout104 = `${JSON.stringify({
  data: {
    shopifyPaymentsAccount: {
      payouts: {
        nodes: [
          {
            id: "gid://shopify/ShopifyPaymentsPayout/104",
            legacyResourceId: "104",
            status: "PAID",
            issuedAt: "2026-11-30T00:00:00Z",
            net: { amount: "75.95", currencyCode: "USD" },
          },
        ],
        pageInfo: { hasNextPage: false, endCursor: null },
      },
    },
  },
})}\n`;

const statement = `:20:S1
:25:4410020187
:28C:1/1
:60F:C261201USD0,00
:61:2612011201C75,95NTRFNONREF//HN104
:86:SHOPIFY 104
:62F:C261201USD75,95
`;

const desk = async () =>
  Object.fromEntries(
    (await openRows(hub))
      .filter((each) => each.class.startsWith("money."))
      .map((each) => [
        `${each.transaction.split(":").slice(-1)[0]} ${each.code}`,
        [each.owner, each.amount, each.currency, each.dueAt.slice(0, 10)],
      ]),
  );
const waits = async () => {
  const { balances } = await clearing(hub, {});
  return balances
    .filter(({ gateway }) => gateway === "shopify_payments")
    .flatMap(({ items }) =>
      items
        .filter(({ open }) => open !== undefined)
        .map(
          ({ kind, amount, waitsFor, open }) =>
            `${kind} ${amount}: ${waitsFor} (${open?.reason}, ${open?.owner}, ${open?.dueAt.slice(0, 10)})`,
        ),
    )
    .sort();
};
const states = async () =>
  (await payouts(hub, {})).map(({ payout, variance, banked, state, open }) => [
    ...[payout, variance, banked, state],
    ...(open === undefined ? [] : [`${open.reason}, ${open.owner}, ${open.dueAt.slice(0, 10)}`]),
  ]);

test("each reason for a variance is on the desk with owner and time, and in the reports, until its cause is gone", async () => {
  await sold("1001", "1009", "1010", "1011", "1012", "1028", "1031");
  await drop(
    "rows.json",
    stated({
      71: { order: "1001", gross: "75.95", payout: "104" },
      72: { order: "1007", gross: "107.28" },
      73: { order: "1009", gross: "111.00" },
      74: { order: "1010", gross: "70.63" },
      75: { order: "1010", gross: "70.63" },
      76: { order: "1011", gross: "157.25", currency: "CAD" },
      77: { order: "1012", gross: "117.40", fee: "3.00", net: "114.40" },
      78: { gross: "50.00" },
    }),
  );
  await drop("payouts.json", payout104);
  await hub.close();
  await openAt("2026-12-20T12:00:00.000Z");
  expect(await desk()).toEqual({
    "104 timing": ["finance", "75.95", "USD", "2026-12-21"],
    "72 missing": ["finance", "107.28", "USD", "2026-12-02"],
    "73 amount-mismatch": ["finance", "111.00", "USD", "2026-12-02"],
    "75 duplicate": ["finance", "70.63", "USD", "2026-12-02"],
    "76 currency": ["finance", "157.25", "CAD", "2026-12-02"],
    "77 fee": ["finance", "117.40", "USD", "2026-12-02"],
    "78 unknown": ["finance", "50.00", "USD", "2026-12-02"],
  });
  expect(await waits()).toEqual([
    "row -10728: its sale (missing, finance, 2026-12-02)",
    "row -11100: its sale (amount-mismatch, finance, 2026-12-02)",
    "row -11740: its sale (fee, finance, 2026-12-02)",
    "row -15725: its sale (currency, finance, 2026-12-02)",
    "row -5000: its sale (unknown, finance, 2026-12-02)",
    "row -7063: its sale (duplicate, finance, 2026-12-02)",
  ]);
  expect(await states()).toEqual([["104", 0, 0, "sent", "timing, finance, 2026-12-21"]]);

  await sold("1007");
  await drop(
    "corrected.json",
    stated({
      73: { order: "1009", gross: "111.87" },
      75: { order: "1028", gross: "145.50" },
      76: { order: "1011", gross: "157.25" },
      77: { order: "1012", gross: "120.40", fee: "3.00", net: "117.40" },
      78: { order: "1031", gross: "495.33" },
    }),
  );
  await drop("statement.sta", statement);
  await hub.close();
  await openAt("2026-12-21T18:00:00.000Z");
  expect(await desk()).toEqual({});
  expect(await states()).toEqual([["104", 0, 7595, "reconciled"]]);
  expect(await waits()).toEqual([]);
}, 60_000);
