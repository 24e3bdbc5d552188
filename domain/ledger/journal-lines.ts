import type { MinorUnits } from "#domain/money";
import type { Dimensions, TargetLine, Worth } from "./documents.ts";

/** The lines of one journal as they gather: equal role and dimensions make one line, and what nets to nothing is no line. */
export class JournalLines {
  readonly #lines = new Map<string, { role: string; dimensions: Dimensions; amount: MinorUnits; worth?: Worth[] }>();

  /** `amount` is a debit when positive, a credit when negative. `worth`: see TargetLine; a line has it for all of its amounts or for none. */
  add(role: string, dimensions: Dimensions, amount: MinorUnits, worth?: Worth): void {
    if (amount === 0) return;
    const key = lineName(role, dimensions);
    const line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, { role, dimensions, amount, ...(worth === undefined ? {} : { worth: [worth] }) });
    else {
      line.amount += amount;
      if (worth !== undefined) line.worth?.push(worth);
    }
  }

  /** Debits before credits, each by role and dimensions: the order says nothing about how the journal was made. */
  list(): TargetLine[] {
    return [...this.#lines]
      .filter(([, line]) => line.amount !== 0)
      .sort(([nameA, a], [nameB, b]) => Number(a.amount < 0) - Number(b.amount < 0) || (nameA < nameB ? -1 : 1))
      .map(([, line]) => line);
  }
}

function lineName(role: string, dimensions: Dimensions): string {
  let name = role;
  for (const dimension in dimensions) name += `|${dimension}=${dimensions[dimension]}`;
  return name;
}
