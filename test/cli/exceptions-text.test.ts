import { expect, test } from "vitest";
import type { ExceptionItem } from "#domain/lineage";
import { type DeskRow, deskRow, exceptionsText } from "../../cli/exception-desk.ts";

const unmapped = (transaction: string, item: string): DeskRow => ({
  id: `${transaction}/X#1`,
  class: "data.unmapped",
  code: "item",
  severity: "error",
  owner: "integration",
  dueAt: "2026-11-27T14:00:00.000Z",
  transaction,
  document: null,
  amount: null,
  currency: null,
  message: `item ${item} is not in the item policy.`,
  action: "Add the mapping.",
  state: "open",
  cause: `item:${item}`,
  settledBy: "hub",
  retry: "on-news",
  escalated: 0,
  closed: null,
});

test("one cause stands once, with how many it explains and the id of each on a line of its own", () => {
  const rows = ["1", "2", "3"].map((order) => unmapped(`sale:${order}`, "MUG"));
  expect(exceptionsText([unmapped("sale:0", "BOWL"), ...rows], 80)).toBe(
    `ERROR     data.unmapped / item
    integration, due 2026-11-27 14:00 UTC
    item BOWL is not in the item policy.
  → Add the mapping.
    The hub closes it when its cause is gone.
    sale:0/X#1

ERROR     data.unmapped / item  3 of them
    integration, due 2026-11-27 14:00 UTC
    item MUG is not in the item policy.
  → Add the mapping.
    The hub closes it when its cause is gone.
    sale:1/X#1
    sale:2/X#1
    sale:3/X#1`,
  );
});

test("what differs in words and amounts alone is one matter: the first is told, and all are added up by currency", () => {
  const given = (order: string, amount: string, currency: string): DeskRow => ({
    ...unmapped(order, "MUG"),
    ...{ class: "promotion.unknown", code: "shopify", cause: "SUMMER", settledBy: "person", severity: "warning" },
    ...{ amount, currency, message: `SUMMER took ${amount} off ${order}.` },
  });
  const rows = [given("sale:1", "10.50", "USD"), given("sale:2", "1000.75", "USD"), given("sale:3", "4.00", "CAD")];
  expect(exceptionsText(rows, 80)).toBe(
    `WARNING   promotion.unknown / shopify  3 of them  1,011.25 USD, 4.00 CAD
    integration, due 2026-11-27 14:00 UTC
    SUMMER took 10.50 off sale:1. And the like for the others.
  → Add the mapping.
    A person closes it: exceptions resolve ID --actor NAME --reason TEXT
    sale:1/X#1
    sale:2/X#1
    sale:3/X#1`,
  );
});

test("of more than fifty the first fifty are named, with how to see the rest", () => {
  const rows = Array.from({ length: 52 }, (_, order) => unmapped(`sale:${order}`, "MUG"));
  const lines = exceptionsText(rows, 80).split("\n");
  expect(lines.slice(-2)).toEqual(["    sale:49/X#1", "    and 2 more of 52: see --class data.unmapped --json"]);
});

const found: ExceptionItem = {
  type: "exception",
  transaction: "sale:1",
  key: "X#promotion.unknown#0#0001",
  at: "2026-11-27T10:00:00.000Z",
  class: "promotion.unknown",
  code: "shopify",
  cause: "order.placed:1 SUMMER",
  event: "order.placed:1",
  message: "no rule names it",
  occurrence: 1,
  dueAt: "2026-11-27T14:00:00.000Z",
};

test.each([
  ["its fact", {}, "SUMMER"],
  ["its document and the attempt", { cause: "sale:1/placed@2", document: "sale:1/placed" }, "no rule names it"],
  ["a document of its transaction", { cause: "sale:1/shipped@1 MUG is below zero" }, "MUG is below zero"],
  ["nothing of its own", { cause: "location:0999" }, "location:0999"],
])("a cause is told without %s", (_, changes, cause) => {
  expect(deskRow({ opened: { ...found, ...changes } }, []).cause).toBe(cause);
});
