import { CellProblem, type Cells, parseStatedAmount, plainNumbers } from "#domain/csv";
import { type Currency, isCurrency, type MinorUnits } from "#domain/money";

/** The text as a currency. Throws CellProblem, of `column` where there is one. */
export function statedCurrency(text: string, column?: string): Currency {
  if (!isCurrency(text))
    throw new CellProblem("data.value", "currency", column, `${JSON.stringify(text.slice(0, 10))} is no ISO 4217 currency`);
  return text;
}

/** What the customer saw: reports write that of a refund positive, it gets the sign of the amount. Undefined where either cell is empty. */
export function statedPresentment<Key extends string>(
  cells: Cells<Key>,
  keys: { readonly amount: Key; readonly currency: Key },
  currencyColumn: string,
  gross: MinorUnits,
): { amount: MinorUnits; currency: Currency } | undefined {
  if (cells.text(keys.amount) === "" || cells.text(keys.currency) === "") return undefined;
  const currency = statedCurrency(cells.needed(keys.currency).toUpperCase(), currencyColumn);
  const amount = Math.abs(cells.read(keys.amount, (text) => parseStatedAmount(text, currency, plainNumbers)));
  return { amount: gross < 0 && amount !== 0 ? -amount : amount, currency };
}
