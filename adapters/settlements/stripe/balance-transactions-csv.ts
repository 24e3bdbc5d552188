import {
  type Cells,
  hasColumns,
  parseMinorUnitsText,
  SettlementIntake,
  statedCurrency,
  statedDay,
  statedInstant,
  type TableFormat,
  TableReader,
} from "#domain/settlement";
import type {
  SettlementHandlers,
  SettlementReader,
  SettlementReadSettings,
  SettlementSource,
  SettlementSummary,
} from "#ports/settlement-source";
import { balanceTransactionReferences, balanceTransactionTreatment } from "./balance-transaction.ts";

const columns = {
  id: { names: ["id"] },
  amount: { names: ["amount"] },
  availableOn: { names: ["available_on"], optional: true },
  created: { names: ["created"] },
  currency: { names: ["currency"], cutShows: true },
  exchangeRate: { names: ["exchange_rate"], optional: true },
  fee: { names: ["fee"] },
  net: { names: ["net"] },
  source: { names: ["source"] },
  type: { names: ["type"] },
  category: { names: ["reporting_category"], optional: true },
  payoutId: { names: ["payout_id"], optional: true },
} as const;
type Column = keyof typeof columns;

const format: TableFormat<Column> = {
  what: "a table of Stripe balance transactions",
  columns,
  delimiters: [",", ";", "\t"],
  encoding: "utf-8",
};

/** Stripe balance transactions as a warehouse keeps them, one row an API object: amounts in minor units, times in UTC. */
export const stripeBalanceTransactionsCsv: SettlementSource = {
  name: "stripe-balance-transactions-csv",
  source: "stripe",
  recognises: (head) => hasColumns(format, head),
  open: (settings, handlers) => new BalanceTransactionsCsv(settings, handlers),
};

class BalanceTransactionsCsv implements SettlementReader {
  readonly #settings: SettlementReadSettings;
  readonly #intake: SettlementIntake;
  readonly #table: TableReader<Column>;

  constructor(settings: SettlementReadSettings, handlers: SettlementHandlers) {
    this.#settings = settings;
    this.#intake = new SettlementIntake("stripe", settings, handlers);
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
    return this.#intake.summary();
  }

  #row(cells: Cells<Column>): void {
    const place = { line: cells.line };
    const currency = statedCurrency(cells.needed("currency").toUpperCase(), columns.currency.names[0]);
    const [gross, fee, net] = (["amount", "fee", "net"] as const).map((key) => {
      cells.needed(key);
      return cells.read(key, parseMinorUnitsText);
    }) as [number, number, number];
    const type = cells.needed("type");
    const category = cells.stated("category");
    const sourceId = cells.stated("source");
    const treatment = balanceTransactionTreatment(category, type, sourceId);
    const payoutId = cells.stated("payoutId");
    const occurredAt = cells.read("created", (text) => statedInstant(text, this.#settings.timeZone, "UTC"));
    const availableOn = cells.text("availableOn") === "" ? undefined : cells.read("availableOn", statedDay);
    const [row] = this.#intake.row(
      {
        id: cells.needed("id"),
        ...(payoutId === undefined ? {} : { payoutId }),
        type: category ?? type,
        treatment,
        gross,
        fees: fee === 0 ? [] : [{ name: "fee", amount: fee }],
        net,
        currency,
        ...(cells.text("exchangeRate") === "" ? {} : { exchangeRate: cells.text("exchangeRate") }),
        references: balanceTransactionReferences(treatment, sourceId),
        occurredAt,
        ...(availableOn === undefined ? {} : { availableOn }),
      },
      place,
    );
    if (row?.nature === "payout" && sourceId !== undefined) {
      this.#intake.payout(
        {
          id: sourceId,
          status: "paid",
          issuedOn: availableOn ?? occurredAt.slice(0, 10),
          net: row.net === 0 ? 0 : -row.net,
          netFrom: "stated",
          itemized: payoutId !== undefined,
          currency,
          rowId: row.id,
        },
        place,
      );
    }
  }
}
