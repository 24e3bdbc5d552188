import { describe, expect, test } from "vitest";
import {
  type NumberStyle,
  parseMinorUnitsText,
  parseStatedAmount,
  plainNumbers,
  plainStatedNumber,
  statedDateTime,
  yearFirst,
} from "#domain/csv";

const english: NumberStyle = { decimal: ".", group: "," };
const german: NumberStyle = { decimal: ",", group: "." };
const french: NumberStyle = { decimal: ",", group: " " };
const swiss: NumberStyle = { decimal: ".", group: "'" };

describe("an amount as a file states it", () => {
  test.each([
    ["12.34", plainNumbers, 1_234],
    ["12", plainNumbers, 1_200],
    ["0.05", plainNumbers, 5],
    ["0", plainNumbers, 0],
    ["-0.00", plainNumbers, 0],
    ["-12.34", plainNumbers, -1_234],
    ["- 12.34", plainNumbers, -1_234],
    ["+12.34", plainNumbers, 1_234],
    ["\u221212.34", plainNumbers, -1_234],
    ["(12.34)", plainNumbers, -1_234],
    ["12.34-", plainNumbers, -1_234],
    ["12.34 -", plainNumbers, -1_234],
    ["7-", plainNumbers, -700],
    ["  12.34 ", plainNumbers, 1_234],
    ["1,234.56", english, 123_456],
    ["1,234,567.8", english, 123_456_780],
    ["1234.56", english, 123_456],
    ["1.234,56", german, 123_456],
    ["-1.234,56", german, -123_456],
    ["1 234,56", french, 123_456],
    ["1\u00a0234,56", french, 123_456],
    ["1\u202f234,56", french, 123_456],
    ["1\u2009234,56", french, 123_456],
    ["1'234.56", swiss, 123_456],
    ["1000000000000", plainNumbers, 100_000_000_000_000],
    ["-1000000000000", plainNumbers, -100_000_000_000_000],
    [`${" ".repeat(35)}12.34`, plainNumbers, 1_234],
  ] as const)("%j is read to the cent", (text, style, expected) => {
    expect(parseStatedAmount(text, "USD", style)).toBe(expected);
  });

  test("has the decimals of its currency, and no more", () => {
    expect(parseStatedAmount("1234", "JPY", plainNumbers)).toBe(1_234);
    expect(parseStatedAmount("1.234", "KWD", plainNumbers)).toBe(1_234);
    expect(() => parseStatedAmount("12.0", "JPY", plainNumbers)).toThrow('"12.0" has more decimals than JPY carries (0)');
    expect(() => parseStatedAmount("1.230", "USD", plainNumbers)).toThrow('"1.230" has more decimals than USD carries (2)');
  });

  test.each([
    ["", plainNumbers],
    ["-", plainNumbers],
    ["abc", plainNumbers],
    ["$12.34", plainNumbers],
    ["12.34 USD", plainNumbers],
    ["--12.34", plainNumbers],
    ["-12.34-", plainNumbers],
    ["(12.34", plainNumbers],
    ["-(12.34)", plainNumbers],
    ["12.", plainNumbers],
    [".5", plainNumbers],
    ["1.2.3", plainNumbers],
    ["1,234.56", plainNumbers],
    ["1.234,56", english],
    ["12,34.56", english],
    ["1234,567.00", english],
    ["1,,234", english],
    ["1,23", english],
    [",123", english],
    ["1,234", { decimal: ",", group: "" } as NumberStyle, '"1,234" has more decimals than USD carries (2)'],
    ["1e3", plainNumbers],
    ["12 34", plainNumbers],
    ["1\n2", plainNumbers],
    ["1234567890123456", plainNumbers],
  ] as [string, NumberStyle, string?][])(
    "%j is none of that style",
    (text, style, message = `${JSON.stringify(text)} is not an amount as this file writes them`) => {
      expect(() => parseStatedAmount(text, "USD", style)).toThrow(new RangeError(message));
    },
  );

  test("is bounded in length and in size", () => {
    expect(() => parseStatedAmount(`${" ".repeat(36)}12.34`, "USD", plainNumbers)).toThrow(
      `"${" ".repeat(36)}12.3" is too long for an amount`,
    );
    expect(() => parseStatedAmount("1000000000000.01", "USD", plainNumbers)).toThrow('"1000000000000.01" is more than any row states');
    expect(() => parseStatedAmount("-1000000000000.01", "USD", plainNumbers)).toThrow('"-1000000000000.01" is more than any row states');
  });

  test("may be no money but a plain number", () => {
    expect(plainStatedNumber("-1.234,5678", german)).toBe("-1234.5678");
    expect(plainStatedNumber("(5)", plainNumbers)).toBe("-5");
    expect(plainStatedNumber("0.0291234567", plainNumbers)).toBe("0.0291234567");
    expect(() => plainStatedNumber("0.02912345678", plainNumbers)).toThrow('"0.02912345678" is not an amount as this file writes them');
  });

  test("may be in minor units", () => {
    expect(["4530", "-4530", "0", "-0", "100000000000000"].map(parseMinorUnitsText)).toEqual([4_530, -4_530, 0, 0, 100_000_000_000_000]);
    for (const text of ["", "45.3", "+45", " 45", "45 ", "1e3", "99999999999999999", "9999999999999999"])
      expect(() => parseMinorUnitsText(text)).toThrow(`${JSON.stringify(text)} is not a whole number of minor units`);
    expect(() => parseMinorUnitsText("100000000000001")).toThrow('"100000000000001" is more than any row states');
  });
});

describe("a date as a file states it", () => {
  test.each([
    [" 2026-12-31 10:00 ", "year-first", "2026-12-31 10:00"],
    ["20261231", "compact", "2026-12-31"],
    [" 20261231 10:00 ", "compact", "2026-12-31 10:00"],
    ["20261231T100000\n", "compact", "2026-12-31T100000"],
    ["31.12.2026", "day-first", "2026-12-31"],
    ["1/2/2026", "day-first", "2026-02-01"],
    ["31-12-2026 10:00", "day-first", "2026-12-31 10:00"],
    ["31.12.2026\n10:00", "day-first", "2026-12-31\n10:00"],
    ["12/31/2026", "month-first", "2026-12-31"],
    ["1/2/2026 10:00 PM", "month-first", "2026-01-02 10:00 PM"],
  ] as const)("%j, %s, is told with its year first", (text, dates, expected) => {
    expect(yearFirst(text, dates)).toBe(expected);
  });

  test.each([
    ["2026-12-31", "compact", "20261231"],
    ["202612311", "compact", "20261231"],
    ["x20261231", "compact", "20261231"],
    ["2026-12-31", "day-first", "31.12.2026"],
    ["31.12.26", "day-first", "31.12.2026"],
    ["31.12.20261", "day-first", "31.12.2026"],
    ["x31.12.2026", "day-first", "31.12.2026"],
    ["131.12.2026", "month-first", "12/31/2026"],
    ["", "month-first", "12/31/2026"],
    ["y".repeat(60), "month-first", "12/31/2026"],
  ] as const)("%j, %s, is none", (text, dates, example) => {
    expect(() => yearFirst(text, dates)).toThrow(new RangeError(`${JSON.stringify(text.slice(0, 40))} is not a date such as ${example}`));
  });

  test.each([
    ["2026-12-31", "2026-12-31T00:00:00"],
    ["2026-12-31 14:05", "2026-12-31T14:05:00"],
    ["2026-12-31T14:05:09", "2026-12-31T14:05:09"],
    ["2026-12-31  4:05:09.123456789", "2026-12-31T04:05:09"],
    ["2026-12-31 14:05:09,5", "2026-12-31T14:05:09"],
    ["2026-12-31 2:05 PM", "2026-12-31T14:05:00"],
    ["2026-12-31 2:05:01 p.m.", "2026-12-31T14:05:01"],
    ["2026-12-31 2:05am", "2026-12-31T02:05:00"],
    ["2026-12-31 12:05 AM", "2026-12-31T00:05:00"],
    ["2026-12-31 12:05 PM", "2026-12-31T12:05:00"],
    ["2026-12-31 1:05 PM", "2026-12-31T13:05:00"],
    ["2026-12-31T14:05:00Z", "2026-12-31T14:05:00Z"],
    ["2026-12-31 14:05:00 +01:00", "2026-12-31T14:05:00+01:00"],
    ["2026-12-31 14:05-0500", "2026-12-31T14:05:00-0500"],
    [" 2026-12-31Z ", "2026-12-31T00:00:00Z"],
  ])("%j is an instant of its place", (text, expected) => {
    expect(statedDateTime(text)).toBe(expected);
  });

  test.each([
    ["", "2026-12-31 14:05:00"],
    ["31.12.2026", "2026-12-31 14:05:00"],
    ["x2026-12-31", "2026-12-31 14:05:00"],
    ["2026-12-31x", "2026-12-31 14:05:00"],
    ["2026-12-31 14", "2026-12-31 14:05:00"],
    ["2026-12-31 14:5", "2026-12-31 14:05:00"],
    ["2026-12-31 114:05", "2026-12-31 14:05:00"],
    ["2026-12-31 14:05:09.", "2026-12-31 14:05:00"],
    ["2026-12-31 14:05:09.1234567890", "2026-12-31 14:05:00"],
    ["2026-12-31 14:05 XM", "2026-12-31 14:05:00"],
    ["2026-12-31 14:05 CET", "2026-12-31 14:05:00"],
    ["2026-12-31 14:05 +1:00", "2026-12-31 14:05:00"],
    ["2026-12-31 0:05 PM", "2026-12-31 2:05 PM"],
    ["2026-12-31 13:05 PM", "2026-12-31 2:05 PM"],
  ])("%j is none that anybody could tell", (text, example) => {
    expect(() => statedDateTime(text)).toThrow(new RangeError(`${JSON.stringify(text)} is not a date such as ${example}`));
  });
});
