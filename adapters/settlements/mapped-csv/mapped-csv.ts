import { Invalid } from "#domain/failures";
import type { MinorUnits } from "#domain/money";
import {
  type AmountKeys,
  byTypeKey,
  CellProblem,
  type Cells,
  hasColumns,
  mappedAmount,
  mappedCurrency,
  openInMapping,
  PayoutCollector,
  type RowTreatment,
  type SettlementCsvMapping,
  SettlementIntake,
  settlementCsvMappingSchema,
  shapeProblem,
  statedDay,
  statedInstant,
  statedMeans,
  type TableFormat,
  TableReader,
  typeKey,
  yearFirst,
} from "#domain/settlement";
import type {
  SettlementHandlers,
  SettlementReader,
  SettlementReadSettings,
  SettlementSource,
  SettlementSummary,
} from "#ports/settlement-source";

/** Columns are known by their headers: the mapping says what they are for. */
type Column = string;

/**
 * A source that reads the CSV that `mapping` (data, such as a parsed JSON file) describes. Throws Invalid when the mapping is none, or
 * leaves open what a row needs.
 */
export function mappedCsvSource(mapping: unknown): SettlementSource {
  const parsed = settlementCsvMappingSchema.safeParse(mapping);
  if (!parsed.success) {
    throw new Invalid(`the CSV mapping cannot be used: ${shapeProblem(parsed.error)}. docs/settlements.md describes it.`);
  }
  const data = parsed.data;
  const open = openInMapping(data);
  if (open.length > 0) throw new Invalid(`the CSV mapping ${data.name} leaves open: ${open.join("; ")}. docs/settlements.md describes it.`);
  const format = formatOf(data);
  return {
    name: data.name,
    source: data.source,
    recognises: (head) => hasColumns(format, head),
    open: (settings, handlers) => new MappedCsv(data, format, settings, handlers),
  };
}

class MappedCsv implements SettlementReader {
  readonly #mapping: SettlementCsvMapping;
  readonly #types: ReadonlyMap<string, RowTreatment>;
  readonly #settings: SettlementReadSettings;
  readonly #intake: SettlementIntake;
  readonly #payouts: PayoutCollector;
  readonly #table: TableReader<Column>;

  constructor(mapping: SettlementCsvMapping, format: TableFormat<Column>, settings: SettlementReadSettings, handlers: SettlementHandlers) {
    this.#mapping = mapping;
    this.#types = byTypeKey(
      Object.entries(mapping.types).map(([type, { class: rowClass, nature }]) => [
        type,
        { class: rowClass, ...(nature === undefined ? {} : { nature }) },
      ]),
    );
    this.#settings = settings;
    this.#intake = new SettlementIntake(mapping.source, settings, handlers);
    this.#payouts = new PayoutCollector(this.#intake);
    this.#table = new TableReader(format, {
      row: (cells) => this.#row(cells),
      problem: (problemClass, code, message, place) => this.#intake.hold(problemClass, code, message, place),
    });
  }

  push(bytes: Uint8Array): void {
    this.#table.push(bytes);
  }

  end(): SettlementSummary {
    this.#table.end();
    this.#payouts.end();
    return this.#intake.summary();
  }

  #row(cells: Cells<Column>): void {
    const { columns, identity, fees = [], numbers, dates } = this.#mapping;
    const place = { line: cells.line };
    const currency = mappedCurrency(cells, columns.currency, this.#mapping.currency);
    const parts = fees.flatMap(({ name, column, cost }) => {
      const amount = mappedAmount(cells, { signed: column }, currency, numbers) ?? 0;
      return amount === 0 ? [] : [{ name, amount: cost === "positive" ? amount : -amount }];
    });
    const { gross, net } = this.#amounts(
      cells,
      currency,
      parts.reduce((sum, { amount }) => sum + amount, 0),
    );
    const type = cells.needed(columns.type);
    cells.needed(columns.occurredAt);
    const occurredAt = cells.read(columns.occurredAt, (text) => {
      const time = columns.time === undefined ? "" : ` ${cells.text(columns.time)}`;
      return statedInstant(
        `${yearFirst(text, dates)}${time}`,
        this.#settings.timeZone,
        columns.timeZone === undefined ? "" : cells.text(columns.timeZone),
      );
    });
    const payoutId = columns.payoutId === undefined ? undefined : cells.stated(columns.payoutId);
    const issuedOn = payoutId === undefined ? undefined : this.#day(cells, columns.payoutDate ?? "");
    const presentment = this.#presentment(cells, gross);
    const rows = this.#intake.row(
      {
        ...(columns.id === undefined
          ? { identity: Object.fromEntries((identity ?? []).map((column) => [column, cells.text(column)])) }
          : { id: cells.needed(columns.id) }),
        ...(payoutId === undefined ? {} : { payoutId }),
        type,
        treatment: this.#types.get(typeKey(type)) ?? null,
        gross,
        fees: parts,
        net,
        currency,
        ...(presentment === undefined ? {} : { presentment }),
        references: Object.fromEntries(
          Object.entries(this.#mapping.references ?? {}).flatMap(([name, column]) => {
            const text = column === undefined ? undefined : cells.stated(column);
            return text === undefined ? [] : [[name, text]];
          }),
        ),
        occurredAt,
        ...statedMeans(cells, columns),
        ...(columns.availableOn === undefined || cells.text(columns.availableOn) === ""
          ? {}
          : { availableOn: this.#day(cells, columns.availableOn) }),
      },
      place,
    );
    if (issuedOn === undefined) return;
    for (const row of rows) this.#payouts.add(row, { status: "paid", issuedOn }, place);
  }

  /** What is not stated of gross and net follows from the other one; what both state must add up (the intake checks). */
  #amounts(cells: Cells<Column>, currency: string, fees: MinorUnits): { gross: MinorUnits; net: MinorUnits } {
    const { columns, numbers } = this.#mapping;
    const read = (columns_: typeof columns.gross) =>
      columns_ === undefined ? undefined : mappedAmount(cells, keysOf(columns_), currency, numbers);
    const [gross, net] = [read(columns.gross), read(columns.net)];
    if (gross !== undefined) return { gross, net: net ?? gross - fees };
    if (net !== undefined) return { gross: net + fees, net };
    throw new CellProblem("data.missing", "amount", undefined, "the row states neither gross nor net; have the file exported again");
  }

  #presentment(cells: Cells<Column>, gross: MinorUnits): { amount: MinorUnits; currency: string } | undefined {
    const { presentmentAmount, presentmentCurrency } = this.#mapping.columns;
    if (presentmentAmount === undefined || cells.text(presentmentAmount) === "") return undefined;
    const currency = mappedCurrency(cells, presentmentCurrency, undefined);
    const amount = Math.abs(mappedAmount(cells, { signed: presentmentAmount }, currency, this.#mapping.numbers) ?? 0);
    return { amount: gross < 0 && amount !== 0 ? -amount : amount, currency };
  }

  #day(cells: Cells<Column>, column: Column): string {
    cells.needed(column);
    return cells.read(column, (text) => statedDay(yearFirst(text, this.#mapping.dates)));
  }
}

function keysOf(columns: string | { readonly credit: string; readonly debit: string }): AmountKeys<Column> {
  return typeof columns === "string" ? { signed: columns } : columns;
}

function formatOf(mapping: SettlementCsvMapping): TableFormat<Column> {
  const { columns, references = {}, fees = [], identity = [] } = mapping;
  const needed = [
    ...Object.values(columns).flatMap((column) => (typeof column === "string" ? [column] : Object.values(column ?? {}))),
    ...fees.map(({ column }) => column),
    ...identity,
  ];
  const optional = Object.values(references).filter((column) => column !== undefined && !needed.includes(column)) as string[];
  return {
    what: `a file of the mapping ${mapping.name}`,
    columns: Object.fromEntries([
      ...needed.map((column) => [column, { names: [column], ...(column === columns.currency ? { cutShows: true } : {}) }]),
      ...optional.map((column) => [column, { names: [column], optional: true }]),
    ]),
    delimiters: mapping.delimiters ?? [",", ";", "\t"],
    encoding: mapping.encoding ?? "utf-8",
  };
}
