import { recognisesTable, TicketTable, type TicketTableFormat } from "#domain/pos-files";
import type { PosTableMapping } from "#domain/pos-tables";
import type { PosFormat, PosReadSettings } from "#ports/pos-format";
import { settleRows, ticketName } from "./settle-rows.ts";

/** A format that reads the table which `mapping` describes, as policy holds it: posTables.<name>. */
export function posTableFormat(name: string, mapping: PosTableMapping): PosFormat {
  const table = tableOf(name, mapping);
  return {
    name: `table:${name}`,
    recognises: (head) => recognisesTable(table, head),
    open: (settings, sink) =>
      new TicketTable(
        {
          ...table,
          ticketOf: (cells) => ticketName(mapping, cells),
          settle: (rows, place) => settleRows(mapping, rows, place, settings),
        },
        settings satisfies PosReadSettings,
        sink,
      ),
  };
}

function tableOf(name: string, mapping: PosTableMapping): Omit<TicketTableFormat<string>, "ticketOf" | "settle"> {
  return {
    what: `a table as posTables.${name} describes it`,
    columns: Object.fromEntries(columnsNamed(mapping).map((column) => [column, { names: [column] }])),
    delimiters: mapping.delimiters ?? [",", ";", "\t", "|"],
    encoding: mapping.encoding ?? "utf-8",
    untied: mapping.tenders.from === "total" && mapping.ticket.total === undefined,
  };
}

/** Every header that the mapping names: a string under any key but those that hold values. */
function columnsNamed({ ticket, status, rows, line, tenders }: PosTableMapping): string[] {
  const { kind, collects, ...plain } = line;
  const cells = [...Object.values(ticket), ...Object.values(plain)];
  const named = [
    ...cells.filter((cell) => typeof cell === "string"),
    ...[status, rows, kind, collects].flatMap((each) => (each === undefined ? [] : [each.column])),
    ...(tenders.from === "columns" ? tenders.columns.map(({ column }) => column) : []),
    ...(tenders.from === "rows" ? [tenders.amount] : []),
    ...(tenders.from !== "columns" && typeof tenders.type === "string" ? [tenders.type] : []),
  ];
  return [...new Set(named)];
}
