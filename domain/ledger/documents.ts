import type { BusinessEvent } from "#domain/events";
import type { DocumentKey, EventKey, TransactionId } from "#domain/identity";
import type { Currency, FixedRate, MinorUnits } from "#domain/money";

/** Dimensions of a role, such as { gateway: "shopify_payments", currency: "USD" }; those that roles.csv lists for it. */
export type Dimensions = Readonly<Record<string, string>>;

/** One of the legs that an event has with several entities at once. */
export interface PairWith {
  readonly counterparty: string;
  readonly pair: string;
}

/** A pair id; or, of a leg whose other legs are in the books of several entities, the id of each of them. */
export type Pair = string | readonly PairWith[];

/** Every id under which a leg is one of a pair, with the entity that has the other one where the leg names several. */
export function pairsOf(pair: Pair | undefined): readonly { readonly pair: string; readonly counterparty?: string }[] {
  if (pair === undefined) return [];
  return typeof pair === "string" ? [{ pair }] : pair;
}

interface TargetDocumentBase {
  readonly key: DocumentKey;
  /** Why it exists, such as "capture" or "revenue": unique per (event, entity, currency). */
  readonly kind: string;
  /** The event that caused it. */
  readonly event: EventKey;
  readonly entity: string;
  readonly currency: Currency;
  /** YYYY-MM-DD in the calendar of the store or entity. */
  readonly businessDate: string;
  /** Of an intercompany leg: the id that its other leg carries too, in the books of another entity. Never hashed. */
  readonly pair?: Pair;
}

/** An amount at the rate of a day, in the currency of the books. */
export interface Worth {
  readonly amount: MinorUnits;
  readonly currency: Currency;
  /** YYYY-MM-DD. */
  readonly day: string;
}

export interface TargetLine {
  readonly role: string;
  readonly dimensions: Dimensions;
  /** Transaction currency, debit positive, credit negative; 0 only where the line is an exchange difference (c33). */
  readonly amount: MinorUnits;
  /** Where the books are in another currency than the journal: its amount there, at the rates that are recorded as facts. */
  readonly functionalAmount?: MinorUnits;
  /**
   * What it is worth where the books are in another currency, when that is not its amount at the rate of the journal's day: the sum of these,
   * each at the rate of its own day (c33). Gone once the functional amounts are found.
   */
  readonly worth?: readonly Worth[];
  /** Of a summary's line: the account that its contributions were given when they were told. Never hashed. */
  readonly account?: string;
}

/** One content of a journal of another transaction: summed up here (1), or taken out of what an earlier summary says (-1). */
export interface SummaryPart {
  readonly document: DocumentKey;
  readonly hash: string;
  readonly sign: 1 | -1;
}

/** A journal that the ERP should hold: balanced, one entity, one transaction currency. */
export interface JournalDocument extends TargetDocumentBase {
  readonly type: "journal";
  readonly lines: readonly TargetLine[];
  /** Of a summary (c35): what it sums up. */
  readonly contributions?: readonly SummaryPart[];
  /** Of what was agreed for goods: which issue each amount is of, so that it is told at the rate of that day in other books. Never hashed. */
  readonly priced?: CostedDocument["entries"];
  /** Of what only takes another document back on a later day: posted once that one is in the books as it is wished for. Never hashed. */
  readonly follows?: DocumentKey;
}

/**
 * The cost of a part of an issue, which the ERP that issued it tells, with what the owner of the goods adds. All quantities are millionths:
 * the part is the `quantityMillionths` that follow the first `from` of the `issuedMillionths`.
 */
export interface CostBasis {
  readonly document: DocumentKey;
  readonly movement: string;
  readonly issuedMillionths: number;
  readonly from: number;
  readonly quantityMillionths: number;
  /** A decimal string such as "0.05"; "0" is at cost. */
  readonly markup: string;
  /** Where the document is in another currency than the cost. */
  readonly rate?: FixedRate;
}

/** The issue that an agreed amount is of, and what the parts of it before this one came to. */
export interface PriceSource {
  readonly document: DocumentKey;
  /** Of the agreed amount, where it is not that of the issue. */
  readonly currency?: Currency;
  readonly before: MinorUnits;
}

/** What was agreed for goods, whatever they cost. */
export interface AgreedAmount {
  readonly amount: MinorUnits;
  readonly currency: Currency;
  /** Never hashed. */
  readonly of?: PriceSource;
}

export interface LineName {
  readonly role: string;
  readonly dimensions: Dimensions;
}

/** A journal over costs (c30, c31): balanced as every entry is a debit and a credit of one amount, whatever that comes to. */
export interface CostedDocument extends TargetDocumentBase {
  readonly type: "costed";
  readonly entries: readonly {
    readonly debit: LineName;
    readonly credit: LineName;
    readonly cost: CostBasis | MinorUnits;
    /** Of an agreed amount. Never hashed. */
    readonly of?: PriceSource;
    /** Where the books are in another currency than the document. */
    readonly books?: FixedRate;
  }[];
}

export interface TargetMovement {
  /** Unique within the document. */
  readonly id: string;
  readonly item: string;
  readonly itemClass: string;
  /** Policy's location id. */
  readonly location: string;
  /** Signed: an issue is negative, a receipt positive. */
  readonly quantityMillionths: number;
  /** The other side of the inventory account: "cogs" for sales and returns. */
  readonly counterRole: string;
  /** Absent: those of the movement, location and item class. */
  readonly counterDimensions?: Dimensions;
  /**
   * "average": what the ERP's average says now. Otherwise the cost of that movement of an earlier issue in this stream, what is left of it
   * coming back with the last piece; or, for goods that change their owner on the way, exactly a part of it, or an agreed amount.
   */
  readonly cost: "average" | { readonly document: DocumentKey; readonly movement: string } | CostBasis | AgreedAmount;
}

/** A stock movement with quantities; the ERP answers with its cost and books COGS (or takes the cost that is given). */
export interface StockDocument extends TargetDocumentBase {
  readonly type: "stock";
  readonly movements: readonly TargetMovement[];
  /** Of a receipt: the number of the order that the goods came on. */
  readonly purchaseOrder?: string;
}

/**
 * Facts for another stream (a store return for its original sale): recorded there and never sent to an ERP. `entity` is the one whose
 * connection carries them.
 */
export interface ToldDocument extends TargetDocumentBase {
  readonly type: "told";
  readonly to: TransactionId;
  /** Never empty; their keys name the telling stream, so that no other stream tells the same ones. */
  readonly facts: readonly BusinessEvent[];
}

/** What an ERP is to hold. */
export type ErpDocument = JournalDocument | StockDocument | CostedDocument;

export type TargetDocument = ErpDocument | ToldDocument;
