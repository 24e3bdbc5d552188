import * as z from "zod/mini";
import type { ClosedBooks } from "#functions/close-books";
import type { WindowEnd } from "#functions/end-window";
import type { FollowedStoreDay } from "#functions/follow-store-day";

export const windowEndSchema: z.ZodMiniType<WindowEnd> = z.union([
  z.object({ outcome: z.literal("ended") }),
  z.object({ outcome: z.literal("too-early"), endsAt: z.string() }),
]);

const transaction = z.string();
const count = z.int().check(z.nonnegative());
const openItems = {
  openItems: z.array(
    z.object({ kind: z.enum(["exception", "store-day", "window", "unposted"]), transaction, day: z.string(), text: z.string() }),
  ),
  openItemCount: count,
};

const auditSchema = z.discriminatedUnion("outcome", [
  z.strictObject({
    action: z.literal("store-day"),
    outcome: z.enum(["audited", "reopened", "waived", "reconciled"]),
    transaction,
    contributions: count,
  }),
  z.strictObject({ action: z.literal("store-day"), outcome: z.literal("incomplete"), transaction, missing: z.array(z.string()) }),
  z.strictObject({ action: z.literal("store-day"), outcome: z.literal("already-audited"), transaction, by: z.string(), at: z.string() }),
  z.strictObject({ action: z.literal("store-day"), outcome: z.enum(["not-audited", "not-missing", "not-posted"]), transaction }),
  z.strictObject({ action: z.literal("store-day"), outcome: z.enum(["not-begun", "unknown-store", "no-day"]) }),
]);

const kept = { outcome: z.literal("kept"), transaction, sales: z.int(), cost: z.int() };
const accrued = { outcome: z.enum(["accrued", "unchanged", "closed"]), transaction };
const notOver = { outcome: z.literal("not-over"), endsOn: z.string() };
const noAccrual = { outcome: z.enum(["not-estimated", "other-window", "unknown-entity", "unknown-period"]) };
const ofChannel = z.discriminatedUnion("outcome", [
  z.strictObject(accrued),
  z.strictObject(kept),
  z.strictObject(notOver),
  z.strictObject(noAccrual),
]);
const accrue = { action: z.literal("accrue") };
const accrualSchema = z.discriminatedUnion("outcome", [
  z.strictObject({ ...accrue, ...accrued }),
  z.strictObject({ ...accrue, ...kept }),
  z.strictObject({ ...accrue, ...notOver }),
  z.strictObject({ ...accrue, ...noAccrual }),
  z.strictObject({
    ...accrue,
    outcome: z.literal("computed"),
    accruals: z.array(z.strictObject({ channel: z.string(), from: z.string(), sales: z.int(), cost: z.int(), accrual: ofChannel })),
  }),
]);

const closingSchema = z.discriminatedUnion("outcome", [
  z.strictObject({ action: z.literal("close"), outcome: z.literal("closed"), release: count, ...openItems }),
  z.strictObject({ action: z.literal("close"), outcome: z.literal("open-items"), ...openItems }),
  z.strictObject({ action: z.literal("close"), outcome: z.literal("not-over"), endsOn: z.string() }),
  z.strictObject({ action: z.literal("close"), outcome: z.enum(["already-closed", "unknown-entity", "unknown-period"]) }),
]);

/**
 * What was said about a store day or a period, told apart by the action and then by its outcome. Whoever asks reads it, no machine does; a field that no
 * outcome has is an answer that its callers do not know, and no answer to strip.
 */
export const closedBooksSchema: z.ZodMiniType<ClosedBooks> = z.discriminatedUnion("action", [auditSchema, accrualSchema, closingSchema]);

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
