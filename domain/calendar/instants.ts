/** Instants are ISO 8601 text in UTC with milliseconds, whose order as text is their order in time. */

const pattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})\.(\d{3})Z$/;

/** The instant `seconds` (may be negative or fractional to the millisecond) after `instant`. Throws RangeError when it is no instant. */
export function addSeconds(instant: string, seconds: number): string {
  return fromEpoch(toEpoch(instant) + Math.round(seconds * 1000));
}

/** Milliseconds from `from` to `to`; negative when `to` is earlier. */
export function millisecondsBetween(from: string, to: string): number {
  return toEpoch(to) - toEpoch(from);
}

export function toEpoch(instant: string): number {
  const match = pattern.exec(instant);
  if (match === null) throw new RangeError(`${JSON.stringify(instant)} is not an instant such as 2026-11-27T14:03:22.000Z`);
  const [year, month, day, hour, minute, second, millisecond] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return ((daysFromCivil(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + millisecond;
}

export function fromEpoch(epoch: number): string {
  const days = Math.floor(epoch / 86_400_000);
  const rest = epoch - days * 86_400_000;
  const [year, month, day] = civilFromDays(days);
  const time = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60, Math.floor(rest / 1000) % 60]
    .map((part) => pad(part, 2))
    .join(":");
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${time}.${pad(rest % 1000, 3)}Z`;
}

// The proleptic Gregorian calendar in eras of 400 years (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function civilFromDays(days: number): [number, number, number] {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthShifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthShifted + 2) / 5) + 1;
  const month = monthShifted < 10 ? monthShifted + 3 : monthShifted - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

export function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
