import { civilFromDays, daysFromCivil, pad } from "./instants.ts";

/** The day `count` (may be negative) days after a day, both YYYY-MM-DD. */
export function addDays(day: string, count: number): string {
  const [year, month, date] = civilFromDays(dayNumber(day) + count);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`;
}

/** Days from `from` to `to`, both YYYY-MM-DD; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from);
}

function dayNumber(day: string): number {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  return daysFromCivil(year, month, date);
}
