/** Whole numbers from one to the other, both inclusive. */
export interface SequenceRange {
  readonly from: number;
  readonly to: number;
}

/** The same numbers in order, as few ranges as there can be. */
export function joinedRanges(ranges: readonly SequenceRange[]): SequenceRange[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

export function rangesOf(numbers: Iterable<number>): SequenceRange[] {
  return joinedRanges([...numbers].map((number) => ({ from: number, to: number })));
}

/** What of `ranges` is in none of `taken`. */
export function rangesWithout(ranges: readonly SequenceRange[], taken: readonly SequenceRange[]): SequenceRange[] {
  const left: SequenceRange[] = [];
  const out = joinedRanges(taken);
  for (const { from, to } of joinedRanges(ranges)) {
    let next = from;
    for (const each of out) {
      if (each.to < next || each.from > to) continue;
      if (each.from > next) left.push({ from: next, to: each.from - 1 });
      next = each.to + 1;
    }
    if (next <= to) left.push({ from: next, to });
  }
  return left;
}

/**
 * The numbers that are missing between the first and the last that were seen. A counter that ran over on this day (its highest number is all
 * nines, and 0 or 1 was seen as well) starts anew: the one great gap between its two parts is none.
 */
export function gapsBetween(ranges: readonly SequenceRange[]): SequenceRange[] {
  const seen = joinedRanges(ranges);
  const gaps = seen.slice(1).map(({ from }, index) => ({ from: (seen[index]?.to ?? 0) + 1, to: from - 1 }));
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined || first.from > 1 || !/^9{3,}$/.test(String(last.to))) return gaps;
  const great = gaps.reduce<SequenceRange | undefined>(
    (most, gap) => (most === undefined || size(gap) > size(most) ? gap : most),
    undefined,
  );
  return gaps.filter((gap) => gap !== great);
}

export function countOf(ranges: readonly SequenceRange[]): number {
  return ranges.reduce((total, range) => total + size(range), 0);
}

const rangesShown = 20;

/** "41, 43 to 47": at most twenty, and how many more there are. */
export function rangesText(ranges: readonly SequenceRange[]): string {
  const shown = ranges.slice(0, rangesShown).map(({ from, to }) => (from === to ? String(from) : `${from} to ${to}`));
  const more = ranges.length - rangesShown;
  return `${shown.join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

function size({ from, to }: SequenceRange): number {
  return to - from + 1;
}
