import type { StoredValueStanding } from "#domain/ledger";
import type { Currency, MinorUnits } from "#domain/money";
import { type Policy, unclaimedPropertyFor } from "#domain/policy";
import { groupBy } from "./ledger-line.ts";

/** What holders have not moved for as long as the law of a jurisdiction says (c15), and still may claim. */
export interface DormantRow {
  readonly entity: string;
  readonly kind: StoredValueStanding["kind"];
  readonly jurisdiction: string;
  readonly currency: Currency;
  readonly dormancyMonths: number;
  /** How many cards or credits. */
  readonly holders: number;
  readonly owed: MinorUnits;
  /** Business date of the last movement of the one that has rested longest, YYYY-MM-DD. */
  readonly oldest: string;
}

/** Per entity, kind, jurisdiction and currency, at the end of `day`, by the rules of that day. */
export function dormantBalances(standings: readonly StoredValueStanding[], policy: Policy, day: string): DormantRow[] {
  const dormant = standings.flatMap((standing) => {
    const { entity, kind, owed, lastMoved } = standing;
    const rule = unclaimedPropertyFor(policy, { entity, day, about: { kind } });
    return rule === undefined || owed <= 0 || monthsAfter(lastMoved, rule.dormancyMonths) > day ? [] : [{ ...standing, rule }];
  });
  return groupBy(dormant, ({ entity, kind, currency, rule }) => JSON.stringify([entity, kind, rule.jurisdiction, currency])).map(
    ([, here]) => {
      const { entity, kind, currency, rule } = here[0]!;
      const { jurisdiction, dormancyMonths } = rule;
      const owed = here.reduce((total, each) => total + each.owed, 0);
      const oldest = here.map(({ lastMoved }) => lastMoved).sort()[0]!;
      return { entity, kind, jurisdiction, currency, dormancyMonths, holders: here.length, owed, oldest };
    },
  );
}

/** Only to be compared with days: the last day of January, a month later, is past the last one of February. */
function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 0] = day.split("-").map(Number);
  const total = year * 12 + month - 1 + months;
  return `${String(Math.floor(total / 12)).padStart(4, "0")}-${String((total % 12) + 1).padStart(2, "0")}-${day.slice(8)}`;
}
