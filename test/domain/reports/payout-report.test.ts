import { expect, test } from "vitest";
import { payoutReport } from "#domain/reports";
import type { RowClass, SettlementPayout, SettlementRow } from "#domain/settlement";

const at = "2026-11-27T10:00:00.000Z";
const row = (id: string, net: number, more: Partial<SettlementRow> = {}): SettlementRow => ({
  source: "adyen",
  account: "us",
  id,
  idFrom: "stated",
  type: "charge",
  occurredAt: at,
  currency: "USD",
  gross: net,
  fees: [],
  net,
  payoutId: "P1",
  references: {},
  ...more,
});
const payout = (more: Partial<SettlementPayout> = {}): SettlementPayout => ({
  source: "adyen",
  account: "us",
  id: "P1",
  issuedOn: "2026-11-28",
  status: "paid",
  currency: "USD",
  net: 1_000,
  netFrom: "stated",
  itemized: true,
  ...more,
});
const plain = { banked: 0, isReturned: false, isReconciled: false };
const of = (ofGateway: SettlementRow) => ({
  row: ofGateway,
  class: "sale_refund" as RowClass | undefined,
  sale: "sale:shopify:us:1" as string | undefined,
});
const stateOf = (more: Partial<SettlementPayout>, facts: Partial<typeof plain> = {}, rows = [of(row("R1", 1_000))]) =>
  payoutReport([{ payout: payout(more), ...plain, ...facts }], rows)[0]?.state;

test("a payout is set against the net of its rows, and its rows come in the order of time", () => {
  const rows = [
    { row: row("R3", -120, { type: "fee", occurredAt: "2026-11-27T12:00:00.000Z" }), class: "platform_fee" as const, sale: undefined },
    of(
      row("R2", 480, {
        gross: 500,
        fees: [
          { name: "processing", amount: 15 },
          { name: "scheme", amount: 5 },
        ],
      }),
    ),
    of(row("R1", 590)),
  ];
  expect(payoutReport([{ payout: payout(), ...plain, banked: 1_000 }], rows)).toEqual([
    {
      payout: "P1",
      source: "adyen",
      account: "us",
      issuedOn: "2026-11-28",
      currency: "USD",
      stated: 1_000,
      itemized: true,
      matched: 950,
      variance: 50,
      banked: 1_000,
      state: "banked",
      rows: [
        { type: "charge", class: "sale_refund", amount: 590, fee: 0, net: 590, state: "matched", transaction: "sale:shopify:us:1" },
        { type: "charge", class: "sale_refund", amount: 500, fee: 20, net: 480, state: "matched", transaction: "sale:shopify:us:1" },
        { type: "fee", class: "platform_fee", amount: -120, fee: 0, net: -120, state: "posted" },
      ],
    },
  ]);
});

const { payoutId: _, ...rowOfNone } = row("R4", 8);

test("rows of another payout, source or account, rows of none, and the payout's own row are not in it", () => {
  const rows = [
    of(row("R1", 1, { payoutId: "P2" })),
    of(row("R2", 2, { source: "paypal" })),
    of(row("R3", 4, { account: "gb" })),
    of(rowOfNone),
    of(row("R5", 16, { nature: "payout" })),
    of(row("R6", 32)),
  ];
  expect(payoutReport([{ payout: payout(), ...plain }], rows)[0]).toMatchObject({ matched: 32, variance: 968, rows: [{ net: 32 }] });
});

test("a payout without rows varies by all of it; one of which the gateway names no rows does not", () => {
  expect(payoutReport([{ payout: payout(), ...plain }], [])[0]).toMatchObject({ matched: 0, variance: 1_000, rows: [] });
  expect(payoutReport([{ payout: payout({ itemized: false }), ...plain }], [])[0]).toMatchObject({ matched: 0, variance: 0 });
});

test("a row is matched or unmatched when it settles a sale, posted in the other classes, and held in none", () => {
  const states = (rowClass: RowClass | undefined, sale: string | undefined) =>
    payoutReport([{ payout: payout(), ...plain }], [{ row: row("R1", 1_000), class: rowClass, sale }])[0]?.rows.map(
      ({ class: known, state }) => [known, state],
    );
  expect(states("sale_refund", "sale:shopify:us:1")).toEqual([["sale_refund", "matched"]]);
  expect(states("sale_refund", undefined)).toEqual([["sale_refund", "unmatched"]]);
  expect(states("platform_fee", undefined)).toEqual([["platform_fee", "posted"]]);
  expect(states(undefined, undefined)).toEqual([[null, "held"]]);
});

test("what is open is told of the payout and of the row", () => {
  const open = { reason: "missing", owner: "finance", dueAt: at };
  const [told] = payoutReport([{ payout: payout(), ...plain, open }], [{ ...of(row("R1", 1_000)), open: { ...open, reason: "fee" } }]);
  expect([told?.open?.reason, told?.rows[0]?.open?.reason]).toEqual(["missing", "fee"]);
});

test.each([
  ["scheduled", {}, "scheduled"],
  ["cancelled", {}, "cancelled"],
  ["paid", {}, "sent"],
  ["paid", { banked: 1_000 }, "banked"],
  ["paid", { banked: 1_000, isReconciled: true }, "reconciled"],
  ["paid", { banked: 1_000, isReconciled: true, isReturned: true }, "returned"],
  ["failed", { banked: 1_000 }, "returned"],
  ["cancelled", { isReconciled: true }, "cancelled"],
  ["scheduled", { banked: -5 }, "banked"],
] as const)("a payout that the gateway calls %s, with %j, is %s", (status, facts, state) => {
  expect(stateOf({ status }, facts)).toBe(state);
});

test("a payout that was reconciled is so no more once its rows come to something else", () => {
  expect(stateOf({}, { banked: 1_000, isReconciled: true }, [of(row("R1", 999))])).toBe("banked");
});

test("payouts come by day, then source, then id", () => {
  const payouts = [
    payout({ id: "B", issuedOn: "2026-11-28" }),
    payout({ id: "A", issuedOn: "2026-11-28" }),
    payout({ id: "C", issuedOn: "2026-11-27", source: "paypal" }),
    payout({ id: "D", issuedOn: "2026-11-27" }),
  ];
  const named = payoutReport(
    payouts.map((each) => ({ payout: each, ...plain })),
    [],
  ).map((each) => each.payout);
  expect(named).toEqual(["D", "C", "A", "B"]);
});
