import { currencyExponent, type MinorUnits, parseScaled, roundCumulatively } from "#domain/money";
import {
  CellProblem,
  type Cells,
  checkPayout,
  type FeePart,
  type FilePlace,
  hasColumns,
  openPayoutTally,
  type PayoutTally,
  plainNumbers,
  plainStatedNumber,
  SettlementIntake,
  type SettlementRow,
  statedCurrency,
  statedDay,
  statedInstant,
  statedMeans,
  type TableFormat,
  TableReader,
  tallyRow,
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

const columns = {
  merchantAccount: { names: ["Merchant Account"] },
  pspReference: { names: ["Psp Reference"] },
  merchantReference: { names: ["Merchant Reference"] },
  creationDate: { names: ["Creation Date"] },
  timeZone: { names: ["TimeZone", "Time Zone"] },
  type: { names: ["Type"] },
  method: { names: ["Payment Method"], optional: true },
  modificationReference: { names: ["Modification Reference"] },
  grossCurrency: { names: ["Gross Currency"] },
  grossDebit: { names: ["Gross Debit (GC)"] },
  grossCredit: { names: ["Gross Credit (GC)"] },
  exchangeRate: { names: ["Exchange Rate"] },
  netCurrency: { names: ["Net Currency"] },
  netDebit: { names: ["Net Debit (NC)"] },
  netCredit: { names: ["Net Credit (NC)"] },
  commission: { names: ["Commission (NC)"], optional: true },
  markup: { names: ["Markup (NC)"], optional: true },
  schemeFees: { names: ["Scheme Fees (NC)"], optional: true },
  interchange: { names: ["Interchange (NC)"], optional: true },
  paymentFees: { names: ["Payment Fees (NC)"], optional: true },
  dccMarkup: { names: ["DCC Markup (NC)"], optional: true },
  batchNumber: { names: ["Batch Number"] },
} as const;
type Column = keyof typeof columns;

const feeColumns = [
  ["commission", "commission"],
  ["markup", "markup"],
  ["scheme fees", "schemeFees"],
  ["interchange", "interchange"],
] as const;
/**
 * Columns that some merchants add. Reports differ in whether the four above include them, so that they are parts only where the row does
 * not add up without them; of a conversion at the till the merchant gets a share of the markup.
 */
const addedColumns = [
  ["payment fees", "paymentFees", 1],
  ["share of the conversion markup", "dccMarkup", -1],
] as const;
/** Fee parts of interchange++ carry more decimals than the currency. */
const feeDecimals = 8;

const format: TableFormat<Column> = {
  what: "an Adyen Settlement Details Report",
  columns,
  delimiters: [",", ";", "\t"],
  encoding: "utf-8",
};

/**
 * Adyen's Settlement Details Report of one merchant account: what was settled in one batch or several. Amounts are unsigned pairs of debit
 * and credit; columns stand in an order that differs between versions. A closed batch comes to 0 in each currency, its payout or what it
 * carries to the next batch included: a file that was cut off, or lacks a row, does not.
 */
export const adyenSettlementDetails: SettlementSource = {
  name: "adyen-settlement-details",
  source: "adyen",
  recognises: (head) => hasColumns(format, head),
  open: (settings, handlers) => new SettlementDetails(settings, handlers),
};

interface Batch {
  tally: PayoutTally;
  place: FilePlace;
  payoutRow?: SettlementRow;
  /** The day of the payout's row, else of the last row so far, as the report writes it. */
  issuedOn: string;
}

class SettlementDetails implements SettlementReader {
  readonly #settings: SettlementReadSettings;
  readonly #intake: SettlementIntake;
  readonly #table: TableReader<Column>;
  readonly #batches = new Map<string, Batch>();
  #merchantAccount: string | undefined;
  #rowsSeen = 0;

  constructor(settings: SettlementReadSettings, handlers: SettlementHandlers) {
    this.#settings = settings;
    this.#intake = new SettlementIntake("adyen", settings, handlers);
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
    if (this.#rowsSeen === 0) {
      throw new UnreadableSettlementFile(
        "truncated",
        2,
        "the report has a header and no rows, which no closed batch has: download it again",
      );
    }
    for (const [id, batch] of this.#batches) this.#closeBatch(id, batch);
    return this.#intake.summary();
  }

  #closeBatch(id: string, { tally, place, payoutRow, issuedOn }: Batch): void {
    const payout = {
      id,
      status: "paid" as const,
      issuedOn,
      net: tally.payoutRow === undefined || tally.payoutRow === 0 ? 0 : -tally.payoutRow,
      netFrom: "stated" as const,
      itemized: true,
      currency: tally.currency,
      ...(payoutRow === undefined ? {} : { rowId: payoutRow.id }),
    };
    this.#intake.payout(payout, place);
    for (const problem of checkPayout({ ...payout, ...this.#intake.named }, tally)) this.#intake.holdFor(problem, place);
  }

  #row(cells: Cells<Column>): void {
    this.#rowsSeen++;
    const place = { line: cells.line };
    this.#checkMerchantAccount(cells.needed("merchantAccount"));
    const currency = statedCurrency(cells.needed("netCurrency"), columns.netCurrency.names[0]);
    const net = creditLessDebit(cells, "netDebit", "netCredit", currency);
    if (net === undefined)
      throw new CellProblem(
        "data.missing",
        "net",
        "Net Credit (NC)",
        "the row has neither a net debit nor a net credit; download the report again",
      );
    const presentment = grossOf(cells);
    const fees = feesOf(cells, currency, presentment?.currency === currency ? presentment.amount - net : undefined);
    const gross = net + fees.reduce((sum, { amount }) => sum + amount, 0);
    const type = cells.needed("type");
    const occurredAt = cells.read("creationDate", (text) => statedInstant(text, this.#settings.timeZone, cells.text("timeZone")));
    const batchId = `${cells.needed("batchNumber")}-${currency}`;
    const rows = this.#intake.row(
      {
        identity: {
          merchantAccount: cells.text("merchantAccount"),
          pspReference: cells.text("pspReference"),
          modificationReference: cells.text("modificationReference"),
          merchantReference: cells.text("merchantReference"),
          type,
          occurredAt,
          gross,
          net,
          currency,
          batchId,
        },
        payoutId: batchId,
        type,
        gross: presentment?.currency === currency ? presentment.amount : gross,
        fees,
        net,
        currency,
        ...(presentment === undefined ? {} : { presentment }),
        ...rateOf(cells, presentment?.currency, currency),
        references: referencesOf(cells, type),
        occurredAt,
        ...statedMeans(cells, { method: "method" }),
      },
      place,
    );
    const day = cells.read("creationDate", statedDay);
    for (const row of rows) this.#addToBatch(batchId, row, day, place);
  }

  #addToBatch(id: string, row: SettlementRow, day: string, place: FilePlace): void {
    const batch = this.#batches.get(id) ?? { tally: openPayoutTally(id, row.currency), place, issuedOn: day };
    batch.tally = tallyRow(batch.tally, row);
    if (row.nature === "payout") {
      batch.payoutRow = row;
      batch.issuedOn = day;
    } else if (batch.payoutRow === undefined && day > batch.issuedOn) batch.issuedOn = day;
    this.#batches.set(id, batch);
  }

  /** Batch numbers count within a merchant account, so a report is of one. */
  #checkMerchantAccount(stated: string): void {
    const expected = this.#settings.statedAccount ?? this.#merchantAccount ?? stated;
    this.#merchantAccount = expected;
    if (stated === expected) return;
    throw new CellProblem(
      "data.value",
      "account",
      "Merchant Account",
      `the row is of merchant account ${stated.slice(0, 80)}, and the file is read for ${expected.slice(0, 80)}; generate the report for each merchant account apart`,
    );
  }
}

/** Undefined when neither is stated. Both at once is no row that this report makes. */
function creditLessDebit(cells: Cells<Column>, debitKey: Column, creditKey: Column, currency: string): MinorUnits | undefined {
  const debit = cells.statedAmount(debitKey, currency, plainNumbers);
  const credit = cells.statedAmount(creditKey, currency, plainNumbers);
  if ((debit ?? 0) < 0 || (credit ?? 0) < 0 || ((debit ?? 0) !== 0 && (credit ?? 0) !== 0)) {
    throw new CellProblem(
      "data.value",
      "debit-credit",
      columns[creditKey].names[0],
      "debit and credit are both stated, or one is negative; download the report again",
    );
  }
  return debit === undefined && credit === undefined ? undefined : (credit ?? 0) - (debit ?? 0);
}

/** What the customer paid; absent in rows that no customer has a part in. */
function grossOf(cells: Cells<Column>): { amount: MinorUnits; currency: string } | undefined {
  if (cells.text("grossCurrency") === "" || (cells.text("grossDebit") === "" && cells.text("grossCredit") === "")) return undefined;
  const currency = statedCurrency(cells.needed("grossCurrency"), columns.grossCurrency.names[0]);
  return { amount: creditLessDebit(cells, "grossDebit", "grossCredit", currency)!, currency };
}

/**
 * The parts of the fee, rounded so that they add up to `kept` (gross less net, known when both are in one currency) as long as rounding
 * explains it. What was kept without a stated part is commission.
 */
function feesOf(cells: Cells<Column>, currency: string, kept: MinorUnits | undefined): FeePart[] {
  const exponent = currencyExponent(currency);
  const scaledIn = (name: string, key: Column, sign: 1 | -1) => {
    const text = cells.text(key);
    if (text === "") return [];
    return [{ name, scaled: sign * cells.read(key, () => parseScaled(plainStatedNumber(text, plainNumbers), feeDecimals)) }];
  };
  const four = feeColumns.flatMap(([name, key]) => scaledIn(name, key, 1));
  const all = [...four, ...addedColumns.flatMap(([name, key, sign]) => scaledIn(name, key, sign))];
  const stated = kept !== undefined && !explains(four, kept, exponent) && explains(all, kept, exponent) ? all : four;
  if (stated.length === 0) return kept === undefined || kept === 0 ? [] : [{ name: "commission", amount: kept }];
  const rounded = roundCumulatively(
    stated.map(({ scaled }) => scaled),
    feeDecimals,
    exponent,
  );
  const off = kept === undefined ? 0 : kept - rounded.reduce((sum, amount) => sum + amount, 0);
  const finer = stated.some(({ scaled }) => scaled % 10 ** (feeDecimals - exponent) !== 0);
  if (off !== 0 && finer && Math.abs(off) === 1) rounded[rounded.length - 1]! += off;
  return stated.map(({ name }, index) => ({ name, amount: rounded[index]! })).filter(({ amount }) => amount !== 0);
}

/** Whether the parts come to what was kept, as far as rounding lets them. */
function explains(parts: readonly { readonly scaled: number }[], kept: MinorUnits, exponent: number): boolean {
  const total = parts.reduce((sum, { scaled }) => sum + scaled, 0);
  return Math.abs(total - kept * 10 ** (feeDecimals - exponent)) <= 10 ** (feeDecimals - exponent);
}

function rateOf(cells: Cells<Column>, from: string | undefined, to: string): { exchangeRate?: string } {
  const text = cells.text("exchangeRate");
  if (text === "" || from === undefined || from === to) return {};
  return { exchangeRate: cells.read("exchangeRate", () => plainStatedNumber(text, plainNumbers)) };
}

function referencesOf(cells: Cells<Column>, type: string): SettlementRow["references"] {
  const paymentId = cells.stated("pspReference");
  const modification = cells.stated("modificationReference");
  const merchantReference = cells.stated("merchantReference");
  const isDispute = treatmentOf("adyen", type)?.class === "dispute";
  return {
    ...(merchantReference === undefined ? {} : { merchantReference }),
    ...(paymentId === undefined ? {} : { paymentId }),
    ...(modification === undefined ? {} : { pspReference: modification }),
    ...(modification === undefined || !isDispute ? {} : { disputeId: modification }),
  };
}
