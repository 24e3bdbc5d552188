import { addDays } from "#domain/calendar";
import type { DocumentKey } from "#domain/identity";
import { type Currency, type MinorUnits, sum } from "#domain/money";
import type { FiledReturn } from "#domain/policy";
import type { DeclaredTax } from "#domain/posting";
import { groupBy } from "./ledger-line.ts";

/** A return, filed or still to be filed: what is declared in it. Amounts raise what is owed. */
export interface TaxReturn {
  readonly entity: string;
  readonly currency: Currency;
  readonly jurisdiction: string;
  /** First and last day; absent: from the beginning, and up to now. */
  readonly from?: string;
  readonly through?: string;
  /** The day from which on it counts as filed; absent: it is to be filed. */
  readonly filedOn?: string;
  readonly declared: MinorUnits;
  /** What came later about its days: by this it is to be amended. Declared in a later return. */
  readonly amendments: MinorUnits;
}

/** A later change of a return that was filed. */
export interface TaxAmendmentRow {
  readonly entity: string;
  readonly currency: Currency;
  readonly jurisdiction: string;
  /** The day in the filed return, and the one for which the change is declared. */
  readonly originalDate: string;
  readonly taxDate: string;
  readonly amount: MinorUnits;
  readonly document: DocumentKey;
  readonly erpKey: string;
  readonly postingDate: string;
}

export interface FiledTaxes {
  readonly returns: readonly TaxReturn[];
  readonly amendments: readonly TaxAmendmentRow[];
}

/** The returns of an entity and jurisdiction that were filed, in their order. */
type Filed = (entity: string, jurisdiction: string) => readonly FiledReturn[];

/** Every return of each entity and jurisdiction with what it declares, and what is to be amended in those that were filed. */
export function filedTaxes(taxes: readonly DeclaredTax[], filed: Filed): FiledTaxes {
  const returns = byEntityAndJurisdiction(taxes).flatMap((own) => {
    const { entity, currency, jurisdiction } = own[0]!;
    const done = filed(entity, jurisdiction);
    const last = done.at(-1);
    const open = last === undefined ? {} : { from: addDays(last.through, 1) };
    return [...done, open].map((each): TaxReturn => {
      const within = (day: string | undefined) => day !== undefined && covers(each, day);
      const declared = owed(own.filter(({ taxDate }) => within(taxDate)));
      return { entity, currency, jurisdiction, ...each, declared, amendments: owed(own.filter(({ amends }) => within(amends))) };
    });
  });
  const amendments = byEntityAndJurisdiction(taxes).flatMap((own) =>
    own.flatMap(({ amends: originalDate, amount, ...tax }): TaxAmendmentRow[] =>
      originalDate === undefined ? [] : [{ ...tax, originalDate, amount: 0 - amount }],
    ),
  );
  return { returns, amendments };
}

/** Of what was posted from one day to another, what stands in a filed return and what is still to be filed. */
export function filedAndOpen(
  taxes: readonly DeclaredTax[],
  filed: Filed,
  days: { readonly from?: string; readonly to?: string },
): { readonly entity: string; readonly jurisdiction: string; readonly filed: MinorUnits; readonly toFile: MinorUnits }[] {
  const posted = taxes.filter(
    ({ postingDate }) => (days.from === undefined || postingDate >= days.from) && (days.to === undefined || postingDate <= days.to),
  );
  return byEntityAndJurisdiction(posted).map((own) => {
    const { entity, jurisdiction } = own[0]!;
    const last = filed(entity, jurisdiction).at(-1)?.through ?? "";
    const [declared, open] = [own.filter(({ taxDate }) => taxDate <= last), own.filter(({ taxDate }) => taxDate > last)];
    return { entity, jurisdiction, filed: owed(declared), toFile: owed(open) };
  });
}

function byEntityAndJurisdiction(taxes: readonly DeclaredTax[]): (readonly DeclaredTax[])[] {
  return groupBy(taxes, ({ entity, jurisdiction }) => JSON.stringify([entity, jurisdiction])).map(([, own]) => own);
}

function covers({ from, through }: { readonly from?: string; readonly through?: string }, day: string): boolean {
  return (from === undefined || day >= from) && (through === undefined || day <= through);
}

function owed(taxes: readonly DeclaredTax[]): MinorUnits {
  return 0 - sum(taxes.map(({ amount }) => amount));
}
