import { expect, test } from "vitest";
import { balanceTexts, openTexts } from "./settlement-ledger.ts";
import { documentsOf, type SettlementFact } from "./settlement-scenario.ts";
import { SettlementWorld } from "./settlement-world.ts";

const sale = { sale: "#1", shop: "us.example", payments: { P1: "100.00" }, with: "shopify_payments", tax: "0", on: "11-27" } as const;
const common = { account: "shop", source: "shopify-payments", file: 1 };
const row = {
  ...common,
  row: "R1",
  type: "charge",
  order: "#1",
  gross: "100.00",
  fee: "3.20",
  feeName: "fee",
  payout: "104",
  on: "11-27",
} as const;
const payout = { ...common, payout: "104", net: "96.80", status: "paid", itemized: true, unlisted: [], on: "11-30" } as const;
const line = { bank: "L1", number: "100", amount: "96.80", words: [], on: "12-01" } as const;

async function play(facts: readonly object[]): Promise<SettlementWorld> {
  const world = new SettlementWorld();
  const written = { name: "", rows: [], story: "", currency: "USD", facts: facts as SettlementFact[], balances: {}, open: [], waits: [] };
  for (const document of documentsOf(written)) await world.arrive(document);
  return world;
}

test("a payout that one bank line shows is not shown by another of the same amount", async () => {
  const world = await play([sale, row, payout, line, { ...line, bank: "L2", on: "12-02" }]);
  expect(balanceTexts(world, "USD")).toEqual({
    "us bank us-bank": "193.60",
    "us card-fees shopify_payments": "3.20",
    "us unidentified-receipts us-bank": "-96.80",
  });
  expect(openTexts(world)).toEqual(["money.unidentified-receipt/missing L2"]);
});

test("a sale is told no longer of a row that another one, which names the payment, has replaced", async () => {
  const world = await play([sale, row, { ...row, row: "R2", order: "B-1", transaction: "P1" }]);
  const told = new Map<string, number>();
  // What was told last counts.
  const facts = [...world.factsOf("sale:shopify:us.example:o1")].sort((a, b) => (a.version < b.version ? -1 : 1));
  for (const event of facts) {
    if (event.name === "payment.settled") told.set(event.settlement.split(":").at(-1) ?? "", event.amount);
  }
  expect(Object.fromEntries(told)).toEqual({ R1: 0, R2: 10_000 });
  expect(openTexts(world)).toEqual(["money.missing-transaction/duplicate R1"]);
});

test("a payment that comes after its order and its settlement row is settled when it comes", async () => {
  const documents = documentsOf({
    name: "",
    rows: [],
    story: "",
    currency: "USD",
    facts: [sale, row, payout] as unknown as SettlementFact[],
    balances: {},
    open: [],
    waits: [],
  });
  const [placed, captured, ...settlement] = documents;
  const world = new SettlementWorld();
  for (const document of [placed!, ...settlement, captured!]) await world.arrive(document);
  expect(openTexts(world)).toEqual([]);
});

/** What the sale was told last of a row: its payout and its fee. */
function toldOf(world: SettlementWorld, id: string): readonly unknown[] {
  const facts = [...world.factsOf("sale:shopify:us.example:o1")].sort((a, b) => (a.version < b.version ? -1 : 1));
  const told = facts.flatMap((event) => (event.name === "payment.settled" && event.settlement.endsWith(`:${id}`) ? [event] : []));
  return [told.length, told.at(-1)?.payoutId, told.at(-1)?.fee];
}

test("a sale is told when its row gets a payout, moves to another one and costs something else, and of nothing that it knows", async () => {
  const { payout: _, ...pending } = row;
  const moved = { ...row, file: 3, payout: "105" };
  const costlier = { ...moved, file: 4, fee: "3.50" };
  expect(toldOf(await play([sale, pending]), "R1")).toEqual([1, undefined, 320]);
  expect(toldOf(await play([sale, pending, { ...row, file: 2 }]), "R1")).toEqual([2, "104", 320]);
  expect(toldOf(await play([sale, pending, { ...row, file: 2 }, moved]), "R1")).toEqual([3, "105", 320]);
  expect(toldOf(await play([sale, pending, { ...row, file: 2 }, moved, costlier, costlier]), "R1")).toEqual([4, "105", 350]);
});
