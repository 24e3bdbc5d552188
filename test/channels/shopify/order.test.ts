import { describe, expect, test } from "vitest";
import { eventSchema } from "#domain/events";
import { bodyText, bodyWith, parse, set } from "./webhook-bodies.ts";

describe("orders/create", () => {
  test("an order is stated in shop money with its lines, discounts, taxes and totals exactly as Shopify allocates them", () => {
    expect(parse("orders/create", bodyText("order"))).toEqual({
      transaction: "sale:shopify:quill.myshopify.com:9007199254740997",
      kind: "sale",
      source: "shopify:quill.myshopify.com:order:9007199254740997",
      channel: "shopify",
      shop: "quill.myshopify.com",
      issues: [],
      references: [
        { type: "order", value: "9007199254740997" },
        { type: "order-name", value: "#1001" },
      ],
      events: [
        {
          name: "order.placed",
          schema: 1,
          key: "order.placed:9007199254740997",
          version: "2026-11-27T14:03:25.000Z",
          occurredAt: "2026-11-27T14:03:20.000Z",
          orderId: "9007199254740997",
          orderName: "#1001",
          currency: "USD",
          presentmentCurrency: "EUR",
          presentment: { total: 10602, inOrderCurrency: 11524 },
          taxesIncluded: false,
          test: false,
          businessEntity: "MTIzNDU2",
          gateways: ["shopify_payments", "gift_card"],
          paymentTerms: false,
          lines: [
            {
              id: "9007199254740993",
              item: "MUG-BLUE",
              kind: "goods",
              quantityMillionths: 2_000_000,
              gross: 8000,
              discounts: [{ amount: 1333, promotion: "WELCOME20" }],
              taxes: [
                { code: "State Tax", rate: "0.06", amount: 400 },
                { code: "City Tax", rate: "0.02", amount: 133, channelLiable: true },
              ],
            },
            {
              id: "9007199254740995",
              item: "MUG-RED",
              kind: "goods",
              quantityMillionths: 1_000_000,
              gross: 4000,
              discounts: [{ amount: 667, promotion: "WELCOME20" }],
              taxes: [
                { code: "State Tax", rate: "0.06", amount: 200, channelLiable: false },
                { code: "City Tax", rate: "0.02", amount: 67, channelLiable: true },
              ],
            },
          ],
          shipping: [
            {
              id: "3001",
              title: "Standard",
              gross: 500,
              discounts: [{ amount: 100, promotion: "Shipping week" }],
              taxes: [{ code: "State Tax", rate: "0.06", amount: 24 }],
            },
          ],
          totals: { lines: 12_000, discounts: 2100, tax: 824, tip: 300, duties: 0, fees: 0, cashRounding: 0, total: 11_524 },
        },
      ],
    });
  });

  test("paid and cancelled topics are the same resource: one content, one source key, one document", () => {
    expect(parse("orders/paid", bodyText("order"))).toEqual(parse("orders/create", bodyText("order")));
    expect(parse("orders/cancelled", bodyText("order"))).toEqual(parse("orders/create", bodyText("order")));
  });

  test("a till order in the shape of old versions is read from its plain fields; the tip is no line, a gift card no goods", () => {
    const { events, issues } = parse("orders/create", bodyText("order-till"));
    expect(issues).toEqual([]);
    expect(events).toEqual([
      {
        name: "order.placed",
        schema: 1,
        key: "order.placed:5003",
        version: "2026-11-28T12:00:00.000Z",
        occurredAt: "2026-11-28T12:00:00.000Z",
        orderId: "5003",
        orderName: "#1003",
        currency: "USD",
        presentmentCurrency: "USD",
        taxesIncluded: false,
        test: true,
        location: "4002",
        gateways: ["cash"],
        paymentTerms: true,
        lines: [
          { id: "7101", item: "", kind: "gift-card", quantityMillionths: 1_000_000, gross: 5000, discounts: [], taxes: [] },
          { id: "7102", item: "", kind: "custom", quantityMillionths: 3_000_000, gross: 450, discounts: [], taxes: [] },
          {
            id: "7103",
            item: "OLD-1",
            kind: "goods",
            quantityMillionths: 1_000_000,
            gross: 3100,
            discounts: [],
            taxes: [
              { code: "State Tax", rate: "0.029", amount: 90 },
              { code: "Duty Tax", rate: "0.04", amount: 30 },
            ],
          },
        ],
        shipping: [],
        totals: { lines: 8550, discounts: 0, tax: 120, tip: 500, duties: 750, fees: 250, cashRounding: -2, total: 10_170 },
      },
    ]);
  });

  test("what is left after refunds (current_*) is not the order", () => {
    const left = parse("orders/create", bodyWith("order-till", { current_total_price: "0.00", current_subtotal_price: "0.00" }));
    expect(left.events).toEqual(parse("orders/create", bodyText("order-till")).events);
  });

  test("no name, address, e-mail, telephone number, note or address of a device leaves the raw body", () => {
    const facts = JSON.stringify(parse("orders/create", bodyText("order")));
    for (const personal of ["Ada", "Quill", "ada.quill@example.com", "15550100", "Inkwell", "neighbour", "192.0.2.7"]) {
      expect(facts).not.toContain(personal);
    }
  });
});

describe("orders/cancelled", () => {
  test("a cancelled order keeps its totals and carries its fulfilment, refund and refund transaction under their own keys", () => {
    const { events, references, issues } = parse("orders/cancelled", bodyText("order-cancelled"));
    expect(issues).toEqual([]);
    expect(events.map(({ key, version, occurredAt }) => ({ key, version, occurredAt }))).toEqual([
      { key: "order.placed:5002", version: "2026-12-01T15:00:02.000Z", occurredAt: "2026-11-30T04:30:00.000Z" },
      { key: "order.cancelled:5002", version: "2026-12-01T15:00:02.000Z", occurredAt: "2026-12-01T15:00:00.000Z" },
      { key: "fulfillment.shipped:8002", version: "2026-12-01T14:59:00.000Z", occurredAt: "2026-11-30T13:00:00.000Z" },
      { key: "fulfillment.cancelled:8002", version: "2026-12-01T14:59:00.000Z", occurredAt: "2026-12-01T14:59:00.000Z" },
      { key: "refund.issued:6001", version: "2026-12-01T15:00:00.000Z/00002", occurredAt: "2026-12-01T15:00:00.000Z" },
      { key: "payment.refunded:9101", version: "1-2026-12-01T15:00:01.000Z", occurredAt: "2026-12-01T15:00:01.000Z" },
    ]);
    expect(events[0]).toMatchObject({ taxesIncluded: true, totals: { lines: 11_300, tax: 1430, total: 12_430 } });
    expect(events[1]).toMatchObject({ name: "order.cancelled", orderId: "5002", reason: "customer" });
    expect(references).toEqual([
      { type: "order", value: "5002" },
      { type: "order-name", value: "#1002" },
      { type: "fulfillment", value: "8002" },
      { type: "refund", value: "6001" },
      { type: "payment", value: "9101" },
    ]);
  });

  test("the refund inside the order has the content of the refund that arrives by itself", () => {
    const embedded = parse("orders/cancelled", bodyText("order-cancelled")).events.find((event) => event.name === "refund.issued");
    const alone = parse("refunds/create", bodyText("refund")).events.find((event) => event.name === "refund.issued");
    expect(embedded).toEqual(alone);
  });

  test("the refund's transaction inside the order says nothing that its own copy contradicts", () => {
    const embedded = parse("orders/cancelled", bodyText("order-cancelled")).events.find((event) => event.name === "payment.refunded");
    const alone = parse("refunds/create", bodyText("refund")).events.find((event) => event.name === "payment.refunded");
    expect(embedded).not.toHaveProperty("manual");
    expect(alone).toEqual({ ...embedded, manual: false, cardBrand: "Visa" });
  });
});

describe("what does not add up", () => {
  const issuesOf = (changes: Record<string, unknown>) =>
    parse("orders/create", bodyWith("order-till", changes)).issues.map(({ class: name, code, amount, currency, message }) => ({
      class: name,
      code,
      amount,
      currency,
      message,
    }));
  const mismatch = (code: string, amount: number, message: string) => ({
    class: "money.amount-mismatch",
    code,
    amount,
    currency: "USD",
    message: `Shopify order 5003: ${message}: they must be equal. Have it corrected at the source.`,
  });

  test("lines that do not make the stated total of lines are named with the difference", () => {
    expect(issuesOf({ total_line_items_price: "85.51" })).toEqual([
      mismatch("line-items-total", 1, "total_line_items_price is 85.51 USD and Σ price × quantity is 85.50 USD"),
    ]);
  });

  test("a subtotal that is off also puts the total off", () => {
    expect(issuesOf({ subtotal_price: "80.50" })).toEqual([
      mismatch("subtotal", -500, "subtotal_price is 80.50 USD and Σ price × quantity less the discounts of the lines is 85.50 USD"),
      mismatch("order-total", 500, "total_price is 101.70 USD and subtotal + shipping + tax + tip + duties + fees is 96.70 USD"),
    ]);
  });

  test("discounts that no allocation explains are named", () => {
    expect(issuesOf({ total_discounts: "1.00" })).toEqual([
      mismatch("discounts-total", 100, "total_discounts is 1.00 USD and Σ discount allocations is 0.00 USD"),
    ]);
  });

  test("a tax total that its tax lines do not make is named", () => {
    expect(issuesOf({ total_tax: "1.21", total_price: "101.71" })).toEqual([
      mismatch("tax-total", 1, "total_tax is 1.21 USD and Σ tax lines of lines and shipping is 1.20 USD"),
    ]);
  });

  test("a total that is one cent off is named: there is no tolerance on stated totals", () => {
    expect(issuesOf({ total_price: "101.69" })).toEqual([
      mismatch("order-total", -1, "total_price is 101.69 USD and subtotal + shipping + tax + tip + duties + fees is 101.70 USD"),
    ]);
  });

  test("with prices that include tax, tax is no part of the total", () => {
    expect(issuesOf({ taxes_included: true })).toEqual([
      mismatch("order-total", 120, "total_price is 101.70 USD and subtotal + shipping + tip + duties + fees is 100.50 USD"),
    ]);
  });

  test("figures that do not add up are still stated as facts, under the issue that holds them", () => {
    const { events } = parse("orders/create", bodyWith("order-till", { total_price: "101.69" }));
    expect(events.map((event) => event.key)).toEqual(["order.placed:5003"]);
  });

  test.each(["total_price", "subtotal_price", "total_tax", "total_discounts", "total_line_items_price"])(
    "a missing %s is missing, not zero, and states no fact",
    (field) => {
      const { events, issues } = parse("orders/create", bodyWith("order-till", { [field]: null }));
      expect(issues.map((issue) => ({ class: issue.class, code: issue.code, message: issue.message }))).toEqual([
        {
          class: "data.missing",
          code: field,
          message: `Shopify order 5003: ${field} is not stated. Have the source send it complete.`,
        },
      ]);
      expect(events).toEqual([]);
    },
  );

  test("an unknown currency is named", () => {
    const { events, issues } = parse("orders/create", bodyWith("order-till", { currency: "USX" }));
    expect(events).toEqual([]);
    expect(issues).toEqual([
      {
        class: "data.value",
        code: "currency",
        cause: "shopify order 5003 currency",
        message: "Shopify order 5003: currency is no ISO 4217 code. Compare it with the source.",
      },
      {
        class: "data.value",
        code: "presentment_currency",
        cause: "shopify order 5003 presentment_currency",
        message: "Shopify order 5003: presentment_currency is no ISO 4217 code. Compare it with the source.",
      },
    ]);
  });

  test("shop money in another currency than the order's is named by its place", () => {
    const { events, issues } = parse("orders/create", bodyWith("order-till", { total_price_set: set("101.70", "CAD") }));
    expect(events).toEqual([]);
    expect(issues[0]).toEqual({
      class: "money.currency-mismatch",
      code: "total_price",
      cause: "shopify order 5003 total_price",
      message: "Shopify order 5003: total_price is stated in another currency than USD. Compare it with the source.",
    });
  });

  test("more decimals than the currency carries are not rounded away", () => {
    const { issues } = parse("orders/create", bodyWith("order-till", { currency: "JPY" }));
    expect(issues.map((issue) => issue.class)).toContain("data.value");
  });

  test("a total below nothing beside one in the customer's currency is named, and makes no rate: the facts stay such that the bus takes them", () => {
    const total_price_set = {
      shop_money: { amount: "-0.01", currency_code: "USD" },
      presentment_money: { amount: "106.02", currency_code: "EUR" },
    };
    const { events, issues } = parse("orders/create", bodyWith("order", { total_price_set }));
    expect(issues.map(({ class: name, code }) => `${name} ${code}`)).toEqual(["money.amount-mismatch order-total"]);
    expect(events.map((event) => eventSchema.safeParse(event).success)).toEqual([true]);
    expect(events[0]).not.toHaveProperty("presentment");
  });

  test("quantities whose product is beyond the exact range are named, not rounded", () => {
    const line = { id: 1, quantity: 1_000_000_000, price: "999999999999.99", sku: "X" };
    const { events, issues } = parse("orders/create", bodyWith("order-till", { line_items: [line] }));
    expect(events).toEqual([]);
    expect(issues[0]).toMatchObject({ class: "data.value", code: "line_items[].price", cause: "shopify order 5003 line_items[0].price" });
  });

  test("lines whose sum is beyond the exact range are named, not rounded", () => {
    const line = { id: 1, quantity: 1, price: "80000000000000.00", sku: "X" };
    const { events, issues } = parse("orders/create", bodyWith("order-till", { line_items: [line, line] }));
    expect(events).toEqual([]);
    expect(issues.map(({ class: name, code }) => `${name} ${code}`)).toEqual(["data.value line_items"]);
  });

  test("a body that is wrong everywhere names the first twenty places", () => {
    const { issues } = parse("orders/create", bodyWith("order-till", { line_items: Array(30).fill({ id: 1, price: "1.00" }) }));
    expect(issues.map((issue) => issue.cause)).toEqual(
      Array.from({ length: 20 }, (_, index) => `shopify order 5003 line_items[${index}].quantity`),
    );
  });

  test("a body of another shape is named field by field and states no fact", () => {
    const { events, issues } = parse("orders/create", bodyWith("order-till", { line_items: undefined, updated_at: "yesterday" }));
    expect(events).toEqual([]);
    expect(issues.map(({ class: name, code }) => `${name} ${code}`).sort()).toEqual(["data.missing line_items", "data.value updated_at"]);
  });

  test("an order with more than 5,000 lines is named, not read", () => {
    const line = { id: 1, quantity: 1, price: "0.00", sku: "X" };
    const { events, issues } = parse("orders/create", bodyWith("order-till", { line_items: Array(5001).fill(line) }));
    expect(events).toEqual([]);
    expect(issues.map((issue) => issue.code)).toEqual(["line_items"]);
  });

  test("an embedded refund that cannot be read holds the order's document, and its order is still told", () => {
    const body = JSON.parse(bodyText("order-cancelled"));
    body.refunds[0].refund_line_items[0].restock_type = "teleport";
    const { events, issues } = parse("orders/cancelled", JSON.stringify(body));
    expect(events.map((event) => event.name)).toEqual(["order.placed", "order.cancelled", "fulfillment.shipped", "fulfillment.cancelled"]);
    expect(issues.map((issue) => issue.message)).toEqual([
      "Shopify refund 6001: refund_line_items[0].restock_type is none of return, cancel, no_restock, legacy_restock. Compare it with the source.",
    ]);
  });
});

test("a label of more than 255 characters is cut, a name that something is looked up by is not", () => {
  const long = "x".repeat(300);
  const cut = parse("orders/create", bodyWith("order-till", { name: long }));
  expect(cut.events[0]).toMatchObject({ orderName: "x".repeat(255) });
  const halved = parse("orders/create", bodyWith("order-till", { name: `${"x".repeat(254)}\u{1F600}` }));
  expect(halved.events[0]).toMatchObject({ orderName: `${"x".repeat(254)}\ufffd` });
  const refused = parse("orders/create", bodyWith("order-till", { line_items: [{ id: 1, quantity: 1, price: "1.00", sku: long }] }));
  expect(refused.issues.map((issue) => issue.code)).toEqual(["line_items[].sku"]);
});
