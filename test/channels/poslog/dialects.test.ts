import { describe, expect, test } from "vitest";
import { poslogFormat } from "#adapters/channels/poslog";
import { knownPoslogDialects, type PoslogDialect, poslogDialectSchema } from "#domain/pos-dialects";
import type { PosReadSettings, PosTransaction } from "#ports/pos-format";
import { knownDialects } from "../../../adapters/channels/poslog/dialects/known-dialects.ts";
import { cash, mug, oneTicket, readText, settings, ticketOf, total } from "./read-tickets.ts";

const house = (profile: Partial<PoslogDialect>, more: Partial<PosReadSettings> = {}): PosReadSettings => ({
  ...settings,
  dialects: { "house-till": { why: "Written for this test.", ...profile } },
  dialectOf: () => "house-till",
  ...more,
});

const read = (xml: string, how: PosReadSettings): PosTransaction => readText(xml, how).transactions[0] as PosTransaction;

describe("the profiles that the hub brings along", () => {
  test.each(knownPoslogDialects)("%s is what the schema asks for", (name) => {
    expect(poslogDialectSchema.safeParse(knownDialects[name])).toMatchObject({ success: true });
  });

  test("no namespace names two of them", () => {
    const namespaces = Object.values(knownDialects).flatMap(({ namespaces = [] }) => namespaces);
    expect(new Set(namespaces).size).toBe(namespaces.length);
  });
});

describe("a dialect is chosen", () => {
  const returned = `<LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>A</ItemID><ExtendedAmount>5.00</ExtendedAmount><Quantity>-1</Quantity></Sale></LineItem>${total("-5.00")}`;
  const paidBack = `${returned}<LineItem><SequenceNumber>2</SequenceNumber><Tender TenderType="Cash" TypeCode="Refund"><Amount>5.00</Amount></Tender></LineItem>`;
  const declared = oneTicket(paidBack).replace("<POSLog>", '<POSLog xmlns:fu="http://www.futura4retail.com/pos/namespace/">');

  test("by a namespace of the root, under any prefix", () => {
    expect(read(oneTicket(paidBack), settings).issues).toMatchObject([{ code: "sign" }]);
    expect(read(declared, settings).issues).toEqual([]);
    expect(read(declared.replace("xmlns:fu", "xmlns:any"), settings).issues).toEqual([]);
  });

  test("by one of the Transaction, for that one alone", () => {
    const two = declared
      .replace(' xmlns:fu="http://www.futura4retail.com/pos/namespace/"', "")
      .replace("<Transaction>", '<Transaction xmlns:fu="http://www.futura4retail.com/pos/namespace/">')
      .replace("</POSLog>", `${oneTicket(paidBack).slice(8, -9)}</POSLog>`);
    expect(readText(two).transactions.map(({ issues }) => issues.length)).toEqual([0, 1]);
  });

  test("by the store's policy, above what the file declares", () => {
    const standard = { ...settings, dialectOf: (store: string) => (store === "101" ? "arts" : undefined) };
    expect(read(declared, standard).issues).toMatchObject([{ code: "sign" }]);
  });

  test("for a chunk, by what the reader of the whole file learned", () => {
    const preambles: string[] = [];
    const whole = poslogFormat.open(settings, { transaction: () => undefined, preamble: (text) => void preambles.push(text) });
    whole.push(new TextEncoder().encode(declared), 0);
    whole.end();
    expect(preambles).toEqual(["futura"]);
    const chunk = declared.slice(declared.indexOf("<Transaction>"), declared.indexOf("</POSLog>"));
    expect(read(chunk, { ...settings, fragment: true, preamble: "futura" }).issues).toEqual([]);
    expect(read(chunk, { ...settings, fragment: true }).issues).toMatchObject([{ code: "sign" }]);
  });
});

describe("what a profile of the house says", () => {
  const nested = cash("20.00", "<TenderChange><Amount>7.05</Amount></TenderChange>");

  test("nested change is still inside its tender", () => {
    expect(ticketOf(read(oneTicket(mug() + nested), house({ nestedChange: "inside" }))).tenders).toEqual([
      { id: "9", type: "Cash", amount: 2000 },
      { id: "9.change", type: "Cash", amount: -705 },
    ]);
  });

  test("nested change is off its tender already: a ticket that pays too much is held, though the change would make it tie", () => {
    const found = read(oneTicket(mug() + nested + total("12.95")), house({ nestedChange: "off" }));
    expect(ticketOf(found).tenders).toEqual([{ id: "9", type: "Cash", amount: 2000 }]);
    expect(found.issues).toMatchObject([{ code: "tenders-pay-total", amount: 705 }]);
  });

  test("a flag of its own, a status, a tender's code, a kind of line and an element by another name", () => {
    const profile = {
      elements: { ArticleNumber: "ItemID" },
      flags: { offline: ["v:Detached"] },
      statuses: { Erledigt: "finished" },
      tenders: { "07": "CreditDebit" },
      lines: { Pfand: "bottle-deposit" },
    } satisfies Partial<PoslogDialect>;
    const lines =
      '<TransactionStatus>Erledigt</TransactionStatus><LineItem><SequenceNumber>1</SequenceNumber><Pfand><ArticleNumber>CRATE</ArticleNumber><Amount>3.10</Amount></Pfand></LineItem><LineItem><SequenceNumber>2</SequenceNumber><Tender TenderType="07"><Amount>3.10</Amount></Tender></LineItem>';
    const xml = oneTicket(lines).replace("<RetailTransaction>", '<RetailTransaction v:Detached="true">');
    const found = read(xml, house(profile));
    expect(found.issues).toEqual([]);
    expect(ticketOf(found)).toMatchObject({
      offline: true,
      lines: [{ collects: "bottle-deposit", item: "CRATE", gross: 310 }],
      tenders: [{ type: "CreditDebit", amount: 310 }],
    });
  });

  test("a post-void that mirrors its ticket states the ticket's total, not its own", () => {
    const link = '<TransactionLink ReasonCode="Voided"><SequenceNumber>3</SequenceNumber></TransactionLink>';
    const back = `${link}<LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>A</ItemID><ExtendedAmount>-5.00</ExtendedAmount><Quantity>-1</Quantity></Sale></LineItem>${cash("-5.00")}${total("-5.00")}`;
    expect(read(oneTicket(back), house({ postVoid: "mirrors" })).document?.events).toMatchObject([{ name: "ticket.voided", total: 500 }]);
    expect(read(oneTicket(back), house({})).document?.events).toMatchObject([{ name: "ticket.voided", total: -500 }]);
  });

  test("an amount that repeats others is not asked about; one that does not is", () => {
    const wager = "<LineItem><SequenceNumber>2</SequenceNumber><Subtotal><Amount>12.95</Amount></Subtotal></LineItem>";
    const xml = oneTicket(mug() + wager + cash("12.95"));
    expect(read(xml, house({})).issues).toMatchObject([{ code: "unknown-money" }]);
    expect(read(xml, house({ repeatedAmounts: ["Subtotal"] })).issues).toEqual([]);
  });

  test("under the name of a known one it takes that one's place", () => {
    const dialects: Record<string, PoslogDialect> = { futura: { why: "Our Futura tills sign their amounts too." } };
    const xml = oneTicket(mug("", "5.00").replace("<Quantity>1", "<Quantity>-1"));
    const how = { ...settings, dialectOf: () => "futura" };
    expect(read(xml, how).issues).not.toMatchObject([{ code: "sign" }]);
    expect(read(xml, { ...how, dialects }).issues).toMatchObject([{ code: "sign" }]);
  });
});
