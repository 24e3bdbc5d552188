import { businessDateIn, type FiscalCalendar, type FiscalPeriod, nextPeriod, periodById, periodOf } from "#domain/calendar";
import { canonicalJson } from "#domain/canonical";
import { latest } from "./latest.ts";
import type { PolicyFile } from "./layer-file.ts";
import type { FilingPolicy } from "./tax-filings.ts";

/** What a controller said about a fiscal period, and from which day on. */
export interface PeriodRule {
  /** A period of the entity's calendar, such as "2026-11" or "FY2026-P10". */
  readonly period: string;
  /** "closed" holds for every earlier period too and "future" for every later one, where nothing else is said of them; "open" for this one. */
  readonly state: "open" | "closed" | "future";
  /** The day, in the entity's time zone, from which on it is so: YYYY-MM-DD, inclusive. Of several from one day the one that is listed last counts. */
  readonly from: string;
  readonly why: string;
  /** Who closed it by hand, where no file said so first. */
  readonly by?: string;
}

export type PeriodState = "open" | "closed" | "future" | /** Open once more after it was closed. */ "reopened";

/** What the periods of an entity need of its policy. Without a calendar its periods are calendar months, without rules all are open. */
export interface PeriodPolicy {
  readonly timeZone: string;
  readonly calendar?: FiscalCalendar;
  readonly periods?: readonly PeriodRule[];
}

export type PostingDay =
  | { readonly kind: "day"; readonly day: string; readonly period: string; readonly state: "open" | "reopened" }
  /** No period takes it now: its own is not open yet, or none after it is. */
  | { readonly kind: "none"; readonly period: string; readonly state: "closed" | "future" | "unknown" };

const months: FiscalCalendar = { kind: "months" };
/** Twenty years of periods: nothing is posted further from its business date. */
const periodsAheadMax = 240;

/**
 * The day on which a document of a business date is posted, as things stand at `now` (c37): the business date itself while its period is
 * open, else the first day of the earliest open period after it.
 */
export function postingDayFor(entity: PeriodPolicy, businessDate: string, now: string): PostingDay {
  const calendar = entity.calendar ?? months;
  const own = periodOf(calendar, businessDate);
  if (own === undefined) return { kind: "none", period: "none of the calendar", state: "unknown" };
  const rules = rulesOn(entity, businessDateIn(entity.timeZone, now));
  let period: FiscalPeriod | undefined = own;
  for (let ahead = 0; period !== undefined && ahead < periodsAheadMax; ahead += 1) {
    const state = stateOf(calendar, rules, period);
    if (state === "open" || state === "reopened") {
      return { kind: "day", day: period === own ? businessDate : period.from, period: period.id, state };
    }
    if (state === "future") return { kind: "none", period: own.id, state: period === own ? "future" : "closed" };
    period = nextPeriod(calendar, period);
  }
  return { kind: "none", period: own.id, state: "closed" };
}

/**
 * The last day of the piece of the calendar that a day lies in and that closes by itself: the fiscal period's or the calendar month's, by which
 * taxes are filed, whichever ends first.
 */
export function splitDayOf(entity: Pick<PeriodPolicy, "calendar"> | undefined, day: string): string {
  const month = periodOf(months, day)!.to;
  const period = periodOf(entity?.calendar ?? months, day)?.to ?? month;
  return period < month ? period : month;
}

/** The fiscal period of an id in the entity's calendar; undefined: it has none of that id. */
export function fiscalPeriodOf(entity: Pick<PeriodPolicy, "calendar">, id: string): FiscalPeriod | undefined {
  return periodById(entity.calendar ?? months, id);
}

/** The state of a period on a day of the entity's calendar. */
export function periodStateOn(entity: PeriodPolicy, period: FiscalPeriod, day: string): PeriodState {
  return stateOf(entity.calendar ?? months, rulesOn(entity, day), period);
}

/** Whether a period or a filing of some entity changed its state between two instants, as its rule's day began there. */
export function statesBegan(entities: Readonly<Record<string, PeriodPolicy & FilingPolicy>>, before: string, now: string): boolean {
  return Object.values(entities).some(({ timeZone, periods = [], taxFilings = [] }) => {
    if (periods.length + taxFilings.length === 0) return false;
    const [seen, today] = [businessDateIn(timeZone, before), businessDateIn(timeZone, now)];
    return [...periods, ...taxFilings].some(({ from }) => from > seen && from <= today);
  });
}

type Books = { readonly entities: Readonly<Record<string, PeriodPolicy>> };

/** Whether this very rule is the last word about its period. */
export function hasPeriodRule({ entities }: Books, entity: string, rule: PeriodRule): boolean {
  return isLastSaid(entities[entity]?.periods ?? [], rule);
}

/** The policies with one more rule about an entity's periods, which counts after those that are there. */
export function withPeriodRule<Content extends Books>(content: Content, entity: string, rule: PeriodRule): Content {
  const books = content.entities[entity];
  if (books === undefined) throw new RangeError(`no entity ${entity}`);
  return { ...content, entities: { ...content.entities, [entity]: { ...books, periods: [...(books.periods ?? []), rule] } } };
}

/**
 * Policies that come from files, with what was closed by hand under the release before: a file that was written earlier does not know of it, and
 * must not open the period again. Whoever wants it open says so in the file: what the file says and the release before did not comes after
 * the closings, on the same day too.
 */
export function keepingClosings<Content extends Books>(content: Content, before: Books): Content {
  let kept = content;
  for (const [entity, { periods: last = [] }] of Object.entries(before.entities)) {
    const books = Object.hasOwn(content.entities, entity) ? content.entities[entity] : undefined;
    if (books === undefined) continue;
    const periods = afterClosings(books.periods ?? [], last);
    if (periods !== undefined) kept = { ...kept, entities: { ...kept.entities, [entity]: { ...books, periods } } };
  }
  return kept;
}

/** Whether two policies differ in nothing but the periods that were closed by hand. */
export function sameButForClosings<Content extends Books>(one: Content, other: Content): boolean {
  return canonicalJson(withoutClosings(one)) === canonicalJson(withoutClosings(other));
}

/** In an order of their own: a closing moves the rules of a file. */
function withoutClosings(content: Books): object {
  const entities = Object.entries(content.entities).map(([entity, { periods = [], ...books }]) => {
    const said = periods.flatMap((rule) => (rule.by === undefined ? [canonicalJson(rule)] : []));
    return [entity, { ...books, periods: said.sort() }];
  });
  return { ...content, entities: Object.fromEntries(entities) };
}

/** The rules of a file in their place among those in force; undefined: the file knows every closing. */
function afterClosings(file: readonly PeriodRule[], before: readonly PeriodRule[]): readonly PeriodRule[] | undefined {
  const left = [...file];
  const known = before.filter((rule) => {
    const at = left.findIndex((each) => isSameRule(each, rule));
    if (at >= 0) left.splice(at, 1);
    return at >= 0 || rule.by !== undefined;
  });
  return known.length + left.length === file.length ? undefined : [...known, ...left];
}

/** Policy files with one more rule in the entity's own; the files themselves when that is what they say last of the period, undefined when there is no such entity. */
export function closedInFiles(files: readonly PolicyFile[], entity: string, rule: PeriodRule): readonly PolicyFile[] | undefined {
  const path = `entities/${entity}.json`;
  const file = files.find((each) => each.path === path);
  if (file === undefined) return undefined;
  const layer = JSON.parse(file.content) as { readonly periods?: readonly PeriodRule[] };
  if (isLastSaid(layer.periods ?? [], rule)) return files;
  return withPeriods(files, path, [...(layer.periods ?? []), rule]);
}

/** Policy files with what was closed by hand in an entity's own file of others, in the same place as keepingClosings has it; the files themselves when they know it. */
export function closingsKeptInFiles(files: readonly PolicyFile[], before: readonly PolicyFile[], entity: string): readonly PolicyFile[] {
  const path = `entities/${entity}.json`;
  const [own, last] = [files, before].map((all) => all.find((each) => each.path === path));
  if (own === undefined || last === undefined) return files;
  const periodsOf = ({ content }: PolicyFile) => (JSON.parse(content) as { readonly periods?: readonly PeriodRule[] }).periods ?? [];
  const periods = afterClosings(periodsOf(own), periodsOf(last));
  return periods === undefined ? files : withPeriods(files, path, periods);
}

function withPeriods(files: readonly PolicyFile[], path: string, periods: readonly PeriodRule[]): readonly PolicyFile[] {
  // Always in this order, so that the same rule makes the same file whoever writes it.
  const stated = periods.map(({ period, state, from, why, by, ...more }) => ({
    ...{ period, state, from, why },
    ...(by === undefined ? {} : { by }),
    ...more,
  }));
  return files.map((each) =>
    each.path === path ? { path, content: `${JSON.stringify({ ...JSON.parse(each.content), periods: stated }, null, 2)}\n` } : each,
  );
}

function isLastSaid(rules: readonly PeriodRule[], rule: PeriodRule): boolean {
  const last = rules.findLast(({ period }) => period === rule.period);
  return last !== undefined && isSameRule(last, rule);
}

function isSameRule(one: PeriodRule, other: PeriodRule): boolean {
  const text = ({ period, state, from, why, by = "" }: PeriodRule) => JSON.stringify([period, state, from, why, by]);
  return text(one) === text(other);
}

interface RulesOnDay {
  /** What was said last of each period. */
  readonly last: ReadonlyMap<string, PeriodRule>;
  /** Everything that was said by that day. */
  readonly all: readonly PeriodRule[];
}

function rulesOn(entity: PeriodPolicy, day: string): RulesOnDay {
  const all = (entity.periods ?? []).filter((rule) => rule.from <= day);
  const last = new Map<string, PeriodRule>();
  for (const { period } of all) {
    const rule = latest(all.filter((each) => each.period === period));
    if (rule !== undefined) last.set(period, rule);
  }
  return { last, all };
}

function stateOf(calendar: FiscalCalendar, { last, all }: RulesOnDay, period: FiscalPeriod): PeriodState {
  const own = last.get(period.id);
  if (own?.state === "open") {
    const wasClosed = all.some((rule) => rule.state === "closed" && rule.from <= own.from && reachesBack(calendar, rule, period));
    return wasClosed ? "reopened" : "open";
  }
  if (own !== undefined) return own.state;
  const others = [...last.values()];
  if (others.some((rule) => rule.state === "closed" && reachesBack(calendar, rule, period))) return "closed";
  const notYet = others.some((rule) => {
    const from = periodById(calendar, rule.period)?.from;
    return rule.state === "future" && from !== undefined && from < period.from;
  });
  return notYet ? "future" : "open";
}

function reachesBack(calendar: FiscalCalendar, rule: PeriodRule, period: FiscalPeriod): boolean {
  const from = periodById(calendar, rule.period)?.from;
  return from !== undefined && from >= period.from;
}
