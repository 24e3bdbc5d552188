import type { BusinessEvent } from "#domain/events";
import type { DocumentKey, EventKey, TransactionId } from "#domain/identity";
import type { Currency, MinorUnits } from "#domain/money";
import type { ElectionValue } from "#domain/policy";

/** Dimensions of a role, such as { gateway: "shopify_payments", currency: "USD" }; those that roles.csv lists for it. */
export type Dimensions = Readonly<Record<string, string>>;

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
  readonly pair?: string;
}

export interface TargetLine {
  readonly role: string;
  readonly dimensions: Dimensions;
  /** Transaction currency, debit positive, credit negative; 0 only where the line is an exchange difference (c33). */
  readonly amount: MinorUnits;
  /** Where the books are in another currency than the journal: its amount there, at the rates that are recorded as facts. */
  readonly functionalAmount?: MinorUnits;
}

/** A journal that the ERP should hold: balanced, one entity, one transaction currency. */
export interface JournalDocument extends TargetDocumentBase {
  readonly type: "journal";
  readonly lines: readonly TargetLine[];
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
}

/** What was agreed for goods, whatever they cost. */
export interface AgreedAmount {
  readonly amount: MinorUnits;
  readonly currency: Currency;
}

export interface LineName {
  readonly role: string;
  readonly dimensions: Dimensions;
}

/** A journal over costs (c30, c31): balanced as every entry is a debit and a credit of one amount, whatever that comes to. */
export interface CostedDocument extends TargetDocumentBase {
  readonly type: "costed";
  readonly entries: readonly { readonly debit: LineName; readonly credit: LineName; readonly cost: CostBasis | MinorUnits }[];
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

/** What binding adds when the document is planned: stored with the plan, never hashed. */
export interface BoundLine extends TargetLine {
  readonly account: string;
  readonly functionalAmount: MinorUnits;
  /** A tax whose business date was filed already: it is declared for a later day, and amends the return of its own. */
  readonly amends?: TaxAmendment;
}

export interface TaxAmendment {
  /** The first day that was not filed yet, YYYY-MM-DD. */
  readonly taxDate: string;
  /** The business date, in the return that is to be amended. */
  readonly originalDate: string;
}

export interface BoundMovement extends TargetMovement {
  readonly inventoryAccount: string;
  readonly counterAccount: string;
  /** Not negative, functional currency, for the whole quantity; absent = the ERP's average decides. */
  readonly totalCost?: MinorUnits;
}

interface Binding {
  readonly postingDate: string;
  readonly functionalCurrency: Currency;
  readonly policyVersion: string;
}

export interface BoundJournal extends JournalDocument, Binding {
  readonly lines: readonly BoundLine[];
}

export interface BoundStock extends StockDocument, Binding {
  readonly movements: readonly BoundMovement[];
}

export type BoundDocument = BoundJournal | BoundStock;

/** One step that is sent, with everything that is sent: re-sending it sends the same bytes. */
export type SentStep =
  | { readonly kind: "post"; readonly key: DocumentKey; readonly erpKey: string; readonly hash: string; readonly document: BoundDocument }
  | {
      readonly kind: "reverse";
      readonly key: DocumentKey;
      /** Of the reversal itself, derived from `reverses`. */
      readonly erpKey: string;
      /** ERP key of the document to reverse. */
      readonly reverses: string;
      readonly entity: string;
      readonly postingDate: string;
      /** What the ERP makes of it (c36); absent: the mirror of the document. */
      readonly correctionStyle?: Exclude<ElectionValue<"correctionStyle">, "reversal">;
      /** Taxes of filed days that it takes back: the ERP mirrors the document's lines, so they are told here. */
      readonly amends?: readonly (TaxAmendment & { readonly jurisdiction: string; readonly amount: MinorUnits })[];
    };

/** What happened before the cut-over is recorded and never sent: the ERP holds it in its opening balances. */
export interface OpeningStep {
  readonly kind: "opening";
  readonly key: DocumentKey;
  readonly erpKey: string;
  /** "" when the document is no more. */
  readonly hash: string;
  /** Null: it is no more, and its difference was booked by hand. */
  readonly document: BoundDocument | null;
}

/** Facts are recorded in another stream. Telling is no posting: it has no period, no account and no ERP. */
export interface TellStep {
  readonly kind: "tell";
  readonly key: DocumentKey;
  readonly erpKey: string;
  /** "" when what was told is withdrawn. */
  readonly hash: string;
  readonly entity: string;
  readonly to: TransactionId;
  /** Null: what this key told `to` before is withdrawn. */
  readonly document: ToldDocument | null;
}

/** One step of a plan. */
export type PlanStep = SentStep | OpeningStep | TellStep;

/** The cost that the ERP gave a movement: total for the quantity, not negative, functional currency. */
export interface MovementCost {
  readonly movement: string;
  readonly totalCost: MinorUnits;
}

/** The definitive answer for one step. "skipped": not sent, because the step before it in its group was refused. */
export type StepResult =
  | {
      readonly kind: "done";
      /** The ERP's own document number; for what is not sent, one of `unsentNumbers`. */
      readonly number: string;
      readonly costs?: readonly MovementCost[];
      /** What the ERP wants people to know, such as stock gone negative. */
      readonly warnings?: readonly string[];
    }
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  | { readonly kind: "skipped" };

/** What stands in the place of the ERP's number for a step that no ERP ever sees. */
export const unsentNumbers = { opening: "opening", tell: "told" } as const satisfies Record<Exclude<PlanStep, SentStep>["kind"], string>;

/** Whether a step goes to the ERP; the others are done as soon as they are on record. */
export function isSent(step: PlanStep): step is SentStep {
  return !Object.hasOwn(unsentNumbers, step.kind);
}
