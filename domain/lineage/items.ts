import type { BusinessEvent } from "#domain/events";
import type { ExceptionClass, ExceptionClassData, Problem } from "#domain/exceptions";
import type { DocumentKey, EventKey, SourceKey, StreamKind, TransactionId } from "#domain/identity";
import type { ApprovalKind } from "#domain/policy";
import type { PlanStep, PostingLease, StepResult } from "#domain/posting";
import type { LineBasis, ReturnGrant, ShippingBasis } from "#domain/returns";

/** Another name of a transaction: order name, receipt, payment, the gateway's name of it, fulfilment, refund, return, ERP number. */
export interface Reference {
  readonly type:
    | "order"
    | "order-name"
    | "payment"
    | "gateway-reference"
    | "gift-card"
    | "fulfillment"
    | "refund"
    | "return"
    | "return-authorization"
    | "dispute"
    | "transfer"
    | "ticket"
    | "receipt"
    | "till-day"
    | "file"
    | "payout"
    | "trace"
    | "settled-order"
    | "settled-payment"
    | "settled-payout"
    | "payout-amount"
    | "bank-movement"
    | "conversion"
    | "erp-document";
  readonly value: string;
}

/** A raw body: a removable attachment outside the hash chain (it may hold personal data). */
export interface RawBody {
  /** SHA-256 of the bytes, lower-case hex; stays when the body is removed. */
  readonly hash: string;
  readonly bytes: number;
  /** Content address in the document store, for a large body or a range of a file. */
  readonly address?: string;
  /** The body itself as text, when small. Removed for privacy. */
  readonly inline?: string;
}

interface ItemBase {
  readonly transaction: TransactionId;
  /** Sort key within the transaction; see keys.ts. */
  readonly key: string;
  /** Instant of the insert by the writer's clock. */
  readonly at: string;
}

/** D#: one content of one source resource. `contentHash` covers source, version, events and issues. */
export interface DocumentItem extends ItemBase {
  readonly type: "document";
  readonly kind: StreamKind;
  readonly source: SourceKey;
  readonly contentHash: string;
  /** Channel and shop or store: for metrics, fairness and routing. */
  readonly channel: string;
  readonly shop: string;
  /** The source's version, where no event could be read that tells it. */
  readonly version?: string;
  readonly events: readonly BusinessEvent[];
  readonly references: readonly Reference[];
  /** What is wrong with the document itself: kept, not posted. Its events do not enter the target. */
  readonly issues: readonly Problem[];
  readonly raw: RawBody;
  /** A person corrected a document that was kept and not believed, which stays beside this one: whose word it is, and why. */
  readonly edited?: { readonly from: string; readonly by: string; readonly reason: string };
  /** Another stream told it: of what that stream said under one source, the highest version counts, wholly. No events: it was withdrawn. */
  readonly told?: Telling;
}

/** Who told a fact: a document of the target of another stream, by a plan of that stream. */
export interface Telling {
  readonly from: TransactionId;
  readonly document: DocumentKey;
  /** Whose books the telling stream speaks for: that entity's connection carried it here. */
  readonly entity: string;
  readonly connection: string;
  readonly plan: number;
}

/** P#: a numbered decision: the stored steps are what is executed, however often. */
export interface PlanItem extends ItemBase {
  readonly type: "plan";
  readonly connection: string;
  readonly number: number;
  /** Hash of the previous plan and its outcome of this connection; null for the first. */
  readonly previous: string | null;
  /** Sort keys of the documents covered, or the address of the list above 500; with the digest of the list. */
  readonly covers: { readonly keys?: readonly string[]; readonly address?: string; readonly count: number; readonly digest: string };
  readonly policyRelease: number;
  readonly policyVersion: string;
  readonly targetVersion: number;
  /** Document or event keys that problems held back: no restatement when they post later. */
  readonly heldBack: readonly string[];
  /** More was held back than the list may hold: whatever was never posted may still post. */
  readonly heldBackMore?: true;
  readonly steps: readonly PlanStep[];
  /** Sort keys of the approvals that let some of the steps through. */
  readonly approvals?: readonly string[];
  /** How long an execution of this plan may work on it, from the insert of the plan or of a take-over. */
  readonly lease: PostingLease;
}

/** P#…#T: another execution takes over a plan whose lease has run out. */
export interface TakeOverItem extends ItemBase {
  readonly type: "take-over";
  readonly connection: string;
  readonly number: number;
  readonly take: number;
}

/** P#…#R: a definitive answer per step, in the order of the steps. */
export interface OutcomeItem extends ItemBase {
  readonly type: "outcome";
  readonly connection: string;
  readonly number: number;
  readonly results: readonly StepResult[];
}

/** X#: an exception opened. */
export interface ExceptionItem extends ItemBase, Problem {
  readonly type: "exception";
  readonly class: ExceptionClass;
  readonly occurrence: number;
  /** Found outside of a decision, which cannot see its cause: it stays until it is closed by name. */
  readonly foundBy?: "operation";
  /** The connection whose decision found it; absent when it concerns the transaction as such. */
  readonly connection?: string;
  readonly dueAt: string;
}

/** X#…#C: an exception closed, by "hub" or a named person. */
export interface ClosureItem extends ItemBase {
  readonly type: "closure";
  readonly by: string;
  readonly reason: string;
  /** Sort key of the decision on an approval that closed it. */
  readonly approval?: string;
}

/** X#…#E: nobody ended an open exception in time: how grave it is from then on, and whose. */
export interface EscalationItem extends ItemBase {
  readonly type: "escalation";
  /** Counts from 1. */
  readonly step: number;
  readonly class: ExceptionClass;
  readonly owner: string;
  readonly severity: ExceptionClassData["severity"];
}

/** X#…#T: a person has had the transaction of an exception looked at once more. */
export interface RetryItem extends ItemBase {
  readonly type: "retry";
  readonly by: string;
  readonly reason: string;
}

/** X#…#Z: the raw bodies that a request for erasure is about are gone. */
export interface ErasureItem extends ItemBase {
  readonly type: "erasure";
  /** How many there were. */
  readonly bodies: number;
}

/** A#: an approval is asked for the exact change of one document; `hash` names that change. */
export interface ApprovalItem extends ItemBase {
  readonly type: "approval";
  readonly connection: string;
  readonly hash: string;
  readonly occurrence: number;
  readonly kind: ApprovalKind;
  /** Who may decide: a role of the policies' owners. */
  readonly role: string;
  readonly document: DocumentKey;
  readonly entity: string;
  /** How much the document moves, minor units of `currency`; absent for goods. */
  readonly amount?: number;
  readonly currency: string;
  /** In words, for the person who decides. */
  readonly message: string;
  /** Who caused the change, and may not approve it: a person, or "hub". */
  readonly requestedBy: string;
  /** From this instant on nobody decides this one any more; if it is still needed, it is asked anew. */
  readonly expiresAt: string;
}

/** A#…#D: the one decision. A single key for every answer, so that of two clicks one counts. */
export interface ApprovalDecisionItem extends ItemBase {
  readonly type: "approval-decision";
  readonly connection: string;
  readonly answer: "granted" | "refused" | "expired";
  /** A person's name; "hub" for "expired". */
  readonly by: string;
  readonly reason: string;
}

/**
 * V#: a return that was authorised. Its units and its money are promised to nobody else until it ends. Numbered: whoever inserts a number
 * has seen every reservation before it, so that two clients at the same instant cannot both be given the last unit.
 */
export interface ReservationItem extends ItemBase {
  readonly type: "reservation";
  readonly number: number;
  /** The id that the till, the customer's receipt and the facts of the return name it by. */
  readonly authorization: string;
  /** Who asked, and the client's own name of the request: asked again it gets this answer. */
  readonly client: string;
  readonly request: string;
  readonly requestHash: string;
  /** Where the goods are brought or sent. */
  readonly channel: string;
  readonly place: string;
  readonly grant: ReturnGrant;
  /** What was known of each line, so that anybody can prove that the units were there to be promised. */
  readonly basis: readonly LineBasis[];
  /** The same of the shipping; absent where none of it is promised. */
  readonly shippingBasis?: ShippingBasis;
  /** From this instant on it holds nothing, once that is on record. */
  readonly expiresAt: string;
  /** Hours from the goods' coming back to when their refund is to be settled, by the rules of the grant. Absent: the standard. */
  readonly refundWithinHours?: number;
  readonly policyRelease: number;
  readonly policyVersion: string;
}

/** V#…#E: how a reservation ended. A single key for every end, so that of a return, a cancellation and an expiry one counts. */
export interface ReservationEndItem extends ItemBase {
  readonly type: "reservation-end";
  readonly how: "consumed" | "cancelled" | "expired";
  /** The client that cancelled; otherwise "hub". */
  readonly by: string;
  /** Of "consumed": the fact that it was for, and the units of the reservation that came back. What did not is free again. */
  readonly event?: EventKey;
  readonly lines?: readonly { readonly lineId: string; readonly quantityMillionths: number }[];
}

export type LineageItem =
  | DocumentItem
  | PlanItem
  | TakeOverItem
  | OutcomeItem
  | ApprovalItem
  | ApprovalDecisionItem
  | ExceptionItem
  | ClosureItem
  | EscalationItem
  | RetryItem
  | ErasureItem
  | ReservationItem
  | ReservationEndItem;
