import type { SequenceRange } from "#domain/store-day";
import type { SettlementCsvMapping } from "./csv-mapping.ts";

/** What is known of the payouts of one gateway account: by which ids somebody heard of them, and since when. */
export interface PayoutBook {
  /** Ids that rows name, each with the instant at which one first did. */
  readonly named: ReadonlyMap<string, string>;
  /** Ids of payouts that were stated themselves, likewise. */
  readonly stated: ReadonlyMap<string, string>;
}

/** Adyen numbers the settlement batches of a merchant account, whatever their currency: "18-EUR" is a payout of batch 18. */
const batchPattern = /^(\d{1,9})-[A-Z]{3}$/;
/** The number that an id ends with: "A-77" is 77. */
const lastNumberPattern = /(?:^|\D)(\d{1,9})$/;

/** The number of a payout where its gateway counts them one by one; undefined where ids follow nothing. */
export function payoutNumber(
  source: string,
  payoutId: string,
  mapping: Pick<SettlementCsvMapping, "payoutIds"> | undefined,
): number | undefined {
  const found =
    source === "adyen" ? batchPattern.exec(payoutId) : mapping?.payoutIds === "counted" ? lastNumberPattern.exec(payoutId) : null;
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

/** Ids that rows name and nobody stated, that were named first at first. */
export function unstatedPayouts({ named, stated }: PayoutBook): readonly string[] {
  return [...named]
    .filter(([id]) => !stated.has(id))
    .sort(([a, namedA], [b, namedB]) => (namedA < namedB ? -1 : namedA > namedB ? 1 : a < b ? -1 : 1))
    .map(([id]) => id);
}

/** Where at most so many numbers are missing in a row, each is told for itself. */
const toldApartMax = 20;

/**
 * Numbers that are missing between those that came, in the order of their numbers: each for itself, so that one that comes changes nothing of
 * its neighbours; a longer hole, as after a count that was begun anew, as one. A number counts as missing once one above it came no later than `until`.
 */
export function missingNumbersOf(came: ReadonlyMap<number, string>, until: string): readonly SequenceRange[] {
  const numbers = [...came.keys()].sort((a, b) => a - b);
  const settled = Math.max(...numbers.filter((number) => (came.get(number) ?? "") <= until), Number.NEGATIVE_INFINITY);
  return numbers.slice(1).flatMap((above, index): SequenceRange[] => {
    const from = (numbers[index] ?? above) + 1;
    const to = above - 1;
    if (to < from || from > settled) return [];
    if (to - from + 1 > toldApartMax) return [{ from, to }];
    return Array.from({ length: to - from + 1 }, (_, place) => ({ from: from + place, to: from + place }));
  });
}
