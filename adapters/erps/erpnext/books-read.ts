import * as z from "zod/mini";
import { emptyStockLevel, type StockLevel } from "#domain/inventory";
import type { StepResult } from "#domain/posting";
import type { FrappeApi } from "./frappe-api.ts";
import {
  type BookedMovement,
  type EntryRemark,
  likeMovements,
  type RowRemark,
  readEntryRemark,
  readRowRemark,
  shelfOf,
} from "./remarks.ts";

/** A Journal Entry of ERPNext's, with what its remark says when it is ours. */
export interface HeldEntry {
  readonly name: string;
  /** When its draft was made, to the microsecond, as ERPNext writes it. */
  readonly creation: string;
  readonly company: string;
  readonly posted: boolean;
  readonly date: string;
  /** Ours; "" for an entry that the hub did not make. */
  readonly key: string;
  /** Name of the entry that this one takes back. */
  readonly reverses: string | undefined;
  readonly remark: EntryRemark | undefined;
}

export interface HeldRow {
  readonly entry: string;
  readonly account: string;
  readonly debit: number;
  readonly credit: number;
  readonly remark: RowRemark | undefined;
}

const text = z.nullable(z.string());
const entryFields = ["name", "creation", "company", "docstatus", "posting_date", "throughline_key", "reversal_of", "user_remark"];
const entryRecord = z.object({
  name: z.string(),
  creation: z.string(),
  company: z.string(),
  docstatus: z.int(),
  posting_date: z.string(),
  throughline_key: text,
  reversal_of: text,
  user_remark: text,
});
const rowFields = ["parent", "idx", "account", "debit", "credit", "user_remark"];
const rowRecord = z.object({
  parent: z.string(),
  idx: z.int(),
  account: z.string(),
  debit: z.number(),
  credit: z.number(),
  user_remark: text,
});
const entriesMax = 10_000;

/** Reads entries and rows as ERPNext holds them; what was cancelled counts for nothing. Throws Unavailable. */
export function createBooksReader(api: FrappeApi) {
  async function entries(
    filters: readonly unknown[],
    companies: readonly string[],
    { limit, order = "creation asc, name asc" }: { readonly limit: number; readonly order?: string },
    within: number,
  ): Promise<HeldEntry[]> {
    const wanted = [["docstatus", "<", 2], ["company", "in", companies], ...filters];
    const query = { doctype: "Journal Entry", fields: entryFields, filters: wanted, limit, order };
    const records = await api.list(query, entryRecord, within);
    return records.map(({ name, creation, company, docstatus, posting_date, throughline_key, reversal_of, user_remark }) => {
      const remark = readEntryRemark(user_remark);
      const key = remark === undefined ? "" : (throughline_key ?? "");
      return { name, creation, company, posted: docstatus === 1, date: posting_date, key, reverses: reversal_of ?? undefined, remark };
    });
  }

  return {
    entries,

    /**
     * The entries behind a place in their order, which is what `placeOf` says of an entry: not a count, which another entry's cancellation would
     * move. Undefined: from the first one.
     */
    async entriesAfter(
      place: string | undefined,
      filters: readonly unknown[],
      companies: readonly string[],
      limit: number,
      within: number,
    ): Promise<HeldEntry[]> {
      if (place === undefined) return await entries(filters, companies, { limit }, within);
      const split = place.indexOf(" #");
      const [creation, name] = [place.slice(0, split), place.slice(split + 2)];
      const atOnce = await entries([...filters, ["creation", "=", creation], ["name", ">", name]], companies, { limit }, within);
      if (atOnce.length === limit) return atOnce;
      const later = await entries([...filters, ["creation", ">", creation]], companies, { limit: limit - atOnce.length }, within);
      return [...atOnce, ...later];
    },

    async rowsOf(names: readonly string[], within: number): Promise<ReadonlyMap<string, readonly HeldRow[]>> {
      const byEntry = new Map<string, HeldRow[]>(names.map((name) => [name, []]));
      if (names.length === 0) return byEntry;
      const query = { doctype: "Journal Entry Account", parent: "Journal Entry", fields: rowFields };
      const records = await api.listAll({ ...query, filters: [["parent", "in", names]], order: "parent asc, idx asc" }, rowRecord, within);
      for (const { parent, account, debit, credit, user_remark } of records)
        byEntry.get(parent)?.push({ entry: parent, account, debit, credit, remark: readRowRemark(user_remark) });
      return byEntry;
    },

    /** The entries under these keys, drafts too. */
    async underKeys(keys: readonly string[], companies: readonly string[], within: number): Promise<ReadonlyMap<string, HeldEntry>> {
      const wanted = [...new Set(keys)];
      const found = wanted.length === 0 ? [] : await entries([["throughline_key", "in", wanted]], companies, { limit: entriesMax }, within);
      return new Map(found.filter(({ key }) => key !== "").map((entry) => [entry.key, entry]));
    },

    /** The entries that take these back, by the name of the one that they take back. */
    async reversalsOf(names: readonly string[], companies: readonly string[], within: number): Promise<ReadonlyMap<string, HeldEntry>> {
      const found = names.length === 0 ? [] : await entries([["reversal_of", "in", names]], companies, { limit: entriesMax }, within);
      return new Map(found.flatMap((entry) => (entry.reverses === undefined ? [] : [[entry.reverses, entry] as const])));
    },

    /** What is at a location of an item, by the last movement that was booked, a draft too; empty before the first. */
    async level(item: string, location: string, company: string, within: number): Promise<StockLevel> {
      const shelf = shelfOf(item, location);
      const like = [["user_remark", "like", likeMovements(shelf)]];
      const [last] = await entries(like, [company], { limit: 1, order: "creation desc" }, within);
      return last?.remark?.movements.findLast((movement) => movement.shelf === shelf)?.after ?? emptyStockLevel;
    },
  };
}

export type BooksReader = ReturnType<typeof createBooksReader>;

/** Where an entry is in the order of all, for `entriesAfter`. */
export function placeOf({ creation, name }: HeldEntry): string {
  return `${creation} #${name}`;
}

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
