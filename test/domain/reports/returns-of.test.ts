import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { type ExceptionItem, type LineageItem, viewTransaction } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { type LedgerLine, returnReport, returnsOf, type StatedReturn } from "#domain/reports";
import { closedBy, fact, policy } from "../../fixtures/posting-case.ts";

const order = "sale:shopify:shop.example:1";
const ticketOf7 = "sale:pos:7:1:2026-11-27:9";
const oneReturn = { quantityMillionths: 1_000_000, item: "SHIRT", restock: true } as const;
const head = (name: string) => ({ name, schema: 1, key: `${name}:1`, version: "1", occurredAt: "2026-11-28T05:30:00.000Z" });
const known: Policy = {
  ...policy,
  stores: { "7": { ...policy.stores["7"]!, timeZone: "America/Phoenix" } },
  shops: { "shop.example": { ...policy.shops["shop.example"]!, timeZone: "America/Phoenix" } },
};

const ticket = (more: object = {}) =>
  ({
    ...head("ticket.completed"),
    ...{ store: "7", register: "1", sequence: "9", businessDate: "2026-11-27", currency: "USD", taxesIncluded: false },
    lines: [
      { id: "1", kind: "sale", ...oneReturn, gross: 9_000, discounts: [], taxes: [] },
      {
        id: "2",
        kind: "return",
        ...oneReturn,
        gross: 3_000,
        discounts: [],
        taxes: [{ code: "A", amount: 30 }],
        original: { reference: "#1001" },
      },
      { id: "3", kind: "return", ...oneReturn, gross: 2_000, discounts: [], taxes: [] },
    ],
    ...{ discounts: [], taxes: [], tenders: [{ id: "1", type: "Cash", amount: 3_970 }], cashRounding: 0, rounding: 0, stated: {} },
    ...more,
  }) as unknown as BusinessEvent;
const back = {
  ...head("return.taken-back"),
  ...{ ticket: ticketOf7, store: "7", location: "seven", entity: "ca", seller: "us", businessDate: "2026-11-27", currency: "USD" },
  lines: [{ id: "1", ...oneReturn, net: 4_000, taxes: [{ code: "A", amount: 40 }] }],
  tenders: [],
} as unknown as BusinessEvent;
const placed = (more: object = {}) =>
  ({ ...head("order.placed"), orderId: "1", taxesIncluded: false, test: false, lines: [], ...more }) as unknown as BusinessEvent;
const refund = (...restocks: string[]) =>
  ({
    ...head("refund.issued"),
    ...{ orderId: "1", refundId: "1", currency: "USD", shipping: [], payments: [] },
    lines: restocks.map((restock, index) => ({ id: String(index), lineId: "A", ...oneReturn, subtotal: 1_000, tax: 80, restock })),
  }) as unknown as BusinessEvent;
const stated = (event: BusinessEvent) => fact(event.key, { source: `fact:${event.name}`, events: [event] });
const exception = (name: string, code: string, event: string): ExceptionItem =>
  ({
    ...{ type: "exception", key: `X#${name}#${code}`, transaction: order, at: "2026-11-28T06:00:00.000Z" },
    ...{ class: name, code, cause: event, event, occurrence: 1, dueAt: "2026-11-30T06:00:00.000Z", message: "said so" },
  }) as unknown as ExceptionItem;

const read = (transaction: string, ...items: readonly LineageItem[]) =>
  returnsOf(viewTransaction(transaction, items), known).map(
    ({ entity, place, kind, day, given, currency }) => `${entity} ${place} ${kind} ${day} ${given} ${currency}`,
  );
const event = "ticket.completed:1";

describe("what a ticket took back without its sale", () => {
  test("is one return of the store, for all that it gave back, its tax included", () => {
    expect(read(ticketOf7, stated(ticket()))).toEqual(["ca store 7 blind 2026-11-27 5030 USD"]);
  });

  test.each([
    ["and is told", [exception("policy.blind-return", "blind-limit", event)], "blind-outside-rule"],
    [
      "and a person accepted it",
      [exception("policy.blind-return", "blind-limit", event), closedBy(exception("policy.blind-return", "blind-limit", event), "Ada")],
      "blind-outside-rule",
    ],
    [
      "and that healed",
      [exception("policy.blind-return", "blind-limit", event), closedBy(exception("policy.blind-return", "blind-limit", event), "hub")],
      "blind",
    ],
    ["or several sales answer to it", [exception("policy.blind-return", "several-originals", event)], "blind"],
    ["or another ticket's is told", [exception("policy.blind-return", "blind-limit", "ticket.completed:2")], "blind"],
  ])("is against the rule %s", (_, items, kind) => {
    expect(read(ticketOf7, stated(ticket()), ...items)).toEqual([`ca store 7 ${kind} 2026-11-27 5030 USD`]);
  });

  test("leaves out the lines whose sale is known, and not those that several sales answer to", () => {
    const sales = [{ transaction: order, seller: "us" }];
    const found = { ...head("original.found"), reference: "#1001", sales } as unknown as BusinessEvent;
    const several = { ...found, sales: [...sales, { transaction: "sale:shopify:shop.example:2", seller: "us" }] } as BusinessEvent;
    expect(read(ticketOf7, stated(ticket()), stated(found))).toEqual(["ca store 7 blind 2026-11-27 2000 USD"]);
    expect(read(ticketOf7, stated(ticket()), stated(several))).toEqual(["ca store 7 blind 2026-11-27 5030 USD"]);
  });

  test("is none when the ticket was undone", () => {
    const voided = {
      ...head("ticket.voided"),
      ...{ store: "7", register: "1", sequence: "9", businessDate: "2026-11-27", currency: "USD" },
    } as unknown as BusinessEvent;
    expect(read(ticketOf7, stated(ticket()), stated(voided))).toEqual([]);
  });
});

describe("what came back of a known sale", () => {
  test("a store that took goods of an online sale, or of another store's, is elsewhere; the store that sold them is the same place", () => {
    expect(read(order, stated(placed()), stated(back))).toEqual(["us store 7 elsewhere 2026-11-27 4040 USD"]);
    expect(read("sale:shopify:7:1", stated(back))).toEqual(["us store 7 elsewhere 2026-11-27 4040 USD"]);
    expect(read("sale:pos:8:1:2026-11-20:7", stated(back))).toEqual(["us store 7 elsewhere 2026-11-27 4040 USD"]);
    expect(read("sale:pos:7:1:2026-11-20:7", stated(back))).toEqual(["us store 7 same-place 2026-11-27 4040 USD"]);
  });

  test("more than was sold is refused, until that heals", () => {
    const over = exception("policy.over-return", "store-return", "return.taken-back:1");
    expect(read(order, stated(back), over)).toEqual(["us store 7 over-return-refused 2026-11-27 4040 USD"]);
    expect(read(order, stated(back), over, closedBy(over, "hub"))).toEqual(["us store 7 elsewhere 2026-11-27 4040 USD"]);
  });

  test("a refund of the shop counts its goods on the shop's day; what never left, and a test order, do not", () => {
    expect(read(order, stated(placed()), stated(refund("return", "none", "cancel")))).toEqual([
      "us channel web same-place 2026-11-27 2160 USD",
    ]);
    const included = read(order, stated(placed({ taxesIncluded: true })), stated(refund("return")));
    expect(included).toEqual(["us channel web same-place 2026-11-27 1000 USD"]);
    expect(read(order, stated(placed()), stated(refund("cancel")))).toEqual([]);
    expect(read(order, stated(placed({ test: true })), stated(refund("return")))).toEqual([]);
    const over = exception("policy.over-return", "quantity", "refund.issued:1");
    expect(read(order, stated(placed()), stated(refund("return")), over)).toEqual([
      "us channel web over-return-refused 2026-11-27 1080 USD",
    ]);
  });
});

describe("the report", () => {
  const given: StatedReturn = {
    ...{ transaction: order, event: "refund.issued:1", entity: "us", place: "channel web", kind: "same-place" },
    ...{ currency: "USD", day: "2026-11-27", given: 1_080 },
  };
  const elsewhere: StatedReturn = { ...given, event: "return.taken-back:1", place: "store 7", kind: "elsewhere", given: 4_040 };
  const line = (event: string, debit: number, more: Partial<LedgerLine> = {}): LedgerLine => ({
    ...{ entity: "us", currency: "USD", account: "4200", role: "sales-returns", dimensions: { channel: "web" } },
    ...{ debit, credit: 0, transaction: order, event, kind: "refund", reversal: false, ...more },
  });
  const rows = (lines: readonly LedgerLine[], isAsked: (stated: StatedReturn) => boolean = () => true) =>
    returnReport([given, elsewhere], lines, isAsked).map(
      ({ place, kind, returns, given: back, booked, currency }) =>
        `${place} ${kind}: ${returns}, ${JSON.stringify(back)}, ${booked} ${currency}`,
    );

  test("puts each line of sales returns in the row of the return that its document names, one without in a row of its own", () => {
    const tax = line("refund.issued:1", 80, { role: "tax-payable" });
    expect(rows([line("refund.issued:1", 1_000), tax, line("return.taken-back:1", 4_000), line("return.received:1", 500)])).toEqual([
      'channel web same-place: 1, {"USD":1080}, 1000 USD',
      "channel web unexplained: 0, {}, 500 USD",
      'store 7 elsewhere: 1, {"USD":4040}, 4000 USD',
    ]);
  });

  test("counts what is asked for, and knows the rest: what is booked on other days keeps its row", () => {
    expect(rows([line("return.taken-back:1", 4_000)], ({ event }) => event === "refund.issued:1")).toEqual([
      'channel web same-place: 1, {"USD":1080}, 0 ',
      "store 7 elsewhere: 0, {}, 4000 USD",
    ]);
  });

  test("a journal and its reversal leave nothing", () => {
    const reversed = line("refund.issued:1", 0, { credit: 1_000, reversal: true });
    expect(rows([line("refund.issued:1", 1_000), reversed])[0]).toBe('channel web same-place: 1, {"USD":1080}, 0 USD');
  });

  test("currencies of the sources are never added up", () => {
    const foreign: StatedReturn = { ...given, event: "refund.issued:2", currency: "CAD", given: 700 };
    expect(returnReport([given, foreign], [], () => true)[0]?.given).toEqual({ USD: 1_080, CAD: 700 });
  });
});
