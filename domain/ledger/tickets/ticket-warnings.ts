import type { BusinessEvent } from "#domain/events";
import { type Policy, ticketRuleFor } from "#domain/policy";
import { ticketWarnings } from "#domain/store-day";
import type { TargetDraft } from "../draft.ts";
import { masterDataProblems } from "./master-data-rules.ts";

/** Rules of the ticket gate that policy only warns of: the ticket is booked, and the desk is told. */
export function warnOfTickets(events: readonly BusinessEvent[], policy: Policy, draft: TargetDraft): void {
  for (const event of events) {
    if (event.name !== "ticket.completed") continue;
    const warnings = [
      ...ticketWarnings(event, (rule, tender) => ticketRuleFor(policy, rule, event, tender)),
      ...masterDataProblems(event, policy, "warning"),
    ];
    for (const { rule, problem } of warnings) draft.problem({ ...problem, class: "policy.ticket-rule", code: rule, event: event.key });
  }
}
