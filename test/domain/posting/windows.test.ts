import { describe, expect, test } from "vitest";
import {
  endOfWindow,
  grainOfWindow,
  partOfPayoutGrain,
  windowOf,
  windowOfDay,
  windowOfPayout,
  windowOfUnsettled,
} from "../../../domain/posting/windows.ts";

const contributing = { channel: "shopify", place: "us.example", businessDate: "2026-11-26", occurredAt: "2026-11-27T01:59:59.999Z" };

describe("what a journal contributes to", () => {
  test.each([
    ["store-day", { channel: "pos", place: "Zürich 1" }, "store-day:pos:Z%C3%BCrich%201:2026-11-26"],
    ["hour", {}, "window:shopify:us.example:2026-11-27T01"],
    ["minute", {}, "window:shopify:us.example:2026-11-27T0159"],
  ] as const)("%s", (grain, more, window) => {
    expect(windowOf(grain, { ...contributing, ...more })).toBe(window);
    expect(grainOfWindow(window)).toBe(grain);
  });
});

test("hours and minutes close five minutes after their end, store days by people alone", () => {
  expect(endOfWindow("window:shopify:us.example:2026-12-31T23")).toBe("2027-01-01T00:05:00.000Z");
  expect(endOfWindow("window:shopify:us.example:2026-11-27T0159")).toBe("2026-11-27T02:05:00.000Z");
  expect(endOfWindow("store-day:pos:0001:2026-11-27")).toBeUndefined();
  expect(endOfWindow("sale:shopify:us.example:1")).toBeUndefined();
  expect(grainOfWindow("sale:shopify:us.example:1")).toBeUndefined();
});

describe("under the grain of payouts", () => {
  const payout = windowOfPayout({ source: "shopify-payments", account: "sp", payoutId: "104" });
  const day = windowOfDay(contributing);
  const unsettled = windowOfUnsettled(contributing, "2026-12-03");

  test("a payout, a business day and what waits have windows of their own", () => {
    expect([payout, day, unsettled]).toEqual([
      "window:shopify-payments:sp:payout-104",
      "window:shopify:us.example:day-2026-11-26",
      "window:shopify:us.example:unsettled-2026-11-26-until-2026-12-03",
    ]);
    expect([payout, day, unsettled].map(grainOfWindow)).toEqual(["payout", "payout", "payout"]);
    expect([payout, day, unsettled].map(partOfPayoutGrain)).toEqual(["payout", "day", "unsettled"]);
    expect(partOfPayoutGrain("window:shopify:us.example:2026-11-27T01")).toBeUndefined();
  });

  test("a day is over when it is over everywhere; a payout an hour after something was told to it", () => {
    expect(endOfWindow(day)).toBe("2026-11-27T12:05:00.000Z");
    expect(endOfWindow(unsettled)).toBe("2026-12-04T12:05:00.000Z");
    expect(endOfWindow(payout)).toBeUndefined();
    expect(endOfWindow(payout, "2026-11-29T06:00:00.000Z")).toBe("2026-11-29T07:00:00.000Z");
  });

  test("the longest names of a gateway fit", () => {
    const long = windowOfPayout({ source: "adyen", account: "a", payoutId: "é".repeat(120) });
    expect(long).toMatch(/^window:adyen:a:payout-[0-9a-f]{64}$/);
  });
});
