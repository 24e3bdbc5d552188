import type { SaxesTagPlain } from "saxes";
import type { DialectChooser } from "../dialects/choose-dialect.ts";
import type { Dialect } from "../dialects/dialect.ts";
import {
  DraftDiscount,
  type DraftItem,
  DraftLink,
  DraftMoney,
  DraftMovement,
  DraftReward,
  DraftRounding,
  DraftStock,
  DraftStockLine,
  DraftTax,
  DraftTender,
  LineHead,
  TransactionDraft,
} from "./transaction-draft.ts";

/** Where the reader stands: says what an element means there, by the place inside it; undefined when its text or nothing of it is read. */
export type Place = (cursor: Cursor, code: number, tag: SaxesTagPlain) => Place | undefined;
/** Where the text of an element goes. */
export type Slot = (cursor: Cursor, text: string) => void;

const head = new LineHead();

/** What the places fill: the draft in hand and the parts of it that are open. Set anew for every transaction. */
export class Cursor {
  draft = new TransactionDraft(0);
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
  reward = new DraftReward(head);
  movement = new DraftMovement("");
  money = new DraftMoney();
  stock = new DraftStock("");
  stockLine = new DraftStockLine();
  property = { element: "", code: "", value: "" };
  unknownElement = "";
  dialect: Dialect;
  readonly #dialects: DialectChooser;

  constructor(dialects: DialectChooser) {
    this.#dialects = dialects;
    this.dialect = dialects.standard();
  }

  /** The store is named before its lines: policy may know how its tills write. */
  nameStore(store: string): void {
    this.draft.store = store;
    this.dialect = this.#dialects.ofStore(store) ?? this.dialect;
  }

  read(slot: Slot): undefined {
    this.slot = slot;
  }

  readAmount(slot: Slot, tag: SaxesTagPlain): undefined {
    const { attributes } = tag;
    const currency = attributes.Currency || attributes.CurrencyCode;
    // XXX is ISO 4217 for no currency.
    if (currency !== undefined && currency !== "" && currency !== "XXX") this.#noteCurrency(currency);
    this.slot = slot;
  }

  /** An amount that this reader does not understand: kept under its name. */
  readUnknown(tag: SaxesTagPlain): undefined {
    const element = this.dialect.names.nameOf(tag.name);
    if (this.dialect.repeatedAmounts.has(element)) return;
    this.unknownElement = element;
    this.slot = unknownMoney;
  }

  #noteCurrency(currency: string): void {
    const { currencies } = this.draft;
    if (!currencies.includes(currency) && currencies.length < currenciesMax) currencies.push(currency);
  }
}

const currenciesMax = 8;
const unknownMoneyMax = 50;

const unknownMoney: Slot = ({ draft, head, unknownElement }, amount) => {
  if (draft.unknownMoney.length < unknownMoneyMax) draft.unknownMoney.push({ head, element: unknownElement, amount });
};
