import { exceptionClasses } from "#domain/exceptions";
import type { ExceptionItem, ExceptionState, TransactionView } from "#domain/lineage";
import { chainOf } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { exceptionId } from "#functions/announce-events";
import { readTransaction } from "#functions/read-transaction";
import type { Hub } from "#hub";

/** One row of the exception desk, as `exceptions --json` gives it. */
export interface ExceptionRow {
  readonly id: string;
  readonly class: string;
  readonly code: string;
  readonly severity: string;
  readonly owner: string;
  readonly dueAt: string;
  readonly transaction: string;
  readonly document: string | null;
  /** Decimal string. */
  readonly amount: string | null;
  readonly currency: string | null;
  readonly message: string;
  /** What to do. */
  readonly action: string;
  readonly state: "open" | "closed";
}

export function exceptionRow(item: ExceptionItem, state: "open" | "closed"): ExceptionRow {
  const data = exceptionClasses[item.class];
  const amount = item.amount !== undefined && item.currency !== undefined ? formatMinorUnits(item.amount, item.currency) : null;
  return {
    id: exceptionId(item.transaction, item.key),
    class: item.class,
    code: item.code,
    severity: data.severity,
    owner: data.owner,
    dueAt: item.dueAt,
    transaction: item.transaction,
    document: item.document ?? null,
    amount,
    currency: item.currency ?? null,
    message: item.message,
    action: data.advice,
    state,
  };
}

export function rowOf({ opened, closed }: ExceptionState): ExceptionRow {
  return exceptionRow(opened, closed === undefined ? "open" : "closed");
}

/** The streams behind a reference: a transaction id itself, or any other name of it. */
export async function findTransactions(hub: Hub, reference: string): Promise<readonly TransactionView[]> {
  const direct = await readTransaction(hub.lineage, reference);
  if (direct.documents.length > 0) return [direct];
  const found = await hub.references.find(undefined, reference);
  return Promise.all(found.map((transaction) => readTransaction(hub.lineage, transaction)));
}

/** Every transaction of the data folder, one at a time. */
export async function* allTransactions(hub: Hub): AsyncGenerator<TransactionView> {
  let after: string | undefined;
  do {
    const page = await hub.lineage.transactions(after, 500);
    for (const transaction of page.transactions) yield await readTransaction(hub.lineage, transaction);
    after = page.next;
  } while (after !== undefined);
}

export type TransactionState = "settled" | "held" | "posting" | "waiting";

/** Where a transaction stands: held by an exception, with a plan that has no answer yet, with facts that no plan covers, or settled. */
export function stateOf(view: TransactionView): TransactionState {
  const blocking = view.exceptions.some(
    ({ opened, closed }) => closed === undefined && exceptionClasses[opened.class].blocks !== "nothing",
  );
  const posting = [...view.chains.keys()].some((connection) => {
    const { plans, outcomes } = chainOf(view, connection);
    const last = plans.at(-1);
    return last !== undefined && !outcomes.has(last.number);
  });
  if (posting) return "posting";
  return blocking ? "held" : "settled";
}
