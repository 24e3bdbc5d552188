import { describe, expect, test } from "vitest";
import { oneTicket, readText, type Ticket, total } from "./read-tickets.ts";

const line = (content: string) => `<LineItem><SequenceNumber>7</SequenceNumber>${content}</LineItem>`;
const tender = (type: string, amount: string) => line(`<Tender TenderType="${type}"><Amount>${amount}</Amount></Tender>`);

/** The only line of a ticket of one line and a tender, without what says nothing. */
function only(content: string, paid: string): object {
  const [transaction] = readText(oneTicket(line(content) + tender("Cash", paid) + total(paid))).transactions;
  expect(transaction?.issues).toEqual([]);
  const [found] = (transaction?.document?.events[0] as Ticket | undefined)?.lines ?? [];
  const { id: _, taxes: __, restock: ___, quantityMillionths: ____, ...said } = found as Ticket["lines"][number];
  return said;
}

describe("a card or credit that is sold is a line of its own", () => {
  test.each([
    ["an activation", '<StoredValueFund TypeCode="GiftCard" Action="Activate"><ExtendedAmount>50.00</ExtendedAmount></StoredValueFund>'],
    ["a recharge", '<StoredValueFundSale TypeCode="GiftCard" Action="Reload"><Amount>50.00</Amount></StoredValueFundSale>'],
    ["a certificate with its face alone", "<GiftCertificate><FaceValueAmount>50.00</FaceValueAmount></GiftCertificate>"],
    ["a card with its price", "<GiftCard><ActualSalesUnitPrice>50.00</ActualSalesUnitPrice><Quantity>1</Quantity></GiftCard>"],
    ["a sale of that type of item", '<Sale ItemType="GiftCard"><ExtendedAmount>50.00</ExtendedAmount></Sale>'],
  ])("%s", (_, content) => {
    expect(only(content, "50.00")).toEqual({ kind: "sale", collects: "gift-card", item: "", gross: 5_000, discounts: [] });
  });

  test("store credit", () => {
    const content = '<StoredValueFund FundType="StoreCredit"><Amount>25.00</Amount></StoredValueFund>';
    expect(only(content, "25.00")).toEqual({ kind: "sale", collects: "store-credit", item: "", gross: 2_500, discounts: [] });
  });

  test("what it costs less than its face is a discount on it", () => {
    const content = "<GiftCertificate><FaceValueAmount>50.00</FaceValueAmount><Amount>40.00</Amount></GiftCertificate>";
    expect(only(content, "40.00")).toEqual({
      kind: "sale",
      collects: "gift-card",
      item: "",
      gross: 5_000,
      discounts: [{ amount: 1_000 }],
    });
  });

  test("a discount that the till states is not counted a second time", () => {
    const content =
      '<GiftCard><FaceValueAmount>50.00</FaceValueAmount><ExtendedAmount>40.00</ExtendedAmount><RetailPriceModifier><Amount Action="Subtract">10.00</Amount><PromotionID>FALL</PromotionID></RetailPriceModifier></GiftCard>';
    expect(only(content, "40.00")).toEqual({
      kind: "sale",
      collects: "gift-card",
      item: "",
      gross: 5_000,
      discounts: [{ amount: 1_000, promotion: "FALL" }],
    });
  });

  test("no number of a card is read", () => {
    const content =
      "<StoredValueFund><Instrument><SerialNumber>6006491234567890</SerialNumber></Instrument><CardNumber>6006491234567890</CardNumber><Amount>50.00</Amount></StoredValueFund>";
    const { transactions } = readText(oneTicket(line(content) + tender("Cash", "50.00")));
    expect(JSON.stringify(transactions)).not.toContain("600649");
  });
});

describe("a card that is paid out is a return of it", () => {
  test.each([
    ["by its action", '<StoredValueFund Action="CashOut"><Amount>4.20</Amount></StoredValueFund>'],
    ["by its type", '<GiftCertificate TypeCode="Refund"><Amount>4.20</Amount></GiftCertificate>'],
    ["by its sign", "<GiftCard><Amount>-4.20</Amount></GiftCard>"],
  ])("%s", (_, content) => {
    expect(only(content, "-4.20")).toEqual({ kind: "return", collects: "gift-card", item: "", gross: 420, discounts: [] });
  });
});

describe("a tip", () => {
  test.each([
    ["is a line of its own", "<Tip><Amount>3.00</Amount></Tip>", "3.00", "sale"],
    ["is called gratuity", "<Gratuity><Amount>3.00</Amount></Gratuity>", "3.00", "sale"],
    ["is a type of item", '<Sale ItemType="Tip"><ExtendedAmount>3.00</ExtendedAmount></Sale>', "3.00", "sale"],
    ["is given back", '<Tip TypeCode="Return"><Amount>3.00</Amount></Tip>', "-3.00", "return"],
  ])("%s", (_, content, paid, kind) => {
    expect(only(content, paid)).toEqual({ kind, collects: "tip", item: "", gross: 300, discounts: [] });
  });

  test("with a tax on it is held", () => {
    const content = '<Tip><Amount>3.00</Amount><Tax TaxType="Sales"><Amount>0.30</Amount><TaxAuthority>TX</TaxAuthority></Tax></Tip>';
    const [transaction] = readText(oneTicket(line(content) + tender("Cash", "3.30"))).transactions;
    expect(transaction?.issues.map(({ class: name, code, cause }) => `${name}/${code} ${cause}`)).toEqual([
      "data.value/tip-is-plain tip-is-plain:7",
    ]);
  });
});

test("goods of a type of stock are goods", () => {
  expect(
    only('<Sale ItemType="Stock"><ItemID>MUG</ItemID><Quantity>1</Quantity><ExtendedAmount>5.00</ExtendedAmount></Sale>', "5.00"),
  ).toEqual({
    kind: "sale",
    item: "MUG",
    gross: 500,
    discounts: [],
  });
});
