import { describe, expect, test } from "vitest";
import { IntercompanyPairs } from "#domain/posting";
import { liveDocuments } from "./ledger-of.ts";
import { readScenarios } from "./scenario.ts";
import { eventsOf, transactionOf } from "./scenario-events.ts";
import { bookedLines, SmallHub } from "./small-hub.ts";

const scenarios = readScenarios();
const named = (name: string) => scenarios.find((scenario) => scenario.name === name)!;

/** A hub in which only these connections work. */
function hubAfter(name: string, connections?: readonly string[]): SmallHub {
  const scenario = named(name);
  const hub = new SmallHub(transactionOf(scenario), connections);
  for (const event of eventsOf(scenario)) hub.arrive(event);
  return hub;
}

function inFlight(...hubs: readonly SmallHub[]) {
  const pairs = new IntercompanyPairs();
  for (const { view } of hubs) pairs.note(view);
  return pairs.inFlight();
}

describe("a pair is in flight while one of its legs is not posted", () => {
  const pair = "sale:shopify:us.example:1/fulfillment.shipped:F1/intercompany";

  test("the ERP of the owner has answered and that of the seller is down", () => {
    expect(inFlight(hubAfter("sister-ships", ["erp-two"]))).toEqual([
      {
        pair,
        posted: "two",
        missing: "us",
        transaction: "sale:shopify:us.example:1",
        businessDate: "2026-11-27",
        documents: ["1"],
        // A shirt at 40.00 and ten percent.
        amount: 44_00,
        currency: "USD",
      },
    ]);
  });

  test("without the owner's ERP nobody knows the cost: neither leg is posted, so none is ahead of the other", () => {
    const hub = hubAfter("sister-ships", ["erp-us"]);
    expect(inFlight(hub)).toEqual([]);
    expect(liveDocuments(hub.view).map(({ document }) => document.kind)).toEqual(["capture", "revenue"]);
  });

  test("the seller's leg follows when the cost is told, at the same amount; then nothing is in flight", () => {
    const hub = hubAfter("sister-ships", ["erp-us"]);
    hub.open(["erp-us", "erp-two"]);
    expect(inFlight(hub)).toEqual([]);
    const legs = liveDocuments(hub.view).filter(({ document }) => document.pair !== undefined);
    expect(legs.map(({ document }) => [document.entity, document.pair]).sort()).toEqual([
      ["two", pair],
      ["us", pair],
    ]);
  });

  test("a sister with books in euros has posted, and our ERP is down: what is in flight is in the currency of both legs", () => {
    expect(inFlight(hubAfter("sister-in-euros-ships", ["erp-two"]))).toMatchObject([
      { posted: "paris", missing: "us", amount: 44_00, currency: "EUR", documents: ["1"] },
    ]);
    const hub = hubAfter("sister-in-euros-ships", ["erp-two"]);
    hub.open(["erp-us", "erp-two"]);
    expect(inFlight(hub)).toEqual([]);
  });

  test("without a rate our leg waits, and her own is posted", () => {
    expect(inFlight(hubAfter("sister-in-another-currency"))).toMatchObject([
      { posted: "north", missing: "us", amount: 40_00, currency: "CAD" },
    ]);
  });

  test("a card of a sister: the seller's capture stands, the issuer's leg is missing", () => {
    expect(inFlight(hubAfter("card-of-a-sister-taken", ["erp-us"]))).toMatchObject([
      { pair: "sale:shopify:us.example:1/payment.captured:P1/stored-value/two", posted: "us", missing: "two" },
    ]);
  });

  test("cards of two sisters on one ticket are two pairs, and each is whole or in flight by itself", () => {
    const ticket = "sale:pos:0002:1:2026-11-27:1/ticket.completed:1/stored-value";
    const seller = hubAfter("cards-of-two-sisters-pay-one-ticket", ["erp-two"]);
    expect(inFlight(seller).map(({ pair, posted, missing, amount }) => [pair, posted, missing, amount])).toEqual([
      [`${ticket}/three`, "two", "three", 15_00],
      [`${ticket}/us`, "two", "us", 20_00],
    ]);
    // Both issuers keep their books in the other ERP.
    expect(
      inFlight(hubAfter("cards-of-two-sisters-pay-one-ticket", ["erp-us"])).map(({ pair, missing, amount }) => [pair, missing, amount]),
    ).toEqual([
      [`${ticket}/three`, "two", -15_00],
      [`${ticket}/us`, "two", -20_00],
    ]);
    seller.open(["erp-us", "erp-two"]);
    expect(inFlight(seller)).toEqual([]);
  });
});

describe("a pair in flight says what is claimed or owed", () => {
  test("goods that a sister has taken in are owed for at their cost, while the seller's ERP is down", () => {
    const scenario = named("return-to-a-store-of-a-sister");
    const hub = new SmallHub(transactionOf(scenario));
    const events = eventsOf(scenario);
    for (const event of events.slice(0, 3)) hub.arrive(event);
    hub.open(["erp-two"]);
    for (const event of events.slice(3)) hub.arrive(event);
    expect(inFlight(hub).map(({ posted, missing, amount, documents }) => [posted, missing, amount, documents.length])).toEqual([
      ["two", "us", -40_00, 1],
    ]);
    hub.open(["erp-us", "erp-two"]);
    expect(inFlight(hub)).toEqual([]);
  });

  test("what the till of a sister paid in euros is owed to her until its ticket is posted", () => {
    expect(
      inFlight(hubAfter("returned-to-a-sister-in-euros")).map(({ posted, missing, currency, amount }) => [
        posted,
        missing,
        currency,
        amount,
      ]),
    ).toEqual([["us", "paris", "EUR", -97_00]]);
  });

  test("a leg that another transaction posts ends the flight", () => {
    const one = hubAfter("sister-ships", ["erp-two"]);
    expect(inFlight(one)).toHaveLength(1);
    expect(inFlight(one, hubAfter("sister-ships"))).toEqual([]);
  });
});

/** Scenarios whose other leg the ticket of the till posts, in a transaction of its own: what is owed until then, in the currency that was paid. */
const owedToTheTill: Readonly<Record<string, number>> = { "returned-to-a-sister-in-euros": -97_00 };

describe("rule 8: intercompany eliminates to zero", () => {
  test.each(scenarios.filter(({ open }) => open.length === 0).map((scenario) => [scenario.name, scenario] as const))(
    "%s",
    (_, scenario) => {
      const hub = new SmallHub(transactionOf(scenario));
      for (const event of eventsOf(scenario)) hub.arrive(event);
      const lines = liveDocuments(hub.view).flatMap(({ document }) => bookedLines(document));
      const of = (...roles: string[]) =>
        lines.filter(({ name }) => roles.includes(name.split(" ")[2] ?? "")).reduce((total, { amount }) => total + amount, 0);
      expect({ balances: of("due-from", "due-to"), trade: of("intercompany-revenue", "intercompany-cogs") }).toEqual({
        balances: owedToTheTill[scenario.name] ?? 0,
        trade: 0,
      });
    },
  );
});
