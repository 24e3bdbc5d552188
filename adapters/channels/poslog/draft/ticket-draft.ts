/** A ticket as its elements say it: texts, not yet read. "" = not stated. */

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
  /** TaxIncludedInTaxableAmountFlag or an equal flag. */
  included: boolean | undefined = undefined;

  constructor(head: LineHead) {
    this.head = head;
  }
}

export class DraftItem {
  readonly head: LineHead;
  readonly kind: "sale" | "return";
  /** What the line takes money for that is no sale; undefined for goods. */
  readonly collects: "gift-card" | "store-credit" | "tip" | undefined;
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
  cardBrand = "";
  foreignCurrency = "";
  foreignAmount = "";

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

export class TicketDraft {
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
  readonly links: DraftLink[] = [];
  readonly items: DraftItem[] = [];
  readonly tenders: DraftTender[] = [];
  readonly taxes: DraftTax[] = [];
  readonly discounts: DraftDiscount[] = [];
  readonly roundings: DraftRounding[] = [];
  readonly totals: DraftTotal[] = [];
  readonly unknownMoney: UnknownMoney[] = [];
  lineCount = 0;
  /** Set when a bound was passed: what, which bound. */
  tooLarge = "";

  constructor(ordinal: number) {
    this.ordinal = ordinal;
  }
}
