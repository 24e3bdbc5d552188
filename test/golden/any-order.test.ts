import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { exceptionClasses } from "#domain/exceptions";
import type { BoundDocument, PlanStep } from "#domain/posting";
import { arrivals } from "./arrivals.ts";
import { liveDocuments } from "./ledger-of.ts";
import { readScenarios } from "./scenario.ts";
import { eventsOf, transactionOf } from "./scenario-events.ts";
import { bookedLines, SmallHub } from "./small-hub.ts";

/** All permutations up to this many, else as many samples of them. */
const permutationsMax = 720;
const samples = 150;

describe("any order, same ledger", () => {
  test.each(readScenarios().map((scenario) => [scenario.name, scenario] as const))(
    "%s",
    (_, scenario) => {
      const transaction = transactionOf(scenario);
      const events = eventsOf(scenario);
      const told = run(transaction, events);
      for (const arrival of arrivals(events, { permutationsMax, samples, seed: scenario.name })) {
        const ended = run(transaction, arrival);
        if (told.stopped) expect(told.live).toEqual(expect.arrayContaining(ended.live));
        else {
          expect(ended.live).toEqual(told.live);
          expect(ended.balances).toEqual(told.balances);
        }
        expect(ended.open).toEqual(told.open);
      }
    },
    120_000,
  );
});

/** One life of the transaction, with the rules that hold after every single arrival. */
function run(transaction: string, events: readonly BusinessEvent[]) {
  const hub = new SmallHub(transaction);
  let checked = 0;
  const unbalanced: string[] = [];
  for (const event of events) {
    hub.arrive(event);
    for (const step of hub.steps.slice(checked)) if (step.kind === "post" && outOfBalance(step.document)) unbalanced.push(step.erpKey);
    checked = hub.steps.length;
  }
  expect(unbalanced).toEqual([]);
  const { view } = hub;
  const open = view.exceptions.filter(({ closed }) => closed === undefined).map(({ opened }) => opened);
  return {
    live: liveDocuments(view)
      .map(({ key, hash }) => `${key} ${hash}`)
      .sort(),
    balances: netOf(hub.steps),
    open: open.map((exception) => `${exception.class}/${exception.code} ${exception.cause}`).sort(),
    /** A contradiction that stops the whole transaction leaves standing whatever stood when it came: less when it came early. */
    stopped: open.some((exception) => exceptionClasses[exception.class].blocks === "transaction"),
  };
}

/** Every account of every entity over all that was ever sent, with reversals; what nets to nothing is left out. */
function netOf(steps: readonly PlanStep[]): Record<string, number> {
  const posted = new Map<string, BoundDocument>();
  const balances: Record<string, number> = {};
  const add = (document: BoundDocument, sign: number) => {
    for (const { name, amount } of bookedLines(document)) balances[name] = (balances[name] ?? 0) + sign * amount;
  };
  for (const step of steps) {
    if (step.kind === "post") {
      posted.set(step.erpKey, step.document);
      add(step.document, 1);
    } else if (step.kind === "reverse") add(posted.get(step.reverses)!, -1);
  }
  return Object.fromEntries(Object.entries(balances).filter(([, amount]) => amount !== 0));
}

/** In the document's own currency, and in that of the books. */
function outOfBalance(document: BoundDocument): boolean {
  const own = bookedLines(document).filter(({ name }) => !name.includes(" for "));
  const functional = document.type === "journal" ? document.lines.map((line) => line.functionalAmount) : [];
  return [own.map(({ amount }) => amount), functional].some((amounts) => amounts.reduce((total, amount) => total + amount, 0) !== 0);
}
