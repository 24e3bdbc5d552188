import * as z from "zod/mini";
import { Invalid, Unavailable } from "#domain/failures";
import type { TrytonService } from "./json-rpc.ts";
import { dayOf, wire } from "./values.ts";

export interface TrytonAccount {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly active: boolean;
}

export interface TrytonPeriod {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly open: boolean;
}

export interface TrytonItem {
  readonly id: number;
  readonly unit: number;
  readonly active: boolean;
}

/** A company as it stays: its ids in Tryton. */
export interface TrytonCompany {
  readonly entity: string;
  readonly id: number;
  readonly currency: string;
  readonly digits: number;
}

/** What changes rarely, but does: read again for each call. */
export interface Books {
  readonly company: TrytonCompany;
  readonly accounts: ReadonlyMap<string, TrytonAccount>;
  readonly accountsById: ReadonlyMap<number, TrytonAccount>;
  readonly periods: readonly TrytonPeriod[];
}

/** What is the same for all companies of the database. */
export interface House {
  readonly journal: number;
  /** Where goods come from and go to: outside of all warehouses. */
  readonly outside: number;
  readonly currencies: ReadonlyMap<string, { readonly id: number; readonly digits: number }>;
}

/** Code of the journal, and of the location outside of all warehouses, that the hub's documents use. */
const hubCode = "THROUGHLINE";

const idRecord = z.array(z.object({ id: wire.id }));
const companyRecords = z.array(z.object({ id: wire.id, "currency.": z.object({ code: wire.text, digits: z.int() }) }));
const currencyRecords = z.array(z.object({ id: wire.id, code: wire.text, digits: z.int() }));
const accountRecords = z.array(z.object({ id: wire.id, code: wire.text, name: z.string(), closed: wire.truth, type: z.nullable(wire.id) }));
const periodRecords = z.array(z.object({ id: wire.id, start_date: wire.date, end_date: wire.date, state: z.string() }));
const productRecords = z.array(z.object({ id: wire.id, code: wire.text, default_uom: wire.id, active: wire.truth }));
const locationRecords = z.array(z.object({ id: wire.id, code: wire.text }));

const all = [0, null, null] as const;

/** Reads what documents refer to. Ids are found by code; what is missing is said with what to create. Throws Unavailable and Invalid. */
export function createDirectory(service: TrytonService, codes: Readonly<Record<string, string>>) {
  const companies = new Map<string, TrytonCompany>();
  let house: House | undefined;

  return {
    async company(entity: string, within: number): Promise<TrytonCompany> {
      const known = companies.get(entity);
      if (known !== undefined) return known;
      const code = Object.hasOwn(codes, entity) ? codes[entity] : undefined;
      if (code === undefined) throw new Invalid(`entity ${entity} has no company in this ERP: name it in the policy's erpCompany`);
      const domain = [["party.code", "=", code]];
      const [found] = await service.ask(
        "model.company.company.search_read",
        [domain, ...all, ["currency.code", "currency.digits"], {}],
        companyRecords,
        within,
      );
      if (found === undefined) {
        throw new Unavailable(
          `company ${code} of entity ${entity} is not in this ERP, or its user may not see it: give the company's party this code, and the user the company`,
        );
      }
      const currency = found["currency."];
      const company = { entity, id: found.id, currency: currency.code ?? "", digits: currency.digits };
      companies.set(entity, company);
      return company;
    },

    async house(within: number): Promise<House> {
      if (house !== undefined) return house;
      const currencies = await service.ask(
        "model.currency.currency.search_read",
        [[], ...all, ["code", "digits"], {}],
        currencyRecords,
        within,
      );
      const one = async (model: string, what: string) => {
        const [found] = await service.ask(
          `model.${model}.search_read`,
          [[["code", "=", hubCode]], 0, 1, null, ["id"], {}],
          idRecord,
          within,
        );
        if (found === undefined)
          throw new Unavailable(`this ERP has no ${what} with the code ${hubCode}: create it; docs/erp-adapters.md says how`);
        return found.id;
      };
      house = {
        journal: await one("account.journal", "journal"),
        outside: await one("stock.location", "location of the type lost and found"),
        currencies: new Map(currencies.map(({ id, code, digits }) => [code ?? "", { id, digits }])),
      };
      return house;
    },

    async books(company: TrytonCompany, within: number): Promise<Books> {
      const mine = [["company", "=", company.id]];
      const context = { company: company.id };
      const accountFields = ["code", "name", "closed", "type"];
      const records = await service.ask(
        "model.account.account.search_read",
        [mine, ...all, accountFields, context],
        accountRecords,
        within,
      );
      const accounts = records.flatMap(({ id, code, name, closed, type }) =>
        code === null || code === "" ? [] : [{ id, code, name, active: !closed && type !== null }],
      );
      const periodFields = ["start_date", "end_date", "state"];
      const standard = [...mine, ["type", "=", "standard"]];
      const periods = await service.ask(
        "model.account.period.search_read",
        [standard, ...all, periodFields, context],
        periodRecords,
        within,
      );
      return {
        company,
        accounts: new Map(accounts.map((account) => [account.code, account])),
        accountsById: new Map(accounts.map((account) => [account.id, account])),
        periods: periods
          .map(({ id, start_date, end_date, state }) => ({ id, from: dayOf(start_date), to: dayOf(end_date), open: state === "open" }))
          .sort((a, b) => (a.from < b.from ? -1 : 1)),
      };
    },

    async items(names: readonly string[], within: number): Promise<ReadonlyMap<string, TrytonItem>> {
      if (names.length === 0) return new Map();
      const domain = [
        ["code", "in", names],
        ["active", "in", [true, false]],
      ];
      const records = await service.ask(
        "model.product.product.search_read",
        [domain, ...all, ["code", "default_uom", "active"], {}],
        productRecords,
        within,
      );
      return new Map(records.map(({ id, code, default_uom, active }) => [code ?? "", { id, unit: default_uom, active }]));
    },

    async locations(names: readonly string[], within: number): Promise<ReadonlyMap<string, number>> {
      if (names.length === 0) return new Map();
      const domain = [
        ["code", "in", names],
        ["type", "=", "storage"],
      ];
      const records = await service.ask("model.stock.location.search_read", [domain, ...all, ["code"], {}], locationRecords, within);
      return new Map(records.map(({ id, code }) => [code ?? "", id]));
    },
  };
}

export type Directory = ReturnType<typeof createDirectory>;
