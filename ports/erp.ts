import type { HeldPurchaseOrder, PurchaseOrder, SentStep, StepResult, Unapplied } from "#domain/posting";

/** Per step: a definitive result, or "unavailable" (certainly not applied) or "unknown" (perhaps applied). */
export type StepAnswer = StepResult | Unapplied | { readonly kind: "unknown"; readonly message: string };

export interface ErpCapabilities {
  /** "native": the same key gives the first answer. "look-up": the ERP must be asked before a key is sent a second time. */
  readonly idempotency: "native" | "look-up";
  /** Who books COGS and inventory for a stock document (c38): the ERP by itself, or the adapter with a journal under the document's key. */
  readonly inventoryJournal: "erp" | "hub";
  /** What a correction can be in this ERP's books (c36), the mirrored document always; another style that a step asks for is told in its memo. */
  readonly correctionStyles: readonly ("reversal" | "negative" | "credit-note")[];
  readonly maxStepsPerCall: number;
  /** It takes one sender at a time: each document starts from what the one before it left. Absent: any number. */
  readonly sendersMax?: 1;
  /** A journal with more lines is refused. */
  readonly linesPerJournalMax: number;
}

export interface ErpJournalLine {
  readonly account: string;
  readonly role: string;
  /** Minor units of the journal's currency; one of the two is 0. */
  readonly debit: number;
  readonly credit: number;
  readonly functionalDebit: number;
  readonly functionalCredit: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A journal as the ERP holds it. `key` is ours; "" for one that was entered in the ERP by hand. */
export interface ErpJournal {
  readonly number: string;
  readonly key: string;
  readonly reverses?: string;
  /** Key of the document that took it back; "" for one that was entered in the ERP by hand. */
  readonly reversedBy?: string;
  readonly entity: string;
  readonly businessDate: string;
  readonly postingDate: string;
  readonly currency: string;
  readonly functionalCurrency: string;
  readonly memo: string;
  readonly lines: readonly ErpJournalLine[];
}

export interface ErpAccountBalance {
  readonly account: string;
  readonly name: string;
  readonly debit: number;
  readonly credit: number;
}

export interface ErpStockLevel {
  readonly item: string;
  readonly location: string;
  readonly quantityMillionths: number;
  /** Minor units of the entity's functional currency. */
  readonly value: number;
  readonly movements: number;
}

/** A record of an ERP's master data. One that is not active takes no new documents. */
export interface ErpRecord {
  readonly code: string;
  readonly name: string;
  readonly active: boolean;
}

/** What an ERP knows of a company, for the policies to agree with. Days are YYYY-MM-DD, inclusive. */
export interface ErpMasterData {
  readonly functionalCurrency: string;
  readonly accounts: readonly {
    readonly account: string;
    readonly name: string;
    readonly active: boolean;
    /** Dimensions without which a line on this account is refused. */
    readonly requiredDimensions: readonly string[];
  }[];
  /** Undefined: the ERP keeps no list of them, and takes any. */
  readonly items: readonly ErpRecord[] | undefined;
  readonly locations: readonly ErpRecord[] | undefined;
  readonly parties: readonly ErpRecord[] | undefined;
  readonly taxCodes: readonly ErpRecord[] | undefined;
  /** ISO 4217 codes in which it takes journals. Absent: any. */
  readonly currencies?: readonly string[] | undefined;
  /** A day in none of them is closed. */
  readonly periods: readonly { readonly from: string; readonly to: string; readonly open: boolean }[];
}

export interface ErpReadFilter {
  readonly entity?: string;
  /** Posting dates, inclusive. */
  readonly from?: string;
  readonly to?: string;
  /** Documents whose key starts with this. */
  readonly keyPrefix?: string;
}

/**
 * The orders to vendors that an ERP keeps (c41). It is their record: what is sent here is made there once, and what people make of it afterwards
 * is theirs. Goods that arrive on an order come as a stock document that names it, by `submit`.
 */
export interface ErpPurchasing {
  /**
   * Makes an order that is not there. Sent again it gives the first answer, and after a lost answer it takes what was begun further. Other
   * content under its number is refused as "key-reused".
   */
  place(order: PurchaseOrder): Promise<StepAnswer>;
  /** What the ERP holds under these numbers, ours or its own; undefined = absent. */
  find(entity: string, numbers: readonly string[]): Promise<readonly (HeldPurchaseOrder | undefined)[]>;
}

/** One ERP connection. Entities are ours; the adapter maps them to the ERP's companies. */
export interface Erp {
  readonly capabilities: ErpCapabilities;
  /**
   * Sends groups of steps; within a group (a reversal and its re-post) a step that is not done makes the rest "skipped".
   * An answer per step, in order. A request for one group never depends on another group.
   */
  submit(groups: readonly (readonly SentStep[])[]): Promise<readonly (readonly StepAnswer[])[]>;
  /** What the ERP holds under these keys: the result as it was first given; undefined = absent. */
  find(keys: readonly string[]): Promise<readonly (StepResult | undefined)[]>;
  journals(filter: ErpReadFilter, after: string | undefined, limit: number): Promise<{ journals: readonly ErpJournal[]; next?: string }>;
  /** Keys of every document the ERP holds under our prefix, journals and stock: for verify. */
  documentKeys(filter: ErpReadFilter, after: string | undefined, limit: number): Promise<{ keys: readonly string[]; next?: string }>;
  trialBalance(
    entity: string,
    filter: { readonly from?: string; readonly to?: string },
  ): Promise<{ currency: string; accounts: readonly ErpAccountBalance[] }>;
  stock(entity: string): Promise<readonly ErpStockLevel[]>;
  masterData(entity: string): Promise<ErpMasterData>;
  /** Absent: the hub reaches no orders of this ERP. */
  readonly purchasing?: ErpPurchasing;
}
