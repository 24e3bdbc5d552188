import type { Book, BookEntry } from "./book.ts";
import { journalEntry } from "./journal-entry.ts";
import type { MasterData } from "./master-data.ts";
import { Refusal } from "./refusal.ts";
import type { HandJournal } from "./request-schemas.ts";

/** No key of a client's begins with a control character. */
const handMark = "\u0001";

/** The key of a document as clients are told it: "" for one that a person entered. SQL of the column `key`. */
export const toldKey = (column: string) => `CASE WHEN substr(${column}, 1, 1) = char(1) THEN '' ELSE ${column} END`;
export const hasKey = (column: string) => `substr(${column}, 1, 1) <> char(1)`;

/** Whoever took a document back, in a sentence. */
export function tellerOf(key: string): string {
  return key.startsWith(handMark) ? "a person" : key;
}

/**
 * What a journal writes that a person enters in the ERP itself, in the currency of the books: it has no key, so entered twice it is there twice. Where it
 * takes a document back it is linked with it both ways, and its lines are the person's. Throws a Refusal, as for every journal.
 */
export function handEntry(masterData: MasterData, book: Book, company: string, { reverses, ...given }: HandJournal, id: string): BookEntry {
  const { functionalCurrency: currency } = masterData.company(company);
  const lines = given.lines.map((line) => ({ ...line, functionalAmount: line.amount }));
  const head = { key: `${handMark}${id}`, company, businessDate: given.postingDate, postingDate: given.postingDate, memo: given.memo };
  const journal = journalEntry(masterData, { type: "journal", ...head, currency, functionalCurrency: currency, lines }, "");
  const entry = { ...journal, isByHand: true } as const;
  if (reverses === undefined) return entry;
  const original = book.find(reverses);
  if (original?.company !== company || original.type === "reversal")
    throw new Refusal("unknown-document", `there is no document ${reverses} of ${company} to take back: check the key`);
  if (original.reversedByKey !== null)
    throw new Refusal("already-reversed", `document ${reverses} was already reversed by ${tellerOf(original.reversedByKey)}`);
  return { ...entry, type: "reversal", reverses: original.id };
}
