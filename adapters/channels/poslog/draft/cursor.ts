import type { SaxesTagPlain } from "saxes";
import { localName } from "./element-names.ts";
import { DraftDiscount, type DraftItem, DraftLink, DraftRounding, DraftTax, DraftTender, LineHead, TicketDraft } from "./ticket-draft.ts";

/** Where the reader stands: says what an element means there, by the place inside it; undefined when its text or nothing of it is read. */
export type Place = (cursor: Cursor, code: number, tag: SaxesTagPlain) => Place | undefined;
/** Where the text of an element goes. */
export type Slot = (cursor: Cursor, text: string) => void;

const head = new LineHead();

/** What the places fill: the draft in hand and the parts of it that are open. Set anew for every transaction. */
export class Cursor {
  draft = new TicketDraft(0);
  /** Set by the place that an element was met at: the element's text is read. */
  slot: Slot | undefined = undefined;
  head = head;
  item: DraftItem | undefined = undefined;
  discount = new DraftDiscount(head);
  tax = new DraftTax(head);
  tender = new DraftTender(head);
  link = new DraftLink();
  rounding = new DraftRounding(head);
  total = { type: "", typeCode: "", amount: "" };
  unknownElement = "";

  read(slot: Slot): undefined {
    this.slot = slot;
  }

  readAmount(slot: Slot, tag: SaxesTagPlain): undefined {
    const { attributes } = tag;
    const currency = attributes.Currency || attributes.CurrencyCode;
    if (currency !== undefined && currency !== "") this.#noteCurrency(currency);
    this.slot = slot;
  }

  /** An amount that this reader does not understand: kept under its name. */
  readUnknown(tag: SaxesTagPlain): undefined {
    this.unknownElement = localName(tag.name);
    this.slot = unknownMoney;
  }

  #noteCurrency(currency: string): void {
    const { currencies } = this.draft;
    if (!currencies.includes(currency) && currencies.length < currenciesMax) currencies.push(currency);
  }
}

const currenciesMax = 8;
const unknownMoneyMax = 50;

export const unknownMoney: Slot = ({ draft, head, unknownElement }, amount) => {
  if (draft.unknownMoney.length < unknownMoneyMax) draft.unknownMoney.push({ head, element: unknownElement, amount });
};
