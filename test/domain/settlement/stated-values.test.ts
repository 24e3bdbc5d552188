import { describe, expect, test } from "vitest";
import { parseMinorUnitsText, parseStatedAmount, statedDay, statedInstant } from "#domain/settlement";

const plain = { decimal: ".", group: "" } as const;
const english = { decimal: ".", group: "," } as const;
const german = { decimal: ",", group: "." } as const;
const french = { decimal: ",", group: " " } as const;
const swiss = { decimal: ".", group: "'" } as const;

describe("an amount as a file writes it", () => {
  test.each([
    ["12.50", "EUR", plain, 1250],
    ["-0.05", "EUR", plain, -5],
    ["−3.00", "EUR", plain, -300],
    ["+3.00", "EUR", plain, 300],
    ["3.00-", "EUR", plain, -300],
    ["(3.00)", "EUR", plain, -300],
    ["-0.00", "EUR", plain, 0],
    ["5", "EUR", plain, 500],
    ["1500", "JPY", plain, 1500],
    ["1.234", "KWD", plain, 1234],
    ["1,234,567.89", "USD", english, 123456789],
    ["1.234.567,89", "EUR", german, 123456789],
    ["-1.234,5", "EUR", german, -123450],
    ["1\u202f234,56", "EUR", french, 123456],
    ["1 234,56", "EUR", french, 123456],
    ["1'234.50", "CHF", swiss, 123450],
  ] as const)("%s %s is %s minor units", (text, currency, style, expected) => {
    expect(parseStatedAmount(text, currency, style)).toBe(expected);
  });

  test.each([
    ["1.230", "EUR", plain, "more decimals"],
    ["1.230", "EUR", english, "more decimals"],
    ["1,23", "EUR", english, "not an amount"],
    ["1,2345.00", "EUR", english, "not an amount"],
    ["1234,567.00", "EUR", english, "not an amount"],
    ["1.23", "EUR", german, "not an amount"],
    ["1,234.56", "EUR", german, "not an amount"],
    ["10.5", "JPY", plain, "more decimals"],
    ["", "EUR", plain, "not an amount"],
    ["-", "EUR", plain, "not an amount"],
    ["1e3", "EUR", plain, "not an amount"],
    ["0x10", "EUR", plain, "not an amount"],
    ["NaN", "EUR", plain, "not an amount"],
    ["--1", "EUR", plain, "not an amount"],
    ["9007199254740993", "JPY", plain, "not an amount"],
    ["1000000000000.01", "EUR", plain, "more than any row states"],
    ["1".repeat(41), "EUR", plain, "too long"],
  ] as const)("%s %s is refused", (text, currency, style, message) => {
    expect(() => parseStatedAmount(text, currency, style)).toThrow(message);
  });

  test("in minor units has no punctuation at all", () => {
    expect(parseMinorUnitsText("-4530")).toBe(-4530);
    for (const text of ["45.30", "1,000", "", "9007199254740993"]) expect(() => parseMinorUnitsText(text)).toThrow("whole number");
  });
});

describe("a time as a file writes it", () => {
  test.each([
    ["2026-11-05 19:52:08 -0500", "UTC", "", "2026-11-06T00:52:08.000Z"],
    ["2026/11/05 19:52:08 -0500", "UTC", "", "2026-11-06T00:52:08.000Z"],
    ["2026-11-05T19:52:08-05:00", "UTC", "", "2026-11-06T00:52:08.000Z"],
    ["2026-11-05T19:52:08Z", "Europe/Berlin", "", "2026-11-05T19:52:08.000Z"],
    ["2026-07-05 10:00:00", "Europe/Berlin", "", "2026-07-05T08:00:00.000Z"],
    ["2026-07-05 10:00", "Europe/Berlin", "CEST", "2026-07-05T08:00:00.000Z"],
    ["2026-07-05 10:00:00", "UTC", "PDT", "2026-07-05T17:00:00.000Z"],
    ["2026-07-05 10:00:00", "UTC", "America/Los_Angeles", "2026-07-05T17:00:00.000Z"],
    // CST is a zone of America and of Asia: the account's own zone decides.
    ["2026-07-05 10:00:00", "Asia/Shanghai", "CST", "2026-07-05T02:00:00.000Z"],
    ["2026-11-05", "Europe/Berlin", "", "2026-11-04T23:00:00.000Z"],
  ])("%s in %s %s is %s", (text, fallback, zone, expected) => {
    expect(statedInstant(text, fallback, zone)).toBe(expected);
  });

  test.each(["05.11.2026", "2026-13-01 00:00:00", "2026-02-30", "yesterday", ""])("%s is refused", (text) => {
    expect(() => statedInstant(text, "UTC")).toThrow(RangeError);
    expect(() => statedDay(text)).toThrow(RangeError);
  });
});
