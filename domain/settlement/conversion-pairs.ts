import type { SettlementRow } from "./settlement-row.ts";

/** A row that changes a balance into another currency, with its stream. */
export interface ConversionLeg {
  readonly settlement: string;
  readonly row: SettlementRow;
}

/**
 * The two legs of each conversion inside a gateway's balance (c33), by stream: one currency goes and another comes, for the same row where
 * both name one, else at the same instant. A leg that could belong to several others belongs to none. Whatever the order of the legs.
 */
export function conversionPairs(legs: readonly ConversionLeg[]): ReadonlyMap<string, ConversionLeg> {
  const pairs = new Map<string, ConversionLeg>();
  for (const leg of legs) {
    const [other, ...more] = legs.filter((each) => isOtherLeg(leg.row, each.row));
    if (other !== undefined && more.length === 0) pairs.set(leg.settlement, other);
  }
  // What is the only one for two others is sure of neither.
  return new Map([...pairs].filter(([settlement, other]) => pairs.get(other.settlement)?.settlement === settlement));
}

function isOtherLeg(row: SettlementRow, other: SettlementRow): boolean {
  if (row.currency === other.currency || Math.sign(row.gross) * Math.sign(other.gross) !== -1) return false;
  const [related, others] = [row.references.relatedRowId, other.references.relatedRowId];
  // One leg may name the other one itself.
  if (related === other.id || others === row.id) return true;
  return related !== undefined && others !== undefined ? related === others : row.occurredAt === other.occurredAt;
}
