import { expect, test } from "vitest";
import { exceptionsText } from "../../cli/commands/exceptions.ts";
import type { ExceptionRow } from "../../cli/read-lineage.ts";

const unmapped = (transaction: string, item: string): ExceptionRow => ({
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
});

test("one cause stands once, with the first five of the transactions that it holds and how many more there are", () => {
  const rows = ["1", "2", "3", "4", "5", "6", "7"].map((order) => unmapped(`sale:${order}`, "MUG"));
  expect(exceptionsText([unmapped("sale:0", "BOWL"), ...rows], 80)).toBe(
    `ERROR     data.unmapped / item
    integration, due 2026-11-27 14:00 UTC
    item BOWL is not in the item policy.
  → Add the mapping.
    sale:0

ERROR     data.unmapped / item
    integration, due 2026-11-27 14:00 UTC
    item MUG is not in the item policy.
  → Add the mapping.
    sale:1
    sale:2
    sale:3
    sale:4
    sale:5
    and 2 more of 7`,
  );
});

test("five transactions are named, with no line that says nothing", () => {
  const rows = ["1", "2", "3", "4", "5"].map((order) => unmapped(`sale:${order}`, "MUG"));
  expect(exceptionsText(rows, 80).split("\n").slice(4)).toEqual(
    ["sale:1", "sale:2", "sale:3", "sale:4", "sale:5"].map((id) => `    ${id}`),
  );
});
