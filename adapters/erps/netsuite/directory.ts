import * as z from "zod/mini";
import { Invalid, Unavailable } from "#domain/failures";
import type { NetSuiteService } from "./rest-service.ts";
import { cell, quoted } from "./rows.ts";

export interface NetSuiteAccount {
  readonly id: number;
  readonly number: string;
  readonly name: string;
  readonly active: boolean;
}

export interface NetSuitePeriod {
  readonly from: string;
  readonly to: string;
  readonly open: boolean;
}

export interface NetSuiteItem {
  readonly id: number;
  readonly active: boolean;
  /** Number of the account that its stock is booked to; "" for an item that is not stocked. */
  readonly assetAccount: string;
}

export interface Subsidiary {
  readonly entity: string;
  readonly id: number;
  readonly currency: string;
  readonly currencyId: number;
}

/** What changes rarely, but does: read again for each call. */
export interface Books {
  readonly subsidiary: Subsidiary;
  readonly accounts: ReadonlyMap<string, NetSuiteAccount>;
  readonly periods: readonly NetSuitePeriod[];
}

export interface NetSuiteCurrency {
  readonly id: number;
  /** Decimals that it is kept with. */
  readonly precision: number;
}

/** Records of these lists may stand on a line; a dimension of this name with the name of a record in it is set there. */
const segments = { department: "department", class: "classification", location: "location" } as const;
export type Segment = keyof typeof segments;
export const segmentNames = Object.keys(segments) as readonly Segment[];

const subsidiaryRow = z.object({ id: cell.id, inactive: cell.truth, currency: cell.text, currencyid: cell.id });
const accountRow = z.object({ id: cell.id, number: cell.text, name: cell.text, inactive: cell.truth, summary: cell.truth });
const periodRow = z.object({ startdate: cell.text, enddate: cell.text, closed: cell.truth, locked: cell.truth });
const currencyRow = z.object({ id: cell.id, symbol: cell.text, precision: cell.id });
const itemRow = z.object({ id: cell.id, code: cell.text, name: cell.text, inactive: cell.truth, asset: cell.text });
const recordRow = z.object({ id: cell.id, name: cell.text, inactive: cell.truth });

const namesPerQuery = 200;

/** Reads what documents refer to. What is missing is said with what to create. Throws Unavailable and Invalid. */
export function createDirectory(service: NetSuiteService, codes: Readonly<Record<string, string>>) {
  const subsidiaries = new Map<string, Subsidiary>();
  let currencies: ReadonlyMap<string, NetSuiteCurrency> | undefined;

  async function byNames<T>(
    names: readonly string[],
    query: (list: string) => string,
    row: z.ZodMiniType<T>,
    within: number,
  ): Promise<T[]> {
    const found: T[] = [];
    for (let start = 0; start < names.length; start += namesPerQuery) {
      const list = names
        .slice(start, start + namesPerQuery)
        .map(quoted)
        .join(", ");
      found.push(...(await service.query(query(list), row, within)));
    }
    return found;
  }

  const itemColumns = `i.id, i.itemid AS code, i.displayname AS name, i.isinactive AS inactive, a.acctnumber AS asset FROM item i LEFT JOIN account a ON a.id = i.assetaccount`;

  return {
    async subsidiary(entity: string, within: number): Promise<Subsidiary> {
      const known = subsidiaries.get(entity);
      if (known !== undefined) return known;
      const code = Object.hasOwn(codes, entity) ? codes[entity] : undefined;
      if (code === undefined) throw new Invalid(`entity ${entity} has no company in this ERP: name it in the policy's erpCompany`);
      if (!/^\d{1,9}$/.test(code)) {
        throw new Invalid(
          `erpCompany ${code} of entity ${entity} is no internal id of a subsidiary of NetSuite: give its number, such as "2"`,
        );
      }
      const [found] = await service.query(
        `SELECT s.id, s.isinactive AS inactive, c.symbol AS currency, c.id AS currencyid FROM subsidiary s JOIN currency c ON c.id = s.currency WHERE s.id = ${code} ORDER BY s.id`,
        subsidiaryRow,
        within,
      );
      if (found === undefined || found.inactive) {
        throw new Unavailable(
          `subsidiary ${code} of entity ${entity} is not active in NetSuite, or the role of the connection's token may not see it: check erpCompany and the role's subsidiaries`,
        );
      }
      const subsidiary = { entity, id: found.id, currency: found.currency, currencyId: found.currencyid };
      subsidiaries.set(entity, subsidiary);
      return subsidiary;
    },

    async currencies(within: number): Promise<ReadonlyMap<string, NetSuiteCurrency>> {
      if (currencies !== undefined) return currencies;
      const rows = await service.query(
        "SELECT c.id, c.symbol, c.currencyprecision AS precision FROM currency c WHERE c.isinactive = 'F' ORDER BY c.id",
        currencyRow,
        within,
      );
      currencies = new Map(rows.map(({ id, symbol, precision }) => [symbol, { id, precision }]));
      return currencies;
    },

    async books(subsidiary: Subsidiary, within: number): Promise<Books> {
      const accounts = await service.query(
        "SELECT a.id, a.acctnumber AS number, a.accountsearchdisplaynamecopy AS name, a.isinactive AS inactive, a.issummary AS summary FROM account a WHERE a.acctnumber IS NOT NULL ORDER BY a.id",
        accountRow,
        within,
      );
      const periods = await service.query(
        "SELECT TO_CHAR(p.startdate, 'YYYY-MM-DD') AS startdate, TO_CHAR(p.enddate, 'YYYY-MM-DD') AS enddate, p.closed, p.alllocked AS locked FROM accountingperiod p WHERE p.isyear = 'F' AND p.isquarter = 'F' AND p.isadjust = 'F' AND p.isinactive = 'F' ORDER BY p.startdate, p.id",
        periodRow,
        within,
      );
      return {
        subsidiary,
        accounts: new Map(
          accounts.map(({ id, number, name, inactive, summary }) => [number, { id, number, name, active: !inactive && !summary }]),
        ),
        periods: periods.map(({ startdate, enddate, closed, locked }) => ({ from: startdate, to: enddate, open: !closed && !locked })),
      };
    },

    async items(names: readonly string[], within: number): Promise<ReadonlyMap<string, NetSuiteItem>> {
      const rows = await byNames(names, (list) => `SELECT ${itemColumns} WHERE i.itemid IN (${list}) ORDER BY i.id`, itemRow, within);
      return new Map(rows.map(({ id, code, inactive, asset }) => [code, { id, active: !inactive, assetAccount: asset }]));
    },

    async allItems(within: number) {
      return await service.query(`SELECT ${itemColumns} ORDER BY i.id`, itemRow, within);
    },

    /** Ids by name of the active records of a list. */
    async segment(segment: Segment, names: readonly string[], within: number): Promise<ReadonlyMap<string, number>> {
      const query = (list: string) =>
        `SELECT r.id, r.name, r.isinactive AS inactive FROM ${segments[segment]} r WHERE r.name IN (${list}) ORDER BY r.id`;
      const rows = await byNames(names, query, recordRow, within);
      return new Map(rows.flatMap(({ id, name, inactive }) => (inactive ? [] : [[name, id] as const])));
    },

    /** The storage locations of a subsidiary by name, active or not. */
    async locations(
      subsidiary: Subsidiary,
      within: number,
    ): Promise<ReadonlyMap<string, { readonly id: number; readonly active: boolean }>> {
      const query = `SELECT l.id, l.name, l.isinactive AS inactive FROM location l WHERE l.subsidiary = ${subsidiary.id} ORDER BY l.id`;
      const rows = await service.query(query, recordRow, within);
      return new Map(rows.map(({ id, name, inactive }) => [name, { id, active: !inactive }]));
    },

    async records(query: string, within: number) {
      return await service.query(query, recordRow, within);
    },
  };
}

export type Directory = ReturnType<typeof createDirectory>;
