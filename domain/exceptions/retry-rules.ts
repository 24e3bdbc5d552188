import type { ExceptionClass } from "./classes.ts";

/**
 * What sends a transaction again while an exception of the class is open.
 * - "by-itself": the hub, at its own pace; a retry only saves the wait.
 * - "on-news": a new fact, a corrected version or a release of the policies; a retry looks again, and finds the same as long as nothing is new.
 * - "on-retry": nobody but a person who has mended the cause elsewhere: `exceptions retry`.
 * - "never": there is nothing left to send; a person takes note, or a decision is waited for.
 */
export type RetryRule = "by-itself" | "on-news" | "on-retry" | "never";

export const retryRules: Readonly<Record<ExceptionClass, RetryRule>> = {
  "transport.connection": "on-retry",
  "transport.rate-limit": "by-itself",
  "transport.parse": "on-news",
  "transport.too-large": "on-news",
  "transport.access": "on-retry",
  "data.value": "on-news",
  "data.missing": "on-news",
  "data.duplicate": "on-news",
  "data.unmapped": "on-news",
  "sequence.parent-missing": "on-news",
  "money.amount-mismatch": "on-news",
  "money.unbalanced": "on-news",
  "money.missing-transaction": "on-news",
  "money.tolerance-exceeded": "on-news",
  "money.unidentified-receipt": "on-news",
  "money.possible-duplicate": "on-news",
  "money.too-many-payouts": "on-news",
  "money.unclassified-balance-type": "on-news",
  "money.currency-mismatch": "on-news",
  "money.fx-rate-missing": "on-news",
  "period.closed": "on-news",
  "period.late-event": "never",
  "period.cut-over": "never",
  "policy.approval-needed": "never",
  "policy.restatement": "never",
  "policy.refund-exceeds-capture": "on-news",
  "policy.over-return": "on-news",
  "policy.return-window": "never",
  "policy.return-terms": "never",
  "policy.blind-return": "never",
  "policy.ticket-rule": "never",
  "policy.refund-overdue": "on-news",
  "promotion.unknown": "on-news",
  "promotion.expired": "on-news",
  "promotion.over-limit": "on-news",
  "promotion.channel-mismatch": "on-news",
  "source.control-total": "on-news",
  "source.sequence-gap": "on-news",
  "source.payout-gap": "on-news",
  "source.day-open": "on-news",
  "source.duplicate-file": "never",
  "privacy.request": "never",
  "inventory.negative": "never",
  "inventory.short-receipt": "on-news",
  "erp.rejected": "on-retry",
  "erp.unknown-outcome": "by-itself",
  "erp.drift": "never",
  "erp.master-data": "never",
  "erp.unavailable": "by-itself",
};
