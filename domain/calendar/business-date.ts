import { Temporal } from "temporal-polyfill";

/**
 * The calendar day (YYYY-MM-DD) of an instant in an IANA time zone, such as "America/Chicago": a sale at 23:30 there is of that day,
 * whatever UTC says. Throws RangeError for an unknown zone or an unreadable instant.
 */
export function businessDateIn(timeZone: string, instant: string): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}
