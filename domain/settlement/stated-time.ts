import { instantOf, isDay, localToInstant } from "#domain/calendar";

/** Hours from UTC of the abbreviations that name one offset only. CST, IST and others name several: the settings' zone reads those. */
const offsetOfAbbreviation: Readonly<Record<string, string>> = {
  Z: "Z",
  UTC: "Z",
  GMT: "Z",
  WET: "Z",
  WEST: "+01:00",
  CET: "+01:00",
  MEZ: "+01:00",
  CEST: "+02:00",
  MESZ: "+02:00",
  EET: "+02:00",
  EEST: "+03:00",
  MSK: "+03:00",
  EDT: "-04:00",
  EST: "-05:00",
  CDT: "-05:00",
  MDT: "-06:00",
  MST: "-07:00",
  PDT: "-07:00",
  PST: "-08:00",
  AKDT: "-08:00",
  AKST: "-09:00",
  HST: "-10:00",
  HKT: "+08:00",
  SGT: "+08:00",
  JST: "+09:00",
  AEST: "+10:00",
  AEDT: "+11:00",
  NZST: "+12:00",
  NZDT: "+13:00",
};

/**
 * The instant of a date and time as settlement files write them: "2026-11-05 19:52:08 -0500", "2026/11/05 19:52:08 -0500",
 * "2026-11-05T19:52:08-05:00", "2026-11-05 19:52:08" with `zone` an offset, an abbreviation or an IANA zone beside it, and
 * `fallbackZone` (IANA) when nothing states one. A date alone is its midnight. Throws RangeError.
 */
export function statedInstant(text: string, fallbackZone: string, zone = ""): string {
  const match = /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(\.\d{1,9})?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/.exec(text.trim());
  if (match === null) throw new RangeError(`${JSON.stringify(text.slice(0, 40))} is not a date and time such as 2026-11-05 19:52:08 -0500`);
  const [, year, month, day, minutes = "00:00", seconds = ":00", fraction = "", offset] = match;
  const local = `${year}-${month}-${day}T${minutes}${seconds}${fraction}`;
  const stated = offset ?? zone.trim();
  if (/^[+-]\d{2}:?\d{2}$/.test(stated)) return known(instantOf(`${local}${stated}`));
  const abbreviated = Object.hasOwn(offsetOfAbbreviation, stated) ? offsetOfAbbreviation[stated] : undefined;
  if (abbreviated !== undefined) return known(instantOf(`${local}${abbreviated}`));
  return localToInstant(stated.includes("/") ? stated : fallbackZone, local);
}

/** A calendar day that begins a text such as "2026-11-05" or "2026-11-05 00:00:00". Throws RangeError when there is none. */
export function statedDay(text: string): string {
  const day = text.trim().slice(0, 10).replaceAll("/", "-");
  if (!isDay(day)) throw new RangeError(`${JSON.stringify(text.slice(0, 40))} is not a day such as 2026-11-05`);
  return day;
}

function known(instant: string | undefined): string {
  if (instant === undefined) throw new RangeError("a date-time with an offset has an instant");
  return instant;
}
