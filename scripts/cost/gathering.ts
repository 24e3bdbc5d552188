/** How an event source of Lambda gathers a batch: until it is full, or until its first entry has waited for the window. Time is virtual. */
export interface Gathering<Entry> {
  add(entries: readonly Entry[], nowSeconds: number): void;
  /** The batches that are due. */
  due(nowSeconds: number): Entry[][];
  readonly isEmpty: boolean;
}

export function createGathering<Entry>(batchMax: number, windowSeconds: number): Gathering<Entry> {
  const waiting: Entry[] = [];
  let openedAt = 0;
  return {
    add(entries, nowSeconds) {
      if (waiting.length === 0) openedAt = nowSeconds;
      waiting.push(...entries);
    },
    due(nowSeconds) {
      const batches: Entry[][] = [];
      while (waiting.length >= batchMax || (waiting.length > 0 && nowSeconds - openedAt >= windowSeconds)) {
        batches.push(waiting.splice(0, batchMax));
        openedAt = nowSeconds;
      }
      return batches;
    },
    get isEmpty() {
      return waiting.length === 0;
    },
  };
}
