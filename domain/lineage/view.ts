import type { TransactionId } from "#domain/identity";
import type {
  ApprovalDecisionItem,
  ApprovalItem,
  ClosureItem,
  DocumentItem,
  ErasureItem,
  EscalationItem,
  ExceptionItem,
  LineageItem,
  OutcomeItem,
  PlanItem,
  ReservationEndItem,
  ReservationItem,
  RetryItem,
  TakeOverItem,
} from "./items.ts";
import { approvalDecisionKey, closureKey, exceptionKeyOf, reservationEndKey } from "./keys.ts";

/** One connection's chain of decisions, in the order of their numbers. */
export interface PlanChain {
  readonly plans: readonly PlanItem[];
  readonly outcomes: ReadonlyMap<number, OutcomeItem>;
  /** By plan number, in order. */
  readonly takeOvers: ReadonlyMap<number, readonly TakeOverItem[]>;
}

export interface ExceptionState {
  readonly opened: ExceptionItem;
  readonly closed?: ClosureItem;
  /** In the order of their steps; absent: none. */
  readonly escalations?: readonly EscalationItem[];
  /** Of a request for erasure, once it is done. */
  readonly erased?: ErasureItem;
  /** In the order of their numbers; absent: none. */
  readonly retries?: readonly RetryItem[];
}

export interface ApprovalState {
  readonly asked: ApprovalItem;
  readonly decision?: ApprovalDecisionItem;
}

export interface ReservationState {
  readonly granted: ReservationItem;
  readonly end?: ReservationEndItem;
}

/** The items of one transaction, sorted into what they are. */
export interface TransactionView {
  readonly transaction: TransactionId;
  readonly documents: readonly DocumentItem[];
  readonly chains: ReadonlyMap<string, PlanChain>;
  /** In the order of their keys: class, cause, occurrence. */
  readonly exceptions: readonly ExceptionState[];
  /** In the order of their keys: change, occurrence. */
  readonly approvals: readonly ApprovalState[];
  /** In the order of their numbers. */
  readonly reservations: readonly ReservationState[];
}

const noPlans: PlanChain = { plans: [], outcomes: new Map(), takeOvers: new Map() };

export function chainOf(view: TransactionView, connection: string): PlanChain {
  return view.chains.get(connection) ?? noPlans;
}

/** Sorts a transaction's items, given in any order. */
export function viewTransaction(transaction: TransactionId, items: readonly LineageItem[]): TransactionView {
  const documents: DocumentItem[] = [];
  const chains = new Map<string, { plans: PlanItem[]; outcomes: Map<number, OutcomeItem>; takeOvers: Map<number, TakeOverItem[]> }>();
  const opened: ExceptionItem[] = [];
  const closures = new Map<string, ClosureItem>();
  const escalations = new Map<string, EscalationItem[]>();
  const retries = new Map<string, RetryItem[]>();
  const erasures = new Map<string, ErasureItem>();
  const asked: ApprovalItem[] = [];
  const decisions = new Map<string, ApprovalDecisionItem>();
  const granted: ReservationItem[] = [];
  const ends = new Map<string, ReservationEndItem>();
  for (const item of [...items].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))) {
    switch (item.type) {
      case "document":
        documents.push(item);
        break;
      case "plan":
        chain(item.connection).plans.push(item);
        break;
      case "outcome":
        chain(item.connection).outcomes.set(item.number, item);
        break;
      case "take-over": {
        const { takeOvers } = chain(item.connection);
        takeOvers.set(item.number, [...(takeOvers.get(item.number) ?? []), item]);
        break;
      }
      case "exception":
        opened.push(item);
        break;
      case "closure":
        closures.set(item.key, item);
        break;
      case "escalation":
        append(escalations, exceptionKeyOf(item.key), item);
        break;
      case "retry":
        append(retries, exceptionKeyOf(item.key), item);
        break;
      case "erasure":
        erasures.set(exceptionKeyOf(item.key), item);
        break;
      case "approval":
        asked.push(item);
        break;
      case "approval-decision":
        decisions.set(item.key, item);
        break;
      case "reservation":
        granted.push(item);
        break;
      case "reservation-end":
        ends.set(item.key, item);
        break;
    }
  }
  const exceptions = opened.map((item): ExceptionState => {
    const [closed, escalated, retried] = [closures.get(closureKey(item.key)), escalations.get(item.key), retries.get(item.key)];
    const erased = erasures.get(item.key);
    return {
      opened: item,
      ...(erased === undefined ? {} : { erased }),
      ...(closed === undefined ? {} : { closed }),
      ...(escalated === undefined ? {} : { escalations: escalated }),
      ...(retried === undefined ? {} : { retries: retried }),
    };
  });
  const approvals = asked.map((item) => {
    const decision = decisions.get(approvalDecisionKey(item.key));
    return decision === undefined ? { asked: item } : { asked: item, decision };
  });
  const reservations = granted.map((item) => {
    const end = ends.get(reservationEndKey(item.key));
    return end === undefined ? { granted: item } : { granted: item, end };
  });
  return { transaction, documents, chains, exceptions, approvals, reservations };

  function chain(connection: string) {
    let found = chains.get(connection);
    if (found === undefined) chains.set(connection, (found = { plans: [], outcomes: new Map(), takeOvers: new Map() }));
    return found;
  }
}

function append<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
