import * as z from "zod/mini";
import { addDays } from "#domain/calendar";
import { Invalid, Unavailable } from "#domain/failures";
import { currencyExponent } from "#domain/money";
import type { OdooApi, OdooCall } from "./odoo-api.ts";
import { wire } from "./values.ts";

export interface OdooAccount {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly active: boolean;
}

/** A product, or another record that has a unit of its own. */
export interface OdooItem {
  readonly id: number;
  readonly unit: number;
  readonly active: boolean;
}

/** A company as it stays: its ids in Odoo. */
export interface OdooCompany {
  readonly entity: string;
  readonly id: number;
  readonly currency: string;
  readonly currencyId: number;
  readonly digits: number;
  readonly journal: number;
  /** Where goods come from and go to: outside of all warehouses. */
  readonly outside: number;
  /** The operation type of transfers between that and a location. */
  readonly operation: number;
}

/** What changes rarely, but does: read again for each call. */
export interface Books {
  readonly company: OdooCompany;
  readonly accounts: ReadonlyMap<string, OdooAccount>;
  readonly accountsById: ReadonlyMap<number, OdooAccount>;
  /** The first day that takes entries: the day after the last lock date; absent: nothing is locked. */
  readonly openFrom: string | undefined;
}

export interface OdooCurrency {
  readonly id: number;
  readonly code: string;
  readonly digits: number;
  readonly active: boolean;
}

/** Code of the journal: Odoo's codes of journals have five characters. */
const journalCode = "THRU";
/** Barcode of the location outside of all warehouses, and of the operation type. */
const hubBarcode = "THROUGHLINE";
/** Lock dates that close a general journal, as far as this version of Odoo has them. */
const lockDates = ["fiscalyear_lock_date", "period_lock_date", "hard_lock_date"];
const recordsMax = 100_000;

const fieldNames = z.record(z.string(), z.unknown());
const ids = z.array(z.object({ id: wire.id }));
const companies = z.array(z.looseObject({ id: wire.id, currency_id: wire.link }));
const currencyRecords = z.array(z.object({ id: wire.id, name: z.string(), decimal_places: z.int(), active: z.boolean() }));
const accountRecords = z.array(
  z.object({ id: wire.id, code: wire.text, name: z.string(), active: z.optional(z.boolean()), deprecated: z.optional(z.boolean()) }),
);
const productRecords = z.array(z.object({ id: wire.id, default_code: wire.text, uom_id: wire.link, active: z.boolean() }));
const locationRecords = z.array(z.object({ id: wire.id, barcode: wire.text }));

/** Reads what documents refer to. Ids are found by code; what is missing is said with what to create. Throws Unavailable and Invalid. */
export function createDirectory(api: OdooApi, names: Readonly<Record<string, string>>) {
  const known = new Map<string, OdooCompany>();
  const fieldsOf = new Map<string, ReadonlySet<string>>();

  const directory = {
    /** Which of these fields a model has: they come and go with Odoo's versions. */
    async fields(model: string, wanted: readonly string[], within: number): Promise<ReadonlySet<string>> {
      const name = `${model} ${wanted.join(" ")}`;
      const before = fieldsOf.get(name);
      if (before !== undefined) return before;
      const call = { model, method: "fields_get", arguments: { allfields: wanted, attributes: ["type"] } };
      const found = new Set(Object.keys(await api.ask(call, fieldNames, within)));
      fieldsOf.set(name, found);
      return found;
    },

    async company(entity: string, within: number): Promise<OdooCompany> {
      const before = known.get(entity);
      if (before !== undefined) return before;
      const record = await companyRecord(entity, ["currency_id"], within);
      const currencies = await directory.currencies(within);
      const currency = currencies.find(({ id }) => id === record.currency_id?.id);
      if (currency === undefined)
        throw new Unavailable(`the ERP's user may not see the currency of ${entity}'s company: give it Accounting`);
      if (currency.digits !== currencyExponent(currency.code))
        throw new Unavailable(
          `the ERP keeps ${currency.code} with ${currency.digits} decimals, not ${currencyExponent(currency.code)}: mend the rounding factor of the currency there`,
        );
      const one = async (model: string, what: string, domain: readonly unknown[]) => {
        const [found] = await api.ask(searchCall(model, [...domain, ["company_id", "=", record.id]], ["id"], [record.id], 1), ids, within);
        if (found === undefined)
          throw new Unavailable(`the company of entity ${entity} has no ${what} in this ERP: create it; docs/erp-adapters.md says how`);
        return found.id;
      };
      const company = {
        ...{ entity, id: record.id, currency: currency.code, currencyId: currency.id, digits: currency.digits },
        journal: await one("account.journal", `journal with the code ${journalCode}`, [["code", "=", journalCode]]),
        outside: await one("stock.location", `inventory loss location with the barcode ${hubBarcode}`, [
          ["barcode", "=", hubBarcode],
          ["usage", "=", "inventory"],
        ]),
        operation: await one("stock.picking.type", `internal operation type with the barcode ${hubBarcode}`, [
          ["barcode", "=", hubBarcode],
          ["code", "=", "internal"],
        ]),
      };
      known.set(entity, company);
      return company;
    },

    async currencies(within: number): Promise<readonly OdooCurrency[]> {
      const fields = ["name", "decimal_places", "active"];
      const found = await api.ask(searchCall("res.currency", [], fields, [], 1_000), currencyRecords, within);
      return found.map(({ id, name, decimal_places, active }) => ({ id, code: name, digits: decimal_places, active }));
    },

    async books(company: OdooCompany, within: number): Promise<Books> {
      const has = await directory.fields("account.account", ["active", "deprecated", "company_ids", "company_id"], within);
      const mine = has.has("company_ids") ? ["company_ids", "in", [company.id]] : ["company_id", "=", company.id];
      const flags = ["active", "deprecated"].filter((each) => has.has(each));
      const call = searchCall("account.account", [mine], ["code", "name", ...flags], [company.id]);
      const records = await api.askAll(call, accountRecords, within);
      const accounts = records.flatMap(({ id, code, name, active = true, deprecated = false }) =>
        code === undefined ? [] : [{ id, code, name, active: active && !deprecated }],
      );
      const locks = [...(await directory.fields("res.company", lockDates, within))];
      const record = await companyRecord(company.entity, locks, within);
      const locked = locks.flatMap((each) => (typeof record[each] === "string" ? [record[each]] : [])).sort();
      const last = locked.at(-1);
      return {
        company,
        accounts: new Map(accounts.map((account) => [account.code, account])),
        accountsById: new Map(accounts.map((account) => [account.id, account])),
        openFrom: last === undefined ? undefined : addDays(last, 1),
      };
    },

    async items(codes: readonly string[], company: number, within: number): Promise<ReadonlyMap<string, OdooItem>> {
      if (codes.length === 0) return new Map();
      const domain = [
        ["default_code", "in", codes],
        ["company_id", "in", [company, false]],
      ];
      const call = searchCall("product.product", domain, ["default_code", "uom_id", "active"], [company]);
      const records = await api.askAll(call, productRecords, within);
      return new Map(records.map(({ id, default_code = "", uom_id, active }) => [default_code, { id, unit: uom_id?.id ?? 0, active }]));
    },

    async locations(codes: readonly string[], company: number, within: number): Promise<ReadonlyMap<string, number>> {
      if (codes.length === 0) return new Map();
      const domain = [
        ["barcode", "in", codes],
        ["usage", "=", "internal"],
        ["company_id", "in", [company, false]],
      ];
      const records = await api.askAll(searchCall("stock.location", domain, ["barcode"], [company]), locationRecords, within);
      return new Map(records.map(({ id, barcode = "" }) => [barcode, id]));
    },
  };
  return directory;

  async function companyRecord(entity: string, fields: readonly string[], within: number) {
    const name = Object.hasOwn(names, entity) ? names[entity] : undefined;
    if (name === undefined) throw new Invalid(`entity ${entity} has no company in this ERP: name it in the policy's erpCompany`);
    const asked = [...new Set(["currency_id", ...fields])];
    const [record] = await api.ask(searchCall("res.company", [["name", "=", name]], asked, [], 1), companies, within);
    if (record === undefined) {
      throw new Unavailable(
        `company ${name} of entity ${entity} is not in this ERP, or its user may not see it: mend erpCompany in the policies, or allow the user this company`,
      );
    }
    return record;
  }
}

export type Directory = ReturnType<typeof createDirectory>;

/** Records, also archived ones. `companies`: those in whose name it is asked; none: the user's own. */
export function searchCall(
  model: string,
  domain: readonly unknown[],
  fields: readonly string[],
  companies: readonly number[],
  limit = recordsMax,
  order = "id asc",
): OdooCall {
  const context = { active_test: false, ...(companies.length === 0 ? {} : { allowed_company_ids: companies }) };
  return { model, method: "search_read", arguments: { domain, fields, limit, order, context } };
}
