import * as z from "zod/mini";
import { Unavailable } from "#domain/failures";
import { emptyStockLevel, type StockLevel } from "#domain/inventory";
import { parseMinorUnits } from "#domain/money";
import type { StepResult } from "#domain/posting";
import { continuation, type EntryText, type Head, readEntry, readHead, shelf } from "./descriptions.ts";
import { type Company, type Directory, filtered, quoted } from "./directory.ts";
import type { BusinessCentralService } from "./odata-service.ts";

export interface Entry {
  readonly number: number;
  readonly account: string;
  /** Signed minor units of the books' currency. */
  readonly amount: number;
  readonly text: EntryText | undefined;
  /** As the policies write them. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The entries that share a document number and a posting date. */
export interface PostedDocument {
  readonly number: string;
  readonly date: string;
  readonly entries: readonly Entry[];
  readonly head: Head | undefined;
  readonly lastEntry: number;
}

const text = z.string().check(z.maxLength(500));
const entryRecord = z.object({
  entryNumber: z.int(),
  postingDate: text,
  documentNumber: text,
  accountNumber: text,
  description: text,
  debitAmount: z.number(),
  creditAmount: z.number(),
  dimensionSetLines: z.optional(z.array(z.object({ code: text, valueCode: text, valueDisplayName: text })).check(z.maxLength(100))),
});
const amountRecord = z.object({ accountNumber: text, debitAmount: z.number(), creditAmount: z.number() });
const numbersPerQuestion = 20;
const expanded = "&$orderby=entryNumber&$expand=dimensionSetLines";

/** Reads the general ledger as API v2.0 shows it. Throws Unavailable. */
export function createLedgerReader(service: BusinessCentralService, directory: Directory) {
  const path = (company: Company, filter: string, rest = "") => filtered(directory.below(company, "generalLedgerEntries"), filter, rest);

  async function entries(company: Company, filter: string, rest: string, within: number, rows?: number) {
    return await service.list(path(company, filter, rest), entryRecord, within, rows);
  }

  return {
    /** The documents under these numbers. */
    async underNumbers(company: Company, numbers: readonly string[], within: number): Promise<ReadonlyMap<string, PostedDocument>> {
      const found = new Map<string, PostedDocument>();
      const wanted = [...new Set(numbers)];
      for (let start = 0; start < wanted.length; start += numbersPerQuestion) {
        const filter = wanted
          .slice(start, start + numbersPerQuestion)
          .map((number) => `documentNumber eq ${quoted(number)}`)
          .join(" or ");
        const records = await entries(company, filter, expanded, within);
        for (const document of grouped(records, company)) if (!found.has(document.number)) found.set(document.number, document);
      }
      return found;
    },

    /** Whole documents behind entry `after`, at most `limit`, in the order in which they were posted. */
    async documents(company: Company, filter: string, after: number, limit: number, within: number) {
      let documents: PostedDocument[] = [];
      // The entries of a document adjoin; a page that ends within one is asked for again with more of them.
      for (let rows = 2_000; ; rows *= 2) {
        const all = [`entryNumber gt ${after}`, ...(filter === "" ? [] : [filter])].join(" and ");
        const records = await entries(company, all, `${expanded}&$top=${rows}`, within, rows);
        documents = grouped(records, company);
        if (records.length < rows) return { documents: documents.slice(0, limit), more: documents.length > limit };
        if (documents.length > limit) return { documents: documents.slice(0, limit), more: true };
        if (documents.length > 1) return { documents: documents.slice(0, -1), more: true };
        if (rows > 100_000)
          throw new Unavailable(`document ${documents[0]?.number} has more than 100000 entries: nothing of it can be read`);
      }
    },

    /** What is at a location of an item, by the last movement that was booked; empty before the first. */
    async level(company: Company, inventoryAccount: string, item: string, location: string, within: number): Promise<StockLevel> {
      const filter = `accountNumber eq ${quoted(inventoryAccount)} and startswith(description,${quoted(shelf(item, location))})`;
      const [last] = await entries(company, filter, "&$orderby=entryNumber desc&$top=1", within, 1);
      return (last && readEntry(last.description)?.movement?.after) ?? emptyStockLevel;
    },

    /** All movements that were booked. */
    async movements(company: Company, within: number): Promise<readonly Entry[]> {
      const records = await entries(company, "contains(description,'@') and contains(description,'~')", "&$orderby=entryNumber", within);
      return records.map((record) => entryOf(record, company)).filter(({ text: own }) => own?.movement !== undefined);
    },

    async amounts(company: Company, filter: string, within: number) {
      const rest = "$select=accountNumber,debitAmount,creditAmount&$orderby=entryNumber";
      const records = await service.list(
        filter === "" ? `${directory.below(company, "generalLedgerEntries")}?${rest}` : path(company, filter, `&${rest}`),
        amountRecord,
        within,
      );
      return records.map(({ accountNumber, debitAmount, creditAmount }) => ({
        account: accountNumber,
        debit: minorUnits(debitAmount, company.currency),
        credit: minorUnits(creditAmount, company.currency),
      }));
    },
  };
}

export type LedgerReader = ReturnType<typeof createLedgerReader>;

function grouped(records: readonly z.infer<typeof entryRecord>[], company: Company): PostedDocument[] {
  const groups: z.infer<typeof entryRecord>[][] = [];
  for (const record of records) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    if (last !== undefined && first?.documentNumber === record.documentNumber && first.postingDate === record.postingDate)
      last.push(record);
    else groups.push([record]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const entries = whole(group.map((record) => entryOf(record, company)));
    const head = readHead(group.map(({ description }) => description));
    return [{ number: first.documentNumber, date: first.postingDate, entries, head, lastEntry: group.at(-1)?.entryNumber ?? 0 }];
  });
}

/** Lines that were split for their descriptions' sake, put together again. */
function whole(entries: readonly Entry[]): Entry[] {
  const lines: Entry[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    if (entry.text?.role === continuation && last?.account === entry.account)
      lines[lines.length - 1] = { ...last, amount: last.amount + entry.amount };
    else lines.push(entry);
  }
  return lines;
}

function entryOf(record: z.infer<typeof entryRecord>, { currency }: Company): Entry {
  const { entryNumber, accountNumber, description, debitAmount, creditAmount, dimensionSetLines = [] } = record;
  return {
    number: entryNumber,
    account: accountNumber,
    amount: minorUnits(debitAmount, currency) - minorUnits(creditAmount, currency),
    text: readEntry(description),
    // Codes are in upper case there; a value's name says how the policies write it, where the two are the same word.
    dimensions: Object.fromEntries(
      dimensionSetLines.map(({ code, valueCode, valueDisplayName }) => [
        code.toLowerCase(),
        valueDisplayName.toUpperCase() === valueCode ? valueDisplayName : valueCode,
      ]),
    ),
  };
}

/** Throws Unavailable for what the currency cannot carry. */
function minorUnits(amount: number, currency: string): number {
  try {
    return parseMinorUnits(String(amount), currency);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Unavailable(`Business Central states an amount that is none in ${currency}: ${error.message}`, { cause: error });
  }
}

/** The answer that was given when the document was posted. */
export function doneAnswer({
  number,
  entries,
}: {
  readonly number: string;
  readonly entries: readonly { readonly text: EntryText | undefined }[];
}): Extract<StepResult, { kind: "done" }> {
  const moved = entries.flatMap(({ text: own }) => (own?.movement === undefined ? [] : [own.movement]));
  const warnings = moved.flatMap(({ item, location, after }) =>
    after.quantity < 0
      ? [
          `negative-stock: stock of ${item} at ${location} is ${after.quantity / 1_000_000}: count it, or record the receipt that is missing`,
        ]
      : [],
  );
  return {
    kind: "done",
    number,
    ...(moved.length === 0 ? {} : { costs: moved.map(({ id, cost }) => ({ movement: id, totalCost: cost })) }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}
