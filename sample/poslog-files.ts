import { localTimestamp, wallTimestamp } from "./local-time.ts";
import { decimal } from "./percentage.ts";
import { type PricedTicket, type PricedTicketLine, priceTicket, receiptNumber, type Ticket } from "./ticket.ts";

const namespace = "http://www.nrf-arts.org/IXRetail/namespace/";

/** How a till writes the change that it gives back in cash. */
export type ChangeStyle = "nested" | "refund-tender" | "negative-tender";

export interface PoslogDialect {
  readonly version: "2.2" | "6.0";
  readonly change: ChangeStyle;
  /** Header with the number of transactions and their amount. */
  readonly controlTotals: boolean;
}

type Xml = readonly string[];

/** One POSLog document with the tickets in the order given. */
export function poslogFile(tickets: readonly Ticket[], date: string, dialect: PoslogDialect, batch: string): string {
  const version = dialect.version === "6.0" ? ' MajorVersion="6" MinorVersion="0" FixVersion="0"' : "";
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<POSLog xmlns="${namespace}"${version}>`,
    ...(dialect.controlTotals ? batchHeader(tickets, batch) : []),
    ...tickets.flatMap((ticket) => (dialect.version === "6.0" ? transaction6(ticket, date, dialect) : transaction2(ticket, date, dialect))),
    "</POSLog>",
  ];
  return `${lines.join("\n")}\n`;
}

/** Counts every transaction; the amount is that of the tickets that are sales. */
function batchHeader(tickets: readonly Ticket[], batch: string): Xml {
  const sales = tickets.filter((ticket) => ticket.training !== true);
  const amount = sales.reduce((sum, ticket) => sum + priceTicket(ticket).total, 0);
  return element("Batch", "", [
    leaf("BatchID", batch),
    leaf("TransactionCount", String(tickets.length)),
    leaf("TransactionAmount", decimal(amount)),
  ]);
}

/** 6.x: amounts are not negative, the element or type code carries the sign; taxes stand in their line. */
function transaction6(ticket: Ticket, date: string, dialect: PoslogDialect): Xml {
  const priced = priceTicket(ticket);
  const { store } = priced;
  const numbered = lineNumbers();
  const at = localTimestamp(date, ticket.time, store.timeZone);
  return element("Transaction", ticket.training === true ? ' TrainingModeFlag="true"' : "", [
    ...element("BusinessUnit", "", [leaf("UnitID", ticket.store)]),
    leaf("WorkstationID", ticket.register),
    leaf("SequenceNumber", String(ticket.sequence)),
    leaf("TransactionID", receiptNumber(ticket, date)),
    leaf("BusinessDayDate", date),
    leaf("BeginDateTime", at),
    leaf("EndDateTime", at),
    leaf("OperatorID", "4471", ' OperatorName="R. Castellane"'),
    leaf("CurrencyCode", store.currency),
    ...element("RetailTransaction", ' TransactionStatus="Finished"', [
      ...priced.lines.flatMap((line) => numbered((number) => itemLine6(ticket, priced, line, date, number))),
      ...priced.tenders.flatMap((tender) => {
        const change = tender.given - tender.amount;
        const nested = change > 0 && dialect.change === "nested" ? element("TenderChange", "", [leaf("Amount", decimal(change))]) : [];
        const lines = numbered(() => tenderLine(tender.type, tender.brand, tender.given, nested));
        return change > 0 && dialect.change === "refund-tender"
          ? [...lines, ...numbered(() => tenderLine("Cash", undefined, -change, []))]
          : lines;
      }),
      ...totals(priced),
    ]),
  ]);
}

function itemLine6(ticket: Ticket, priced: PricedTicket, line: PricedTicketLine, date: string, number: number): Xml {
  const { currency, tax } = priced.store;
  const paidPerPiece = line.net % line.pieces === 0 ? line.net / line.pieces : undefined;
  const discount = line.discount;
  return element(line.kind === "sale" ? "Sale" : "Return", ' ItemType="Stock"', [
    leaf("ItemID", line.sku),
    leaf("Description", line.name),
    leaf("RegularSalesUnitPrice", decimal(line.unitPrice), ` Currency="${currency}"`),
    leaf("ActualSalesUnitPrice", paidPerPiece === undefined ? decimal(line.unitPrice) : decimal(paidPerPiece), ` Currency="${currency}"`),
    leaf("ExtendedAmount", decimal(line.net), ` Currency="${currency}"`),
    leaf("Quantity", String(line.pieces), ' Units="1" UnitOfMeasureCode="EA"'),
    ...(discount === undefined
      ? []
      : element("RetailPriceModifier", ' MethodCode="Promotion"', [
          leaf("SequenceNumber", "1"),
          leaf("Amount", decimal(discount.amount), ` Action="Subtract" Currency="${currency}"`),
          leaf("PromotionID", discount.promotion),
        ])),
    ...(line.kind === "return" ? disposal(ticket, line, date, "BusinessUnit") : []),
    ...element("Tax", ' TaxType="Sales"', [
      leaf("SequenceNumber", String(number)),
      leaf("TaxAuthority", tax.authority),
      leaf("TaxableAmount", decimal(line.net), ` Currency="${currency}"`),
      leaf("Amount", decimal(line.tax), ` Currency="${currency}"`),
      leaf("Percent", percentText(tax.per100000)),
      leaf("TaxGroupID", tax.group),
    ]),
  ]);
}

/** 2.x: quantities and amounts of returns are negative; the ticket's tax is a line of its own. */
function transaction2(ticket: Ticket, date: string, dialect: PoslogDialect): Xml {
  const priced = priceTicket(ticket);
  const { store } = priced;
  const numbered = lineNumbers();
  const at = wallTimestamp(date, ticket.time);
  const taxable = priced.net;
  return element("Transaction", ticket.training === true ? ' TrainingModeFlag="true"' : "", [
    leaf("RetailStoreID", ticket.store),
    leaf("WorkstationID", ticket.register),
    leaf("SequenceNumber", String(ticket.sequence)),
    leaf("BusinessDayDate", date),
    leaf("BeginDateTime", at),
    leaf("EndDateTime", at),
    leaf("OperatorID", "2207", ' OperatorName="J. Thibodeau"'),
    leaf("CurrencyCode", store.currency),
    ...element("RetailTransaction", ` Version="${dialect.version}"`, [
      leaf("ReceiptNumber", receiptNumber(ticket, date)),
      ...priced.lines.flatMap((line) => numbered(() => itemLine2(ticket, line, date))),
      ...numbered(() =>
        element("Tax", ' TaxType="HST"', [
          leaf("TaxAuthority", store.tax.authority),
          leaf("TaxableAmount", decimal(taxable)),
          leaf("Amount", decimal(priced.tax)),
          leaf("Percent", percentText(store.tax.per100000)),
          leaf("TaxGroupID", store.tax.group),
        ]),
      ),
      ...priced.tenders.flatMap((tender) => {
        const change = tender.given - tender.amount;
        const signed = (amount: number) => element("Tender", ` TenderType="${tender.type}"`, tenderContent(tender.brand, amount, []));
        const lines = numbered(() => signed(tender.given));
        return change > 0 ? [...lines, ...numbered(() => signed(-change))] : lines;
      }),
      ...(priced.cashRounding === 0 ? [] : numbered(() => element("Rounding", "", [leaf("Amount", decimal(priced.cashRounding))]))),
      ...totals(priced),
    ]),
  ]);
}

function itemLine2(ticket: Ticket, line: PricedTicketLine, date: string): Xml {
  const sign = line.kind === "sale" ? 1 : -1;
  const discount = line.discount;
  return element(line.kind === "sale" ? "Sale" : "Return", ' ItemType="Stock"', [
    leaf("ItemID", line.sku),
    leaf("Description", line.name),
    leaf("RegularSalesUnitPrice", decimal(line.unitPrice)),
    leaf("ActualSalesUnitPrice", decimal(line.unitPrice)),
    leaf("ExtendedAmount", decimal(sign * line.net)),
    leaf("Quantity", String(sign * line.pieces), ' Units="1" UnitOfMeasureCode="EA"'),
    ...(discount === undefined
      ? []
      : element("RetailPriceModifier", ' MethodCode="Promotion"', [
          leaf("SequenceNumber", "1"),
          leaf("Amount", decimal(discount.amount), ' Action="Subtract"'),
          leaf("PromotionID", discount.promotion),
        ])),
    ...(line.kind === "return" ? disposal(ticket, line, date, "RetailStoreID") : []),
  ]);
}

function disposal(ticket: Ticket, line: PricedTicketLine, date: string, store: "BusinessUnit" | "RetailStoreID"): Xml {
  const link = ticket.returnOf;
  return [
    `<Disposal Method="${line.restock === true ? "ReturnToStock" : "Discard"}"/>`,
    ...(link === undefined
      ? []
      : element(
          "TransactionLink",
          ' ReasonCode="Return"',
          "name" in link
            ? [leaf("TransactionID", link.name)]
            : [
                ...(store === "BusinessUnit"
                  ? element("BusinessUnit", "", [leaf("UnitID", ticket.store)])
                  : [leaf("RetailStoreID", ticket.store)]),
                leaf("WorkstationID", link.register),
                leaf("SequenceNumber", String(link.sequence)),
                leaf("BusinessDayDate", date),
              ],
        )),
  ];
}

/** 6.x: a tender that gives money back is a refund with a positive amount. */
function tenderLine(type: string, brand: string | undefined, amount: number, nested: Xml): Xml {
  const code = amount < 0 ? "Refund" : "Sale";
  return element("Tender", ` TenderType="${type}" TypeCode="${code}"`, tenderContent(brand, Math.abs(amount), nested));
}

function tenderContent(brand: string | undefined, amount: number, nested: Xml): Xml {
  return [
    leaf("Amount", decimal(amount)),
    ...nested,
    ...(brand === undefined
      ? []
      : [`<CreditDebit CardType="${brand === "Interac" ? "Debit" : "Credit"}">`, `  ${leaf("Brand", brand)}`, "</CreditDebit>"]),
  ];
}

function totals(priced: PricedTicket): Xml {
  return [
    leaf("Total", decimal(priced.net), ' TotalType="TransactionNetAmount"'),
    leaf("Total", decimal(priced.tax), ' TotalType="TransactionTaxAmount"'),
    leaf("Total", decimal(priced.total), ' TotalType="TransactionGrandAmount"'),
  ];
}

/** Wraps each line as a LineItem with the next sequence number. */
function lineNumbers(): (content: (number: number) => Xml) => Xml {
  let number = 0;
  return (content) => {
    number += 1;
    return element("LineItem", "", [leaf("SequenceNumber", String(number)), ...content(number)]);
  };
}

function percentText(per100000: number): string {
  return decimal(per100000 / 10).replace(/0$/, "");
}

function element(name: string, attributes: string, content: Xml): Xml {
  return [`<${name}${attributes}>`, ...content.map((line) => `  ${line}`), `</${name}>`];
}

function leaf(name: string, text: string, attributes = ""): string {
  return `<${name}${attributes}>${text.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</${name}>`;
}
