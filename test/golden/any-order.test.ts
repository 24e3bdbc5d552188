import { describe, expect, test } from "vitest";
import { exceptionClasses } from "#domain/exceptions";
import type { BoundDocument, PlanStep } from "#domain/posting";
import { endsOfAllOrders } from "./arrivals.ts";
import { liveDocuments } from "./ledger-of.ts";
import { readScenarios } from "./scenario.ts";
import { eventsOf, transactionOf } from "./scenario-events.ts";
import { bookedLines, SmallHub } from "./small-hub.ts";

/** All orders of up to six facts, which cannot lead to more states than that; of longer scenarios so many states after each fact. */
const statesMax = (facts: number) => (facts <= 6 ? 720 : 60);

describe("any order, same ledger", () => {
  test.each(readScenarios().map((scenario) => [scenario.name, scenario] as const))(
    "%s",
    (_, scenario) => {
      const events = eventsOf(scenario);
      const start = new SmallHub(transactionOf(scenario));
      const inOrder = start.copy();
      for (const event of events) inOrder.arrive(event);
      const told = endOf(inOrder);
      const ends = endsOfAllOrders(events, start, { statesMax: statesMax(events.length), seed: scenario.name });
      expect(ends.length).toBeGreaterThan(0);
      for (const ended of ends.map(endOf)) {
        expect(ended.unbalanced).toEqual([]);
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

/** What one life of the transaction has come to, with what broke a rule on its way. */
function endOf({ view, steps }: SmallHub) {
  const open = view.exceptions.filter(({ closed }) => closed === undefined).map(({ opened }) => opened);
  return {
    unbalanced: steps.flatMap((step) => (step.kind === "post" && outOfBalance(step.document) ? [step.erpKey] : [])),
    live: liveDocuments(view)
      .map(({ key, hash }) => `${key} ${hash}`)
      .sort(),
    balances: netOf(steps),
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
