import type { BusinessEvent, EventOf } from "#domain/events";
import { eventKey } from "#domain/identity";
import { isCurrency } from "#domain/money";
import type { Facts } from "./facts.ts";
import { toInstant } from "./instant.ts";
import { Reading } from "./reading.ts";
import type { Dispute } from "./schemas.ts";
import { stated } from "./transaction.ts";

type Status = EventOf<"dispute.updated">["status"];
type Outcome = EventOf<"dispute.closed">["outcome"];

const statuses: Readonly<Record<string, { readonly status: Status; readonly outcome?: Outcome }>> = {
  needs_response: { status: "needs-response" },
  under_review: { status: "under-review" },
  charge_refunded: { status: "closed", outcome: "refunded" },
  accepted: { status: "closed", outcome: "accepted" },
  won: { status: "closed", outcome: "won" },
  lost: { status: "closed", outcome: "lost" },
};

const statusRank: Readonly<Record<Status, number>> = { "needs-response": 0, "under-review": 1, closed: 2 };

/**
 * The facts of a dispute as it stands. It has no time of change: its version is how far it has come, and an inquiry may still become a
 * chargeback. A dispute that ended without a stated time is dated by the last time that is stated.
 */
export function readDispute(dispute: Dispute, orderId: string | undefined): Facts {
  const id = String(dispute.id);
  const references = [{ type: "dispute" as const, value: id }];
  const reading = new Reading("dispute", id, dispute.currency);
  if (!isCurrency(dispute.currency)) reading.fail("data.value", "currency", [], "is no ISO 4217 code");
  if (dispute.type !== "inquiry" && dispute.type !== "chargeback") {
    reading.fail("data.value", "type", [], "is none of inquiry, chargeback");
  }
  const state = Object.hasOwn(statuses, dispute.status) ? statuses[dispute.status] : undefined;
  if (state === undefined) reading.fail("data.value", "status", [], `is none of ${Object.keys(statuses).join(", ")}`);
  const amount = reading.broken ? 0 : reading.amount(undefined, dispute.amount, "amount");
  if (amount < 0) reading.fail("data.value", "amount", [], "is negative");
  if (reading.broken || state === undefined) return { events: [], references, problems: reading.problems };

  const initiatedAt = toInstant(dispute.initiated_at)!;
  const dueBy = instantOrNothing(dispute.evidence_due_by);
  const sentAt = instantOrNothing(dispute.evidence_sent_on);
  const finalizedAt = instantOrNothing(dispute.finalized_on);
  const progress = `${dispute.type === "inquiry" ? 0 : 1}${statusRank[state.status]}`;
  const common = {
    schema: 1 as const,
    version: `${progress}/${sentAt ?? ""}/${finalizedAt ?? ""}/${dueBy ?? ""}`,
    disputeId: id,
    ...stated("orderId", orderId),
  };
  const events: BusinessEvent[] = [
    {
      name: "dispute.opened",
      key: eventKey("dispute.opened", id),
      ...common,
      occurredAt: initiatedAt,
      kind: dispute.type === "inquiry" ? "inquiry" : "chargeback",
      amount,
      currency: dispute.currency,
      ...stated("reason", dispute.reason),
      ...stated("networkReason", dispute.network_reason_code),
    },
    {
      name: "dispute.updated",
      key: eventKey("dispute.updated", id),
      ...common,
      occurredAt: finalizedAt ?? sentAt ?? initiatedAt,
      status: state.status,
      ...stated("evidenceDueBy", dueBy),
      ...stated("evidenceSentAt", sentAt),
    },
  ];
  if (state.outcome !== undefined) {
    events.push({
      name: "dispute.closed",
      key: eventKey("dispute.closed", id),
      ...common,
      occurredAt: finalizedAt ?? sentAt ?? initiatedAt,
      outcome: state.outcome,
    });
  }
  return { events, references, problems: [] };
}

function instantOrNothing(text: string | null | undefined): string | undefined {
  return text === null || text === undefined ? undefined : toInstant(text);
}
