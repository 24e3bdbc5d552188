import * as z from "zod/mini";
import { addDays } from "#domain/calendar";
import { Invalid, Unavailable } from "#domain/failures";
import { currencyExponent } from "#domain/money";
import type { FrappeApi } from "./frappe-api.ts";

export interface ErpNextAccount {
  /** ERPNext's own name of it, such as "1010 - Payment clearing - FVC". */
  readonly name: string;
  readonly code: string;
  readonly title: string;
  readonly active: boolean;
}

export interface ErpNextPeriod {
  readonly from: string;
  readonly to: string;
  readonly open: boolean;
}

export interface ErpNextItem {
  readonly unit: string;
  readonly active: boolean;
}

/** A company as it stays. */
export interface ErpNextCompany {
  readonly entity: string;
  readonly name: string;
  readonly currency: string;
  readonly digits: number;
  /** For the rows of all accounts: profit and loss takes none without. */
  readonly costCenter: string;
}

/** What changes rarely, but does: read again for each call. */
export interface Books {
  readonly company: ErpNextCompany;
  /** By their numbers. */
  readonly accounts: ReadonlyMap<string, ErpNextAccount>;
  readonly codeOf: ReadonlyMap<string, string>;
  readonly periods: readonly ErpNextPeriod[];
}

const flag = z.union([z.literal(0), z.literal(1)]);
const text = z.nullable(z.string());

const companyRecord = z.object({ name: z.string(), default_currency: z.string(), cost_center: text });
const accountRecord = z.object({ name: z.string(), account_number: text, account_name: z.string(), is_group: flag, disabled: flag });
const yearRecord = z.object({ year_start_date: z.string(), year_end_date: z.string(), disabled: flag });
const periodRecord = z.object({ start_date: z.string(), end_date: z.string() });
const itemRecord = z.object({ name: z.string(), stock_uom: z.string(), disabled: flag });
const warehouseRecord = z.object({ name: z.string(), warehouse_name: z.string(), disabled: flag });

/** Reads what documents refer to. Names are found by code; what is missing is said with what to create. Throws Unavailable and Invalid. */
export function createDirectory(api: FrappeApi, names: Readonly<Record<string, string>>) {
  const known = new Map<string, ErpNextCompany>();

  return {
    async company(entity: string, within: number): Promise<ErpNextCompany> {
      const before = known.get(entity);
      if (before !== undefined) return before;
      const name = Object.hasOwn(names, entity) ? names[entity] : undefined;
      if (name === undefined) throw new Invalid(`entity ${entity} has no company in this ERP: name it in the policy's erpCompany`);
      const query = { doctype: "Company", fields: ["name", "default_currency", "cost_center"], filters: [["name", "=", name]], limit: 1 };
      const [found] = await api.list(query, companyRecord, within);
      if (found === undefined) {
        throw new Unavailable(
          `company ${name} of entity ${entity} is not in this ERP, or its user may not see it: mend erpCompany in the policies, or permit the user this company`,
        );
      }
      if (found.cost_center === null)
        throw new Unavailable(
          `company ${name} has no default cost center, without which profit and loss takes nothing: set one in ERPNext`,
        );
      const currency = found.default_currency;
      const company = { entity, name, currency, digits: currencyExponent(currency), costCenter: found.cost_center };
      known.set(entity, company);
      return company;
    },

    async books(company: ErpNextCompany, within: number): Promise<Books> {
      const mine = ["company", "=", company.name];
      const accountFields = ["name", "account_number", "account_name", "is_group", "disabled"];
      const records = await api.listAll({ doctype: "Account", fields: accountFields, filters: [mine] }, accountRecord, within);
      const accounts = records.flatMap(({ name, account_number: code, account_name: title, is_group, disabled }) =>
        code === null || code === "" ? [] : [{ name, code, title, active: is_group === 0 && disabled === 0 }],
      );
      const years = await api.list(
        { doctype: "Fiscal Year", fields: ["year_start_date", "year_end_date", "disabled"], filters: [], limit: 500 },
        yearRecord,
        within,
      );
      const closed = await api.list(
        {
          doctype: "Accounting Period",
          fields: ["start_date", "end_date"],
          filters: [mine, ["Closed Document", "document_type", "=", "Journal Entry"], ["Closed Document", "closed", "=", 1]],
          limit: 2_000,
        },
        periodRecord,
        within,
      );
      const frozen = await api.setting("Accounts Settings", "acc_frozen_upto", within);
      const shut = closed.map(({ start_date, end_date }) => ({ from: start_date, to: end_date }));
      if (typeof frozen === "string" && frozen !== "") shut.push({ from: "0001-01-01", to: frozen });
      return {
        company,
        accounts: new Map(accounts.map((account) => [account.code, account])),
        codeOf: new Map(accounts.map((account) => [account.name, account.code])),
        periods: years
          .filter(({ disabled }) => disabled === 0)
          .flatMap(({ year_start_date, year_end_date }) => dividedBy(shut, year_start_date, year_end_date))
          .sort((a, b) => (a.from < b.from ? -1 : 1)),
      };
    },

    async items(codes: readonly string[], within: number): Promise<ReadonlyMap<string, ErpNextItem>> {
      if (codes.length === 0) return new Map();
      const query = { doctype: "Item", fields: ["name", "stock_uom", "disabled"], filters: [["name", "in", codes]], limit: codes.length };
      const records = await api.list(query, itemRecord, within);
      return new Map(records.map(({ name, stock_uom, disabled }) => [name, { unit: stock_uom, active: disabled === 0 }]));
    },

    /** ERPNext's names of warehouses, by ours. */
    async warehouses(
      company: ErpNextCompany,
      within: number,
    ): Promise<ReadonlyMap<string, { readonly name: string; readonly active: boolean }>> {
      const filters = [["company", "=", company.name], ["is_group", "=", 0]]; // biome-ignore format: one condition beside the other
      const query = { doctype: "Warehouse", fields: ["name", "warehouse_name", "disabled"], filters };
      const records = await api.listAll(query, warehouseRecord, within);
      return new Map(records.map(({ name, warehouse_name, disabled }) => [warehouse_name, { name, active: disabled === 0 }]));
    },
  };
}

export type Directory = ReturnType<typeof createDirectory>;

/** A fiscal year in the spans that are open and those that are shut. */
function dividedBy(shut: readonly { readonly from: string; readonly to: string }[], from: string, to: string): ErpNextPeriod[] {
  const periods: ErpNextPeriod[] = [];
  let day = from;
  for (const each of [...shut].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    if (each.to < day || each.from > to) continue;
    if (each.from > day) periods.push({ from: day, to: addDays(each.from, -1), open: true });
    const [begins, ends] = [each.from > day ? each.from : day, each.to < to ? each.to : to];
    periods.push({ from: begins, to: ends, open: false });
    day = addDays(ends, 1);
  }
  if (day <= to) periods.push({ from: day, to, open: true });
  return periods;
}
