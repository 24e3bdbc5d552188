import { addDays, daysBetween } from "./days.ts";

/**
 * How an entity cuts its year into twelve periods: calendar months, or retail years of whole weeks whose first days are stated. A retail
 * year has 52 or 53 weeks, as its next one says (the last one stated: 52); the 53rd week belongs to the last period.
 */
export type FiscalCalendar =
  | { readonly kind: "months" }
  | {
      readonly kind: "weeks";
      /** Weeks of the three periods of each quarter. */
      readonly pattern: "4-4-5" | "4-5-4" | "5-4-4";
      /** In order; a year's name is the first part of its periods' ids. */
      readonly years: readonly { readonly name: string; readonly from: string }[];
    };

/** Days are YYYY-MM-DD, inclusive. */
export interface FiscalPeriod {
  /** "2026-11" for a month, "FY2026-P10" for the tenth period of a retail year. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

const weekDays = 7;

/** The period that a day lies in; undefined outside of the years that the calendar states. */
export function periodOf(calendar: FiscalCalendar, day: string): FiscalPeriod | undefined {
  switch (calendar.kind) {
    case "months":
      return monthOf(day.slice(0, 7));
    case "weeks": {
      const year = calendar.years.findLast(({ from }) => from <= day);
      return year && periodsOfYear(calendar, year).find(({ to }) => day <= to);
    }
  }
}

/** The period of an id; undefined when the calendar has none of that id. */
export function periodById(calendar: FiscalCalendar, id: string): FiscalPeriod | undefined {
  switch (calendar.kind) {
    case "months":
      return /^\d{4}-(0[1-9]|1[0-2])$/.test(id) ? monthOf(id) : undefined;
    case "weeks":
      return calendar.years.flatMap((year) => periodsOfYear(calendar, year)).find((period) => period.id === id);
  }
}

/** The period after a period; undefined where the calendar ends. */
export function nextPeriod(calendar: FiscalCalendar, period: FiscalPeriod): FiscalPeriod | undefined {
  return periodOf(calendar, addDays(period.to, 1));
}

function monthOf(id: string): FiscalPeriod {
  const from = `${id}-01`;
  const next = addDays(from, 31).slice(0, 7);
  return { id, from, to: addDays(`${next}-01`, -1) };
}

type WeekCalendar = Extract<FiscalCalendar, { kind: "weeks" }>;

function periodsOfYear(calendar: WeekCalendar, year: WeekCalendar["years"][number]): FiscalPeriod[] {
  const next = calendar.years[calendar.years.indexOf(year) + 1];
  const quarter = calendar.pattern.split("-").map(Number);
  const weeks = [...quarter, ...quarter, ...quarter, ...quarter];
  if (next !== undefined && daysBetween(year.from, next.from) === 53 * weekDays) weeks[11]! += 1;
  let from = year.from;
  return weeks.map((count, index) => {
    const period = { id: `${year.name}-P${String(index + 1).padStart(2, "0")}`, from, to: addDays(from, count * weekDays - 1) };
    from = addDays(period.to, 1);
    return period;
  });
}
