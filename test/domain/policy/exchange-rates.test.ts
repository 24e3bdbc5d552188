import { expect, test } from "vitest";
import { exchangeRateFor } from "#domain/policy";

const policy = {
  fxRates: [
    { of: "EUR", in: "USD", rate: "1.12", from: "2026-11-27", why: "ECB" },
    { of: "EUR", in: "USD", rate: "1.10", from: "2026-11-26", why: "ECB" },
    { of: "EUR", in: "GBP", rate: "0.88", from: "2026-11-27", why: "ECB" },
  ],
};
const rateOn = (day: string, from = "EUR", to = "USD") => exchangeRateFor(policy, { from, to, day })?.rate;

test("the rate of a day is that of the day itself", () => {
  expect([rateOn("2026-11-26"), rateOn("2026-11-27")]).toEqual(["1.10", "1.12"]);
});

test("a day without one has the last rate before it, for a week", () => {
  expect([rateOn("2026-11-29"), rateOn("2026-12-04"), rateOn("2026-12-05")]).toEqual(["1.12", "1.12", undefined]);
});

test("there is none before the first day, and none of a pair that is turned round", () => {
  expect([rateOn("2026-11-25"), rateOn("2026-11-27", "USD", "EUR"), rateOn("2026-11-27", "CAD")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("a policy without rates has none", () => {
  expect(exchangeRateFor({}, { from: "EUR", to: "USD", day: "2026-11-27" })).toBeUndefined();
});
