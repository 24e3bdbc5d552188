import type { EntityId } from "./retailer.ts";

/** Cents by name, such as by gateway or jurisdiction. */
export type CentsByName = Record<string, number>;

/**
 * What the day does to one entity's books, in cents of its currency, opening balances apart. Every amount is written in the direction in
 * which it usually stands: assets and contra-revenue as debits, liabilities and revenue as credits.
 */
export interface EntityTruth {
  readonly currency: "USD" | "CAD";
  /** Debits. */
  readonly clearingByGateway: CentsByName;
  readonly clearingByAcquirer: CentsByName;
  /** By "<store>/<register>". */
  readonly drawers: CentsByName;
  /** By store: checks. */
  readonly safes: CentsByName;
  receivable: number;
  /** Less what was sold of them. */
  giftCardsRedeemed: number;
  discounts: number;
  returns: number;
  concessions: number;
  /** Signed: what customers paid less (+) because cash is rounded. */
  cashRounding: number;
  /** Credits. */
  grossSales: number;
  shipping: number;
  /** By jurisdiction: due. */
  readonly taxPayable: CentsByName;
  /** By jurisdiction: collected, not due yet. */
  readonly taxInAdvance: CentsByName;
  deferredRevenue: number;
  refundPayable: number;
  tipsPayable: number;
  /** Owed by the other entities less owed to them: a debit. */
  dueFromGroup: number;
  /** Bought from the other entities less sold to them: a debit. */
  boughtFromGroup: number;
  /** Goods taken back of another entity's sale, less those that others took back of its own, at cost: a debit. */
  takenBackForGroup: number;
}

export type LedgerOfTruth = Record<EntityId, EntityTruth>;

/** Pieces by "<item> <location>", signed: what the day moved. */
export type PiecesMoved = Map<string, number>;

export function emptyLedger(): LedgerOfTruth {
  const entity = (currency: "USD" | "CAD"): EntityTruth => ({
    currency,
    clearingByGateway: {},
    clearingByAcquirer: {},
    drawers: {},
    safes: {},
    receivable: 0,
    giftCardsRedeemed: 0,
    discounts: 0,
    returns: 0,
    concessions: 0,
    cashRounding: 0,
    grossSales: 0,
    shipping: 0,
    taxPayable: {},
    taxInAdvance: {},
    deferredRevenue: 0,
    refundPayable: 0,
    tipsPayable: 0,
    dueFromGroup: 0,
    boughtFromGroup: 0,
    takenBackForGroup: 0,
  });
  return { US1: entity("USD"), US2: entity("USD"), CA1: entity("CAD") };
}

export function addTo(amounts: CentsByName, name: string, cents: number): void {
  if (cents !== 0) amounts[name] = (amounts[name] ?? 0) + cents;
}

export function move(moved: PiecesMoved, item: string, location: string, pieces: number): void {
  const key = `${item} ${location}`;
  moved.set(key, (moved.get(key) ?? 0) + pieces);
}

/** Debits less credits: 0 when the truth about an entity is whole. */
export function outOfBalance(truth: EntityTruth): number {
  const sum = (amounts: CentsByName) => Object.values(amounts).reduce((total, cents) => total + cents, 0);
  const debits =
    sum(truth.clearingByGateway) +
    sum(truth.clearingByAcquirer) +
    sum(truth.drawers) +
    sum(truth.safes) +
    truth.receivable +
    truth.giftCardsRedeemed +
    truth.discounts +
    truth.returns +
    truth.concessions +
    truth.cashRounding +
    truth.dueFromGroup +
    truth.boughtFromGroup +
    truth.takenBackForGroup;
  const credits =
    truth.grossSales +
    truth.shipping +
    sum(truth.taxPayable) +
    sum(truth.taxInAdvance) +
    truth.deferredRevenue +
    truth.refundPayable +
    truth.tipsPayable;
  return debits - credits;
}
