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
