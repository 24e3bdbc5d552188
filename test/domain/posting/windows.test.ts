import { describe, expect, test } from "vitest";
import { endOfWindow, grainOfWindow, windowOf } from "../../../domain/posting/windows.ts";

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
