import type { BusinessEvent } from "#domain/events";
import { eventKey } from "#domain/identity";
import { isCurrency, type MinorUnits } from "#domain/money";
import { type Facts, joinFacts } from "./facts.ts";
import { millionthsPerUnit, readFulfillment } from "./fulfillment.ts";
import { toInstant } from "./instant.ts";
import { checkOrder, isWhatIsLeft, type LeftOfOrder, type OrderFigures, provesEdit, rowTotals } from "./order-checks.ts";
import { clipped, Reading } from "./reading.ts";
import { readRefund } from "./refund.ts";
import { removedUnits, withoutRemoved } from "./removed-units.ts";
import { type Allocation, isTip, type Order, type OrderLine } from "./schemas.ts";
import { readTaxes } from "./taxes.ts";
import { stated } from "./transaction.ts";

type OrderPlaced = Extract<BusinessEvent, { name: "order.placed" }>;
type Line = OrderPlaced["lines"][number];
type ShippingLine = OrderPlaced["shipping"][number];
type Discount = Line["discounts"][number];
type Figures = Pick<OrderPlaced, "dutiesIncluded" | "lines" | "shipping" | "totals">;

/** The facts of an order as it stands at updated_at, with the fulfilments and refunds that it embeds under their own keys. */
export function readOrder(order: Order): Facts {
  const id = String(order.id);
  const shippingTaxes = (order.shipping_lines ?? []).flatMap((line) => line.tax_lines ?? []);
  const refunds = (order.refunds ?? []).map((refund) => readRefund(refund, id, shippingTaxes));
  return joinFacts(readOrderItself(order, id, refunds), [
    ...(order.fulfillments ?? []).map((fulfillment) => readFulfillment(fulfillment, id)),
    ...refunds,
  ]);
}

function readOrderItself(order: Order, id: string, refunds: readonly Facts[]): Facts {
  const reading = new Reading("order", id, order.currency);
  const references = [{ type: "order-name" as const, value: clipped(order.name) }];
  const presentment = order.presentment_currency ?? order.currency;
  for (const [field, code] of [
    ["currency", order.currency],
    ["presentment_currency", presentment],
  ] as const) {
    if (!isCurrency(code)) reading.fail("data.value", field, [], "is no ISO 4217 code");
  }
  if (reading.broken) return { events: [], references, problems: reading.problems };

  const common = { schema: 1 as const, version: toInstant(order.updated_at)!, orderId: id };
  const events: BusinessEvent[] = [
    {
      name: "order.placed",
      key: eventKey("order.placed", id),
      ...common,
      occurredAt: toInstant(order.processed_at ?? order.created_at)!,
      orderName: clipped(order.name),
      currency: order.currency,
      presentmentCurrency: presentment,
      ...stated("presentment", presentmentOf(order, presentment, reading)),
      taxesIncluded: order.taxes_included,
      test: order.test === true,
      ...stated("businessEntity", order.merchant_business_entity_id),
      ...(order.location_id === null || order.location_id === undefined ? {} : { location: String(order.location_id) }),
      gateways: order.payment_gateway_names ?? (order.gateway ? [order.gateway] : []),
      paymentTerms: order.payment_terms !== null && order.payment_terms !== undefined,
      ...readFigures(order, refunds, reading),
    },
  ];
  if (order.cancelled_at !== null && order.cancelled_at !== undefined) {
    events.push({
      name: "order.cancelled",
      key: eventKey("order.cancelled", id),
      ...common,
      occurredAt: toInstant(order.cancelled_at)!,
      ...(order.cancel_reason ? { reason: clipped(order.cancel_reason) } : {}),
    });
  }
  return { events: reading.broken ? [] : events, references, problems: reading.problems };
}

/** The total in both currencies, so that a payment that is stated in the customer's alone can be told in the shop's. */
function presentmentOf(order: Order, currency: string, reading: Reading): OrderPlaced["presentment"] {
  const customer = reading.customerMoney(order.total_price_set);
  if (customer?.currency !== currency || customer.amount <= 0) return undefined;
  const inOrderCurrency = reading.amount(order.total_price_set, order.total_price, "total_price");
  // A total below nothing is told by the check of the totals; with the other one it is no rate.
  return inOrderCurrency < 0 ? undefined : { total: customer.amount, inOrderCurrency };
}

/**
 * Lines, shipping and totals in shop money, checked against each other. `current_*` (what is left after refunds) is read only where the
 * rows do not come to the stated totals: it tells an edited order from a wrong one.
 */
function readFigures(order: Order, refunds: readonly Facts[], reading: Reading): Figures {
  const totals = readTotals(order, reading);
  const withDuties = includesDuties(order, totals);
  const lines = readLines(order, withDuties, reading);
  const shipping = readShipping(order, reading);
  const figures = figuresOf(order, lines, shipping, totals, reading);
  const flag = withDuties ? { dutiesIncluded: true as const } : {};
  // An edit leaves the original total of duties as it was. Where the lines state less, nobody can tell the rest of it from revenue.
  if (figures.lineDuties !== undefined && figures.lineDuties < totals.duties) {
    checkOrder(figures, reading);
    return { ...flag, lines, shipping, totals };
  }
  const removed = order.cancelled_at || reading.broken ? new Map<string, number>() : removedUnits(order, refunds);
  const leftAfterAll = removed.size === 0 ? undefined : leftOf(order, refunds, withDuties, reading);
  // What is left is the order's own word for the whole of it: where it says that nothing is gone, a count alone takes nothing out.
  if (leftAfterAll !== undefined && !isWhatIsLeft(figures, leftAfterAll, reading)) {
    const of = (some: readonly Line[]) => figuresOf(order, some, shipping, totals, reading);
    const proven = withoutRemoved(lines, removed).find((some) => isWhatIsLeft(of(some), leftAfterAll, reading));
    if (proven !== undefined) return restated(proven, of(proven));
    if (rowTotals(figures, reading).lines === totals.lines) failRemoved(order, removed, reading);
  }
  const left = rowTotals(figures, reading).lines === totals.lines ? undefined : leftOf(order, refunds, withDuties, reading);
  if (left !== undefined && provesEdit(figures, left, reading)) return restated(lines, figures);
  checkOrder(figures, reading);
  return { ...flag, lines, shipping, totals };

  function restated(some: Line[], of: OrderFigures): Figures {
    const { lines: gross, discounts, tax, total } = rowTotals(of, reading);
    const duties = of.lineDuties ?? totals.duties;
    return { ...flag, lines: some, shipping, totals: { ...totals, lines: gross, discounts, tax, duties, total } };
  }
}

function failRemoved(order: Order, removed: ReadonlyMap<string, number>, reading: Reading): void {
  for (const [index, { id }] of order.line_items.entries()) {
    const gone = removed.get(String(id));
    if (gone === undefined) continue;
    const trouble = `leaves out ${gone / millionthsPerUnit} of line ${id} that no refund takes out, and the current totals do not say what that was worth`;
    reading.fail("money.amount-mismatch", "line_items[].current_quantity", [index], trouble);
  }
}

function figuresOf(
  order: Order,
  lines: readonly Line[],
  shipping: readonly ShippingLine[],
  totals: OrderPlaced["totals"],
  reading: Reading,
): OrderFigures {
  const discountsOf = (line: Line | ShippingLine) => sumOf(line.discounts, (discount) => discount.amount, reading, "discount_allocations");
  const taxesOf = (line: Line | ShippingLine) => sumOf(line.taxes, (tax) => tax.amount, reading, "tax_lines");
  return {
    taxesIncluded: order.taxes_included,
    stated: {
      lines: totals.lines,
      subtotal: reading.amount(order.subtotal_price_set, order.subtotal_price, "subtotal_price"),
      discounts: totals.discounts,
      tax: totals.tax,
      total: totals.total,
    },
    gross: sumOf(lines, (line) => line.gross, reading, "line_items"),
    lineDiscounts: sumOf(lines, discountsOf, reading, "line_items"),
    shippingGross: sumOf(shipping, (line) => line.gross, reading, "shipping_lines"),
    shippingDiscounts: sumOf(shipping, discountsOf, reading, "shipping_lines"),
    rowTaxes: sumOf([...lines, ...shipping], taxesOf, reading, "tax_lines"),
    tip: totals.tip,
    duties: totals.duties,
    ...(includesDuties(order, totals) ? { lineDuties: sumOf(lines, ({ duties = 0 }) => duties, reading, "line_items[].duties") } : {}),
    fees: totals.fees,
  };
}

function leftOf(order: Order, refunds: readonly Facts[], withDuties: boolean, reading: Reading): LeftOfOrder | undefined {
  const subtotal = reading.optionalAmount(order.current_subtotal_price_set, order.current_subtotal_price, "current_subtotal_price");
  const tax = reading.optionalAmount(order.current_total_tax_set, order.current_total_tax, "current_total_tax");
  const total = reading.optionalAmount(order.current_total_price_set, order.current_total_price, "current_total_price");
  if (subtotal === undefined || tax === undefined || total === undefined) return undefined;
  const issued = refunds.flatMap(({ events }) => events.filter((event) => event.name === "refund.issued"));
  const lines = issued.flatMap((refund) => refund.lines);
  const shipping = issued.flatMap((refund) => refund.shipping);
  const goods = sumOf(lines, (line) => line.subtotal, reading, "refunds");
  const taxes = sumOf([...lines, ...shipping], (row) => row.tax, reading, "refunds");
  const freight = sumOf(shipping, (row) => row.amount, reading, "refunds");
  const more = sumOf(issued, ({ duties, fees, tips = 0 }) => (withDuties ? 0 : duties) + fees + tips, reading, "refunds");
  const refunded = reading.sum([goods, freight, more, order.taxes_included ? 0 : taxes], "refunds");
  return { current: { subtotal, tax, total }, refunded: { subtotal: goods, tax: taxes, total: refunded } };
}

function sumOf<Row>(rows: readonly Row[], amountOf: (row: Row) => MinorUnits, reading: Reading, field: string): MinorUnits {
  return reading.sum(rows.map(amountOf), field);
}

function readLines(order: Order, withDuties: boolean, reading: Reading): Line[] {
  const lines: Line[] = [];
  for (const [index, line] of order.line_items.entries()) {
    // The tip is stated as total_tip_received; its line would book it as revenue.
    if (isTip(line)) continue;
    const price = reading.amount(line.price_set, line.price, "line_items[].price", index);
    const duties = withDuties
      ? (line.duties ?? []).map((duty, each) => reading.amount(duty, undefined, "line_items[].duties[].shop_money", index, each))
      : [];
    lines.push({
      id: String(line.id),
      item: line.sku ?? "",
      kind: kindOf(line),
      quantityMillionths: line.quantity * millionthsPerUnit,
      gross: reading.times(price, line.quantity, "line_items[].price", index),
      discounts: readDiscounts(line.discount_allocations ?? [], order, reading, "line_items[].discount_allocations[].amount", index),
      taxes: [
        ...readTaxes(line.tax_lines ?? [], reading, "line_items[].tax_lines[].price", index),
        ...(line.duties ?? []).flatMap((duty, each) =>
          readTaxes(duty.tax_lines ?? [], reading, "line_items[].duties[].tax_lines[].price", index, each),
        ),
      ],
      ...(duties.length === 0 ? {} : { duties: reading.sum(duties, "line_items[].duties[].shop_money") }),
    });
  }
  return lines;
}

/** A product that was deleted since keeps its stock-keeping unit and stays goods. */
function kindOf(line: OrderLine): Line["kind"] {
  if (line.gift_card === true) return "gift-card";
  return line.sku || (line.product_id !== null && line.product_id !== undefined) ? "goods" : "custom";
}

function readShipping(order: Order, reading: Reading): ShippingLine[] {
  return (order.shipping_lines ?? []).map((line, index) => ({
    id: String(line.id),
    title: clipped(line.title ?? ""),
    gross: reading.amount(line.price_set, line.price, "shipping_lines[].price", index),
    discounts: readDiscounts(line.discount_allocations ?? [], order, reading, "shipping_lines[].discount_allocations[].amount", index),
    taxes: readTaxes(line.tax_lines ?? [], reading, "shipping_lines[].tax_lines[].price", index),
  }));
}

/** Discounts exactly as allocated: no rule reproduces Shopify's cents. The promotion is a code, else a title. */
function readDiscounts(allocations: readonly Allocation[], order: Order, reading: Reading, field: string, line: number): Discount[] {
  return allocations.map((allocation, index) => {
    const application = order.discount_applications?.[allocation.discount_application_index ?? -1];
    const promotion = application?.code ?? application?.title;
    return {
      amount: reading.amount(allocation.amount_set, allocation.amount, field, line, index),
      ...(promotion ? { promotion: clipped(promotion) } : {}),
    };
  });
}

/** Whether the prices include duties. A shop that pays them itself has the flag too, and states none. */
function includesDuties(order: Order, { duties }: OrderPlaced["totals"]): boolean {
  return order.duties_included === true && duties !== 0;
}

function readTotals(order: Order, reading: Reading): OrderPlaced["totals"] {
  return {
    lines: reading.amount(order.total_line_items_price_set, order.total_line_items_price, "total_line_items_price"),
    discounts: reading.amount(order.total_discounts_set, order.total_discounts, "total_discounts"),
    tax: reading.amount(order.total_tax_set, order.total_tax, "total_tax"),
    // These four came with later API versions. Where one is absent the check of the total proves that it is nothing.
    tip: reading.optionalAmount(undefined, order.total_tip_received, "total_tip_received") ?? 0,
    duties: reading.optionalAmount(order.original_total_duties_set, undefined, "original_total_duties_set") ?? 0,
    fees: reading.optionalAmount(order.original_total_additional_fees_set, undefined, "original_total_additional_fees_set") ?? 0,
    cashRounding:
      reading.optionalAmount(order.total_cash_rounding_payment_adjustment_set, undefined, "total_cash_rounding_payment_adjustment_set") ??
      0,
    total: reading.amount(order.total_price_set, order.total_price, "total_price"),
  };
}
