import * as z from "zod/mini";
import type { StoreDayAudit } from "#functions/audit-store-day";
import type { WindowEnd } from "#functions/end-window";

export const windowEndSchema: z.ZodMiniType<WindowEnd> = z.union([
  z.object({ outcome: z.literal("ended") }),
  z.object({ outcome: z.literal("too-early"), endsAt: z.string() }),
]);

export const storeDayAuditSchema: z.ZodMiniType<StoreDayAudit> = z.union([
  z.object({ outcome: z.enum(["audited", "reopened"]), transaction: z.string(), contributions: z.int() }),
  z.object({ outcome: z.literal("already-audited"), transaction: z.string(), by: z.string(), at: z.string() }),
  z.object({ outcome: z.literal("not-audited"), transaction: z.string() }),
  z.object({ outcome: z.enum(["not-begun", "unknown-store", "no-day"]) }),
]);
