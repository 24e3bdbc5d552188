import { describe, expect, test } from "vitest";
import { expectedLedger, ledgerOf } from "./ledger-of.ts";
import { readScenarios } from "./scenario.ts";
import { eventsOf, transactionOf } from "./scenario-events.ts";
import { sellerOf } from "./seller-of.ts";
import { SmallHub } from "./small-hub.ts";

const scenarios = readScenarios();

test("there are at least sixty of them", () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(60);
});

describe.each(scenarios)("$name ($rows)", (scenario) => {
  test(scenario.story, () => {
    const hub = new SmallHub(transactionOf(scenario));
    for (const event of eventsOf(scenario)) hub.arrive(event);
    expect(ledgerOf(hub.view, sellerOf(scenario))).toEqual(expectedLedger(scenario));
  });
});
