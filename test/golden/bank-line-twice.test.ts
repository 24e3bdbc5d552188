import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { settlementDocument } from "#functions/settlement-document";
import { balanceTexts, openTexts } from "./settlement-ledger.ts";
import { settlementPolicy } from "./settlement-policy.ts";
import { documentsOf, type SettlementFact } from "./settlement-scenario.ts";
import { SettlementWorld } from "./settlement-world.ts";

const sale = { sale: "#1", shop: "us.example", payments: { P1: "100.00" }, with: "shopify_payments", tax: "0", on: "11-27" };
const common = { account: "shop", source: "shopify-payments", file: 1 };
const row = { ...common, row: "R1", type: "charge", order: "#1", gross: "100.00", fee: "3.20", feeName: "fee", payout: "104", on: "11-27" };
const payout = { ...common, payout: "104", net: "96.80", status: "paid", itemized: true, unlisted: [], on: "11-30" };

interface Stated {
  readonly statement?: string;
  readonly references?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
}

function line(source: string, id: string, { statement = source, references = {}, words = [] }: Stated) {
  const stated = { source, account: "100", id, statementId: statement, bookedOn: "2026-12-01", amount: 9_680, currency: "USD", references };
  return settlementDocument({ kind: "line", line: stated, words: [...words] }, "2026-12-02T03:00:00.000Z", settlementPolicy);
}

/** A sale of 100.00 whose payout of 96.80 is known, and these lines of this amount, one after the other. */
async function play(lines: readonly ReturnType<typeof line>[]): Promise<SettlementWorld> {
  const world = new SettlementWorld();
  const facts = [sale, row, payout] as unknown as SettlementFact[];
  const written = { name: "", rows: [], story: "", currency: "USD", facts, balances: {}, open: [], waits: [] };
  for (const document of [...documentsOf(written), ...lines]) await world.arrive(document);
  return world;
}

const bankedOnce = { "us bank us-bank": "96.80", "us card-fees shopify_payments": "3.20" };
const bankedTwice = { ...bankedOnce, "us bank us-bank": "193.60", "us unidentified-receipts us-bank": "-96.80" };

function saidOf(world: SettlementWorld, id: string) {
  const said = world.factsOf(`bank-line:100:${id}`).filter((event) => event.name === "bank-line.matched");
  return said.sort((a, b) => (a.version < b.version ? 1 : -1))[0];
}

describe("one movement in CAMT.053 and in MT940", () => {
  const camt = line("camt.053", "C1", { references: { endToEndId: "TR104" } });
  const mt940 = line("mt940", "M1", { words: ["TR104", "PAYOUT-1"] });

  test.each([
    ["C1", "M1", [camt, mt940]],
    ["M1", "C1", [mt940, camt]],
  ] as const)("%s came first: %s names it and books nothing", async (first, second, lines) => {
    const world = await play(lines);
    expect(balanceTexts(world, "USD")).toEqual(bankedOnce);
    expect(openTexts(world)).toEqual([]);
    expect(saidOf(world, first)).toMatchObject({ outcome: "matched", payouts: [{ payoutId: "104", amount: 9_680 }] });
    expect(saidOf(world, second)).toMatchObject({
      outcome: "unmatched",
      reason: "duplicate",
      payouts: [],
      sameAs: `bank-line:100:${first}`,
    });
  });
});

test("one movement in two statements that overlap is booked once, by the reference that the bank gave it", async () => {
  const references = { bankReference: "B-4711" };
  const world = await play([
    line("mt940", "L2", { statement: "2026-12", references }),
    line("mt940", "L1", { statement: "2026-13", references }),
  ]);
  expect(balanceTexts(world, "USD")).toEqual(bankedOnce);
  expect(saidOf(world, "L1")).toMatchObject({ sameAs: "bank-line:100:L2" });
});

test("two equal lines within one statement both book, also when its other format comes", async () => {
  const two = ["1", "2"].map((number) => line("camt.053", `C${number}`, { words: ["BAG-1"] }));
  expect(balanceTexts(await play(two), "USD")).toEqual(bankedTwice);
  const again = ["1", "2"].map((number) => line("mt940", `M${number}`, { words: ["BAG-1"] }));
  expect(balanceTexts(await play([...two, ...again]), "USD")).toEqual(bankedTwice);
  expect(balanceTexts(await play([...again, ...two]), "USD")).toEqual(bankedTwice);
});

describe("two equal lines in two statements that nothing tells apart", () => {
  const lines = [line("camt.053", "C1", {}), line("mt940", "A1", {})];
  const exceptionOf = (world: SettlementWorld) =>
    world.view("bank-line:100:A1").exceptions.find(({ opened }) => opened.class === "money.possible-duplicate");

  test("hold the later one, whose exception says what to compare and what to answer", async () => {
    const world = await play(lines);
    expect(balanceTexts(world, "USD")).toEqual(bankedOnce);
    expect(openTexts(world)).toContain("money.possible-duplicate/bank-line A1");
    expect(saidOf(world, "C1")).toMatchObject({ outcome: "matched" });
    expect(exceptionOf(world)?.opened.message).toBe(
      "bank line A1 of 2026-12-01 (statement mt940, mt940) shows 96.80 USD, as bank-line:100:C1 does in another statement, and no reference says whether they are one movement. Compare both at the bank. Two movements: resolve this exception, and the line is booked. One movement: resolve it with --write-off, and the line books nothing.",
    );
  });

  test("are one when a person gives the later one up: it names the first one, and its exception closes", async () => {
    const world = await play(lines);
    expect(await world.resolve(exceptionOf(world)!.opened, { writeOff: true })).toBe("written-off");
    expect(saidOf(world, "A1")).toMatchObject({ reason: "duplicate", sameAs: "bank-line:100:C1" });
    expect(balanceTexts(world, "USD")).toEqual(bankedOnce);
    expect(openTexts(world)).toEqual([]);
  });

  test("are two when a person resolves the exception: the later one is booked", async () => {
    const world = await play(lines);
    expect(await world.resolve(exceptionOf(world)!.opened)).toBe("resolved");
    expect(balanceTexts(world, "USD")).toEqual(bankedTwice);
  });
});

test("a line of an amount that too many payouts have is held, and says what the bank should state", async () => {
  const matched: BusinessEvent = {
    name: "bank-line.matched",
    schema: 1,
    key: "bank-line.matched:L1",
    version: "9",
    occurredAt: "2026-12-01T00:00:00.000Z",
    outcome: "unmatched",
    payouts: [],
    reason: "unknown",
    notCompared: 2_001,
  };
  const booked = line("camt.053", "L1", {});
  const world = await play([{ ...booked, source: "match:L1", events: [matched], references: [] }, booked]);
  expect(balanceTexts(world, "USD")).toEqual({ "us bank-in-transit us-bank": "96.80", "us card-fees shopify_payments": "3.20" });
  expect(openTexts(world)).toEqual(["money.too-many-payouts/bank-line L1"]);
});
