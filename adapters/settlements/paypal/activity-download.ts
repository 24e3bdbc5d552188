import { formatMinorUnits, type MinorUnits } from "#domain/money";
import {
  CellProblem,
  type Cells,
  type FilePlace,
  hasColumns,
  paypalSent,
  RunningBalances,
  SettlementIntake,
  type SettlementRow,
  statedCurrency,
  statedInstant,
  type TableFormat,
  TableReader,
  treatmentOf,
  UnreadableSettlementFile,
} from "#domain/settlement";
import type {
  SettlementHandlers,
  SettlementReader,
  SettlementReadSettings,
  SettlementSource,
  SettlementSummary,
} from "#ports/settlement-source";
import { type ActivityColumn, type ActivityLanguage, activityLanguages } from "./activity-languages.ts";

const optionalColumns: ReadonlySet<ActivityColumn> = new Set(["referenceId", "invoice", "balance", "eventCode", "impact"]);
type DateOrder = "day-first" | "month-first";

const formats: readonly { readonly language: ActivityLanguage; readonly format: TableFormat<ActivityColumn> }[] = activityLanguages.map(
  (language) => ({
    language,
    format: {
      what: "a PayPal activity download",
      columns: Object.fromEntries(
        Object.entries(language.columns).map(([key, names]) => [
          key,
          { names, ...(optionalColumns.has(key as ActivityColumn) ? { optional: true } : {}) },
        ]),
      ) as TableFormat<ActivityColumn>["columns"],
      delimiters: [",", "\t", ";"],
      encoding: "utf-8-or-windows-1252",
    },
  }),
);

/**
 * PayPal's activity download, in the language of whoever made it: signed amounts with the separators of that language, one running balance
 * per currency. Rows without effect on the balance (Memo) and pending ones are no money yet and are left out. Where the balance is stated,
 * each row must lead from the balance before it to its own: a download that leaves out some kinds of transactions is held. One without the
 * column "Balance Impact" is read when each row states the balance behind it, which then proves that the row moved money.
 */
export const paypalActivityDownload: SettlementSource = {
  name: "paypal-activity-download",
  source: "paypal",
  recognises: (head) => formats.some(({ format }) => hasColumns(format, head)),
  open: (settings, handlers) => new ActivityDownload(settings, handlers),
};

const headBytes = 65_536;

class ActivityDownload implements SettlementReader {
  readonly #settings: SettlementReadSettings;
  readonly #intake: SettlementIntake;
  #head: Uint8Array | undefined = new Uint8Array(0);
  #table: TableReader<ActivityColumn> | undefined;
  #dateOrder: DateOrder | undefined;
  /** Rows whose dates can be read in both orders wait for one that cannot. */
  #waiting: Cells<ActivityColumn>[] = [];
  readonly #balances = new RunningBalances();

  constructor(settings: SettlementReadSettings, handlers: SettlementHandlers) {
    this.#settings = settings;
    this.#intake = new SettlementIntake("paypal", settings, handlers);
  }

  push(bytes: Uint8Array): void {
    if (this.#table !== undefined) {
      this.#table.push(bytes);
      return;
    }
    const head = new Uint8Array((this.#head?.length ?? 0) + bytes.length);
    head.set(this.#head ?? []);
    head.set(bytes, this.#head?.length ?? 0);
    this.#head = head;
    // The language shows in the header line.
    if (head.length >= headBytes || /[\r\n]./s.test(new TextDecoder("windows-1252").decode(head).trimStart())) this.#open(head);
  }

  end(): SettlementSummary {
    if (this.#table === undefined) this.#open(this.#head ?? new Uint8Array(0));
    this.#table?.end();
    if (this.#waiting.length > 0) this.#undecided();
    for (const { difference, currency, place } of this.#balances.gaps()) {
      this.#intake.hold(
        "source.control-total",
        "running-balance",
        `the balance in ${currency} is off by ${formatMinorUnits(difference, currency)} ${currency} here: rows are missing before or behind it; download all transactions, with no kind of them left out`,
        place,
        { amount: difference, currency },
      );
    }
    return this.#intake.summary();
  }

  #open(head: Uint8Array): void {
    const { language, format } = formats.find(({ format }) => hasColumns(format, head)) ?? formats[0]!;
    this.#dateOrder = language.dateOrder === "in the file" ? this.#settings.dateOrder : language.dateOrder;
    this.#head = undefined;
    this.#table = new TableReader(format, {
      row: (cells) => this.#dated(cells, language),
      problem: (problemClass, code, message, place) => this.#intake.hold(problemClass, code, message, place),
    });
    this.#table.push(head);
  }

  #dated(cells: Cells<ActivityColumn>, language: ActivityLanguage): void {
    if (this.#dateOrder === undefined) {
      this.#waiting.push(cells);
      this.#dateOrder = dateOrderOf(cells.text("date"));
      if (this.#dateOrder === undefined) return;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const each of waiting) this.#guarded(each, language);
      return;
    }
    this.#row(cells, language, this.#dateOrder);
  }

  /** A row that waited is read when the table is further on: its problems are its own. */
  #guarded(cells: Cells<ActivityColumn>, language: ActivityLanguage): void {
    try {
      this.#row(cells, language, this.#dateOrder ?? "day-first");
    } catch (error) {
      if (!(error instanceof CellProblem)) throw error;
      this.#intake.hold(error.problemClass, error.code, error.message, {
        line: cells.line,
        ...(error.column === undefined ? {} : { column: error.column }),
      });
    }
  }

  #undecided(): void {
    const [first] = this.#waiting;
    throw new UnreadableSettlementFile(
      "malformed",
      first?.line ?? 1,
      `all dates of the file, such as ${JSON.stringify(first?.text("date").slice(0, 20))}, can be read with the day first or the month first: state dateOrder for this account in its settings`,
    );
  }

  #row(cells: Cells<ActivityColumn>, language: ActivityLanguage, order: DateOrder): void {
    const place = { line: cells.line };
    const effect = effectOf(cells, language);
    if (effect === "none") return;
    const currency = statedCurrency(cells.needed("currency"));
    const gross = cells.amount("gross", currency, language.numbers);
    const stated = cells.amount("fee", currency, language.numbers);
    const fee = stated === 0 ? 0 : -stated;
    const net = cells.amount("net", currency, language.numbers);
    if ((effect === "credit" && net < 0) || (effect === "debit" && net > 0)) {
      throw new CellProblem(
        "data.value",
        "balance-impact",
        undefined,
        `the row says that it is a ${effect}, and its net is ${cells.text("net")}; download the report again`,
      );
    }
    const type = typeOf(cells, language, gross);
    const treatment = treatmentOf("paypal", type.key) ?? null;
    const id = cells.needed("transactionId");
    const occurredAt = this.#occurredAt(cells, order);
    const balance = cells.statedAmount("balance", currency, language.numbers);
    if (balance !== undefined) this.#balances.add(currency, currency, net, balance, place);
    const rows = this.#intake.row(
      {
        id,
        type: type.stated,
        treatment,
        gross,
        fees: fee === 0 ? [] : [{ name: "fee", amount: fee }],
        net,
        currency,
        references: referencesOf(cells, treatment?.nature, treatment?.class, id),
        occurredAt,
      },
      place,
    );
    for (const row of rows) if (row.nature === "payout") this.#payout(row, cells, order, place);
  }

  #payout(row: SettlementRow, cells: Cells<ActivityColumn>, order: DateOrder, place: FilePlace): void {
    this.#intake.payout(
      {
        id: row.id,
        status: "paid",
        issuedOn: isoDay(cells.text("date"), order),
        net: row.net === 0 ? 0 : -row.net,
        netFrom: "stated",
        itemized: false,
        currency: row.currency,
        rowId: row.id,
      },
      place,
    );
  }

  #occurredAt(cells: Cells<ActivityColumn>, order: DateOrder): string {
    cells.needed("time");
    return cells.read("date", (text) =>
      statedInstant(`${isoDay(text, order)} ${cells.text("time")}`, this.#settings.timeZone, cells.text("timeZone")),
    );
  }
}

/** Whether the row moved money, and which way. */
function effectOf(cells: Cells<ActivityColumn>, { impacts, pending }: ActivityLanguage): "credit" | "debit" | "by-its-balance" | "none" {
  const impact = cells.has("impact") ? cells.needed("impact").toLowerCase() : undefined;
  if ((impact !== undefined && impacts.memo.includes(impact)) || pending.includes(cells.text("status").toLowerCase())) return "none";
  if (impact === undefined) {
    if (cells.stated("balance") !== undefined) return "by-its-balance";
    throw new CellProblem(
      "data.missing",
      "balance-impact",
      undefined,
      "nothing says whether the row moved money: the download has neither Balance Impact nor Balance here; download it again with one of the two columns",
    );
  }
  if (impacts.credit.includes(impact)) return "credit";
  if (impacts.debit.includes(impact)) return "debit";
  const known = [...impacts.credit, ...impacts.debit, ...impacts.memo].join(", ");
  throw new CellProblem("data.value", "balance-impact", undefined, `${JSON.stringify(impact.slice(0, 30))} is none of ${known}`);
}

/** The type as the file writes it, and the event code by which it is treated; an unknown name is its own key, which is not listed. */
function typeOf(cells: Cells<ActivityColumn>, { types }: ActivityLanguage, gross: MinorUnits): { stated: string; key: string } {
  const stated = cells.needed("type");
  const byName = stated.toLowerCase();
  const code = cells.stated("eventCode") ?? (Object.hasOwn(types, byName) ? types[byName] : undefined) ?? stated;
  return { stated, key: /^T00\d\d$/.test(code) && gross < 0 ? paypalSent(code) : code };
}

function referencesOf(
  cells: Cells<ActivityColumn>,
  nature: SettlementRow["nature"],
  rowClass: SettlementRow["class"],
  id: string,
): SettlementRow["references"] {
  const related = cells.stated("referenceId");
  const invoice = cells.stated("invoice");
  const paymentId = nature === "charge" ? id : rowClass === "sale_refund" || rowClass === "dispute" ? related : undefined;
  return {
    ...(invoice === undefined ? {} : { merchantReference: invoice }),
    ...(paymentId === undefined ? {} : { paymentId }),
    ...(nature === "refund" ? { refundId: id } : {}),
    ...(related === undefined ? {} : { relatedRowId: related }),
  };
}

/** Tells the order where the date can be read in one way only: 31/12/2026, 12/31/2026, 2026-12-31. */
function dateOrderOf(date: string): DateOrder | undefined {
  if (/^\d{4}-/.test(date)) return "day-first";
  const match = /^(\d{1,2})[./-](\d{1,2})[./-]\d{4}$/.exec(date);
  if (match === null) return "day-first";
  if (Number(match[1]) > 12) return "day-first";
  return Number(match[2]) > 12 ? "month-first" : undefined;
}

function isoDay(date: string, order: DateOrder): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(date)) return date;
  const match = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(date);
  if (match === null) throw new RangeError(`${JSON.stringify(date.slice(0, 20))} is no date such as 31.12.2026`);
  const [first = "", second = "", year = ""] = match.slice(1);
  const [day, month] = order === "day-first" ? [first, second] : [second, first];
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
