import type { Problem } from "#domain/exceptions";
import { foldFacts, unexcusedReturnProblems } from "#domain/ledger";
import type { ReservationState, TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { gatherFacts } from "./gather-facts.ts";

/**
 * Goods that a store took back under the name of an authorised return that was over when it did: expired, cancelled, used for another
 * return, or never given. Such a name excuses nothing: the return is judged by the rules, as one that names none. It moves nothing in the
 * ledger.
 */
export function lapsedAuthorizationProblems(view: TransactionView, policy: Policy): Problem[] {
  // Few sales have any such return, and the facts of the others need not be folded for it.
  if (!view.documents.some(({ events }) => events.some(({ name }) => name === "return.taken-back"))) return [];
  const { events } = foldFacts(gatherFacts(view.documents).events);
  return events.flatMap((event): Problem[] => {
    if (event.name !== "return.taken-back" || event.authorization === undefined) return [];
    const { key, authorization, occurredAt } = event;
    const named = view.reservations.find(({ granted }) => granted.authorization === authorization);
    const lapse = named === undefined ? "was never given" : lapseOf(named, key, occurredAt);
    if (lapse === undefined) return [];
    return unexcusedReturnProblems(events, event, policy, view.transaction).map((problem) => ({
      ...problem,
      message: `${problem.message} It named ${authorization}, which ${lapse}.`,
    }));
  });
}

/** Why a reservation no longer held when the goods came back; undefined: it did. */
function lapseOf({ granted, end }: ReservationState, event: string, at: string): string | undefined {
  if (end?.how === "consumed") return end.event === event ? undefined : "was used for another return";
  if (end?.how === "cancelled" && end.at <= at) return `was cancelled at ${end.at}`;
  return granted.expiresAt <= at ? `expired at ${granted.expiresAt}` : undefined;
}
