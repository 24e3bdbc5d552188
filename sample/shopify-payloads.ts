import { catalogue } from "./catalogue.ts";
import { customers } from "./customers.ts";
import { decimal } from "./percentage.ts";
import { destinations, locations, shopDomain } from "./retailer.ts";
import { fulfillmentId, idNumber, lineId, orderId, refundId, shippingLineId, transactionId } from "./shopify-ids.ts";
import type { Gateway, PricedOrder, PricedTax, Restock, WebOrder } from "./web-order.ts";

/*
 * Bodies in the shapes of Shopify's REST resources at API 2026-07: money as text, twice in shop and presentment currency; ids as numbers.
 */

const currency = "USD";

function money(cents: number) {
  const amount = decimal(cents);
  return { shop_money: { amount, currency_code: currency }, presentment_money: { amount, currency_code: currency } };
}

/** `<name>` and `<name>_set`. */
function amounts(name: string, cents: number) {
  return { [name]: decimal(cents), [`${name}_set`]: money(cents) };
}

function taxLines(taxes: readonly PricedTax[]) {
  return taxes.map((tax) => ({
    title: tax.title,
    price: decimal(tax.amount),
    rate: tax.rate,
    price_set: money(tax.amount),
    channel_liable: false,
  }));
}

export interface OrderState {
  readonly updatedAt: string;
  readonly captured: number;
  readonly refunded: number;
  /** Pieces per line that were refunded. */
  readonly refundedPieces: readonly number[];
  /** Pieces per line that shipped. */
  readonly shippedPieces: readonly number[];
  readonly gateways: readonly Gateway[];
  readonly authorised: boolean;
  readonly fulfillments: readonly unknown[];
  readonly refunds: readonly unknown[];
  readonly cancelledAt?: string;
  readonly cancelReason?: string;
}

/** `errorCents` is added to the stated total, for the order whose figures do not add up. */
export function orderPayload(order: WebOrder, priced: PricedOrder, createdAt: string, state: OrderState, errorCents: number): object {
  const id = orderId(order);
  const customer = customers[order.number % customers.length] as (typeof customers)[number];
  const total = priced.total + errorCents;
  const discount = order.discount;
  const code = discount?.type === "discount_code" ? [discount] : [];
  const token = `tok${order.number}`;
  return {
    id: idNumber(id),
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    app_id: 580111,
    browser_ip: "203.0.113.24",
    buyer_accepts_marketing: false,
    cancel_reason: state.cancelReason ?? null,
    cancelled_at: state.cancelledAt ?? null,
    cart_token: token,
    checkout_id: 30_870_000_000_000 + order.number,
    checkout_token: token,
    client_details: { accept_language: "en-US", browser_ip: "203.0.113.24", user_agent: "Mozilla/5.0" },
    closed_at: null,
    confirmation_number: `FV${order.number}X`,
    confirmed: true,
    contact_email: customer.email,
    created_at: createdAt,
    currency,
    ...currentFigures(priced, state),
    current_total_additional_fees_set: null,
    current_total_duties_set: null,
    customer_locale: "en-US",
    device_id: null,
    discount_codes: code.map((each) => ({
      code: each.title,
      amount: decimal(priced.discount),
      type: each.valueType,
    })),
    duties_included: false,
    email: customer.email,
    estimated_taxes: false,
    financial_status: financialStatus(total, state),
    fulfillment_status: fulfillmentStatus(order, state),
    landing_site: "/",
    location_id: null,
    merchant_business_entity_id: "MTkyMDQ4NzE2",
    merchant_of_record_app_id: null,
    name: `#${order.number}`,
    note: null,
    note_attributes: [],
    number: order.number - 1000,
    order_number: order.number,
    order_status_url: `https://${shopDomain}/orders/${token}/authenticate?key=sample`,
    original_total_additional_fees_set: null,
    original_total_duties_set: null,
    payment_gateway_names: state.gateways,
    payment_terms: null,
    phone: null,
    po_number: null,
    presentment_currency: currency,
    processed_at: createdAt,
    reference: null,
    referring_site: null,
    source_identifier: null,
    source_name: "web",
    source_url: null,
    ...amounts("subtotal_price", priced.subtotal),
    tags: "",
    tax_exempt: false,
    tax_lines: taxLines(taxesByTitle(priced)),
    taxes_included: false,
    test: false,
    token,
    total_cash_rounding_payment_adjustment_set: money(0),
    total_cash_rounding_refund_adjustment_set: money(0),
    ...amounts("total_discounts", priced.discount),
    ...amounts("total_line_items_price", priced.gross),
    total_outstanding: decimal(Math.max(total - state.captured, 0)),
    ...amounts("total_price", total),
    total_shipping_price_set: money(order.shipping),
    ...amounts("total_tax", priced.tax),
    total_tip_received: decimal(order.tip ?? 0),
    total_weight: 1200,
    updated_at: state.updatedAt,
    user_id: null,
    billing_address: address(order),
    customer: {
      id: 7_701_000_000_000 + (order.number % customers.length),
      email: customer.email,
      first_name: customer.first,
      last_name: customer.last,
      state: "enabled",
      verified_email: true,
      tax_exempt: false,
      phone: null,
      currency,
      default_address: address(order),
    },
    discount_applications:
      discount === undefined
        ? []
        : [
            {
              target_type: "line_item",
              type: discount.type,
              value: discount.value,
              value_type: discount.valueType,
              allocation_method: "across",
              target_selection: "all",
              ...(discount.type === "discount_code" ? { code: discount.title } : { title: discount.title }),
            },
          ],
    fulfillments: state.fulfillments,
    line_items: order.lines.map((_line, index) =>
      linePayload(order, priced, index, {
        current: (order.lines[index]?.pieces ?? 0) - (state.refundedPieces[index] ?? 0),
        shipped: state.shippedPieces[index] ?? 0,
      }),
    ),
    refunds: state.refunds,
    shipping_address: address(order),
    shipping_lines: [shippingLinePayload(order, priced)],
  };
}

function currentFigures(priced: PricedOrder, state: OrderState) {
  const cancelled = state.cancelledAt !== undefined;
  return {
    ...amounts("current_subtotal_price", cancelled ? 0 : priced.subtotal),
    ...amounts("current_total_discounts", cancelled ? 0 : priced.discount),
    ...amounts("current_total_price", cancelled ? 0 : priced.total),
    ...amounts("current_total_tax", cancelled ? 0 : priced.tax),
  };
}

function financialStatus(total: number, state: OrderState): string {
  if (state.refunded > 0) return state.refunded >= state.captured ? "refunded" : "partially_refunded";
  if (state.captured === 0) return state.authorised ? "authorized" : "pending";
  return state.captured >= total ? "paid" : "partially_paid";
}

function fulfillmentStatus(order: WebOrder, state: OrderState): string | null {
  const ordered = order.lines.reduce((sum, line) => sum + line.pieces, 0);
  const shipped = state.shippedPieces.reduce((sum, pieces) => sum + pieces, 0);
  return shipped === 0 ? null : shipped < ordered ? "partial" : "fulfilled";
}

function taxesByTitle(priced: PricedOrder): readonly PricedTax[] {
  const byTitle = new Map<string, PricedTax>();
  for (const tax of [...priced.lines.flatMap((line) => line.taxes), ...priced.shippingTaxes]) {
    byTitle.set(tax.title, { ...tax, amount: tax.amount + (byTitle.get(tax.title)?.amount ?? 0) });
  }
  return [...byTitle.values()];
}

function address(order: WebOrder) {
  const customer = customers[order.number % customers.length] as (typeof customers)[number];
  const { city, province, provinceCode, zip, country, countryCode } = destinations[order.to];
  return {
    first_name: customer.first,
    last_name: customer.last,
    name: `${customer.first} ${customer.last}`,
    company: null,
    address1: customer.street,
    address2: "",
    city,
    zip,
    province,
    province_code: provinceCode,
    country,
    country_code: countryCode,
    phone: "+1 555 010 0199",
    latitude: null,
    longitude: null,
  };
}

function linePayload(order: WebOrder, priced: PricedOrder, index: number, pieces: { current: number; shipped: number }) {
  const line = priced.lines[index] as PricedOrder["lines"][number];
  const id = lineId(order, index);
  const position = catalogue.findIndex((item) => item.sku === line.sku);
  return {
    id: idNumber(id),
    admin_graphql_api_id: `gid://shopify/LineItem/${id}`,
    attributed_staffs: [],
    current_quantity: pieces.current,
    fulfillable_quantity: pieces.current - pieces.shipped,
    fulfillment_service: "manual",
    fulfillment_status: pieces.shipped === 0 ? null : pieces.shipped < line.pieces ? "partial" : "fulfilled",
    gift_card: order.lines[index]?.giftCard === true,
    grams: 400,
    name: line.name,
    ...amounts("price", line.unitPrice),
    product_exists: true,
    product_id: 8_100_000_000_000 + position,
    properties: [],
    quantity: line.pieces,
    requires_shipping: true,
    sku: line.sku,
    taxable: line.taxes.length > 0,
    title: line.name,
    ...amounts("total_discount", 0),
    variant_id: 44_100_000_000_000 + position,
    variant_inventory_management: "shopify",
    variant_title: null,
    vendor: "Fernwick & Vale",
    tax_lines: taxLines(line.taxes),
    duties: [],
    discount_allocations: line.discount === 0 ? [] : [{ ...amounts("amount", line.discount), discount_application_index: 0 }],
  };
}

function shippingLinePayload(order: WebOrder, priced: PricedOrder) {
  return {
    id: idNumber(shippingLineId(order)),
    carrier_identifier: null,
    code: order.shipping === 0 ? "Free shipping" : "Ground",
    current_discounted_price_set: money(order.shipping),
    discount_allocations: [],
    ...amounts("discounted_price", order.shipping),
    is_removed: false,
    phone: null,
    ...amounts("price", order.shipping),
    requested_fulfillment_service_id: null,
    source: "shopify",
    tax_lines: taxLines(priced.shippingTaxes),
    title: order.shipping === 0 ? "Free shipping" : "Ground",
  };
}

export interface TransactionState {
  readonly index: number;
  readonly parent?: number;
  readonly kind: "authorization" | "capture" | "sale" | "refund";
  readonly status: "success" | "pending";
  readonly gateway: Gateway;
  readonly amount: number;
  readonly at: string;
}

export function transactionPayload(order: WebOrder, transaction: TransactionState): object {
  const id = transactionId(order, transaction.index);
  const card = transaction.gateway === "shopify_payments";
  return {
    id: idNumber(id),
    admin_graphql_api_id: `gid://shopify/OrderTransaction/${id}`,
    amount: decimal(transaction.amount),
    amount_rounding: null,
    authorization: card ? `auth-${order.number}-${transaction.index}` : null,
    created_at: transaction.at,
    currency,
    currency_exchange_adjustment: null,
    device_id: null,
    error_code: null,
    gateway: transaction.gateway,
    kind: transaction.kind,
    location_id: null,
    manual_payment_gateway: transaction.gateway === "Cash on Delivery (COD)",
    message: null,
    order_id: idNumber(orderId(order)),
    parent_id: transaction.parent === undefined ? null : idNumber(transactionId(order, transaction.parent)),
    payment_details: card
      ? {
          avs_result_code: "Y",
          buyer_action_info: null,
          credit_card_bin: "424242",
          credit_card_company: "Visa",
          credit_card_expiration_month: 4,
          credit_card_expiration_year: 2029,
          credit_card_name: null,
          credit_card_number: "•••• •••• •••• 4242",
          credit_card_wallet: null,
          cvv_result_code: "M",
          payment_method_name: "visa",
        }
      : null,
    payment_id: `#${order.number}.${transaction.index + 1}`,
    processed_at: transaction.at,
    receipt: {},
    source_name: "web",
    status: transaction.status,
    test: false,
    total_unsettled_set: {
      presentment_money: { amount: decimal(transaction.amount), currency },
      shop_money: { amount: decimal(transaction.amount), currency },
    },
    user_id: null,
  };
}

export interface FulfillmentState {
  readonly index: number;
  readonly from: string;
  readonly lines: readonly (readonly [number, number])[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly status: "success" | "cancelled";
  readonly tracking?: string;
}

export function fulfillmentPayload(order: WebOrder, priced: PricedOrder, fulfillment: FulfillmentState): object {
  const id = fulfillmentId(order, fulfillment.index);
  const location = locations[fulfillment.from];
  if (location === undefined) throw new RangeError(`${fulfillment.from} is no location of the sample`);
  return {
    id: idNumber(id),
    admin_graphql_api_id: `gid://shopify/Fulfillment/${id}`,
    created_at: fulfillment.createdAt,
    destination: address(order),
    email: customers[order.number % customers.length]?.email,
    line_items: fulfillment.lines.map(([index, pieces]) => ({
      ...linePayload(order, priced, index, { current: pieces, shipped: pieces }),
      quantity: pieces,
      fulfillment_line_item_id: idNumber(`${id}${index}`),
    })),
    location_id: idNumber(location.shopifyId),
    name: `#${order.number}.${fulfillment.index + 1}`,
    order_id: idNumber(orderId(order)),
    origin_address: null,
    receipt: {},
    service: "manual",
    shipment_status: null,
    status: fulfillment.status,
    tracking_company: fulfillment.tracking === undefined ? null : "UPS",
    tracking_number: fulfillment.tracking ?? null,
    tracking_numbers: fulfillment.tracking === undefined ? [] : [fulfillment.tracking],
    tracking_url: null,
    tracking_urls: [],
    updated_at: fulfillment.updatedAt,
  };
}

export interface RefundState {
  readonly index: number;
  readonly at: string;
  readonly note: string;
  readonly lines: readonly {
    readonly line: number;
    readonly pieces: number;
    readonly restock: Restock;
    readonly to?: string;
    readonly subtotal: number;
    readonly tax: number;
  }[];
  readonly shipping: boolean;
  readonly goodwill: number;
  readonly transaction: TransactionState;
}

/** `embedded`: as an order embeds it, without the shipping lines. */
export function refundPayload(order: WebOrder, priced: PricedOrder, refund: RefundState, embedded: boolean): object {
  const id = refundId(order, refund.index);
  const adjustment = (index: number, kind: string, reason: string, cents: number, taxCents: number) => ({
    id: idNumber(`${id}${index}`),
    ...amounts("amount", -cents),
    kind,
    order_id: idNumber(orderId(order)),
    reason,
    refund_id: idNumber(id),
    ...amounts("tax_amount", -taxCents),
  });
  return {
    id: idNumber(id),
    admin_graphql_api_id: `gid://shopify/Refund/${id}`,
    additional_fees: [],
    created_at: refund.at,
    duties: [],
    note: refund.note,
    order_adjustments: [
      ...(refund.shipping ? [adjustment(1, "shipping_refund", "Shipping refund", order.shipping, priced.shippingTax)] : []),
      ...(refund.goodwill > 0 ? [adjustment(2, "refund_discrepancy", "Refund discrepancy", refund.goodwill, 0)] : []),
    ],
    order_id: idNumber(orderId(order)),
    processed_at: refund.at,
    refund_line_items: refund.lines.map((line) => ({
      id: idNumber(`${id}7${line.line}`),
      line_item: linePayload(order, priced, line.line, { current: 0, shipped: 0 }),
      line_item_id: idNumber(lineId(order, line.line)),
      location_id: line.to === undefined ? null : idNumber(locations[line.to]?.shopifyId ?? "0"),
      quantity: line.pieces,
      restock_type: line.restock,
      // Shopify writes these two as numbers; only the sets are exact.
      subtotal: line.subtotal / 100,
      subtotal_set: money(line.subtotal),
      total_tax: line.tax / 100,
      total_tax_set: money(line.tax),
    })),
    ...(embedded ? {} : { refund_shipping_lines: refund.shipping ? [refundShippingLine(order, priced, id)] : [] }),
    restock: refund.lines.some((line) => line.restock !== "no_restock"),
    return: null,
    total_additional_fees_set: money(0),
    total_duties_set: money(0),
    transactions: [transactionPayload(order, refund.transaction)],
    user_id: 99_120_001,
  };
}

function refundShippingLine(order: WebOrder, priced: PricedOrder, id: string) {
  return {
    id: idNumber(`${id}9`),
    full_refund: true,
    shipping_line: shippingLinePayload(order, priced),
    subtotal_amount_set: money(order.shipping),
  };
}
