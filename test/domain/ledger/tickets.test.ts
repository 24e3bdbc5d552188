import { describe, expect, test } from "vitest";
import type { EventOf } from "#domain/events";
import { targetLedger as wholeTarget } from "#domain/ledger";
import type { Policy } from "#domain/policy";
import { ledger, ledgerText } from "./ledger-text.ts";
import { policy } from "./sale-policy.ts";

/** What a ticket tells its store day has a test of its own. */
const targetLedger = (...given: Parameters<typeof wholeTarget>) => {
  const target = wholeTarget(...given);
  return { ...target, documents: target.documents.filter(({ kind }) => kind !== "tally") };
};

type Ticket = EventOf<"ticket.completed">;
type Line = Ticket["lines"][number];

const line = (id: string, gross: number, more: Partial<Line> = {}): Line => ({
  id,
  kind: "sale",
  item: "SHIRT",
  quantityMillionths: 1_000_000,
  gross,
  discounts: [],
  taxes: [],
  restock: true,
  ...more,
});
const tender = (id: string, type: string, amount: number, more: Partial<Ticket["tenders"][number]> = {}) => ({ id, type, amount, ...more });

const ticket = (given: Partial<Ticket>): Ticket => ({
  name: "ticket.completed",
  schema: 1,
  key: "ticket.completed:7",
  version: "1",
  occurredAt: "2026-11-28T04:30:00.000Z",
  store: "7",
  register: "3",
  sequence: "1201",
  businessDate: "2026-11-27",
  currency: "USD",
  taxesIncluded: false,
  lines: [],
  discounts: [],
  taxes: [],
  tenders: [],
  cashRounding: 0,
  rounding: 0,
  stated: {},
  ...given,
});

const target = (given: Partial<Ticket>, rules = policy) => targetLedger([ticket(given)], rules, "sale:pos:7:3:2026-11-27:1201");
const text = (given: Partial<Ticket>) => ledgerText(target(given));

describe("c27: tickets", () => {
  test("a cash sale with its tax, on the store's own business day", () => {
    const sale = target({
      lines: [line("1", 2000, { taxes: [{ code: "A", amount: 125 }] })],
      taxes: [{ code: "A", amount: 125 }],
      tenders: [tender("1", "Cash", 2125)],
    });
    expect(ledgerText(sale)).toBe(ledger`
      ticket.completed:7 → ticket
        Dr cash-drawer{register:3,currency:USD} 21.25
          Cr sales{channel:pos,store:7,item-class:apparel} 20.00
          Cr tax-payable{jurisdiction:US-IL} 1.25
      ticket.completed:7 → stock
        1: -1 SHIRT (apparel) loop at average
    `);
    expect(sale.documents.map((document) => [document.businessDate, document.entity, document.currency])).toEqual([
      ["2026-11-27", "us", "USD"],
      ["2026-11-27", "us", "USD"],
    ]);
  });

  test("split tender: gift card, card and cash; the change comes out of the drawer", () => {
    expect(
      text({
        lines: [line("1", 10000)],
        tenders: [
          tender("1", "GiftCard", 2500),
          tender("2", "CreditDebit", 6000, { cardBrand: "Visa" }),
          tender("3", "Cash", 2000),
          tender("4", "Cash", -500),
        ],
      }),
    ).toBe(ledger`
      ticket.completed:7 → ticket
        Dr acquirer-clearing{acquirer:worldpay,currency:USD} 60.00
        Dr cash-drawer{register:3,currency:USD} 15.00
        Dr gift-card-liability{issuer:us} 25.00
          Cr sales{channel:pos,store:7,item-class:apparel} 100.00
      ticket.completed:7 → stock
        1: -1 SHIRT (apparel) loop at average
    `);
  });

  test("two equal lines are two movements; line, employee and header discounts stay apart", () => {
    expect(
      text({
        lines: [
          line("1", 1000, { item: "MUG", discounts: [{ amount: 100, promotion: "2FOR18" }] }),
          line("2", 1000, {
            item: "MUG",
            discounts: [
              { amount: 100, promotion: "2FOR18" },
              { amount: 90, employee: true },
            ],
          }),
        ],
        discounts: [{ amount: 50, promotion: "HEADER" }],
        tenders: [tender("1", "CreditDebit", 1660)],
      }),
    ).toBe(ledger`
      ticket.completed:7 → ticket
        Dr acquirer-clearing{acquirer:worldpay,currency:USD} 16.60
        Dr discounts{channel:pos,store:7,promotion:2FOR18} 2.00
        Dr discounts{channel:pos,store:7,promotion:HEADER} 0.50
        Dr discounts{channel:pos,store:7,promotion:employee} 0.90
          Cr sales{channel:pos,store:7,item-class:home} 20.00
      ticket.completed:7 → stock
        1: -1 MUG (home) loop at average
        2: -1 MUG (home) loop at average
    `);
  });

  test("a return with restock: sales returns and tax against the drawer, goods back at the average", () => {
    expect(
      text({
        lines: [line("1", 2000, { kind: "return", discounts: [{ amount: 200 }], taxes: [{ code: "A", amount: 113 }] })],
        taxes: [{ code: "A", amount: -113 }],
        tenders: [tender("1", "Cash", -1913)],
      }),
    ).toBe(ledger`
      ticket.completed:7 → ticket
        Dr sales-returns{channel:pos,store:7} 18.00
        Dr tax-payable{jurisdiction:US-IL} 1.13
          Cr cash-drawer{register:3,currency:USD} 19.13
      ticket.completed:7 → stock
        1: 1 SHIRT (apparel) loop at average
    `);
  });

  test("a return without restock moves no goods", () => {
    expect(
      text({ lines: [line("1", 2000, { kind: "return", restock: false })], tenders: [tender("1", "CreditDebit", -2000)] }),
    ).toBe(ledger`
      ticket.completed:7 → ticket
        Dr sales-returns{channel:pos,store:7} 20.00
          Cr acquirer-clearing{acquirer:worldpay,currency:USD} 20.00
    `);
  });

  test("a shirt exchanged for two mugs: sale and return on one ticket, tax nets, the customer pays the rest", () => {
    expect(
      text({
        lines: [
          line("1", 2000, { kind: "return", taxes: [{ code: "A", amount: 125 }] }),
          line("2", 3000, { item: "MUG", quantityMillionths: 2_000_000, taxes: [{ code: "A", amount: 188 }] }),
        ],
        taxes: [{ code: "A", amount: 63 }],
        tenders: [tender("1", "CreditDebit", 1063)],
      }),
    ).toBe(ledger`
      ticket.completed:7 → ticket
        Dr acquirer-clearing{acquirer:worldpay,currency:USD} 10.63
        Dr sales-returns{channel:pos,store:7} 20.00
          Cr sales{channel:pos,store:7,item-class:home} 30.00
          Cr tax-payable{jurisdiction:US-IL} 0.63
      ticket.completed:7 → stock
        1: 1 SHIRT (apparel) loop at average
        2: -2 MUG (home) loop at average
    `);
  });

  test("an even exchange moves goods and no money", () => {
    expect(text({ lines: [line("1", 2000, { kind: "return" }), line("2", 2000)] })).toBe(ledger`
      ticket.completed:7 → ticket
        Dr sales-returns{channel:pos,store:7} 20.00
          Cr sales{channel:pos,store:7,item-class:apparel} 20.00
      ticket.completed:7 → stock
        1: 1 SHIRT (apparel) loop at average
        2: -1 SHIRT (apparel) loop at average
    `);
  });

  test("prices include tax, stated per line", () => {
    expect(
      text({
        taxesIncluded: true,
        lines: [line("1", 1200, { taxes: [{ code: "A", amount: 200 }] })],
        taxes: [{ code: "A", amount: 200 }],
        tenders: [tender("1", "Cash", 1200)],
      }),
    ).toBe(ledger`
      ticket.completed:7 → ticket
        Dr cash-drawer{register:3,currency:USD} 12.00
          Cr sales{channel:pos,store:7,item-class:apparel} 10.00
          Cr tax-payable{jurisdiction:US-IL} 2.00
      ticket.completed:7 → stock
        1: -1 SHIRT (apparel) loop at average
    `);
  });

  test("prices include tax, stated for the whole ticket only: lines carry it by their value, sales and returns apart", () => {
    expect(
      text({
        taxesIncluded: true,
        lines: [line("1", 2400), line("2", 1200, { item: "MUG" }), line("3", 600, { kind: "return" })],
        taxes: [
          { code: "A", amount: 600 },
          { code: "B", amount: -100 },
        ],
        tenders: [tender("1", "Cash", 3000)],
      }),
    ).toBe(ledger`
      ticket.completed:7 → ticket
        Dr cash-drawer{register:3,currency:USD} 30.00
        Dr sales-returns{channel:pos,store:7} 5.00
        Dr tax-payable{jurisdiction:US-CHI} 1.00
          Cr sales{channel:pos,store:7,item-class:apparel} 20.00
          Cr sales{channel:pos,store:7,item-class:home} 10.00
          Cr tax-payable{jurisdiction:US-IL} 6.00
      ticket.completed:7 → stock
        1: -1 SHIRT (apparel) loop at average
        2: -1 MUG (home) loop at average
        3: 1 SHIRT (apparel) loop at average
    `);
  });

  test("tax stated for the whole ticket on top of the prices", () => {
    expect(
      text({
        lines: [line("1", 2000)],
        taxes: [
          { code: "A", amount: 100 },
          { code: "B", amount: 25 },
        ],
        tenders: [tender("1", "Cash", 2125)],
      }),
    ).toBe(ledger`
      ticket.completed:7 → ticket
        Dr cash-drawer{register:3,currency:USD} 21.25
          Cr sales{channel:pos,store:7,item-class:apparel} 20.00
          Cr tax-payable{jurisdiction:US-CHI} 0.25
          Cr tax-payable{jurisdiction:US-IL} 1.00
      ticket.completed:7 → stock
        1: -1 SHIRT (apparel) loop at average
    `);
  });

  test("foreign cash goes into a drawer of its own currency, at the ticket's value", () => {
    expect(
      text({
        lines: [line("1", 1500, { item: "ENGRAVING" })],
        tenders: [tender("1", "Cash", 2000, { foreign: { currency: "CAD", amount: 2800 } }), tender("2", "Cash", -500)],
      }),
    ).toBe(ledger`
      ticket.completed:7 → ticket
        Dr cash-drawer{register:3,currency:CAD} 20.00
          Cr cash-drawer{register:3,currency:USD} 5.00
          Cr sales{channel:pos,store:7,item-class:service} 15.00
    `);
  });
});

describe("c28, c29: rounding", () => {
  test("c28: a Canadian cash sale of 10.02 is paid with 10.00: two cents of cash rounding", () => {
    expect(
      ledgerText(
        targetLedger(
          [ticket({ store: "9", currency: "CAD", lines: [line("1", 1002)], tenders: [tender("1", "Cash", 1000)], cashRounding: -2 })],
          policy,
          "sale:pos:9:3:2026-11-27:1201",
        ),
      ),
    ).toBe(ledger`
      ticket.completed:7 → ticket
        Dr cash-drawer{register:3,currency:CAD} 10.00
        Dr cash-rounding 0.02
          Cr sales{channel:pos,store:9,item-class:apparel} 10.02
      ticket.completed:7 → stock
        1: -1 SHIRT (apparel) north at average
    `);
  });

  test("c28: a cash refund of 10.03 gives back 10.05: two cents the other way", () => {
    expect(
      text({
        lines: [line("1", 1003, { kind: "return", restock: false })],
        tenders: [tender("1", "Cash", -1005)],
        cashRounding: -2,
      }),
    ).toBe(ledger`
      ticket.completed:7 → ticket
        Dr cash-rounding 0.02
        Dr sales-returns{channel:pos,store:7} 10.03
          Cr cash-drawer{register:3,currency:USD} 10.05
    `);
  });

  test("c29: a cent left over from four decimals is its own line", () => {
    expect(text({ lines: [line("1", 1000, { item: "ENGRAVING" })], tenders: [tender("1", "Cash", 1001)], rounding: 1 })).toBe(ledger`
      ticket.completed:7 → ticket
        Dr cash-drawer{register:3,currency:USD} 10.01
          Cr rounding 0.01
          Cr sales{channel:pos,store:7,item-class:service} 10.00
    `);
  });
});

describe("tickets that are held", () => {
  test("an unknown store", () => {
    expect(text({ store: "404", lines: [line("1", 1000)], tenders: [tender("1", "Cash", 1000)] })).toBe(ledger`
      ! data.unmapped/store store:404
      held ticket.completed:7
    `);
  });

  test("another currency than the books of the store's entity, and no rate on record; the goods moved all the same", () => {
    expect(text({ currency: "CAD", lines: [line("1", 1000)], tenders: [tender("1", "Cash", 1000)] })).toBe(ledger`
      ticket.completed:7 → stock
        1: -1 SHIRT (apparel) loop at average
      ! money.fx-rate-missing/CAD:USD CAD:USD:2026-11-27
      held ticket.completed:7
    `);
  });

  test("an unmapped tender and tax hold the journal; the goods moved all the same", () => {
    expect(
      text({
        lines: [line("1", 1000, { taxes: [{ code: "Z", amount: 100 }] })],
        taxes: [{ code: "Z", amount: 100 }],
        tenders: [tender("1", "Cheque", 1100)],
      }),
    ).toBe(ledger`
      ticket.completed:7 → stock
        1: -1 SHIRT (apparel) loop at average
      ! data.unmapped/tax tax:Z
      ! data.unmapped/tender tender:Cheque
      held ticket.completed:7
    `);
  });

  test("an unknown item, and a line without one, hold both documents", () => {
    expect(
      text({ lines: [line("1", 1000, { item: "NEW" }), line("2", 500, { item: "" })], tenders: [tender("1", "Cash", 1500)] }),
    ).toBe(ledger`
      ! data.unmapped/item item:NEW
      ! data.unmapped/item item:line 2
      held ticket.completed:7
    `);
  });

  test("figures that do not balance are named and not posted", () => {
    expect(text({ lines: [line("1", 1000, { item: "ENGRAVING" })], tenders: [tender("1", "Cash", 990)] })).toBe(ledger`
      ! money.unbalanced/ticket sale:pos:7:3:2026-11-27:1201/ticket.completed:7/ticket/us/USD -0.10
      held ticket.completed:7
    `);
  });

  test("a tender rule that names a role outside the list of roles", () => {
    const odd = { ...policy, tenders: [{ channel: "pos", match: "*", role: "petty-cash", dimensions: {}, why: "test" } as const] };
    expect(ledgerText(target({ lines: [line("1", 100, { item: "ENGRAVING" })], tenders: [tender("1", "Cash", 100)] }, odd))).toBe(ledger`
      ! data.unmapped/tender tender:Cash
      held ticket.completed:7
    `);
  });
});

describe("c11, c12: what a till takes money for that is no sale", () => {
  const collects = (id: string, kind: NonNullable<Line["collects"]>, gross: number, more: Partial<Line> = {}) =>
    line(id, gross, { item: "", collects: kind, ...more });

  test("a tax that only the ticket states lies in the goods, not in a tip or a card", () => {
    const given = text({
      taxesIncluded: true,
      lines: [line("1", 1100), collects("2", "gift-card", 5000), collects("3", "tip", 300)],
      taxes: [{ code: "A", amount: 100 }],
      tenders: [tender("1", "Cash", 6400)],
    });
    expect(given).toBe(ledger`
      ticket.completed:7 → ticket
        Dr cash-drawer{register:3,currency:USD} 64.00
          Cr gift-card-liability{issuer:us} 50.00
          Cr sales{channel:pos,store:7,item-class:apparel} 10.00
          Cr tax-payable{jurisdiction:US-IL} 1.00
          Cr tips-payable{store:7} 3.00
      ticket.completed:7 → stock
        1: -1 SHIRT (apparel) loop at average
    `);
  });

  test("of a ticket that sells nothing but vouchers it lies in these", () => {
    const given = text({
      taxesIncluded: true,
      lines: [collects("1", "gift-card", 1100), collects("2", "tip", 300)],
      taxes: [{ code: "A", amount: 100 }],
      tenders: [tender("1", "Cash", 1400)],
    });
    expect(given).toBe(ledger`
      ticket.completed:7 → ticket
        Dr cash-drawer{register:3,currency:USD} 14.00
          Cr gift-card-liability{issuer:us} 10.00
          Cr tax-payable{jurisdiction:US-IL} 1.00
          Cr tips-payable{store:7} 3.00
    `);
  });

  test("a tip is income where the entity has elected so", () => {
    const rules: Policy = {
      ...policy,
      elections: [{ election: "tips", value: "income", when: { channel: "pos" }, entity: "us", from: "2026-01-01", why: "test", layer: 3 }],
    };
    expect(ledgerText(target({ lines: [collects("1", "tip", 300)], tenders: [tender("1", "Cash", 300)] }, rules))).toContain(
      "Cr other-revenue{reason:tip} 3.00",
    );
  });

  test("what a card is sold below its face is a discount at once where the entity has elected so", () => {
    const rules: Policy = {
      ...policy,
      elections: [{ election: "cardDiscount", value: "at-sale", when: {}, entity: "us", from: "2026-01-01", why: "test", layer: 3 }],
    };
    const sold = collects("1", "gift-card", 5000, { discounts: [{ amount: 1000, promotion: "HOLIDAY" }] });
    expect(ledgerText(target({ lines: [sold], tenders: [tender("1", "Cash", 4000)] }, rules))).toContain(
      "Dr discounts{channel:pos,store:7,promotion:card-below-face} 10.00",
    );
  });

  test("a card of nobody who could be told holds the money of the ticket, and its goods leave", () => {
    const rules: Policy = {
      ...policy,
      tenders: [
        ...policy.tenders.filter(({ role }) => role !== "gift-card-liability"),
        { channel: "pos", match: "a", role: "gift-card-liability", dimensions: { issuer: "ca" }, why: "test" },
        { channel: "pos", match: "b", role: "gift-card-liability", dimensions: { issuer: "mx" }, why: "test" },
      ],
    };
    const given = target({ lines: [line("1", 1000), collects("2", "gift-card", 5000)], tenders: [tender("1", "Cash", 6000)] }, rules);
    expect(ledgerText(given)).toBe(ledger`
      ticket.completed:7 → stock
        1: -1 SHIRT (apparel) loop at average
      ! data.unmapped/issuer issuer:gift-card:us
      held ticket.completed:7
    `);
  });
});
