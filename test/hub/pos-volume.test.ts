import { expect, test } from "vitest";
import { takeInFile } from "../../bench/pos-volume.ts";
import { readDays } from "../../bench/table-memory.ts";

/** Resident memory of a whole hub that takes a file in, whatever its size. */
const memoryBytesMax = 300_000_000;

test("a POS file four times as long takes no more memory to be taken in, but for the pages that the database keeps", () => {
  const [small, large] = [takeInFile(10_000), takeInFile(40_000)];
  expect(large.bytes / small.bytes).toBeGreaterThan(3.9);
  expect(Math.max(small.peakBytes, large.peakBytes)).toBeLessThan(memoryBytesMax);
  expect(large.peakBytes / small.peakBytes).toBeLessThan(1.3);
}, 300_000);

test.each(["square-items", "table", "sap-posdm"] as const)(
  "%s: drawn days, four times as many, take no more memory to be checked",
  (format) => {
    const [small, large] = [readDays(format, 30), readDays(format, 120)];
    expect([large.bytes / small.bytes > 3.9, large.transactions / small.transactions > 3.9, small.held + large.held]).toEqual([
      true,
      true,
      0,
    ]);
    expect(Math.max(small.peakBytes, large.peakBytes)).toBeLessThan(memoryBytesMax);
    expect(large.peakBytes / small.peakBytes).toBeLessThan(1.3);
  },
  120_000,
);
