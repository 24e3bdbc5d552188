import { describe, expect, test } from "vitest";
import { eventNames, eventSchema } from "../../../domain/events/events.ts";
import { fitsEvent } from "../../../domain/events/read-event.ts";
import { eventExamples } from "../../../scripts/event-examples.ts";

type Name = keyof typeof eventExamples;
type Fields = Readonly<Record<string, unknown>>;

const ticket = { store: "0101", register: "1", businessDate: "2026-11-27", sequence: "17" };
const tax = { code: "TX", rate: "0.0825", amount: 0, exempt: true, channelLiable: true };
const discount = { amount: 100, promotion: "FALL", employee: true };
const foreign = { currency: "CAD", amount: 15_000 };
const paid = { manual: true, foreign, rounding: -2, cardBrand: "visa" };
const ranges = [{ from: 1, to: 9 }];

/** What an event may say beside what the catalogue's example of it says. */
const more: readonly [Name, Fields][] = [
  [
    "order.placed",
    {
      presentment: { total: 15_000, inOrderCurrency: 11_000 },
      dutiesIncluded: true,
      businessEntity: "gid:1",
      customer: { system: "crm", id: "8812" },
      location: "71",
      lines: [
        {
          id: "1",
          item: "",
          kind: "custom",
          quantityMillionths: 1_000_000,
          gross: 100,
          discounts: [discount],
          taxes: [tax],
          duties: 7,
        },
      ],
      shipping: [{ id: "2", title: "Ground", gross: 500, discounts: [discount], taxes: [tax] }],
    },
  ],
  ["payment.authorized", { ...paid, parentPaymentId: "8100" }],
  ["payment.captured", paid],
  ["payment.voided", paid],
  ["payment.failed", { ...paid, parentPaymentId: "8100" }],
  ["payment.refunded", paid],
  ["fulfillment.shipped", { carrier: "ups" }],
  ["fulfillment.cancelled", { refused: true }],
  ["return.received", { authorization: "RA-1" }],
  [
    "refund.issued",
    {
      returnId: "945000954",
      authorization: "RA-1",
      lines: [
        {
          id: "1",
          lineId: "2",
          item: "MUG",
          quantityMillionths: 1,
          subtotal: 3,
          tax: 4,
          taxes: [tax],
          restock: "legacy",
          location: "71",
        },
      ],
      shipping: [{ id: "3", amount: 500, tax: 41, taxes: [tax] }],
      adjustments: [{ id: "4", kind: "refund_discrepancy", amount: -5, tax: 0 }],
      returnFees: [{ id: "5", reason: "restocking", amount: 0, taxes: [tax] }],
      tips: 200,
      payments: [{ paymentId: "8103", amount: 100, currency: "CAD", gateway: "shopify_payments", status: "pending" }],
    },
  ],
  ["dispute.updated", { evidenceSentAt: "2026-11-28T00:00:00.000Z" }],
  ["gift-card.issued", { ticket, soldFor: 4_000, reason: "goodwill", expiresOn: "2027-11-27" }],
  ["gift-card.redeemed", { ticket, takenBy: "0101" }],
  ["gift-card.adjusted", { ticket, orderId: "5002" }],
  ["store-credit.issued", { ticket, reason: "goodwill" }],
  ["store-credit.redeemed", { ticket, takenBy: "0101" }],
  ["store-credit.adjusted", { ticket, orderId: "5002" }],
  ["loyalty.earned", { ticket }],
  ["loyalty.redeemed", { ticket }],
  ["loyalty.expired", { ticket, orderId: "5002" }],
  [
    "ticket.completed",
    {
      receipt: "R-17",
      replaces: { ...ticket, reference: "R-16" },
      offline: true,
      customer: { system: "crm", id: "8812" },
      lines: [
        {
          id: "1",
          kind: "return",
          collects: "tip",
          reason: "FOOD",
          account: "A-1",
          item: "",
          description: "Merino crew neck",
          quantityMillionths: 1_000_000,
          unit: "EA",
          serialNumber: "S-1",
          gross: 6_900,
          discounts: [discount],
          taxes: [tax],
          restock: false,
          condition: "opened",
          original: { ...ticket, reference: "R-9" },
          stated: { discount: 100, unitPriceMillionths: 69_000_000 },
        },
      ],
      discounts: [discount],
      taxes: [tax],
      tenders: [{ id: "2", type: "Cash", cardBrand: "visa", amount: 7_311, foreign, reference: "x", account: "A-1" }],
      stated: { net: 1, tax: 2, total: 3, gross: 4, discount: 5, items: -6 },
    },
  ],
  ["ticket.voided", { original: { ...ticket, reference: "R-16" }, total: -7_311, reason: "wrong item" }],
  ["receivable.written-off", { orderId: "5002", account: "A-1", store: "0101" }],
  ["till.moved", { valued: { currency: "USD", amount: 10_000 }, reason: "milk", bag: "B-1" }],
  ["till.balanced", { opening: true, valued: { currency: "USD", amount: -10 } }],
  [
    "stock.returned-to-vendor",
    {
      purchaseOrder: "PO-1",
      currency: "USD",
      lines: [{ id: "1", item: "MUG", quantityMillionths: 1_000_000, unitCost: 0 }],
    },
  ],
  [
    "return.taken-back",
    {
      authorization: "RA-1",
      lines: [{ id: "1", item: "MUG", quantityMillionths: 1_000_000, net: 0, taxes: [tax], restock: true, condition: "used" }],
      shipping: { net: 500, taxes: [tax] },
      tenders: [{ type: "CreditDebit", cardBrand: "visa", amount: 0 }],
    },
  ],
  ["file.received", { within: { file: "day.zip", hash: "ab" }, parts: [{ file: "1.xml", hash: "cd" }] }],
  [
    "settlement.matched",
    {
      parts: [
        {
          sale: "sale:shopify:quill:1",
          paymentId: "8102",
          amount: 100,
          sold: { amount: 150, currency: "CAD", occurredAt: "2026-11-27T14:03:22.000Z" },
        },
      ],
      entity: "US1",
      fee: 30,
      difference: -1,
      reason: "fee",
      conversion: { settlement: "settlement:paypal:a:2", amount: -100, currency: "EUR" },
      dispute: { outcome: "lost", fraud: true, closedAt: "2026-11-27T14:03:22.000Z" },
    },
  ],
  ["settlement.released", { period: "2026-11" }],
  ["payout.reconciled", { reason: "timing", amount: 5 }],
  ["variance.written-off", { of: "suspense" }],
  [
    "bank-line.matched",
    {
      payouts: [{ payout: "payout:a:b:1", payoutId: "1", amount: 100, sentOn: "2026-11-26" }],
      difference: 1,
      reason: "unknown",
      sameAs: "bank-line:1:a",
      maybeSameAs: "bank-line:1:b",
      notCompared: 0,
    },
  ],
  ["sequences.seen", { tickets: ranges, other: ["A-1"], named: ["A-1"], control: ranges }],
  [
    "ticket.tallied",
    { voided: true, tenders: [{ role: "safe", type: "Cash", cardBrand: "visa", currency: "USD", amount: -1, valued: -2 }] },
  ],
  [
    "store-day.waived",
    { register: "1", range: { from: 0, to: 0 }, ranges, names: ["A-1"], amounts: [{ tender: "Cash", currency: "USD", amount: -5 }] },
  ],
];

describe("the events of the catalogue", () => {
  test("each has an example, and the example is an event of its name", () => {
    expect(eventNames.toSorted()).toEqual(Object.keys(eventExamples).toSorted());
  });

  test.each(Object.entries(eventExamples))("%s keeps all that its example says", (name, example) => {
    expect(eventSchema.parse(example)).toEqual(example);
    // The dimensions of a contribution are named freely: only the schema itself reads them.
    expect(fitsEvent(name, example)).toBe(name !== "posting.contributed");
  });

  test.each(more)("%s keeps all that it may say besides", (name, fields) => {
    const whole = { ...eventExamples[name], ...fields };
    expect(eventSchema.parse(whole)).toEqual(whole);
  });
});

/** Each word of a field that has words of its own: name, the example's change by a word, the words. */
const worded: readonly [Name, string, (word: string) => Fields, readonly string[]][] = [
  ["account.moved", "kind", (kind) => ({ kind }), ["deposit", "receivable"]],
  ["dispute.opened", "kind", (kind) => ({ kind }), ["inquiry", "chargeback"]],
  ["dispute.updated", "status", (status) => ({ status }), ["needs-response", "under-review", "closed"]],
  ["dispute.closed", "outcome", (outcome) => ({ outcome }), ["won", "lost", "accepted", "refunded"]],
  [
    "order.placed",
    "lines.0.kind",
    (kind) => ({ lines: [{ ...eventExamples["order.placed"].lines[0], kind }] }),
    ["goods", "gift-card", "custom"],
  ],
  ["payment.refunded", "status", (status) => ({ status }), ["pending", "success", "failed"]],
  [
    "refund.issued",
    "lines.0.restock",
    (restock) => ({ lines: [{ ...eventExamples["refund.issued"].lines[0], restock }] }),
    ["return", "cancel", "none", "legacy"],
  ],
  [
    "refund.issued",
    "payments.0.status",
    (status) => ({ payments: [{ ...eventExamples["refund.issued"].payments[0], status }] }),
    ["pending", "success", "failed"],
  ],
  ["return.authorized", "fees.0.kind", (kind) => ({ fees: [{ id: "1", kind, amount: 0 }] }), ["restocking", "shipping"]],
  ["return.received", "disposition", (disposition) => ({ disposition }), ["restocked", "not-restocked", "processing", "missing"]],
  [
    "ticket.completed",
    "lines.0.kind",
    (kind) => ({ lines: [{ ...eventExamples["ticket.completed"].lines[0], kind }] }),
    ["sale", "return"],
  ],
  [
    "ticket.completed",
    "lines.0.collects",
    (collects) => ({ lines: [{ ...eventExamples["ticket.completed"].lines[0], collects }] }),
    ["gift-card", "store-credit", "tip", "deposit", "forfeit", "on-account", "donation", "bottle-deposit", "fee", "shipping"],
  ],
  [
    "ticket.completed",
    "lines.0.condition",
    (condition) => ({ lines: [{ ...eventExamples["ticket.completed"].lines[0], condition }] }),
    ["as-new", "opened", "used", "damaged"],
  ],
  [
    "return.taken-back",
    "lines.0.condition",
    (condition) => ({ lines: [{ ...eventExamples["return.taken-back"].lines[0], condition }] }),
    ["as-new", "opened", "used", "damaged"],
  ],
  ["till.moved", "kind", (kind) => ({ kind }), ["loan", "pickup", "safe-drop", "paid-in", "paid-out", "bank-deposit", "tip-out"]],
  ["settlement.matched", "outcome", (outcome) => ({ outcome }), ["matched", "unmatched"]],
  [
    "settlement.matched",
    "dispute.outcome",
    (outcome) => ({ dispute: { outcome, fraud: false, closedAt: "2026-11-27T14:03:22.000Z" } }),
    ["won", "lost", "accepted", "refunded"],
  ],
  ["settlement.released", "because", (because) => ({ because }), ["bank-line", "period-end"]],
  ["payout.reconciled", "outcome", (outcome) => ({ outcome }), ["reconciled", "open"]],
  ["variance.written-off", "of", (of) => ({ of }), ["suspense"]],
  ["bank-line.matched", "outcome", (outcome) => ({ outcome }), ["matched", "unmatched"]],
  ["privacy.requested", "request", (request) => ({ request }), ["customer-data", "erase-customer", "erase-shop"]],
  ["store-day.waived", "what", (what) => ({ what }), ["sequence", "count", "cards", "after-count"]],
  ["stored-value.stated", "kind", (kind) => ({ kind }), ["gift-card", "store-credit"]],
];

describe("a field that has words of its own", () => {
  test.each(worded)("%s %s takes each of them, and no other one", (name, path, changed, words) => {
    for (const word of words) {
      const event = { ...eventExamples[name], ...changed(word) };
      expect(eventSchema.parse(event), word).toEqual(event);
    }
    for (const word of ["", "anything"]) {
      const refused = eventSchema.safeParse({ ...eventExamples[name], ...changed(word) });
      expect(refused.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
    }
  });

  test.each<[Name, Fields]>([
    ["order.placed", { dutiesIncluded: false }],
    ["fulfillment.cancelled", { refused: false }],
    ["till.balanced", { opening: false }],
    ["ticket.tallied", { voided: false }],
  ])("%s says yes, or nothing: %j", (name, fields) => {
    expect(eventSchema.safeParse({ ...eventExamples[name], ...fields }).success).toBe(false);
  });
});

describe("texts of a form", () => {
  const accepts = (fields: Fields) => eventSchema.safeParse({ ...eventExamples["rate.fixed"], ...fields }).success;

  test.each([
    [
      "day",
      "2026-11-27",
      ["2026-11-2", "026-11-27", "2026-1-27", "x2026-11-27", "2026-11-27x", "2026-11-27 ", "2O26-11-27", "2026-ab-27", "2026-11-ab"],
    ],
    ["from", "USD", ["US", "USDX", "usd", "xUSD", "US1"]],
    [
      "occurredAt",
      "2026-11-27T14:03:22.000Z",
      [
        "2026-11-27T14:03:22Z",
        "2026-11-27T14:03:22.00Z",
        "x2026-11-27T14:03:22.000Z",
        "2026-11-27T14:03:22.000Zx",
        "2026-11-27T14:03:22.000",
        "026-11-27T14:03:22.000Z",
        "2026-1-27T14:03:22.000Z",
        "2026-11-7T14:03:22.000Z",
        "2026-11-27T4:03:22.000Z",
        "2026-11-27T14:3:22.000Z",
        "2026-11-27T14:03:2.000Z",
        "abcd-11-27T14:03:22.000Z",
        "2026-ab-27T14:03:22.000Z",
        "2026-11-abT14:03:22.000Z",
        "2026-11-27Tab:03:22.000Z",
        "2026-11-27T14:ab:22.000Z",
        "2026-11-27T14:03:ab.000Z",
        "2026-11-27T14:03:22.abcZ",
      ],
    ],
  ])("%s is %s, and none of what looks like it", (field, sound, others) => {
    expect(accepts({ [field]: sound })).toBe(true);
    expect(others.filter((other) => accepts({ [field]: other }))).toEqual([]);
  });

  test.each([["certificate.issued"], ["posting.contributed"]] as const)("the hash of %s has 64 hexadecimal digits", (name) => {
    const accepted = (hash: string) => eventSchema.safeParse({ ...eventExamples[name], hash }).success;
    expect(accepted("0123456789abcdef".repeat(4))).toBe(true);
    expect(["a".repeat(63), "a".repeat(65), "A".repeat(64), "g".repeat(64), ` ${"a".repeat(64)}`].filter(accepted)).toEqual([]);
  });

  test("a text has at most 255 characters, and an id one at least", () => {
    const placed = (fields: Fields) => eventSchema.safeParse({ ...eventExamples["order.placed"], ...fields }).success;
    expect([placed({ orderName: "" }), placed({ orderName: "x".repeat(255) }), placed({ orderName: "x".repeat(256) })]).toEqual([
      true,
      true,
      false,
    ]);
    expect([
      placed({ orderId: "" }),
      placed({ orderId: "x" }),
      placed({ orderId: "x".repeat(255) }),
      placed({ orderId: "x".repeat(256) }),
    ]).toEqual([false, true, true, false]);
  });
});

describe("amounts and counts at their bounds", () => {
  test.each<[Name, string, (value: number) => Fields, accepted: readonly number[], refused: readonly number[]]>([
    ["payment.captured", "amount", (amount) => ({ amount }), [0], [-1, 0.5]],
    ["payment.captured", "foreign", (amount) => ({ foreign: { currency: "CAD", amount } }), [0], [-1]],
    ["receivable.written-off", "amount", (amount) => ({ amount }), [1], [0, -1]],
    ["cod.remitted", "amount", (amount) => ({ amount }), [1], [0]],
    ["cod.remitted", "fee", (fee) => ({ fee }), [0], [-1]],
    ["dispute.opened", "amount", (amount) => ({ amount }), [0], [-1]],
    ["loyalty.earned", "points", (points) => ({ points }), [1, 10_000_000], [0, 10_000_001]],
    ["loyalty.earned", "spent", (spent) => ({ spent }), [0], [-1]],
    ["order.placed", "presentment.total", (total) => ({ presentment: { total, inOrderCurrency: 0 } }), [1], [0]],
    ["order.placed", "presentment.inOrderCurrency", (inOrderCurrency) => ({ presentment: { total: 1, inOrderCurrency } }), [0], [-1]],
    ["return.authorized", "fees", (amount) => ({ fees: [{ id: "1", kind: "shipping", amount }] }), [0], [-1]],
    ["gift-card.issued", "amount", (amount) => ({ amount }), [0], [-1]],
    ["gift-card.issued", "soldFor", (soldFor) => ({ soldFor }), [0], [-1]],
    ["gift-card.adjusted", "amount", (amount) => ({ amount }), [-1, 0], [0.5]],
    ["settlement.matched", "confidence", (confidence) => ({ confidence }), [0, 100], [-1, 101]],
    ["payment.settled", "confidence", (confidence) => ({ confidence }), [0, 100], [-1, 101]],
    ["bank-line.matched", "confidence", (confidence) => ({ confidence }), [0, 100], [-1, 101]],
    ["till.moved", "amount", (amount) => ({ amount }), [1], [0]],
    ["till.moved", "valued", (amount) => ({ valued: { currency: "USD", amount } }), [1], [0]],
    ["card-batch.stated", "count", (count) => ({ count }), [0], [-1]],
    ["bank-deposit.sent", "amount", (amount) => ({ amount }), [1], [0]],
    ["bank-deposit.sent", "lagDays", (lagDays) => ({ lagDays }), [0], [-1]],
    ["stock.received", "landedCost", (landedCost) => ({ landedCost }), [0], [-1]],
    ["settlement-file.received", "rows", (rows) => ({ rows }), [0], [-1]],
    ["sequences.seen", "ranges", (from) => ({ ranges: [{ from, to: 9 }] }), [0], [-1]],
    ["stored-value.stated", "holders", (holders) => ({ holders }), [0], [-1]],
  ])("%s: %s", (name, _field, changed, accepted, refused) => {
    const accepts = (value: number) => eventSchema.safeParse({ ...eventExamples[name], ...changed(value) }).success;
    expect(accepted.filter((value) => !accepts(value))).toEqual([]);
    expect(refused.filter(accepts)).toEqual([]);
  });

  test.each<[Name, string, (list: readonly unknown[]) => Fields, element: unknown, least: number, most: number | undefined]>([
    ["stock.received", "lines", (lines) => ({ lines }), { id: "1", item: "MUG", quantityMillionths: 1 }, 1, undefined],
    ["stock.counted", "lines", (lines) => ({ lines }), { id: "1", item: "MUG", countedMillionths: 1 }, 1, undefined],
    ["stock.adjusted", "lines", (lines) => ({ lines }), { id: "1", item: "MUG", deltaMillionths: -1, reason: "" }, 1, undefined],
    ["original.found", "sales", (sales) => ({ sales }), { transaction: "sale:a:b:1", seller: "US1" }, 1, 20],
    ["bank-deposit.sent", "names", (names) => ({ names }), "B-1", 0, 5],
    ["sequences.seen", "ranges", (ranges_) => ({ ranges: ranges_ }), { from: 1, to: 2 }, 0, 2_000],
    ["sequences.seen", "other", (other) => ({ other }), "A-1", 0, 2_000],
    ["store-day.waived", "amounts", (amounts) => ({ amounts }), { currency: "USD", amount: 1 }, 0, 200],
    ["settlement.matched", "parts", (parts) => ({ parts }), { sale: "sale:a:b:1", paymentId: "1", amount: 1 }, 0, 1_000],
    ["bank-line.matched", "payouts", (payouts) => ({ payouts }), { payout: "payout:a:b:1", payoutId: "1", amount: 1 }, 0, 1_000],
  ])("%s has so many %s at least and at most", (name, _field, changed, element, least, most) => {
    const accepts = (count: number) =>
      eventSchema.safeParse({ ...eventExamples[name], ...changed(Array.from({ length: count }, () => element)) }).success;
    expect(accepts(least)).toBe(true);
    if (least > 0) expect(accepts(least - 1)).toBe(false);
    if (most !== undefined) expect([accepts(most), accepts(most + 1)]).toEqual([true, false]);
  });
});
