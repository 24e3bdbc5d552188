import type { OutcomeItem, PlanItem } from "#domain/lineage";
import type { MinorUnits } from "#domain/money";
import type { Policy } from "#domain/policy";
import { foldPlans } from "./fold-plans.ts";

/**
 * Roles whose balance at the cut-over is made by the documents of orders alone. What payouts, tax payments or cards sold long ago change
 * without the hub's knowledge is not compared.
 */
const comparedRoles: ReadonlySet<string> = new Set([
  "deferred-revenue",
  "tax-collected-in-advance",
  "accounts-receivable",
  "refund-payable",
]);

/** What the ERP must have opened an account with, for the documents that the hub did not send. */
export interface OpeningBalance {
  readonly account: string;
  readonly roles: readonly string[];
  /** Functional currency, debit positive; 0 when nothing of the opening stands in the account. */
  readonly amount: MinorUnits;
}

/** Sums one connection's opening balances, transaction by transaction. */
export class OpeningBalances {
  readonly #opened = new Map<string, MinorUnits>();
  /** What the hub itself posted, by entity and account, then by posting date. */
  readonly #posted = new Map<string, Map<string, MinorUnits>>();

  add(plans: readonly PlanItem[], outcomes: ReadonlyMap<number, OutcomeItem>): void {
    for (const { document, opening } of foldPlans(plans, outcomes).live.values()) {
      if (document.type !== "journal") continue;
      for (const { role, account, functionalAmount } of document.lines) {
        if (!comparedRoles.has(role)) continue;
        const name = `${document.entity} ${account}`;
        if (opening === true) this.#opened.set(name, (this.#opened.get(name) ?? 0) + functionalAmount);
        else this.#post(name, document.postingDate, functionalAmount);
      }
    }
  }

  /** Every account of the compared roles that an entity's rules name, in the order of accounts. */
  of(entity: string, policy: Policy): OpeningBalance[] {
    const roles = new Map<string, Set<string>>();
    for (const rule of policy.accounts) {
      if (!comparedRoles.has(rule.role) || (rule.entity !== undefined && rule.entity !== entity)) continue;
      roles.set(rule.account, (roles.get(rule.account) ?? new Set()).add(rule.role));
    }
    return [...roles]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([account, of]) => ({ account, roles: [...of].sort(), amount: this.#opened.get(`${entity} ${account}`) ?? 0 }));
  }

  /** What the hub posted to an account up to a day: it is in the ERP's balance too. */
  postedUpTo(entity: string, account: string, day: string): MinorUnits {
    let total = 0;
    for (const [date, amount] of this.#posted.get(`${entity} ${account}`) ?? []) if (date <= day) total += amount;
    return total;
  }

  #post(name: string, postingDate: string, amount: MinorUnits): void {
    const dates = this.#posted.get(name) ?? new Map<string, MinorUnits>();
    this.#posted.set(name, dates);
    dates.set(postingDate, (dates.get(postingDate) ?? 0) + amount);
  }
}
