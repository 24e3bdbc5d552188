/** Everything that a store does on a day, before anybody writes it down. Amounts are minor units, not negative unless said otherwise. */

/** What a generated day may contain; each is counted, so that a test can say that none is missing. */
export const features = [
  "sale",
  "blind-return",
  "not-restocked",
  "linked-return",
  "exchange",
  "line-void",
  "line-discount",
  "ticket-discount",
  "mix-and-match",
  "weighed",
  "tax-included",
  "split-tender",
  "change",
  "check",
  "post-void",
  "post-void-elsewhere",
  "post-void-without-day",
  "replaced",
  "revised",
  "suspended-and-resumed",
  "cancelled",
  "training",
  "offline",
  "tip",
  "gift-card-sold",
  "gift-card-recharged",
  "gift-card-cashed-out",
  "gift-card-redeemed",
  "voucher-redeemed",
  "voucher-as-change",
  "foreign-tender",
  "cash-rounding",
  "deposit",
  "deposit-used",
  "layaway",
  "on-account",
  "donation",
  "bottle-deposit",
  "fee",
  "tender-control",
  "tip-out",
  "count",
  "safe-count",
  "foreign-over-short",
  "inventory-control",
  "transfer-in",
  "late-ticket",
  "gap",
] as const;
export type Feature = (typeof features)[number];

export interface TicketName {
  readonly register: string;
  readonly sequence: number;
}

export interface GoodsLine {
  readonly what: "goods";
  readonly way: "sale" | "return";
  readonly sku: string;
  readonly quantityMillionths: number;
  /** Before discounts; with its tax where the ticket's prices include it. */
  readonly gross: number;
  readonly discounts: readonly { readonly amount: number; readonly promotion: string }[];
  readonly tax: number;
  /** Of a return. */
  readonly restock: boolean;
  readonly original?: TicketName;
  /** Rung up by mistake and taken back before the ticket was paid: both lines are on it, and nothing of it counts. */
  readonly voided?: boolean;
}

/** Money that is taken, or given back ("return"), for what is no sale. */
export interface CollectedLine {
  readonly what: "gift-card" | "tip" | "deposit" | "layaway" | "on-account" | "donation" | "bottle-deposit" | "fee";
  readonly way: "sale" | "return";
  readonly amount: number;
  /** Of a donation or a fee. */
  readonly reason?: string;
  /** Of a deposit, a layaway, a customer's account. */
  readonly account?: string;
  /** A gift card that exists and gets more. */
  readonly recharged?: boolean;
}

export type ReceiptLine = GoodsLine | CollectedLine;

export interface ReceiptTender {
  readonly type: "Cash" | "CreditDebit" | "GiftCard" | "StoreCredit" | "Check" | "Square";
  readonly brand?: string;
  /** Signed: what the till kept of it. In the store's currency. */
  readonly amount: number;
  /** Cash that was handed over, when it was more. */
  readonly given?: number;
  /** Money of another currency, signed like the amount. */
  readonly foreign?: { readonly currency: "USD"; readonly amount: number };
}

/** "ticket": counts. The others are baskets that are no sales. */
export type ReceiptState = "ticket" | "training" | "cancelled" | "suspended";

interface Numbered extends TicketName {
  /** Wall clock of the store, "09:04:10". */
  readonly time: string;
}

export interface Receipt extends Numbered {
  readonly kind: "receipt";
  readonly state: ReceiptState;
  readonly taxesIncluded: boolean;
  readonly offline: boolean;
  readonly lines: readonly ReceiptLine[];
  /** Off the whole ticket, and in no line. */
  readonly discount?: { readonly amount: number; readonly promotion: string };
  readonly tenders: readonly ReceiptTender[];
  /** Signed: what is paid more (+) or less (−) because cash is rounded. */
  readonly cashRounding: number;
  readonly replaces?: TicketName;
  readonly resumes?: TicketName;
  /** Above 0: the till states the same number once more, with other content that takes the place of what it had stated. */
  readonly revision?: number;
  /** Arrives in a file of its own after the day was audited. */
  readonly late: boolean;
}

/** A finished ticket is undone; the voiding transaction repeats it. */
export interface PostVoid extends Numbered {
  readonly kind: "post-void";
  readonly of: Receipt;
  readonly withDay: boolean;
}

export interface TillMovement extends Numbered {
  readonly kind: "movement";
  readonly movement: "loan" | "pickup" | "safe-drop" | "paid-in" | "paid-out" | "tip-out" | "bank-deposit";
  readonly amount: number;
  readonly reason?: string;
  readonly bag?: string;
}

export interface DrawerCount extends Numbered {
  readonly kind: "count";
  /** By currency. */
  readonly counted: Readonly<Record<string, number>>;
}

/** What was in the safe in the evening; nothing tells what should have been. */
export interface SafeCount extends Numbered {
  readonly kind: "safe-count";
  readonly counted: number;
}

export interface StockPaper extends Numbered {
  readonly kind: "stock";
  readonly paper: "receipt" | "count" | "adjustment" | "vendor-return" | "transfer-out" | "transfer-in";
  readonly sku: string;
  readonly pieces: number;
  /** Of a count: what should have been there. Of an adjustment `pieces` is signed. */
  readonly expected?: number;
  readonly document: string;
}

/** A drawer that is opened without a sale, a till that starts anew. */
export interface NoSale extends Numbered {
  readonly kind: "no-sale";
}

export type StoreTransaction = Receipt | PostVoid | TillMovement | DrawerCount | SafeCount | StockPaper | NoSale;

export interface StoreDay {
  readonly store: string;
  readonly businessDate: string;
  readonly currency: "USD" | "CAD";
  readonly timeZone: string;
  readonly taxCode: string;
  readonly taxPer100000: number;
  /** Change in each drawer in the morning. */
  readonly float: number;
  readonly registers: readonly string[];
  /** The store whose tills send what arrives here by transfer. */
  readonly supplier: string;
  /** In order of time. */
  readonly transactions: readonly StoreTransaction[];
  /** Numbers that a till lost: nothing happened under them. */
  readonly lost: readonly TicketName[];
  readonly counts: Readonly<Record<Feature, number>>;
}
