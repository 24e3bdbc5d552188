import { addDays, type FiscalCalendar, type FiscalPeriod, nextPeriod, periodById, periodOf } from "#domain/calendar";
import { Invalid } from "#domain/failures";
import { type EntityPolicy, periodStateOn } from "#domain/policy";

/** A period as the sandbox ERP takes it. */
export interface ErpPeriod {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly state: "open" | "closed";
}

/** The days in which the sandbox may hold documents at all; a company of your own sets its periods in its ERP. */
const firstDay = "2000-01-01";
const lastDay = "2099-12-31";
/** One period for all days after those that are told apart, and one for all before them. */
const restId = "open";
const earlierId = "earlier";
const periodsMax = 480;

/**
 * The periods that an entity's policy opens and closes, for an ERP that knows no fiscal calendar: those that were ever told apart one by one,
 * with a rest before and after. `known` are the ids that the ERP holds, as an ERP takes no period away. What is not open yet is closed there.
 */
export function erpPeriods(entity: EntityPolicy, day: string, known: readonly string[]): ErpPeriod[] {
  const calendar: FiscalCalendar = entity.calendar ?? { kind: "months" };
  const stateOf = (period: FiscalPeriod): ErpPeriod["state"] => {
    const state = periodStateOn(entity, period, day);
    return state === "open" || state === "reopened" ? "open" : "closed";
  };
  const told = [...(entity.periods ?? []).map((rule) => rule.period), ...known]
    .flatMap((id) => periodById(calendar, id) ?? [])
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const [first, last] = [told[0], told.at(-1)];
  if (first === undefined || last === undefined) return [{ id: restId, from: firstDay, to: lastDay, state: "open" }];
  const periods: ErpPeriod[] = [];
  for (
    let period: FiscalPeriod | undefined = first;
    period !== undefined && period.from <= last.from;
    period = nextPeriod(calendar, period)
  ) {
    periods.push({ ...period, state: stateOf(period) });
    if (periods.length > periodsMax)
      throw new Invalid(`${entity.name}: the periods of the policies span more than ${periodsMax}: name later ones`);
  }
  const beside = (fallback: ErpPeriod["state"], at: string) => {
    const period = periodOf(calendar, at);
    return period === undefined ? fallback : stateOf(period);
  };
  const before = addDays(first.from, -1);
  const after = addDays(last.to, 1);
  return [
    { id: earlierId, from: firstDay, to: before, state: beside("closed", before) },
    ...periods,
    { id: restId, from: after, to: lastDay, state: beside("closed", after) },
  ];
}
