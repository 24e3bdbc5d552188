import { describe, expect, test } from "vitest";
import { type TicketRuleName, type TicketRuleOf, ticketRuleNames, ticketRules } from "#domain/policy";
import { checkTicket, ticketWarnings } from "#domain/store-day";
import type { Ticket } from "../../channels/poslog/read-tickets.ts";

type Line = Ticket["lines"][number];

const line = (more: Partial<Line> = {}): Line => ({
  id: "1",
  kind: "sale",
  item: "MUG",
  quantityMillionths: 1_000_000,
  gross: 1_000,
  discounts: [],
  taxes: [],
  restock: true,
  ...more,
});
const cash = (amount: number): Ticket["tenders"] => [{ id: "t1", type: "Cash", amount }];

/** A mug for 10.00, paid in cash. */
const ticket = (more: Partial<Ticket> = {}): Ticket => ({
  name: "ticket.completed",
  schema: 1,
  key: "ticket.completed:3.2026-11-27.12",
  version: "0",
  occurredAt: "2026-11-27T18:05:00.000Z",
  store: "0101",
  register: "3",
  sequence: "12",
  businessDate: "2026-11-27",
  currency: "USD",
  taxesIncluded: true,
  lines: [line()],
  discounts: [],
  taxes: [],
  tenders: cash(1_000),
  cashRounding: 0,
  rounding: 0,
  stated: {},
  ...more,
});

const taxed = (amount: number, exempt: boolean) =>
  line({ taxes: [exempt ? { code: "VAT", amount, exempt: true } : { code: "VAT", amount }] });
const discounted = (amount: number, more: Partial<Line> = {}) => line({ discounts: [{ amount }], ...more });

/** Of each rule a ticket that keeps it, one that breaks it, and what it is asked with; and what the desk reads. */
const cases: Readonly<
  Record<TicketRuleOf<"ticket">, { keeps: Ticket; breaks: Ticket; says: string; asked?: { limit?: number; systems?: readonly string[] } }>
> = {
  "currency-known": { keeps: ticket(), breaks: ticket({ currency: "QQQ" }), says: "is in QQQ, which is no ISO 4217 currency" },
  "not-empty": {
    keeps: ticket({ lines: [], tenders: cash(0) }),
    breaks: ticket({ lines: [], tenders: [] }),
    says: "has neither lines nor tenders",
  },
  "lines-make-total": {
    keeps: ticket({ stated: { total: 1_000 } }),
    breaks: ticket({ stated: { total: 1_001 } }),
    says: "its lines come to 10.00, the stated total is 10.01 USD, a difference of -0.01",
  },
  "net-plus-tax-is-total": {
    keeps: ticket({ stated: { net: 840, tax: 160, total: 1_000 } }),
    breaks: ticket({ stated: { net: 840, tax: 161, total: 1_000 } }),
    says: "stated net and tax come to 10.01",
  },
  "line-taxes-make-tax": {
    keeps: ticket({ lines: [taxed(160, false)], taxes: [{ code: "VAT", amount: 160 }] }),
    breaks: ticket({ lines: [taxed(160, false)], taxes: [{ code: "VAT", amount: 159 }] }),
    says: "line taxes come to 1.60, the ticket's taxes is 1.59",
  },
  "stated-tax": {
    keeps: ticket({ taxes: [{ code: "VAT", amount: 160 }], stated: { tax: 160 } }),
    breaks: ticket({ taxes: [{ code: "VAT", amount: 160 }], stated: { tax: 161 } }),
    says: "its taxes come to 1.60, the stated tax is 1.61",
  },
  "tenders-pay-total": {
    keeps: ticket({ tenders: cash(1_002) }),
    breaks: ticket({ tenders: cash(1_003) }),
    asked: { limit: 2 },
    says: "tenders after change come to 10.03, the total after cash rounding is 10.00 USD",
  },
  "tender-limit": {
    keeps: ticket(),
    breaks: ticket({ lines: [line({ gross: 1_001 })], tenders: cash(1_001) }),
    asked: { limit: 1_000 },
    says: "it takes 10.01 USD in Cash, and 10.00 are allowed",
  },
  "discount-within-line": {
    keeps: ticket({ lines: [discounted(1_000)], tenders: cash(0) }),
    breaks: ticket({ lines: [discounted(1_001)], tenders: cash(-1) }),
    says: "discounts of line 1 come to 10.01, its gross amount is 10.00",
  },
  "discount-parts": {
    keeps: ticket({ lines: [discounted(200, { stated: { discount: 200 } })], tenders: cash(800) }),
    breaks: ticket({ lines: [discounted(200, { stated: { discount: 210 } })], tenders: cash(800) }),
    says: "discounts of line 1 come to 2.00, its stated discount is 2.10",
  },
  "price-not-negative": {
    keeps: ticket({ lines: [line({ stated: { unitPriceMillionths: 0 } })] }),
    breaks: ticket({ lines: [line({ stated: { unitPriceMillionths: -1 } })] }),
    says: "line 1 has a unit price below nothing",
  },
  "tip-is-plain": {
    keeps: ticket({ lines: [line({ collects: "tip" })] }),
    breaks: ticket({ lines: [discounted(100, { collects: "tip" })], tenders: cash(900) }),
    says: "line 1 is a tip and carries a discount or a tax",
  },
  "tax-exempt": {
    keeps: ticket({ lines: [taxed(0, true)] }),
    breaks: ticket({ lines: [taxed(160, true)], taxes: [{ code: "VAT", amount: 160 }] }),
    says: "line 1 is exempt from tax VAT and charges it",
  },
  "item-count": {
    keeps: ticket({ lines: [line({ quantityMillionths: 3_000_000 })], stated: { items: 3 } }),
    breaks: ticket({ lines: [line({ quantityMillionths: 3_000_000 })], stated: { items: 2 } }),
    says: "it states 2 items and has 1 lines",
  },
  "business-day-plausible": {
    keeps: ticket({ occurredAt: "2026-11-29T03:00:00.000Z" }),
    breaks: ticket({ occurredAt: "2026-11-30T03:00:00.000Z" }),
    says: "3 days after its business day",
  },
  "amount-has-quantity": {
    keeps: ticket({ lines: [line({ quantityMillionths: 1 })] }),
    breaks: ticket({ lines: [line({ quantityMillionths: 0 })] }),
    says: "line 1 has an amount and no quantity",
  },
  "rounding-needs-cash": {
    keeps: ticket({ tenders: cash(1_002), cashRounding: 2 }),
    breaks: ticket({ tenders: [{ id: "t1", type: "CreditDebit", cardBrand: "Visa", amount: 1_002 }], cashRounding: 2 }),
    says: "it rounds cash, and was paid by cards alone",
  },
  "rounding-within-limit": {
    keeps: ticket({ tenders: cash(1_050), cashRounding: 50 }),
    breaks: ticket({ tenders: cash(949), cashRounding: -51 }),
    says: "it rounds cash by -0.51 USD, more than 0.50",
  },
  "lines-make-net": {
    keeps: ticket({ taxes: [{ code: "VAT", amount: 160 }], stated: { net: 840 } }),
    breaks: ticket({ taxes: [{ code: "VAT", amount: 160 }], stated: { net: 841 } }),
    says: "its lines without tax come to 8.40, the stated net is 8.41",
  },
  "lines-make-gross": {
    keeps: ticket({ lines: [discounted(200)], tenders: cash(800), stated: { gross: 1_000 } }),
    breaks: ticket({ lines: [discounted(200)], tenders: cash(800), stated: { gross: 900 } }),
    says: "its lines come to 8.00, the stated gross is 9.00",
  },
  "stated-discount": {
    keeps: ticket({ lines: [discounted(200)], discounts: [{ amount: 50 }], tenders: cash(750), stated: { discount: -250 } }),
    breaks: ticket({ lines: [discounted(200)], discounts: [{ amount: 50 }], tenders: cash(750), stated: { discount: 200 } }),
    says: "its discounts come to 2.50, the stated discount is 2.00",
  },
  "gift-card-return": {
    keeps: ticket({ lines: [line({ collects: "gift-card", item: "" })] }),
    breaks: ticket({ lines: [line({ collects: "gift-card", item: "", kind: "return" })], tenders: cash(-1_000) }),
    says: "line 1 gives money for a gift card",
  },
  "customer-known": {
    keeps: ticket({ customer: { system: "crm", id: "4711" } }),
    breaks: ticket({ customer: { system: "till", id: "4711" } }),
    asked: { systems: ["crm"] },
    says: "its customer is one of till, and customers are known in crm",
  },
};

const rules = ticketRuleNames.filter((name): name is TicketRuleOf<"ticket"> => ticketRules[name].of === "ticket");

test.each(rules)("%s: a ticket that keeps it passes, one that breaks it is held, warned of or let through as policy says", (name) => {
  const { keeps, breaks, says, asked = {} } = cases[name];
  const found = (check: typeof checkTicket | typeof ticketWarnings, given: Ticket, severity: "error" | "warning" | "off") =>
    check(given, (rule: TicketRuleName) => ({ ...asked, severity: rule === name ? severity : "off" })).map((each) =>
      "problem" in each ? each.problem.message : each.message,
    );
  expect(found(checkTicket, keeps, "error")).toEqual([]);
  expect(found(checkTicket, breaks, "error")).toEqual([expect.stringContaining(says)]);
  expect(found(ticketWarnings, breaks, "error")).toEqual([]);
  // An unknown currency cannot be booked whatever policy says, and ends the check.
  if (name === "currency-known") return;
  expect(found(checkTicket, breaks, "warning")).toEqual([]);
  expect(found(ticketWarnings, breaks, "warning")).toEqual([expect.stringContaining(says)]);
  expect(found(ticketWarnings, keeps, "warning")).toEqual([]);
  expect([found(checkTicket, breaks, "off"), found(ticketWarnings, breaks, "off")]).toEqual([[], []]);
});

test("a ticket that states nothing beside its figures passes the gate as it stands, and its breaks are found by the standard severities", () => {
  expect(checkTicket(ticket())).toEqual([]);
  expect(ticketWarnings(ticket())).toEqual([]);
  const held = rules.filter((name) =>
    checkTicket(cases[name].breaks).some(({ code }) => code === name || name === "not-empty" || name === "currency-known"),
  );
  // Rules that need a limit or a list ask nothing where policy states none; what is paid must then be exact.
  expect(rules.filter((name) => ticketRules[name].standard === "error" && !held.includes(name))).toEqual(["customer-known"]);
});

test.each([
  ["lines", 2],
  ["pieces", 4],
  ["pieces less what came back", 2],
  ["what was sold", 3],
])("an item count may count %s, and with either sign", (_, items) => {
  const lines = [line({ quantityMillionths: 3_000_000, gross: 3_000 }), line({ id: "2", kind: "return" })];
  const counted = (stated: number) =>
    checkTicket(ticket({ lines, tenders: cash(2_000), stated: { items: stated } }), () => ({ severity: "error" })).map(({ code }) => code);
  expect([counted(items), counted(-items), counted(5)]).toEqual([[], [], ["item-count"]]);
});

test("a weighed article is one item, and what is no goods may be counted or not", () => {
  const lines = [line({ quantityMillionths: 420_000 }), line({ id: "2", collects: "tip", item: "", gross: 100 })];
  const counted = (items: number) =>
    checkTicket(ticket({ lines, tenders: cash(1_100), stated: { items } }), () => ({ severity: "error" })).length;
  expect([1, 2, 3].map(counted)).toEqual([0, 0, 1]);
});

test("a limit is asked of each tender by itself, of what goes back too", () => {
  const tenders: Ticket["tenders"] = [
    { id: "1", type: "Cash", amount: -600 },
    { id: "2", type: "GiftCard", amount: 1_600 },
  ];
  const limits: Readonly<Record<string, number>> = { Cash: 500, GiftCard: 1_600 };
  const found = checkTicket(ticket({ tenders }), (rule, tender) => ({
    severity: rule === "tender-limit" ? "error" : "off",
    limit: limits[tender ?? ""] ?? 0,
  }));
  expect(found.map(({ cause, message }) => [cause, message])).toEqual([
    [
      "tender-limit:Cash",
      "ticket 12 of register 3, store 0101, 2026-11-27: it gives back 6.00 USD in Cash, and 5.00 are allowed. Ask the store whether that was meant.",
    ],
  ]);
});

/** What a rule finds of a ticket while all others are off. */
const broken = (name: TicketRuleName, given: Ticket, asked: { limit?: number; systems?: readonly string[] } = {}) =>
  checkTicket(given, (rule) => ({ ...asked, severity: rule === name ? "error" : "off" }));

test("what a rule finds is filed under the rule, what of the ticket broke it, and by how much", () => {
  const filed = rules.map((name) =>
    broken(name, cases[name].breaks, cases[name].asked).map(({ class: kind, code, cause, amount, currency }) =>
      [kind, code === cause ? code : `${code} ${cause}`, ...(amount === undefined ? [] : [`${amount} ${currency}`])].join(" | "),
    ),
  );
  expect(filed.flat().toSorted()).toEqual([
    "data.missing | empty",
    "data.value | amount-has-quantity amount-has-quantity:1",
    "data.value | business-day-plausible",
    "data.value | currency",
    "data.value | customer-known",
    "data.value | gift-card-return gift-card-return:1",
    "data.value | item-count",
    "data.value | price-not-negative price-not-negative:1",
    "data.value | rounding-needs-cash | 2 USD",
    "data.value | rounding-within-limit | -51 USD",
    "data.value | tax-exempt tax-exempt:1:VAT | 160 USD",
    "data.value | tender-limit tender-limit:Cash | 1001 USD",
    "data.value | tip-is-plain tip-is-plain:1",
    "money.amount-mismatch | discount-parts discount-parts:1 | -10 USD",
    "money.amount-mismatch | discount-within-line discount-within-line:1 | 1 USD",
    "money.amount-mismatch | line-taxes-make-tax | 1 USD",
    "money.amount-mismatch | lines-make-gross | -100 USD",
    "money.amount-mismatch | lines-make-net | -1 USD",
    "money.amount-mismatch | lines-make-total | -1 USD",
    "money.amount-mismatch | net-plus-tax-is-total | 1 USD",
    "money.amount-mismatch | stated-discount | 50 USD",
    "money.amount-mismatch | stated-tax | -1 USD",
    "money.amount-mismatch | tenders-pay-total | 3 USD",
  ]);
});

describe("figures that a till states", () => {
  const vat = [{ code: "VAT", amount: 160 }];
  /** Two mugs less a discount of 2.00: 8.00 with 1.60 of tax in it, or before it. */
  const sold = (taxesIncluded: boolean, stated: Ticket["stated"]) =>
    ticket({ taxesIncluded, lines: [discounted(200)], taxes: vat, stated });
  /** 10.00, and 0.02 more in coins. */
  const rounded = (stated: Ticket["stated"], taxesIncluded = true) => ticket({ taxesIncluded, cashRounding: 2, stated });

  test.each<[TicketRuleName, string, Ticket, boolean]>([
    ["lines-make-total", "before the rounding of cash", rounded({ total: 1_000 }), true],
    ["lines-make-total", "after it", rounded({ total: 1_002 }), true],
    ["lines-make-total", "rounded the other way", rounded({ total: 998 }), false],
    ["lines-make-total", "not stated", rounded({}), true],
    ["net-plus-tax-is-total", "net and tax apart", rounded({ net: 840, tax: 160, total: 1_000 }), true],
    ["net-plus-tax-is-total", "and rounded", rounded({ net: 840, tax: 160, total: 1_002 }), true],
    ["net-plus-tax-is-total", "rounded the other way", rounded({ net: 840, tax: 160, total: 998 }), false],
    ["net-plus-tax-is-total", "the tax in the net", rounded({ net: 1_000, tax: 160, total: 1_000 }), true],
    ["net-plus-tax-is-total", "the tax in the net, of prices without tax", rounded({ net: 1_000, tax: 160, total: 1_000 }, false), false],
    ["net-plus-tax-is-total", "no net", rounded({ tax: 160, total: 1_000 }), true],
    ["net-plus-tax-is-total", "no tax", rounded({ net: 840, total: 1_000 }), true],
    ["net-plus-tax-is-total", "no total", rounded({ net: 840, tax: 160 }), true],
    ["line-taxes-make-tax", "on one of two lines", ticket({ lines: [taxed(160, false), line({ id: "2" })], taxes: vat }), true],
    ["line-taxes-make-tax", "too much on one of two lines", ticket({ lines: [taxed(161, false), line({ id: "2" })], taxes: vat }), false],
    [
      "line-taxes-make-tax",
      "a return against it",
      ticket({ lines: [taxed(220, false), { ...taxed(60, false), kind: "return" }], taxes: vat }),
      true,
    ],
    ["lines-make-gross", "after discounts, tax in it", sold(true, { gross: 800 }), true],
    ["lines-make-gross", "after discounts, tax taken out", sold(true, { gross: 640 }), true],
    ["lines-make-gross", "before discounts, tax in it", sold(true, { gross: 1_000 }), true],
    ["lines-make-gross", "before discounts, tax taken out", sold(true, { gross: 840 }), true],
    ["lines-make-gross", "tax put on where it is in", sold(true, { gross: 960 }), false],
    ["lines-make-gross", "tax put on the undiscounted where it is in", sold(true, { gross: 1_160 }), false],
    ["lines-make-gross", "of prices without tax, with it", sold(false, { gross: 960 }), true],
    ["lines-make-gross", "of prices without tax, without it", sold(false, { gross: 800 }), true],
    ["lines-make-gross", "of prices without tax, before discounts", sold(false, { gross: 1_000 }), true],
    ["lines-make-gross", "of prices without tax, before discounts and with it", sold(false, { gross: 1_160 }), true],
    ["lines-make-gross", "of prices without tax, tax put on twice", sold(false, { gross: 1_120 }), false],
    ["lines-make-gross", "of prices without tax, tax taken out of the undiscounted", sold(false, { gross: 840 }), false],
    ["amount-has-quantity", "nothing of nothing", ticket({ lines: [line({ quantityMillionths: 0, gross: 0 })] }), true],
    ["tip-is-plain", "a tax of nothing", ticket({ lines: [{ ...taxed(0, false), collects: "tip" }] }), true],
    ["tip-is-plain", "a tax", ticket({ lines: [{ ...taxed(1, false), collects: "tip" }] }), false],
    ["business-day-plausible", "the evening before in UTC", ticket({ occurredAt: "2026-11-26T23:00:00.000Z" }), true],
    ["business-day-plausible", "two days before", ticket({ occurredAt: "2026-11-25T23:00:00.000Z" }), false],
    ["customer-known", "no customer", ticket(), true],
  ])("%s: %s", (rule, _, given, holds) => {
    expect(broken(rule, given, { systems: ["crm", "loyalty"] })).toHaveLength(holds ? 0 : 1);
  });

  test("are named to whoever looks at the till", () => {
    const said = (rule: TicketRuleName, given: Ticket) => broken(rule, given, { systems: ["crm", "loyalty"] })[0]?.message.slice(49);
    expect(said("net-plus-tax-is-total", rounded({ net: 840, tax: 161, total: 1_000 }))).toBe(
      "stated net and tax come to 10.01, the stated total is 10.00 USD, a difference of 0.01. Correct it at the source and send the ticket again.",
    );
    expect(said("business-day-plausible", ticket({ occurredAt: "2026-11-25T23:00:00.000Z" }))).toBe(
      "it was rung up at 2026-11-25T23:00:00.000Z, 2 days before its business day. Look at the till's clock and at its open day.",
    );
    expect(said("customer-known", ticket({ customer: { system: "till", id: "4711" } }))).toBe(
      "its customer is one of till, and customers are known in crm, loyalty. Have the till send the id of one of these.",
    );
    expect(said("tax-exempt", ticket({ taxes: [{ code: "VAT", amount: 160, exempt: true }] }))).toBe(
      "the ticket is exempt from tax VAT and charges it. Correct it at the source and send the ticket again.",
    );
  });

  test("of items are pieces or lines, sold less returned or both, and of goods alone or of everything", () => {
    const lines = [
      line({ quantityMillionths: 5_000_000 }),
      line({ id: "2", quantityMillionths: 420_000 }),
      line({ id: "3", kind: "return", quantityMillionths: 2_000_000 }),
      line({ id: "4", collects: "tip", item: "" }),
      line({ id: "5", collects: "tip", item: "" }),
      line({ id: "6", collects: "tip", item: "" }),
    ];
    const counts = Array.from({ length: 13 }, (_, items) => items).filter(
      (items) => broken("item-count", ticket({ lines, stated: { items } })).length === 0,
    );
    // Goods: 5 pieces and a weighed one, 2 back (8, 4, 6, 2), as lines 2 and 1 (3, 1, 2, 1). With tips: 9 and 2 (11, 7, 9, 2), as lines 5 and 1 (6, 4, 5, 1).
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11]);
  });
});

test("cash that is rounded on a ticket paid half by card is rounded all the same", () => {
  const half: Ticket["tenders"] = [
    { id: "1", type: "CreditDebit", cardBrand: "Visa", amount: 500 },
    { id: "2", type: "Cash", amount: 502 },
  ];
  expect(broken("rounding-needs-cash", ticket({ tenders: half, cashRounding: 2 }))).toEqual([]);
});

test("a tender's name is cut where it would make a long cause", () => {
  const type = "Voucher".repeat(10);
  const [found] = broken("tender-limit", ticket({ tenders: [{ id: "1", type, amount: 1_000 }] }), { limit: 999 });
  expect(found?.cause).toBe(`tender-limit:${"Voucher".repeat(8)}Vouc`);
});
