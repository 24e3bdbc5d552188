import { expect, test } from "vitest";
import { type FollowedPart, type FollowedPayout, payoutCourse } from "#domain/settlement";

const part = (net: number, more: Partial<FollowedPart> = {}): FollowedPart => ({
  net,
  isClassified: true,
  isToBeMatched: false,
  variance: undefined,
  isPosted: true,
  ...more,
});

/** A payout of 100.00 with two rows, posted and in the bank. */
const payout = (more: Partial<FollowedPayout> = {}, status: FollowedPayout["payout"]["status"] = "paid"): FollowedPayout => ({
  payout: {
    source: "stripe",
    account: "stripe-us",
    id: "po_1",
    status,
    issuedOn: "2026-12-01",
    net: 10_000,
    netFrom: "stated",
    itemized: true,
    currency: "USD",
  },
  statedRows: 2,
  rows: [part(12_000), part(-2_000)],
  bankLines: [part(10_000)],
  banked: 10_000,
  returned: 0,
  isPosted: true,
  ...more,
});
const missing = (amount: number) => ({ variance: { amount, reason: "missing" as const } });

test("everything agrees", () => {
  expect(payoutCourse(payout())).toEqual({ step: "closed", rows: 2, open: 0, amount: 0 });
});

test("rows that are not there are held, also when the rest comes to the payout", () => {
  const trouble = { reason: "missing", from: "rows" };
  expect(payoutCourse(payout({ rows: [part(12_000)] }))).toEqual({ step: "held", rows: 1, open: 1, amount: -2_000, trouble });
  expect(payoutCourse(payout({ statedRows: 4 }))).toEqual({ step: "held", rows: 2, open: 2, amount: 0, trouble });
});

test("rows that come to something else are held by the difference", () => {
  const rows = [part(12_000), part(-2_000), part(-1)];
  const trouble = { reason: "amount-mismatch", from: "rows" };
  expect(payoutCourse(payout({ rows }))).toEqual({ step: "held", rows: 3, open: 0, amount: 1, trouble });
});

test("nothing has to add up to a payout that the gateway does not itemize", () => {
  const given = payout({ rows: [], statedRows: undefined });
  expect(payoutCourse({ ...given, payout: { ...given.payout, itemized: false } }).step).toBe("closed");
});

test("a row in no class holds it, and has its own exception", () => {
  const rows = [part(12_000), part(-2_000, { isClassified: false })];
  expect(payoutCourse(payout({ rows }))).toEqual({ step: "held", rows: 2, open: 1, amount: -2_000 });
});

test("variances of rows and bank lines come before everything that waits", () => {
  const rows = [part(12_000, missing(12_500)), part(-2_000, { isPosted: false })];
  expect(payoutCourse(payout({ rows, banked: 0 }))).toEqual({ step: "variance", rows: 2, open: 1, amount: 12_500 });
  const bankLines = [part(9_990, missing(-10))];
  expect(payoutCourse(payout({ bankLines }))).toEqual({
    step: "variance",
    rows: 2,
    open: 1,
    amount: -10,
  });
});

test("what nobody has looked for yet, and what is not posted, is waited for", () => {
  expect(payoutCourse(payout({ rows: [part(12_000, { isToBeMatched: true }), part(-2_000)] }))).toMatchObject({
    step: "wait-for-posting",
    open: 1,
    amount: 12_000,
  });
  expect(payoutCourse(payout({ isPosted: false }))).toMatchObject({ step: "wait-for-posting", open: 1, amount: 0 });
});

test("the bank has to show what was sent and did not come back", () => {
  const trouble = { reason: "timing", from: "bank" };
  expect(payoutCourse(payout({ banked: 0, bankLines: [] }))).toEqual({ step: "wait-for-bank", rows: 2, open: 1, amount: 10_000, trouble });
  expect(payoutCourse(payout({ banked: 10_000, returned: 10_000 }))).toMatchObject({ step: "wait-for-bank", amount: -10_000 });
  expect(payoutCourse(payout({ banked: 0, returned: 10_000 })).step).toBe("closed");
  expect(payoutCourse(payout({ banked: 0 }, "failed")).step).toBe("closed");
  expect(payoutCourse(payout({ banked: 0 }, "cancelled")).step).toBe("closed");
  expect(payoutCourse(payout({ banked: 0 }, "scheduled")).step).toBe("wait-for-bank");
});
