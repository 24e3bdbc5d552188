import * as z from "zod/mini";
import { Invalid } from "#domain/failures";
import type { ConnectionPolicy } from "#domain/policy";
import type { Erp, ErpJournal, ErpJournalLine, ErpPurchasing, ErpReadFilter, ErpRecord, ErpStockLevel } from "#ports/erp";
import { createBooksReader, doneAnswer, type HeldLine, type HeldMove, movementsIn } from "./books-read.ts";
import { shelf } from "./descriptions.ts";
import { createDirectory, type TrytonCompany } from "./directory.ts";
import { createTrytonService, refusedQuestion, type TrytonAddress } from "./json-rpc.ts";
import { linesPerJournalMax, netOf } from "./plan-move.ts";
import { createPurchaseReader, createTrytonPurchasing } from "./purchasing.ts";
import { submitGroups } from "./submit.ts";
import { dateOf, minorUnitsOf, wire } from "./values.ts";

export interface TrytonErpOptions extends TrytonAddress {
  readonly connection: Pick<ConnectionPolicy, "inventoryJournal" | "requestTimeoutSeconds">;
  /** Code of the company's party in Tryton by entity of ours. */
  readonly companies: Readonly<Record<string, string>>;
  /** The account of inventory-revaluation by entity. */
  readonly revaluationAccounts: Readonly<Record<string, string>>;
}

const maxStepsPerCall = 50;
const pageMax = 500;
const linesPerPage = 5_000;
const stockLinesMax = 2_000_000;
const first = "1900-01-01";
const last = "9999-12-31";

const codeRecords = z.array(z.object({ code: wire.text, name: wire.text, active: wire.truth }));
const locationRecords = z.array(z.object({ id: wire.id, code: wire.text, name: wire.text, active: wire.truth }));
const productRecords = z.array(z.object({ code: wire.text, rec_name: wire.text, active: wire.truth }));
const taxRecords = z.array(z.object({ name: wire.text, description: wire.text, active: wire.truth }));
const quantityRecords = z.array(z.object({ code: wire.text, quantity: z.number() }));
const balanceRecords = z.array(
  z.object({ code: wire.text, name: z.string(), type: z.nullable(wire.id), debit: wire.decimal, credit: wire.decimal }),
);

/**
 * Tryton 8.0 over its own JSON-RPC. It has no idempotency keys: a document's key stands in its description, and is looked up before anything is
 * sent. It books no cost of goods for shipments: the hub does, under the document's key. Reading throws Unavailable when the ERP does not
 * answer as it should. Throws Invalid for settings that this ERP cannot serve.
 */
export function createTrytonErp(options: TrytonErpOptions): Erp {
  const { clock, companies, revaluationAccounts } = options;
  if (options.connection.inventoryJournal !== "hub") {
    throw new Invalid('Tryton books no cost of goods for shipments: set inventoryJournal of its connection to "hub"');
  }
  const service = createTrytonService(options);
  const directory = createDirectory(service, companies);
  const reader = createBooksReader(service);
  const purchases = createPurchaseReader(service);
  const within = options.connection.requestTimeoutSeconds * 1_000;

  async function companiesOf(entity: string | undefined): Promise<TrytonCompany[]> {
    const found: TrytonCompany[] = [];
    for (const each of entity === undefined ? Object.keys(companies) : [entity]) found.push(await directory.company(each, within));
    return found;
  }

  function domainOf(filter: ErpReadFilter, of: readonly TrytonCompany[], after: string | undefined): unknown[] {
    return [
      ["company", "in", of.map(({ id }) => id)],
      ["state", "=", "posted"],
      ...(filter.from === undefined ? [] : [["date", ">=", dateOf(filter.from)]]),
      ...(filter.to === undefined ? [] : [["date", "<=", dateOf(filter.to)]]),
      ...(filter.keyPrefix === undefined ? [] : [["description", "like", `${filter.keyPrefix}%`]]),
      ...(after === undefined ? [] : [["id", ">", Number(after)]]),
    ];
  }

  async function page(filter: ErpReadFilter, after: string | undefined, limit: number) {
    const of = await companiesOf(filter.entity);
    const size = Math.min(limit, pageMax);
    const read = await reader.moves(domainOf(filter, of, after), size + 1, within);
    const moves = read.slice(0, size);
    const { keyPrefix = "" } = filter;
    const mine = moves.filter(({ head }) => (head?.key ?? "").startsWith(keyPrefix));
    return { of, moves: mine, next: read.length > size ? { next: String(moves.at(-1)?.id) } : {} };
  }

  async function keyOf(move: number): Promise<string> {
    const [found] = await reader.moves([["id", "=", move]], 1, within);
    return found?.head?.key ?? "";
  }

  const purchasing = createTrytonPurchasing({ service, directory, reader: purchases }, within, () => Date.parse(clock.now()));
  const erp: Erp & { readonly purchasing: ErpPurchasing } = {
    purchasing,

    capabilities: {
      idempotency: "look-up",
      inventoryJournal: "hub",
      correctionStyles: ["reversal", "negative"],
      maxStepsPerCall,
      sendersMax: 1,
      linesPerJournalMax,
    },

    submit: (groups) => submitGroups({ service, directory, reader, purchases, clock, companies, revaluationAccounts }, groups, within),

    async find(keys) {
      if (keys.length === 0) return [];
      const ids = (await companiesOf(undefined)).map(({ id }) => id);
      const held = await reader.underKeys(keys, ids, within);
      const posted = [...held.values()].filter((move) => move.posted);
      const lines = await reader.linesOf(
        posted.map(({ id }) => id),
        within,
      );
      return keys.map((key) => {
        const move = held.get(key);
        return move?.posted === true ? doneAnswer(move.number ?? "", movementsIn(lines.get(move.id) ?? [])) : undefined;
      });
    },

    async journals(filter, after, limit) {
      const { of, moves, next } = await page(filter, after, limit);
      const { currencies } = await directory.house(within);
      const lines = await reader.linesOf(
        moves.map(({ id }) => id),
        within,
      );
      const reversals = await reader.reversalsOf(
        moves.map(({ id }) => id),
        within,
      );
      const codes = new Map<number, ReadonlyMap<number, { readonly code: string }>>();
      for (const company of of) codes.set(company.id, (await directory.books(company, within)).accountsById);
      const journals: ErpJournal[] = [];
      for (const move of moves) {
        const company = of.find(({ id }) => id === move.company);
        if (company === undefined) continue;
        const currency = move.head?.currency ?? company.currency;
        const digits = currencies.get(currency)?.digits ?? company.digits;
        const told = (lines.get(move.id) ?? []).flatMap((line) => {
          const account = codes.get(company.id)?.get(line.account)?.code ?? "";
          return journalLine(line, account, company, currency === company.currency ? undefined : digits);
        });
        if (told.length === 0) continue;
        const reversal = reversals.get(move.id);
        journals.push({
          ...headOf(move, company, currency),
          ...(move.origin === undefined ? {} : { reverses: await keyOf(move.origin) }),
          ...(reversal === undefined ? {} : { reversedBy: reversal.head?.key ?? "" }),
          lines: told,
        });
      }
      return { journals, ...next };
    },

    async documentKeys(filter, after, limit) {
      const { moves, next } = await page(filter, after, limit);
      return { keys: moves.flatMap(({ head }) => (head === undefined ? [] : [head.key])), ...next };
    },

    async trialBalance(entity, { from = first, to = last }) {
      const { id, currency, digits } = await directory.company(entity, within);
      const context = { company: id, from_date: dateOf(from), to_date: dateOf(to), posted: true };
      const fields = ["code", "name", "type", "debit", "credit"];
      const parameters = [[["company", "=", id]], 0, null, [["code", "ASC"]], fields, context];
      const records = await service.ask("model.account.account.search_read", parameters, balanceRecords, within);
      const accounts = records.flatMap(({ code, name, type, debit, credit }) => {
        const [debited, credited] = [minorUnitsOf(debit, digits), minorUnitsOf(credit, digits)];
        return code === null || type === null || (debited === 0 && credited === 0)
          ? []
          : [{ account: code, name, debit: debited, credit: credited }];
      });
      return { currency, accounts };
    },

    async stock(entity) {
      const company = await directory.company(entity, within);
      const levels = await bookedLevels(company);
      const places = await service.ask(
        "model.stock.location.search_read",
        [
          [
            ["type", "=", "storage"],
            ["code", "!=", null],
          ],
          0,
          null,
          null,
          ["code", "name", "active"],
          {},
        ],
        locationRecords,
        within,
      );
      for (const { id, code } of places) {
        const context = { company: company.id, locations: [id] };
        const parameters = [[["quantity", "!=", 0]], 0, null, null, ["code", "quantity"], context];
        for (const product of await service.ask("model.product.product.search_read", parameters, quantityRecords, within)) {
          const [item, location] = [product.code ?? "", code ?? ""];
          const name = shelf(item, location);
          const booked = levels.get(name) ?? { item, location, quantityMillionths: 0, value: 0, movements: 0 };
          levels.set(name, { ...booked, quantityMillionths: Math.round(product.quantity * 1_000_000) });
        }
      }
      return [...levels.values()];
    },

    async masterData(entity) {
      const company = await directory.company(entity, within);
      const { accounts, periods } = await directory.books(company, within);
      const context = { company: company.id };
      const any = ["active", "in", [true, false]];
      const read = <T>(model: string, domain: unknown[], fields: string[], schema: z.ZodMiniType<T>) =>
        service.ask(`model.${model}.search_read`, [domain, 0, null, null, fields, context], schema, within);
      const products = await read("product.product", [any, ["code", "!=", null]], ["code", "rec_name", "active"], productRecords);
      const places = await read("stock.location", [any, ["type", "=", "storage"]], ["code", "name", "active"], codeRecords);
      const parties = await read("party.party", [any], ["code", "name", "active"], codeRecords);
      const taxes = await read("account.tax", [any, ["company", "=", company.id]], ["name", "description", "active"], taxRecords);
      const { currencies } = await directory.house(within);
      return {
        functionalCurrency: company.currency,
        currencies: [...currencies.keys()].sort(),
        accounts: [...accounts.values()].map(({ code, name, active }) => ({ account: code, name, active, requiredDimensions: [] })),
        periods: periods.map(({ from, to, open }) => ({ from, to, open })),
        items: products.flatMap(({ code, rec_name, active }) => record(code, rec_name, active)),
        locations: places.flatMap(({ code, name, active }) => record(code, name, active)),
        parties: parties.flatMap(({ code, name, active }) => record(code, name, active)),
        taxCodes: taxes.flatMap(({ name, description, active }) => record(name, description, active)),
      };
    },
  };

  /** What the journals of the hub say of each shelf; the pieces are Tryton's own to tell. */
  async function bookedLevels(company: TrytonCompany): Promise<Map<string, ErpStockLevel>> {
    const levels = new Map<string, ErpStockLevel>();
    let after = 0;
    for (let read = 0; read < stockLinesMax; read += linesPerPage) {
      const domain = [
        ["move.company", "=", company.id],
        ["move.state", "=", "posted"],
        ["description", "like", "% @ % · {%"],
        ["id", ">", after],
      ];
      const lines = await reader.lines(domain, linesPerPage, within);
      for (const line of lines) {
        after = line.id;
        const movement = line.text?.movement;
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

/** A question that Tryton refuses is one that cannot be answered now: mostly its user lacks a permission. */
function withRefusalsUnavailable(erp: Erp & { readonly purchasing: ErpPurchasing }): Erp {
  const told = <Arguments extends readonly unknown[], T>(read: (...given: Arguments) => Promise<T>) => {
    return async (...given: Arguments) => {
      try {
        return await read(...given);
      } catch (error) {
        throw refusedQuestion(error);
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

function headOf(move: HeldMove, company: TrytonCompany, currency: string) {
  return {
    number: move.number ?? "",
    key: move.head?.key ?? "",
    entity: company.entity,
    businessDate: move.head?.businessDate ?? move.date,
    postingDate: move.date,
    currency,
    functionalCurrency: company.currency,
    memo: move.head?.memo ?? "",
  };
}

/** A line that is worth nothing only keeps a stock level: no line of the journal. `foreignDigits`: of the journal's currency, when it is another. */
function journalLine(line: HeldLine, account: string, { digits }: TrytonCompany, foreignDigits: number | undefined): ErpJournalLine[] {
  const functional = netOf(line, digits);
  const amount =
    foreignDigits === undefined
      ? functional
      : line.secondAmount === undefined
        ? 0
        : minorUnitsOf({ decimal: line.secondAmount }, foreignDigits);
  if (functional === 0 && amount === 0) return [];
  return [
    {
      account,
      role: line.text?.role ?? "",
      debit: Math.max(amount, 0),
      credit: Math.max(0 - amount, 0),
      functionalDebit: Math.max(functional, 0),
      functionalCredit: Math.max(0 - functional, 0),
      dimensions: line.text?.dimensions ?? {},
    },
  ];
}

function record(code: string | null, name: string | null, active: boolean): ErpRecord[] {
  return code === null || code === "" ? [] : [{ code, name: name ?? "", active }];
}
