import type { StatedDates } from "./mapping-rules.ts";

/** "31.12.2026 10:00" as "2026-12-31 10:00". Throws RangeError. */
export function yearFirst(text: string, dates: StatedDates): string {
  if (dates === "year-first") return text.trim();
  if (dates === "compact") {
    const [, year, month, day, rest] = /^(\d{4})(\d{2})(\d{2})(\D.*)?$/s.exec(text.trim()) ?? [];
    if (year === undefined) throw notADate(text, "20261231");
    return `${year}-${month}-${day}${rest ?? ""}`;
  }
  const match = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(\D.*)?$/s.exec(text.trim());
  if (match === null) throw notADate(text, dates === "day-first" ? "31.12.2026" : "12/31/2026");
  const [first = "", second = "", year = "", rest = ""] = match.slice(1);
  const [day, month] = dates === "day-first" ? [first, second] : [second, first];
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}${rest}`;
}

/** "2026-12-31 2:05 PM" and "2026-12-31 14:05" as "2026-12-31T14:05:00"; a day alone is its midnight. Throws RangeError. */
export function statedDateTime(text: string): string {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*([AaPp]\.?[Mm]\.?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/.exec(
      text.trim(),
    );
  if (match === null) throw notADate(text, "2026-12-31 14:05:00");
  const [, day = "", hours = "0", minutes = "00", seconds = "00", half, offset = ""] = match;
  const hour = Number(hours);
  if (half !== undefined && (hour < 1 || hour > 12)) throw notADate(text, "2026-12-31 2:05 PM");
  const of24 = half === undefined ? hour : (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  return `${day}T${String(of24).padStart(2, "0")}:${minutes}:${seconds}${offset}`;
}

function notADate(text: string, example: string): RangeError {
  return new RangeError(`${JSON.stringify(text.slice(0, 40))} is not a date such as ${example}`);
}
