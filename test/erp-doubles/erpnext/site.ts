/** A document as Frappe keeps it. */
export type Doc = Record<string, unknown> & { name: string; docstatus: number; creation: string };

/** What Frappe says no with: its exceptions have names, and HTTP statuses of their own (frappe/frappe, frappe/exceptions.py). */
export class FrappeError extends Error {
  readonly exception: string;
  readonly status: number;

  constructor(exception: string, status: number, message: string) {
    super(message);
    this.exception = exception;
    this.status = status;
  }
}

export const validationError = (message: string) => new FrappeError("ValidationError", 417, message);

type Fields = Readonly<Record<string, { readonly required?: true; readonly rows?: string }>>;

const fieldsOf: Readonly<Record<string, Fields>> = {
  Company: { default_currency: { required: true }, cost_center: {} },
  Account: { account_number: {}, account_name: {}, company: {}, is_group: {}, disabled: {}, report_type: {}, account_currency: {} },
  "Fiscal Year": { year_start_date: {}, year_end_date: {}, disabled: {} },
  "Accounting Period": { company: {}, start_date: {}, end_date: {}, closed_documents: { rows: "Closed Document" } },
  "Closed Document": { parent: {}, document_type: {}, closed: {} },
  Item: { item_name: {}, stock_uom: {}, disabled: {}, is_stock_item: {} },
  Warehouse: { warehouse_name: {}, company: {}, is_group: {}, disabled: {} },
  Supplier: { supplier_name: {}, disabled: {} },
  "Sales Taxes and Charges Template": { title: {}, company: {}, disabled: {} },
  "Journal Entry": {
    ...{ voucher_type: { required: true }, company: { required: true }, posting_date: { required: true } },
    ...{ throughline_key: {}, user_remark: {}, reversal_of: {}, accounts: { rows: "Journal Entry Account" } },
  },
  "Journal Entry Account": {
    ...{ parent: {}, idx: {}, account: { required: true }, cost_center: {}, user_remark: {}, debit: {}, credit: {} },
    ...{ debit_in_account_currency: {}, credit_in_account_currency: {} },
  },
  "Stock Entry": {
    ...{ stock_entry_type: { required: true }, company: { required: true }, throughline_key: {} },
    ...{ set_posting_time: {}, posting_date: {}, posting_time: {}, items: { rows: "Stock Entry Detail" } },
  },
  "Stock Entry Detail": {
    ...{
      parent: {},
      idx: {},
      item_code: { required: true },
      qty: { required: true },
      uom: { required: true },
      stock_uom: { required: true },
    },
    ...{ conversion_factor: { required: true }, s_warehouse: {}, t_warehouse: {}, basic_rate: {}, allow_zero_valuation_rate: {} },
  },
  "Purchase Order": {
    ...{ supplier: { required: true }, company: { required: true }, transaction_date: { required: true }, schedule_date: {}, currency: {} },
    ...{ conversion_rate: {}, ignore_pricing_rule: {}, throughline_key: {}, status: {}, items: { rows: "Purchase Order Item" } },
  },
  "Purchase Order Item": {
    ...{ parent: {}, idx: {}, item_code: { required: true }, qty: { required: true }, rate: {}, received_qty: {}, warehouse: {} },
    ...{ uom: { required: true }, stock_uom: { required: true }, conversion_factor: { required: true }, schedule_date: {} },
  },
  "Purchase Receipt": {
    ...{ supplier: { required: true }, company: { required: true }, throughline_key: {}, items: { rows: "Purchase Receipt Item" } },
    ...{ set_posting_time: {}, posting_date: {}, posting_time: {} },
  },
  "Purchase Receipt Item": {
    ...{ parent: {}, idx: {}, item_code: { required: true }, qty: { required: true }, rate: {}, warehouse: {}, purchase_order: {} },
    ...{ purchase_order_item: {}, uom: { required: true }, stock_uom: { required: true }, conversion_factor: { required: true } },
  },
  Bin: { item_code: {}, warehouse: {}, actual_qty: {} },
  "GL Entry": { account: {}, debit: {}, credit: {}, company: {}, posting_date: {}, voucher_no: {}, is_cancelled: {} },
};

const standard = ["name", "docstatus", "creation", "parent", "idx"];

/** MariaDB's TEXT, as which frappe/database/mariadb/database.py, `setup_type_map`, keeps a Small Text (user_remark). */
const textBytesMax = 65_535;

/** Fields that hold a value once (Custom Field with "unique"), as docs/erp-adapters.md says how to set ERPNext up. */
const unique: readonly (readonly [doctype: string, field: string])[] = [
  ["Journal Entry", "throughline_key"],
  ["Stock Entry", "throughline_key"],
  ["Purchase Order", "throughline_key"],
  ["Purchase Receipt", "throughline_key"],
];

/**
 * The documents of a site, and Frappe's way of asking. Rules, from docs.frappe.io/framework/user/en/api/rest, "Listing documents": fields, filters as
 * [field, operator, value] or [child doctype, field, operator, value], order_by, limit_start, limit_page_length with 20 where it is left out. From
 * frappe/frappe: frappe/model/db_query.py, unknown columns are an error of the database (500), and rows are asked for with their parent;
 * frappe/model/base_document.py, `_validate_mandatory` (417 MandatoryError) and `show_unique_validation_message` (417 UniqueValidationError, frappe/exceptions.py).
 */
export function openSite() {
  const tables = new Map<string, Map<string, Doc>>(Object.keys(fieldsOf).map((doctype) => [doctype, new Map()]));
  let last = 0;

  const rules = (doctype: string): Fields => {
    const found = Object.hasOwn(fieldsOf, doctype) ? fieldsOf[doctype] : undefined;
    if (found === undefined) throw new FrappeError("DoesNotExistError", 404, `DocType ${doctype} not found`);
    return found;
  };
  const all = (doctype: string) => [...(tables.get(doctype)?.values() ?? [])];

  function requireColumn(doctype: string, field: string): void {
    if (!standard.includes(field) && rules(doctype)[field] === undefined)
      throw new FrappeError("OperationalError", 500, `(1054, "Unknown column '${field}' in 'SELECT'")`);
  }

  function put(doctype: string, values: Readonly<Record<string, unknown>>, name?: string): Doc {
    last += 1;
    const fields = rules(doctype);
    const number = String(last).padStart(6, "0");
    const doc: Doc = {
      name: name ?? `${doctype.toUpperCase().slice(0, 3)}-${number}`,
      docstatus: 0,
      creation: `2026-03-05 10:00:00.${number}`,
    };
    for (const field of Object.keys(fields)) if (fields[field]?.rows === undefined) doc[field] = values[field] ?? null;
    for (const [field, { required }] of Object.entries(fields))
      if (required === true && (doc[field] === null || doc[field] === ""))
        throw new FrappeError("MandatoryError", 417, `[${doctype}, ${doc.name}]: ${field}`);
    for (const [field, value] of Object.entries(doc))
      if (typeof value === "string" && Buffer.byteLength(value) > textBytesMax)
        throw new FrappeError("DataError", 500, `(1406, "Data too long for column '${field}' at row 1")`);
    for (const [of, field] of unique)
      if (of === doctype && doc[field] !== null && all(doctype).some((other) => other[field] === doc[field]))
        throw new FrappeError("UniqueValidationError", 417, `${doctype} ${field} must be unique`);
    tables.get(doctype)?.set(doc.name, doc);
    for (const [field, { rows }] of Object.entries(fields)) {
      if (rows === undefined) continue;
      for (const [index, row] of ((values[field] as Record<string, unknown>[] | undefined) ?? []).entries())
        put(rows, { ...row, parent: doc.name, idx: index + 1 });
    }
    return doc;
  }

  function meets(doctype: string, doc: Doc, filter: readonly unknown[]): boolean {
    if (filter.length === 4) {
      const [child, ...rest] = filter as [string, string, string, unknown];
      return all(child).some((row) => row.parent === doc.name && meets(child, row, rest));
    }
    const [field, operator, wanted] = filter as [string, string, unknown];
    requireColumn(doctype, field);
    const value = doc[field];
    switch (operator) {
      case "=":
        return value === wanted;
      case "!=":
        return value !== wanted;
      case "<":
        return value !== null && (value as number) < (wanted as number);
      case ">":
        return value !== null && (value as string) > (wanted as string);
      case ">=":
        return value !== null && (value as string) >= (wanted as string);
      case "<=":
        return value !== null && (value as string) <= (wanted as string);
      case "in":
        return (wanted as unknown[]).includes(value);
      case "like":
        return typeof value === "string" && pattern(String(wanted)).test(value);
      default:
        throw validationError(`Operator must be one of =, !=, <, >, >=, <=, in, like, not ${operator}`);
    }
  }

  return {
    put,
    all,
    rows: (doctype: string, parent: string) => all(doctype).filter((row) => row.parent === parent),
    get(doctype: string, name: string): Doc {
      rules(doctype);
      const found = tables.get(doctype)?.get(name);
      if (found === undefined) throw new FrappeError("DoesNotExistError", 404, `${doctype} ${name} not found`);
      return found;
    },
    remove(doctype: string, name: string): void {
      tables.get(doctype)?.delete(name);
      for (const [child, rows] of tables)
        if (fieldsOf[child]?.parent !== undefined) for (const row of rows.values()) if (row.parent === name) rows.delete(row.name);
    },

    list(query: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
      const {
        doctype = "",
        fields = ["name"],
        filters = [],
        order_by = "creation desc",
        limit_start = 0,
        limit_page_length = 20,
        group_by,
        parent,
      } = query;
      const kind = String(doctype);
      if (rules(kind).parent !== undefined && parent === undefined)
        throw new FrappeError("PermissionError", 403, `Insufficient Permission for ${kind}: name the parent doctype`);
      const found = all(kind).filter((doc) => (filters as unknown[][]).every((filter) => meets(kind, doc, filter)));
      const asked = fields as string[];
      if (group_by !== undefined) {
        const by = String(group_by);
        requireColumn(kind, by);
        return [...Map.groupBy(found, (doc) => doc[by])].map(([value, of]) => ({
          [by]: value,
          ...Object.fromEntries(
            asked.flatMap((each) => {
              const [, column = "", name = ""] = /^sum\((\w+)\) as (\w+)$/.exec(each) ?? [];
              return column === "" ? [] : [[name, of.reduce((sum, doc) => sum + Number(doc[column]), 0)]];
            }),
          ),
        }));
      }
      for (const field of asked) requireColumn(kind, field);
      const order = String(order_by)
        .split(", ")
        .map((each) => each.split(" "));
      for (const [column = ""] of order) requireColumn(kind, column);
      // Where the order leaves it open MariaDB may give any: here what came last.
      found.reverse().sort((a, b) => {
        for (const [column = "", direction] of order) {
          const compared = compare(a[column], b[column]) * (direction === "desc" ? -1 : 1);
          if (compared !== 0) return compared;
        }
        return 0;
      });
      const start = Number(limit_start);
      return found
        .slice(start, start + Number(limit_page_length))
        .map((doc) => Object.fromEntries(asked.map((field) => [field, doc[field] ?? null])));
    },

    snapshot: () => structuredClone(tables),
    restore(kept: ReadonlyMap<string, ReadonlyMap<string, Doc>>) {
      for (const [doctype, docs] of kept) tables.set(doctype, new Map(docs));
    },
  };
}

export type Site = ReturnType<typeof openSite>;

function compare(a: unknown, b: unknown): number {
  return a === b ? 0 : (a as string) < (b as string) ? -1 : 1;
}

function pattern(like: string): RegExp {
  let source = "";
  for (let place = 0; place < like.length; place += 1) {
    const character = like[place] ?? "";
    if (character === "\\") {
      place += 1;
      source += literal(like[place] ?? "");
    } else source += character === "%" ? ".*" : character === "_" ? "." : literal(character);
  }
  return new RegExp(`^${source}$`, "su");
}

function literal(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/u, "\\$&");
}
