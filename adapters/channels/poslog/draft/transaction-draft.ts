/** A transaction as its elements say it: texts, not yet read. "" = not stated. */
import type { Collected } from "../dialects/dialect.ts";

export class LineHead {
  sequence = "";
  createNumber = "";
  /** The line that a void line undoes, by create number or by sequence. */
  createReference = "";
  itemLink = "";
  voided = false;
}

export class DraftLink {
  reason = "";
  store = "";
  register = "";
  sequence = "";
  businessDay = "";
  transactionId = "";
}

export class DraftDiscount {
  readonly head: LineHead;
  amount = "";
  action = "";
  promotion = "";
  reason = "";
  voided = false;

  constructor(head: LineHead) {
    this.head = head;
  }
}

export class DraftTax {
  readonly head: LineHead;
  type = "";
  typeCode = "";
  authority = "";
  group = "";
  rule = "";
  percent = "";
  amount = "";
  voided = false;
  /** TaxIncludedInTaxableAmountFlag or an equal flag. */
  included: boolean | undefined = undefined;
  exempt = false;

  constructor(head: LineHead) {
    this.head = head;
  }
}

export class DraftItem {
  readonly head: LineHead;
  readonly kind: "sale" | "return";
  /** What the line takes money for that is no sale; undefined for goods. */
  readonly collects: Collected | undefined;
  /** Of a line that collects: what for, in the till's word, and whose layaway, order or account it is. */
  reason = "";
  account = "";
  /** The number under which a reward names this line. */
  number = "";
  /** Of a gift card, where it is stated beside what the card costs. */
  faceValue = "";
  itemId = "";
  posItemId = "";
  description = "";
  regularPrice = "";
  actualPrice = "";
  extended = "";
  extendedDiscount = "";
  quantity = "";
  unit = "";
  serialNumber = "";
  disposal = "";
  taxIncluded: boolean | undefined = undefined;
  readonly discounts: DraftDiscount[] = [];
  readonly taxes: DraftTax[] = [];
  link: DraftLink | undefined = undefined;

  constructor(head: LineHead, kind: DraftItem["kind"], collects?: DraftItem["collects"]) {
    this.head = head;
    this.kind = kind;
    this.collects = collects;
  }
}

export class DraftTender {
  readonly head: LineHead;
  type = "";
  typeCode = "";
  amount = "";
  change: string[] = [];
  /** Cash that the customer takes out of the till with a card; undefined where nothing is said of it. */
  cashback: string | undefined = undefined;
  cardBrand = "";
  foreignCurrency = "";
  foreignAmount = "";
  account = "";

  constructor(head: LineHead) {
    this.head = head;
  }
}

export class DraftRounding {
  readonly head: LineHead;
  amount = "";

  constructor(head: LineHead) {
    this.head = head;
  }
}

/** A reward that a line of its own takes off the ticket, or off the line that it names. */
export class DraftReward {
  readonly head: LineHead;
  amount = "";
  category = "";
  promotion = "";
  reference = "";

  constructor(head: LineHead) {
    this.head = head;
  }
}

/** Money of one tender within a movement or count. */
export class DraftMoney {
  tender = "";
  currency = "";
  amount = "";
  /** Of foreign money: what `amount` is in, with its own amount. */
  foreignCurrency = "";
  foreignAmount = "";
  /** Of a count: Beginning, Sales, Ending, Over, Short, …: what the amount says. */
  ledger = "";
  voided = false;
}

/** One element of tender control: what was moved or counted. */
export class DraftMovement {
  readonly element: string;
  tender = "";
  reason = "";
  bag = "";
  category = "";
  /** The sum, where it is stated beside its parts. */
  readonly total = new DraftMoney();
  readonly parts: DraftMoney[] = [];

  constructor(element: string) {
    this.element = element;
  }
}

export class DraftStockLine {
  id = "";
  item = "";
  quantity = "";
  expected = "";
  damaged = "";
  unitCost = "";
  reason = "";
  voided = false;
}

/** One element of inventory control. */
export class DraftStock {
  readonly element: string;
  /** Words of the vendor's attributes that say what it is, before its element. */
  readonly types: string[] = [];
  document = "";
  source = "";
  destination = "";
  vendor = "";
  purchaseOrder = "";
  reason = "";
  readonly lines: DraftStockLine[] = [];

  constructor(element: string) {
    this.element = element;
  }
}

export interface DraftTotal {
  readonly type: string;
  readonly typeCode: string;
  amount: string;
}

/** Money in an element that this reader does not understand. */
export interface UnknownMoney {
  readonly head: LineHead | undefined;
  readonly element: string;
  readonly amount: string;
}

export class TransactionDraft {
  readonly ordinal: number;
  store = "";
  register = "";
  sequence = "";
  transactionId = "";
  businessDay = "";
  beginTime = "";
  endTime = "";
  receiptTime = "";
  receipt = "";
  revision = "";
  currencyCode = "";
  /** Currency attributes of its amounts. */
  currencies: string[] = [];
  /** Name of the element that says what the transaction is: RetailTransaction or another. */
  content = "";
  statuses: string[] = [];
  cancelled = false;
  training = false;
  suspended = false;
  offline = false;
  /** The word of the dialect's own attribute for what a Transaction is. */
  type = "";
  readonly stockTypes: string[] = [];
  /** Name of the dialect that it was read in. */
  dialect = "";
  readonly links: DraftLink[] = [];
  readonly items: DraftItem[] = [];
  readonly tenders: DraftTender[] = [];
  readonly taxes: DraftTax[] = [];
  readonly discounts: DraftDiscount[] = [];
  readonly roundings: DraftRounding[] = [];
  readonly rewards: DraftReward[] = [];
  readonly movements: DraftMovement[] = [];
  readonly stock: DraftStock[] = [];
  readonly totals: DraftTotal[] = [];
  itemCount = "";
  readonly unknownMoney: UnknownMoney[] = [];
  lineCount = 0;
  /** Set when a bound was passed: what, which bound. */
  tooLarge = "";

  constructor(ordinal: number) {
    this.ordinal = ordinal;
  }
}
