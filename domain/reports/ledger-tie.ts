import type { Currency, MinorUnits } from "#domain/money";
import { debitBalance, groupBy, type LedgerLine } from "./ledger-line.ts";

/** An account that a report draws on, and what stands on it that the report does not show. */
export interface LedgerTie {
  readonly entity: string;
  readonly currency: Currency;
  readonly account: string;
  /** Debit less credit of the report's own lines. */
  readonly reported: MinorUnits;
  /** Debit less credit of the account, as the ERP's trial balance states it for the same days. */
  readonly ledger: MinorUnits;
  /** ledger − reported: other roles on the same account, opening balances, journals entered by hand. 0 = ties. */
  readonly difference: MinorUnits;
}

/**
 * Compares a report with the trial balance, account by account. The two are independent: lines come from journals, `balances` from the
 * ERP's own totals. `balances` holds debit less credit by account.
 */
export function tiesToLedger(
  lines: readonly LedgerLine[],
  roles: readonly string[],
  balances: Readonly<Record<string, Readonly<Record<string, MinorUnits>>>>,
): LedgerTie[] {
  const reported = lines.filter(({ role }) => roles.includes(role));
  return groupBy(reported, ({ entity }) => entity).flatMap(([entity, ofEntity]) =>
    groupBy(ofEntity, ({ account }) => account).map(([account, here]) => {
      const amount = debitBalance(here);
      const ledger = balances[entity]?.[account] ?? 0;
      return { entity, currency: here[0]!.currency, account, reported: amount, ledger, difference: ledger - amount };
    }),
  );
}
