import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  type BankLine,
  type BankStatement,
  bankLineSchema,
  bankStatementSchema,
  type FileProblem,
  UnreadableSettlementFile,
} from "#domain/settlement";
import type { BankFileSummary, BankReadSettings, BankStatementFormat } from "#ports/bank-statement";
import { seededRandom } from "../fixtures/seeded-random.ts";

interface BankFileRead {
  readonly lines: readonly BankLine[];
  readonly statements: readonly BankStatement[];
  readonly problems: readonly FileProblem[];
  /** Undefined when the reader threw. */
  readonly summary: BankFileSummary | undefined;
  readonly error: UnreadableSettlementFile | undefined;
}

interface BankStatementCase {
  readonly format: BankStatementFormat;
  /** Below test/fixtures/banks; beside each lies `<file>.expected.json`, written by hand: `{lines, statements}` without ids of lines and source. */
  readonly golden: readonly { readonly file: string; readonly settings: BankReadSettings }[];
  readonly foreign: readonly string[];
  /** Text of the first golden file → the same with one amount changed. */
  readonly unbalance: (text: string) => string;
  /** False when an end between two lines looks like a shorter file. */
  readonly showsItsEnd: boolean;
  /** True when the file itself names its account. */
  readonly namesAccount: boolean;
}

const folder = path.join(import.meta.dirname, "../fixtures/banks");

export function bankFixture(file: string): Uint8Array {
  return readFileSync(path.join(folder, file));
}

export function readBankFile(
  format: BankStatementFormat,
  settings: BankReadSettings,
  bytes: Uint8Array,
  piece = bytes.length || 1,
): BankFileRead {
  const lines: BankLine[] = [];
  const statements: BankStatement[] = [];
  const problems: FileProblem[] = [];
  try {
    const reader = format.open(settings, {
      line: (line) => void lines.push(line),
      statement: (statement) => void statements.push(statement),
      problem: (problem) => void problems.push(problem),
    });
    for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.slice(at, at + piece));
    return { lines, statements, problems, summary: reader.end(), error: undefined };
  } catch (error) {
    if (error instanceof UnreadableSettlementFile) return { lines, statements, problems, summary: undefined, error };
    throw error;
  }
}

function isHeld({ summary }: BankFileRead): boolean {
  return summary === undefined || summary.held;
}

export function bankStatementContract({ format, golden, foreign, unbalance, showsItsEnd, namesAccount }: BankStatementCase): void {
  const first = golden[0]!;
  const whole = bankFixture(first.file);

  describe(`bank statement format ${format.name}`, () => {
    test.each(golden)("reads $file as its expected lines and statements, wherever the bytes are cut", ({ file, settings }) => {
      const expected = JSON.parse(readFileSync(path.join(folder, `${file}.expected.json`), "utf8"));
      const bytes = bankFixture(file);
      for (const piece of [bytes.length, 1, 7, 1000]) {
        const read = readBankFile(format, settings, bytes, piece);
        expect(read.error?.message).toBeUndefined();
        expect(read.problems.filter(({ holds }) => holds === "file")).toEqual([]);
        const lines = read.lines.map(({ source, id: _id, ...line }) => {
          expect(source).toBe(format.name);
          return line;
        });
        expect({ lines, statements: read.statements.map(({ source: _source, ...statement }) => statement) }).toEqual(expected);
        expect(read.summary).toMatchObject({ lines: expected.lines.length, statements: expected.statements.length, held: false });
      }
    });

    test.each(golden)("tells of $file only lines of the contract's shape, each with an id of its own", ({ file, settings }) => {
      const { lines, statements } = readBankFile(format, settings, bankFixture(file));
      for (const line of lines) expect(bankLineSchema.parse(line)).toEqual(line);
      for (const statement of statements) expect(bankStatementSchema.parse(statement)).toEqual(statement);
      expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
      expect(readBankFile(format, settings, bankFixture(file)).lines).toEqual(lines);
    });

    test("recognises its own files by their beginning, and none of the other formats", () => {
      for (const { file } of golden) expect([file, format.recognises(bankFixture(file).subarray(0, 4096))]).toEqual([file, true]);
      for (const file of foreign) expect([file, format.recognises(bankFixture(file).subarray(0, 4096))]).toEqual([file, false]);
      for (const head of ["", "\n", "<xml/>", "hello", "{}"]) {
        expect([head, format.recognises(new TextEncoder().encode(head))]).toEqual([head, false]);
      }
    });

    test("holds an empty file", () => {
      expect(readBankFile(format, first.settings, new Uint8Array(0)).error?.code).toBe("empty");
      expect(readBankFile(format, first.settings, new TextEncoder().encode("\n \n")).summary).toBeUndefined();
    });

    test("holds a statement of which one amount was changed, and says by how much it is off", () => {
      // Byte by byte, whatever the encoding.
      const text = Buffer.from(whole).toString("latin1");
      const changed = unbalance(text);
      expect(changed).not.toBe(text);
      const read = readBankFile(format, first.settings, Buffer.from(changed, "latin1"));
      expect(isHeld(read)).toBe(true);
      const off = read.problems.filter(({ problem }) => problem.class === "source.control-total");
      expect(off.length).toBeGreaterThan(0);
      for (const { problem } of off) expect([problem.amount !== 0, problem.currency?.length]).toEqual([true, 3]);
    });

    if (namesAccount) {
      test("holds a statement of another account", () => {
        const read = readBankFile(format, { ...first.settings, account: "DE00000000000000000000" }, whole);
        expect(isHeld(read)).toBe(true);
        expect(read.problems.map(({ problem }) => problem.code)).toContain("account");
      });
    }

    test("a file that is cut off anywhere is held, or tells only lines of the whole file", () => {
      const lines = new Set(readBankFile(format, first.settings, whole).lines.map((line) => JSON.stringify(line)));
      for (let end = 0; end < whole.length - 4; end++) {
        const read = readBankFile(format, first.settings, whole.slice(0, end));
        if (isHeld(read)) continue;
        if (showsItsEnd) throw new Error(`cut after byte ${end} it was taken in`);
        for (const line of read.lines)
          if (!lines.has(JSON.stringify(line))) throw new Error(`cut after byte ${end}: ${JSON.stringify(line)}`);
      }
    });

    test("survives any damage: it answers, and what it does not hold still ties to its balances", () => {
      let held = 0;
      for (let seed = 1; seed <= 400; seed++) {
        const read = readBankFile(format, first.settings, seededRandom(seed).damaged(whole), 64);
        if (isHeld(read)) held++;
        else {
          for (const line of read.lines) expect(bankLineSchema.safeParse(line).success).toBe(true);
          for (const { id, account, opening, closing } of read.statements) {
            if (opening === undefined || closing === undefined) continue;
            const sum = read.lines
              .filter((line) => line.statementId === id && line.account === account)
              .reduce((total, { amount }) => total + amount, 0);
            expect(opening.amount + sum).toBe(closing.amount);
          }
        }
      }
      expect(held).toBeGreaterThan(40);
    });
  });
}
