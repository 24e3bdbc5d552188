import { expect, test } from "vitest";
import { policyEffect, postingRules } from "#domain/posting";
import { goldenPolicy } from "./golden-policy.ts";
import { readScenarios } from "./scenario.ts";
import { eventsOf, transactionOf } from "./scenario-events.ts";
import { SmallHub } from "./small-hub.ts";

test("a draft that adds the rate that an order waits for would post it, and close its exception", () => {
  const scenario = readScenarios().find(({ name }) => name === "a-currency-without-a-rate")!;
  const hub = new SmallHub(transactionOf(scenario));
  for (const event of eventsOf(scenario)) hub.arrive(event);
  const rate = { of: "CAD", in: "USD", rate: "0.70", from: "2026-11-27", why: "the draft" };
  const after = { ...goldenPolicy, release: 2, version: "draft", fxRates: [...(goldenPolicy.fxRates ?? []), rate] };
  const effect = policyEffect({
    view: hub.view,
    before: goldenPolicy,
    after,
    rules: postingRules,
    now: "2026-11-28T09:00:00.000Z",
    coveredKeys: new Map(),
  });
  const amounts = effect.documents.map(({ outcome, accounts }) => [
    outcome,
    ...accounts.map(({ account, draft }) => `${account} ${draft}`),
  ]);
  expect(amounts).toEqual([
    ["posts", "deferred-revenue -7000", "payment-clearing 7000"],
    ["posts", "deferred-revenue 7000", "sales -7000"],
  ]);
  expect(effect.closed.map(({ cause }) => cause).sort()).toEqual(["CAD:USD:2026-11-27", "CAD:USD:2026-11-28"]);
  expect(effect.opened).toEqual([]);
});
