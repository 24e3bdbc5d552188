import type { DatabaseSync } from "node:sqlite";
import { emptyStockLevel, type StockChange, type StockLevel } from "./moving-average.ts";
import { Refusal } from "./refusal.ts";

/** Signed minor units, debit positive. */
export interface BookLine {
  readonly account: string;
  readonly role: string;
  readonly amount: number;
  readonly functional: number;
  /** JSON of an object of strings. */
  readonly dimensions: string;
}

export interface BookMovement {
  readonly movement: string;
  readonly item: string;
  readonly location: string;
  readonly quantity: number;
  readonly cost: number;
  readonly inventoryChange: number;
  readonly inventoryAccount: string;
}

export interface StockLevelChange extends Pick<BookMovement, "item" | "location"> {
  readonly change: StockChange;
}

/** Everything that one document writes, decided before the first write, so that a refusal leaves nothing behind. */
export interface BookEntry {
  readonly key: string;
  /** A person entered it: its key is the book's own, and is told to nobody. */
  readonly isByHand?: true;
  readonly type: "journal" | "stock" | "reversal";
  readonly company: string;
  readonly digest: string;
  readonly businessDate: string;
  readonly postingDate: string;
  readonly currency: string;
  readonly functionalCurrency: string;
  readonly memo: string;
  readonly contentHash?: string | undefined;
  readonly lines: readonly BookLine[];
  readonly movements: readonly BookMovement[];
  readonly levels: readonly StockLevelChange[];
  readonly reverses?: number | undefined;
  /** Id of the purchase order on which its goods arrived, or from which they are taken back. */
  readonly purchaseOrder?: number | undefined;
  /** The answer without its number. */
  readonly costs?: readonly { readonly movement: string; readonly totalCost: number }[];
  readonly warnings?: readonly StepWarning[];
}

export interface StepWarning {
  readonly code: "negative-stock" | "no-cost";
  readonly message: string;
  readonly item: string;
  readonly location: string;
}

export interface RecordedDocument {
  readonly id: number;
  readonly key: string;
  readonly type: "journal" | "stock" | "reversal";
  readonly company: string;
  readonly digest: string;
  readonly businessDate: string;
  readonly currency: string;
  readonly functionalCurrency: string;
  readonly memo: string;
  /** JSON of the answer as it was first given. */
  readonly answer: string;
  readonly reversedByKey: string | null;
  /** Id of the purchase order on which its goods arrived. */
  readonly purchaseOrder: number | null;
}

/** The documents, lines, movements and stock levels of the database. */
export interface Book {
  find(key: string): RecordedDocument | undefined;
  lines(document: number): readonly BookLine[];
  movements(document: number): readonly BookMovement[];
  level(company: string, item: string, location: string): StockLevel;
  /** Writes the document and gives its answer as JSON. */
  record(entry: BookEntry): string;
}

export function createBook(database: DatabaseSync): Book {
  const selectDocument = database.prepare(
    `SELECT d.id, d.key, d.type, d.company, d.digest, d.business_date AS businessDate, d.currency, d.functional_currency AS functionalCurrency,
            d.memo, d.answer, r.key AS reversedByKey, o.purchase_order AS purchaseOrder
     FROM documents d LEFT JOIN documents r ON r.id = d.reversed_by LEFT JOIN order_receipts o ON o.document = d.id WHERE d.key = ?`,
  );
  const selectLines = database.prepare("SELECT account, role, amount, functional, dimensions FROM lines WHERE document = ? ORDER BY line");
  const selectMovements = database.prepare(
    `SELECT movement, item, location, quantity, cost, inventory_change AS inventoryChange, inventory_account AS inventoryAccount
     FROM movements WHERE document = ? ORDER BY line`,
  );
  const selectLevel = database.prepare(
    `SELECT quantity, value, average_value AS averageValue, average_quantity AS averageQuantity FROM stock_levels
     WHERE company = ? AND item = ? AND location = ?`,
  );
  const nextNumber = database.prepare("UPDATE companies SET last_number = last_number + 1 WHERE id = ? RETURNING last_number AS number");
  const insertDocument = database.prepare(
    `INSERT INTO documents (key, type, company, number, digest, business_date, posting_date, currency, functional_currency, memo, content_hash,
                            line_count, answer, reverses)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const linkReversal = database.prepare("UPDATE documents SET reversed_by = ? WHERE id = ?");
  const insertReceipt = database.prepare("INSERT INTO order_receipts (document, purchase_order) VALUES (?, ?)");
  const insertLine = database.prepare(
    "INSERT INTO lines (document, line, account, role, amount, functional, dimensions) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const insertMovement = database.prepare(
    `INSERT INTO movements (document, line, movement, item, location, quantity, cost, inventory_change, inventory_account)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const upsertLevel = database.prepare(
    `INSERT INTO stock_levels (company, item, location, quantity, value, average_value, average_quantity, movements) VALUES (?, ?, ?, ?, ?, ?, ?, 1)
     ON CONFLICT (company, item, location) DO UPDATE SET quantity = excluded.quantity, value = excluded.value,
       average_value = excluded.average_value, average_quantity = excluded.average_quantity, movements = movements + 1`,
  );

  return {
    find: (key) => selectDocument.get(key) as unknown as RecordedDocument | undefined,
    lines: (document) => selectLines.all(document) as unknown as BookLine[],
    movements: (document) => selectMovements.all(document) as unknown as BookMovement[],
    level: (company, item, location) => (selectLevel.get(company, item, location) as unknown as StockLevel | undefined) ?? emptyStockLevel,
    record(entry) {
      const next = nextNumber.get(entry.company)?.number;
      if (next === undefined) throw new Refusal("unknown-company", `company ${entry.company} is not known`);
      const number = `${entry.company}-${String(next).padStart(6, "0")}`;
      const answer = JSON.stringify({
        status: "done",
        ...(entry.isByHand === true ? {} : { key: entry.key }),
        number,
        ...(entry.costs === undefined ? {} : { costs: entry.costs }),
        ...(entry.warnings === undefined || entry.warnings.length === 0 ? {} : { warnings: entry.warnings }),
      });
      const id = insertDocument.run(
        entry.key,
        entry.type,
        entry.company,
        number,
        entry.digest,
        entry.businessDate,
        entry.postingDate,
        entry.currency,
        entry.functionalCurrency,
        entry.memo,
        entry.contentHash ?? null,
        entry.lines.length,
        answer,
        entry.reverses ?? null,
      ).lastInsertRowid;
      if (entry.reverses !== undefined) linkReversal.run(id, entry.reverses);
      if (entry.purchaseOrder !== undefined) insertReceipt.run(id, entry.purchaseOrder);
      let line = 0;
      for (const each of entry.lines) {
        line += 1;
        insertLine.run(id, line, each.account, each.role, each.amount, each.functional, each.dimensions);
      }
      line = 0;
      for (const each of entry.movements) {
        line += 1;
        insertMovement.run(
          id,
          line,
          each.movement,
          each.item,
          each.location,
          each.quantity,
          each.cost,
          each.inventoryChange,
          each.inventoryAccount,
        );
      }
      for (const { item, location, change } of entry.levels) {
        const level = change.level;
        upsertLevel.run(entry.company, item, location, level.quantity, level.value, level.averageValue, level.averageQuantity);
      }
      return answer;
    },
  };
}
