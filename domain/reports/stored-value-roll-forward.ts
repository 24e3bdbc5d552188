import { type Currency, type MinorUnits, sum } from "#domain/money";
import { groupBy } from "./ledger-line.ts";
import { type StoredValueCause, type StoredValueMovement, storedValueCauses } from "./stored-value-movements.ts";

/** What the books of an entity owe on the accounts of a role at the end of the last day, as the ERP answers. Credit positive. */
export interface LedgerBalance {
  readonly entity: string;
  readonly kind: StoredValueMovement["kind"];
  readonly currency: Currency;
  /** By journals of the hub. */
  readonly posted: MinorUnits;
  /** By opening balances and journals by hand. */
  readonly others: MinorUnits;
}

/** What a channel says its holders may still claim at the end of a day, in the books of `entity`. */
export interface StatedBalance {
  readonly entity: string;
  readonly kind: StoredValueMovement["kind"];
  readonly currency: Currency;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly balance: MinorUnits;
}

/** How what is owed to holders moved: opening + every cause = closing. */
export interface RollForwardRow extends Readonly<Record<StoredValueCause, MinorUnits>> {
  readonly entity: string;
  readonly currency: Currency;
  readonly kind: StoredValueMovement["kind"];
  readonly issuer: string;
  readonly opening: MinorUnits;
  readonly closing: MinorUnits;
}

/** How the sub-ledger of an entity and kind agrees with the ERP, and the ERP with what channels state. */
export interface SubLedgerTie extends LedgerBalance {
  readonly subLedger: MinorUnits;
  /** posted − subLedger: 0, or the ERP holds something else than what was posted. */
  readonly difference: MinorUnits;
  /** Σ of what channels state for the last day; absent where none does. */
  readonly stated?: MinorUnits;
  /** stated − (posted + others). */
  readonly statedDifference?: MinorUnits;
}

export interface StoredValueRollForward {
  readonly rows: readonly RollForwardRow[];
  readonly ties: readonly SubLedgerTie[];
}

/** The roll-forward from `from` to `to`, both included; without `from` it opens at zero. Movements after `to` are in neither. */
export function storedValueRollForward(
  movements: readonly StoredValueMovement[],
  ledger: readonly LedgerBalance[],
  stated: readonly StatedBalance[],
  { from, to }: { readonly from: string | undefined; readonly to: string },
): StoredValueRollForward {
  const known = movements.filter(({ businessDate }) => businessDate <= to);
  const rows = groupBy(known, ({ entity, kind, issuer }) => JSON.stringify([entity, kind, issuer])).map(([, here]): RollForwardRow => {
    const { entity, currency, kind, issuer } = here[0]!;
    const during = here.filter(({ businessDate }) => from === undefined || businessDate >= from);
    const causes = storedValueCauses.map((cause) => [cause, total(during.filter((each) => each.cause === cause))] as const);
    return {
      entity,
      currency,
      kind,
      issuer,
      opening: total(here) - total(during),
      ...(Object.fromEntries(causes) as Record<StoredValueCause, MinorUnits>),
      closing: total(here),
    };
  });
  const ties = ledger.map((balance): SubLedgerTie => {
    const isHere = (each: { readonly entity: string; readonly kind: string }) =>
      each.entity === balance.entity && each.kind === balance.kind;
    const subLedger = sum(rows.filter(isHere).map(({ closing }) => closing));
    const said = stated.filter((each) => isHere(each) && each.date === to);
    const tie = { ...balance, subLedger, difference: balance.posted - subLedger };
    if (said.length === 0) return tie;
    const claimed = sum(said.map((each) => each.balance));
    return { ...tie, stated: claimed, statedDifference: claimed - balance.posted - balance.others };
  });
  return { rows, ties };
}

function total(movements: readonly StoredValueMovement[]): MinorUnits {
  return sum(movements.map(({ amount }) => amount));
}
