import * as z from "zod/mini";
import { emptyStockLevel, type StockLevel } from "#domain/inventory";
import type { StepResult } from "#domain/posting";
import { searchCall } from "./directory.ts";
import { type BookedMovement, type EntryOrigin, type LineLabel, likeShelf, readLabel, readOrigin } from "./labels.ts";
import type { OdooApi } from "./odoo-api.ts";
import { wire } from "./values.ts";

/** A journal entry of Odoo's, with what its origin says when it is ours. */
export interface HeldEntry {
  readonly id: number;
  readonly company: number;
  readonly number: string;
  readonly posted: boolean;
  readonly date: string;
  /** Ours; "" for an entry that the hub did not make, whatever its reference. */
  readonly key: string;
  /** Of the entry that this one takes back. */
  readonly reverses: number | undefined;
  readonly origin: EntryOrigin | undefined;
}

export interface HeldLine {
  readonly id: number;
  readonly entry: number;
  readonly account: number;
  readonly debit: number;
  readonly credit: number;
  readonly currency: number | undefined;
  /** In `currency`, signed. */
  readonly amount: number;
  readonly label: LineLabel | undefined;
}

const entryFields = ["company_id", "name", "state", "date", "ref", "invoice_origin", "reversed_entry_id"];
const entryRecords = z.array(
  z.object({
    id: wire.id,
    company_id: wire.link,
    name: wire.text,
    state: z.string(),
    date: z.string(),
    ref: wire.text,
    invoice_origin: wire.text,
    reversed_entry_id: wire.link,
  }),
);
const lineFields = ["move_id", "account_id", "debit", "credit", "currency_id", "amount_currency", "name"];
const lineRecords = z.array(
  z.object({
    id: wire.id,
    move_id: wire.link,
    account_id: wire.link,
    debit: wire.amount,
    credit: wire.amount,
    currency_id: wire.link,
    amount_currency: wire.amount,
    name: wire.text,
  }),
);
const entriesMax = 10_000;

/** Reads entries and lines as Odoo holds them. Throws Unavailable. */
export function createBooksReader(api: OdooApi) {
  async function entries(domain: readonly unknown[], companies: readonly number[], limit: number, within: number): Promise<HeldEntry[]> {
    // An entry that was cancelled counts for nothing.
    const wanted = [["move_type", "=", "entry"], ["state", "!=", "cancel"], ["company_id", "in", companies], ...domain];
    const records = await api.ask(searchCall("account.move", wanted, entryFields, companies, limit), entryRecords, within);
    return records.map(({ id, company_id, name, state, date, ref, invoice_origin, reversed_entry_id }) => {
      const origin = readOrigin(invoice_origin);
      return {
        ...{ id, company: company_id?.id ?? 0, number: name ?? "", posted: state === "posted", date, origin },
        ...{ key: origin === undefined ? "" : (ref ?? ""), reverses: reversed_entry_id?.id },
      };
    });
  }

  /** Without a limit: all of them. */
  async function lines(
    domain: readonly unknown[],
    companies: readonly number[],
    limit: number | undefined,
    within: number,
    order?: string,
  ) {
    const call = searchCall("account.move.line", [["company_id", "in", companies], ...domain], lineFields, companies, limit, order);
    const records = await (limit === undefined ? api.askAll : api.ask)(call, lineRecords, within);
    return records.map(
      ({ id, move_id, account_id, debit, credit, currency_id, amount_currency, name }): HeldLine => ({
        ...{ id, entry: move_id?.id ?? 0, account: account_id?.id ?? 0, debit, credit },
        ...{ currency: currency_id?.id, amount: amount_currency, label: readLabel(name) },
      }),
    );
  }

  return {
    entries,
    lines,

    async linesOf(ids: readonly number[], companies: readonly number[], within: number): Promise<ReadonlyMap<number, readonly HeldLine[]>> {
      const found = ids.length === 0 ? [] : await lines([["move_id", "in", ids]], companies, undefined, within);
      const byEntry = new Map<number, HeldLine[]>(ids.map((id) => [id, []]));
      for (const line of found) byEntry.get(line.entry)?.push(line);
      return byEntry;
    },

    /** The entries under these keys, drafts too. */
    async underKeys(keys: readonly string[], companies: readonly number[], within: number): Promise<ReadonlyMap<string, HeldEntry>> {
      const wanted = [...new Set(keys)];
      const found = wanted.length === 0 ? [] : await entries([["ref", "in", wanted]], companies, entriesMax, within);
      const held = new Map<string, HeldEntry>();
      for (const entry of found) if (entry.key !== "" && !held.has(entry.key)) held.set(entry.key, entry);
      return held;
    },

    /** The entries that take these back, by the one that they take back. */
    async reversalsOf(ids: readonly number[], companies: readonly number[], within: number): Promise<ReadonlyMap<number, HeldEntry>> {
      const found = ids.length === 0 ? [] : await entries([["reversed_entry_id", "in", ids]], companies, entriesMax, within);
      return new Map(found.flatMap((entry) => (entry.reverses === undefined ? [] : [[entry.reverses, entry] as const])));
    },

    /** What is at a location of an item, by the last movement that was booked, a draft too; empty before the first. */
    async level(item: string, location: string, company: number, within: number): Promise<StockLevel> {
      const domain = [
        ["name", "=like", likeShelf(item, location)],
        ["parent_state", "!=", "cancel"],
      ];
      const [last] = await lines(domain, [company], 1, within, "id desc");
      return last?.label?.movement?.after ?? emptyStockLevel;
    },
  };
}

export type BooksReader = ReturnType<typeof createBooksReader>;

/** The answer that was given when the entry was posted. */
export function doneAnswer(number: string, movements: readonly BookedMovement[]): Extract<StepResult, { kind: "done" }> {
  const warnings = movements.flatMap(warningsOf);
  return {
    kind: "done",
    number,
    ...(movements.length === 0 ? {} : { costs: movements.map(({ id, cost }) => ({ movement: id, totalCost: cost })) }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

function warningsOf({ item, location, after, costUnknown }: BookedMovement): string[] {
  return [
    ...(costUnknown === true
      ? [`no-cost: ${item} at ${location} has never been received, so it moved at cost 0: give the receipt with its cost`]
      : []),
    ...(after.quantity < 0
      ? [
          `negative-stock: stock of ${item} at ${location} is ${after.quantity / 1_000_000}: count it, or record the receipt that is missing`,
        ]
      : []),
  ];
}

export function movementsIn(lines: readonly HeldLine[]): BookedMovement[] {
  return lines.flatMap(({ label }) => (label?.movement === undefined ? [] : [label.movement]));
}
