import { expect, test } from "vitest";
import { type LineToMatch, matchBankLines, type PayoutMovement } from "#domain/settlement";

const line = (name: string, bookedOn: string, ...words: string[]): LineToMatch => ({ line: name, amount: 9_680, bookedOn, words });
const movement = (payout: string, expectedOn: string, amount = 9_680): PayoutMovement => ({
  payout,
  payoutId: payout,
  amount,
  expectedOn,
  names: [payout],
  lagDays: 4,
});
const shown = (lines: readonly LineToMatch[], open: readonly PayoutMovement[]) =>
  Object.fromEntries(matchBankLines(lines, open).map(({ payouts, reason }, index) => [lines[index]!.line, payouts[0]?.payout ?? reason]));

test("of lines of one amount, the pair of line and payout that is nearest goes first, in whatever order they are given", () => {
  const lines = [line("L1", "2026-12-01"), line("L2", "2026-12-03"), line("L3", "2026-12-04")];
  const open = [movement("P3", "2026-12-03"), movement("P1", "2026-12-01")];
  expect(shown(lines, open)).toEqual({ L1: "P1", L2: "P3", L3: "missing" });
  expect(shown([...lines].reverse(), [...open].reverse())).toEqual({ L1: "P1", L2: "P3", L3: "missing" });
});

test("two lines of one day show the payout by their names, so that only one does", () => {
  expect(shown([line("L2", "2026-12-01"), line("L1", "2026-12-01")], [movement("P1", "2026-12-01")])).toEqual({ L1: "P1", L2: "missing" });
});

test("a line that names the payout goes before a nearer one that does not", () => {
  expect(shown([line("L1", "2026-12-01"), line("L2", "2026-12-03", "P1")], [movement("P1", "2026-12-01")])).toEqual({
    L1: "missing",
    L2: "P1",
  });
});

test("the payout that came back is another movement than the payout", () => {
  const lines = [line("L1", "2026-12-01"), { ...line("L2", "2026-12-02"), amount: -9_680 }];
  const open = [movement("P1", "2026-12-01"), movement("P1", "2026-12-02", -9_680)];
  expect(matchBankLines(lines, open).map(({ payouts }) => payouts.map(({ amount }) => amount))).toEqual([[9_680], [-9_680]]);
});

test("what a person said of a line goes before the name that another one bears, and what it differs by is told", () => {
  const lines = [{ ...line("L1", "2026-12-09"), amount: 9_000, identifiedAs: "P1" }, line("L2", "2026-12-01", "P1")];
  const [said, named] = matchBankLines(lines, [movement("P1", "2026-12-01")]);
  expect(said).toMatchObject({ way: "person", payouts: [{ payout: "P1", amount: 9_680 }], difference: -680, reason: "amount-mismatch" });
  expect(named).toMatchObject({ outcome: "unmatched", reason: "missing" });
});
