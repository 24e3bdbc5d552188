import * as z from "zod/mini";
import { isCurrency } from "#domain/money";
import { roles } from "./roles.ts";

/* The words that policy files are made of. Each says in its message what is allowed. */

export const why = z.string().check(z.minLength(3, "says in words why this rule is so"), z.maxLength(400, "at most 400 characters"));
export const name = z.string().check(z.minLength(1, "a name of 1 to 120 characters"), z.maxLength(120, "a name of 1 to 120 characters"));
/** Ids become parts of keys, file names and dimensions. */
export const id = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, "1 to 40 letters, digits, '.', '_' or '-'"));
/** Of a Shopify shop its domain, of another channel's the place that its documents name. */
export const shopName = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, "a shop such as name.myshopify.com: 1 to 80 letters, digits, '.', '_' or '-'"));
/** "pos", "shopify", or the channel of a shop that states its events through the API: which ones there are is checked across files. */
export const channel = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9-]{0,39}$/, "a channel such as shopify, pos or marketplace: lower-case letters, digits, '-'"));
export const channelId = z.string().check(z.regex(/^[\x21-\x7e]{1,120}$/, "the channel's own id, 1 to 120 printable characters"));
export const day = z.string().check(z.refine(isCalendarDay, "a day that exists, as YYYY-MM-DD"));
export const instant = z.string().check(z.refine(isInstant, "an instant in UTC such as 2026-11-01T05:00:00.000Z"));
export const minorUnits = z
  .int()
  .check(z.minimum(0, "minor units, not negative"), z.maximum(1_000_000_000_000, "minor units, at most 1000000000000"));
export const currency = z.string().check(z.refine(isCurrency, "an ISO 4217 code such as USD"));
export const timeZone = z.string().check(z.refine(isTimeZone, "an IANA time zone such as America/New_York"));
export const role = z.string().check(z.refine((value) => Object.hasOwn(roles, value), `one of ${Object.keys(roles).join(", ")}`));
export const seconds = z
  .int("a whole number of seconds")
  .check(z.minimum(0, "seconds from 0 to 900"), z.maximum(900, "seconds from 0 to 900"));
export const dimensions = z.record(id, z.string().check(z.minLength(1, "a value"), z.maxLength(120, "at most 120 characters")));
export const lowerCase = z
  .string()
  .check(z.regex(/^[^A-Z]{1,120}$/, "lower case, or * for any: the channel's name is compared in lower case"));

/** True for YYYY-MM-DD of a day in the Gregorian calendar, 1900 to 2199. */
function isCalendarDay(text: string): boolean {
  const match = /^(19\d\d|2[01]\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.exec(text);
  if (match === null) return false;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return date <= (days[month - 1] ?? 0);
}

function isInstant(text: string): boolean {
  return isCalendarDay(text.slice(0, 10)) && /^T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/.test(text.slice(10));
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return text.includes("/") || text === "UTC";
  } catch {
    return false; // A RangeError is how Intl says that it does not know the zone.
  }
}
