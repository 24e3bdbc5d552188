import { type Currency, type MinorUnits, sum } from "#domain/money";
import { roles } from "#domain/policy";
import { debitBalance, groupBy, type LedgerLine } from "./ledger-line.ts";

/** One account over all entities of a currency. Debit balances positive. */
export interface ConsolidatedAccount {
  readonly account: string;
  readonly byEntity: Readonly<Record<string, MinorUnits>>;
  /** What falls out as it is owed, sold or bought within the group. */
  readonly eliminated: MinorUnits;
  readonly consolidated: MinorUnits;
}

/** What two entities say of each other: 0 when both say the same. */
export interface IntercompanyPair {
  readonly entities: readonly [string, string];
  /** Due from less due to. */
  readonly balances: MinorUnits;
  /** Sold to the other less bought from it. */
  readonly trade: MinorUnits;
}

export interface ConsolidatedTrialBalance {
  readonly currency: Currency;
  readonly entities: readonly string[];
  readonly accounts: readonly ConsolidatedAccount[];
  readonly pairs: readonly IntercompanyPair[];
  /** Counterparties that keep their books in another currency: their pairs are eliminated with the rates of the group, not here. */
  readonly notEliminated: readonly string[];
}

/**
 * The trial balances of a group, one per functional currency: every account over its entities, with what they owe each other, and sold and
 * bought among themselves, eliminated by the counterparty on its lines. Eliminations come to zero when both legs of every pair are posted.
 */
export function consolidate(lines: readonly LedgerLine[]): ConsolidatedTrialBalance[] {
  const currencyOf = new Map(lines.map(({ entity, currency }) => [entity, currency]));
  return groupBy(lines, (line) => line.currency).map(([currency, own]) => {
    const entities = [...new Set(own.map((line) => line.entity))].sort();
    const within = own.filter((line) => isIntercompany(line) && currencyOf.get(counterpartyOf(line)) === currency);
    const outside = own.filter((line) => isIntercompany(line) && currencyOf.get(counterpartyOf(line)) !== currency);
    const eliminated = new Map(groupBy(within, (line) => line.account));
    return {
      currency,
      entities,
      accounts: groupBy(own, (line) => line.account).map(([account, each]) => {
        const elimination = 0 - debitBalance(eliminated.get(account) ?? []);
        return {
          account,
          byEntity: Object.fromEntries(groupBy(each, (line) => line.entity).map(([entity, part]) => [entity, debitBalance(part)])),
          eliminated: elimination,
          consolidated: debitBalance(each) + elimination,
        };
      }),
      pairs: groupBy(within, (line) => [line.entity, counterpartyOf(line)].sort().join(" ")).map(([name, each]) => {
        const [a = "", b = ""] = name.split(" ");
        const of = (...names: string[]) => debitBalance(each.filter((line) => names.includes(line.role)));
        return { entities: [a, b], balances: of("due-from", "due-to"), trade: of("intercompany-revenue", "intercompany-cogs") };
      }),
      notEliminated: [...new Set(outside.map(counterpartyOf))].sort(),
    };
  });
}

/** What is left over when everything within the group has fallen out: 0, unless a leg is in flight. */
export function eliminationDifference({ accounts }: ConsolidatedTrialBalance): MinorUnits {
  return sum(accounts.map(({ eliminated }) => eliminated));
}

function isIntercompany({ role, dimensions }: LedgerLine): boolean {
  return roles[role]?.class === "intercompany" && dimensions.counterparty !== undefined;
}

function counterpartyOf({ dimensions }: LedgerLine): string {
  return dimensions.counterparty ?? "";
}
