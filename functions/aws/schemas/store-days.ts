import * as z from "zod/mini";
import type { StoreDayAudit } from "#functions/audit-store-day";
import type { WindowEnd } from "#functions/end-window";
import type { FollowedStoreDay } from "#functions/follow-store-day";

export const windowEndSchema: z.ZodMiniType<WindowEnd> = z.union([
  z.object({ outcome: z.literal("ended") }),
  z.object({ outcome: z.literal("too-early"), endsAt: z.string() }),
]);

export const storeDayAuditSchema: z.ZodMiniType<StoreDayAudit> = z.union([
  z.object({ outcome: z.enum(["audited", "reopened", "waived", "reconciled"]), transaction: z.string(), contributions: z.int() }),
  z.object({ outcome: z.literal("incomplete"), transaction: z.string(), missing: z.array(z.string()) }),
  z.object({ outcome: z.literal("already-audited"), transaction: z.string(), by: z.string(), at: z.string() }),
  z.object({ outcome: z.enum(["not-audited", "not-missing", "not-posted"]), transaction: z.string() }),
  z.object({ outcome: z.enum(["not-begun", "unknown-store", "no-day"]) }),
]);

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
