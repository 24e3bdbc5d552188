import * as z from "zod/mini";
import type { ClosedBooks } from "#functions/close-books";
import type { WindowEnd } from "#functions/end-window";
import type { FollowedStoreDay } from "#functions/follow-store-day";

export const windowEndSchema: z.ZodMiniType<WindowEnd> = z.union([
  z.object({ outcome: z.literal("ended") }),
  z.object({ outcome: z.literal("too-early"), endsAt: z.string() }),
]);

/** What was said about a store day or a period: who asks reads it, no machine does. */
export const closedBooksSchema: z.ZodMiniType<ClosedBooks> = z.custom<ClosedBooks>(
  (value) => typeof value === "object" && value !== null && "outcome" in value,
);

const state = z.enum([
  "received",
  "validated",
  "totalled",
  "audited",
  "posting",
  "posted",
  "reconciled",
  "reopened",
  "revised",
  "parked",
  "rejected",
]);

export const followedStoreDaySchema: z.ZodMiniType<FollowedStoreDay> = z.union([
  z.object({ outcome: z.literal("wait"), until: z.string(), state }),
  z.object({ outcome: z.enum(["posted", "overdue", "unknown-store"]), state }),
]);
