import { describe, expect, test } from "vitest";
import { bodyText, bodyWith, parse, set } from "./webhook-bodies.ts";

const refundOf = (body: string) => parse("refunds/create", body).events.find((event) => event.name === "refund.issued");
const issueLines = (body: string) =>
  parse("refunds/create", body).issues.map(({ class: name, code, amount }) => [name, code, ...(amount === undefined ? [] : [amount])]);
const fixture = () => JSON.parse(bodyText("refund"));

describe("refunds/create", () => {
  test.each([
    ["as new versions mark it", { tip: { payment_gateway: "shopify_payments" } }],
    ["as old ones do", { tip_payment_gateway: "shopify_payments", tip_payment_method: "visa" }],
  ])("the tip's line is what is given back of the tip, and no goods: %s", (_, mark) => {
    const [line] = fixture().refund_line_items;
    const tip = { id: 6102, line_item_id: 7009, quantity: 1, restock_type: "no_restock", subtotal: "3.00", total_tax: "0.00" };
    const body = bodyWith("refund", { refund_line_items: [line, { ...tip, line_item: { sku: null, tax_lines: [], ...mark } }] });
    expect(refundOf(body)).toMatchObject({ lines: [{ lineId: "7001" }], tips: 300 });
    expect(refundOf(bodyText("refund"))).not.toHaveProperty("tips");
  });

  test("a refund is stated by its sets, never by its JSON numbers, with shipping once and its payment under the payment's key", () => {
    expect(parse("refunds/create", bodyText("refund"))).toEqual({
      transaction: "sale:shopify:quill.myshopify.com:5002",
      kind: "sale",
      source: "shopify:quill.myshopify.com:refund:6001",
      channel: "shopify",
      shop: "quill.myshopify.com",
      issues: [],
      references: [
        { type: "order", value: "5002" },
        { type: "refund", value: "6001" },
        { type: "payment", value: "9101" },
      ],
      events: [
        {
          name: "refund.issued",
          schema: 1,
          key: "refund.issued:6001",
          version: "2026-12-01T15:00:00.000Z/00002",
          occurredAt: "2026-12-01T15:00:00.000Z",
          orderId: "5002",
          refundId: "6001",
          currency: "CAD",
          lines: [
            {
              id: "6101",
              lineId: "7001",
              item: "LAMP",
              quantityMillionths: 1_000_000,
              subtotal: 11_300,
              tax: 1300,
              taxes: [{ code: "HST", rate: "0.13", amount: 1300 }],
              restock: "cancel",
              location: "4001",
            },
          ],
          shipping: [{ id: "6001", amount: 1130, tax: 130, taxes: [{ code: "HST", rate: "0.13", amount: 130 }] }],
          adjustments: [],
          duties: 0,
          fees: 0,
          payments: [{ paymentId: "9101", amount: 12_430, gateway: "shopify_payments", status: "success" }],
          processedAt: "2026-12-01T15:00:00.000Z",
        },
        {
          name: "payment.refunded",
          schema: 1,
          key: "payment.refunded:9101",
          version: "1-2026-12-01T15:00:01.000Z",
          occurredAt: "2026-12-01T15:00:01.000Z",
          orderId: "5002",
          paymentId: "9101",
          parentPaymentId: "9100",
          refundId: "6001",
          gateway: "shopify_payments",
          manual: false,
          amount: 12_430,
          currency: "CAD",
          cardBrand: "Visa",
          status: "success",
        },
      ],
    });
  });

  test("a refund whose payment settles later is a later version, so that its two contents do not contradict each other", () => {
    const [transaction] = fixture().transactions;
    const at = (status: string) => refundOf(bodyWith("refund", { transactions: [{ ...transaction, status }] }))?.version ?? "";
    expect([at("pending"), at("success"), at("failure")]).toEqual([
      "2026-12-01T15:00:00.000Z/00001",
      "2026-12-01T15:00:00.000Z/00002",
      "2026-12-01T15:00:00.000Z/00003",
    ]);
  });

  test.each([
    ["return", "return"],
    ["cancel", "cancel"],
    ["no_restock", "none"],
    ["legacy_restock", "legacy"],
  ])("restock_type %s is %s", (type, restock) => {
    const [line] = fixture().refund_line_items;
    expect(refundOf(bodyWith("refund", { refund_line_items: [{ ...line, restock_type: type }] }))).toMatchObject({ lines: [{ restock }] });
  });

  test("an old refund without restock_type goes by its restock flag", () => {
    const [line] = fixture().refund_line_items;
    const old = { refund_line_items: [{ ...line, restock_type: undefined }] };
    expect(refundOf(bodyWith("refund", { ...old, restock: true }))).toMatchObject({ lines: [{ restock: "legacy" }] });
    expect(refundOf(bodyWith("refund", { ...old, restock: false }))).toMatchObject({ lines: [{ restock: "none" }] });
    expect(issueLines(bodyWith("refund", { ...old, restock: undefined }))).toEqual([["data.missing", "refund_line_items[].restock_type"]]);
  });

  test.each(["teleport", "constructor"])("restock_type %s is unknown and named", (type) => {
    const [line] = fixture().refund_line_items;
    expect(issueLines(bodyWith("refund", { refund_line_items: [{ ...line, restock_type: type }] }))).toEqual([
      ["data.value", "refund_line_items[].restock_type"],
    ]);
  });

  test("tax over several codes is told apart in proportion, cent by cent, and adds up to what is stated", () => {
    const [line] = fixture().refund_line_items;
    const taxes = [
      { title: "State Tax", rate: 0.06, price_set: set("1.00", "CAD") },
      { title: "City Tax", rate: 0.03, price_set: set("1.00", "CAD"), channel_liable: true },
      { title: "County Tax", rate: 0.01, price_set: set("1.00", "CAD") },
    ];
    const body = bodyWith("refund", {
      refund_line_items: [{ ...line, total_tax_set: set("1.00", "CAD"), line_item: { sku: "LAMP", tax_lines: taxes } }],
    });
    expect(refundOf(body)).toMatchObject({
      lines: [
        {
          tax: 100,
          taxes: [
            { code: "State Tax", rate: "0.06", amount: 33 },
            { code: "City Tax", rate: "0.03", amount: 34, channelLiable: true },
            { code: "County Tax", rate: "0.01", amount: 33 },
          ],
        },
      ],
    });
  });

  test("tax over several codes that charged nothing cannot be told apart", () => {
    const [line] = fixture().refund_line_items;
    const taxes = ["State Tax", "City Tax"].map((title) => ({ title, rate: 0, price_set: set("0.00", "CAD") }));
    const body = bodyWith("refund", { refund_line_items: [{ ...line, line_item: { sku: "LAMP", tax_lines: taxes } }] });
    expect(refundOf(body)).toMatchObject({ lines: [{ tax: 1300, taxes: [] }] });
  });

  test("tax on a line that shows no tax of its own is kept without codes", () => {
    const [line] = fixture().refund_line_items;
    const body = bodyWith("refund", { refund_line_items: [{ ...line, line_item: { sku: "LAMP", tax_lines: [] } }] });
    expect(refundOf(body)).toMatchObject({ lines: [{ tax: 1300, taxes: [] }] });
  });

  test("shipping that only an adjustment states is booked from it, with the sign turned", () => {
    const body = bodyWith("refund", { refund_shipping_lines: undefined });
    expect(refundOf(body)).toMatchObject({ shipping: [{ id: "6001", amount: 1130, tax: 130, taxes: [] }], adjustments: [] });
  });

  test("shipping stated twice with two amounts is named with the difference", () => {
    const [line] = fixture().refund_shipping_lines;
    const body = bodyWith("refund", { refund_shipping_lines: [{ ...line, subtotal_amount_set: set("10.00", "CAD") }] });
    expect(issueLines(body)).toEqual([["money.amount-mismatch", "refund-shipping", -130]]);
  });

  test("shipping whose line includes the tax that the adjustment states apart is the same amount twice", () => {
    const [line] = fixture().refund_shipping_lines;
    const body = bodyWith("refund", { refund_shipping_lines: [{ ...line, subtotal_amount_set: set("12.60", "CAD") }] });
    expect(issueLines(body)).toEqual([]);
    expect(refundOf(body)).toMatchObject({ shipping: [{ amount: 1260, tax: 130 }] });
  });

  test("taxed shipping whose refunded tax is nowhere stated is missing it, not free of it", () => {
    expect(issueLines(bodyWith("refund", { order_adjustments: [] }))).toEqual([
      ["data.missing", "order_adjustments.shipping_refund.tax_amount"],
    ]);
  });

  test("another adjustment is carried as the channel signs it", () => {
    const adjustment = {
      id: 6202,
      kind: "refund_discrepancy",
      reason: "Restocking fee",
      amount_set: set("10.00", "CAD"),
      tax_amount: "0.00",
    };
    const body = bodyWith("refund", { order_adjustments: [...fixture().order_adjustments, adjustment] });
    expect(refundOf(body)).toMatchObject({ adjustments: [{ id: "6202", kind: "refund_discrepancy", amount: 1000, tax: 0 }] });
  });

  test("a refund of an amount without lines is a refund", () => {
    const body = bodyWith("refund", { refund_line_items: [], refund_shipping_lines: [], order_adjustments: [] });
    expect(refundOf(body)).toMatchObject({ currency: "CAD", lines: [], shipping: [], payments: [{ amount: 12_430 }] });
  });

  test("a void beside the refund is an event of its own and no payment of the refund", () => {
    const [transaction] = fixture().transactions;
    const body = bodyWith("refund", { transactions: [transaction, { ...transaction, id: 9102, kind: "void", amount: "0.00" }] });
    expect(refundOf(body)).toMatchObject({ payments: [{ paymentId: "9101" }] });
    expect(parse("refunds/create", body).events.map((event) => event.key)).toEqual([
      "refund.issued:6001",
      "payment.refunded:9101",
      "payment.voided:9102",
    ]);
  });

  test("a payment in another currency than the refund says so: shop and presentment money are not mixed", () => {
    const [transaction] = fixture().transactions;
    const body = bodyWith("refund", { transactions: [{ ...transaction, currency: "EUR" }] });
    expect(issueLines(body)).toEqual([]);
    const { currency, payments } = refundOf(body)!;
    expect(currency).not.toBe("EUR");
    expect(payments.map((payment) => payment.currency)).toEqual(["EUR"]);
  });

  test("a line without its amounts is missing them, and a float that is no amount is no amount", () => {
    const [line] = fixture().refund_line_items;
    expect(issueLines(bodyWith("refund", { refund_line_items: [{ ...line, subtotal_set: null, subtotal: null }] }))).toEqual([
      ["data.missing", "refund_line_items[].subtotal"],
    ]);
    const float = { ...line, total_tax_set: null, total_tax: 13.000000000000002 };
    expect(issueLines(bodyWith("refund", { refund_line_items: [float] }))).toEqual([["data.value", "refund_line_items[].total_tax"]]);
  });

  test("a refund that states no currency anywhere is missing it", () => {
    const body = bodyWith("refund", {
      refund_line_items: [],
      refund_shipping_lines: [],
      order_adjustments: [],
      transactions: [],
      total_duties_set: null,
      total_additional_fees_set: null,
    });
    expect(issueLines(body)).toEqual([["data.missing", "currency"]]);
  });

  test("no note, name or authorisation leaves the raw body", () => {
    const facts = JSON.stringify(parse("refunds/create", bodyText("refund")));
    for (const personal of ["Ada", "changed her mind", "secret-authorization", "4242"]) expect(facts).not.toContain(personal);
  });
});
