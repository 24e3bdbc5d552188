import { randomUUID } from "node:crypto";
import * as z from "zod";

/** Something Business Central refuses: HTTP status, code and message of its error body. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface DoubleCompany {
  readonly name: string;
  readonly currency: string;
  /** Decimals that its General Ledger Setup rounds amounts to. */
  readonly decimals: number;
  /** Number, name; blocked where said so. */
  readonly accounts: readonly (readonly [string, string, "blocked"?])[];
  /** Dimensions that an account wants, by its number ("Code Mandatory"). */
  readonly mandatory: Readonly<Record<string, string>>;
  readonly allowPosting: readonly [string, string];
  readonly periods: readonly string[];
  /** Code and the names of their values. */
  readonly dimensions: Readonly<Record<string, readonly string[]>>;
  /** Blocked where said so. */
  readonly items: Readonly<Record<string, "blocked" | "">>;
  readonly locations: readonly string[];
  readonly vendors: readonly string[];
  readonly taxGroups: readonly string[];
  readonly journal: string;
}

const journalLine = z.strictObject({
  lineNumber: z.int().positive().optional(),
  accountType: z.enum(["G/L Account", "Bank Account"]).optional(),
  accountNumber: z.string().max(20),
  postingDate: z.iso.date(),
  documentNumber: z.string().max(20),
  externalDocumentNumber: z.string().max(35).optional(),
  amount: z.number(),
  description: z.string().max(100),
  comment: z.string().max(250).optional(),
  dimensionSetLines: z.array(z.strictObject({ code: z.string().max(20), valueCode: z.string().max(20) })).optional(),
});

const purchaseOrder = z.strictObject({
  orderDate: z.iso.date().optional(),
  vendorNumber: z.string().max(20),
  shipToContact: z.string().max(100).optional(),
  currencyCode: z.string().max(10).optional(),
  purchaseOrderLines: z
    .array(
      z.strictObject({
        lineType: z.literal("Item"),
        lineObjectNumber: z.string().max(20),
        locationId: z.string().optional(),
        unitOfMeasureCode: z.string().max(10).optional(),
        quantity: z.number(),
        directUnitCost: z.number(),
      }),
    )
    .optional(),
});

interface DimensionLine {
  readonly code: string;
  readonly displayName: string;
  readonly valueCode: string;
  readonly valueDisplayName: string;
}

interface JournalLine {
  readonly id: string;
  readonly lineNumber: number;
  readonly accountNumber: string;
  readonly postingDate: string;
  readonly documentNumber: string;
  readonly amount: number;
  readonly description: string;
  readonly dimensionSetLines: readonly DimensionLine[];
}

interface LedgerEntry {
  readonly id: string;
  readonly entryNumber: number;
  readonly postingDate: string;
  readonly documentNumber: string;
  readonly documentType: string;
  readonly accountNumber: string;
  readonly description: string;
  readonly debitAmount: number;
  readonly creditAmount: number;
  readonly dimensionSetLines: readonly DimensionLine[];
}

/**
 * The books of one company. Rules, from MicrosoftDocs/dynamics365smb-devitpro-pb (dev-itpro/) and microsoft/ALAppExtensions (Apps/W1/APIV2/app/src/pages/):
 * - "journalLine resource type" (api-reference/v2.0/resources/dynamics_journalline.md): its properties, and no others: no currency; the lengths are those of the
 *   table General Journal Line: 20 for numbers, 35 for the external document number, 100 for the description.
 * - APIV2JournalLines.Page.al: an account number that is no account is refused when the line is inserted.
 * - APIV2DimensionSetLines.Page.al: the messages for a code or a value that does not exist.
 * - "journal resource type" (dynamics_journal.md): the bound action Microsoft.NAV.post posts the batch, answer 204; APIV2Journals.Page.al: "There is nothing to post."
 * - "generalLedgerEntry resource type" (dynamics_generalLedgerEntry.md): what is shown of a posted line; read only. No external document number, no comment.
 * - "Specify posting periods" (dynamics365smb-docs, finance-how-specify-posting-periods.md): Allow Posting From and To of the General Ledger Setup.
 * - "Work with dimensions" (dynamics365smb-docs, finance-dimensions.md): Value Posting "Code Mandatory" of an account's default dimension stops the posting. API v2.0
 *   shows default dimensions of customers, items, vendors and employees only (dynamics_defaultDimension.md).
 * - "purchaseOrder resource type" and "purchaseOrderLine resource type" (dynamics_purchaseorder.md, dynamics_purchaseorderline.md) and APIV2PurchaseOrders.Page.al: the
 *   number is given by a series and is not editable; vendor and item are found by their numbers, a blocked item is refused; the one bound action is
 *   receiveAndInvoice. Lines come with their order ("Deep inserts", developer/devenv-connect-apps-tips.md) and are shown where $expand asks for them.
 * - "Archive documents" (dynamics365smb-docs, across-how-to-archive-documents.md): an order that was received and invoiced in full is deleted; "purchaseReceipt
 *   resource type" (dynamics_purchaseReceipt.md) keeps its number.
 * - "Work with general journals" (dynamics365smb-docs, ui-work-general-journals.md): the lines of a document balance, else nothing of the batch is posted.
 */
export function openCompany(setup: DoubleCompany) {
  const id = randomUUID();
  const journalId = randomUUID();
  let lines: readonly JournalLine[] = [];
  let entries: readonly LedgerEntry[] = [];
  let orders: readonly (Readonly<Record<string, unknown>> & { readonly id: string; readonly number: string })[] = [];
  let receipts: readonly Readonly<Record<string, unknown>>[] = [];
  let lastOrder = 106_000;
  const accounts = setup.accounts.map(([number, displayName, state]) => ({
    ...{ id: randomUUID(), number, displayName, category: " ", subCategory: "", blocked: state === "blocked" },
    ...{ accountType: "Posting", directPosting: true, netChange: 0 },
  }));
  const dimensions = Object.keys(setup.dimensions).map((code) => ({ id: randomUUID(), code, displayName: code.toLowerCase() }));
  const rounded = (amount: number) => Math.round(amount * 10 ** setup.decimals) / 10 ** setup.decimals;

  function dimensionLine({ code, valueCode }: { code: string; valueCode: string }): DimensionLine {
    const values = Object.hasOwn(setup.dimensions, code) ? setup.dimensions[code] : undefined;
    if (values === undefined) throw new Refusal("Application_DialogException", 'The "code" does not match to a Dimension.');
    const name = values.find((each) => each.toUpperCase() === valueCode);
    if (name === undefined) throw new Refusal("Application_DialogException", 'The "valueCode" does not match to a Dimension Value.');
    return { code, displayName: code.toLowerCase(), valueCode, valueDisplayName: name };
  }

  function post(): void {
    if (lines.length === 0) throw new Refusal("Application_DialogException", "There is nothing to post.");
    const posted: LedgerEntry[] = [];
    const balances = new Map<string, number>();
    for (const line of [...lines].sort((a, b) => a.lineNumber - b.lineNumber)) {
      const { accountNumber, amount, postingDate, documentNumber } = line;
      const where = `Gen. Journal Line Journal Template Name='GENERAL',Journal Batch Name='${setup.journal}',Line No.='${line.lineNumber}'`;
      if (documentNumber === "") throw new Refusal("Application_DialogException", `Document No. must have a value in ${where}.`);
      if (amount === 0)
        throw new Refusal("Application_DialogException", `Amount must have a value in ${where}. It cannot be zero or empty.`);
      const [from, to] = setup.allowPosting;
      if (postingDate < from || postingDate > to)
        throw new Refusal("Application_DialogException", `Posting Date is not within your range of allowed posting dates in ${where}.`);
      const mandatory = setup.mandatory[accountNumber];
      if (mandatory !== undefined && !line.dimensionSetLines.some(({ code }) => code === mandatory))
        throw new Refusal(
          "Application_DialogException",
          `Select a Dimension Value Code for the Dimension Code ${mandatory} for the G/L Account ${accountNumber}.`,
        );
      const balance = `${documentNumber} ${postingDate}`;
      balances.set(balance, rounded((balances.get(balance) ?? 0) + amount));
      posted.push({
        ...{
          id: randomUUID(),
          entryNumber: entries.length + posted.length + 1,
          postingDate,
          documentNumber,
          documentType: " ",
          accountNumber,
        },
        ...{ description: line.description, debitAmount: Math.max(amount, 0), creditAmount: Math.max(-amount, 0) + 0 },
        dimensionSetLines: line.dimensionSetLines,
      });
    }
    for (const [document, balance] of balances)
      if (balance !== 0)
        throw new Refusal("Application_DialogException", `Document No. ${document.split(" ")[0]} is out of balance by ${balance}.`);
    entries = [...entries, ...posted];
    lines = [];
  }

  return {
    id,
    name: setup.name,
    journalId,
    /** What a batch puts back when one of its requests fails. */
    snapshot() {
      const kept = { lines, entries, orders };
      return () => {
        ({ lines, entries, orders } = kept);
      };
    },
    collections: (): Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> => ({
      accounts,
      dimensions,
      generalLedgerEntries: entries as readonly (LedgerEntry & Record<string, unknown>)[],
      generalLedgerSetup: [
        {
          ...{ id, localCurrencyCode: setup.currency, localCurrencySymbol: "", additionalReportingCurrency: "" },
          ...{ allowPostingFrom: setup.allowPosting[0], allowPostingTo: setup.allowPosting[1] },
        },
      ],
      accountingPeriods: setup.periods.map((startingDate) => ({
        id: startingDate,
        startingDate,
        name: "",
        newFiscalYear: false,
        closed: false,
        dateLocked: false,
      })),
      items: Object.entries(setup.items).map(([number, state]) => ({
        id: number,
        number,
        displayName: number,
        type: "Inventory",
        baseUnitOfMeasureCode: "PCS",
        blocked: state === "blocked",
      })),
      locations: setup.locations.map((code) => ({ id: code, code, displayName: code })),
      vendors: setup.vendors.map((number) => ({ id: number, number, displayName: number, blocked: " " })),
      customers: [],
      taxGroups: setup.taxGroups.map((code) => ({ id: code, code, displayName: code, taxType: "Sales Tax" })),
      purchaseOrders: orders,
      purchaseReceipts: receipts,
      journals: [{ id: journalId, code: setup.journal, displayName: "The hub", templateDisplayName: "GENERAL" }],
      [`journals(${journalId})/journalLines`]: lines as readonly (JournalLine & Record<string, unknown>)[],
    }),
    addOrder(body: unknown): object {
      const parsed = purchaseOrder.safeParse(body);
      if (!parsed.success)
        throw new Refusal("BadRequest", parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
      const {
        orderDate = "2026-03-02",
        vendorNumber,
        shipToContact = "",
        currencyCode = setup.currency,
        purchaseOrderLines = [],
      } = parsed.data;
      if (!setup.vendors.includes(vendorNumber)) throw new Refusal("Application_DialogException", "The Vendor cannot be found.");
      const told = purchaseOrderLines.map(({ lineObjectNumber, locationId = "", ...line }, index) => {
        if (!Object.hasOwn(setup.items, lineObjectNumber)) throw new Refusal("Application_DialogException", "Item does not exist.");
        if (setup.items[lineObjectNumber] === "blocked")
          throw new Refusal("Application_DialogException", `Blocked must be equal to 'No' in Item: No.=${lineObjectNumber}.`);
        return {
          id: randomUUID(),
          sequence: (index + 1) * 10_000,
          lineObjectNumber,
          locationId,
          ...line,
          receivedQuantity: 0,
          invoicedQuantity: 0,
        };
      });
      lastOrder += 1;
      const head = { id: randomUUID(), number: String(lastOrder), orderDate, vendorNumber, shipToContact, currencyCode };
      const order = { ...head, fullyReceived: false, status: "Draft", purchaseOrderLines: told };
      orders = [...orders, order];
      return order;
    },
    removeOrder(id: string): void {
      if (!orders.some((each) => each.id === id)) throw new Refusal("BadRequest_NotFound", "The purchase order does not exist.", 404);
      orders = orders.filter((each) => each.id !== id);
    },
    /** What a buyer does there when goods and invoice are in. */
    receiveAndInvoice(number: string): void {
      const order = orders.find((each) => each.number === number);
      receipts = [
        ...receipts,
        { id: randomUUID(), number: `107${receipts.length + 1}`, orderNumber: number, shipToContact: order?.shipToContact },
      ];
      orders = orders.filter((each) => each !== order);
    },
    addLine(body: unknown): JournalLine {
      const parsed = journalLine.safeParse(body);
      if (!parsed.success)
        throw new Refusal("BadRequest", parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
      const { accountNumber, amount, dimensionSetLines = [], documentNumber, ...rest } = parsed.data;
      const account = accounts.find(({ number }) => number === accountNumber);
      if (account === undefined) throw new Refusal("Application_DialogException", 'The "accountNumber" does not match to an Account.');
      if (account.blocked)
        throw new Refusal("Application_DialogException", `Blocked must be equal to 'No' in G/L Account: No.=${accountNumber}.`);
      if (rounded(amount) !== amount)
        throw new Refusal("Application_DialogException", `Amount must be rounded to ${10 ** -setup.decimals}.`);
      const line = {
        ...{ id: randomUUID(), lineNumber: rest.lineNumber ?? (lines.at(-1)?.lineNumber ?? 0) + 10_000, accountNumber, amount },
        ...{ postingDate: rest.postingDate, description: rest.description.trimEnd() },
        // A Code of Business Central's is kept in upper case.
        documentNumber: documentNumber.toUpperCase(),
        dimensionSetLines: dimensionSetLines.map(dimensionLine),
      };
      if (lines.some(({ lineNumber }) => lineNumber === line.lineNumber))
        throw new Refusal("Internal_EntityWithSameKeyExists", "The record in table Gen. Journal Line already exists.");
      lines = [...lines, line];
      return line;
    },
    removeLine(line: string): void {
      if (!lines.some((each) => each.id === line)) throw new Refusal("BadRequest_NotFound", "The journal line does not exist.", 404);
      lines = lines.filter((each) => each.id !== line);
    },
    post,
  };
}

export type OpenCompany = ReturnType<typeof openCompany>;
