import { Temporal } from "temporal-polyfill";

/** A wall-clock time of a place, "09:12" or "09:12:30", as the channels write it: "2026-11-27T09:12:00-05:00". */
export function localTimestamp(date: string, time: string, timeZone: string): string {
  const wall = Temporal.PlainDateTime.from(`${date}T${time}`);
  return wall.toZonedDateTime(timeZone).toString({ timeZoneName: "never", smallestUnit: "second" });
}

/** The same without an offset, as tills write it. */
export function wallTimestamp(date: string, time: string): string {
  return Temporal.PlainDateTime.from(`${date}T${time}`).toString({ smallestUnit: "second" });
}

/** A timestamp with offset as an instant in UTC, for ordering: "2026-11-27T14:12:00Z". */
export function instantOf(timestamp: string): string {
  return Temporal.Instant.from(timestamp).toString({ smallestUnit: "second" });
}

/** "09:12:00" plus seconds, within the day. */
export function later(time: string, seconds: number): string {
  return Temporal.PlainTime.from(time).add({ seconds }).toString({ smallestUnit: "second" });
}

/** The day some days after a day, YYYY-MM-DD. */
export function addDaysTo(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}
