import { expect, test } from "vitest";
import { mug, oneTicket, readText, ticketOf, total } from "./read-tickets.ts";

const tender = (amount: string, attributes: string, foreign: string) =>
  `<LineItem><SequenceNumber>9</SequenceNumber><Tender TenderType="Cash"${attributes}><Amount>${amount}</Amount><ForeignCurrency><CurrencyCode>EUR</CurrencyCode><OriginalFaceAmount>${foreign}</OriginalFaceAmount></ForeignCurrency></Tender></LineItem>`;

test.each([
  ["taken", "10.00", "", "9.00", 900],
  ["given back as a negative amount", "-10.00", "", "9.00", -900],
  ["given back with both signs", "-10.00", "", "-9.00", -900],
  ["given back by its type", "10.00", ' TypeCode="Refund"', "9.00", -900],
])("foreign money that is %s goes where its worth goes", (_, amount, attributes, foreign, expected) => {
  const paid = expected < 0 ? "20.00" : "0.00";
  const usd = `<LineItem><SequenceNumber>10</SequenceNumber><Tender TenderType="Cash"><Amount>${paid}</Amount></Tender></LineItem>`;
  const [read] = readText(oneTicket(mug("", "10.00") + tender(amount, attributes, foreign) + usd + total("10.00"))).transactions;
  if (read === undefined) throw new Error("nothing is read");
  expect(read.issues).toEqual([]);
  expect(ticketOf(read).tenders[0]?.foreign).toEqual({ currency: "EUR", amount: expected });
});
