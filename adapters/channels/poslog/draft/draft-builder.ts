import type { SaxesTagPlain } from "saxes";
import type { DialectChooser } from "../dialects/choose-dialect.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { Cursor, type Place } from "./cursor.ts";
import { names } from "./element-names.ts";
import type { TransactionDraft } from "./transaction-draft.ts";
import { inTransaction, readFlags, readTypes } from "./transaction-elements.ts";

/** Longer texts of elements that are read are cut here: no field of a ticket is longer. */
const textMax = 512;

/**
 * Fills a draft from the elements inside one Transaction. A place is a function from an element's number to the place inside it, because
 * this runs for every element of every file. Elements that mean nothing where they stand are skipped with their content.
 */
export class DraftBuilder {
  readonly #cursor: Cursor;
  readonly #places: Place[] = [];
  #place: Place = inTransaction;
  #skipping = 0;
  #text = "";
  /** Elements that only wrap the text that is being read. */
  #wrappers = 0;

  constructor(dialects: DialectChooser) {
    this.#cursor = new Cursor(dialects);
  }

  begin(draft: TransactionDraft, tag: SaxesTagPlain, dialect: Dialect): void {
    const cursor = this.#cursor;
    cursor.draft = draft;
    cursor.dialect = dialect;
    this.#wrappers = 0;
    cursor.slot = undefined;
    this.#places.length = 0;
    this.#place = inTransaction;
    this.#skipping = 0;
    readFlags(cursor, tag.attributes);
    readTypes(cursor, tag.attributes);
  }

  /** The dialect that the transaction in hand is read in. */
  get dialect(): Dialect {
    return this.#cursor.dialect;
  }

  open(tag: SaxesTagPlain): void {
    const cursor = this.#cursor;
    if (this.#skipping > 0) {
      this.#skipping++;
      return;
    }
    const code = cursor.dialect.names.codeOf(tag.name);
    if (cursor.slot !== undefined) {
      // <BusinessUnit>100</BusinessUnit> and <BusinessUnit><UnitID>100</UnitID></BusinessUnit> say the same, and so does a day in a Date.
      if (code === names.UnitID || code === names.Date) this.#wrappers++;
      else this.#skipping = 1;
      return;
    }
    const from = this.#place;
    // A ticket beyond its bounds is held whatever it says; what names it may still follow.
    if (cursor.draft.tooLarge !== "" && from !== inTransaction) {
      this.#skipping = 1;
      return;
    }
    const next = from(cursor, code, tag);
    if (next === undefined) {
      if (cursor.slot === undefined) this.#skipping = 1;
      else this.#text = "";
      return;
    }
    this.#places.push(from);
    this.#place = next;
  }

  close(): void {
    if (this.#skipping > 0) {
      this.#skipping--;
      return;
    }
    if (this.#wrappers > 0) {
      this.#wrappers--;
      return;
    }
    const cursor = this.#cursor;
    const { slot } = cursor;
    if (slot !== undefined) {
      cursor.slot = undefined;
      slot(cursor, this.#text.trim());
      return;
    }
    this.#place = this.#places.pop() ?? inTransaction;
  }

  text(value: string): void {
    if (this.#cursor.slot === undefined || this.#skipping > 0) return;
    this.#text = this.#text === "" && value.length <= textMax ? value : (this.#text + value).slice(0, textMax);
  }
}
