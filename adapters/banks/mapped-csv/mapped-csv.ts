import { Invalid } from "#domain/failures";
import { formatMinorUnits } from "#domain/money";
import {
  type BankCsvMapping,
  BankIntake,
  bankCsvMappingSchema,
  CellProblem,
  type Cells,
  hasColumns,
  mappedAmount,
  mappedCurrency,
  RunningBalances,
  remittanceCharactersMax,
  shapeProblem,
  statedDay,
  type TableFormat,
  TableReader,
  yearFirst,
} from "#domain/settlement";
import type { BankFileSummary, BankHandlers, BankReadSettings, BankStatementFormat, BankStatementReader } from "#ports/bank-statement";

/** Columns are known by their headers: the mapping says what they are for. */
type Column = string;

/**
 * A format that reads the CSV of bank lines that `mapping` (data, such as a parsed JSON file) describes. An export has no statements: the
 * lines of one account and day stand for one. Throws Invalid when the mapping is none.
 */
export function mappedBankCsv(mapping: unknown): BankStatementFormat {
  const parsed = bankCsvMappingSchema.safeParse(mapping);
  if (!parsed.success) {
    throw new Invalid(`the CSV mapping cannot be used: ${shapeProblem(parsed.error)}. docs/settlements.md describes it.`);
  }
  const data = parsed.data;
  const format = formatOf(data);
  return {
    name: data.name,
    recognises: (head) => hasColumns(format, head),
    open: (settings, handlers) => new MappedBankCsv(data, format, settings, handlers),
  };
}

/** What the lines of one account and day came to. `first` and `last` in the order of the file. */
interface Day {
  readonly account: string;
  readonly currency: string;
  readonly on: string;
  readonly line: number;
  lines: number;
  sum: number;
  readonly first: { readonly amount: number; readonly balance: number | undefined };
  last: { readonly amount: number; readonly balance: number | undefined };
}

class MappedBankCsv implements BankStatementReader {
  readonly #mapping: BankCsvMapping;
  readonly #settings: BankReadSettings;
  readonly #intake: BankIntake;
  readonly #table: TableReader<Column>;
  readonly #balances = new RunningBalances();
  readonly #days = new Map<string, Day>();

  constructor(mapping: BankCsvMapping, format: TableFormat<Column>, settings: BankReadSettings, handlers: BankHandlers) {
    this.#mapping = mapping;
    this.#settings = settings;
    this.#intake = new BankIntake(mapping.name, settings, handlers);
    this.#table = new TableReader(format, {
      row: (cells) => this.#line(cells),
      problem: (problemClass, code, message, place) => this.#intake.hold(problemClass, code, message, place),
    });
  }

  push(bytes: Uint8Array): void {
    this.#table.push(bytes);
  }

  end(): BankFileSummary {
    this.#table.end();
    const gaps = this.#balances.gaps();
    for (const { difference, currency, place } of gaps) {
      this.#intake.hold(
        "source.control-total",
        "running-balance",
        `the balance is off by ${formatMinorUnits(difference, currency)} ${currency} here: lines are missing before or behind it; export the whole period again`,
        place,
        { amount: difference, currency },
      );
    }
    for (const day of this.#days.values()) this.#statement(day, gaps.length === 0);
    return this.#intake.summary();
  }

  #line(cells: Cells<Column>): void {
    const { columns, numbers } = this.#mapping;
    const place = { line: cells.line };
    const currency = mappedCurrency(cells, columns.currency, this.#mapping.currency ?? this.#settings.currency);
    const account = (columns.account === undefined ? (this.#settings.account ?? "") : cells.needed(columns.account)).replace(/\s+/g, "");
    if (account === "")
      throw new CellProblem(
        "data.missing",
        "account",
        undefined,
        "neither the file nor its settings name the account; state it in the settings",
      );
    const amount = mappedAmount(cells, typeof columns.amount === "string" ? { signed: columns.amount } : columns.amount, currency, numbers);
    if (amount === undefined) throw new CellProblem("data.missing", "amount", undefined, "the line has no amount; export the file again");
    const bookedOn = this.#day(cells, columns.bookedOn);
    const valueOn = columns.valueOn === undefined || cells.text(columns.valueOn) === "" ? undefined : this.#day(cells, columns.valueOn);
    const balance = columns.balance === undefined ? undefined : mappedAmount(cells, { signed: columns.balance }, currency, numbers);
    const stated = (column: Column | undefined) => (column === undefined ? undefined : cells.stated(column)?.slice(0, 255));
    const references = Object.fromEntries(
      (["endToEndId", "bankReference", "customerReference"] as const).flatMap((name) => {
        const text = stated(columns[name]);
        return text === undefined ? [] : [[name, text]];
      }),
    );
    const remittance = (this.#mapping.remittance ?? [])
      .map((column) => cells.text(column))
      .join(" ")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, remittanceCharactersMax);
    const [counterparty, counterpartyAccount, bankCode] = [columns.counterparty, columns.counterpartyAccount, columns.bankCode].map(stated);
    this.#intake.line(
      {
        // Exports overlap: what tells a line apart is all that it states, and not the file that it stands in.
        identity: { bookedOn, valueOn: valueOn ?? "", amount, currency, remittance, counterparty: counterparty ?? "", ...references },
        account,
        statementId: bookedOn,
        bookedOn,
        ...(valueOn === undefined ? {} : { valueOn }),
        amount,
        currency,
        references,
        ...(remittance === "" ? {} : { remittance }),
        ...(counterparty === undefined ? {} : { counterparty }),
        ...(counterpartyAccount === undefined ? {} : { counterpartyAccount }),
        ...(bankCode === undefined ? {} : { bankCode }),
      },
      place,
    );
    if (balance !== undefined) this.#balances.add(`${account} ${currency}`, currency, amount, balance, place);
    const key = `${account} ${currency} ${bookedOn}`;
    const day = this.#days.get(key);
    if (day === undefined) {
      this.#days.set(key, {
        account,
        currency,
        on: bookedOn,
        line: cells.line,
        lines: 1,
        sum: amount,
        first: { amount, balance },
        last: { amount, balance },
      });
    } else {
      day.lines++;
      day.sum += amount;
      day.last = { amount, balance };
    }
  }

  /** Balances of a day are told when the running balance proves them. */
  #statement({ account, currency, on, line, lines, sum, first, last }: Day, proven: boolean): void {
    if (!Number.isSafeInteger(sum)) {
      this.#intake.hold("data.value", "turnover", "the lines of this day add up to more than can be added exactly", { line });
      return;
    }
    const [oldest, newest] = this.#balances.newestFirst ? [last, first] : [first, last];
    const closing = proven ? newest.balance : undefined;
    const opening = proven && oldest.balance !== undefined ? oldest.balance - oldest.amount : undefined;
    this.#intake.statement(
      {
        account,
        id: on,
        currency,
        ...(opening === undefined ? {} : { opening: { amount: opening, on } }),
        ...(closing === undefined ? {} : { closing: { amount: closing, on } }),
        from: on,
        to: on,
        lines,
      },
      sum,
      { line },
    );
  }

  #day(cells: Cells<Column>, column: Column): string {
    cells.needed(column);
    return cells.read(column, (text) => statedDay(yearFirst(text, this.#mapping.dates)));
  }
}

function formatOf(mapping: BankCsvMapping): TableFormat<Column> {
  const { columns, remittance = [] } = mapping;
  const needed = [
    ...Object.values(columns).flatMap((column) => (typeof column === "string" ? [column] : Object.values(column ?? {}))),
    ...remittance,
  ];
  return {
    what: `a file of the mapping ${mapping.name}`,
    columns: Object.fromEntries(
      needed.map((column) => [column, { names: [column], ...(column === columns.currency ? { cutShows: true } : {}) }]),
    ),
    delimiters: mapping.delimiters ?? [",", ";", "\t"],
    encoding: mapping.encoding ?? "utf-8-or-windows-1252",
  };
}
