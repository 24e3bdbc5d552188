import * as z from "zod/mini";
import { parseQuantity } from "#domain/inventory";
import type { StepResult } from "#domain/posting";
import { type Head, type LineText, readHead, readLine } from "./memos.ts";
import type { NetSuiteService } from "./rest-service.ts";
import { cell, minorUnits, quoted } from "./rows.ts";

/** A transaction of NetSuite's, with what its memo says when it is ours. */
export interface HeldTransaction {
  readonly id: number;
  readonly number: string;
  readonly externalId: string;
  readonly subsidiary: number;
  readonly date: string;
  readonly currency: string;
  readonly memo: string;
  readonly head: Head | undefined;
}

/** A line as the general ledger has it. */
export interface HeldLine {
  readonly transaction: number;
  readonly account: string;
  /** Signed decimal of the books' currency. */
  readonly debit: string;
  readonly credit: string;
  /** Signed decimal of the transaction's currency. */
  readonly foreign: string;
  readonly item: string;
  readonly location: string;
  readonly text: LineText | undefined;
}

const headRow = z.object({
  id: cell.id,
  number: cell.text,
  externalid: cell.text,
  subsidiary: cell.id,
  date: cell.text,
  currency: cell.text,
  memo: cell.text,
});
const lineRow = z.object({
  transaction: cell.id,
  account: cell.text,
  debit: cell.text,
  credit: cell.text,
  foreignamount: cell.text,
  item: cell.text,
  location: cell.text,
  memo: cell.text,
});
const levelRow = z.object({ item: cell.text, location: cell.text, quantity: cell.text, value: cell.text });
const valuesPerQuery = 200;

/** Reads transactions as NetSuite holds them, with SuiteQL. Throws Unavailable. */
export function createBooksReader(service: NetSuiteService) {
  async function transactions(condition: string, within: number, limit?: number): Promise<HeldTransaction[]> {
    const query = [
      "SELECT t.id, t.tranid AS number, t.externalid, TO_CHAR(t.trandate, 'YYYY-MM-DD') AS date, t.memo, c.symbol AS currency,",
      "(SELECT MIN(s.subsidiary) FROM transactionline s WHERE s.transaction = t.id) AS subsidiary",
      `FROM transaction t JOIN currency c ON c.id = t.currency WHERE t.posting = 'T' AND ${condition} ORDER BY t.id`,
    ].join(" ");
    const rows = await service.query(query, headRow, within, limit);
    return rows.map(({ externalid, memo, ...row }) => ({ ...row, externalId: externalid, memo, head: readHead(memo) }));
  }

  return {
    transactions,

    /** The transactions under these external ids. */
    async underIds(ids: readonly string[], within: number): Promise<ReadonlyMap<string, HeldTransaction>> {
      const found = new Map<string, HeldTransaction>();
      const wanted = [...new Set(ids)];
      for (let start = 0; start < wanted.length; start += valuesPerQuery) {
        const list = wanted.slice(start, start + valuesPerQuery).map(quoted);
        for (const each of await transactions(`t.externalid IN (${list.join(", ")})`, within)) found.set(each.externalId, each);
      }
      return found;
    },

    async linesOf(ids: readonly number[], within: number): Promise<ReadonlyMap<number, readonly HeldLine[]>> {
      const byTransaction = new Map<number, HeldLine[]>(ids.map((id) => [id, []]));
      for (let start = 0; start < ids.length; start += valuesPerQuery) {
        const query = [
          "SELECT g.transaction, a.acctnumber AS account, g.debit, g.credit, l.foreignamount, l.memo, i.itemid AS item, p.name AS location",
          "FROM transactionaccountingline g JOIN transactionline l ON l.transaction = g.transaction AND l.id = g.transactionline",
          "JOIN accountingbook b ON b.id = g.accountingbook JOIN account a ON a.id = g.account",
          "LEFT JOIN item i ON i.id = l.item LEFT JOIN location p ON p.id = l.location",
          "WHERE b.isprimary = 'T' AND g.posting = 'T'",
          `AND g.transaction IN (${ids.slice(start, start + valuesPerQuery).join(", ")}) ORDER BY g.transaction, l.linesequencenumber, l.id`,
        ].join(" ");
        for (const { foreignamount, memo, ...row } of await service.query(query, lineRow, within)) {
          byTransaction.get(row.transaction)?.push({ ...row, foreign: foreignamount, text: readLine(memo) });
        }
      }
      return byTransaction;
    },

    /** What is on hand, by item and location. */
    async levels(condition: string, within: number) {
      const query = [
        "SELECT i.itemid AS item, l.name AS location, h.quantityonhand AS quantity, h.onhandvaluemli AS value",
        "FROM aggregateitemlocation h JOIN item i ON i.id = h.item JOIN location l ON l.id = h.location",
        `WHERE ${condition} ORDER BY l.id, i.id`,
      ].join(" ");
      const rows = await service.query(query, levelRow, within);
      return rows.map(({ item, location, quantity, value }) => ({ item, location, quantityMillionths: millionths(quantity), value }));
    },
  };
}

export type BooksReader = ReturnType<typeof createBooksReader>;

function millionths(quantity: string): number {
  return quantity === "" ? 0 : parseQuantity(quantity.replace(/^(-?)\./, "$10."));
}

/** Signed minor units of the books' currency. */
export function netOf({ debit, credit }: HeldLine, currency: string): number {
  return minorUnits(debit, currency) - minorUnits(credit, currency);
}

/** What a document stands in: its transactions, the first one first. */
export interface HeldDocument {
  readonly parts: readonly HeldTransaction[];
  readonly lines: readonly HeldLine[];
  /** Its difference between costs was posted. */
  readonly differencePosted: boolean;
  readonly currency: string;
}

export interface CostDifference {
  readonly movement: string;
  readonly counterAccount: string;
  readonly counterRole: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** What the counter account still is to take, debit positive. */
  readonly amount: number;
}

/** NetSuite's average decided otherwise than the document says: what the counter account is to take beside it. */
export function costDifferences({ lines, currency, parts }: Pick<HeldDocument, "lines" | "currency" | "parts">): CostDifference[] {
  const counters = counterAccounts(parts, lines);
  return lines.flatMap((line) => {
    const movement = line.text?.movement;
    if (movement?.wantedCost === undefined) return [];
    const { id, counterRole, dimensions, quantityMillionths, wantedCost } = movement;
    const wanted = quantityMillionths < 0 ? wantedCost : 0 - wantedCost;
    const amount = wanted + netOf(line, currency);
    const counterAccount = counters.get(line.transaction) ?? "";
    return amount === 0 ? [] : [{ movement: id, counterAccount, counterRole, dimensions, amount }];
  });
}

/** The account that each adjustment is booked against: that of its line without an item. */
export function counterAccounts(parts: readonly HeldTransaction[], lines: readonly HeldLine[]): ReadonlyMap<number, string> {
  return new Map(parts.map(({ id }) => [id, lines.find((line) => line.transaction === id && line.item === "")?.account ?? ""]));
}

/** The answer that was given when the document was posted; undefined when a part of it is missing. */
export function doneAnswer(document: HeldDocument): Extract<StepResult, { kind: "done" }> | undefined {
  const { parts, lines, currency, differencePosted } = document;
  const [first] = parts;
  if (first === undefined || parts.length < (first.head?.parts ?? 1)) return undefined;
  if (costDifferences(document).length > 0 && !differencePosted) return undefined;
  const moved = lines.flatMap((line) => (line.text?.movement === undefined ? [] : [{ line, movement: line.text.movement }]));
  const warnings = moved.flatMap(({ line, movement }) => {
    const place = `${line.item} at ${line.location}`;
    const free = movement.wantedCost === undefined && netOf(line, currency) === 0;
    return [
      ...(free ? [`no-cost: ${place} has never been received, so it moved at cost 0: give the receipt with its cost`] : []),
      ...(movement.afterMillionths < 0
        ? [`negative-stock: stock of ${place} is ${movement.afterMillionths / 1_000_000}: count it, or record the receipt that is missing`]
        : []),
    ];
  });
  return {
    kind: "done",
    number: parts.map(({ number }) => number).join("+"),
    ...(moved.length === 0
      ? {}
      : {
          costs: moved.map(({ line, movement }) => ({
            movement: movement.id,
            totalCost: movement.wantedCost ?? Math.abs(netOf(line, currency)),
          })),
        }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}
