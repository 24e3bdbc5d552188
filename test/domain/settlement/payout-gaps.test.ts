import { describe, expect, test } from "vitest";
import { missingNumbersOf, payoutNumber, unstatedPayouts } from "#domain/settlement";

describe("the number of a payout", () => {
  test.each([
    ["adyen", "18-EUR", undefined, 18],
    ["adyen", "18", undefined, undefined],
    ["stripe", "po_1MtHbELkdIwHu7ix", undefined, undefined],
    ["shopify-payments", "104", undefined, undefined],
    ["pay-later", "A-77", { payoutIds: "counted" }, 77],
    ["pay-later", "77", { payoutIds: "counted" }, 77],
    ["pay-later", "A-77", {}, undefined],
    ["pay-later", "A-77b", { payoutIds: "counted" }, undefined],
    ["pay-later", "12345678901", { payoutIds: "counted" }, undefined],
  ] as const)("of %s %s is known where its gateway counts", (source, id, mapping, number) => {
    expect(payoutNumber(source, id, mapping)).toBe(number);
  });
});

test("what rows name and nobody stated is missing, the longest at first", () => {
  const named = new Map([
    ["104", "2026-12-02T03:00:00.000Z"],
    ["103", "2026-12-01T03:00:00.000Z"],
    ["102", "2026-11-30T03:00:00.000Z"],
    ["101", "2026-12-01T03:00:00.000Z"],
  ]);
  expect(unstatedPayouts({ named, stated: new Map([["102", "2026-12-03T03:00:00.000Z"]]) })).toEqual(["101", "103", "104"]);
});

test.each(["a b c", "a c b", "b a c", "b c a", "c a b", "c b a"])(
  "ids that were named in any order (%s) are told by the time of it, then by the id",
  (order) => {
    const times: Record<string, string> = { a: "2026-12-01T03:00:00.000Z", b: "2026-11-30T03:00:00.000Z", c: "2026-12-01T03:00:00.000Z" };
    const named = new Map(order.split(" ").map((id) => [id, times[id]!]));
    expect(unstatedPayouts({ named, stated: new Map() })).toEqual(["b", "a", "c"]);
  },
);

describe("numbers that were left out", () => {
  const came = (...numbers: readonly (number | readonly [number, string])[]) =>
    new Map(numbers.map((each) => (typeof each === "number" ? [each, "2026-12-01T03:00:00.000Z"] : each)));
  const now = "2026-12-02T03:00:00.000Z";

  test("are those between two that came", () => {
    expect(missingNumbersOf(came(17, 19), now)).toEqual([{ from: 18, to: 18 }]);
    expect(missingNumbersOf(came(22, 17, 19), now)).toEqual([
      { from: 18, to: 18 },
      { from: 20, to: 20 },
      { from: 21, to: 21 },
    ]);
  });

  test("are none before the first and after the last, and none where nothing came", () => {
    expect(missingNumbersOf(came(412, 413), now)).toEqual([]);
    expect(missingNumbersOf(came(412), now)).toEqual([]);
    expect(missingNumbersOf(came(), now)).toEqual([]);
  });

  test("are given their time: 18 is missing once 19, or what came after it, has been there for as long as is waited", () => {
    expect(missingNumbersOf(came(17, [19, "2026-12-02T03:00:00.001Z"]), now)).toEqual([]);
    expect(missingNumbersOf(came(17, [19, "2026-12-02T03:00:00.001Z"], 20), now)).toEqual([{ from: 18, to: 18 }]);
    expect(missingNumbersOf(came(17, 19, [21, "2026-12-02T03:00:00.001Z"]), now)).toEqual([{ from: 18, to: 18 }]);
  });

  test("of a count that was begun anew are one hole, not a thousand", () => {
    expect(missingNumbersOf(came(17, 38), now)).toHaveLength(20);
    expect(missingNumbersOf(came(17, 39), now)).toEqual([{ from: 18, to: 38 }]);
    expect(missingNumbersOf(came(17, 100_000_000), now)).toEqual([{ from: 18, to: 99_999_999 }]);
  });
});
