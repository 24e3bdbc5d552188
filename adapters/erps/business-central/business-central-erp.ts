import { Invalid } from "#domain/failures";
import type { ConnectionPolicy } from "#domain/policy";
import type { Erp, ErpJournal, ErpJournalLine, ErpReadFilter, ErpStockLevel } from "#ports/erp";
import { isOurs, numbersOf, originalOf, reversalNumber, shelf } from "./descriptions.ts";
import { type Company, createDirectory } from "./directory.ts";
import { createLedgerReader, doneAnswer, type PostedDocument } from "./entries-read.ts";
import { type BusinessCentralAddress, createBusinessCentralService } from "./odata-service.ts";
import { linesPerJournalMax } from "./plan-entries.ts";
import { createBusinessCentralPurchasing } from "./purchasing.ts";
import { submitGroups } from "./submit.ts";

export interface BusinessCentralErpOptions extends BusinessCentralAddress {
  readonly connection: Pick<ConnectionPolicy, "inventoryJournal" | "requestTimeoutSeconds">;
  /** Name of the company in Business Central by entity of ours. */
  readonly companies: Readonly<Record<string, string>>;
  /** The account of inventory-revaluation by entity. */
  readonly revaluationAccounts: Readonly<Record<string, string>>;
}

/** A document is a batch of its own, which takes Business Central about a second. */
const maxStepsPerCall = 20;
const pageMax = 500;

/**
 * Microsoft Dynamics 365 Business Central over its standard API v2.0. It has no idempotency keys: a document's number is derived from its key, and is
 * looked up before anything is sent. That API cannot move goods: the hub books cost of goods and inventory, under the document's key. Reading throws
 * Unavailable when Business Central does not answer as it should. Throws Invalid for settings that this ERP cannot serve.
 */
export function createBusinessCentralErp(options: BusinessCentralErpOptions): Erp {
  const { clock, companies, revaluationAccounts } = options;
  if (options.connection.inventoryJournal !== "hub") {
    throw new Invalid('the standard API of Business Central moves no goods: set inventoryJournal of its connection to "hub"');
  }
  const service = createBusinessCentralService(options);
  const directory = createDirectory(service, companies);
  const reader = createLedgerReader(service, directory);
  const within = options.connection.requestTimeoutSeconds * 1_000;

  /** Companies have ledgers of their own, so a page is one of a company: "<place of the company>.<entry>". */
  async function page(filter: ErpReadFilter, after: string | undefined, limit: number) {
    const entities = filter.entity === undefined ? Object.keys(companies) : [filter.entity];
    const [place = 0, entry = 0] = (after ?? "0.0").split(".").map(Number);
    if (!Number.isSafeInteger(place) || !Number.isSafeInteger(entry))
      throw new Invalid(`${after?.slice(0, 40)} is no page of Business Central's entries`);
    const entity = entities[place];
    if (entity === undefined) return { company: undefined, documents: [], next: {} };
    const company = await directory.company(entity, within);
    const size = Math.min(limit, pageMax);
    const { documents, more } = await reader.documents(company, datesOf(filter), entry, size, within);
    const next = more ? `${place}.${documents.at(-1)?.lastEntry ?? entry}` : place + 1 < entities.length ? `${place + 1}.0` : undefined;
    const { keyPrefix = "" } = filter;
    const mine = documents.filter(({ head }) => (head?.key ?? "").startsWith(keyPrefix));
    return { company, documents: mine, next: next === undefined ? {} : { next } };
  }

  return {
    purchasing: createBusinessCentralPurchasing({ service, directory }, within, () => Date.parse(clock.now())),
    capabilities: {
      idempotency: "look-up",
      inventoryJournal: "hub",
      correctionStyles: ["reversal"],
      maxStepsPerCall,
      sendersMax: 1,
      linesPerJournalMax,
    },

    submit: (groups) => submitGroups({ service, directory, reader, clock, companies, revaluationAccounts }, groups, within),

    async find(keys) {
      if (keys.length === 0) return [];
      const found = new Map<string, PostedDocument>();
      for (const entity of Object.keys(companies)) {
        const company = await directory.company(entity, within);
        for (const [number, document] of await reader.underNumbers(company, keys.flatMap(numbersOf), within)) found.set(number, document);
      }
      return keys.map((key) => {
        const document = numbersOf(key)
          .map((number) => found.get(number))
          .find((each) => each !== undefined && (each.head?.key ?? key) === key);
        return document && doneAnswer(document);
      });
    },

    async journals(filter, after, limit) {
      const { company, documents, next } = await page(filter, after, limit);
      if (company === undefined) return { journals: [] };
      const numbers = documents.flatMap(({ head }) => (head === undefined ? [] : [reversalNumber(head.key)]));
      const reversals = await reader.underNumbers(company, numbers, within);
      const journals = documents.map((document): ErpJournal => {
        const { head } = document;
        const reversal = head && reversals.get(reversalNumber(head.key));
        return {
          ...headOf(document, company),
          ...(reversal === undefined ? {} : { reversedBy: reversal.head?.key ?? "" }),
          lines: document.entries.map((entry) => lineOf(entry, head?.currency ?? company.currency, company.currency)),
        };
      });
      return { journals, ...next };
    },

    async documentKeys(filter, after, limit) {
      const { documents, next } = await page(filter, after, limit);
      return { keys: documents.flatMap(({ head }) => (head === undefined ? [] : [head.key])), ...next };
    },

    async trialBalance(entity, filter) {
      const company = await directory.company(entity, within);
      const { accounts } = await directory.books(company, within);
      const sums = new Map<string, { debit: number; credit: number }>();
      for (const { account, debit, credit } of await reader.amounts(company, datesOf(filter), within)) {
        const sum = sums.get(account) ?? { debit: 0, credit: 0 };
        sums.set(account, { debit: sum.debit + debit, credit: sum.credit + credit });
      }
      return {
        currency: company.currency,
        accounts: [...sums]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([account, sum]) => ({ account, name: accounts.get(account)?.name ?? "", ...sum })),
      };
    },

    async stock(entity) {
      const company = await directory.company(entity, within);
      const levels = new Map<string, ErpStockLevel>();
      for (const { text, amount } of await reader.movements(company, within)) {
        if (text?.movement === undefined) continue;
        const { item, location, after } = text.movement;
        const level = levels.get(shelf(item, location)) ?? { item, location, quantityMillionths: 0, value: 0, movements: 0 };
        const [value, movements] = [level.value + amount, level.movements + 1];
        levels.set(shelf(item, location), { item, location, quantityMillionths: after.quantity, value, movements });
      }
      return [...levels.values()];
    },

    async masterData(entity) {
      const company = await directory.company(entity, within);
      const { accounts, periods } = await directory.books(company, within);
      const { items, locations, vendors, customers, taxGroups } = await directory.lists(company, within);
      const coded = ({ code, displayName }: { code: string; displayName: string }) => ({ code, name: displayName, active: true });
      // What blocks a customer or a vendor is "Payment", "Invoice" or "All"; " " blocks nothing.
      const party = ({ number, displayName, blocked }: (typeof vendors)[number]) => ({
        code: number,
        name: displayName,
        active: blocked.replaceAll("_x0020_", "").trim() === "",
      });
      return {
        functionalCurrency: company.currency,
        accounts: [...accounts].map(([account, { name, active }]) => ({ account, name, active, requiredDimensions: [] })),
        items: items.map(({ number, displayName, blocked }) => ({ code: number, name: displayName, active: !blocked })),
        locations: locations.map(coded),
        parties: [...vendors, ...customers].map(party),
        taxCodes: taxGroups.map(coded),
        periods,
      };
    },
  };
}

function datesOf({ from, to }: Pick<ErpReadFilter, "from" | "to">): string {
  for (const day of [from, to])
    if (day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new Invalid(`${day.slice(0, 40)} is no day as YYYY-MM-DD`);
  return [...(from === undefined ? [] : [`postingDate ge ${from}`]), ...(to === undefined ? [] : [`postingDate le ${to}`])].join(" and ");
}

function headOf({ number, date, head }: PostedDocument, company: Company) {
  const reverses = isOurs(number) && number.startsWith("TR") && head !== undefined ? originalOf(head.key) : undefined;
  return {
    number,
    key: head?.key ?? "",
    ...(reverses === undefined ? {} : { reverses }),
    entity: company.entity,
    businessDate: head?.businessDate ?? date,
    postingDate: date,
    currency: head?.currency ?? company.currency,
    functionalCurrency: company.currency,
    memo: "",
  };
}

function lineOf(
  { account, amount: functional, text, dimensions }: PostedDocument["entries"][number],
  currency: string,
  own: string,
): ErpJournalLine {
  const amount = currency === own ? functional : (text?.amount ?? 0);
  return {
    account,
    role: text?.role ?? "",
    debit: Math.max(amount, 0),
    credit: Math.max(0 - amount, 0),
    functionalDebit: Math.max(functional, 0),
    functionalCredit: Math.max(0 - functional, 0),
    dimensions,
  };
}
