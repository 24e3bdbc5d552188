import { CellProblem, type Cells } from "#domain/csv";
import type { StatedTender } from "#domain/pos-files";
import type { PosTableMapping, TableCell } from "#domain/pos-tables";
import { readAmount, readStatedAmount } from "./read-number.ts";

interface TicketRows {
  readonly rows: readonly Cells<string>[];
  readonly tenderRows: readonly Cells<string>[];
  readonly currency: string;
  /** What the ticket comes to: its stated total, else its lines. */
  readonly total: number;
}

/** How the ticket was paid, from wherever the mapping says. Throws CellProblem. */
export function readTenders(mapping: PosTableMapping, ticket: TicketRows): readonly StatedTender[] {
  const { tenders, returns } = mapping;
  const { rows, tenderRows, currency, total } = ticket;
  const [first] = rows as [Cells<string>];
  // Where returns are written like sales, so is the money that goes back for them.
  const signed = (amount: number) => (returns === "by-kind" && total < 0 && amount > 0 ? -amount : amount);
  switch (tenders.from) {
    case "rows":
      return tenderRows.map((row) => ({
        type: text(row, tenders.type),
        amount: signed(readAmount(mapping, row, tenders.amount, currency)),
      }));
    case "columns":
      return tenders.columns.flatMap(({ column, type }) => {
        const stated = new Set(
          rows.map((row) => readStatedAmount(mapping, row, column, currency)).filter((amount) => amount !== undefined),
        );
        if (stated.size > 1) throw new CellProblem("data.value", "rows-differ", column, "the rows of the ticket state different amounts");
        const [amount = 0] = stated;
        return amount === 0 ? [] : [{ type, amount: signed(amount) }];
      });
    case "total":
      return total === 0 ? [] : [{ type: text(first, tenders.type), amount: signed(total) }];
  }
}

function text(row: Cells<string>, cell: TableCell): string {
  return typeof cell === "string" ? row.needed(cell) : cell.constant;
}
