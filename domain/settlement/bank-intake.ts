import { contentHash } from "#domain/canonical";
import type { ExceptionClass, Problem } from "#domain/exceptions";
import { isCurrency } from "#domain/money";
import { type BankLine, type BankStatement, bankLineSchema, bankStatementSchema } from "./bank-line.ts";
import type { FilePlace, FileProblem } from "./file-problem.ts";
import { checkStatement } from "./settlement-controls.ts";
import { shapeProblem } from "./shape-problem.ts";

const fileLinesMax = 1_000_000;
const problemsToldMax = 100;

/** As ports/bank-statement says them; stated here so that the gate needs no port. */
interface IntakeSettings {
  readonly account?: string;
}

interface IntakeHandlers {
  line(line: BankLine, place: FilePlace): void;
  statement(statement: BankStatement, place: FilePlace): void;
  problem(problem: FileProblem): void;
}

export type FoundLine = Omit<BankLine, "source" | "id"> & {
  /** What never changes in the line; two lines that agree in it are told apart by their number. */
  readonly identity: Readonly<Record<string, string | number>>;
};

/** The gate that each line and statement of a file passes, whatever its format. */
export class BankIntake {
  readonly #source: string;
  readonly #settings: IntakeSettings;
  readonly #handlers: IntakeHandlers;
  readonly #linesMax: number;
  readonly #occurrences = new Map<string, number>();
  readonly #statements = new Set<string>();
  #lines = 0;
  #told = 0;
  #problems = 0;
  #held = false;
  #tooLarge = false;

  constructor(source: string, settings: IntakeSettings, handlers: IntakeHandlers, linesMax = fileLinesMax) {
    this.#source = source;
    this.#settings = settings;
    this.#handlers = handlers;
    this.#linesMax = linesMax;
  }

  line({ identity, ...found }: FoundLine, place: FilePlace): void {
    const hash = contentHash({ account: found.account, ...identity }).slice(0, 32);
    const occurrence = (this.#occurrences.get(hash) ?? 0) + 1;
    this.#occurrences.set(hash, occurrence);
    const line: BankLine = { source: this.#source, id: occurrence === 1 ? hash : `${hash}.${occurrence}`, ...found };
    if (!isCurrency(line.currency)) {
      this.hold("data.value", "currency", `${JSON.stringify(line.currency.slice(0, 10))} is no ISO 4217 currency`, place);
      return;
    }
    const checked = bankLineSchema.safeParse(line);
    if (!checked.success) {
      this.hold("data.value", "line", shapeProblem(checked.error), place);
      return;
    }
    if (this.#lines >= this.#linesMax) {
      if (!this.#tooLarge)
        this.hold("transport.too-large", "lines", `the file has more than ${this.#linesMax} lines: have it split by date`, place);
      this.#tooLarge = true;
      return;
    }
    this.#lines++;
    this.#handlers.line(line, place);
  }

  /** `sum` is that of the statement's lines, minor units. */
  statement(found: Omit<BankStatement, "source">, sum: number, place: FilePlace): void {
    const statement: BankStatement = { source: this.#source, ...found };
    const checked = bankStatementSchema.safeParse(statement);
    if (!checked.success) {
      this.hold("data.value", "statement", shapeProblem(checked.error), place);
      return;
    }
    const { account } = this.#settings;
    if (account !== undefined && account !== statement.account) {
      this.hold(
        "data.value",
        "account",
        `statement ${statement.id.slice(0, 60)} is of account ${statement.account}, and the file is read for ${account}; drop it for the account it belongs to`,
        place,
      );
    }
    const key = `${statement.account} ${statement.id}`;
    if (this.#statements.has(key)) {
      this.hold(
        "data.duplicate",
        "statement-id",
        `statement ${statement.id.slice(0, 60)} is in the file twice; ask the bank for the file again`,
        place,
      );
    }
    this.#statements.add(key);
    for (const problem of checkStatement(statement, sum)) this.holdFor(problem, place);
    this.#told++;
    this.#handlers.statement(statement, place);
  }

  /** Tells what keeps the whole file from being taken in. `message` says what and what next, in lower case; the place comes before it. */
  hold(problemClass: ExceptionClass, code: string, message: string, place: FilePlace, money?: Pick<Problem, "amount" | "currency">): void {
    const where = `line ${place.line}${place.column === undefined ? "" : `, ${place.column}`}`;
    const cause = `${code} line ${place.line}${place.column === undefined ? "" : ` ${place.column}`}`;
    this.holdFor({ class: problemClass, code, cause, message: `${where}: ${message}. Nothing of the file is taken in.`, ...money }, place);
  }

  holdFor(problem: Problem, place: FilePlace): void {
    this.#held = true;
    this.#tell({ problem, holds: "file", place });
  }

  /** Tells what a person should know although all of the file may be taken in. */
  note(problemClass: ExceptionClass, code: string, message: string, place: FilePlace): void {
    this.#tell({
      problem: { class: problemClass, code, cause: `${code} line ${place.line}`, message: `line ${place.line}: ${message}.` },
      holds: "nothing",
      place,
    });
  }

  summary(): { lines: number; statements: number; problems: number; held: boolean } {
    return { lines: this.#lines, statements: this.#told, problems: this.#problems, held: this.#held };
  }

  #tell(problem: FileProblem): void {
    if (++this.#problems <= problemsToldMax) this.#handlers.problem(problem);
  }
}
