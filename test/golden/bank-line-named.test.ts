import { describe, expect, test } from "vitest";
import { balanceTexts, openTexts } from "./settlement-ledger.ts";
import { documentsOf, type SettlementFact } from "./settlement-scenario.ts";
import { SettlementWorld } from "./settlement-world.ts";

const common = { account: "shop", source: "shopify-payments", file: 1, status: "paid", itemized: false, unlisted: [], on: "10-30" };
const payout = (id: string, net: string) => ({ ...common, payout: id, net });
const line = (id: string, amount: string) => ({ bank: id, number: "100", amount, words: [], on: "12-01" });

/** Payouts of 96.80 and 120.00 that are too old to be found by amount and day, and lines that nobody can tell. */
async function play(lines: readonly object[]): Promise<SettlementWorld> {
  const facts = [payout("104", "96.80"), payout("105", "120.00"), ...lines] as SettlementFact[];
  const world = new SettlementWorld();
  for (const document of documentsOf({ name: "", rows: [], story: "", currency: "USD", facts, balances: {}, open: [], waits: [] }))
    await world.arrive(document);
  return world;
}

/** A person says which payout a line shows, by the exception that asked for it. */
async function say(world: SettlementWorld, id: string, means: string): Promise<string> {
  const asked = world.view(`bank-line:100:${id}`).exceptions.filter(({ opened }) => opened.class === "money.unidentified-receipt");
  return world.resolve(asked.at(-1)!.opened, { payout: means });
}

const transitOf = (world: SettlementWorld) => balanceTexts(world, "USD")["us bank-in-transit us-bank"];

describe("a person names the payout of a bank line", () => {
  test("the wrong one, and then the right one: nothing is booked twice, and no difference stays", async () => {
    const world = await play([line("L1", "120.00")]);
    expect(openTexts(world)).toEqual(["money.unidentified-receipt/timing L1"]);
    expect(await say(world, "L1", "104")).toBe("payout-named");
    expect(openTexts(world)).toEqual(["money.tolerance-exceeded/amount-mismatch L1"]);
    expect(await say(world, "L1", "105")).toBe("payout-corrected");
    expect(openTexts(world)).toEqual([]);
    expect(balanceTexts(world, "USD")).toEqual({
      "us bank us-bank": "120.00",
      "us bank-in-transit us-bank": "96.80",
      "us payment-clearing shopify_payments": "-216.80",
    });
    const claims = (id: string) => {
      const told = world.factsOf(`payout:shopify-payments:shop:${id}`).flatMap((event) => (event.name === "payout.banked" ? [event] : []));
      return told.sort((a, b) => (a.version < b.version ? -1 : 1)).map(({ amount }) => amount);
    };
    expect([claims("104"), claims("105")]).toEqual([[9_680, 0], [12_000]]);
  });

  test("and takes it back: the documents are reversed and booked anew, and the line is owed to whoever sent it", async () => {
    const world = await play([line("L1", "120.00")]);
    await say(world, "L1", "105");
    expect([transitOf(world), balanceTexts(world, "USD")["us unidentified-receipts us-bank"]]).toEqual(["96.80", undefined]);
    expect(await say(world, "L1", "none")).toBe("payout-taken-back");
    expect([transitOf(world), balanceTexts(world, "USD")["us unidentified-receipts us-bank"]]).toEqual(["216.80", "-120.00"]);
    expect(balanceTexts(world, "USD")["us bank us-bank"]).toBe("120.00");
    expect(openTexts(world)).toEqual(["money.unidentified-receipt/timing L1"]);
    expect(await say(world, "L1", "none")).toBe("nothing-named");
    expect(await say(world, "L1", "105")).toBe("payout-named");
    expect(openTexts(world)).toEqual([]);
  });

  test("two lines were confused: one is taken back first, then both say the right one", async () => {
    const world = await play([line("L1", "120.00"), line("L2", "96.80")]);
    await say(world, "L1", "104");
    await say(world, "L2", "105");
    expect(openTexts(world)).toEqual(["money.tolerance-exceeded/amount-mismatch L1", "money.tolerance-exceeded/amount-mismatch L2"]);
    expect(await say(world, "L1", "105")).toBe("shown-by-another");
    expect(await say(world, "L2", "none")).toBe("payout-taken-back");
    expect(await say(world, "L1", "105")).toBe("payout-corrected");
    expect(await say(world, "L2", "104")).toBe("payout-named");
    expect(openTexts(world)).toEqual([]);
    expect([transitOf(world), balanceTexts(world, "USD")["us bank us-bank"]]).toEqual([undefined, "216.80"]);
  });

  test("all that was said stays on record, with who said it and why", async () => {
    const world = await play([line("L1", "120.00")]);
    for (const word of ["104", "105", "none"]) await say(world, "L1", word);
    const said = world.factsOf("bank-line:100:L1").flatMap((event) => (event.name === "bank-line.identified" ? [event] : []));
    said.sort((a, b) => (a.version < b.version ? -1 : 1));
    expect(said.map(({ payoutId, by, why }) => [payoutId ?? "none", by, why])).toEqual([
      ["104", "Ana Ruiz", "compared at the bank"],
      ["105", "Ana Ruiz", "compared at the bank"],
      ["none", "Ana Ruiz", "compared at the bank"],
    ]);
  });
});
