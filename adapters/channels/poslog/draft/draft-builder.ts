import type { SaxesTagPlain } from "saxes";
import { Cursor, type Place } from "./cursor.ts";
import type { TicketDraft } from "./ticket-draft.ts";
import { inTransaction, readFlags } from "./transaction-elements.ts";

/** Longer texts of elements that are read are cut here: no field of a ticket is longer. */
const textMax = 512;

/**
 * Fills a draft from the elements inside one Transaction. A place is a function from an element's number to the place inside it, because
 * this runs for every element of every file. Elements that mean nothing where they stand are skipped with their content.
 */
export class DraftBuilder {
  readonly #cursor = new Cursor();
  readonly #places: Place[] = [];
  #place: Place = inTransaction;
  #skipping = 0;
  #text = "";

  begin(draft: TicketDraft, tag: SaxesTagPlain): void {
    const cursor = this.#cursor;
    cursor.draft = draft;
    cursor.slot = undefined;
    this.#places.length = 0;
    this.#place = inTransaction;
    this.#skipping = 0;
    readFlags(draft, tag.attributes);
  }

  open(code: number, tag: SaxesTagPlain): void {
    const cursor = this.#cursor;
    if (this.#skipping > 0 || cursor.slot !== undefined) {
      this.#skipping++;
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
