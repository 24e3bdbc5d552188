import { expect, test } from "vitest";
import { closureKey, documentItemKey, exceptionKey, outcomeKey, planKey, takeOverKey } from "#domain/lineage";

test("a descending read gives exceptions, then the last plan's take-overs, outcome and plan, then the plans before it, then documents", () => {
  const exception = exceptionKey("data.value", "00ff", 1);
  const keys = [
    documentItemKey("shopify:shop.example:order:1", "abc"),
    planKey("erp", 9),
    outcomeKey("erp", 9),
    planKey("erp", 10),
    takeOverKey("erp", 10, 1),
    takeOverKey("erp", 10, 2),
    outcomeKey("erp", 10),
    exception,
    closureKey(exception),
  ];
  expect(keys.sort().reverse()).toEqual([
    "X#data.value#00ff#0001#C",
    "X#data.value#00ff#0001",
    "P#erp#000010#T0002",
    "P#erp#000010#T0001",
    "P#erp#000010#R",
    "P#erp#000010",
    "P#erp#000009#R",
    "P#erp#000009",
    "D#shopify:shop.example:order:1#abc",
  ]);
});
