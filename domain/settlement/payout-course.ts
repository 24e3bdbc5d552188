import type { MinorUnits } from "#domain/money";
import type { MatchReason } from "./match-words.ts";
import type { SettlementPayout } from "./settlement-row.ts";
import type { Variance } from "./variance.ts";

/**
 * What the reconciliation of a payout waits for: "held": its rows are not whole, or one of them is in no class; "variance": a row or bank
 * line differs from what it settles, and nobody has given that up; "wait-for-posting", "wait-for-bank"; "closed": everything agrees.
 */
export const payoutSteps = ["held", "variance", "wait-for-posting", "wait-for-bank", "closed"] as const;
export type PayoutStep = (typeof payoutSteps)[number];

/** A row, or a bank line, of the payout as its own stream says it now. */
export interface FollowedPart {
  readonly net: MinorUnits;
  /** False: of a type in no class, and not released to suspense. */
  readonly isClassified: boolean;
  /** A charge or refund that nobody has looked for yet. */
  readonly isToBeMatched: boolean;
  /** What is open of it: written off, it is none. Its own stream says so on the desk. */
  readonly variance: Pick<Variance, "amount" | "reason"> | undefined;
  readonly isPosted: boolean;
}

export interface FollowedPayout {
  readonly payout: SettlementPayout;
  /** How many rows came with it; absent where its file has none. */
  readonly statedRows: number | undefined;
  /** Without the row that is the payout itself. */
  readonly rows: readonly FollowedPart[];
  readonly bankLines: readonly FollowedPart[];
  /** What bank lines show of it. */
  readonly banked: MinorUnits;
  /** What came back to the gateway, positive; 0: nothing. */
  readonly returned: MinorUnits;
  readonly isPosted: boolean;
}

export interface PayoutCourse {
  readonly step: PayoutStep;
  readonly rows: number;
  /** Rows and lines that keep it at this step. */
  readonly open: number;
  /** What is open at this step, minor units: stated less rows, variances, or what the bank has still to show. */
  readonly amount: MinorUnits;
  /** What somebody has to look at, and no row or line says by itself. Holds only once it was given its time. */
  readonly trouble?: { readonly reason: MatchReason; readonly from: "rows" | "bank" };
}

/** How far the reconciliation of a payout has come: each step is reached when the one before it is done. */
export function payoutCourse(followed: FollowedPayout): PayoutCourse {
  const { payout, rows, bankLines, isPosted } = followed;
  const course = (step: PayoutStep, open: number, amount: MinorUnits, trouble?: PayoutCourse["trouble"]): PayoutCourse => ({
    step,
    rows: rows.length,
    open,
    amount,
    ...(trouble === undefined ? {} : { trouble }),
  });

  const missing = payout.itemized ? Math.max((followed.statedRows ?? 0) - rows.length, 0) : 0;
  const unexplained = payout.itemized ? payout.net - total(rows.map(({ net }) => net)) : 0;
  if (missing > 0 || unexplained !== 0) {
    return course("held", missing, unexplained, { reason: missing > 0 ? "missing" : "amount-mismatch", from: "rows" });
  }
  const unlisted = rows.filter(({ isClassified }) => !isClassified);
  if (unlisted.length > 0) return course("held", unlisted.length, total(unlisted.map(({ net }) => net)));

  const parts = [...rows, ...bankLines];
  const varying = parts.flatMap(({ variance }) => variance ?? []);
  if (varying.length > 0) return course("variance", varying.length, total(varying.map(({ amount }) => amount)));

  const unposted = parts.filter((part) => part.isToBeMatched || !part.isPosted);
  const waiting = unposted.length + (isPosted ? 0 : 1);
  if (waiting > 0) return course("wait-for-posting", waiting, total(unposted.map(({ net }) => net)));

  const toCome = expectedInBank(followed) - followed.banked;
  if (toCome !== 0) return course("wait-for-bank", 1, toCome, { reason: "timing", from: "bank" });
  return course("closed", 0, 0);
}

/** One that was cancelled, or came back, leaves nothing at the bank. */
function expectedInBank({ payout, returned }: FollowedPayout): MinorUnits {
  if (payout.status === "cancelled") return 0;
  if (returned !== 0) return payout.net - returned;
  return payout.status === "failed" ? 0 : payout.net;
}

function total(amounts: readonly MinorUnits[]): MinorUnits {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
