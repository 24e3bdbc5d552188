import type { OutcomeItem, PlanItem } from "#domain/lineage";
import type { MinorUnits } from "#domain/money";
import type { BoundLine } from "./documents.ts";
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

/** What the ERP must have opened an account with, for the documents that the hub did not send. Functional currency, debit positive. */
export interface OpeningBalance {
  readonly entity: string;
  readonly account: string;
  readonly roles: ReadonlySet<string>;
  readonly amount: MinorUnits;
}

/** Sums one connection's opening balances, transaction by transaction. */
export class OpeningBalances {
  readonly #sums = new Map<string, { entity: string; account: string; roles: Set<string>; amount: MinorUnits }>();
  /** What the hub itself posted, by entity, account and posting date. */
  readonly #posted = new Map<string, Map<string, MinorUnits>>();

  add(plans: readonly PlanItem[], outcomes: ReadonlyMap<number, OutcomeItem>): void {
    for (const { document, opening } of foldPlans(plans, outcomes).live.values()) {
      if (document.type !== "journal") continue;
      for (const line of document.lines) {
        if (!comparedRoles.has(line.role)) continue;
        if (opening === true) this.#open(document.entity, line);
        else this.#post(document.entity, line, document.postingDate);
      }
    }
  }

  /** By entity and account. */
  list(): OpeningBalance[] {
    return [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, balance]) => balance);
  }

  /** What the hub posted to an account up to a day: it is in the ERP's balance too. */
  postedUpTo(entity: string, account: string, day: string): MinorUnits {
    let total = 0;
    for (const [date, amount] of this.#posted.get(`${entity} ${account}`) ?? []) if (date <= day) total += amount;
    return total;
  }

  #open(entity: string, { account, role, functionalAmount }: BoundLine): void {
    const name = `${entity} ${account}`;
    const sum = this.#sums.get(name) ?? { entity, account, roles: new Set<string>(), amount: 0 };
    this.#sums.set(name, sum);
    sum.roles.add(role);
    sum.amount += functionalAmount;
  }

  #post(entity: string, { account, functionalAmount }: BoundLine, postingDate: string): void {
    const name = `${entity} ${account}`;
    const dates = this.#posted.get(name) ?? new Map<string, MinorUnits>();
    this.#posted.set(name, dates);
    dates.set(postingDate, (dates.get(postingDate) ?? 0) + functionalAmount);
  }
}
