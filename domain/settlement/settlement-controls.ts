import type { Problem } from "#domain/exceptions";
import { type Currency, formatMinorUnits, type MinorUnits } from "#domain/money";
import type { BankStatement } from "./bank-line.ts";
import type { SettlementPayout, SettlementRow } from "./settlement-row.ts";

/** What the rows of one payout come to: a fold, so that a payout of any size is checked as its rows pass by. */
export interface PayoutTally {
  readonly payoutId: string;
  readonly currency: Currency;
  /** Rows without the one that is the payout itself. */
  readonly rows: number;
  readonly gross: MinorUnits;
  readonly fees: MinorUnits;
  readonly net: MinorUnits;
  /** The net of the row that is the payout itself, where the source has one: negative when money is paid out. */
  readonly payoutRow?: MinorUnits;
  /** Rows in another currency than the first one's: they are not in the sums. */
  readonly foreignRows: number;
}

export function openPayoutTally(payoutId: string, currency: Currency): PayoutTally {
  return { payoutId, currency, rows: 0, gross: 0, fees: 0, net: 0, foreignRows: 0 };
}

/** One more row of the payout. Each row once: the caller drops duplicates by their id. */
export function tallyRow(tally: PayoutTally, row: SettlementRow): PayoutTally {
  if (row.currency !== tally.currency) return { ...tally, foreignRows: tally.foreignRows + 1 };
  if (row.nature === "payout") return { ...tally, payoutRow: (tally.payoutRow ?? 0) + row.net };
  return {
    ...tally,
    rows: tally.rows + 1,
    gross: tally.gross + row.gross,
    fees: tally.fees + row.fees.reduce((sum, fee) => sum + fee.amount, 0),
    net: tally.net + row.net,
  };
}

/**
 * The control of c23: Σ net of the rows = what the payout states, and = 0 together with the row that is the payout itself. Everything
 * that does not tie is named with its difference (rows less stated); a payout with problems is held whole. Of a payout that is not
 * itemized only its own row is compared.
 */
export function checkPayout(payout: SettlementPayout, tally: PayoutTally): readonly Problem[] {
  const problems: Problem[] = [];
  const what = `payout ${payout.id} of ${payout.account} at ${payout.source}`;
  if (tally.currency !== payout.currency || tally.foreignRows > 0) {
    const found = tally.currency === payout.currency ? `${tally.foreignRows} rows in another currency` : `rows in ${tally.currency}`;
    problems.push({
      class: "money.currency-mismatch",
      code: "payout-currency",
      cause: `payout ${payout.id} currency`,
      message: `${what} is in ${payout.currency} and has ${found}. The payout is held whole: ask the gateway for the report of one currency.`,
    });
    if (tally.currency !== payout.currency) return problems;
  }
  if (payout.itemized && tally.net !== payout.net) {
    problems.push(
      difference(
        what,
        payout,
        "payout-net",
        `states ${money(payout.net, payout)} and its ${tally.rows} rows come to ${money(tally.net, payout)}`,
        tally.net - payout.net,
      ),
    );
  }
  if (tally.payoutRow !== undefined && tally.payoutRow !== -payout.net) {
    problems.push(
      difference(
        what,
        payout,
        "payout-row",
        `states ${money(payout.net, payout)} and its own row ${money(tally.payoutRow, payout)}`,
        tally.payoutRow + payout.net,
      ),
    );
  }
  return problems;
}

/** The control of a statement: opening balance + Σ lines = closing balance, and as many lines as counted. `sum` in minor units of its currency. */
export function checkStatement(statement: BankStatement, sum: MinorUnits): readonly Problem[] {
  const { opening, closing, currency } = statement;
  if (opening === undefined || closing === undefined) return [];
  const off = opening.amount + sum - closing.amount;
  if (off === 0) return [];
  return [
    {
      class: "source.control-total",
      code: "statement-balance",
      cause: `statement ${statement.id} balance`,
      message: `statement ${statement.id} of ${statement.account} opens with ${formatMinorUnits(opening.amount, currency)} ${currency}, its ${statement.lines} lines come to ${formatMinorUnits(sum, currency)}, and it closes with ${formatMinorUnits(closing.amount, currency)}: off by ${formatMinorUnits(off, currency)}. Nothing of it is taken in; ask the bank for the statement again.`,
      amount: off,
      currency,
    },
  ];
}

function difference(what: string, payout: SettlementPayout, code: string, text: string, amount: MinorUnits): Problem {
  return {
    class: "source.control-total",
    code,
    cause: `payout ${payout.id} ${code}`,
    message: `${what} ${text}: off by ${money(amount, payout)}. It is held whole; fetch the payout's rows again, or ask the gateway for the missing ones.`,
    amount,
    currency: payout.currency,
  };
}

function money(amount: MinorUnits, { currency }: SettlementPayout): string {
  return `${formatMinorUnits(amount, currency)} ${currency}`;
}
