import { eventKey } from "#domain/identity";
import { currencyExponent, roundScaled } from "#domain/money";
import { type BuiltEvent, numberOverAll, type SettledTicket, settledFacts, type TicketKey, TicketProblem } from "#domain/pos-files";
import type { PosReadSettings } from "#ports/pos-format";
import type { Dialect } from "../dialects/dialect.ts";
import type { DraftStock, DraftStockLine, TransactionDraft } from "../draft/transaction-draft.ts";
import { currencyOf, instantOf, versionOf } from "./identity.ts";
import { amountDecimals, readAmount, readQuantity } from "./read-figure.ts";

interface Frame {
  readonly key: TicketKey;
  readonly currency: string;
  readonly base: { readonly schema: 1; readonly version: string; readonly occurredAt: string };
}

/** One line once its voids are gone: quantities in millionths. */
interface StockLine {
  readonly id: string;
  readonly item: string;
  readonly quantity: number;
  readonly draft: DraftStockLine;
}

/** Inventory control (c39–c41): one document of one transaction, in the stock's stream or in that of the transfer; undefined: it states none. Throws TicketProblem. */
export function stockDocuments(
  draft: TransactionDraft,
  key: TicketKey,
  settings: PosReadSettings,
  dialect: Dialect,
): SettledTicket | undefined {
  const documents = draft.stock.filter((stock) => kindOf(stock, dialect, key) !== "ignored");
  if (documents.length > 1) {
    throw new TicketProblem(
      "data.value",
      "documents",
      "documents",
      `it holds ${documents.length} stock documents; one transaction states one`,
    );
  }
  const [stock] = documents;
  if (stock === undefined) return undefined;
  const currency = currencyOf(draft, settings);
  const frame: Frame = { key, currency, base: { schema: 1, version: versionOf(draft), occurredAt: instantOf(draft, settings) } };
  const total = { amount: 0, currency };
  const kind = kindOf(stock, dialect, key);
  if (kind === "ignored") return undefined;
  if (kind === "transfer-out" || kind === "transfer-in") {
    return { ...settledFacts(key, { transfer: stock.document }, [transferEvent(kind, stock, frame)]), total };
  }
  return { ...settledFacts(key, "stock", [stockEvent(kind, stock, frame)]), total };
}

type Kind = "transfer-out" | "transfer-in" | "received" | "counted" | "adjusted" | "lost" | "returned-to-vendor" | "ignored";

/** By the vendor's document types, then by the element; which way a transfer goes is told by whose store it is. */
function kindOf(stock: DraftStock, dialect: Dialect, key: TicketKey): Kind {
  let kind: ReturnType<Dialect["stock"]["of"]>;
  for (const type of stock.types) kind ??= dialect.stock.of(type);
  kind ??= dialect.stock.of(stock.element);
  if (kind === "received" && stock.vendor === "" && stock.source !== "" && stock.source !== key.store) return "transfer-in";
  if (kind === "transfer") {
    if (stock.source === key.store && stock.destination !== key.store) return "transfer-out";
    if (stock.destination === key.store && stock.source !== key.store) return "transfer-in";
    if (stock.source === "" && stock.destination !== "") return "transfer-out";
    if (stock.destination === "" && stock.source !== "") return "transfer-in";
    throw new TicketProblem(
      "data.missing",
      "transfer-direction",
      stock.element,
      `its transfer from ${stock.source || "nowhere"} to ${stock.destination || "nowhere"} does not say which end store ${key.store} is`,
    );
  }
  return kind ?? "ignored";
}

function transferEvent(kind: "transfer-out" | "transfer-in", stock: DraftStock, frame: Frame): BuiltEvent {
  const { key, base } = frame;
  const { document } = stock;
  if (document === "" || document.length > 120) {
    throw new TicketProblem(
      "data.missing",
      "transfer-document",
      stock.element,
      "its transfer has no document number: both ends are found together by it",
    );
  }
  const name = kind === "transfer-out" ? "transfer.shipped" : "transfer.received";
  const origin = kind === "transfer-out" ? key.store : stock.source;
  const destination = kind === "transfer-out" ? stock.destination : key.store;
  const places = { ...(origin === "" ? {} : { origin }), ...(destination === "" ? {} : { destination }) };
  // Lines of both ends are found together by their item: each till numbers its own.
  const items = new Map<string, { quantity: number; damaged: number }>();
  for (const line of linesOf(stock)) {
    const row = items.get(line.item) ?? { quantity: 0, damaged: 0 };
    row.quantity += notNegative(line, stock);
    row.damaged += line.draft.damaged === "" ? 0 : readQuantity(line.draft.damaged, `damaged quantity of line ${line.id}`);
    items.set(line.item, row);
  }
  return {
    name,
    ...base,
    key: eventKey(name, document),
    transferId: document,
    shipmentId: document,
    ...places,
    lines: [...items].map(([item, { quantity, damaged }]) => {
      if (kind === "transfer-out") return { id: item, item, quantityMillionths: quantity };
      if (damaged < 0 || damaged > quantity) {
        throw new TicketProblem("data.value", "damaged", item, `more of ${item} is damaged than was received`);
      }
      return { id: item, item, acceptedMillionths: quantity - damaged, rejectedMillionths: damaged };
    }),
  };
}

function stockEvent(kind: Exclude<Kind, "transfer-out" | "transfer-in" | "ignored">, stock: DraftStock, frame: Frame): BuiltEvent {
  const { key, base } = frame;
  const lines = linesOf(stock);
  const event = (name: string, content: object) => ({ name, ...base, key: eventKey(name, numberOverAll(key)), ...key, ...content });
  switch (kind) {
    case "received":
    case "returned-to-vendor":
      return event(kind === "received" ? "stock.received" : "stock.returned-to-vendor", {
        ...(stock.vendor === "" ? {} : { vendor: stock.vendor }),
        ...(stock.purchaseOrder === "" ? {} : { purchaseOrder: stock.purchaseOrder.slice(0, 255) }),
        currency: frame.currency,
        lines: lines.map((line) => ({
          id: line.id,
          item: line.item,
          quantityMillionths: kind === "received" ? notNegative(line, stock) : Math.abs(line.quantity),
          ...unitCostOf(line, frame),
        })),
      });
    case "counted":
      return event("stock.counted", {
        lines: lines.map((line) => ({
          id: line.id,
          item: line.item,
          countedMillionths: notNegative(line, stock),
          ...(line.draft.expected === ""
            ? {}
            : { expectedMillionths: readQuantity(line.draft.expected, `expected quantity of line ${line.id}`) }),
        })),
      });
    case "adjusted":
    case "lost":
      return event("stock.adjusted", {
        lines: lines.map((line) => ({
          id: line.id,
          item: line.item,
          deltaMillionths: kind === "lost" && line.quantity !== 0 ? -Math.abs(line.quantity) : line.quantity,
          reason: (line.draft.reason || stock.reason || stock.element).slice(0, 255),
        })),
      });
  }
}

function linesOf(stock: DraftStock): StockLine[] {
  const taken = new Set<string>();
  return stock.lines
    .filter(({ voided }) => !voided)
    .map((draft, index) => {
      const id = draft.id === "" || taken.has(draft.id) ? `${draft.id}@${index + 1}` : draft.id;
      taken.add(id);
      if (draft.item === "") throw new TicketProblem("data.missing", "item", `line ${id}`, `line ${id} of ${stock.element} names no item`);
      return { id, item: draft.item.slice(0, 255), quantity: readQuantity(draft.quantity, `quantity of line ${id}`), draft };
    });
}

function notNegative({ id, quantity }: StockLine, stock: DraftStock): number {
  if (quantity >= 0) return quantity;
  throw new TicketProblem("data.value", "sign", `line ${id}`, `line ${id} of ${stock.element} has a negative quantity`);
}

function unitCostOf({ id, draft }: StockLine, { currency }: Frame): { unitCost?: number } {
  if (draft.unitCost === "") return {};
  const place = `unit cost of line ${id}`;
  const cost = readAmount(draft.unitCost, place);
  const exponent = currencyExponent(currency);
  // The event has whole minor units: rounded here, a thousand pieces would be worth something else.
  if (cost % 10 ** (amountDecimals - exponent) !== 0)
    throw new TicketProblem("data.value", "unit-cost", place, `line ${id} has a unit cost with more decimals than the currency`);
  return { unitCost: roundScaled(cost, amountDecimals, exponent) };
}
