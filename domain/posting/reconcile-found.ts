import type { Problem } from "#domain/exceptions";
import { type ClosureItem, closureKey, type ExceptionItem, type ExceptionState, type TransactionView } from "#domain/lineage";
import { openedException, problemId } from "./reconcile-exceptions.ts";

/**
 * Compares what an operation found with what it has opened before: what is new is opened, what it looked at and is gone is closed by the hub.
 * A person's closure stands while the cause is the same one.
 */
export function reconcileFound(
  view: TransactionView,
  found: readonly Problem[],
  lookedAt: (exception: ExceptionItem) => boolean,
  connection: string | undefined,
  at: string,
): (ExceptionItem | ClosureItem)[] {
  const items: (ExceptionItem | ClosureItem)[] = [];
  const latest = new Map<string, ExceptionState>();
  for (const state of view.exceptions) latest.set(problemId(state.opened), state);
  const current = new Set(found.map(problemId));
  for (const problem of new Map(found.map((each) => [problemId(each), each])).values()) {
    const closed = latest.get(problemId(problem))?.closed;
    if (closed !== undefined && closed.by !== "hub") continue;
    const opened = openedException(view, { ...problem, foundBy: "operation" }, connection, at);
    if (opened !== undefined) items.push(opened);
  }
  for (const [id, { opened, closed }] of latest) {
    if (closed !== undefined || current.has(id) || opened.foundBy !== "operation" || !lookedAt(opened)) continue;
    const reason = "its cause is gone";
    items.push({ type: "closure", transaction: view.transaction, key: closureKey(opened.key), at, by: "hub", reason });
  }
  return items;
}
