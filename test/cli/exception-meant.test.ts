import { expect, test } from "vitest";
import { type ClosureItem, type ExceptionItem, viewTransaction } from "#domain/lineage";
import { exceptionMeant } from "../../cli/resolve-exceptions.ts";

const transaction = "bank-line:100:L1";
const opened: ExceptionItem = {
  type: "exception",
  transaction,
  key: "X#money.unidentified-receipt#abc#0001",
  at: "2026-12-01T03:00:00.000Z",
  class: "money.unidentified-receipt",
  code: "timing",
  cause: "bank-line.booked",
  message: "owed to whoever sent it",
  occurrence: 1,
  dueAt: "2026-12-03T03:00:00.000Z",
};
const closed: ClosureItem = {
  type: "closure",
  transaction,
  key: `${opened.key}#C`,
  at: "2026-12-02T03:00:00.000Z",
  by: "hub",
  reason: "its cause is gone",
};

test("a payout that was named wrongly is corrected by any name of its line, although its exception is closed", () => {
  const view = viewTransaction(transaction, [opened, closed]);
  expect(exceptionMeant([view], "REF-9", { payout: "po_105" })).toBe(opened);
  expect(() => exceptionMeant([view], "REF-9")).toThrow('no exception is open under "REF-9"');
});
