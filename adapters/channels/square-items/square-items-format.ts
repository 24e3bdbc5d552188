import { localToInstant } from "#domain/calendar";
import { CellProblem, type Cells, type ColumnRule, parseStatedAmount, statedDateTime } from "#domain/csv";
import { type MinorUnits, parseScaled } from "#domain/money";
import {
  brokenKey,
  heldTicket,
  recognisesTable,
  type SettledTicket,
  type StatedLine,
  type StatedTender,
  settleTicket,
  strayTicket,
  type TicketKey,
  type TicketPlace,
  TicketProblem,
  TicketTable,
  ticketProblemOf,
} from "#domain/pos-files";
import type { PosFormat, PosReadSettings } from "#ports/pos-format";
import { squareZone } from "./square-zones.ts";

/** The columns that are read. Square adds others between them from year to year (21, 33, 35 so far): all are known by their names. */
const columns = {
  date: { names: ["Date"] },
  time: { names: ["Time"] },
  zone: { names: ["Time Zone"] },
  item: { names: ["Item"] },
  quantity: { names: ["Qty"] },
  sku: { names: ["SKU"], optional: true },
  gross: { names: ["Gross Sales"] },
  discounts: { names: ["Discounts"] },
  net: { names: ["Net Sales"] },
  tax: { names: ["Tax"] },
  transaction: { names: ["Transaction ID"] },
  details: { names: ["Details"], optional: true },
  event: { names: ["Event Type"] },
  location: { names: ["Location"], optional: true },
  kind: { names: ["Itemization Type"], optional: true },
  cardBrand: { names: ["Card Brand"], optional: true },
} as const satisfies Readonly<Record<string, ColumnRule>>;

type Key = keyof typeof columns;
type Row = Cells<Key>;

const table = { what: "a Square item export", columns, delimiters: [",", ";", "\t"], encoding: "utf-8", untied: true } as const;

/** Square names payments and devices, and no register: its own ids are unique wherever a sale was made. */
const register = "Square";

/**
 * Square's item export ("Items detail CSV"): a row for each item of a payment, and refunds as payments of their own with negative amounts.
 * It states no tender but the brand of a card (and that only since 2026): docs/pos.md says what follows from that.
 */
export const squareItemsFormat: PosFormat = {
  name: "square-items",
  recognises: (head) => recognisesTable<Key>(table, head),
  open: (settings, sink) =>
    new TicketTable<Key>(
      { ...table, ticketOf: (row) => row.needed("transaction"), settle: (rows, place) => settle(rows, place, settings) },
      settings,
      sink,
    ),
};

function settle(rows: readonly Row[], place: TicketPlace, settings: PosReadSettings): SettledTicket {
  const [first] = rows as [Row];
  let key: TicketKey | undefined;
  try {
    const store = storeOf(first, settings);
    const occurredAt = instantOf(first);
    const read = {
      store,
      register,
      sequence: first.needed("transaction"),
      businessDate: settings.businessDateOf?.(store, occurredAt) ?? "",
    };
    // Without a business day the store is one that policy does not know.
    if (read.businessDate === "") throw unknownStore(store);
    const broken = brokenKey(read);
    if (broken !== undefined) throw new TicketProblem("data.value", "identity", "identity", broken);
    key = read;
    const currency = settings.currencyOf?.(store);
    if (currency === undefined) throw unknownStore(store);
    const refund = isRefund(rows);
    const lines = rows.map((row) => lineOf(row, currency, refund));
    return settleTicket(key, { occurredAt, currency, taxesIncluded: false, lines, tenders: tenderOf(first, lines) }, settings);
  } catch (error) {
    const problem = ticketProblemOf(error);
    if (key === undefined) return strayTicket(settings.fileHash, place, problem);
    return heldTicket(
      key,
      problem,
      rows.map(({ fields }) => fields),
    );
  }
}

/** By Square's id of the location, which the link to the dashboard carries, else by the location's name. */
function storeOf(row: Row, settings: PosReadSettings): string {
  const unit = /\/by-unit\/([A-Za-z0-9]+)/.exec(row.text("details"))?.[1];
  const names = [unit, row.text("location")].filter((name) => name !== undefined && name !== "");
  for (const name of names) {
    const store = name === undefined ? undefined : settings.storeNamed?.(name);
    if (store !== undefined) return store;
  }
  throw unknownStore(names.join(" or ") || "without a location");
}

function instantOf(row: Row): string {
  const name = row.needed("zone");
  const zone = squareZone(name);
  if (zone === undefined)
    throw new CellProblem("data.value", "time-zone", "Time Zone", `${JSON.stringify(name.slice(0, 40))} is no zone that the hub knows`);
  return row.read("date", (date) => localToInstant(zone, statedDateTime(`${date} ${row.text("time")}`)));
}

function isRefund(rows: readonly Row[]): boolean {
  const events = new Set(rows.map((row) => row.needed("event").toLowerCase()));
  const [event = ""] = events;
  if (events.size === 1 && (event === "payment" || event === "refund")) return event === "refund";
  throw new CellProblem("data.value", "event-type", "Event Type", "the rows are neither all a payment nor all a refund");
}

function lineOf(row: Row, currency: string, refund: boolean): StatedLine {
  const money = (key: Key) => row.read(key, (text) => amountOf(text, currency));
  const [gross, discounts, net, tax] = [money("gross"), money("discounts"), money("net"), money("tax")];
  if (gross + discounts !== net)
    throw new CellProblem("money.amount-mismatch", "line-figures", "Net Sales", "gross sales less discounts are not the net sales");
  const signs = [gross, -discounts, net, tax].filter((amount) => amount !== 0).map((amount) => amount < 0);
  if (signs.some((negative) => negative !== refund))
    throw new CellProblem(
      "data.value",
      "sign",
      "Gross Sales",
      refund ? "a refund with an amount that is not negative" : "a payment with a negative amount",
    );
  const giftCard = /^gift[ _-]?card$/i.test(row.text("kind"));
  const description = row.text("item").slice(0, 255);
  return {
    kind: refund ? "return" : "sale",
    ...(giftCard ? { collects: "gift-card" as const } : {}),
    item: giftCard ? "" : row.text("sku") || row.needed("item"),
    ...(description === "" ? {} : { description }),
    quantityMillionths: Math.abs(row.read("quantity", (text) => parseScaled(text, 6))),
    gross: Math.abs(gross),
    discounts: discounts === 0 ? [] : [{ amount: Math.abs(discounts) }],
    taxes: tax === 0 ? [] : [{ code: "tax", amount: Math.abs(tax) }],
  };
}

/** "$8.00", "-$7.00", "CA$8.00", "1,234.50": the symbol says nothing that the store does not. */
function amountOf(text: string, currency: string): MinorUnits {
  const [, minus, digits] = /^([-\u2212]?)\s*(?:[A-Z]{0,3}[$\u00a3\u20ac\u00a5])?\s*(\d[\d,.]*)$/.exec(text) ?? [];
  if (digits === undefined) throw new RangeError(`${JSON.stringify(text.slice(0, 40))} is not an amount such as $8.00`);
  return parseStatedAmount(`${minus}${digits}`, currency, { decimal: ".", group: "," });
}

/** The export says of a payment only whether a card paid it. Tips are not in it, so the tender is what the items come to. */
function tenderOf(row: Row, lines: readonly StatedLine[]): readonly StatedTender[] {
  const total = lines.reduce((sum, { kind, gross, discounts, taxes }) => {
    const amount = gross - (discounts[0]?.amount ?? 0) + (taxes[0]?.amount ?? 0);
    return sum + (kind === "return" ? -amount : amount);
  }, 0);
  const cardBrand = row.text("cardBrand").slice(0, 255);
  if (total === 0) return [];
  return [cardBrand === "" ? { type: "Square", amount: total } : { type: "Square Card", cardBrand, amount: total }];
}

function unknownStore(name: string): TicketProblem {
  return new TicketProblem(
    "data.unmapped",
    "store",
    `store:${name.slice(0, 60)}`,
    `is of location ${name.slice(0, 80)}, which is no store of the policies: add it to the names of its store, release them and send the file again`,
  );
}
