import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { businessDateIn, instantOf, localToInstant } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import { UnreadablePosFile } from "#domain/store-day";
import type { PosFormat, PosReadSettings, PosTransaction } from "#ports/pos-format";
import { seededRandom } from "../fixtures/seeded-random.ts";

export interface PosFormatCase {
  readonly format: PosFormat;
  /** Below test/fixtures: a file with tickets, and with what is none. */
  readonly golden: string;
  /** Below test/fixtures: files of other formats. */
  readonly others: readonly string[];
  /** Why a file that was cut off between two lines of a ticket cannot be told from a whole one. */
  readonly cutBetweenLines?: string;
}

const zone = "America/New_York";
const stores: Readonly<Record<string, string>> = { "101": "101", "0101": "101", LUNIT1: "101" };

export const readSettings: PosReadSettings = {
  storeNamed: (name) => stores[name],
  toInstant: (store, text) => (store === "101" ? localToInstant(zone, text) : instantOf(text)),
  businessDateOf: (store, text) => (store === "101" ? businessDateIn(zone, localToInstant(zone, text)) : undefined),
  currencyOf: (store) => (store === "101" ? "USD" : undefined),
  taxGroupToleranceMinorUnits: () => 1,
  fileHash: "ab".repeat(32),
};

export interface PosReading {
  readonly transactions: readonly PosTransaction[];
  /** What held for each transaction, by its ordinal. */
  readonly preambles: readonly (string | undefined)[];
  readonly problems: readonly string[];
  /** What batches stated, each behind the number of transactions that it closed after. */
  readonly batches: readonly unknown[];
  /** What the reader stated as it delivered each transaction. */
  readonly standings: readonly string[];
  readonly failure: UnreadablePosFile | undefined;
}

/** Reads bytes in pieces of a size, as one file; what cannot be read is a part of the answer. */
export function readPos(
  format: PosFormat,
  bytes: Uint8Array,
  pieceBytes = bytes.length || 1,
  settings = readSettings,
  offset = 0,
): PosReading {
  const transactions: PosTransaction[] = [];
  const preambles: (string | undefined)[] = [];
  const problems: string[] = [];
  const batches: unknown[] = [];
  const standings: string[] = [];
  let preamble: string | undefined;
  let failure: UnreadablePosFile | undefined;
  try {
    const reader = format.open(settings, {
      transaction(transaction) {
        transactions.push(transaction);
        preambles.push(preamble);
        standings.push(reader.standing());
      },
      batchOpened: () => void batches.push([transactions.length, "opened"]),
      batchClosed: (stated) => void batches.push([transactions.length, stated]),
      preamble: (text) => void (preamble = text),
      problem: (problem) => void problems.push(problem.code),
    });
    for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.slice(at, at + pieceBytes), offset + at);
    reader.end();
  } catch (error) {
    if (!(error instanceof UnreadablePosFile)) throw error;
    failure = error;
  }
  return { transactions, preambles, problems, batches, standings, failure };
}

/** What every adapter of ports/pos-format keeps. */
export function posFormatContract({ format, golden, others, cutBetweenLines }: PosFormatCase): void {
  const fixture = (name: string) => new Uint8Array(readFileSync(join(import.meta.dirname, "..", "fixtures", name)));
  const bytes = fixture(golden);
  const whole = readPos(format, bytes);
  const head = (content: Uint8Array) => content.subarray(0, 8_192);

  describe(`${format.name} as a POS format`, () => {
    test("it recognises its own file by the beginning, and no other one", () => {
      expect(format.recognises(head(bytes))).toBe(true);
      for (const other of others) expect([other, format.recognises(head(fixture(other)))]).toEqual([other, false]);
      for (const text of ["", "<", "{", "[1,2,3]", "hello", "\u0000\u0001\u0002", "a,b\n1,2\n"])
        expect(format.recognises(new TextEncoder().encode(text))).toBe(false);
    });

    test("every transaction is a ticket, an ignored basket or a named problem", () => {
      expect(whole.transactions.length).toBeGreaterThan(2);
      for (const { ordinal, document, ignored, issues } of whole.transactions) {
        const became = [document !== undefined && document.events.length > 0, ignored !== undefined, issues.length > 0];
        expect([ordinal, became.some(Boolean)]).toEqual([ordinal, true]);
      }
    });

    test.each([1, 7, 64, 4_096])("reads the same however the bytes are cut (%i at a time)", (pieceBytes) => {
      expect(readPos(format, bytes, pieceBytes)).toEqual(whole);
    });

    test("transactions lie behind each other in the file, counted from 0, and those that adjoin say so", () => {
      let end = 0;
      whole.transactions.forEach(({ byteStart, byteEnd, ordinal }, index) => {
        expect(ordinal).toBe(index);
        expect(byteStart).toBeGreaterThanOrEqual(end);
        expect(byteEnd).toBeGreaterThan(byteStart);
        expect(byteEnd).toBeLessThanOrEqual(bytes.length);
        end = byteEnd;
      });
    });

    test("each transaction reads alike from its own bytes alone, as a chunk does", () => {
      whole.transactions.forEach((transaction, index) => {
        const { byteStart, byteEnd, ordinal } = transaction;
        const preamble = whole.preambles[index];
        const settings = { ...readSettings, fragment: true, firstOrdinal: ordinal, ...(preamble === undefined ? {} : { preamble }) };
        const alone = readPos(format, bytes.slice(byteStart, byteEnd), undefined, settings, byteStart);
        expect(alone.failure).toBeUndefined();
        expect(alone.transactions.map(withoutAdjacent)).toEqual([withoutAdjacent(transaction)]);
      });
    });

    test("another reader goes on behind any transaction, told what the first one stated there", () => {
      const both = (reading: PosReading, from: number) => ({
        transactions: reading.transactions.slice(from),
        problems: reading.problems,
        failure: reading.failure,
        standings: reading.standings.slice(from),
      });
      // A cut file as well: where it ends must be told alike, with its byte, line and column.
      for (const content of [bytes, bytes.slice(0, Math.floor(bytes.length * 0.93))]) {
        const full = readPos(format, content);
        full.transactions.forEach(({ byteEnd }, index) => {
          const settings = { ...readSettings, standing: full.standings[index] ?? "" };
          const rest = readPos(format, content.slice(byteEnd), 4_096, settings, byteEnd);
          expect(both(rest, 0)).toEqual(both(full, index + 1));
        });
      }
    });

    test("a store stands under our id, whatever its tills call it", () => {
      const renamed = {
        ...readSettings,
        storeNamed: () => "777",
        toInstant: (_store: string, text: string) => localToInstant(zone, text),
        businessDateOf: (_store: string, text: string) => businessDateIn(zone, localToInstant(zone, text)),
        currencyOf: () => "USD",
      };
      const { transactions } = readPos(format, bytes, undefined, renamed);
      const numbered = transactions.filter(({ sequence }) => sequence !== undefined);
      expect(numbered.length).toBeGreaterThan(2);
      for (const { store, document } of numbered) {
        expect(store).toBe("777");
        expect(document?.shop).toBe("777");
        for (const event of document?.events ?? []) expect(event).toMatchObject({ store: "777" });
      }
    });

    test("what cannot be read is held in its ticket's own stream, or in its file's, and says what to do", () => {
      const held = whole.transactions.filter(({ document }) => document?.issues[0] !== undefined && document.events.length === 0);
      for (const { store, register, businessDate, sequence, ordinal, document } of held) {
        const named = sequence !== undefined;
        expect(document?.transaction).toBe(
          named ? `sale:pos:${store}:${register}:${businessDate}:${sequence}` : `file:pos:${"ab".repeat(32)}`,
        );
        const [issue] = document?.issues ?? [];
        expect(issue?.message).toMatch(
          named
            ? `ticket ${sequence} of register ${register}, store ${store}, ${businessDate}: `
            : new RegExp(
                `^Transaction ${ordinal + 1} of the file .* It lies at bytes \\d+ to \\d+\\. Ask the store system for it again`,
                "s",
              ),
        );
        if (named) expect(issue?.cause).toMatch(/@[0-9a-f]{16}$/);
      }
    });

    test("a run of transactions that adjoin reads as one range", () => {
      const first = whole.transactions.findIndex(({ adjacent }) => adjacent) - 1;
      expect(first).toBeGreaterThanOrEqual(0);
      const pair = whole.transactions.slice(first, first + 2);
      const [start = 0, end = 0] = [pair[0]?.byteStart, pair[1]?.byteEnd];
      const preamble = whole.preambles[first];
      const settings = { ...readSettings, fragment: true, firstOrdinal: first, ...(preamble === undefined ? {} : { preamble }) };
      const run = readPos(format, bytes.slice(start, end), 11, settings, start);
      expect(run.transactions.map(withoutAdjacent)).toEqual(pair.map(withoutAdjacent));
    });

    test("a file that ends anywhere delivers nothing that the whole one does not hold", () => {
      const known = new Set(whole.transactions.map(({ document, ignored }) => contentHash([document?.events ?? [], ignored ?? ""])));
      for (let end = 0; end < bytes.length; end += end < 400 ? 1 : 13) {
        if (cutBetweenLines !== undefined && bytes[end - 1] === 0x0a) continue;
        const cut = readPos(format, bytes.slice(0, end));
        const made = cut.transactions.filter(({ document, issues }) => (document?.events.length ?? 0) > 0 && issues.length === 0);
        for (const { document } of made) expect([end, known.has(contentHash([document?.events ?? [], ""]))]).toEqual([end, true]);
        if (cut.failure !== undefined) expect([end, cut.failure.line > 0, (cut.failure.column ?? 0) > 0]).toEqual([end, true, true]);
      }
    });

    test("bytes that were changed, moved or doubled at random end in a reading or a named place, and never in a crash", () => {
      const random = seededRandom(20261127);
      for (let round = 0; round < 300; round++) {
        const text = new Uint8Array(random.damaged(bytes));
        for (let change = 0; change < random.below(3); change++) {
          text.copyWithin(random.below(text.length), random.below(text.length), random.below(text.length));
          text.fill(0x22, random.below(text.length), random.below(text.length));
        }
        const { transactions } = readPos(format, text, 1 + random.below(500));
        for (const { document, ignored, issues } of transactions)
          expect((document?.events.length ?? 0) > 0 || ignored !== undefined || issues.length > 0).toBe(true);
      }
    });

    test("a reader that has failed takes nothing more", () => {
      const reader = format.open(readSettings, { transaction: () => {} });
      const bad = new Uint8Array([0xff, 0xfe, 0x00, 0x3c, 0x0a, 0x3e]);
      expect(() => {
        reader.push(bad, 0);
        reader.push(bytes, bad.length);
        reader.end();
      }).toThrow(UnreadablePosFile);
      expect(() => reader.push(bytes, 10_000_000)).toThrow(UnreadablePosFile);
    });
  });
}

function withoutAdjacent({ adjacent: _, ...transaction }: PosTransaction): Omit<PosTransaction, "adjacent"> {
  return transaction;
}
