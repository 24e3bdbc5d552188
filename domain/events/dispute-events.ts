import * as z from "zod/mini";
import { currency, envelope, id, instant, minorUnits, text } from "./amounts.ts";

const disputeFields = {
  ...envelope,
  disputeId: id,
  /** Absent for a charge that belongs to no order. */
  orderId: z.optional(id),
};

/**
 * dispute.opened: a cardholder contests a charge (c26). The webhook changes state only: the money moves, and is booked, with the
 * settlement row.
 */
export const disputeOpened = z.object({
  name: z.literal("dispute.opened"),
  ...disputeFields,
  /** An inquiry withdraws no money. */
  kind: z.enum(["inquiry", "chargeback"]),
  amount: minorUnits.check(z.nonnegative()),
  currency,
  reason: z.optional(text),
  /** The card network's own code for it. */
  networkReason: z.optional(text),
});

/** dispute.updated: where it stands, and by when evidence is due. No entry. */
export const disputeUpdated = z.object({
  name: z.literal("dispute.updated"),
  ...disputeFields,
  status: z.enum(["needs-response", "under-review", "closed"]),
  evidenceDueBy: z.optional(instant),
  evidenceSentAt: z.optional(instant),
});

/** dispute.closed: how it ended. No entry: the settlement row that gives the money back, or does not, posts (c26). */
export const disputeClosed = z.object({
  name: z.literal("dispute.closed"),
  ...disputeFields,
  outcome: z.enum(["won", "lost", "accepted", "refunded"]),
});
