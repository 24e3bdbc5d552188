/** Remembers when each group of a queue was served last, so that the one that has waited longest comes first. */
export interface FairOrder {
  /** The groups, longest unserved first; those never served before all others, by name. Forgets groups that are not named. */
  arrange(groups: readonly string[]): readonly string[];
  served(group: string): void;
}

export function createFairOrder(): FairOrder {
  const servedAt = new Map<string, number>();
  let turn = 0;
  return {
    arrange(groups) {
      const present = new Set(groups);
      for (const group of servedAt.keys()) if (!present.has(group)) servedAt.delete(group);
      return [...groups].sort((a, b) => (servedAt.get(a) ?? 0) - (servedAt.get(b) ?? 0) || (a < b ? -1 : a > b ? 1 : 0));
    },
    served(group) {
      turn += 1;
      servedAt.set(group, turn);
    },
  };
}

/** Deals one entry of each list in turn, in the lists' order, until `max` are dealt or all lists are empty. */
export function dealInTurn<T>(lists: readonly (readonly T[])[], max: number): readonly T[] {
  const dealt: T[] = [];
  const longest = Math.max(0, ...lists.map((list) => list.length));
  for (let round = 0; round < longest && dealt.length < max; round += 1) {
    for (const list of lists) {
      const entry = list[round];
      if (entry !== undefined && dealt.length < max) dealt.push(entry);
    }
  }
  return dealt;
}
