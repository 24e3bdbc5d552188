import type { DatabaseSync } from "node:sqlite";
import { hasKey, toldKey } from "./hand-entry.ts";
import type { MasterData } from "./master-data.ts";
import { Refusal } from "./refusal.ts";
import { type DocumentQuery, pageMax } from "./request-schemas.ts";

/** What can be asked. Each gives the JSON text of the response. */
export interface Reports {
  document(key: string): string;
  /** In the order of the keys; null where there is none. */
  lookup(keys: readonly string[]): string;
  journals(query: DocumentQuery): string;
  documentKeys(query: DocumentQuery): string;
  trialBalance(company: string, from: string | undefined, to: string | undefined): string;
  stock(company: string, after: string | undefined, limit: number | undefined): string;
}

interface DocumentRow {
  readonly id: number;
  readonly key: string;
  readonly type: string;
  readonly company: string;
  readonly number: string;
  readonly businessDate: string;
  readonly postingDate: string;
  readonly currency: string;
  readonly functionalCurrency: string;
  readonly memo: string;
  readonly contentHash: string | null;
  readonly answer: string;
  readonly reverses: string | null;
  readonly reversedBy: string | null;
}

const documentColumns = `d.id, ${toldKey("d.key")} AS key, d.type, d.company, d.number, d.business_date AS businessDate, d.posting_date AS postingDate, d.currency,
  d.functional_currency AS functionalCurrency, d.memo, d.content_hash AS contentHash, d.answer, ${toldKey("o.key")} AS reverses, ${toldKey("r.key")} AS reversedBy
  FROM documents d LEFT JOIN documents o ON o.id = d.reverses LEFT JOIN documents r ON r.id = d.reversed_by`;

const pageCondition = `d.id > :after AND (:company IS NULL OR d.company = :company) AND (:from IS NULL OR d.posting_date >= :from)
  AND (:to IS NULL OR d.posting_date <= :to) AND (:keyPrefix IS NULL OR substr(d.key, 1, length(:keyPrefix)) = :keyPrefix)`;

export function createReports(database: DatabaseSync, masterData: MasterData): Reports {
  const selectDocument = database.prepare(`SELECT ${documentColumns} WHERE d.key = ?`);
  const selectAnswer = database.prepare("SELECT answer FROM documents WHERE key = ?");
  const selectJournals = database.prepare(
    `SELECT ${documentColumns} WHERE ${pageCondition} AND d.line_count > 0 ORDER BY d.id LIMIT :limit`,
  );
  const selectKeys = database.prepare(
    `SELECT d.id, d.key FROM documents d WHERE ${pageCondition} AND ${hasKey("d.key")} ORDER BY d.id LIMIT :limit`,
  );
  const selectLines = database.prepare(
    `SELECT account, role, max(amount, 0) AS debit, max(0 - amount, 0) AS credit, max(functional, 0) AS functionalDebit,
            max(0 - functional, 0) AS functionalCredit, dimensions
     FROM lines WHERE document = ? ORDER BY line`,
  );
  const selectMovements = database.prepare(
    `SELECT movement AS id, item, location, quantity AS quantityMillionths, cost AS totalCost FROM movements WHERE document = ? ORDER BY line`,
  );
  const selectBalances = database.prepare(
    `SELECT l.account, a.name, sum(max(l.functional, 0)) AS debit, sum(max(0 - l.functional, 0)) AS credit
     FROM documents d JOIN lines l ON l.document = d.id LEFT JOIN accounts a ON a.company = d.company AND a.number = l.account
     WHERE d.company = :company AND (:from IS NULL OR d.posting_date >= :from) AND (:to IS NULL OR d.posting_date <= :to)
     GROUP BY l.account ORDER BY l.account`,
  );
  const selectStock = database.prepare(
    `SELECT id, item, location, quantity AS quantityMillionths, value, movements FROM stock_levels
     WHERE company = :company AND id > :after ORDER BY id LIMIT :limit`,
  );

  const lines = (document: number) =>
    selectLines.all(document).map((line) => ({ ...line, dimensions: JSON.parse(String(line.dimensions)) as unknown }));

  /** The first `limit` rows, and the cursor of the next page when there is one. */
  function page<Row extends { id: number }>(read: (after: number, limit: number) => Row[], after: string | undefined, limit = pageMax) {
    const rows = read(Number(after ?? 0), limit + 1);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return { rows: last === undefined ? rows : rows.slice(0, limit), next: last === undefined ? {} : { next: String(last.id) } };
  }

  const filters = (query: DocumentQuery) => ({
    company: query.company ?? null,
    from: query.from ?? null,
    to: query.to ?? null,
    keyPrefix: query.keyPrefix ?? null,
  });

  return {
    document(key) {
      const row = selectDocument.get(key) as unknown as DocumentRow | undefined;
      if (row === undefined) throw new Refusal("unknown-document", `there is no document under the key ${key}: check the key`);
      return JSON.stringify({
        ...head(row),
        type: row.type,
        ...(row.contentHash === null ? {} : { contentHash: row.contentHash }),
        lines: lines(row.id),
        movements: selectMovements.all(row.id),
        answer: JSON.parse(row.answer) as unknown,
      });
    },
    lookup(keys) {
      const answers = keys.map((key) => selectAnswer.get(key)?.answer ?? "null");
      return `{"documents":[${answers.join(",")}]}`;
    },
    journals(query) {
      const { rows, next } = page(
        (after, limit) => selectJournals.all({ ...filters(query), after, limit }) as unknown as DocumentRow[],
        query.after,
        query.limit,
      );
      return JSON.stringify({ journals: rows.map((row) => ({ ...head(row), lines: lines(row.id) })), ...next });
    },
    documentKeys(query) {
      const { rows, next } = page(
        (after, limit) => selectKeys.all({ ...filters(query), after, limit }) as unknown as { id: number; key: string }[],
        query.after,
        query.limit,
      );
      return JSON.stringify({ keys: rows.map((row) => row.key), ...next });
    },
    trialBalance(company, from, to) {
      const currency = masterData.company(company).functionalCurrency;
      return JSON.stringify({ company, currency, accounts: selectBalances.all({ company, from: from ?? null, to: to ?? null }) });
    },
    stock(company, after, limit) {
      const currency = masterData.company(company).functionalCurrency;
      const { rows, next } = page(
        (from, count) => selectStock.all({ company, after: from, limit: count }) as unknown as { id: number }[],
        after,
        limit,
      );
      return JSON.stringify({ company, currency, levels: rows.map(({ id: _, ...level }) => level), ...next });
    },
  };
}

function head(row: DocumentRow) {
  return {
    number: row.number,
    key: row.key,
    company: row.company,
    ...(row.reverses === null ? {} : { reverses: row.reverses }),
    ...(row.reversedBy === null ? {} : { reversedBy: row.reversedBy }),
    businessDate: row.businessDate,
    postingDate: row.postingDate,
    currency: row.currency,
    functionalCurrency: row.functionalCurrency,
    memo: row.memo,
  };
}
