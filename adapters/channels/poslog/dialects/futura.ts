import type { PoslogDialect } from "#domain/pos-dialects";

/** Futura / roqqio: POSLog 6.0 where only the quantity has a sign, and change is a line that nests TenderChange in TenderChange. */
export const futura: PoslogDialect = {
  why: "Public samples of a Futura estate (sale, return with and without link, change): amounts of returns are positive under a quantity of -1, and tax stands in the totals alone.",
  namespaces: ["http://www.futura4retail.com/pos/namespace/"],
  lineSign: "quantity",
  taxOfTotals: "VAT",
};
