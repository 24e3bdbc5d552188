import type { MinorUnits } from "#domain/money";
import {
  CellProblem,
  type Cells,
  hasColumns,
  PayoutCollector,
  type PayoutStatus,
  plainNumbers,
  SettlementIntake,
  statedCurrency,
  statedDay,
  statedInstant,
  statedMeans,
  statedPresentment,
  type TableFormat,
  TableReader,
  typeKey,
} from "#domain/settlement";
import type {
  SettlementHandlers,
  SettlementReader,
  SettlementReadSettings,
  SettlementSource,
  SettlementSummary,
} from "#ports/settlement-source";

/**
 * The columns of the export "Payouts → Transactions" that rows are made of. The export has had 17; 18 with VAT, which repeats what is in
 * Fee or beside it; 19 with the business entity's name and id.
 */
const columns = {
  date: { names: ["Transaction Date"] },
  type: { names: ["Type"] },
  order: { names: ["Order"] },
  cardBrand: { names: ["Card Brand"], optional: true },
  method: { names: ["Payment Method Name"], optional: true },
  payoutStatus: { names: ["Payout Status"] },
  payoutDate: { names: ["Payout Date"] },
  payoutId: { names: ["Payout ID"] },
  availableOn: { names: ["Available On"], optional: true },
  amount: { names: ["Amount"] },
  fee: { names: ["Fee"] },
  net: { names: ["Net"] },
  checkout: { names: ["Checkout"], optional: true },
  presentmentAmount: { names: ["Presentment Amount"], optional: true },
  presentmentCurrency: { names: ["Presentment Currency"], optional: true, cutShows: true },
  currency: { names: ["Currency"], cutShows: true },
  vat: { names: ["VAT"], optional: true },
} as const;
type Column = keyof typeof columns;

const format: TableFormat<Column> = {
  what: "a Shopify Payments transactions export",
  columns,
  delimiters: [",", ";"],
  encoding: "utf-8",
};

const payoutStatuses: ReadonlyMap<string, PayoutStatus | "pending"> = new Map([
  ["pending", "pending"],
  ["scheduled", "scheduled"],
  ["intransit", "in-transit"],
  ["paid", "paid"],
  ["failed", "failed"],
  ["cancelled", "cancelled"],
  ["canceled", "cancelled"],
]);

/** Shopify Payments, as an operator exports it from the admin. Rows have no id there: it is derived from what never changes in them. */
export const shopifyPaymentsCsv: SettlementSource = {
  name: "shopify-payments-csv",
  source: "shopify-payments",
  recognises: (head) => hasColumns(format, head),
  open: (settings, handlers) => new TransactionsCsv(settings, handlers),
};

class TransactionsCsv implements SettlementReader {
  readonly #settings: SettlementReadSettings;
  readonly #intake: SettlementIntake;
  readonly #payouts: PayoutCollector;
  readonly #table: TableReader<Column>;

  constructor(settings: SettlementReadSettings, handlers: SettlementHandlers) {
    this.#settings = settings;
    this.#intake = new SettlementIntake("shopify-payments", settings, handlers);
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
    const place = { line: cells.line };
    const currency = statedCurrency(cells.needed("currency").toUpperCase(), columns.currency.names[0]);
    const gross = cells.amount("amount", currency, plainNumbers);
    const fee = cells.amount("fee", currency, plainNumbers);
    const net = cells.amount("net", currency, plainNumbers);
    const occurredAt = cells.read("date", (text) => statedInstant(text, this.#settings.timeZone));
    const type = cells.needed("type");
    const payout = this.#payout(cells);
    const orderName = cells.stated("order");
    const checkoutId = cells.stated("checkout")?.replace(/^#/, "");
    const availableOn = cells.text("availableOn") === "" ? undefined : cells.read("availableOn", statedDay);
    const presentment = statedPresentment(
      cells,
      { amount: "presentmentAmount", currency: "presentmentCurrency" },
      columns.presentmentCurrency.names[0],
      gross,
    );
    const rows = this.#intake.row(
      {
        // Which columns an export has, and which payout a row is in, changes: neither is part of a row's identity.
        identity: { occurredAt, type: typeKey(type), order: orderName ?? "", checkout: checkoutId ?? "", gross, fee, net, currency },
        ...(payout === undefined ? {} : { payoutId: payout.id }),
        type,
        gross,
        fees: feesOf(cells, fee, gross - net, currency),
        net,
        currency,
        ...(presentment === undefined ? {} : { presentment }),
        references: {
          ...(orderName === undefined ? {} : { orderName }),
          ...(checkoutId === undefined || checkoutId === "" ? {} : { checkoutId }),
        },
        occurredAt,
        ...statedMeans(cells, { cardBrand: "cardBrand", method: "method" }),
        ...(availableOn === undefined ? {} : { availableOn }),
      },
      place,
    );
    if (payout === undefined) return;
    for (const row of rows) this.#payouts.add(row, { status: payout.status, issuedOn: payout.issuedOn }, place);
  }

  /** Undefined while the row waits for its payout: then a payout date may be stated, but no payout is known. */
  #payout(cells: Cells<Column>): { id: string; status: PayoutStatus; issuedOn: string } | undefined {
    const stated = cells.needed("payoutStatus");
    const status = payoutStatuses.get(typeKey(stated));
    if (status === undefined) {
      const known = [...payoutStatuses.keys()].join(", ");
      throw new CellProblem("data.value", "payout-status", "Payout Status", `${JSON.stringify(stated.slice(0, 40))} is none of ${known}`);
    }
    const id = cells.stated("payoutId");
    if (status === "pending") {
      if (id !== undefined)
        throw new CellProblem(
          "data.value",
          "payout-id",
          "Payout ID",
          `the row is pending and names payout ${id.slice(0, 40)}; export the file again`,
        );
      return undefined;
    }
    return { id: cells.needed("payoutId"), status, issuedOn: cells.read("payoutDate", statedDay) };
  }
}

/** VAT is stated beside the fee: taken from it where the fee holds it, a part of its own where the net leaves room for it. */
function feesOf(cells: Cells<Column>, fee: MinorUnits, kept: MinorUnits, currency: string): { name: string; amount: MinorUnits }[] {
  const vat = cells.statedAmount("vat", currency, plainNumbers) ?? 0;
  const parts = fee === 0 ? [] : [{ name: "fee", amount: fee }];
  return vat !== 0 && fee + vat === kept ? [...parts, { name: "vat", amount: vat }] : parts;
}
