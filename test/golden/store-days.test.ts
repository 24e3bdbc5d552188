import { describe, expect, test } from "vitest";
import { summedUp } from "#domain/posting";
import { arrivals } from "./arrivals.ts";
import { bookedLines } from "./small-hub.ts";
import {
  expectedStoreDay,
  happen,
  ledgerOfStreams,
  liveOf,
  policyWith,
  readStoreDays,
  type StoreDayScenario,
} from "./store-day-scenario.ts";
import { StreamsHub } from "./streams-hub.ts";

const scenarios = readStoreDays();
const begin = "2026-11-27T00:00:00.000Z";

describe.each(scenarios)("$name ($rows)", (scenario) => {
  test(scenario.story, () => {
    const hub = new StreamsHub(policyWith(scenario.grain), begin);
    for (const fact of scenario.facts) happen(hub, fact);
    expect(ledgerOfStreams(hub)).toEqual(expectedStoreDay(scenario));
    const sent = hub.steps.length;
    hub.lookAgain();
    expect(hub.steps.length, "looking again has no effect").toBe(sent);
  });
});

/*
 * Which facts were in time for a closing is a matter of arrival, so the documents are; what the books say and what they say it of is not.
 * Where a release changes the grain in between, also what is a document of its own is a matter of arrival.
 */
describe("any order, same books", () => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (_, scenario) => {
    const told = livedThrough(scenario, scenario.facts);
    for (const arrival of arrivals(scenario.facts, { permutationsMax: 120, samples: 60, seed: scenario.name })) {
      const ended = livedThrough(scenario, arrival);
      expect(ended.balances).toEqual(told.balances);
      expect(ended.stock).toEqual(told.stock);
      if (!scenario.facts.some((fact) => "grain" in fact)) expect(ended.summedUp).toEqual(told.summedUp);
      expect(ended.twice).toEqual([]);
    }
  });
});

/** One life of all transactions; hours end once more when everything has arrived. */
function livedThrough(scenario: StoreDayScenario, facts: StoreDayScenario["facts"]) {
  const hub = new StreamsHub(policyWith(scenario.grain), begin);
  for (const fact of facts) happen(hub, fact);
  hub.endWindows();
  const live = liveOf(hub);
  const balances: Record<string, number> = {};
  for (const { name, amount } of live.flatMap(bookedLines)) balances[name] = (balances[name] ?? 0) + amount;
  const times = summedUp(live.flatMap((document) => (document.type === "journal" ? [document] : [])));
  const own = new Set<string>(live.map(({ key }) => key));
  return {
    balances: Object.fromEntries(Object.entries(balances).filter(([, amount]) => amount !== 0)),
    stock: ledgerOfStreams(hub).stock,
    summedUp: [...times.keys()].sort(),
    /** Contents that count more than once, or that are summed up beside their own document. */
    twice: [...times].filter(([name, count]) => count !== 1 || own.has(name.split(" ")[0]!)).map(([name]) => name),
  };
}
