import type { BusinessEvent } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { TransactionId } from "#domain/identity";
import type { Target } from "#domain/ledger";
import type { ApprovalItem, ClosureItem, ExceptionItem, PlanItem, TakeOverItem, TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import type { PostingLease } from "./lease.ts";

/** What turns facts into a ledger; `version` is raised only when `target` changes meaning. */
export interface PostingRules {
  readonly version: number;
  readonly target: (events: readonly BusinessEvent[], policy: Policy, transaction: TransactionId) => Target;
}

export interface DecisionInput {
  readonly view: TransactionView;
  readonly connection: string;
  readonly policy: Policy;
  readonly rules: PostingRules;
  readonly lease: PostingLease;
  readonly now: string;
  /** The last plan's list of covered documents when it is kept by address. */
  readonly coveredKeys: readonly string[] | undefined;
  /** What a look-up beside the stream found wrong: told, and nothing of the ledger depends on it. */
  readonly found?: readonly Problem[];
}

export type Decision =
  /** Nothing can be decided now: look again at `until` (or soon, when absent). */
  | {
      readonly kind: "busy";
      readonly reason: string;
      readonly until?: string;
      readonly exceptions: readonly (ExceptionItem | ClosureItem)[];
    }
  | {
      readonly kind: "settled" | "held";
      readonly exceptions: readonly (ExceptionItem | ClosureItem)[];
      /** Asked for now. */
      readonly approvals?: readonly ApprovalItem[];
    }
  | {
      readonly kind: "take-over";
      readonly item: TakeOverItem;
      readonly plan: PlanItem;
      readonly exceptions: readonly (ExceptionItem | ClosureItem)[];
    }
  | {
      readonly kind: "plan";
      readonly plan: PlanItem;
      /** The list that the plan's `covers.address` points at: to be stored before the plan is inserted. */
      readonly coveredKeys: readonly string[];
      /** The answer once every step is done: "again" when something waits for this plan, or may have been missed. */
      readonly afterwards: "settled" | "held" | "again";
      readonly exceptions: readonly (ExceptionItem | ClosureItem)[];
      readonly approvals?: readonly ApprovalItem[];
    };
