import type { PoslogDialect } from "#domain/pos-dialects";

/** NCR Retalix R10: POSLog 6.0 whose own totals are X: types; taxes stand in their lines and again on the ticket. */
export const retalixR10: PoslogDialect = {
  why: "A public R10 supermarket ticket (6.0.1): TransactionTaxIncluded states the tax, running totals and change of the till stand beside it.",
  namespaces: ["http://www.Retalix.com/Extensions"],
  totals: { "X:TransactionTaxIncluded": "tax" },
  repeatedAmounts: ["TotalKey"],
};
