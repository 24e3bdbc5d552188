import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  type FileProblem,
  type SettlementPayout,
  type SettlementRow,
  settlementPayoutSchema,
  settlementRowSchema,
  UnreadableSettlementFile,
} from "#domain/settlement";
import type { SettlementReadSettings, SettlementSource, SettlementSummary } from "#ports/settlement-source";
import { seededRandom } from "../fixtures/seeded-random.ts";

/** What a whole file tells, or why nothing of it may be taken in. */
export interface FileRead {
  readonly rows: readonly SettlementRow[];
  readonly payouts: readonly SettlementPayout[];
  readonly problems: readonly FileProblem[];
  /** Undefined when the reader threw. */
  readonly summary: SettlementSummary | undefined;
  readonly error: UnreadableSettlementFile | undefined;
}

export interface GoldenFile {
  /**
   * Below test/fixtures/settlements; beside it lies `<file>.expected.json`, written by hand: `{rows, payouts}` without source and account,
   * which all share, and without ids that are derived;
   * a payout's row id that is derived is DERIVED.
   */
  readonly file: string;
  readonly settings: SettlementReadSettings;
}

export interface SettlementSourceCase {
  readonly source: SettlementSource;
  readonly golden: readonly GoldenFile[];
  /** Golden files of other formats: none of them may be recognised. */
  readonly foreign: readonly string[];
  /** Text of the first golden file → the same with one amount changed, so that something does not add up. */
  readonly unbalance: (text: string) => string;
  /** Columns without which the first golden file cannot be read; none for a format without a header. */
  readonly neededColumns: readonly string[];
  /** Does a file that ends within it always show that it is cut? False: an end between two rows looks like a shorter file. */
  readonly showsItsEnd: boolean;
  /** May rows stand in any order? */
  readonly anyOrder: boolean;
}

const folder = path.join(import.meta.dirname, "../fixtures/settlements");

export function fixture(file: string): Uint8Array {
  return readFileSync(path.join(folder, file));
}

/** Reads a file in pieces of this many bytes. */
export function readSettlement(
  source: SettlementSource,
  settings: SettlementReadSettings,
  bytes: Uint8Array,
  piece = bytes.length || 1,
): FileRead {
  const rows: SettlementRow[] = [];
  const payouts: SettlementPayout[] = [];
  const problems: FileProblem[] = [];
  try {
    const reader = source.open(settings, {
      row: (row) => void rows.push(row),
      payout: (payout) => void payouts.push(payout),
      problem: (problem) => void problems.push(problem),
    });
    for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.slice(at, at + piece));
    return { rows, payouts, problems, summary: reader.end(), error: undefined };
  } catch (error) {
    if (error instanceof UnreadableSettlementFile) return { rows, payouts, problems, summary: undefined, error };
    throw error;
  }
}

/** A row or payout as the files of expected ones write it. */
function asWritten(told: SettlementRow | SettlementPayout): object {
  const { source: _source, account: _account, ...rest } = told;
  if (!("idFrom" in rest)) return rest;
  const { id, idFrom, ...row } = rest;
  return idFrom === "stated" ? { id, ...row } : row;
}

/** Nothing of such a file may be taken in. */
function isHeld({ summary }: FileRead): boolean {
  return summary === undefined || summary.held;
}

export function settlementSourceContract({
  source,
  golden,
  foreign,
  unbalance,
  neededColumns,
  showsItsEnd,
  anyOrder,
}: SettlementSourceCase): void {
  const first = golden[0]!;
  const whole = fixture(first.file);
  const wholeRead = () => readSettlement(source, first.settings, whole);

  describe(`settlement source ${source.name}`, () => {
    test.each(golden)("reads $file as its expected rows and payouts, wherever the bytes are cut", ({ file, settings }) => {
      const expected = JSON.parse(readFileSync(path.join(folder, `${file}.expected.json`), "utf8"));
      const bytes = fixture(file);
      for (const piece of [bytes.length, 1, 7, 1000]) {
        const read = readSettlement(source, settings, bytes, piece);
        expect(read.error?.message).toBeUndefined();
        expect(read.problems.filter(({ holds }) => holds === "file")).toEqual([]);
        const derived = new Set(read.rows.filter(({ idFrom }) => idFrom === "derived").map(({ id }) => id));
        const payouts = read.payouts.map((payout) => asWritten(derived.has(payout.rowId ?? "") ? { ...payout, rowId: "DERIVED" } : payout));
        expect({ rows: read.rows.map(asWritten), payouts }).toEqual(expected);
        expect(read.summary).toMatchObject({ rows: expected.rows.length, payouts: expected.payouts.length, held: false });
      }
    });

    test.each(golden)(
      "tells of $file only rows and payouts of the contract's shape, each with gross − fees = net",
      ({ file, settings }) => {
        const { rows, payouts } = readSettlement(source, settings, fixture(file));
        expect(rows.length).toBeGreaterThan(0);
        for (const row of rows) {
          expect(settlementRowSchema.parse(row)).toEqual(row);
          expect([row.source, row.account]).toEqual([source.source, settings.account]);
          expect(row.gross - row.fees.reduce((sum, fee) => sum + fee.amount, 0)).toBe(row.net);
        }
        for (const payout of payouts) expect(settlementPayoutSchema.parse(payout)).toEqual(payout);
        expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
      },
    );

    test("recognises its own files by their beginning, and none of the other formats", () => {
      for (const { file } of golden) expect([file, source.recognises(fixture(file).subarray(0, 4096))]).toEqual([file, true]);
      for (const file of foreign) expect([file, source.recognises(fixture(file).subarray(0, 4096))]).toEqual([file, false]);
      for (const head of ["", "\n", "<xml/>", "hello", "{}", "[]"]) {
        expect([head, source.recognises(new TextEncoder().encode(head))]).toEqual([head, false]);
      }
    });

    test("reads a file with a byte order mark like one without", () => {
      const marked = new Uint8Array([0xef, 0xbb, 0xbf, ...whole]);
      const { rows, error } = readSettlement(source, first.settings, marked);
      expect(error?.message).toBeUndefined();
      expect(rows).toEqual(wholeRead().rows);
      expect(source.recognises(marked.subarray(0, 4096))).toBe(true);
    });

    test("holds an empty file", () => {
      for (const content of ["", "\n\n"]) {
        const read = readSettlement(source, first.settings, new TextEncoder().encode(content));
        expect(read.rows).toEqual([]);
        expect(read.error?.code).toBe("empty");
      }
    });

    test("holds a file of which one amount was changed, and says by how much it is off", () => {
      const text = new TextDecoder().decode(whole);
      const changed = unbalance(text);
      expect(changed).not.toBe(text);
      const read = readSettlement(source, first.settings, new TextEncoder().encode(changed));
      expect(isHeld(read)).toBe(true);
      const named = read.problems.filter(({ holds, problem }) => holds === "file" && problem.amount !== undefined && problem.amount !== 0);
      expect(named.length).toBeGreaterThan(0);
      for (const { problem } of named) expect(problem.currency).toMatch(/^[A-Z]{3}$/);
    });

    test("holds a file in a currency in which the account does not settle", () => {
      const read = readSettlement(source, { ...first.settings, currencies: ["ISK"] }, whole);
      expect(read.rows).toEqual([]);
      expect(isHeld(read)).toBe(true);
      expect(read.problems.map(({ problem }) => problem.class)).toContain("money.currency-mismatch");
    });

    if (neededColumns.length > 0)
      test("refuses a file without one of its columns, naming the column", () => {
        const text = new TextDecoder().decode(whole);
        for (const column of neededColumns) {
          expect(text).toContain(column);
          const read = readSettlement(source, first.settings, new TextEncoder().encode(text.replace(column, `${column}x`)));
          expect([column, read.error?.code]).toEqual([column, "columns"]);
          expect(read.error?.message).toContain(column);
          expect(read.rows).toEqual([]);
        }
      });

    test("a file that is cut off anywhere is held, or tells only rows of the whole file", () => {
      const rows = new Set(wholeRead().rows.map((row) => JSON.stringify(row)));
      let held = 0;
      for (let end = 0; end < whole.length - 1; end++) {
        const read = readSettlement(source, first.settings, whole.slice(0, end));
        if (isHeld(read)) held++;
        else {
          if (showsItsEnd) throw new Error(`cut after byte ${end} it was taken in`);
          for (const row of read.rows) if (!rows.has(JSON.stringify(row))) throw new Error(`cut after byte ${end}: ${JSON.stringify(row)}`);
        }
      }
      expect(held).toBeGreaterThan(whole.length * 0.9);
    });

    if (anyOrder)
      test("tells the same rows whatever order they stand in", () => {
        const random = seededRandom(7);
        const [header = "", ...lines] = new TextDecoder().decode(whole).trimEnd().split("\n");
        const ids = (read: FileRead) => read.rows.map(({ id }) => id).sort();
        const expected = ids(wholeRead());
        for (let round = 0; round < 20; round++) {
          const shuffled = random.shuffled(lines);
          const read = readSettlement(source, first.settings, new TextEncoder().encode(`${[header, ...shuffled].join("\n")}\n`));
          expect(read.error?.message).toBeUndefined();
          expect(ids(read)).toEqual(expected);
        }
      });

    test("survives any damage: it answers, and what it does not hold still adds up", () => {
      let held = 0;
      for (let seed = 1; seed <= 400; seed++) {
        const damaged = seededRandom(seed).damaged(whole);
        const read = readSettlement(source, first.settings, damaged, 64);
        if (isHeld(read)) held++;
        else {
          for (const row of read.rows) {
            expect(settlementRowSchema.safeParse(row).success).toBe(true);
            expect(row.gross - row.fees.reduce((sum, fee) => sum + fee.amount, 0)).toBe(row.net);
          }
        }
      }
      // Damage in a column that is not read changes nothing, so not every file is held.
      expect(held).toBeGreaterThan(40);
    });

    test("tells the same of the same file, every time", () => {
      const [one, two] = [wholeRead(), wholeRead()];
      expect(one.rows).toEqual(two.rows);
      expect(one.payouts).toEqual(two.payouts);
    });
  });
}
