import { describe, expect, test } from "vitest";
import { parseResource, parseWebhook } from "#adapters/channels/shopify";
import { type Target, targetLedger } from "#domain/ledger";
import { ledgerText } from "../../domain/ledger/ledger-text.ts";
import { goldenPolicy } from "../../golden/golden-policy.ts";

/*
 * c22 out of what Shopify sends: a shirt of 100.00 and 10.00 tax goes back for a mug that costs less, as much or more. The return names the
 * replacement, the order's newer version has its line, and the refund's money is net of it.
 */

const shop = "us.example";
const set = (amount: string) => ({ shop_money: { amount, currency_code: "USD" }, presentment_money: { amount, currency_code: "USD" } });
const receivedAt = "2026-12-03T15:00:00.000Z";
const webhook = (topic: string, body: object) => parseWebhook({ topic, shop, body: JSON.stringify(body), receivedAt }).events;

const line = (id: number, sku: string, price: string, tax: string) => ({
  id,
  sku,
  product_id: id,
  quantity: 1,
  price,
  price_set: set(price),
  tax_lines: [{ title: "IL", price: tax, price_set: set(tax), rate: 0.1 }],
  discount_allocations: [],
});
const shirt = line(71, "SHIRT", "100.00", "10.00");

const order = (updatedAt: string, lines: object[], [subtotal, tax, total]: readonly [string, string, string]) =>
  webhook("orders/updated", {
    id: 5001,
    name: "#1001",
    currency: "USD",
    taxes_included: false,
    test: false,
    created_at: "2026-11-27T09:00:00Z",
    processed_at: "2026-11-27T09:00:00Z",
    updated_at: updatedAt,
    payment_gateway_names: ["shopify_payments"],
    line_items: lines,
    shipping_lines: [],
    refunds: [],
    total_line_items_price: subtotal,
    total_discounts: "0.00",
    subtotal_price: subtotal,
    total_tax: tax,
    total_price: total,
  });

const money = (id: number, kind: string, amount: string, at: string, more: object = {}) => ({
  id,
  order_id: 5001,
  kind,
  status: "success",
  gateway: "shopify_payments",
  amount,
  currency: "USD",
  created_at: at,
  processed_at: at,
  ...more,
});

const shipment = webhook("fulfillments/create", {
  id: 31,
  order_id: 5001,
  status: "success",
  created_at: "2026-11-27T12:00:00Z",
  updated_at: "2026-11-27T12:00:00Z",
  location_id: 100,
  line_items: [{ id: 71, sku: "SHIRT", quantity: 1 }],
});

const one = { pageInfo: { hasNextPage: false } };
const lineItem = { lineItem: { id: "gid://shopify/LineItem/71", sku: "SHIRT" } };
const returned = parseResource({
  resource: "return",
  shop,
  readAt: "2026-12-03T12:00:00.000Z",
  body: JSON.stringify({
    data: {
      return: {
        id: "gid://shopify/Return/41",
        name: "#1001-R1",
        status: "OPEN",
        createdAt: "2026-11-29T09:00:00Z",
        requestApprovedAt: "2026-11-29T10:30:00Z",
        closedAt: null,
        order: { id: "gid://shopify/Order/5001" },
        decline: null,
        returnLineItems: { nodes: [{ id: "gid://shopify/ReturnLineItem/42", quantity: 1, fulfillmentLineItem: lineItem }], ...one },
        returnShippingFees: [],
        exchangeLineItems: {
          nodes: [{ id: "gid://shopify/ExchangeLineItem/43", quantity: 1, lineItem: { id: "gid://shopify/LineItem/72", sku: "MUG" } }],
          ...one,
        },
        reverseFulfillmentOrders: {
          nodes: [
            {
              id: "gid://shopify/ReverseFulfillmentOrder/44",
              lineItems: {
                nodes: [
                  {
                    id: "gid://shopify/ReverseFulfillmentOrderLineItem/45",
                    fulfillmentLineItem: lineItem,
                    dispositions: [
                      {
                        id: "gid://shopify/ReverseFulfillmentOrderDisposition/46",
                        type: "RESTOCKED",
                        quantity: 1,
                        createdAt: "2026-12-03T11:00:00Z",
                        location: { id: "gid://shopify/Location/100" },
                      },
                    ],
                  },
                ],
                ...one,
              },
            },
          ],
          ...one,
        },
      },
    },
  }),
}).events;

const refund = (transactions: object[]) =>
  webhook("refunds/create", {
    id: 51,
    order_id: 5001,
    return: { id: 41, admin_graphql_api_id: "gid://shopify/Return/41" },
    created_at: "2026-12-03T12:00:00Z",
    processed_at: "2026-12-03T12:00:00Z",
    refund_line_items: [
      {
        id: 52,
        line_item_id: 71,
        quantity: 1,
        restock_type: "no_restock",
        location_id: null,
        subtotal_set: set("100.00"),
        total_tax_set: set("10.00"),
      },
    ],
    order_adjustments: [],
    transactions,
  });

const sale = [
  ...order("2026-11-27T09:00:00Z", [shirt], ["100.00", "10.00", "110.00"]),
  ...webhook("order_transactions/create", money(61, "sale", "110.00", "2026-11-27T10:00:00Z")),
  ...shipment,
];
const exchangedFor = (price: string, tax: string, totals: readonly [string, string, string]) =>
  order("2026-12-01T09:00:00Z", [shirt, line(72, "MUG", price, tax)], totals);

/** What the exchange itself books: the journals of the sale before it stand as they were. */
function exchangeText(events: typeof sale): string {
  const { documents, ...rest }: Target = targetLedger(events, goldenPolicy, "sale:shopify:us.example:5001");
  const before = new Set(["payment.captured:61", "fulfillment.shipped:31"]);
  return ledgerText({ ...rest, documents: documents.filter(({ event }) => !before.has(event)) });
}
const ledger = (text: TemplateStringsArray) => text[0]!.replaceAll("\n      ", "\n").trim();

describe("a shirt exchanged for a mug", () => {
  test("that is cheaper: the difference is owed with the return and goes out with the refund", () => {
    const given = refund([money(62, "refund", "44.00", "2026-12-03T12:00:00Z", { parent_id: 61 })]);
    expect(exchangeText([...sale, ...returned, ...exchangedFor("60.00", "6.00", ["160.00", "16.00", "176.00"]), ...given])).toBe(ledger`
      return.received:46 → return
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr deferred-revenue{channel:web,currency:USD} 60.00
          Cr refund-payable{currency:USD} 44.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 6.00
      return.received:46 → restock
        46: 1 SHIRT (apparel) dc at fulfillment.shipped:31 71
      refund.issued:51 → refund
        Dr refund-payable{currency:USD} 44.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 44.00
      payment.refunded:62 → refund-settlement
        Dr refund-payable{gateway:shopify_payments,currency:USD} 44.00
          Cr payment-clearing{gateway:shopify_payments,currency:USD} 44.00
    `);
  });

  test("that costs as much: the return is deferred for it, and the refund moves nothing", () => {
    expect(
      exchangeText([...sale, ...returned, ...exchangedFor("100.00", "10.00", ["200.00", "20.00", "220.00"]), ...refund([])]),
    ).toBe(ledger`
      return.received:46 → return
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr deferred-revenue{channel:web,currency:USD} 100.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 10.00
      return.received:46 → restock
        46: 1 SHIRT (apparel) dc at fulfillment.shipped:31 71
    `);
  });

  test("that is dearer: the customer pays the difference", () => {
    const paid = webhook("order_transactions/create", money(63, "sale", "55.00", "2026-12-03T12:05:00Z"));
    expect(
      exchangeText([...sale, ...returned, ...exchangedFor("150.00", "15.00", ["250.00", "25.00", "275.00"]), ...refund([]), ...paid]),
    ).toBe(ledger`
      return.received:46 → return
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr deferred-revenue{channel:web,currency:USD} 100.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 10.00
      return.received:46 → restock
        46: 1 SHIRT (apparel) dc at fulfillment.shipped:31 71
      payment.captured:63 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 55.00
          Cr deferred-revenue{channel:web,currency:USD} 50.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 5.00
    `);
  });

  test("whose line has not arrived is said by name, and the value of the return is owed back until it does", () => {
    expect(exchangeText([...sale, ...returned])).toBe(ledger`
      return.received:46 → return
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr refund-payable{currency:USD} 110.00
      return.received:46 → restock
        46: 1 SHIRT (apparel) dc at fulfillment.shipped:31 71
      ! sequence.parent-missing/replacement exchange.arranged:41
    `);
  });
});
