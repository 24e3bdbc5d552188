import { describe, expect, test } from "vitest";
import { addDays, daysBetween, type FiscalCalendar, nextPeriod, periodById, periodOf } from "#domain/calendar";

const months: FiscalCalendar = { kind: "months" };
/** The National Retail Federation's years: 2023 has 53 weeks. */
const retail: FiscalCalendar = {
  kind: "weeks",
  pattern: "4-5-4",
  years: [
    { name: "FY2022", from: "2022-01-30" },
    { name: "FY2023", from: "2023-01-29" },
    { name: "FY2024", from: "2024-02-04" },
  ],
};

test("days are counted over the ends of months, years and Februaries", () => {
  expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
  expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
  expect(addDays("2025-12-31", 1)).toBe("2026-01-01");
  expect(daysBetween("2023-01-29", "2024-02-04")).toBe(371);
  expect(daysBetween("2026-03-01", "2026-02-28")).toBe(-1);
});

describe("calendar months", () => {
  test.each([
    ["2026-11-27", { id: "2026-11", from: "2026-11-01", to: "2026-11-30" }],
    ["2026-12-31", { id: "2026-12", from: "2026-12-01", to: "2026-12-31" }],
    ["2028-02-29", { id: "2028-02", from: "2028-02-01", to: "2028-02-29" }],
  ])("%s lies in %j", (day, period) => {
    expect(periodOf(months, day)).toEqual(period);
    expect(periodById(months, period.id)).toEqual(period);
  });

  test("December is followed by January of the next year", () => {
    expect(nextPeriod(months, { id: "2026-12", from: "2026-12-01", to: "2026-12-31" })?.id).toBe("2027-01");
  });

  test.each(["2026-13", "x2026-11", "2026-11x", "2026-00", "2026", "FY2026-P01"])("%s is no month", (id) => {
    expect(periodById(months, id)).toBeUndefined();
  });
});

describe("retail years of whole weeks", () => {
  test("a quarter is cut as the pattern says", () => {
    expect(["FY2022-P01", "FY2022-P02", "FY2022-P03", "FY2022-P04"].map((id) => periodById(retail, id))).toEqual([
      { id: "FY2022-P01", from: "2022-01-30", to: "2022-02-26" },
      { id: "FY2022-P02", from: "2022-02-27", to: "2022-04-02" },
      { id: "FY2022-P03", from: "2022-04-03", to: "2022-04-30" },
      { id: "FY2022-P04", from: "2022-05-01", to: "2022-05-28" },
    ]);
  });

  test("the 53rd week belongs to the last period of its year, and the next year follows it without a gap", () => {
    expect(periodById(retail, "FY2022-P12")).toEqual({ id: "FY2022-P12", from: "2023-01-01", to: "2023-01-28" });
    const last = periodById(retail, "FY2023-P12")!;
    expect(last).toEqual({ id: "FY2023-P12", from: "2023-12-31", to: "2024-02-03" });
    expect(nextPeriod(retail, last)).toEqual({ id: "FY2024-P01", from: "2024-02-04", to: "2024-03-02" });
  });

  test("a day before the first stated year or after the last one is in no period", () => {
    expect(periodOf(retail, "2022-01-29")).toBeUndefined();
    expect(periodOf(retail, "2025-02-01")?.id).toBe("FY2024-P12");
    expect(periodOf(retail, "2025-02-02")).toBeUndefined();
  });
});
