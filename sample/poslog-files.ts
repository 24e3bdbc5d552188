import { localTimestamp, wallTimestamp } from "./local-time.ts";
import { decimal } from "./percentage.ts";
import { type SampleStore, stores } from "./retailer.ts";
import { type PricedTicket, type PricedTicketLine, priceTicket, receiptNumber, type Ticket } from "./ticket.ts";
import type { TillStep } from "./till-steps.ts";

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

/** What one file tells, in the order given. */
export interface PoslogContent {
  readonly tickets: readonly Ticket[];
  readonly tills: readonly TillStep[];
}

/** One POSLog document. */
export function poslogFile({ tickets, tills }: PoslogContent, date: string, dialect: PoslogDialect, batch: string): string {
  const version = dialect.version === "6.0" ? ' MajorVersion="6" MinorVersion="0" FixVersion="0"' : "";
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<POSLog xmlns="${namespace}"${version}>`,
    ...(dialect.controlTotals ? batchHeader({ tickets, tills }, batch) : []),
    ...tickets.flatMap((ticket) => (dialect.version === "6.0" ? transaction6(ticket, date, dialect) : transaction2(ticket, date, dialect))),
    ...tills.flatMap((step) => tillTransaction(step, date, dialect)),
    "</POSLog>",
  ];
  return `${lines.join("\n")}\n`;
}

/** Counts every transaction; the amount is that of the tickets that are sales. */
function batchHeader({ tickets, tills }: PoslogContent, batch: string): Xml {
  const sales = tickets.filter((ticket) => ticket.training !== true);
  const amount = sales.reduce((sum, ticket) => sum + priceTicket(ticket).total, 0);
  return element("Batch", "", [
    leaf("BatchID", batch),
    leaf("TransactionCount", String(tickets.length + tills.length)),
    leaf("TransactionAmount", decimal(amount)),
  ]);
}

type Numbered = Pick<Ticket, "store" | "register" | "sequence" | "time">;

function header6(of: Numbered, store: SampleStore, date: string): Xml {
  const at = localTimestamp(date, of.time, store.timeZone);
  return [
    ...element("BusinessUnit", "", [leaf("UnitID", of.store)]),
    leaf("WorkstationID", of.register),
    leaf("SequenceNumber", String(of.sequence)),
    leaf("TransactionID", receiptNumber(of, date)),
    leaf("BusinessDayDate", date),
    leaf("BeginDateTime", at),
    leaf("EndDateTime", at),
    leaf("OperatorID", "4471", ' OperatorName="R. Castellane"'),
    leaf("CurrencyCode", store.currency),
  ];
}

function header2(of: Numbered, store: SampleStore, date: string): Xml {
  const at = wallTimestamp(date, of.time);
  return [
    leaf("RetailStoreID", of.store),
    leaf("WorkstationID", of.register),
    leaf("SequenceNumber", String(of.sequence)),
    leaf("BusinessDayDate", date),
    leaf("BeginDateTime", at),
    leaf("EndDateTime", at),
    leaf("OperatorID", "2207", ' OperatorName="J. Thibodeau"'),
    leaf("CurrencyCode", store.currency),
  ];
}

const movementElements = { loan: "TenderLoan", pickup: "TenderPickup", "paid-out": "PaidOut", "bank-deposit": "BankDeposit" } as const;

/** What the till did beside its tickets. A count states what lay in the drawer, and what the till found over or short. */
function tillTransaction(step: TillStep, date: string, { version }: PoslogDialect): Xml {
  const store = stores[step.store];
  if (store === undefined) throw new RangeError(`${step.store} is no store of the sample`);
  return element("Transaction", "", [
    ...(version === "6.0" ? header6(step, store, date) : header2(step, store, date)),
    ...element("TenderControlTransaction", "", step.kind === "count" ? settle(step, version) : movement(step, step.kind)),
  ]);
}

function movement({ amount, reason, bag }: TillStep, kind: keyof typeof movementElements): Xml {
  return element(movementElements[kind], ' TenderType="Cash"', [
    leaf("Amount", decimal(amount)),
    ...(reason === undefined ? [] : [leaf("Reason", reason)]),
    ...(bag === undefined ? [] : [leaf("BagID", bag)]),
  ]);
}

/** 6.x names the ledger in an attribute; 2.x has an element for each. */
function settle({ amount, expected = amount }: TillStep, version: PoslogDialect["version"]): Xml {
  const off = amount - expected;
  const ledgers = [{ ledger: "Ending", cents: amount }];
  if (off !== 0) ledgers.push({ ledger: off > 0 ? "Over" : "Short", cents: Math.abs(off) });
  const rows = ledgers.map(({ ledger, cents }) =>
    version === "6.0"
      ? element("TenderSummary", ` LedgerType="${ledger}" TenderType="Cash"`, [leaf("Amount", decimal(cents))])
      : element(ledger, ' TenderType="Cash"', [leaf("Amount", decimal(cents))]),
  );
  return element("TillSettle", "", version === "6.0" ? rows.flat() : element("TenderSummary", "", rows.flat()));
}

/** 6.x: amounts are not negative, the element or type code carries the sign; taxes stand in their line. */
function transaction6(ticket: Ticket, date: string, dialect: PoslogDialect): Xml {
  const priced = priceTicket(ticket);
  const numbered = lineNumbers();
  return element("Transaction", ticket.training === true ? ' TrainingModeFlag="true"' : "", [
    ...header6(ticket, priced.store, date),
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
  const taxable = priced.net;
  return element("Transaction", ticket.training === true ? ' TrainingModeFlag="true"' : "", [
    ...header2(ticket, store, date),
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
