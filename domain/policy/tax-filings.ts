import { addDays, businessDateIn } from "#domain/calendar";
import { latest } from "./latest.ts";

/** A return that was filed: what happened up to `filedThrough` was declared. */
export interface TaxFiling {
  readonly jurisdiction: string;
  /** Last day that the filed returns cover, YYYY-MM-DD. */
  readonly filedThrough: string;
  /** The day, in the entity's time zone, from which on this is so. */
  readonly from: string;
  readonly why: string;
}

/** What a tax line needs of its entity's policy. */
export interface FilingPolicy {
  readonly timeZone: string;
  readonly taxFilings?: readonly TaxFiling[];
}

/** The last day that an entity's filed returns of a jurisdiction cover at `now`; undefined: nothing was filed. */
function taxFiledThrough(entity: FilingPolicy, jurisdiction: string, now: string): string | undefined {
  if (entity.taxFilings === undefined) return undefined;
  const today = businessDateIn(entity.timeZone, now);
  return latest(entity.taxFilings.filter((each) => each.jurisdiction === jurisdiction && each.from <= today))?.filedThrough;
}

/** The day for which a tax is declared when its business date was filed already: the first one that is not; undefined: its own. */
export function taxDateFor(entity: FilingPolicy, jurisdiction: string, businessDate: string, now: string): string | undefined {
  const filed = taxFiledThrough(entity, jurisdiction, now);
  return filed === undefined || businessDate > filed ? undefined : addDays(filed, 1);
}

/** A filed return: the days that it covers, and the day from which on it counts as filed. */
export interface FiledReturn {
  /** Absent: from the beginning. */
  readonly from?: string;
  readonly through: string;
  readonly filedOn: string;
}

/**
 * The returns of a jurisdiction that count as filed at `now`, in their order. A filing that was stated later and covers less takes back what
 * is beyond it.
 */
export function filedReturns(entity: FilingPolicy, jurisdiction: string, now: string): FiledReturn[] {
  const through = taxFiledThrough(entity, jurisdiction, now);
  if (through === undefined) return [];
  const today = businessDateIn(entity.timeZone, now);
  const firstFiled = new Map<string, string>();
  for (const { jurisdiction: of, filedThrough, from } of entity.taxFilings ?? []) {
    if (of !== jurisdiction || from > today || filedThrough > through) continue;
    const earlier = firstFiled.get(filedThrough);
    if (earlier === undefined || from < earlier) firstFiled.set(filedThrough, from);
  }
  const days = [...firstFiled.keys()].sort();
  return days.map((day, index) => {
    const before = days[index - 1];
    return { ...(before === undefined ? {} : { from: addDays(before, 1) }), through: day, filedOn: firstFiled.get(day) ?? day };
  });
}
