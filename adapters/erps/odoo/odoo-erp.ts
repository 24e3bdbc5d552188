import * as z from "zod/mini";
import { addDays } from "#domain/calendar";
import { Invalid, Unavailable } from "#domain/failures";
import type { ConnectionPolicy } from "#domain/policy";
import type { Erp, ErpJournal, ErpJournalLine, ErpPurchasing, ErpReadFilter, ErpRecord, ErpStockLevel } from "#ports/erp";
import { createBooksReader, doneAnswer, type HeldEntry, type HeldLine, movementsIn } from "./books-read.ts";
import { createDirectory, type OdooCompany, searchCall } from "./directory.ts";
import { escaped, likeShelf, shelf } from "./labels.ts";
import { createOdooApi, type OdooAddress, OdooRefusal } from "./odoo-api.ts";
import { linesPerJournalMax, netOf } from "./plan-entry.ts";
import { createOdooPurchasing } from "./purchasing.ts";
import { submitGroups } from "./submit.ts";
import { minorUnitsOf, wire } from "./values.ts";

export interface OdooErpOptions extends OdooAddress {
  readonly connection: Pick<ConnectionPolicy, "inventoryJournal" | "requestTimeoutSeconds">;
  /** Name of the company in Odoo by entity of ours. */
  readonly companies: Readonly<Record<string, string>>;
  /** The account of inventory-revaluation by entity. */
  readonly revaluationAccounts: Readonly<Record<string, string>>;
}

const maxStepsPerCall = 50;
const pageMax = 500;
const linesPerPage = 5_000;
const quantsPerPage = 5_000;
const stockLinesMax = 2_000_000;
const firstDay = "1900-01-01";
const lastDay = "9999-12-31";

const active = z.boolean();
const productRecords = z.array(z.object({ id: wire.id, default_code: wire.text, name: z.string(), active }));
const locationRecords = z.array(z.object({ id: wire.id, barcode: wire.text, complete_name: wire.text, active }));
const partyRecords = z.array(z.object({ ref: wire.text, name: wire.text, active }));
const taxRecords = z.array(z.object({ name: z.string(), active }));
const quantRecords = z.array(z.object({ id: wire.id, product_id: wire.link, location_id: wire.link, quantity: z.number() }));
/** Sums by account, as JSON-2 names them and as the older API does. */
const balanceRecords = z.array(
  z.looseObject({
    account_id: wire.link,
    "debit:sum": z.optional(wire.amount),
    "credit:sum": z.optional(wire.amount),
    debit: z.optional(wire.amount),
    credit: z.optional(wire.amount),
  }),
);

/**
 * Odoo 17 to 19 over its external API. It has no idempotency keys: a document's key is the reference of its journal entry, and is looked up
 * before anything is sent. Where stock is valued by hand it books no cost of goods: the hub does, under the document's key. It knows no periods
 * but lock dates, and moves an entry of a locked day without a word, so that the day is looked at before. Reading throws Unavailable when the
 * ERP does not answer as it should. Throws Invalid for settings that this ERP cannot serve.
 */
export function createOdooErp(options: OdooErpOptions): Erp {
  const { clock, companies, revaluationAccounts } = options;
  if (options.connection.inventoryJournal !== "hub") {
    throw new Invalid(
      'in Odoo the hub books the cost of goods, and stock is valued by hand: set inventoryJournal of its connection to "hub"',
    );
  }
  const api = createOdooApi(options);
  const directory = createDirectory(api, companies);
  const reader = createBooksReader(api);
  const within = options.connection.requestTimeoutSeconds * 1_000;

  async function companiesOf(entity: string | undefined): Promise<OdooCompany[]> {
    const found: OdooCompany[] = [];
    for (const each of entity === undefined ? Object.keys(companies) : [entity]) found.push(await directory.company(each, within));
    return found;
  }

  async function page(filter: ErpReadFilter, after: string | undefined, limit: number) {
    const of = await companiesOf(filter.entity);
    const size = Math.min(limit, pageMax);
    const domain = [
      ["state", "=", "posted"],
      ...(filter.from === undefined ? [] : [["date", ">=", filter.from]]),
      ...(filter.to === undefined ? [] : [["date", "<=", filter.to]]),
      ...(filter.keyPrefix === undefined ? [] : [["ref", "=like", `${escaped(filter.keyPrefix)}%`]]),
      ...(after === undefined ? [] : [["id", ">", Number(after)]]),
    ];
    const ids = of.map(({ id }) => id);
    const read = await reader.entries(domain, ids, size + 1, within);
    const entries = read.slice(0, size);
    const { keyPrefix = "" } = filter;
    const mine = entries.filter(({ key }) => key.startsWith(keyPrefix));
    return { of, entries: mine, next: read.length > size ? { next: String(entries.at(-1)?.id) } : {} };
  }

  const erp: Erp & { readonly purchasing: ErpPurchasing } = {
    purchasing: createOdooPurchasing({ api, directory }, within, () => Date.parse(clock.now())),
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
      const ids = (await companiesOf(undefined)).map(({ id }) => id);
      const held = await reader.underKeys(keys, ids, within);
      const posted = [...held.values()].filter((entry) => entry.posted);
      const lines = await reader.linesOf(
        posted.map(({ id }) => id),
        ids,
        within,
      );
      return keys.map((key) => {
        const entry = held.get(key);
        return entry?.posted === true ? doneAnswer(entry.number, movementsIn(lines.get(entry.id) ?? [])) : undefined;
      });
    },

    async journals(filter, after, limit) {
      const { of, entries, next } = await page(filter, after, limit);
      const companyIds = of.map(({ id }) => id);
      const ids = entries.map(({ id }) => id);
      const currencies = await directory.currencies(within);
      const lines = await reader.linesOf(ids, companyIds, within);
      const reversals = await reader.reversalsOf(ids, companyIds, within);
      const originals = entries.flatMap(({ reverses }) => reverses ?? []);
      const reversed = originals.length === 0 ? [] : await reader.entries([["id", "in", originals]], companyIds, originals.length, within);
      const codes = new Map<number, ReadonlyMap<number, { readonly code: string }>>();
      for (const company of of) codes.set(company.id, (await directory.books(company, within)).accountsById);
      const journals: ErpJournal[] = [];
      for (const entry of entries) {
        const company = of.find(({ id }) => id === entry.company);
        if (company === undefined) continue;
        const foreign = currencies.find(({ code }) => code === entry.origin?.currency && code !== company.currency);
        const told = (lines.get(entry.id) ?? []).flatMap((line) =>
          journalLine(line, codes.get(company.id)?.get(line.account)?.code ?? "", company, foreign),
        );
        if (told.length === 0) continue;
        const reversal = reversals.get(entry.id);
        const original = reversed.find(({ id }) => id === entry.reverses);
        journals.push({
          ...headOf(entry, company),
          ...(entry.reverses === undefined ? {} : { reverses: original?.key ?? "" }),
          ...(reversal?.posted === true ? { reversedBy: reversal.key } : {}),
          lines: told,
        });
      }
      return { journals, ...next };
    },

    async documentKeys(filter, after, limit) {
      const { entries, next } = await page(filter, after, limit);
      return { keys: entries.flatMap(({ key }) => (key === "" ? [] : [key])), ...next };
    },

    async trialBalance(entity, { from = firstDay, to = lastDay }) {
      const company = await directory.company(entity, within);
      const { accounts, accountsById } = await directory.books(company, within);
      const domain = [
        ["company_id", "=", company.id],
        ["parent_state", "=", "posted"],
        ["date", ">=", from],
        ["date", "<=", to],
      ];
      const context = { allowed_company_ids: [company.id] };
      const sums = ["debit:sum", "credit:sum"];
      const groupby = ["account_id"];
      const call =
        api.dialect() === "json-rpc"
          ? { method: "read_group", arguments: { domain, fields: sums, groupby, lazy: false, context } }
          : { method: "formatted_read_group", arguments: { domain, groupby, aggregates: sums, context } };
      const records = await api.ask({ model: "account.move.line", ...call }, balanceRecords, within);
      const balances = records.flatMap((record) => {
        const account = accountsById.get(record.account_id?.id ?? 0);
        const debit = minorUnitsOf(record["debit:sum"] ?? record.debit ?? 0, company.digits);
        const credit = minorUnitsOf(record["credit:sum"] ?? record.credit ?? 0, company.digits);
        return account === undefined || (debit === 0 && credit === 0) ? [] : [{ account: account.code, name: account.name, debit, credit }];
      });
      const order = [...accounts.keys()].sort();
      return { currency: company.currency, accounts: balances.sort((a, b) => order.indexOf(a.account) - order.indexOf(b.account)) };
    },

    async stock(entity) {
      const company = await directory.company(entity, within);
      const levels = await bookedLevels(company);
      const codeOf = await codes(company);
      for (const { product_id, location_id, quantity } of await quants(company)) {
        const [item, location] = [codeOf.items.get(product_id?.id ?? 0), codeOf.locations.get(location_id?.id ?? 0)];
        if (item === undefined || location === undefined) continue;
        const name = shelf(item, location);
        const booked = levels.get(name) ?? { item, location, quantityMillionths: 0, value: 0, movements: 0 };
        levels.set(name, { ...booked, quantityMillionths: booked.quantityMillionths + Math.round(quantity * 1_000_000) });
      }
      return [...levels.values()];
    },

    async masterData(entity) {
      const company = await directory.company(entity, within);
      const { accounts, openFrom } = await directory.books(company, within);
      const mine = ["company_id", "in", [company.id, false]];
      const read = <T>(model: string, domain: unknown[], fields: string[], schema: z.ZodMiniType<T[]>) =>
        api.askAll(searchCall(model, domain, fields, [company.id]), schema, within);
      const products = await read(
        "product.product",
        [mine, ["default_code", "!=", false]],
        ["default_code", "name", "active"],
        productRecords,
      );
      const places = await read(
        "stock.location",
        [mine, ["usage", "=", "internal"]],
        ["barcode", "complete_name", "active"],
        locationRecords,
      );
      const parties = await read("res.partner", [mine, ["ref", "!=", false]], ["ref", "name", "active"], partyRecords);
      const taxes = await read("account.tax", [["company_id", "=", company.id]], ["name", "active"], taxRecords);
      const currencies = await directory.currencies(within);
      return {
        functionalCurrency: company.currency,
        currencies: currencies.flatMap(({ code, active: isActive }) => (isActive ? [code] : [])).sort(),
        accounts: [...accounts.values()].map(({ code, name, active: isActive }) => ({
          ...{ account: code, name, active: isActive, requiredDimensions: [] },
        })),
        // Odoo's lock date is the last day that is closed.
        periods: [
          ...(openFrom === undefined ? [] : [{ from: firstDay, to: addDays(openFrom, -1), open: false }]),
          { from: openFrom ?? firstDay, to: lastDay, open: true },
        ],
        items: products.flatMap((each) => record(each.default_code, each.name, each.active)),
        locations: places.flatMap((each) => record(each.barcode, each.complete_name, each.active)),
        parties: parties.flatMap((each) => record(each.ref, each.name, each.active)),
        taxCodes: taxes.flatMap((each) => record(each.name, each.name, each.active)),
      };
    },
  };

  /** Pieces are Odoo's own to tell. */
  async function quants(company: OdooCompany) {
    const found: z.infer<typeof quantRecords> = [];
    for (let after = 0; found.length < stockLinesMax; after = found.at(-1)?.id ?? after) {
      const domain = [
        ["company_id", "=", company.id],
        ["location_id.usage", "=", "internal"],
        ["id", ">", after],
      ];
      const call = searchCall("stock.quant", domain, ["product_id", "location_id", "quantity"], [company.id], quantsPerPage);
      const read = await api.ask(call, quantRecords, within);
      found.push(...read);
      if (read.length < quantsPerPage) return found;
    }
    throw new Invalid(`entity ${company.entity} has more than ${stockLinesMax} stock levels in the ERP: raise the bound`);
  }

  async function codes(company: OdooCompany) {
    const mine = ["company_id", "in", [company.id, false]];
    const products = searchCall("product.product", [mine, ["default_code", "!=", false]], ["default_code", "name", "active"], [company.id]);
    const places = searchCall("stock.location", [mine, ["usage", "=", "internal"]], ["barcode", "complete_name", "active"], [company.id]);
    return {
      items: new Map((await api.askAll(products, productRecords, within)).map(({ id, default_code }) => [id, default_code])),
      locations: new Map((await api.askAll(places, locationRecords, within)).map(({ id, barcode }) => [id, barcode])),
    };
  }

  /** What the entries of the hub say of each shelf. */
  async function bookedLevels(company: OdooCompany): Promise<Map<string, ErpStockLevel>> {
    const levels = new Map<string, ErpStockLevel>();
    let after = 0;
    for (let read = 0; read < stockLinesMax; read += linesPerPage) {
      const domain = [
        ["parent_state", "=", "posted"],
        ["name", "=like", likeShelf()],
        ["id", ">", after],
      ];
      const lines = await reader.lines(domain, [company.id], linesPerPage, within);
      for (const line of lines) {
        after = line.id;
        const movement = line.label?.movement;
        if (movement === undefined) continue;
        const { item, location } = movement;
        const level = levels.get(shelf(item, location)) ?? { item, location, quantityMillionths: 0, value: 0, movements: 0 };
        const value = level.value + netOf(line, company.digits);
        levels.set(shelf(item, location), { ...level, value, movements: level.movements + 1 });
      }
      if (lines.length < linesPerPage) return levels;
    }
    throw new Invalid(`entity ${company.entity} has more than ${stockLinesMax} stock movements in the ERP: raise the bound`);
  }

  return withRefusalsUnavailable(erp);
}

/** A question that Odoo refuses is one that cannot be answered now: mostly its user lacks a permission. */
function withRefusalsUnavailable(erp: Erp & { readonly purchasing: ErpPurchasing }): Erp {
  const told = <Arguments extends readonly unknown[], T>(read: (...given: Arguments) => Promise<T>) => {
    return async (...given: Arguments) => {
      try {
        return await read(...given);
      } catch (error) {
        if (!(error instanceof OdooRefusal)) throw error;
        throw new Unavailable(`the ERP refused the question: ${error.message}; see which groups its user needs in docs/erp-adapters.md`, {
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

function headOf({ number, key, date, origin }: HeldEntry, company: OdooCompany) {
  return {
    ...{ number, key, entity: company.entity, businessDate: origin?.businessDate ?? date, postingDate: date },
    ...{ currency: origin?.currency ?? company.currency, functionalCurrency: company.currency, memo: origin?.memo ?? "" },
  };
}

/** A line that is worth nothing only keeps a stock level: no line of the journal. `foreign`: the journal's currency, when it is another one. */
function journalLine(
  line: HeldLine,
  account: string,
  { digits }: OdooCompany,
  foreign: { readonly id: number; readonly digits: number } | undefined,
): ErpJournalLine[] {
  const functional = netOf(line, digits);
  const amount = foreign === undefined ? functional : line.currency === foreign.id ? minorUnitsOf(line.amount, foreign.digits) : 0;
  if (functional === 0 && amount === 0) return [];
  return [
    {
      ...{ account, role: line.label?.role ?? "", dimensions: line.label?.dimensions ?? {} },
      ...{ debit: Math.max(amount, 0), credit: Math.max(0 - amount, 0) },
      ...{ functionalDebit: Math.max(functional, 0), functionalCredit: Math.max(0 - functional, 0) },
    },
  ];
}

function record(code: string | undefined, name: string | undefined, isActive: boolean): ErpRecord[] {
  return code === undefined || code === "" ? [] : [{ code, name: name ?? "", active: isActive }];
}
