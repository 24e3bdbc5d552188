import type { Problem } from "#domain/exceptions";
import { foldFacts } from "#domain/ledger";
import type { TransactionView } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { coursesOf, type FollowedReturn, type ReturnCourse } from "#domain/returns";
import { gatherFacts } from "./gather-facts.ts";

const overdue = "policy.refund-overdue";

/** How far an authorised return of a sale has come. Undefined when `key` names none. */
export function returnCourseIn(view: TransactionView, key: string, now: string): ReturnCourse | undefined {
  return coursesIn(view, now).get(key);
}

/**
 * Returns whose goods are back and whose refund is not out in the time of the policy under which they were authorised. It moves nothing in
 * the ledger. Found by every look, so that it is closed by the hub as soon as a fact says that the money is out.
 */
export function refundOverdueProblems(view: TransactionView, now: string): Problem[] {
  const back = view.reservations.filter(({ end }) => end?.how === "consumed");
  if (back.length === 0) return [];
  const courses = coursesIn(view, now);
  return back.flatMap(({ granted: { key, authorization, grant }, end }): Problem[] => {
    const course = courses.get(key);
    // Clocks differ a little: what one of them has found overdue stays so until the money is out.
    const told = view.exceptions.some(({ opened, closed }) => opened.class === overdue && opened.cause === key && closed === undefined);
    if (course?.kind !== "refund-overdue" && !(course?.kind === "refund-due" && told)) return [];
    const { payable: amount, currency } = grant.refund;
    const promised = `${formatMinorUnits(amount, currency)} ${currency}`;
    return [
      {
        class: overdue,
        code: "refund",
        cause: key,
        ...(end?.event === undefined ? {} : { event: end.event }),
        amount,
        currency,
        message: `goods of return ${authorization} came back at ${course.backAt}, and their refund (${promised} were authorised) is not settled; it was due at ${course.dueAt}.`,
      },
    ];
  });
}

function coursesIn({ reservations, documents }: TransactionView, now: string): ReadonlyMap<string, ReturnCourse> {
  const returns = reservations.map(({ granted, end }): FollowedReturn => (end === undefined ? granted : { ...granted, end }));
  return coursesOf(returns, foldFacts(gatherFacts(documents).events).events, now);
}
