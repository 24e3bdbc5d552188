import { describe, expect, test } from "vitest";
import { businessDateIn, instantOf, isDay, localToInstant } from "#domain/calendar";

test.each([
  ["America/New_York", "2026-11-28T04:59:59.999Z", "2026-11-27"],
  ["America/New_York", "2026-11-28T05:00:00.000Z", "2026-11-28"],
  ["America/New_York", "2026-07-01T03:59:59.999Z", "2026-06-30"],
  ["America/New_York", "2026-07-01T04:00:00.000Z", "2026-07-01"],
  ["Asia/Kolkata", "2026-12-31T18:30:00.000Z", "2027-01-01"],
  ["UTC", "2028-02-29T23:59:59.999Z", "2028-02-29"],
])("in %s, %s lies on %s", (zone, instant, day) => {
  expect(businessDateIn(zone, instant)).toBe(day);
});

describe("a till's local time", () => {
  test.each([
    ["in winter", "America/New_York", "2026-11-27T14:03:22", "2026-11-27T19:03:22.000Z"],
    ["in summer", "America/New_York", "2026-07-01T14:03", "2026-07-01T18:03:00.000Z"],
    ["an hour before the clocks go back", "America/New_York", "2026-11-01T00:30:00", "2026-11-01T04:30:00.000Z"],
    ["in the hour that comes twice: the earlier", "America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00.000Z"],
    ["after it", "America/New_York", "2026-11-01T02:30:00", "2026-11-01T07:30:00.000Z"],
    ["in the hour that is skipped: with the offset before it", "America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:30:00.000Z"],
    ["right after it", "America/New_York", "2026-03-08T03:00:00", "2026-03-08T07:00:00.000Z"],
    ["where clocks never change", "Asia/Dubai", "2018-07-14T14:25:39", "2018-07-14T10:25:39.000Z"],
    ["with parts of a second", "Europe/London", "2016-08-22T15:21:49.3991907", "2016-08-22T14:21:49.399Z"],
    ["in the last second of a day", "UTC", "2026-11-27T23:59:59.9", "2026-11-27T23:59:59.900Z"],
    ["a day after the clocks went back", "America/New_York", "2026-11-02T01:00:00", "2026-11-02T06:00:00.000Z"],
    ["a day before they do", "America/New_York", "2026-10-31T02:00:00", "2026-10-31T06:00:00.000Z"],
    ["on the day on which a zone jumped over a day", "Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00.000Z"],
    ["with half an hour of offset", "UTC", "2026-11-27T10:00:00-03:30", "2026-11-27T13:30:00.000Z"],
    ["with the largest offset", "UTC", "2026-11-27T10:00:00+18:59", "2026-11-26T15:01:00.000Z"],
    ["with an offset of its own", "America/New_York", "2016-08-22T15:21:49+0100", "2016-08-22T14:21:49.000Z"],
  ])("%s", (_name, zone, text, instant) => {
    expect(localToInstant(zone, text)).toBe(instant);
  });

  test.each([
    "2026-02-29T10:00:00",
    "2026-11-27T24:00:00",
    "2026-11-27",
    "27.11.2026 14:03",
    "2026-11-27T10:00:00+19:00",
    "2026-11-27T10:00:00+01:60",
    "2026-11-27T10:60:00",
    "2026-11-27T10:00:60",
    "x2026-11-27T10:00:00",
    "2026-11-27T10:00:00x",
    "",
  ])("%j is none", (text) => {
    expect(() => localToInstant("UTC", text)).toThrow("is not a date-time");
  });

  test("what is none is named by its first forty characters", () => {
    expect(() => localToInstant("UTC", "x".repeat(60))).toThrow(/^"x{40}" is not a date-time such as 2026-11-27T14:03:22$/);
  });

  test("an unknown zone is refused", () => {
    expect(() => localToInstant("Mars/Olympus", "2026-11-27T10:00:00")).toThrow(RangeError);
  });
});

test("only a text that states its offset is an instant by itself", () => {
  expect(instantOf("2026-11-27T10:00:00-05:00")).toBe("2026-11-27T15:00:00.000Z");
  expect(instantOf("2026-11-27T10:00:00Z")).toBe("2026-11-27T10:00:00.000Z");
  expect(instantOf("2026-11-27T10:00:00")).toBeUndefined();
});

test.each(["2028-02-29", "2026-01-01", "2026-12-31", "2026-04-30", "2000-02-29", "0001-01-01"])("%s is a day", (text) => {
  expect(isDay(text)).toBe(true);
});

test.each([
  ...["2026-02-29", "1900-02-29", "2026-04-31", "2026-01-32", "2026-01-99", "2026-12-32", "2026-01-00", "2026-12-00"],
  ...["2026-13-01", "2026-00-10", "2026-99-10", "2026-4-1", "x2026-04-01", "2026-04-01x"],
])("%s is none", (text) => {
  expect(isDay(text)).toBe(false);
});
