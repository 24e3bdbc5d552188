import type { Currency, MinorUnits } from "#domain/money";
import { debitBalance, groupBy, type LedgerLine } from "./ledger-line.ts";
import { type Place, placesOf } from "./place.ts";
import type { ReturnKind, StatedReturn } from "./returns-of.ts";

/** Returns of one kind in one place. */
export interface ReturnRow {
  readonly entity: string;
  readonly place: Place;
  /** "unexplained": sales returns in the ledger of which no return of the record is the cause by itself. */
  readonly kind: ReturnKind | "unexplained";
  /** How many the sources state for the days that are asked for. */
  readonly returns: number;
  /** What the sources state to have given back, tax included, by currency. */
  readonly given: Readonly<Record<Currency, MinorUnits>>;
  /** `sales-returns` in the ERP, net of tax, minor units of `currency`. */
  readonly booked: MinorUnits;
  /** The entity's functional currency; "" where nothing is booked. */
  readonly currency: Currency | "";
}

/**
 * Returns per entity, place and kind. `stated` are all of the record, whatever their day: a line of `lines` belongs to the return that its
 * document names. `isAsked` picks those that are counted. The booked amounts are all the `sales-returns` of `lines`, each in one row.
 */
export function returnReport(
  stated: readonly StatedReturn[],
  lines: readonly LedgerLine[],
  isAsked: (stated: StatedReturn) => boolean,
): ReturnRow[] {
  const placeOf = placesOf(lines);
  const known = new Map(stated.map((each) => [`${each.transaction}/${each.event}`, each]));
  const booked = lines
    .filter(({ role }) => role === "sales-returns")
    .map((line) => {
      const { place, kind } = known.get(`${line.transaction}/${line.event}`) ?? { place: placeOf(line), kind: "unexplained" as const };
      return { line, row: rowKey(line.entity, place, kind) };
    });
  const asked = stated.filter(isAsked).map((each) => ({ each, row: rowKey(each.entity, each.place, each.kind) }));
  return groupBy([...booked, ...asked], ({ row }) => row).map(([row, here]) => {
    const [entity, place, kind] = JSON.parse(row) as [string, Place, ReturnRow["kind"]];
    const own = here.flatMap((part) => ("each" in part ? [part.each] : []));
    const ownLines = here.flatMap((part) => ("line" in part ? [part.line] : []));
    const given: Record<Currency, MinorUnits> = {};
    for (const each of own) given[each.currency] = (given[each.currency] ?? 0) + each.given;
    return { entity, place, kind, returns: own.length, given, booked: debitBalance(ownLines), currency: ownLines[0]?.currency ?? "" };
  });
}

function rowKey(entity: string, place: Place, kind: ReturnRow["kind"]): string {
  return JSON.stringify([entity, place, kind]);
}
