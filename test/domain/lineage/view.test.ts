import { expect, test } from "vitest";
import { chainOf, type ExceptionItem, viewTransaction } from "#domain/lineage";
import { at, closedBy, fact, outcome, plan, postStep, takeOver } from "../../fixtures/posting-case.ts";

const { transaction } = fact("a");
const first = plan(1, [postStep("a", 1)]);
const second = plan(2, [postStep("b", 2)]);
const foreign = plan(1, [postStep("c", 1)], { connection: "other", key: "P#other#000001" });
const exception: ExceptionItem = {
  type: "exception",
  transaction,
  key: "X#data.value#00ff#0001",
  at: at(0),
  class: "data.value",
  code: "c",
  cause: "c",
  message: "m",
  occurrence: 1,
  dueAt: at(9),
};

test("the items of a transaction, given in any order, are sorted into what they are", () => {
  const again = { ...exception, key: "X#data.value#00ff#0002", occurrence: 2 };
  const closure = closedBy(exception, "hub");
  const takeOvers = [takeOver(second, 1, 80), takeOver(second, 2, 160)];
  const items = [exception, fact("b"), second, takeOvers[1]!, closure, foreign, outcome(first), again, takeOvers[0]!, first, fact("a")];
  for (const order of [items, [...items].reverse()]) {
    const view = viewTransaction(transaction, order);
    expect(view.documents).toEqual([fact("a"), fact("b")]);
    expect([...view.chains.keys()].sort()).toEqual(["erp", "other"]);
    expect(chainOf(view, "erp")).toEqual({
      plans: [first, second],
      outcomes: new Map([[1, outcome(first)]]),
      takeOvers: new Map([[2, takeOvers]]),
    });
    expect(view.exceptions).toEqual([{ opened: exception, closed: closure }, { opened: again }]);
  }
});

test("a connection without plans has an empty chain", () => {
  expect(chainOf(viewTransaction(transaction, []), "erp")).toEqual({ plans: [], outcomes: new Map(), takeOvers: new Map() });
});
