import type { Cells } from "#domain/csv";
import type { SettlementRow } from "./settlement-row.ts";

/** How the customer paid, as far as a row says it: contracts name fees by it. */
export function statedMeans<Key extends string>(
  cells: Cells<Key>,
  { cardBrand, method }: { readonly cardBrand?: Key | undefined; readonly method?: Key | undefined },
): Pick<SettlementRow, "cardBrand" | "method"> {
  const brand = cardBrand === undefined ? undefined : cells.stated(cardBrand);
  const way = method === undefined ? undefined : cells.stated(method);
  return { ...(brand === undefined ? {} : { cardBrand: brand }), ...(way === undefined ? {} : { method: way }) };
}
