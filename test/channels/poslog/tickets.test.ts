import { describe, expect, test } from "vitest";
import { bySequence, cash, mug, oneTicket, readFixture, readText, settings, ticketOf, total, withBusinessDates } from "./read-tickets.ts";

const issuesOf = (xml: string) => readText(xml).transactions.map(({ issues }) => issues.map(({ class: name, code }) => `${name}/${code}`));

describe("a 2.x sale with split tender", () => {
  test("becomes one ticket.completed with everything that the till said about money and goods", () => {
    const [transaction] = readFixture("change-v2");
    expect(transaction?.document).toEqual({
      transaction: "sale:pos:101:3:2026-11-27:1",
      kind: "sale",
      source: "pos:101:ticket:3.2026-11-27.1",
      channel: "pos",
      shop: "101",
      references: [
        { type: "ticket", value: "101.3.2026-11-27.1" },
        { type: "receipt", value: "R-000901" },
      ],
      issues: [],
      events: [
        {
          name: "ticket.completed",
          schema: 1,
          key: "ticket.completed:3.2026-11-27.1",
          version: "0",
          occurredAt: "2026-11-27T14:03:22.000Z",
          store: "101",
          register: "3",
          sequence: "1",
          businessDate: "2026-11-27",
          receipt: "R-000901",
          currency: "USD",
          taxesIncluded: false,
          lines: [
            {
              id: "1",
              kind: "sale",
              item: "SKU-1002",
              description: "Canvas tote — naturel",
              quantityMillionths: 2_000_000,
              unit: "EA",
              gross: 4900,
              discounts: [{ amount: 500, promotion: "FALL" }],
              taxes: [],
              restock: true,
            },
            {
              id: "2",
              kind: "sale",
              item: "SKU-1003",
              description: "Ceramic mug",
              quantityMillionths: 1_000_000,
              gross: 1295,
              discounts: [],
              taxes: [],
              restock: true,
            },
          ],
          discounts: [],
          taxes: [{ code: "TX", rate: "0.0825", amount: 470 }],
          tenders: [
            { id: "4", type: "CreditDebit", cardBrand: "Visa", amount: 4000 },
            { id: "5", type: "Cash", amount: 3000 },
            { id: "6", type: "Cash", amount: -835 },
          ],
          cashRounding: 0,
          rounding: 0,
          stated: { net: 5695, tax: 470, total: 6165 },
        },
      ],
    });
  });

  test("carries nobody's name and no card number", () => {
    const [transaction] = readFixture("change-v2");
    expect(JSON.stringify(transaction)).not.toMatch(/Person|400000/);
  });
});

describe("change in its three encodings comes to the same money", () => {
  const tenders = (sequence: number) => {
    const found = bySequence(readFixture("change-v6"), sequence);
    return { tenders: ticketOf(found).tenders, issues: found.issues };
  };

  test("a Refund tender", () => {
    expect(tenders(11)).toEqual({
      tenders: [
        { id: "2", type: "Cash", amount: 2000 },
        { id: "3", type: "Cash", amount: -598 },
      ],
      issues: [],
    });
  });

  test("nested in its tender, still to be taken off", () => {
    expect(tenders(12)).toEqual({
      tenders: [
        { id: "2", type: "Cash", amount: 2000 },
        { id: "2.change", type: "Cash", amount: -705 },
      ],
      issues: [],
    });
  });

  test("nested in a tender that is net of it already: not taken off twice", () => {
    expect(tenders(13)).toEqual({ tenders: [{ id: "2", type: "Cash", amount: 1295 }], issues: [] });
  });
});

describe("cashback", () => {
  const card = (amount: string, cashback: string) =>
    cash(amount, `<Cashback Currency="USD">${cashback}</Cashback>`).replace('"Cash"', '"CreditDebit"');
  const paid = (amount: string, cashback: string) => {
    const [found] = readText(oneTicket(mug() + card(amount, cashback) + total("12.95"))).transactions;
    return { tenders: found === undefined ? [] : ticketOf(found).tenders, issues: found?.issues.map(({ code }) => code) };
  };
  const wanted = {
    tenders: [
      { id: "9", type: "CreditDebit", amount: 3295 },
      { id: "9.cashback", type: "Cash", amount: -2000 },
    ],
    issues: [],
  };

  test("that the card's amount holds leaves the drawer, and the card pays for both", () => {
    expect(paid("32.95", "20.00")).toEqual(wanted);
  });

  test("that stands beside what the card paid for the goods is added to it", () => {
    expect(paid("12.95", "20.00")).toEqual(wanted);
  });

  test("of nothing is none, and one with which the ticket is not paid holds it", () => {
    expect(paid("12.95", "0")).toEqual({ tenders: [{ id: "9", type: "CreditDebit", amount: 1295 }], issues: [] });
    expect(paid("30.00", "20.00").issues).toEqual(["tenders-pay-total"]);
  });
});

test("a batch states its tenders as attributes, as elements or as plain amounts, and each is told", () => {
  const batch =
    '<Batch><TransactionCount>1</TransactionCount><TenderTotals><TenderTotal TenderType="Cash"><Amount>10.00</Amount><Count>1</Count></TenderTotal><TenderTotal><TenderType>CreditDebit</TenderType><Amount>2.95</Amount></TenderTotal><TenderTotal TenderType="Check">0</TenderTotal></TenderTotals></Batch>';
  expect(readText(`<POSLog>${batch}${oneTicket(mug() + cash("12.95")).slice("<POSLog>".length)}`).batches).toEqual([
    {
      transactionCount: "1",
      tenders: [
        { type: "Cash", amount: "10.00" },
        { type: "CreditDebit", amount: "2.95" },
        { type: "Check", amount: "0" },
      ],
    },
  ]);
});

describe("6.x identity and time", () => {
  test("the store is BusinessUnit/UnitID, the transaction id is a reference, and an offset in the time wins", () => {
    const found = bySequence(readFixture("change-v6"), 11);
    expect(found.document?.transaction).toBe("sale:pos:101:3:2026-11-27:11");
    expect(found.document?.references).toEqual([
      { type: "ticket", value: "101.3.2026-11-27.11" },
      { type: "ticket", value: "TX-77-11" },
    ]);
    expect(ticketOf(found).occurredAt).toBe("2026-11-27T15:00:00.000Z");
  });

  const noDay = oneTicket(mug() + cash("12.95")).replace("<BusinessDayDate>2026-11-27</BusinessDayDate>", "");

  test("a missing business day is derived by the caller's calendar", () => {
    const late = noDay.replace("2026-11-27T13:00:00", "2026-11-28T04:59:00Z");
    expect(readText(late, withBusinessDates).transactions[0]?.businessDate).toBe("2026-11-27");
  });

  test("without a calendar it is missing, and the document lies on the file's stream", () => {
    const [found] = readText(noDay).transactions;
    expect(found?.issues).toMatchObject([{ class: "data.missing", code: "identity" }]);
    expect(found?.document).toMatchObject({ transaction: `file:pos:${"f".repeat(64)}`, kind: "file", events: [] });
    expect(found?.document?.issues[0]?.message).toContain("Transaction 1 of the file has no readable business day.");
    expect(found?.document?.issues[0]?.message).toContain("It lies at bytes 8 to");
  });

  test("a return names its sale's store by our id, too", () => {
    const goods = mug().replaceAll("Sale>", "Return>");
    const link =
      '<TransactionLink ReasonCode="Return"><RetailStoreID>Main Street</RetailStoreID><WorkstationID>1</WorkstationID><SequenceNumber>4</SequenceNumber><BusinessDayDate>2026-11-20</BusinessDayDate></TransactionLink>';
    const named = { ...settings, storeNamed: (name: string) => (name === "Main Street" ? "205" : undefined) };
    const [found] = readText(oneTicket(link + goods + cash("-12.95")), named).transactions;
    expect(found?.issues).toEqual([]);
    expect(ticketOf(found!).lines[0]?.original).toMatchObject({ store: "205", register: "1", sequence: "4" });
    expect(found?.store).toBe("101");
  });

  test("a store whose time zone nobody knows holds its ticket", () => {
    const [found] = readText(oneTicket(mug() + cash("12.95")), { ...settings, toInstant: () => undefined }).transactions;
    expect(found?.issues).toMatchObject([{ class: "data.unmapped", code: "store" }]);
  });

  test("a stated revision is the version, comparable as text", () => {
    const revised = oneTicket(mug() + cash("12.95"), "<CurrencyCode>USD</CurrencyCode><RevisionNumber>2</RevisionNumber>");
    expect(ticketOf(readText(revised).transactions[0]!).version).toBe("000002");
  });
});

describe("returns", () => {
  const read = readFixture("returns");

  test("6.x: nothing is negative there, the element and the type code carry the sign", () => {
    const ticket = ticketOf(bySequence(read, 21));
    expect(ticket.lines).toEqual([
      {
        id: "1",
        kind: "return",
        item: "SKU-1003",
        quantityMillionths: 1_000_000,
        gross: 1295,
        discounts: [],
        taxes: [{ code: "TX", rate: "0.0825", amount: 107 }],
        restock: false,
        original: { store: "102", register: "4", sequence: "881", businessDate: "2026-11-20" },
      },
    ]);
    expect(ticket.taxes).toEqual([{ code: "TX", rate: "0.0825", amount: -107 }]);
    expect(ticket.tenders).toEqual([{ id: "2", type: "Cash", amount: -1402 }]);
    expect(ticket.stated).toEqual({ tax: -107, total: -1402 });
    expect(bySequence(read, 21).issues).toEqual([]);
  });

  test("2.x: a Sale with negative quantity and amount is a return", () => {
    const found = bySequence(read, 22);
    expect(ticketOf(found).lines).toMatchObject([{ kind: "return", quantityMillionths: 2_000_000, gross: 2590, restock: true }]);
    expect(found.total).toEqual({ amount: -2590, currency: "USD" });
    expect(found.issues).toEqual([]);
  });

  test("an exchange is a return and a sale in one ticket", () => {
    const found = bySequence(read, 23);
    expect(ticketOf(found).lines.map(({ kind, gross, restock }) => ({ kind, gross, restock }))).toEqual([
      { kind: "return", gross: 1295, restock: true },
      { kind: "sale", gross: 3200, restock: true },
    ]);
    expect(found.issues).toEqual([]);
  });
});

describe("tax, cash rounding and extra decimals", () => {
  const read = readFixture("figures");

  test("prices include tax where the till's flag says so", () => {
    expect(ticketOf(bySequence(read, 31))).toMatchObject({
      taxesIncluded: true,
      lines: [{ gross: 1200, taxes: [{ code: "VAT", rate: "0.2", amount: 200 }] }],
      taxes: [{ code: "VAT", rate: "0.2", amount: 200 }],
    });
    expect(bySequence(read, 31).issues).toEqual([]);
  });

  test("and where only the total shows it", () => {
    expect(ticketOf(bySequence(read, 32)).taxesIncluded).toBe(true);
    expect(bySequence(read, 32).issues).toEqual([]);
  });

  test("what cash was rounded down is what the customer paid less", () => {
    expect(ticketOf(bySequence(read, 33))).toMatchObject({ cashRounding: -2, tenders: [{ amount: 1000 }], stated: { total: 1002 } });
    expect(bySequence(read, 33).issues).toEqual([]);
  });

  test("the sign of a till that states the same rounding as positive is told by the tenders", () => {
    const rounded = `${mug("", "10.02")}<LineItem><SequenceNumber>2</SequenceNumber><Rounding><Amount>0.02</Amount></Rounding></LineItem>${cash("10.00")}${total("10.02")}`;
    const [found] = readText(oneTicket(rounded)).transactions;
    expect(ticketOf(found!).cashRounding).toBe(-2);
    expect(found?.issues).toEqual([]);
  });

  test("four decimals are rounded once per tax group, and the last line takes the cent", () => {
    const ticket = ticketOf(bySequence(read, 34));
    expect(ticket.lines.map(({ gross }) => gross)).toEqual([333, 334, 333]);
    expect(ticket.rounding).toBe(0);
    expect(bySequence(read, 34).issues).toEqual([]);
  });

  test("one minor unit of a tax group goes to rounding", () => {
    const ticket = ticketOf(bySequence(read, 35));
    expect(ticket.lines.map(({ gross }) => gross)).toEqual([123, 235]);
    expect(ticket.rounding).toBe(-1);
    expect(bySequence(read, 35).issues).toEqual([]);
  });

  test("more than that is a mismatch with its difference", () => {
    expect(bySequence(read, 36).issues).toMatchObject([
      { class: "money.amount-mismatch", code: "lines-make-total", amount: 3, currency: "USD" },
      { class: "money.amount-mismatch", code: "tenders-pay-total", amount: -3, currency: "USD" },
    ]);
  });

  test("whole cents have no tolerance", () => {
    expect(issuesOf(oneTicket(mug() + cash("12.94") + total("12.94")))).toEqual([
      ["money.amount-mismatch/lines-make-total", "money.amount-mismatch/tenders-pay-total"],
    ]);
  });
});

describe("discounts", () => {
  const modifier =
    '<RegularSalesUnitPrice>12.95</RegularSalesUnitPrice><RetailPriceModifier><Amount Action="Subtract">2.95</Amount></RetailPriceModifier>';

  test("a till that states the extended amount before the discount is told by the regular price", () => {
    const [found] = readText(oneTicket(mug(modifier, "12.95") + cash("10.00") + total("10.00"))).transactions;
    expect(ticketOf(found!).lines).toMatchObject([{ gross: 1295, discounts: [{ amount: 295 }] }]);
    expect(found?.issues).toEqual([]);
  });

  test("and so is one that states it after", () => {
    const [found] = readText(oneTicket(mug(modifier, "10.00") + cash("10.00") + total("10.00"))).transactions;
    expect(ticketOf(found!).lines).toMatchObject([{ gross: 1295, discounts: [{ amount: 295 }] }]);
    expect(found?.issues).toEqual([]);
  });

  const header = (amount: string) =>
    `<LineItem><SequenceNumber>5</SequenceNumber><Discount><Amount>${amount}</Amount></Discount></LineItem>`;

  test("a header discount that no line carries belongs to the ticket", () => {
    const [found] = readText(oneTicket(mug() + header("2.95") + cash("10.00") + total("10.00"))).transactions;
    expect(ticketOf(found!)).toMatchObject({ lines: [{ gross: 1295 }], discounts: [{ amount: 295 }] });
    expect(found?.issues).toEqual([]);
  });

  test("a header discount that the lines carry already is not taken off twice", () => {
    const [found] = readText(oneTicket(mug(modifier, "10.00") + header("2.95") + cash("10.00") + total("10.00"))).transactions;
    expect(ticketOf(found!)).toMatchObject({ lines: [{ gross: 1295, discounts: [{ amount: 295 }] }], discounts: [] });
    expect(found?.issues).toEqual([]);
  });

  test("a price override is no discount, and a modifier that adds is held", () => {
    const override = '<RetailPriceModifier><Amount Action="Replace">10.00</Amount></RetailPriceModifier>';
    expect(ticketOf(readText(oneTicket(mug(override, "10.00") + cash("10.00"))).transactions[0]!).lines).toMatchObject([
      { gross: 1000, discounts: [] },
    ]);
    const surcharge = '<RetailPriceModifier><Amount Action="Add">1.00</Amount></RetailPriceModifier>';
    expect(issuesOf(oneTicket(mug(surcharge, "13.95") + cash("13.95")))).toEqual([["data.value/surcharge"]]);
  });
});

describe("what is no sale, and what is not decided here", () => {
  const read = readFixture("not-sales");

  test.each([
    [41, "training"],
    [42, "cancelled"],
    [43, "suspended"],
    [48, "all lines voided"],
  ])("%i is ignored: %s", (sequence, reason) => {
    const found = bySequence(read, sequence);
    expect(found.ignored).toBe(reason);
    expect(found.document?.events).toEqual([]);
    expect(found.issues).toEqual([]);
  });

  test.each([
    [45, "data.missing", "post-void"],
    [51, "data.value", "status"],
  ])("%i is held: %s %s", (sequence, problemClass, code) => {
    const found = bySequence(read, sequence);
    expect(found.ignored).toBeUndefined();
    expect(found.issues).toMatchObject([{ class: problemClass, code }]);
  });

  test("a correction that does not say of what is not guessed at", () => {
    expect(bySequence(read, 45).issues[0]?.message).toBe(
      "ticket 45 of register 2, store 101, 2026-11-27: it does not say which ticket it undoes. Correct it at the source and send the ticket again.",
    );
  });

  test.each([
    [
      "voids and replaces",
      '<TransactionLink ReasonCode="Voided"><SequenceNumber>1</SequenceNumber></TransactionLink><TransactionLink ReasonCode="Replaced"><SequenceNumber>2</SequenceNumber></TransactionLink>',
      "correction",
    ],
    [
      "voids two tickets",
      '<TransactionLink ReasonCode="Voided"><SequenceNumber>1</SequenceNumber></TransactionLink><TransactionLink ReasonCode="Voided"><SequenceNumber>2</SequenceNumber></TransactionLink>',
      "post-void",
    ],
    ["voids itself", '<TransactionLink ReasonCode="Voided"><SequenceNumber>7</SequenceNumber></TransactionLink>', "post-void"],
    [
      "voids a number that no till has",
      `<TransactionLink ReasonCode="Voided"><SequenceNumber>${"9".repeat(200)}</SequenceNumber></TransactionLink>`,
      "post-void",
    ],
    ["voids nothing that is named", '<TransactionLink ReasonCode="Voided"><WorkstationID>3</WorkstationID></TransactionLink>', "post-void"],
  ])("a ticket that %s is held", (_, links, code) => {
    const [found] = readText(oneTicket(links + mug() + cash("12.95"))).transactions;
    expect(found?.document?.events).toEqual([]);
    expect(found?.issues).toMatchObject([{ class: "data.missing", code }]);
  });

  test("money in a line of an unknown kind is asked about, under the name of the line", () => {
    const line = "<LineItem><SequenceNumber>1</SequenceNumber><Wager><Stake><Amount>25.00</Amount></Stake></Wager></LineItem>";
    const [found] = readText(oneTicket(line + cash("25.00") + total("25.00"))).transactions;
    expect(found?.issues[0]).toMatchObject({ class: "data.value", code: "unknown-money", cause: "unknown-money:Wager" });
  });

  test("a void line takes its line with it, by link; one without any counterpart goes alone", () => {
    const found = bySequence(read, 49);
    expect(ticketOf(found).lines.map(({ id, item }) => `${id} ${item}`)).toEqual(["2 SKU-1004"]);
    expect(found.issues).toEqual([]);
  });
});

describe("tickets that cannot be read", () => {
  const read = readFixture("broken-tickets");

  test("hold themselves and nobody else", () => {
    expect(read.map(({ issues }) => issues.map(({ class: name, code }) => `${name}/${code}`))).toEqual([
      [],
      ["data.value/figure"],
      ["data.missing/identity"],
      ["money.amount-mismatch/lines-make-total", "money.amount-mismatch/tenders-pay-total"],
      ["data.value/sign"],
      [],
    ]);
  });

  test("keep their event when it could be read, for people to see", () => {
    expect(bySequence(read, 64).document?.events).toHaveLength(1);
    expect(bySequence(read, 62).document?.events).toEqual([]);
  });

  test("name the place and the figure", () => {
    expect(bySequence(read, 62).issues[0]?.message).toBe(
      'ticket 62 of register 2, store 101, 2026-11-27: ExtendedAmount of line 1: "12,95" is not a decimal number such as "12.50". Correct it at the source and send the ticket again.',
    );
  });

  test("of other content under the same key stay apart", () => {
    const first = readText(oneTicket(mug("", "x")));
    const second = readText(oneTicket(mug("", "y")));
    expect(first.transactions[0]?.issues[0]?.cause).toMatch(/^ExtendedAmount of line 1@[0-9a-f]{16}$/);
    expect(first.transactions[0]?.issues[0]?.cause).not.toBe(second.transactions[0]?.issues[0]?.cause);
  });

  test.each([
    ["an unknown currency", oneTicket(mug() + cash("12.95"), "<CurrencyCode>XQX</CurrencyCode>"), ["data.value/currency"]],
    [
      "two currencies",
      oneTicket(mug() + cash("12.95") + '<Total TotalType="X" Currency="CAD">1</Total>'),
      ["money.currency-mismatch/currency"],
    ],
    ["nothing in it", oneTicket(total("0.00")), ["data.missing/empty"]],
    ["no amount", oneTicket(mug().replace("12.95", "") + cash("12.95")), ["data.missing/figure"]],
    [
      "a unit price that does not make the amount",
      oneTicket(mug("<ActualSalesUnitPrice>9.95</ActualSalesUnitPrice>") + cash("12.95")),
      ["money.amount-mismatch/line-figures"],
    ],
    [
      "taxes that contradict their total",
      oneTicket(
        mug("<Tax><Amount>1.07</Amount></Tax>") + cash("14.02") + '<Total TotalType="TransactionTaxAmount">1.08</Total>' + total("14.02"),
      ),
      ["money.amount-mismatch/stated-tax"],
    ],
    [
      "net and tax that are not the total",
      oneTicket(
        `${mug()}${cash("12.95")}<Total TotalType="TransactionNetAmount">12.00</Total><Total TotalType="TransactionTaxAmount">0.00</Total>${total("12.95")}`,
      ),
      ["money.amount-mismatch/net-plus-tax-is-total"],
    ],
    [
      "a discount above its line",
      oneTicket(
        mug(
          '<RetailPriceModifier><Amount Action="Subtract">20.00</Amount></RetailPriceModifier><RegularSalesUnitPrice>12.95</RegularSalesUnitPrice>',
        ) + cash("-7.05"),
      ),
      ["money.amount-mismatch/discount-within-line"],
    ],
    ["a cashback that pays no ticket", oneTicket(mug() + cash("12.95", "<Cashback>abc</Cashback>")), ["data.value/figure"]],
    ["a cashback without an amount", oneTicket(mug() + cash("12.95", "<Cashback><Value>5</Value></Cashback>")), ["data.missing/figure"]],
    ["a time that is none", oneTicket(mug() + cash("12.95")).replace("T13:00:00", "T25:00:00"), ["data.value/time"]],
  ])("%s", (_name, xml, codes) => {
    expect(issuesOf(xml)).toEqual([codes]);
  });

  test("a vendor's amount outside of tender, tax and discount is not asked about, and a zero says nothing", () => {
    expect(issuesOf(oneTicket(mug("<v:LoyaltyAmount>3.00</v:LoyaltyAmount>") + cash("12.95", "<Cashback>0.00</Cashback>")))).toEqual([[]]);
  });
});
