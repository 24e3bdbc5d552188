import { CsvReader, NotCsv, NotText, StreamingText } from "#domain/csv";
import { formatMinorUnits, type MinorUnits } from "#domain/money";
import {
  CellProblem,
  type FilePlace,
  parseMinorUnitsText,
  paypalSent,
  SettlementIntake,
  type SettlementRow,
  statedCurrency,
  statedInstant,
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

/** The columns of the CH record that rows are made of; the others are left alone. */
const columnNames = {
  transactionId: "Transaction ID",
  invoiceId: "Invoice ID",
  referenceId: "PayPal Reference ID",
  referenceType: "PayPal Reference ID Type",
  eventCode: "Transaction Event Code",
  initiatedAt: "Transaction Initiation Date",
  completedAt: "Transaction Completion Date",
  direction: "Transaction Debit or Credit",
  gross: "Gross Transaction Amount",
  currency: "Gross Transaction Currency",
  feeDirection: "Fee Debit or Credit",
  fee: "Fee Amount",
  bankReference: "Bank Reference ID",
} as const;
type Column = keyof typeof columnNames;
const optionalColumns: readonly Column[] = ["bankReference", "completedAt"];

/** What a section footer (SF) says of one currency. Places of the fields as in version 9 of the specification. */
const footer = { currency: 1, grossCredits: 2, grossDebits: 3, feeCredits: 4, feeDebits: 5, available: 6, total: 10, records: 18 } as const;

interface SectionSums {
  grossCredits: MinorUnits;
  grossDebits: MinorUnits;
  feeCredits: MinorUnits;
  feeDebits: MinorUnits;
}

/**
 * PayPal's settlement report (STL, by SFTP): records that begin with their type, unsigned amounts in minor units beside DR or CR, and per
 * currency the sums and the balances that they lead from and to. A withdrawal is a payout; PayPal keeps a running balance, so it does not
 * say which rows are in it.
 */
export const paypalSettlementReport: SettlementSource = {
  name: "paypal-settlement-report",
  source: "paypal",
  recognises: (head) =>
    /^(?:\u00ef\u00bb\u00bf|\uFEFF)?\s*"?RH"?\s*[,\t|]/.test(new TextDecoder("windows-1252").decode(head.subarray(0, 64))),
  open: (settings, handlers) => new SettlementReport(settings, handlers),
};

class SettlementReport implements SettlementReader {
  readonly #settings: SettlementReadSettings;
  readonly #intake: SettlementIntake;
  readonly #text = new StreamingText("utf-8");
  readonly #csv = new CsvReader(",", (fields, line) => this.#record(fields, line));
  #line = 1;
  #started = false;
  #finished = false;
  #columns: ReadonlyMap<string, number> | undefined;
  #inSection = false;
  #sectionRows = 0;
  #sums = new Map<string, SectionSums>();
  #footed = new Set<string>();

  constructor(settings: SettlementReadSettings, handlers: SettlementHandlers) {
    this.#settings = settings;
    this.#intake = new SettlementIntake("paypal", settings, handlers);
  }

  push(bytes: Uint8Array): void {
    this.#guard(() => this.#csv.push(this.#text.push(bytes)));
  }

  end(): SettlementSummary {
    this.#guard(() => {
      this.#csv.push(this.#text.end());
      this.#csv.end();
    });
    if (!this.#started) throw new UnreadableSettlementFile("empty", 1, "the file is empty; download it from the SFTP server again");
    if (!this.#finished) {
      throw new UnreadableSettlementFile(
        "truncated",
        this.#line,
        "the report has no FF record at its end: it was cut off; download it from the SFTP server again",
      );
    }
    return this.#intake.summary();
  }

  #record(fields: string[], line: number): void {
    this.#line = line;
    const type = fields[0]?.trim() ?? "";
    if (!this.#started && type !== "RH") {
      throw new UnreadableSettlementFile(
        "columns",
        line,
        `the first record is ${JSON.stringify(type.slice(0, 10))}, not RH: this is no PayPal settlement report`,
      );
    }
    if (this.#finished)
      throw new UnreadableSettlementFile(
        "malformed",
        line,
        "a record follows the file's footer (FF); download it from the SFTP server again",
      );
    this.#started = true;
    const place = { line, column: type };
    switch (type) {
      case "RH":
        this.#checkAccount(fields[3], place);
        break;
      case "SH":
        this.#openSection(fields[3], place);
        break;
      case "CH":
        this.#header(fields, line);
        break;
      case "SB":
        this.#safely(place, () => this.#row(fields, line));
        break;
      case "SF":
        this.#safely(place, () => this.#sectionFooter(fields, place));
        break;
      case "SC":
        this.#safely(place, () => this.#closeSection(fields[1], place));
        break;
      case "FF":
        this.#closeFile(fields[1], line);
        break;
      case "FH":
      case "RF":
      case "RC":
        break;
      default:
        this.#intake.hold("data.value", "record-type", `${JSON.stringify(type.slice(0, 10))} is no record type of a settlement report`, {
          line,
        });
    }
  }

  #closeFile(count: string | undefined, line: number): void {
    if (this.#inSection || !/^\d+$/.test(count?.trim() ?? "")) {
      throw new UnreadableSettlementFile(
        "truncated",
        line,
        "the file's footer (FF) is cut off, or stands within a section; download the report from the SFTP server again",
      );
    }
    this.#finished = true;
  }

  #checkAccount(account: string | undefined, place: FilePlace): void {
    const { statedAccount } = this.#settings;
    const stated = account?.trim() ?? "";
    if (statedAccount === undefined || stated === "" || stated === statedAccount) return;
    this.#intake.hold(
      "data.value",
      "account",
      `the report is of PayPal account ${stated.slice(0, 40)}, and is read for ${statedAccount}; drop it for the account it belongs to`,
      place,
    );
  }

  #openSection(account: string | undefined, place: FilePlace): void {
    this.#checkAccount(account, place);
    this.#inSection = true;
    this.#sectionRows = 0;
    this.#sums = new Map();
    this.#footed = new Set();
  }

  #header(fields: readonly string[], line: number): void {
    // The specification writes one of the names with two spaces.
    const columns = new Map(fields.map((field, index) => [field.trim().replace(/\s+/g, " "), index] as const));
    const missing = (Object.keys(columnNames) as Column[]).filter(
      (column) => !optionalColumns.includes(column) && !columns.has(columnNames[column]),
    );
    if (missing.length > 0) {
      const names = missing.map((column) => JSON.stringify(columnNames[column])).join(", ");
      throw new UnreadableSettlementFile(
        "columns",
        line,
        `the CH record has no ${names}: this is another version of the report; see docs/settlements.md`,
      );
    }
    this.#columns = columns;
  }

  #row(fields: readonly string[], line: number): void {
    if (this.#columns === undefined || !this.#inSection) {
      throw new UnreadableSettlementFile(
        "malformed",
        line,
        "a row (SB) stands before its section and column headers (SH, CH); download the report again",
      );
    }
    this.#sectionRows++;
    const cell = (column: Column): string => (fields[this.#columns?.get(columnNames[column]) ?? -1] ?? "").trim();
    const currency = statedCurrency(cell("currency"));
    const gross = signed(cell("direction"), cell("gross"));
    const feeTaken = cell("fee") === "" ? 0 : -signed(cell("feeDirection") === "" ? "DR" : cell("feeDirection"), cell("fee"));
    const fee = feeTaken === 0 ? 0 : feeTaken;
    this.#add(currency, gross, fee);
    const id = cell("transactionId");
    if (id === "")
      throw new CellProblem("data.missing", "transaction-id", undefined, "the row has no Transaction ID; download the report again");
    const code = cell("eventCode");
    const type = /^T00/.test(code) && gross < 0 ? paypalSent(code) : code;
    const date = cell("completedAt") === "" ? cell("initiatedAt") : cell("completedAt");
    const rows = this.#intake.row(
      {
        id,
        type,
        gross,
        fees: fee === 0 ? [] : [{ name: "fee", amount: fee }],
        net: gross - fee,
        currency,
        references: referencesOf(type, id, cell("invoiceId"), cell("referenceType"), cell("referenceId")),
        occurredAt: statedInstant(date, this.#settings.timeZone),
      },
      { line },
    );
    for (const row of rows) {
      if (row.nature !== "payout") continue;
      const bankReference = cell("bankReference");
      this.#intake.payout(
        {
          id: row.id,
          status: "paid",
          // The day in the report's own zone, which is the one that the text is written in.
          issuedOn: date.slice(0, 10).replaceAll("/", "-"),
          net: row.net === 0 ? 0 : -row.net,
          netFrom: "stated",
          itemized: false,
          currency,
          ...(bankReference === "" ? {} : { traceId: bankReference }),
          rowId: row.id,
        },
        { line },
      );
    }
  }

  #add(currency: string, gross: MinorUnits, fee: MinorUnits): void {
    const sums = this.#sums.get(currency) ?? { grossCredits: 0, grossDebits: 0, feeCredits: 0, feeDebits: 0 };
    this.#sums.set(currency, {
      grossCredits: sums.grossCredits + Math.max(gross, 0),
      grossDebits: sums.grossDebits + Math.max(-gross, 0),
      feeCredits: sums.feeCredits + Math.max(-fee, 0),
      feeDebits: sums.feeDebits + Math.max(fee, 0),
    });
  }

  #sectionFooter(fields: readonly string[], place: FilePlace): void {
    const currency = statedCurrency(fields[footer.currency]?.trim() ?? "");
    this.#footed.add(currency);
    const sums = this.#sums.get(currency) ?? { grossCredits: 0, grossDebits: 0, feeCredits: 0, feeDebits: 0 };
    for (const name of ["grossCredits", "grossDebits", "feeCredits", "feeDebits"] as const) {
      const stated = parseMinorUnitsText(fields[footer[name]]?.trim() ?? "");
      if (stated !== sums[name]) this.#off(currency, name, stated, sums[name], place);
    }
    const change = sums.grossCredits - sums.grossDebits + sums.feeCredits - sums.feeDebits;
    const available = balances(fields, footer.available);
    const total = balances(fields, footer.total);
    const ties = [available, total].some(({ begin, end }) => begin + change === end);
    if (!ties) this.#off(currency, "ending balance", available.end, available.begin + change, place);
  }

  #off(currency: string, what: string, stated: MinorUnits, found: MinorUnits, place: FilePlace): void {
    const named = what.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    this.#intake.hold(
      "source.control-total",
      "section",
      `the section states ${named} of ${formatMinorUnits(stated, currency)} ${currency}, and its rows lead to ${formatMinorUnits(found, currency)}: off by ${formatMinorUnits(found - stated, currency)}; download the report again`,
      place,
      { amount: found - stated, currency },
    );
  }

  #closeSection(count: string | undefined, place: FilePlace): void {
    this.#inSection = false;
    const stated = parseMinorUnitsText(count?.trim() ?? "");
    if (stated !== this.#sectionRows) {
      this.#intake.hold(
        "source.control-total",
        "section-count",
        `the section states ${stated} rows and holds ${this.#sectionRows}; download the report again`,
        place,
      );
    }
    for (const currency of this.#sums.keys()) {
      if (this.#footed.has(currency)) continue;
      this.#intake.hold(
        "source.control-total",
        "section-footer",
        `the section has rows in ${currency} and no SF record of that currency; download the report again`,
        place,
      );
    }
  }

  #safely(place: FilePlace, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error instanceof RangeError) this.#intake.hold("data.value", "value", `${error.message}; download the report again`, place);
      else if (error instanceof CellProblem) this.#intake.hold(error.problemClass, error.code, error.message, place);
      else throw error;
    }
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error instanceof NotText)
        throw new UnreadableSettlementFile(
          "encoding",
          this.#line,
          "the report is not in UTF-8; download it from the SFTP server again",
          error,
        );
      if (error instanceof NotCsv) {
        const code = error.code === "quote" ? "malformed" : error.code;
        throw new UnreadableSettlementFile(code, error.line, `${error.message}; download the report from the SFTP server again`, error);
      }
      throw error;
    }
  }
}

/** Positive for CR, negative for DR. */
function signed(direction: string, amount: string): MinorUnits {
  if (direction !== "CR" && direction !== "DR") throw new RangeError(`${JSON.stringify(direction.slice(0, 10))} is neither DR nor CR`);
  if (!/^\d/.test(amount)) throw new RangeError(`${JSON.stringify(amount.slice(0, 40))} is no unsigned amount in minor units`);
  const minorUnits = parseMinorUnitsText(amount);
  return direction === "DR" && minorUnits !== 0 ? -minorUnits : minorUnits;
}

/** Four fields: begin DR/CR and amount, end DR/CR and amount. */
function balances(fields: readonly string[], at: number): { begin: MinorUnits; end: MinorUnits } {
  const [beginSide = "", begin = "", endSide = "", end = ""] = fields.slice(at, at + 4).map((field) => field.trim());
  return { begin: signed(beginSide, begin), end: signed(endSide, end) };
}

/** A refund, dispute or other follow-up refers to the payment by its transaction id (type TXN); ODR is the merchant's order. */
function referencesOf(type: string, id: string, invoice: string, referenceType: string, reference: string): SettlementRow["references"] {
  const treatment = treatmentOf("paypal", type);
  const related = referenceType === "TXN" && reference !== "" ? reference : undefined;
  const paymentId =
    treatment?.nature === "charge" ? id : treatment?.class === "sale_refund" || treatment?.class === "dispute" ? related : undefined;
  return {
    ...(invoice === "" ? {} : { merchantReference: invoice }),
    ...(paymentId === undefined ? {} : { paymentId }),
    ...(referenceType === "ODR" && reference !== "" ? { pspReference: reference } : {}),
    ...(treatment?.nature === "refund" ? { refundId: id } : {}),
    ...(related === undefined ? {} : { relatedRowId: related }),
  };
}
