import {
  CellProblem,
  type Cells,
  hasColumns,
  PayoutCollector,
  plainNumbers,
  SettlementIntake,
  type SettlementRow,
  statedCurrency,
  statedDay,
  statedInstant,
  statedMeans,
  statedPresentment,
  type TableFormat,
  TableReader,
  treatmentOf,
} from "#domain/settlement";
import type {
  SettlementHandlers,
  SettlementReader,
  SettlementReadSettings,
  SettlementSource,
  SettlementSummary,
} from "#ports/settlement-source";

/** Users choose the columns of a report; these are read. Metadata that the shop's payment app writes names the order. */
const columns = {
  id: { names: ["balance_transaction_id"] },
  createdUtc: { names: ["created_utc"], optional: true },
  created: { names: ["created"], optional: true },
  availableOn: { names: ["available_on_utc", "available_on"], optional: true },
  currency: { names: ["currency"], cutShows: true },
  gross: { names: ["gross"] },
  fee: { names: ["fee"] },
  net: { names: ["net"] },
  category: { names: ["reporting_category"] },
  payoutId: { names: ["automatic_payout_id"], optional: true },
  payoutDate: { names: ["automatic_payout_effective_at_utc"], optional: true },
  payoutLocalDate: { names: ["automatic_payout_effective_at"], optional: true },
  sourceId: { names: ["source_id"], optional: true },
  chargeId: { names: ["charge_id"], optional: true },
  paymentIntentId: { names: ["payment_intent_id"], optional: true },
  customerFacingAmount: { names: ["customer_facing_amount"], optional: true },
  customerFacingCurrency: { names: ["customer_facing_currency"], optional: true, cutShows: true },
  method: { names: ["payment_method_type"], optional: true },
  cardBrand: { names: ["card_brand"], optional: true },
  orderId: { names: ["payment_metadata[order_id]"], optional: true },
  orderName: { names: ["payment_metadata[order_name]"], optional: true },
} as const;
type Column = keyof typeof columns;

const format: TableFormat<Column> = {
  what: "an itemized Stripe report",
  columns,
  oneOf: [["createdUtc", "created"]],
  delimiters: [",", ";", "\t"],
  encoding: "utf-8",
};

/**
 * Stripe's itemized payout reconciliation and balance change reports: signed amounts in major units. A row names its payout when that is
 * an automatic one; of a manual payout Stripe does not say which rows are in it.
 */
export const stripeItemizedCsv: SettlementSource = {
  name: "stripe-itemized-csv",
  source: "stripe",
  recognises: (head) => hasColumns(format, head),
  open: (settings, handlers) => new ItemizedCsv(settings, handlers),
};

class ItemizedCsv implements SettlementReader {
  readonly #settings: SettlementReadSettings;
  readonly #intake: SettlementIntake;
  readonly #payouts: PayoutCollector;
  readonly #table: TableReader<Column>;

  constructor(settings: SettlementReadSettings, handlers: SettlementHandlers) {
    this.#settings = settings;
    this.#intake = new SettlementIntake("stripe", settings, handlers);
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
    const gross = cells.amount("gross", currency, plainNumbers);
    const fee = cells.amount("fee", currency, plainNumbers);
    const net = cells.amount("net", currency, plainNumbers);
    const type = cells.needed("category");
    const occurredAt = this.#occurredAt(cells);
    const payoutId = cells.stated("payoutId");
    const issuedOn = payoutId === undefined ? undefined : this.#payoutDay(cells);
    const presentment = statedPresentment(
      cells,
      { amount: "customerFacingAmount", currency: "customerFacingCurrency" },
      columns.customerFacingCurrency.names[0],
      gross,
    );
    const rows = this.#intake.row(
      {
        id: cells.needed("id"),
        ...(payoutId === undefined ? {} : { payoutId }),
        type,
        gross,
        fees: fee === 0 ? [] : [{ name: "fee", amount: fee }],
        net,
        currency,
        ...(presentment === undefined ? {} : { presentment }),
        references: referencesOf(cells, type),
        occurredAt,
        ...statedMeans(cells, { cardBrand: "cardBrand", method: "method" }),
        ...(cells.text("availableOn") === "" ? {} : { availableOn: cells.read("availableOn", statedDay) }),
      },
      place,
    );
    for (const row of rows) {
      if (issuedOn !== undefined) this.#payouts.add(row, { status: "paid", issuedOn }, place);
      else if (row.nature === "payout") this.#manualPayout(cells, row);
    }
  }

  #manualPayout(cells: Cells<Column>, row: SettlementRow): void {
    this.#intake.payout(
      {
        id: cells.needed("sourceId"),
        status: "paid",
        issuedOn: row.availableOn ?? row.occurredAt.slice(0, 10),
        net: row.net === 0 ? 0 : -row.net,
        netFrom: "stated",
        itemized: false,
        currency: row.currency,
        rowId: row.id,
      },
      { line: cells.line },
    );
  }

  #occurredAt(cells: Cells<Column>): string {
    if (cells.text("createdUtc") !== "") return cells.read("createdUtc", (text) => statedInstant(text, this.#settings.timeZone, "UTC"));
    cells.needed("created");
    return cells.read("created", (text) => statedInstant(text, this.#settings.timeZone));
  }

  #payoutDay(cells: Cells<Column>): string {
    if (cells.text("payoutDate") !== "") return cells.read("payoutDate", statedDay);
    if (cells.text("payoutLocalDate") !== "") return cells.read("payoutLocalDate", statedDay);
    throw new CellProblem(
      "data.missing",
      "payout-date",
      "automatic_payout_effective_at_utc",
      "the row names a payout and not its date; add the column to the report",
    );
  }
}

/** A charge is known by its ch_ or py_ id; what a refund or dispute is about is the row's source. */
function referencesOf(cells: Cells<Column>, type: string): SettlementRow["references"] {
  const source = cells.stated("sourceId");
  const paymentId = cells.stated("chargeId") ?? (/^(?:ch|py)_/.test(source ?? "") ? source : undefined);
  const treatment = treatmentOf("stripe", type);
  return {
    ...stated("orderId", cells.stated("orderId")),
    ...stated("orderName", cells.stated("orderName")),
    ...stated("merchantReference", cells.stated("paymentIntentId")),
    ...stated("paymentId", paymentId),
    ...stated("pspReference", source === paymentId ? undefined : source),
    ...stated("refundId", treatment?.nature === "refund" ? source : undefined),
    ...stated("disputeId", treatment?.class === "dispute" ? source : undefined),
  };
}

function stated<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: string };
}
