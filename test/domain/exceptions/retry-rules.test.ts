import { expect, test } from "vitest";
import { retryRules } from "../../../domain/exceptions/retry-rules.ts";

const classesWith = (rule: string) =>
  Object.entries(retryRules)
    .filter(([, each]) => each === rule)
    .map(([name]) => name);

test("what passes by itself is sent again by the hub alone", () => {
  expect(classesWith("by-itself")).toEqual(["transport.rate-limit", "erp.unknown-outcome", "erp.unavailable"]);
});

test("what was mended elsewhere is sent again when a person says so", () => {
  expect(classesWith("on-retry")).toEqual(["transport.connection", "transport.access", "erp.rejected"]);
});

test("what waits for a decision, or only tells, is never sent again", () => {
  expect(classesWith("never")).toEqual([
    "period.late-event",
    "period.cut-over",
    "policy.approval-needed",
    "policy.restatement",
    "policy.return-window",
    "policy.return-terms",
    "policy.blind-return",
    "policy.ticket-rule",
    "source.duplicate-file",
    "privacy.request",
    "inventory.negative",
    "erp.drift",
    "erp.master-data",
  ]);
});

test("everything else waits for a new fact, a corrected version or other policies", () => {
  expect(classesWith("on-news")).toEqual([
    "transport.parse",
    "transport.too-large",
    "data.value",
    "data.missing",
    "data.duplicate",
    "data.unmapped",
    "sequence.parent-missing",
    "money.amount-mismatch",
    "money.unbalanced",
    "money.missing-transaction",
    "money.tolerance-exceeded",
    "money.unidentified-receipt",
    "money.possible-duplicate",
    "money.too-many-payouts",
    "money.unclassified-balance-type",
    "money.currency-mismatch",
    "money.fx-rate-missing",
    "period.closed",
    "policy.refund-exceeds-capture",
    "policy.over-return",
    "policy.refund-overdue",
    "promotion.unknown",
    "promotion.expired",
    "promotion.over-limit",
    "promotion.channel-mismatch",
    "source.control-total",
    "source.sequence-gap",
    "source.payout-gap",
    "source.day-open",
    "inventory.short-receipt",
  ]);
});
