import { DatabaseSync } from "node:sqlite";

// Amounts are signed minor units, debit positive; quantities are millionths. Nothing is ever deleted or changed but links, master data and
// stock levels, and a level is always the sum of its movements.
const schema = `
CREATE TABLE IF NOT EXISTS companies (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, functional_currency TEXT NOT NULL, revaluation_account TEXT NOT NULL,
  last_number INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS accounts (
  company TEXT NOT NULL REFERENCES companies, number TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (company, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account_rules (
  company TEXT NOT NULL, number TEXT NOT NULL, active INTEGER NOT NULL, required_dimensions TEXT NOT NULL,
  PRIMARY KEY (company, number), FOREIGN KEY (company, number) REFERENCES accounts
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
  company TEXT NOT NULL REFERENCES companies, kind TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, active INTEGER NOT NULL,
  PRIMARY KEY (company, kind, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS periods (
  company TEXT NOT NULL REFERENCES companies, id TEXT NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (company, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, type TEXT NOT NULL, company TEXT NOT NULL REFERENCES companies, number TEXT NOT NULL,
  digest TEXT NOT NULL, business_date TEXT NOT NULL, posting_date TEXT NOT NULL, currency TEXT NOT NULL, functional_currency TEXT NOT NULL,
  memo TEXT NOT NULL, content_hash TEXT, line_count INTEGER NOT NULL, answer TEXT NOT NULL,
  reverses INTEGER REFERENCES documents, reversed_by INTEGER REFERENCES documents
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS documents_reverses ON documents (reverses) WHERE reverses IS NOT NULL;
CREATE TABLE IF NOT EXISTS lines (
  document INTEGER NOT NULL REFERENCES documents, line INTEGER NOT NULL, account TEXT NOT NULL, role TEXT NOT NULL,
  amount INTEGER NOT NULL, functional INTEGER NOT NULL, dimensions TEXT NOT NULL, PRIMARY KEY (document, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS movements (
  document INTEGER NOT NULL REFERENCES documents, line INTEGER NOT NULL, movement TEXT NOT NULL, item TEXT NOT NULL, location TEXT NOT NULL,
  quantity INTEGER NOT NULL, cost INTEGER NOT NULL, inventory_change INTEGER NOT NULL, inventory_account TEXT NOT NULL,
  PRIMARY KEY (document, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stock_levels (
  id INTEGER PRIMARY KEY, company TEXT NOT NULL REFERENCES companies, item TEXT NOT NULL, location TEXT NOT NULL, quantity INTEGER NOT NULL,
  value INTEGER NOT NULL, average_value INTEGER NOT NULL, average_quantity INTEGER NOT NULL, movements INTEGER NOT NULL,
  UNIQUE (company, item, location)
) STRICT;
CREATE TABLE IF NOT EXISTS purchase_orders (
  id INTEGER PRIMARY KEY, company TEXT NOT NULL REFERENCES companies, number TEXT NOT NULL, digest TEXT NOT NULL, vendor TEXT NOT NULL,
  location TEXT NOT NULL, currency TEXT NOT NULL, ordered_on TEXT NOT NULL, UNIQUE (company, number)
) STRICT;
CREATE TABLE IF NOT EXISTS purchase_order_lines (
  purchase_order INTEGER NOT NULL REFERENCES purchase_orders, line INTEGER NOT NULL, item TEXT NOT NULL, quantity INTEGER NOT NULL,
  unit_cost INTEGER NOT NULL, PRIMARY KEY (purchase_order, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS order_receipts (
  document INTEGER PRIMARY KEY REFERENCES documents, purchase_order INTEGER NOT NULL REFERENCES purchase_orders
) STRICT;
CREATE INDEX IF NOT EXISTS order_receipts_order ON order_receipts (purchase_order);
`;

// Below the request time-out that clients use, so that they hear "storage-busy" and need not guess.
const busyTimeoutMilliseconds = 1_500;

/** Opens (and creates) the database: what COMMIT has answered survives a power cut. Other processes may open the same file. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMilliseconds });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768;");
  database.exec(schema);
  return database;
}

/** Runs `work` in one write transaction; an error takes all of it back. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
