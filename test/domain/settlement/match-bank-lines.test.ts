import { describe, expect, test } from "vitest";
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

describe("which payouts a bank line shows", () => {
  const of = (amount: number, bookedOn: string, ...words: string[]): LineToMatch => ({ line: "L", amount, bookedOn, words });
  const sent = (payout: string, amount: number, more: Partial<PayoutMovement> = {}) => ({
    ...movement(payout, "2026-12-01", amount),
    ...more,
  });
  const told = (each: LineToMatch, open: readonly PayoutMovement[]) => {
    const [match] = matchBankLines([each], open);
    const { outcome, way, confidence, payouts = [], difference, reason } = match ?? {};
    const parts = payouts.map(({ payout, amount, sentOn }) => `${payout} ${amount}${sentOn === undefined ? "" : ` of ${sentOn}`}`);
    return [outcome, way, confidence, parts.join("+"), difference, reason].filter((part) => part !== undefined && part !== "").join(" ");
  };

  test.each<[string, LineToMatch, PayoutMovement[], string]>([
    ["by its name", of(500, "2026-12-20", "X", "P1"), [sent("P1", 500)], "matched trace 100 P1 500"],
    ["by a name, with what it lacks", of(480, "2026-12-01", "P1"), [sent("P1", 500)], "matched trace 100 P1 500 -20 amount-mismatch"],
    ["by a name, with what it has beyond", of(520, "2026-12-01", "P1"), [sent("P1", 500)], "matched trace 100 P1 500 20 amount-mismatch"],
    ["several by their names", of(1_200, "2026-12-01", "P1", "P2"), [sent("P1", 500), sent("P2", 700)], "matched trace 100 P1 500+P2 700"],
    [
      "several by their names, off by something",
      of(1_190, "2026-12-01", "P1", "P2"),
      [sent("P1", 500), sent("P2", 700)],
      "matched trace 100 P1 500+P2 700 -10 amount-mismatch",
    ],
    [
      "of several names the one of its amount",
      of(700, "2026-12-01", "P1", "P2"),
      [sent("P1", 500), sent("P2", 700)],
      "matched trace 100 P2 700",
    ],
    [
      "of several names those of its direction",
      of(1_190, "2026-12-01", "P1", "P2", "P3"),
      [sent("P1", 500), sent("P2", 700), sent("P3", -90)],
      "matched trace 100 P1 500+P2 700 -10 amount-mismatch",
    ],
    ["by a name, taken back by the bank", of(-500, "2026-12-01", "P1"), [sent("P1", 500)], "matched trace 100 P1 -500"],
    ["by a name, the other way by another amount", of(-400, "2026-12-01", "P1"), [sent("P1", 500)], "unmatched amount-mismatch"],
    [
      "by its amount on the day",
      of(500, "2026-12-01"),
      [sent("P1", 500, { sentOn: "2026-11-30" })],
      "matched amount-and-day 70 P1 500 of 2026-11-30",
    ],
    ["by its amount a day early", of(500, "2026-11-30"), [sent("P1", 500)], "matched amount-and-day 70 P1 500"],
    ["not two days early", of(500, "2026-11-29"), [sent("P1", 500)], "unmatched timing"],
    ["by its amount on the last day", of(500, "2026-12-05"), [sent("P1", 500)], "matched amount-and-day 70 P1 500"],
    ["not a day later", of(500, "2026-12-06"), [sent("P1", 500)], "unmatched timing"],
    ["not by another amount", of(501, "2026-12-01"), [sent("P1", 500)], "unmatched missing"],
    ["of two on one day the first by name", of(500, "2026-12-01"), [sent("P2", 500), sent("P1", 500)], "matched amount-and-day 70 P1 500"],
    [
      "of two the one that is nearer",
      of(500, "2026-12-03"),
      [sent("P1", 500), sent("P2", 500, { expectedOn: "2026-12-02" })],
      "matched amount-and-day 70 P2 500",
    ],
    [
      "as a person says, whatever the amount",
      { ...of(480, "2026-12-20"), identifiedAs: "P1" },
      [sent("P1", 500)],
      "matched person 100 P1 500 -20 amount-mismatch",
    ],
    ["as a person says, to the cent", { ...of(500, "2026-12-20"), identifiedAs: "P1" }, [sent("P1", 500)], "matched person 100 P1 500"],
    [
      "as a person says, of two movements the one of its amount",
      { ...of(500, "2026-12-20"), identifiedAs: "P1" },
      [sent("P1", 700), sent("P1", 500)],
      "matched person 100 P1 500",
    ],
    ["not as a person says, the other way", { ...of(-480, "2026-12-01"), identifiedAs: "P1" }, [sent("P1", 500)], "unmatched missing"],
  ])("%s", (_what, each, open, expected) => {
    expect(told(each, open)).toBe(expected);
    expect(told(each, [...open].reverse())).toBe(expected);
  });

  test("a line that may show what another one shows already chooses last", () => {
    const doubtful = { ...line("L1", "2026-12-01"), isDoubtful: true };
    expect(shown([doubtful, line("L2", "2026-12-01")], [movement("P1", "2026-12-01")])).toEqual({ L1: "missing", L2: "P1" });
    expect(shown([doubtful], [movement("P1", "2026-12-01")])).toEqual({ L1: "P1" });
  });

  test("a payout is shown once, and its return apart from it", () => {
    expect(shown([line("L1", "2026-12-01", "P1"), line("L2", "2026-12-02", "P1")], [movement("P1", "2026-12-01")])).toEqual({
      L1: "P1",
      L2: "missing",
    });
  });
});
