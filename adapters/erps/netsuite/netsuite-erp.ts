import * as z from "zod/mini";
import { Invalid } from "#domain/failures";
import type { ConnectionPolicy } from "#domain/policy";
import type { Erp, ErpJournal, ErpJournalLine, ErpReadFilter, ErpRecord, ErpStockLevel } from "#ports/erp";
import { createBooksReader, doneAnswer, type HeldLine, type HeldTransaction, netOf } from "./books-read.ts";
import { createDirectory, type Subsidiary } from "./directory.ts";
import { furtherIds, idsOf, reversalId } from "./memos.ts";
import { amountIn, linesPerJournalMax } from "./plan-records.ts";
import { createNetSuitePurchasing } from "./purchasing.ts";
import { createNetSuiteService, type NetSuiteAddress } from "./rest-service.ts";
import { cell, dateLiteral, minorUnits, quoted } from "./rows.ts";
import { documentsUnder, submitGroups } from "./submit.ts";

export interface NetSuiteErpOptions extends NetSuiteAddress {
  readonly connection: Pick<ConnectionPolicy, "inventoryJournal" | "requestTimeoutSeconds">;
  /** Internal id of the subsidiary in NetSuite by entity of ours. */
  readonly companies: Readonly<Record<string, string>>;
  /** The account of inventory-revaluation by entity. */
  readonly revaluationAccounts: Readonly<Record<string, string>>;
}

/** A record is created by a request of its own, which takes NetSuite about a second. */
const maxStepsPerCall = 20;
const pageMax = 200;

const balanceRow = z.object({ account: cell.text, name: cell.text, debit: cell.text, credit: cell.text });
const movementsRow = z.object({ item: cell.text, location: cell.text, movements: cell.id });

/**
 * Oracle NetSuite (OneWorld) over SuiteTalk REST web services and SuiteQL. Its idempotency is native: an external id that is derived from the
 * key is taken once. It books inventory and cost of goods by itself, at its average. Reading throws Unavailable when NetSuite does not answer as
 * it should. Throws Invalid for settings that this ERP cannot serve.
 */
export function createNetSuiteErp(options: NetSuiteErpOptions): Erp {
  const { clock, companies, revaluationAccounts } = options;
  if (options.connection.inventoryJournal !== "erp") {
    throw new Invalid('NetSuite books COGS and inventory itself: set inventoryJournal of its connection to "erp"');
  }
  const service = createNetSuiteService(options);
  const directory = createDirectory(service, companies);
  const reader = createBooksReader(service);
  const within = options.connection.requestTimeoutSeconds * 1_000;

  async function subsidiaries(entity: string | undefined): Promise<Subsidiary[]> {
    const found: Subsidiary[] = [];
    for (const each of entity === undefined ? Object.keys(companies) : [entity]) found.push(await directory.subsidiary(each, within));
    return found;
  }

  function conditionOf(filter: ErpReadFilter, of: readonly Subsidiary[], after: string | undefined): string {
    if (after !== undefined && !/^\d{1,15}$/.test(after)) throw new Invalid(`${after.slice(0, 40)} is no page of NetSuite's transactions`);
    const { from, to, keyPrefix } = filter;
    return [
      `EXISTS (SELECT 1 FROM transactionline s WHERE s.transaction = t.id AND s.subsidiary IN (${of.map(({ id }) => id).join(", ")}))`,
      "(t.externalid IS NULL OR t.externalid NOT LIKE 'tlx-%')",
      ...(from === undefined ? [] : [`t.trandate >= ${dateLiteral(from)}`]),
      ...(to === undefined ? [] : [`t.trandate <= ${dateLiteral(to)}`]),
      ...(keyPrefix === undefined || keyPrefix === "" ? [] : [`SUBSTR(t.memo, 1, ${keyPrefix.length}) = ${quoted(keyPrefix)}`]),
      ...(after === undefined ? [] : [`t.id > ${after}`]),
    ].join(" AND ");
  }

  async function page(filter: ErpReadFilter, after: string | undefined, limit: number) {
    const of = await subsidiaries(filter.entity);
    if (of.length === 0) return { of, transactions: [], next: {} };
    const size = Math.min(limit, pageMax);
    const read = await reader.transactions(conditionOf(filter, of, after), within, size + 1);
    const transactions = read.slice(0, size);
    return { of, transactions, next: read.length > size ? { next: String(transactions.at(-1)?.id) } : {} };
  }

  return {
    purchasing: createNetSuitePurchasing({ service, directory }, within, () => Date.parse(clock.now())),

    capabilities: { idempotency: "native", inventoryJournal: "erp", correctionStyles: ["reversal"], maxStepsPerCall, linesPerJournalMax },

    submit: (groups) => submitGroups({ service, directory, reader, clock, companies, revaluationAccounts }, groups, within),

    async find(keys) {
      if (keys.length === 0) return [];
      const of = await subsidiaries(undefined);
      const currencyOf = (id: number) => of.find((each) => each.id === id)?.currency;
      const held = await documentsUnder(reader, keys.flatMap(idsOf), currencyOf, () => within);
      return keys.map((key) => {
        const document = idsOf(key)
          .map((id) => held.get(id))
          .find((each) => each !== undefined && (each.parts[0]?.head?.key ?? key) === key);
        return document && doneAnswer(document);
      });
    },

    async journals(filter, after, limit) {
      const { of, transactions, next } = await page(filter, after, limit);
      const further = await reader.underIds(
        transactions.flatMap(({ externalId }) => (isOurs(externalId) ? furtherIds(externalId) : [])),
        within,
      );
      const reversals = await reader.underIds(
        transactions.flatMap(({ head }) => (head === undefined ? [] : [reversalId(head.key)])),
        within,
      );
      const lines = await reader.linesOf(
        [...transactions, ...further.values()].map(({ id }) => id),
        within,
      );
      const journals = transactions.flatMap((transaction): ErpJournal[] => {
        const subsidiary = of.find(({ id }) => id === transaction.subsidiary);
        if (subsidiary === undefined) return [];
        const parts = [
          transaction,
          ...(isOurs(transaction.externalId) ? furtherIds(transaction.externalId) : []).flatMap((id) => further.get(id) ?? []),
        ];
        const reversal = transaction.head && reversals.get(reversalId(transaction.head.key));
        return [
          {
            ...headOf(transaction, subsidiary),
            ...(reversal === undefined ? {} : { reversedBy: reversal.head?.key ?? "" }),
            lines: parts.flatMap((part) => journalLines(part, lines.get(part.id) ?? [], subsidiary)),
          },
        ];
      });
      return { journals: journals.filter((journal) => journal.lines.length > 0), ...next };
    },

    async documentKeys(filter, after, limit) {
      const { transactions, next } = await page(filter, after, limit);
      return { keys: transactions.flatMap(({ head }) => (head === undefined ? [] : [head.key])), ...next };
    },

    async trialBalance(entity, { from, to }) {
      const subsidiary = await directory.subsidiary(entity, within);
      const query = [
        "SELECT a.acctnumber AS account, a.accountsearchdisplaynamecopy AS name, SUM(g.debit) AS debit, SUM(g.credit) AS credit",
        "FROM transactionaccountingline g JOIN transactionline l ON l.transaction = g.transaction AND l.id = g.transactionline",
        "JOIN transaction t ON t.id = g.transaction JOIN accountingbook b ON b.id = g.accountingbook JOIN account a ON a.id = g.account",
        `WHERE b.isprimary = 'T' AND g.posting = 'T' AND l.subsidiary = ${subsidiary.id}`,
        ...(from === undefined ? [] : [`AND t.trandate >= ${dateLiteral(from)}`]),
        ...(to === undefined ? [] : [`AND t.trandate <= ${dateLiteral(to)}`]),
        "GROUP BY a.acctnumber, a.accountsearchdisplaynamecopy ORDER BY a.acctnumber, a.accountsearchdisplaynamecopy",
      ].join(" ");
      const rows = await service.query(query, balanceRow, within);
      const { currency } = subsidiary;
      const accounts = rows.map(({ account, name, debit, credit }) => ({
        account,
        name,
        debit: minorUnits(debit, currency),
        credit: minorUnits(credit, currency),
      }));
      return { currency, accounts: accounts.filter(({ debit, credit }) => debit !== 0 || credit !== 0) };
    },

    async stock(entity) {
      const subsidiary = await directory.subsidiary(entity, within);
      const query = [
        "SELECT i.itemid AS item, p.name AS location, COUNT(l.id) AS movements",
        "FROM transactionline l JOIN item i ON i.id = l.item JOIN location p ON p.id = l.location",
        `WHERE l.isinventoryaffecting = 'T' AND l.subsidiary = ${subsidiary.id} GROUP BY i.itemid, p.name ORDER BY i.itemid, p.name`,
      ].join(" ");
      const moved = new Map<string, number>();
      for (const { item, location, movements } of await service.query(query, movementsRow, within))
        moved.set(JSON.stringify([item, location]), movements);
      const levels = await reader.levels(`l.subsidiary = ${subsidiary.id}`, within);
      return levels.flatMap(({ item, location, quantityMillionths, value }): ErpStockLevel[] => {
        const movements = moved.get(JSON.stringify([item, location])) ?? 0;
        if (movements === 0 && quantityMillionths === 0) return [];
        return [{ item, location, quantityMillionths, value: minorUnits(value, subsidiary.currency), movements }];
      });
    },

    async masterData(entity) {
      const subsidiary = await directory.subsidiary(entity, within);
      const { accounts, periods } = await directory.books(subsidiary, within);
      const currencies = await directory.currencies(within);
      const items = await directory.allItems(within);
      const locations = await directory.locations(subsidiary, within);
      const vendors = await directory.records(
        "SELECT v.id, v.entityid AS name, v.isinactive AS inactive FROM vendor v ORDER BY v.id",
        within,
      );
      const customers = await directory.records(
        "SELECT c.id, c.entityid AS name, c.isinactive AS inactive FROM customer c ORDER BY c.id",
        within,
      );
      const taxes = await directory.records(
        "SELECT x.id, x.itemid AS name, x.isinactive AS inactive FROM salestaxitem x ORDER BY x.id",
        within,
      );
      const record = ({ name, inactive }: { name: string; inactive: boolean }): ErpRecord => ({ code: name, name, active: !inactive });
      return {
        functionalCurrency: subsidiary.currency,
        currencies: [...currencies.keys()].sort(),
        accounts: [...accounts.values()].map(({ number, name, active }) => ({ account: number, name, active, requiredDimensions: [] })),
        items: items.map(({ code, name, inactive }) => ({ code, name, active: !inactive })),
        locations: [...locations].map(([name, { active }]) => ({ code: name, name, active })),
        parties: [...vendors, ...customers].map(record),
        taxCodes: taxes.map(record),
        periods,
      };
    },
  };
}

function isOurs(externalId: string): boolean {
  return externalId.startsWith("tl-");
}

function headOf(transaction: HeldTransaction, subsidiary: Subsidiary) {
  const { head } = transaction;
  return {
    number: transaction.number,
    key: head?.key ?? "",
    ...(head?.reverses === undefined ? {} : { reverses: head.reverses }),
    entity: subsidiary.entity,
    businessDate: head?.businessDate ?? transaction.date,
    postingDate: transaction.date,
    currency: head?.currency ?? transaction.currency,
    functionalCurrency: subsidiary.currency,
    memo: head?.memo ?? transaction.memo,
  };
}

/** The lines of a transaction; those of an adjustment with the counter account's share of each movement before it, as the document had them. */
function journalLines(transaction: HeldTransaction, lines: readonly HeldLine[], { currency: own }: Subsidiary): ErpJournalLine[] {
  const currency = transaction.head?.currency ?? transaction.currency;
  const counter = lines.find(({ item }) => item === "");
  const moved = lines.filter(({ text }) => text?.movement !== undefined);
  const whole = moved.length > 0 && moved.length === lines.length - 1 && counter !== undefined;
  if (!whole) {
    return lines.flatMap((line) =>
      told(
        line.account,
        line.text?.role ?? "",
        amountIn(line, currency, transaction.currency, own),
        netOf(line, own),
        line.text?.dimensions ?? {},
      ),
    );
  }
  return moved.flatMap((line) => {
    const [amount, dimensions] = [netOf(line, own), line.text?.dimensions ?? {}];
    return [
      ...told(counter.account, line.text?.movement?.counterRole ?? "", 0 - amount, 0 - amount, dimensions),
      ...told(line.account, line.text?.role ?? "", amount, amount, dimensions),
    ];
  });
}

function told(
  account: string,
  role: string,
  amount: number,
  functional: number,
  dimensions: ErpJournalLine["dimensions"],
): ErpJournalLine[] {
  if (amount === 0 && functional === 0) return [];
  return [
    {
      account,
      role,
      debit: Math.max(amount, 0),
      credit: Math.max(0 - amount, 0),
      functionalDebit: Math.max(functional, 0),
      functionalCredit: Math.max(0 - functional, 0),
      dimensions,
    },
  ];
}
