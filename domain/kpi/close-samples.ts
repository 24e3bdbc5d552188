import { addDays, localToInstant, millisecondsBetween } from "#domain/calendar";
import { fiscalPeriodOf, type PeriodRule, type Policy } from "#domain/policy";
import type { KpiSample } from "./kpi-sample.ts";

/** A rule about an entity's periods that came into force at `at`, an instant. */
export interface PeriodRuleInForce {
  readonly entity: string;
  readonly rule: PeriodRule;
  readonly at: string;
}

/** How long a period stayed open after its last day until a person closed it; nothing for a rule that opens one, or that no person gave. */
export function periodCloseSamples({ entity, rule, at }: PeriodRuleInForce, policy: Pick<Policy, "entities">): readonly KpiSample[] {
  if (rule.state !== "closed" || rule.by === undefined) return [];
  const books = Object.hasOwn(policy.entities, entity) ? policy.entities[entity] : undefined;
  const period = books && fiscalPeriodOf(books, rule.period);
  return period === undefined ? [] : closeSamples("period closed", books?.timeZone, period.to, at);
}

/** Nothing where nobody knows when the day was over; 0 for a day that was closed before its midnight. */
export function closeSamples(span: string, timeZone: string | undefined, lastDay: string, at: string): KpiSample[] {
  if (timeZone === undefined) return [];
  const over = localToInstant(timeZone, `${addDays(lastDay, 1)}T00:00:00`);
  return [{ metric: "FinancialClose", value: Math.max(millisecondsBetween(over, at), 0), dimensions: { span } }];
}
