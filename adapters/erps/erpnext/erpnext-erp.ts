import * as z from "zod/mini";
import { Invalid, Unavailable } from "#domain/failures";
import type { ConnectionPolicy } from "#domain/policy";
import type { Erp, ErpJournal, ErpJournalLine, ErpPurchasing, ErpReadFilter, ErpStockLevel } from "#ports/erp";
import { createBooksReader, doneAnswer, type HeldEntry, type HeldRow, placeOf } from "./books-read.ts";
import { createDirectory, type ErpNextCompany } from "./directory.ts";
import { createFrappeApi, type FrappeAddress, FrappeRefusal } from "./frappe-api.ts";
import { linesPerJournalMax, netOf } from "./plan-entry.ts";
import { createErpNextPurchasing } from "./purchasing.ts";
import { escaped, likeMovements, shelfOf } from "./remarks.ts";
import { submitGroups } from "./submit.ts";
import { minorUnitsOf } from "./values.ts";

export interface ErpNextErpOptions extends FrappeAddress {
  readonly connection: Pick<ConnectionPolicy, "inventoryJournal" | "requestTimeoutSeconds">;
  /** Name of the company in ERPNext by entity of ours. */
  readonly companies: Readonly<Record<string, string>>;
  /** The account of inventory-revaluation by entity. */
  readonly revaluationAccounts: Readonly<Record<string, string>>;
}

/** Each document is submitted by a request of its own. */
const maxStepsPerCall = 20;
const pageMax = 500;
const movementsPerPage = 1_000;
const stockEntriesMax = 1_000_000;

const flag = z.union([z.literal(0), z.literal(1)]);
const itemRecord = z.object({ name: z.string(), item_name: z.string(), disabled: flag });
const supplierRecord = z.object({ name: z.string(), supplier_name: z.string(), disabled: flag });
const taxRecord = z.object({ title: z.string(), disabled: flag });
const binRecord = z.object({ item_code: z.string(), warehouse: z.string(), actual_qty: z.number() });
const balanceRecord = z.object({ account: z.string(), debit: z.number(), credit: z.number() });

/**
 * ERPNext 15 over Frappe's REST API. A document's key is a field of its Journal Entry that set-up makes unique: it is looked up before anything is
 * sent, and ERPNext itself refuses a second one. Without perpetual inventory it books no cost of goods: the hub does, under the document's key. Its
 * accounts have one currency each, so that what a journal says in another one stands in the rows' remarks. Reading throws Unavailable when the
 * ERP does not answer as it should. Throws Invalid for settings that this ERP cannot serve.
 */
export function createErpNextErp(options: ErpNextErpOptions): Erp {
  const { clock, companies, revaluationAccounts } = options;
  if (options.connection.inventoryJournal !== "hub") {
    throw new Invalid(
      'in ERPNext the hub books the cost of goods, without perpetual inventory: set inventoryJournal of its connection to "hub"',
    );
  }
  const api = createFrappeApi(options);
  const directory = createDirectory(api, companies);
  const reader = createBooksReader(api);
  const within = options.connection.requestTimeoutSeconds * 1_000;

  async function companiesOf(entity: string | undefined): Promise<ErpNextCompany[]> {
    const found: ErpNextCompany[] = [];
    for (const each of entity === undefined ? Object.keys(companies) : [entity]) found.push(await directory.company(each, within));
    return found;
  }

  async function page(filter: ErpReadFilter, after: string | undefined, limit: number) {
    const of = await companiesOf(filter.entity);
    const size = Math.min(limit, pageMax);
    const filters = [
      ["docstatus", "=", 1],
      ...(filter.from === undefined ? [] : [["posting_date", ">=", filter.from]]),
      ...(filter.to === undefined ? [] : [["posting_date", "<=", filter.to]]),
      ...(filter.keyPrefix === undefined ? [] : [["throughline_key", "like", `${escaped(filter.keyPrefix)}%`]]),
    ];
    const names = of.map(({ name }) => name);
    const read = await reader.entriesAfter(after, filters, names, size + 1, within);
    const entries = read.slice(0, size);
    const last = entries.at(-1);
    return { of, entries, next: read.length > size && last !== undefined ? { next: placeOf(last) } : {} };
  }

  const erp: Erp & { readonly purchasing: ErpPurchasing } = {
    purchasing: createErpNextPurchasing({ api, directory }, within, () => Date.parse(clock.now())),

    capabilities: {
      idempotency: "look-up",
      inventoryJournal: "hub",
      correctionStyles: ["reversal"],
      maxStepsPerCall,
      sendersMax: 1,
      linesPerJournalMax,
    },

    submit: (groups) => submitGroups({ api, directory, reader, clock, companies, revaluationAccounts }, groups, within),

    async find(keys) {
      if (keys.length === 0) return [];
      const names = (await companiesOf(undefined)).map(({ name }) => name);
      const held = await reader.underKeys(keys, names, within);
      return keys.map((key) => {
        const entry = held.get(key);
        return entry?.posted === true ? doneAnswer(entry.name, entry.remark?.movements ?? []) : undefined;
      });
    },

    async journals(filter, after, limit) {
      const { of, entries, next } = await page(filter, after, limit);
      const companyNames = of.map(({ name }) => name);
      const names = entries.map(({ name }) => name);
      const rows = await reader.rowsOf(names, within);
      const reversals = await reader.reversalsOf(names, companyNames, within);
      const originals = entries.flatMap(({ reverses }) => reverses ?? []);
      const reversed =
        originals.length === 0 ? [] : await reader.entries([["name", "in", originals]], companyNames, { limit: originals.length }, within);
      const codes = new Map<string, ReadonlyMap<string, string>>();
      for (const company of of) codes.set(company.name, (await directory.books(company, within)).codeOf);
      const journals: ErpJournal[] = [];
      for (const entry of entries) {
        const company = of.find(({ name }) => name === entry.company);
        if (company === undefined) continue;
        const reversal = reversals.get(entry.name);
        const original = reversed.find(({ name }) => name === entry.reverses);
        journals.push({
          ...headOf(entry, company),
          ...(entry.reverses === undefined ? {} : { reverses: original?.key ?? "" }),
          ...(reversal?.posted === true ? { reversedBy: reversal.key } : {}),
          lines: (rows.get(entry.name) ?? []).map((row) => journalLine(row, codes.get(company.name)?.get(row.account) ?? "", company)),
        });
      }
      return { journals, ...next };
    },

    async documentKeys(filter, after, limit) {
      const { entries, next } = await page(filter, after, limit);
      return { keys: entries.flatMap(({ key }) => (key === "" ? [] : [key])), ...next };
    },

    async trialBalance(entity, { from, to }) {
      const company = await directory.company(entity, within);
      const { accounts, codeOf } = await directory.books(company, within);
      const filters = [
        ["company", "=", company.name],
        ["is_cancelled", "=", 0],
        ...(from === undefined ? [] : [["posting_date", ">=", from]]),
        ...(to === undefined ? [] : [["posting_date", "<=", to]]),
      ];
      const fields = ["account", "sum(debit) as debit", "sum(credit) as credit"];
      const query = { doctype: "GL Entry", fields, filters, groupBy: "account", order: "account asc" };
      const balances = (await api.listAll(query, balanceRecord, within)).flatMap((each) => {
        const account = accounts.get(codeOf.get(each.account) ?? "");
        const [debit, credit] = [minorUnitsOf(each.debit, company.digits), minorUnitsOf(each.credit, company.digits)];
        return account === undefined || (debit === 0 && credit === 0)
          ? []
          : [{ account: account.code, name: account.title, debit, credit }];
      });
      return { currency: company.currency, accounts: balances.sort((a, b) => (a.account < b.account ? -1 : 1)) };
    },

    async stock(entity) {
      const company = await directory.company(entity, within);
      const levels = await bookedLevels(company);
      const warehouses = await directory.warehouses(company, within);
      const codes = new Map([...warehouses].map(([code, { name }]) => [name, code]));
      const filters = [["warehouse", "in", [...codes.keys()]], ["actual_qty", "!=", 0]]; // biome-ignore format: one condition beside the other
      const query = { doctype: "Bin", fields: ["item_code", "warehouse", "actual_qty"], filters };
      for (const { item_code: item, warehouse, actual_qty } of codes.size === 0 ? [] : await api.listAll(query, binRecord, within)) {
        const location = codes.get(warehouse) ?? "";
        const booked = levels.get(shelfOf(item, location)) ?? { item, location, quantityMillionths: 0, value: 0, movements: 0 };
        levels.set(shelfOf(item, location), { ...booked, quantityMillionths: Math.round(actual_qty * 1_000_000) });
      }
      return [...levels.values()];
    },

    async masterData(entity) {
      const company = await directory.company(entity, within);
      const { accounts, periods } = await directory.books(company, within);
      const items = await api.listAll({ doctype: "Item", fields: ["name", "item_name", "disabled"], filters: [] }, itemRecord, within);
      const suppliers = await api.listAll(
        { doctype: "Supplier", fields: ["name", "supplier_name", "disabled"], filters: [] },
        supplierRecord,
        within,
      );
      const mine = [["company", "=", company.name]];
      const taxes = await api.listAll(
        { doctype: "Sales Taxes and Charges Template", fields: ["title", "disabled"], filters: mine },
        taxRecord,
        within,
      );
      return {
        functionalCurrency: company.currency,
        accounts: [...accounts.values()].map(({ code, title, active }) => ({ account: code, name: title, active, requiredDimensions: [] })),
        periods,
        items: items.map(({ name, item_name, disabled }) => ({ code: name, name: item_name, active: disabled === 0 })),
        locations: [...(await directory.warehouses(company, within))].map(([code, { name, active }]) => ({ code, name, active })),
        parties: suppliers.map(({ name, supplier_name, disabled }) => ({ code: name, name: supplier_name, active: disabled === 0 })),
        taxCodes: taxes.map(({ title, disabled }) => ({ code: title, name: title, active: disabled === 0 })),
      };
    },
  };

  /** What the entries of the hub say of each shelf; the pieces are ERPNext's own to tell. */
  async function bookedLevels(company: ErpNextCompany): Promise<Map<string, ErpStockLevel>> {
    const levels = new Map<string, ErpStockLevel>();
    const filters = [["docstatus", "=", 1], ["user_remark", "like", likeMovements()]]; // biome-ignore format: one condition beside the other
    let after: string | undefined;
    for (let read = 0; read < stockEntriesMax; read += movementsPerPage) {
      const entries = await reader.entriesAfter(after, filters, [company.name], movementsPerPage, within);
      for (const { item, location, shelf, change } of entries.flatMap(({ remark }) => remark?.movements ?? [])) {
        const level = levels.get(shelf) ?? { item, location, quantityMillionths: 0, value: 0, movements: 0 };
        levels.set(shelf, { ...level, value: level.value + change, movements: level.movements + 1 });
      }
      const last = entries.at(-1);
      if (entries.length < movementsPerPage || last === undefined) return levels;
      after = placeOf(last);
    }
    throw new Invalid(`entity ${company.entity} has more than ${stockEntriesMax} stock documents in the ERP: raise the bound`);
  }

  return withRefusalsUnavailable(erp);
}

/** A question that ERPNext refuses is one that cannot be answered now: mostly its user lacks a permission. */
function withRefusalsUnavailable(erp: Erp & { readonly purchasing: ErpPurchasing }): Erp {
  const told = <Arguments extends readonly unknown[], T>(read: (...given: Arguments) => Promise<T>) => {
    return async (...given: Arguments) => {
      try {
        return await read(...given);
      } catch (error) {
        if (!(error instanceof FrappeRefusal)) throw error;
        throw new Unavailable(`the ERP refused the question: ${error.message}; see which roles its user needs in docs/erp-adapters.md`, {
          cause: error,
        });
      }
    };
  };
  return {
    capabilities: erp.capabilities,
    submit: erp.submit,
    find: told(erp.find),
    journals: told(erp.journals),
    documentKeys: told(erp.documentKeys),
    trialBalance: told(erp.trialBalance),
    stock: told(erp.stock),
    masterData: told(erp.masterData),
    purchasing: { place: erp.purchasing.place, find: told(erp.purchasing.find) },
  };
}

function headOf({ name, key, date, remark }: HeldEntry, { entity, currency: own }: ErpNextCompany) {
  return {
    ...{ number: name, key, entity, businessDate: remark?.businessDate ?? date, postingDate: date },
    ...{ currency: remark?.currency ?? own, functionalCurrency: own, memo: remark?.memo ?? "" },
  };
}

function journalLine(row: HeldRow, account: string, { digits }: ErpNextCompany): ErpJournalLine {
  const functional = netOf(row, digits);
  const amount = row.remark?.amount ?? functional;
  return {
    ...{ account, role: row.remark?.role ?? "", dimensions: row.remark?.dimensions ?? {} },
    ...{ debit: Math.max(amount, 0), credit: Math.max(0 - amount, 0) },
    ...{ functionalDebit: Math.max(functional, 0), functionalCredit: Math.max(0 - functional, 0) },
  };
}
