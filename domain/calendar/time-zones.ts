import { Temporal } from "temporal-polyfill";
import { civilFromDays, daysFromCivil, fromEpoch, pad, toEpoch } from "./instants.ts";

/** A stretch of time in which a zone keeps one offset from UTC: from (inclusive) to (exclusive), epoch milliseconds. */
interface OffsetSpan {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

const dayMilliseconds = 86_400_000;
const spansMaxPerZone = 512;

// A memo of a pure function (the time zone database): it changes what a call costs and never what it answers.
const spansByZone = new Map<string, OffsetSpan[]>();

const dateTime = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** The calendar day of an instant in a time zone: YYYY-MM-DD. Throws RangeError for an unknown zone or a text that is no instant. */
export function businessDateIn(timeZone: string, instant: string): string {
  const epoch = toEpoch(instant);
  const local = epoch + spanAt(timeZone, epoch).offset;
  const [year, month, day] = civilFromDays(Math.floor(local / dayMilliseconds));
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/**
 * The instant of a local date-time such as 2026-11-27T14:03:22 in a time zone; a text with its own offset keeps it. When clocks go back
 * the earlier of the two instants is taken, when they go forward the skipped hour is read with the offset before it (RFC 5545).
 * Throws RangeError for an unknown zone or a text that is no date-time.
 */
export function localToInstant(timeZone: string, text: string): string {
  const { wall, offset } = readDateTime(text);
  if (offset !== undefined) return fromEpoch(wall - offset);
  const span = spanAt(timeZone, wall - spanAt(timeZone, wall).offset);
  const epoch = wall - span.offset;
  // Away from a change of the clocks the wall time has one meaning.
  if (epoch - span.from >= dayMilliseconds && span.to - epoch > dayMilliseconds) return fromEpoch(epoch);
  return fromEpoch(Temporal.PlainDateTime.from(fromEpoch(wall).slice(0, -1)).toZonedDateTime(timeZone).epochMilliseconds);
}

/** The instant of a date-time that states its offset ("Z" or "+01:00"); undefined when it states none. Throws RangeError as above. */
export function instantOf(text: string): string | undefined {
  const { wall, offset } = readDateTime(text);
  return offset === undefined ? undefined : fromEpoch(wall - offset);
}

/** True for a day that exists, YYYY-MM-DD. */
export function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match !== null && isCivil(Number(match[1]), Number(match[2]), Number(match[3]));
}

function readDateTime(text: string): { wall: number; offset: number | undefined } {
  const match = dateTime.exec(text);
  if (match === null) throw notADateTime(text);
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6] ?? 0)];
  if (!isCivil(year, month, day) || hour > 23 || minute > 59 || second > 59) throw notADateTime(text);
  const millisecond = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const wall = ((daysFromCivil(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + millisecond;
  return { wall, offset: offsetOf(match[8], text) };
}

function offsetOf(zone: string | undefined, text: string): number | undefined {
  if (zone === undefined) return undefined;
  if (zone === "Z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 18 || minutes > 59) throw notADateTime(text);
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function isCivil(year: number, month: number, day: number): boolean {
  // A day that a month does not have lies in another month, and a month that no year has is another one.
  return civilFromDays(daysFromCivil(year, month, day))[1] === month;
}

function notADateTime(text: string): RangeError {
  return new RangeError(`${JSON.stringify(text.slice(0, 40))} is not a date-time such as 2026-11-27T14:03:22`);
}

function spanAt(timeZone: string, epoch: number): OffsetSpan {
  let spans = spansByZone.get(timeZone);
  if (spans === undefined) spansByZone.set(timeZone, (spans = []));
  for (let index = spans.length - 1; index >= 0; index--) {
    const span = spans[index]!;
    if (epoch >= span.from && epoch < span.to) return span;
  }
  const zoned = Temporal.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO(timeZone);
  // "previous" is strictly before: one millisecond later finds a change at this very instant.
  const previous = zoned.add({ milliseconds: 1 }).getTimeZoneTransition("previous");
  const span = {
    from: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    to: zoned.getTimeZoneTransition("next")?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: zoned.offsetNanoseconds / 1e6,
  };
  if (spans.length >= spansMaxPerZone) spans.length = 0;
  spans.push(span);
  return span;
}
