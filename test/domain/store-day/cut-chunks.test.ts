import { describe, expect, test } from "vitest";
import { openChunkCutter } from "#domain/store-day";

/** Transactions of ten bytes each, one behind the other. */
function cut(transactions: number) {
  const cutter = openChunkCutter();
  for (let ordinal = 0; ordinal < transactions; ordinal++)
    cutter.add({ ordinal, byteStart: ordinal * 10, byteEnd: ordinal * 10 + 10, adjacent: ordinal > 0 });
  return { tooMany: cutter.tooMany(), chunks: cutter.cut().chunks };
}

describe("the chunks of a file", () => {
  test("are of 500 tickets, and a small file is one", () => {
    expect(cut(1_001).chunks).toEqual([
      { firstOrdinal: 0, transactions: 500, ranges: [{ start: 0, end: 5_000 }] },
      { firstOrdinal: 500, transactions: 500, ranges: [{ start: 5_000, end: 10_000 }] },
      { firstOrdinal: 1_000, transactions: 1, ranges: [{ start: 10_000, end: 10_010 }] },
    ]);
    expect(cut(0).chunks).toEqual([]);
  });

  test("of a million tickets leave a workflow's history of 25,000 events half empty, and miss none of them", () => {
    const { tooMany, chunks } = cut(1_000_000);
    expect(tooMany).toBe(false);
    // Seven events for each turn of a Map of one state.
    expect(chunks.length * 7).toBeLessThan(12_500);
    let next = 0;
    for (const { firstOrdinal, transactions, ranges } of chunks) {
      expect({ firstOrdinal, ranges }).toEqual({
        firstOrdinal: next,
        ranges: [{ start: next * 10, end: (next + transactions) * 10 }],
      });
      next += transactions;
    }
    expect(next).toBe(1_000_000);
  });

  test("end at 4,250,000 tickets: one more is said to be too many", () => {
    const most = cut(4_250_000);
    expect(most.tooMany).toBe(false);
    expect(most.chunks.length).toBe(2_000);
    expect(cut(4_250_001).tooMany).toBe(true);
  });

  test("are as many for preambles that change with every ticket, and no more", () => {
    const cutter = openChunkCutter();
    for (let ordinal = 0; ordinal < 5_000; ordinal++) {
      cutter.preamble(`header ${ordinal}`);
      cutter.add({ ordinal, byteStart: ordinal, byteEnd: ordinal + 1, adjacent: false });
    }
    expect(cutter.tooMany()).toBe(true);
    const { chunks, preambles } = cutter.cut();
    expect(chunks.length).toBe(2_000);
    expect(preambles?.length).toBe(2_001);
  });
});
