import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { addFunctions, runSuiteQl } from "./suiteql.ts";

/** Something NetSuite refuses: HTTP status, code and detail of its error body. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly path: string | undefined;

  constructor(code: string, detail: string, path?: string, status = 400) {
    super(detail);
    this.status = status;
    this.code = code;
    this.path = path;
  }
}

const reference = z.strictObject({ id: z.string().regex(/^\d+$/) });
const memo = z.string().max(999).optional();
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const segments = { department: reference.optional(), class: reference.optional() };
const externalId = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/, "letters, numbers, underscore and hyphen")
  .optional();
const positive = z.number().nonnegative();
const journalEntry = z.strictObject({
  externalId,
  subsidiary: reference,
  tranDate: day,
  memo,
  currency: reference.optional(),
  exchangeRate: z.number().positive().optional(),
  approved: z.boolean().optional(),
  line: z.strictObject({
    items: z
      .array(
        z.strictObject({
          account: reference,
          debit: positive.optional(),
          credit: positive.optional(),
          memo,
          location: reference.optional(),
          ...segments,
        }),
      )
      .min(2)
      .max(1_000),
  }),
});
const inventoryAdjustment = z.strictObject({
  externalId,
  subsidiary: reference,
  account: reference,
  tranDate: day,
  memo,
  inventory: z.strictObject({
    items: z
      .array(
        z.strictObject({ item: reference, location: reference, adjustQtyBy: z.number(), unitCost: positive.optional(), memo, ...segments }),
      )
      .min(1)
      .max(1_000),
  }),
});

const purchaseOrder = z.strictObject({
  externalId,
  entity: reference,
  subsidiary: reference,
  location: reference.optional(),
  currency: reference.optional(),
  tranDate: day,
  memo,
  item: z.strictObject({
    items: z
      .array(z.strictObject({ item: reference, location: reference.optional(), quantity: z.number().positive(), rate: positive }))
      .min(1),
  }),
});

export interface DoubleSubsidiary {
  readonly id: number;
  readonly name: string;
  readonly currency: string;
  /** Number of the asset account of all items. */
  readonly items?: Readonly<Record<string, { readonly active: boolean }>>;
  readonly locations?: readonly string[];
}

export interface DoubleAccount {
  readonly subsidiaries: readonly DoubleSubsidiary[];
  /** ISO code and decimals. */
  readonly currencies: Readonly<Record<string, number>>;
  /** Number, name; inactive where said so. */
  readonly accounts: readonly (readonly [string, string, "inactive"?])[];
  readonly assetAccount: string;
  /** First and last day; closed where said so. */
  readonly periods: readonly (readonly [string, string, "closed"?])[];
  readonly vendors: readonly string[];
  readonly taxCodes: readonly string[];
}

const tables = `
  CREATE TABLE currency (id INTEGER PRIMARY KEY, symbol TEXT, currencyprecision INTEGER, isinactive TEXT);
  CREATE TABLE subsidiary (id INTEGER PRIMARY KEY, name TEXT, currency INTEGER, isinactive TEXT);
  CREATE TABLE account (id INTEGER PRIMARY KEY, acctnumber TEXT, accountsearchdisplaynamecopy TEXT, isinactive TEXT, issummary TEXT);
  CREATE TABLE accountingperiod (id INTEGER PRIMARY KEY, startdate TEXT, enddate TEXT, closed TEXT, alllocked TEXT, isyear TEXT, isquarter TEXT, isadjust TEXT, isinactive TEXT);
  CREATE TABLE accountingbook (id INTEGER PRIMARY KEY, isprimary TEXT);
  CREATE TABLE item (id INTEGER PRIMARY KEY, itemid TEXT, displayname TEXT, isinactive TEXT, assetaccount INTEGER);
  CREATE TABLE location (id INTEGER PRIMARY KEY, name TEXT, isinactive TEXT, subsidiary INTEGER);
  CREATE TABLE department (id INTEGER PRIMARY KEY, name TEXT, isinactive TEXT);
  CREATE TABLE classification (id INTEGER PRIMARY KEY, name TEXT, isinactive TEXT);
  CREATE TABLE vendor (id INTEGER PRIMARY KEY, entityid TEXT, isinactive TEXT);
  CREATE TABLE customer (id INTEGER PRIMARY KEY, entityid TEXT, isinactive TEXT);
  CREATE TABLE salestaxitem (id INTEGER PRIMARY KEY, itemid TEXT, isinactive TEXT);
  CREATE TABLE "transaction" (id INTEGER PRIMARY KEY, type TEXT, tranid TEXT, externalid TEXT UNIQUE, trandate TEXT, memo TEXT, currency INTEGER, exchangerate REAL, posting TEXT, entity INTEGER, status TEXT);
  CREATE TABLE transactionline ("transaction" INTEGER, id INTEGER, linesequencenumber INTEGER, mainline TEXT, subsidiary INTEGER, memo TEXT, foreignamount REAL, item INTEGER, location INTEGER, department INTEGER, class INTEGER, quantity REAL, isinventoryaffecting TEXT, taxline TEXT, rate REAL, quantityshiprecv REAL, PRIMARY KEY ("transaction", id));
  CREATE TABLE transactionaccountingline ("transaction" INTEGER, transactionline INTEGER, accountingbook INTEGER, account INTEGER, debit REAL, credit REAL, posting TEXT);
  CREATE TABLE aggregateitemlocation (item INTEGER, location INTEGER, quantityonhand REAL, onhandvaluemli REAL, averagecostmli REAL, PRIMARY KEY (item, location));
`;

interface Line {
  readonly account: number;
  /** Signed, in the currency of the transaction. */
  readonly foreign: number;
  /** Signed, in that of the subsidiary. */
  readonly amount: number;
  readonly memo?: string | undefined;
  readonly item?: number;
  readonly location?: number;
  readonly quantity?: number;
}

/**
 * The books of one NetSuite account. Rules, from Oracle's online help (docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/):
 * - "Creating a Record Instance" (section_1545141395.html): one record a request; fields that the record does not have are refused.
 * - "Using External IDs" (section_156334828635.html): letters, digits, "_" and "-"; unique, so that a second create fails with "This record already
 *   exists" (CData's "UseUpserts" page states the message).
 * - "Journal Entry" (section_159886587653.html): subsidiary and line.items with account and debit or credit; the sides agree.
 * - "Journal Entry Body and Sublist Fields" (section_4099136433.html): currency and one exchange rate to the subsidiary's base currency.
 * - "Usage Notes for Transaction Record Types" (section_N3658677.html): 1,000 lines for a journal that is sent synchronously.
 * - "Inventory Adjustment" (section_N3676432.html): changes quantity and value; one adjustment account. Average cost by location: an issue leaves at
 *   the average, whatever cost is stated; a receipt comes in at its unit cost, or at the average where none is stated.
 * - "Purchase Order" (article_161165602348.html): entity, and item.items with item, quantity and rate; it posts nothing. A new one waits for its
 *   receipt (status B, "Pending Receipt"); an account that makes approvals a rule would say A first.
 * - "Accounting_periods" (system.netsuite.com/help/helpcenter/en_US/srbrowser/Browser2022_2/odbc/record/accountingperiod.html): a period is closed as a
 *   whole or in parts; nothing is posted into one that is.
 */
export function openBooks(setup: DoubleAccount) {
  const database = new DatabaseSync(":memory:");
  addFunctions(database);
  database.exec(tables);
  const insert = (table: string, row: Record<string, unknown>) => {
    const names = Object.keys(row);
    const sql = `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
    database.prepare(sql).run(...(Object.values(row) as (string | number | null)[]));
  };
  const one = (sql: string, ...values: (string | number)[]) => database.prepare(sql).get(...values) as Record<string, unknown> | undefined;
  insert("accountingbook", { id: 1, isprimary: "T" });
  for (const [index, [symbol, precision]] of Object.entries(setup.currencies).entries())
    insert("currency", { id: index + 1, symbol, currencyprecision: precision, isinactive: "F" });
  for (const [index, [number, name, state]] of setup.accounts.entries())
    insert("account", {
      id: 100 + index,
      acctnumber: number,
      accountsearchdisplaynamecopy: name,
      isinactive: state === "inactive" ? "T" : "F",
      issummary: "F",
    });
  for (const [index, [from, to, state]] of setup.periods.entries()) {
    const flags = { isyear: "F", isquarter: "F", isadjust: "F", isinactive: "F" };
    insert("accountingperiod", {
      id: index + 1,
      startdate: from,
      enddate: to,
      closed: state === "closed" ? "T" : "F",
      alllocked: "F",
      ...flags,
    });
  }
  const asset = one("SELECT id FROM account WHERE acctnumber = ?", setup.assetAccount)?.id;
  let ids = 0;
  for (const { id, name, currency, items = {}, locations = [] } of setup.subsidiaries) {
    insert("subsidiary", { id, name, currency: Number(one("SELECT id FROM currency WHERE symbol = ?", currency)?.id), isinactive: "F" });
    for (const [itemid, { active }] of Object.entries(items))
      insert("item", { id: 500 + ++ids, itemid, displayname: itemid, isinactive: active ? "F" : "T", assetaccount: asset });
    for (const location of locations) insert("location", { id: 700 + ++ids, name: location, isinactive: "F", subsidiary: id });
  }
  for (const [index, entityid] of setup.vendors.entries()) insert("vendor", { id: index + 1, entityid, isinactive: "F" });
  for (const [index, itemid] of setup.taxCodes.entries()) insert("salestaxitem", { id: index + 1, itemid, isinactive: "F" });
  let transactions = 1_000;

  function requirePosting(subsidiary: number, date: string): { currency: number; precision: number } {
    const found = one(
      "SELECT s.currency, c.currencyprecision AS precision FROM subsidiary s JOIN currency c ON c.id = s.currency WHERE s.id = ? AND s.isinactive = 'F'",
      subsidiary,
    );
    if (found === undefined) throw invalid(subsidiary, "subsidiary");
    const period = one("SELECT closed, alllocked FROM accountingperiod WHERE startdate <= ? AND enddate >= ?", date, date);
    if (period === undefined || period.closed === "T" || period.alllocked === "T")
      throw new Refusal("USER_ERROR", "The posting period for this date is closed or does not exist.", "tranDate");
    return { currency: Number(found.currency), precision: Number(found.precision) };
  }

  function requireActive(table: string, id: string, path: string): number {
    const found = one(`SELECT isinactive FROM ${table} WHERE id = ?`, Number(id));
    if (found === undefined || found.isinactive === "T") throw invalid(id, path);
    return Number(id);
  }

  function requireFree(given: string | undefined): void {
    if (given !== undefined && one('SELECT id FROM "transaction" WHERE externalid = ?', given) !== undefined)
      throw new Refusal("USER_ERROR", "Error while accessing a resource. This record already exists.", "externalId");
  }

  function write(
    head: {
      type: string;
      prefix: string;
      externalId: string | undefined;
      date: string;
      memo: string | undefined;
      currency: number;
      rate: number;
      subsidiary: number;
    },
    lines: readonly Line[],
  ): number {
    const id = ++transactions;
    const { type, prefix, externalId: external, date, memo: text, currency, rate, subsidiary } = head;
    database.exec("BEGIN");
    insert("transaction", {
      ...{ id, type, tranid: `${prefix}${id}`, externalid: external ?? null, trandate: date },
      ...{ memo: text ?? null, currency, exchangerate: rate, posting: "T" },
    });
    for (const [index, line] of lines.entries()) {
      insert("transactionline", {
        ...{ transaction: id, id: index, linesequencenumber: index, mainline: index === 0 ? "T" : "F", subsidiary },
        ...{ memo: line.memo ?? null, foreignamount: line.foreign, item: line.item ?? null, location: line.location ?? null },
        ...{ quantity: line.quantity ?? null, isinventoryaffecting: line.item === undefined ? "F" : "T" },
      });
      insert("transactionaccountingline", {
        ...{ transaction: id, transactionline: index, accountingbook: 1, account: line.account, posting: "T" },
        ...{ debit: line.amount >= 0 ? line.amount : null, credit: line.amount < 0 ? -line.amount : null },
      });
    }
    database.exec("COMMIT");
    return id;
  }

  function journal(body: z.infer<typeof journalEntry>): number {
    const subsidiary = Number(body.subsidiary.id);
    const books = requirePosting(subsidiary, body.tranDate);
    requireFree(body.externalId);
    const currency = body.currency === undefined ? books.currency : requireActive("currency", body.currency.id, "currency");
    const precision = Number(one("SELECT currencyprecision FROM currency WHERE id = ?", currency)?.currencyprecision);
    const rate = currency === books.currency ? 1 : body.exchangeRate;
    if (rate === undefined) throw new Refusal("USER_ERROR", "Please enter a value for exchangeRate.", "exchangeRate");
    const lines = body.line.items.map((line, index): Line => {
      const path = `line.items[${index}]`;
      if ((line.debit === undefined) === (line.credit === undefined))
        throw new Refusal("USER_ERROR", "A line has a debit or a credit.", path);
      const foreign = line.debit ?? -(line.credit ?? 0);
      if (foreign === 0) throw new Refusal("USER_ERROR", "Please enter a value for amount.", path);
      if (rounded(foreign, precision) !== foreign) throw new Refusal("INVALID_CONTENT", `Invalid amount ${foreign}`, path);
      if (line.location !== undefined) requireActive("location", line.location.id, `${path}.location`);
      const account = requireActive("account", line.account.id, `${path}.account`);
      return { account, foreign, amount: rounded(foreign * rate, books.precision), memo: line.memo };
    });
    for (const side of ["foreign", "amount"] as const)
      if (
        rounded(
          lines.reduce((total, line) => total + line[side], 0),
          6,
        ) !== 0
      )
        throw new Refusal("USER_ERROR", "The amounts in this journal entry do not balance.", "line");
    // An entry that is not approved does not post.
    if (body.approved !== true) throw new Refusal("USER_ERROR", "The double keeps no unapproved journal entries.", "approved");
    const head = { type: "Journal", prefix: "JE", externalId: body.externalId, date: body.tranDate, memo: body.memo };
    return write({ ...head, currency, rate, subsidiary }, lines);
  }

  function adjustment(body: z.infer<typeof inventoryAdjustment>): number {
    const subsidiary = Number(body.subsidiary.id);
    const books = requirePosting(subsidiary, body.tranDate);
    requireFree(body.externalId);
    const counter = requireActive("account", body.account.id, "account");
    let total = 0;
    const levels: [number, number, number, number, number][] = [];
    const lines = body.inventory.items.map((line, index): Line => {
      const path = `inventory.items[${index}]`;
      if (line.adjustQtyBy === 0) throw new Refusal("USER_ERROR", "Please enter a value for adjustQtyBy.", path);
      const item = requireActive("item", line.item.id, `${path}.item`);
      const location = requireActive("location", line.location.id, `${path}.location`);
      if (one("SELECT subsidiary FROM location WHERE id = ?", location)?.subsidiary !== subsidiary)
        throw invalid(line.location.id, `${path}.location`);
      const before = levels.findLast(([one, other]) => one === item && other === location) ?? levelOf(item, location);
      const [, , quantity, value, average] = before;
      const unit = line.adjustQtyBy > 0 && line.unitCost !== undefined ? line.unitCost : average;
      const all = quantity + line.adjustQtyBy === 0;
      const amount = all && line.adjustQtyBy < 0 ? -value : rounded(line.adjustQtyBy * unit, books.precision);
      const [left, worth] = [rounded(quantity + line.adjustQtyBy, 6), rounded(value + amount, books.precision)];
      levels.push([item, location, left, worth, left > 0 ? worth / left : average]);
      total += amount;
      const account = Number(one("SELECT assetaccount FROM item WHERE id = ?", item)?.assetaccount);
      return { account, foreign: amount, amount, memo: line.memo, item, location, quantity: line.adjustQtyBy };
    });
    const against = rounded(-total, books.precision);
    const head = { type: "InvAdjst", prefix: "IA", externalId: body.externalId, date: body.tranDate, memo: body.memo };
    const id = write({ ...head, currency: books.currency, rate: 1, subsidiary }, [
      { account: counter, foreign: against, amount: against, memo: body.memo },
      ...lines,
    ]);
    for (const level of levels) database.prepare("INSERT OR REPLACE INTO aggregateitemlocation VALUES (?, ?, ?, ?, ?)").run(...level);
    return id;
  }

  function order(body: z.infer<typeof purchaseOrder>): number {
    const subsidiary = Number(body.subsidiary.id);
    const books = one("SELECT currency FROM subsidiary WHERE id = ?", subsidiary);
    if (books === undefined) throw invalid(subsidiary, "subsidiary");
    requireFree(body.externalId);
    const entity = requireActive("vendor", body.entity.id, "entity");
    const currency = body.currency === undefined ? Number(books.currency) : requireActive("currency", body.currency.id, "currency");
    const lines = body.item.items.map((line, index) => {
      const place = line.location ?? body.location;
      const item = requireActive("item", line.item.id, `item.items[${index}].item`);
      const location = place === undefined ? null : requireActive("location", place.id, `item.items[${index}].location`);
      return { item, location, quantity: line.quantity, rate: line.rate };
    });
    const id = ++transactions;
    database.exec("BEGIN");
    insert("transaction", {
      ...{ id, type: "PurchOrd", tranid: `PO${id}`, externalid: body.externalId ?? null, trandate: body.tranDate, memo: body.memo ?? null },
      ...{ currency, exchangerate: 1, posting: "F", entity, status: "B" },
    });
    const none = { foreignamount: 0, isinventoryaffecting: "F", taxline: "F", subsidiary };
    insert("transactionline", { transaction: id, id: 0, linesequencenumber: 0, mainline: "T", ...none });
    for (const [index, line] of lines.entries())
      insert("transactionline", {
        ...{ transaction: id, id: index + 1, linesequencenumber: index + 1, mainline: "F", quantityshiprecv: 0, ...none, ...line },
      });
    database.exec("COMMIT");
    return id;
  }

  function levelOf(item: number, location: number): [number, number, number, number, number] {
    const found = one("SELECT * FROM aggregateitemlocation WHERE item = ? AND location = ?", item, location);
    return [item, location, Number(found?.quantityonhand ?? 0), Number(found?.onhandvaluemli ?? 0), Number(found?.averagecostmli ?? 0)];
  }

  return {
    query: (q: string, limit: number, offset: number) => runSuiteQl(database, q, limit, offset),
    create(record: string, body: unknown): number {
      if (record === "journalentry") return journal(read(journalEntry, body));
      if (record === "inventoryadjustment") return adjustment(read(inventoryAdjustment, body));
      if (record === "purchaseorder") return order(read(purchaseOrder, body));
      throw new Refusal("NONEXISTENT_ID", `Record type '${record}' was not found.`, undefined, 404);
    },
    close: () => database.close(),
  };
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refusal("INVALID_CONTENT", `Error while accessing a resource. ${issue?.message ?? ""}`, issue?.path.join("."));
}

function invalid(value: unknown, field: string): Refusal {
  return new Refusal(
    "INVALID_CONTENT",
    `Error while accessing resource: You have entered an Invalid Field Value ${String(value)} for the following field: ${field}`,
    field,
  );
}

/** Half away from zero, as decimals. */
function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  const result = (Math.sign(value) * Math.round(Math.abs(value) * scale * (1 + Number.EPSILON))) / scale;
  return result === 0 ? 0 : result;
}
