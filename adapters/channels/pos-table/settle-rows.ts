import { localToInstant } from "#domain/calendar";
import { CellProblem, type Cells, statedDateTime, yearFirst } from "#domain/csv";
import {
  brokenKey,
  heldTicket,
  ignoredTicket,
  type SettledTicket,
  settleTicket,
  strayTicket,
  type TicketKey,
  type TicketPlace,
  TicketProblem,
  ticketProblemOf,
} from "#domain/pos-files";
import type { PosTableMapping, TableCell } from "#domain/pos-tables";
import type { PosReadSettings } from "#ports/pos-format";
import { readLine } from "./read-line.ts";
import { readAmount } from "./read-number.ts";
import { readTenders } from "./read-tenders.ts";

export type Row = Cells<string>;

/** Which ticket a row is of. Throws CellProblem when it does not say it. */
export function ticketName({ ticket }: PosTableMapping, row: Row): string {
  const { store, register, sequence, businessDate, date } = ticket;
  return JSON.stringify([
    needed(row, store),
    needed(row, register),
    row.needed(sequence),
    row.needed(businessDate ?? date).split(/[T ]/)[0],
  ]);
}

/** What the rows of one ticket come to: the ticket, one that is held by name, or a basket that is no sale. */
export function settleRows(mapping: PosTableMapping, rows: readonly Row[], place: TicketPlace, settings: PosReadSettings): SettledTicket {
  const [first] = rows as [Row];
  let key: TicketKey | undefined;
  try {
    const read = keyOf(mapping, first, settings);
    const broken = brokenKey(read);
    if (broken !== undefined)
      return strayTicket(settings.fileHash, place, new TicketProblem("data.missing", "identity", "identity", broken));
    key = read;
    if (mapping.status !== undefined) alike(rows, mapping.status.column);
    const status = statusOf(mapping, first);
    if (status !== undefined) return ignoredTicket(key, status);
    const { rows: kinds } = mapping;
    if (kinds !== undefined && rows.every((row) => listed(kinds.ignored, row.text(kinds.column))))
      return ignoredTicket(key, first.text(kinds.column).slice(0, 60));
    return settleTicket(key, ticketOf(mapping, rows, key, settings), settings);
  } catch (error) {
    const problem = ticketProblemOf(error);
    if (key === undefined)
      return strayTicket(
        settings.fileHash,
        place,
        new TicketProblem(problem.class, problem.code, "identity", `has no identity: ${problem.message}`),
      );
    return heldTicket(
      key,
      problem,
      rows.map(({ fields }) => fields),
    );
  }
}

function ticketOf(mapping: PosTableMapping, rows: readonly Row[], key: TicketKey, settings: PosReadSettings) {
  const { ticket, tax } = mapping;
  const [first] = rows as [Row];
  for (const cell of [ticket.total, ticket.currency, ticket.date]) if (typeof cell === "string") alike(rows, cell);
  const currency = (
    ticket.currency === undefined ? (settings.currencyOf?.(key.store) ?? "") : needed(first, ticket.currency)
  ).toUpperCase();
  if (currency === "") throw unknownStore(key.store);
  const { lines: lineRows, tenders: tenderRows } = sorted(mapping, rows);
  const lines = lineRows.map((row) => readLine(mapping, row, currency));
  const owed = lines.reduce((total, { kind, gross, discounts, taxes }) => {
    const net = gross - sum(discounts) + (tax === "excluded" ? sum(taxes) : 0);
    return total + (kind === "return" ? -net : net);
  }, 0);
  const stated = ticket.total === undefined ? undefined : readAmount(mapping, first, ticket.total, currency);
  // Where returns are written like sales, so is their total.
  const total = stated !== undefined && mapping.returns === "by-kind" && owed < 0 ? -Math.abs(stated) : stated;
  const receipt = ticket.receipt === undefined ? undefined : first.stated(ticket.receipt);
  return {
    occurredAt: instantOf(mapping, first, key.store, settings),
    currency,
    taxesIncluded: tax === "included",
    lines,
    tenders: readTenders(mapping, { rows, tenderRows, currency, total: total ?? owed }),
    ...(receipt === undefined ? {} : { receipt }),
    ...(total === undefined ? {} : { total }),
  };
}

function keyOf(mapping: PosTableMapping, row: Row, settings: PosReadSettings): TicketKey {
  const { ticket, dates } = mapping;
  const named = needed(row, ticket.store);
  const store = settings.storeNamed?.(named) ?? named;
  const { businessDate: column } = ticket;
  const businessDate =
    column === undefined
      ? settings.businessDateOf?.(store, instantOf(mapping, row, store, settings))
      : row.read(column, (text) => statedDateTime(yearFirst(text, dates)).slice(0, 10));
  return { store, register: needed(row, ticket.register), sequence: row.needed(ticket.sequence), businessDate: businessDate ?? "" };
}

function instantOf({ ticket, dates, timeZone }: PosTableMapping, row: Row, store: string, settings: PosReadSettings): string {
  row.needed(ticket.date);
  const instant = row.read(ticket.date, (text) => {
    const time = ticket.time === undefined ? "" : ` ${row.text(ticket.time)}`;
    const local = statedDateTime(`${yearFirst(text, dates)}${time}`.trim());
    return timeZone === undefined ? settings.toInstant(store, local) : localToInstant(timeZone, local);
  });
  if (instant === undefined) throw unknownStore(store);
  return instant;
}

/** Why the ticket is no sale; undefined for one that is. */
function statusOf({ status }: PosTableMapping, row: Row): string | undefined {
  if (status === undefined) return undefined;
  const text = row.needed(status.column);
  if (listed(status.sale, text)) return undefined;
  if (listed(status.ignored, text)) return text;
  throw new CellProblem(
    "data.value",
    "status",
    status.column,
    `the status ${JSON.stringify(text.slice(0, 40))} is in no list of the mapping`,
  );
}

function sorted({ rows: kinds }: PosTableMapping, rows: readonly Row[]): { lines: readonly Row[]; tenders: readonly Row[] } {
  if (kinds === undefined) return { lines: rows, tenders: [] };
  const lines: Row[] = [];
  const tenders: Row[] = [];
  for (const row of rows) {
    const text = row.text(kinds.column);
    if (listed(kinds.line, text)) lines.push(row);
    else if (listed(kinds.tender, text)) tenders.push(row);
    else if (!listed(kinds.ignored, text))
      throw new CellProblem(
        "data.value",
        "row-kind",
        kinds.column,
        `the row kind ${JSON.stringify(text.slice(0, 40))} is in no list of the mapping`,
      );
  }
  return { lines, tenders };
}

/** What every row of a ticket repeats is the same in each, or empty. */
function alike(rows: readonly Row[], column: string): void {
  const texts = new Set(rows.map((row) => row.text(column)).filter((text) => text !== ""));
  if (texts.size > 1) throw new CellProblem("data.value", "rows-differ", column, "the rows of the ticket say different things");
}

function needed(row: Row, cell: TableCell): string {
  return typeof cell === "string" ? row.needed(cell) : cell.constant;
}

function listed(values: readonly string[] | undefined, text: string): boolean {
  return values?.some((value) => value.toLowerCase() === text.toLowerCase()) === true;
}

function sum(parts: readonly { readonly amount: number }[]): number {
  return parts.reduce((total, { amount }) => total + amount, 0);
}

function unknownStore(store: string): TicketProblem {
  const what = `the time zone of store ${store.slice(0, 40)} is not known: add the store, or this name of it, to the policies, release them and send the file again`;
  return new TicketProblem("data.unmapped", "store", "store", what);
}
